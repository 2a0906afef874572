"""Owns the judgement: decide(message, facts, policy) -> Verdict; must not know clock, store, network or log.

Every rule of the compiled policy is asked, none is skipped because another hit: a
sender learns everything that is wrong at once, and a replay compares like with like.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from comity.base.errors import SettingsError
from comity.messages.verdict import Action, Evidence, Finding, Result, Verdict
from comity.policy.document import Mode, Policy, RuleSetting
from comity.screening.judging import Abstain, Answer, Facts, Hit, Message, Rule

_ACTIONS: Final = {action.word: action for action in Action}
_OUTCOMES_OF_FAILURE: Final = ("allow", "hold", "refuse")


class CompiledRule(msgspec.Struct, frozen=True):
    """A rule with what the policy says of it, checked."""

    rule: Rule
    mode: Mode
    action: str
    on_failure: str
    settings: Any


class CompiledPolicy(msgspec.Struct, frozen=True):
    """A policy ready to judge by."""

    policy: Policy
    rules: tuple[CompiledRule, ...]
    all_missed: dict[str, str]
    by_id: dict[str, CompiledRule]

    def settings_of(self, rule_id: str, *, enforced: bool = False) -> Any | None:  # noqa: ANN401  each rule declares its own type
        """A rule's settings, or None when the policy has it off; for those who load its facts.

        With `enforced`, None for a rule that only watches too; for those who act on what it says.
        """
        found = self.by_id.get(rule_id)
        if found is None or (enforced and found.mode is not Mode.ENFORCE):
            return None
        return found.settings


def compile_policy(policy: Policy, rulebook: tuple[Rule, ...]) -> CompiledPolicy:
    """The rules of `rulebook` that the policy has on, in the rulebook's order.

    Raises:
        SettingsError: the policy names a rule, action or setting that does not exist.
    """
    known = {rule.id for rule in rulebook}
    for name in policy.document.rules:
        if name not in known:
            raise SettingsError(
                f"The policy names a rule that does not exist: {name}.", f"Known rules: {', '.join(sorted(known))}."
            )
    compiled = tuple(
        _compile_rule(rule, setting)
        for rule in rulebook
        if (setting := policy.document.rules.get(rule.id)) is not None and setting.mode is not Mode.OFF
    )
    return CompiledPolicy(
        policy,
        compiled,
        all_missed={one.rule.id: Result.MISS.value for one in compiled},
        by_id={one.rule.id: one for one in compiled},
    )


def _compile_rule(rule: Rule, setting: RuleSetting) -> CompiledRule:
    if setting.action not in _ACTIONS:
        raise SettingsError(
            f"Rule {rule.id}: there is no action {setting.action!r}.", f"Use one of {', '.join(_ACTIONS)}."
        )
    if setting.on_failure not in _OUTCOMES_OF_FAILURE:
        raise SettingsError(
            f"Rule {rule.id}: on_failure cannot be {setting.on_failure!r}.",
            f"Use one of {', '.join(_OUTCOMES_OF_FAILURE)}.",
        )
    try:
        settings = msgspec.convert(setting.settings, rule.settings) if rule.settings else None
    except msgspec.ValidationError as error:
        raise SettingsError(f"Rule {rule.id}: {error}.", "See the rule's page for its settings.") from None
    return CompiledRule(rule, setting.mode, setting.action, setting.on_failure, settings)


def decide(message: Message, facts: Facts, policy: CompiledPolicy) -> Verdict:
    """Judge one message. Never raises: a rule that does is recorded as failed and the verdict as degraded."""
    findings: list[Finding] = []
    changed: dict[str, str] = {}
    for compiled in policy.rules:
        answer = _ask(compiled, message, facts)
        if isinstance(answer, Hit):
            changed[compiled.rule.id] = Result.HIT.value
            findings.append(_finding(compiled, answer))
        elif answer is None or isinstance(answer, Abstain):
            changed[compiled.rule.id] = (Result.ABSTAIN if answer else Result.FAILED).value
            if answer is None and compiled.on_failure != Action.ALLOW.word:
                findings.append(_failure(compiled))
    return _combine(findings, changed, facts, policy)


def _ask(compiled: CompiledRule, message: Message, facts: Facts) -> Answer | None:
    try:
        return compiled.rule.check(message, facts, compiled.settings)
    except Exception:  # noqa: BLE001  whatever a rule does wrong must not take the road down; None means failed
        return None


def _finding(compiled: CompiledRule, hit: Hit) -> Finding:
    return Finding(
        rule=compiled.rule.id,
        clauses=compiled.rule.clauses,
        action=hit.action or compiled.action,
        score=hit.score,
        enforced=compiled.mode is Mode.ENFORCE,
        evidence=hit.evidence,
        sentence=hit.sentence,
        remedy=hit.remedy,
        reviewer=hit.reviewer or hit.sentence,
        until=hit.until,
    )


def _failure(compiled: CompiledRule) -> Finding:
    return Finding(
        rule=compiled.rule.id,
        clauses=compiled.rule.clauses,
        action=compiled.on_failure,
        enforced=compiled.mode is Mode.ENFORCE,
        evidence=(Evidence("rule", observed="failed"),),
        sentence="This message could not be judged completely, so it is not sent without a look.",
        remedy="Nothing on your side; try again later if it stays so.",
        reviewer=f"The rule {compiled.rule.id} failed while judging; see the error metrics.",
    )


def _combine(findings: list[Finding], changed: dict[str, str], facts: Facts, policy: CompiledPolicy) -> Verdict:
    strongest = max((_ACTIONS[f.action] for f in findings if f.enforced), default=Action.ALLOW)
    waits = [f.until for f in findings if f.enforced and f.until is not None]
    if len(findings) > 1:
        findings.sort(key=lambda f: (not f.enforced, -_ACTIONS[f.action]))
    return Verdict(
        action=strongest.word,
        findings=tuple(findings),
        results={**policy.all_missed, **changed} if changed else policy.all_missed,
        policy=policy.policy.document.version,
        digest=policy.policy.digest,
        facts=facts,
        degraded=Result.FAILED.value in changed.values(),
        until=max(waits) if strongest is Action.DEFER and waits else None,
    )
