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
from comity.screening.judging import MISS, Abstain, Answer, Facts, Hit, Message
from comity.senders.read import Sender, read_sender

_ACTIONS: Final = {action.word: action for action in Action}
_ALLOW: Final = Action.ALLOW.word
_DEFER: Final = Action.DEFER.word
_REFUSE: Final = Action.REFUSE.word


def decide(message: Message, facts: Facts, policy: CompiledPolicy, *, live: bool = True) -> Verdict:
    """Judge one message. Never raises: a rule that does is recorded as failed and the verdict as degraded.

    With `live` false the message is only looked at, without the store: a rule that lacks a fact then abstains,
    whatever the policy asks for on a live message.
    """
    variant = policy.variant(message, facts)
    found = _Found(variant, live)
    # Forty rules are asked of each message and nearly all of them miss: that way is kept short.
    for compiled, check, ready in variant.calls:
        try:
            answer = check(message, facts, ready)
        except Exception:  # noqa: BLE001  whatever a rule does wrong must not take the road down; None means failed
            answer = None
        if answer is not MISS:
            found.take(compiled, answer)
    for compiled, check, ready in variant.combinations:
        try:
            answer = check(message, facts, ready, found.hits)
        except Exception:  # noqa: BLE001  the same
            answer = None
        found.take(compiled, answer)
    return _combine(found, message, facts, policy)


class _Found:
    """What the rules have said so far, but for those that missed."""

    __slots__ = ("changed", "degraded", "findings", "hits", "live", "variant")

    def __init__(self, variant: Variant, live: bool) -> None:
        self.variant = variant
        self.live = live
        self.findings: list[Finding] = []
        self.changed: dict[str, str] = {}
        self.hits: dict[str, Hit] = {}
        self.degraded = False

    def take(self, compiled: CompiledRule, answer: Answer | None) -> None:
        """Take in what a rule says; None when it failed."""
        rule_id = compiled.rule.id
        if isinstance(answer, Hit):
            self.hits[rule_id] = answer
            self.changed[rule_id] = Result.HIT.value
            self.findings.append(_finding(compiled, answer, self.variant))
        elif answer is None:
            self.changed[rule_id] = Result.FAILED.value
            self.degraded = True
            if compiled.on_failure != _ALLOW:
                self.findings.append(_failure(compiled, self.variant))
        elif isinstance(answer, Abstain):
            self.changed[rule_id] = Result.ABSTAIN.value
            if self.live and compiled.on_missing != _ALLOW:
                self.degraded = True
                self.findings.append(_missing(compiled, answer, self.variant))


def _finding(compiled: CompiledRule, hit: Hit, variant: Variant) -> Finding:
    clauses, overlay = _cited(compiled, variant)
    # What is sealed has no text left that somebody could let go.
    action = _REFUSE if hit.seal else hit.action or compiled.action
    return Finding(
        rule=compiled.rule.id,
        clauses=clauses,
        action=action,
        score=hit.score,
        enforced=compiled.mode is Mode.ENFORCE,
        evidence=hit.evidence,
        sentence=hit.sentence,
        remedy=hit.remedy,
        reviewer=hit.reviewer or hit.sentence,
        # A moment to wait for means something only to a message that waits.
        until=hit.until if action == _DEFER else None,
        overlay=overlay,
        seal=hit.seal,
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
        sentence="This message could not be judged completely.",
        remedy="Nothing on your side; try again later if it stays so.",
        reviewer=reviewer,
        overlay=overlay,
    )


def _combine(found: _Found, message: Message, facts: Facts, policy: CompiledPolicy) -> Verdict:
    findings, missed = _told(found.findings), found.variant.all_missed
    strongest = max((_ACTIONS[f.action] for f in findings if f.enforced), default=Action.ALLOW)
    waits = [f.until for f in findings if f.enforced and f.until is not None]
    if len(findings) > 1:
        findings.sort(key=lambda f: (not f.enforced, -_ACTIONS[f.action]))
    return Verdict(
        action=strongest.word,
        findings=tuple(findings),
        results={**missed, **found.changed} if found.changed else missed,
        policy=policy.policy.document.version,
        digest=policy.policy.digest,
        facts=facts.kept(),
        degraded=found.degraded,
        until=max(waits) if strongest is Action.DEFER and waits else None,
        engine=policy.engine,
        models=policy.models,
        asked=found.variant.asked,
        given=_given(message),
    )


def _told(findings: list[Finding]) -> list[Finding]:
    """The findings; where one seals the message, nothing that quotes it stands beside that one."""
    sealing = [finding for finding in findings if finding.enforced and finding.seal]
    return sealing or findings


def _given(message: Message) -> Given:
    return Given(
        at=message.at,
        declared="" if message.declared is message.category else message.declared.value,
        to="" if message.to == message.recipient else message.to,
        promotion=message.promotion,
        scores=_scores_given(message),
        sender=_sender_given(message.sender),
    )


def _scores_given(message: Message) -> dict[str, float]:
    return message.scores.telling() if message.scores is not None else {}


def _sender_given(sender: Sender | None) -> str:
    """A short number that came with its plus: without it, it would be read as a short code."""
    return "" if sender is None or read_sender(sender.shown) == sender else f"+{sender.shown}"
