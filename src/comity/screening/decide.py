"""Owns the judgement: decide(message, facts, policy) -> Verdict; must not know clock, store, network or log.

Every rule of the compiled policy is asked, none is skipped because another hit: a
sender learns everything that is wrong at once, and a replay compares like with like.
Rules that read other rules' hits come last.
"""

from __future__ import annotations

from typing import Final

from comity.messages.verdict import Action, Evidence, Finding, Given, Result, Verdict
from comity.policy.document import Mode
from comity.screening.compiled import CompiledPolicy, CompiledRule, Variant
from comity.screening.judging import Abstain, Answer, Facts, Hit, Message
from comity.senders.read import Sender, read_sender

_ACTIONS: Final = {action.word: action for action in Action}
_ALLOW: Final = Action.ALLOW.word


def decide(message: Message, facts: Facts, policy: CompiledPolicy, *, live: bool = True) -> Verdict:
    """Judge one message. Never raises: a rule that does is recorded as failed and the verdict as degraded.

    With `live` false the message is only looked at, without the store: a rule that lacks a fact then abstains,
    whatever the policy asks for on a live message.
    """
    variant = policy.variant(message, facts)
    findings: list[Finding] = []
    changed: dict[str, str] = {}
    hits: dict[str, Hit] = {}
    degraded = False
    for compiled in variant.rules:
        answer = _ask(compiled, message, facts, hits)
        if isinstance(answer, Hit):
            hits[compiled.rule.id] = answer
            changed[compiled.rule.id] = Result.HIT.value
            findings.append(_finding(compiled, answer, variant))
        elif answer is None:
            changed[compiled.rule.id] = Result.FAILED.value
            degraded = True
            if compiled.on_failure != _ALLOW:
                findings.append(_failure(compiled, variant))
        elif isinstance(answer, Abstain):
            changed[compiled.rule.id] = Result.ABSTAIN.value
            if live and compiled.on_missing != _ALLOW:
                degraded = True
                findings.append(_missing(compiled, answer, variant))
    return _combine(findings, changed, degraded, (message, facts, policy, variant))


def _ask(compiled: CompiledRule, message: Message, facts: Facts, hits: dict[str, Hit]) -> Answer | None:
    try:
        if compiled.rule.reads:
            return compiled.rule.check(message, facts, compiled.ready, hits)  # type: ignore[call-arg]  # it says that it reads
        return compiled.rule.check(message, facts, compiled.ready)  # type: ignore[call-arg]  # it says that it does not
    except Exception:  # noqa: BLE001  whatever a rule does wrong must not take the road down; None means failed
        return None


def _finding(compiled: CompiledRule, hit: Hit, variant: Variant) -> Finding:
    clauses, overlay = _cited(compiled, variant)
    return Finding(
        rule=compiled.rule.id,
        clauses=clauses,
        action=hit.action or compiled.action,
        score=hit.score,
        enforced=compiled.mode is Mode.ENFORCE,
        evidence=hit.evidence,
        sentence=hit.sentence,
        remedy=hit.remedy,
        reviewer=hit.reviewer or hit.sentence,
        until=hit.until,
        overlay=overlay,
    )


def _cited(compiled: CompiledRule, variant: Variant) -> tuple[tuple[str, ...], str]:
    """The clauses that a finding cites, and the overlay that made the rule speak so."""
    overlay = variant.changed_by.get(compiled.rule.id)
    if overlay is None:
        return compiled.rule.clauses, ""
    return tuple(dict.fromkeys((*compiled.rule.clauses, *overlay.clauses))), overlay.name


def _failure(compiled: CompiledRule, variant: Variant) -> Finding:
    reviewer = f"The rule {compiled.rule.id} failed while judging; see its metric."
    return _unjudged(compiled, variant, compiled.on_failure, "failed", reviewer)


def _missing(compiled: CompiledRule, answer: Abstain, variant: Variant) -> Finding:
    reviewer = f"The rule {compiled.rule.id} lacked {answer.missing}, without which the policy lets nothing pass."
    return _unjudged(compiled, variant, compiled.on_missing, f"without {answer.missing}", reviewer)


def _unjudged(compiled: CompiledRule, variant: Variant, action: str, observed: str, reviewer: str) -> Finding:
    clauses, overlay = _cited(compiled, variant)
    return Finding(
        rule=compiled.rule.id,
        clauses=clauses,
        action=action,
        enforced=compiled.mode is Mode.ENFORCE,
        evidence=(Evidence("rule", observed=observed),),
        sentence="This message could not be judged completely, so it is not sent without a look.",
        remedy="Nothing on your side; try again later if it stays so.",
        reviewer=reviewer,
        overlay=overlay,
    )


def _combine(
    findings: list[Finding],
    changed: dict[str, str],
    degraded: bool,
    judged: tuple[Message, Facts, CompiledPolicy, Variant],
) -> Verdict:
    message, facts, policy, variant = judged
    strongest = max((_ACTIONS[f.action] for f in findings if f.enforced), default=Action.ALLOW)
    waits = [f.until for f in findings if f.enforced and f.until is not None]
    if len(findings) > 1:
        findings.sort(key=lambda f: (not f.enforced, -_ACTIONS[f.action]))
    return Verdict(
        action=strongest.word,
        findings=tuple(findings),
        results={**variant.all_missed, **changed} if changed else variant.all_missed,
        policy=policy.policy.document.version,
        digest=policy.policy.digest,
        facts=facts.kept(),
        degraded=degraded,
        until=max(waits) if strongest is Action.DEFER and waits else None,
        engine=policy.engine,
        models=policy.models,
        given=_given(message),
    )


def _given(message: Message) -> Given:
    return Given(
        at=message.at,
        declared="" if message.declared is message.category else message.declared.value,
        to="" if message.to == message.recipient else message.to,
        promotion=message.promotion,
        sender=_sender_given(message.sender),
    )


def _sender_given(sender: Sender | None) -> str:
    """A short number that came with its plus: without it, it would be read as a short code."""
    return "" if sender is None or read_sender(sender.shown) == sender else f"+{sender.shown}"
