"""Owns the shape of a judgement; must not know how it is reached.

The same object comes back from the send call, the dry run, the SMPP response, the
webhook and the desk. It keeps every rule's result, misses and failures too, and
names the policy it was reached under, so that it can be replayed years later.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec


class Action(enum.IntEnum):
    """What is done with a message; the strongest enforced finding wins. Weakest first."""

    ALLOW = 0
    NOTE = 1
    DEFER = 2
    HOLD = 3
    REFUSE = 4

    @property
    def word(self) -> str:
        """The action's name on the wire."""
        return self.name.lower()


class Result(enum.StrEnum):
    """What one rule said."""

    MISS = "miss"
    HIT = "hit"
    ABSTAIN = "abstain"
    FAILED = "failed"


# Looked up for each rule of each message, as a member of the enumeration it would cost a call.
_MISS: Final = Result.MISS.value


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a rule saw.

    Attributes:
        what: the thing observed, in a word or two ("sender", "recipient", "text").
        span: start and end offsets in the text, when the evidence lies there.
        observed: the value seen.
        limit: what it was measured against.
    """

    what: str
    observed: str = ""
    limit: str = ""
    span: tuple[int, int] | None = None


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """A rule that hit: what it asks for, on what evidence, and how to mend it.

    Attributes:
        rule: the rule's id.
        clauses: ids of the policy's clauses it speaks for, the leading one first.
        action: what the policy does on it, as a word; in monitor mode what it would have done.
        enforced: False when the rule only watches.
        score: 1.0 for a plain fact, else a calibrated probability.
        evidence: what was seen.
        sentence: one sentence for the sender.
        remedy: how to mend it.
        reviewer: one sentence for the reviewer.
        until: for defer, the first allowed instant (UTC).
        overlay: the overlay of the policy that made the rule speak so here; "" for the policy itself.
        seal: whether the message is kept apart, for named reviewers alone; the sender is not told.
    """

    rule: str
    clauses: tuple[str, ...]
    action: str
    score: float = 1.0
    enforced: bool = True
    evidence: tuple[Evidence, ...] = ()
    sentence: str = ""
    remedy: str = ""
    reviewer: str = ""
    until: datetime | None = None
    overlay: str = ""
    seal: bool = False


_ACTIONS: Final = {action.word: action for action in Action}
_NOT_TOLD: Final = Finding(
    rule="not-told",
    clauses=(),
    action="",
    sentence="This message does not go with our policy.",
    remedy="We tell no details while somebody looks at your account; ask us.",
)


class Given(msgspec.Struct, frozen=True, omit_defaults=True):
    """What of the message the store does not keep elsewhere, for replay.

    Attributes:
        at: the moment it was judged for (aware, UTC).
        declared: the category that was declared, where another counted.
        to: the recipient as written, where that is more than its digits.
        promotion: how promotional the text was found, as it was judged then.
        scores: what the text was scored for then, by category; those that came to nothing are left out.
        text: the text as written, where what was sent differs.
        sender: the sender as written, where what is kept would be read as another kind.
    """

    at: datetime | None = None
    declared: str = ""
    to: str = ""
    promotion: float = 0.0
    scores: dict[str, float] = {}
    text: str = ""
    sender: str = ""


class Verdict(msgspec.Struct, frozen=True):
    """The judgement of one message.

    Attributes:
        action: allow, note, defer, hold or refuse.
        findings: the rules that hit, strongest first.
        results: every rule's result by rule id.
        policy: the policy's version.
        digest: its digest (hex), which names the exact document.
        facts: the facts it was reached on, for replay; a plain mapping once read back from the store.
        degraded: True when a rule failed, or lacked a fact without which it lets nothing pass.
        until: when action is defer, the first allowed instant (UTC).
        engine: digest of the code that judged.
        models: digest of the packaged data it judged with.
        asked: digest of the list of rules that were asked; the store keeps the list once, and of `results` only what is
            no miss.
        given: what of the message is needed to judge it again.
        untold: rules whose findings the sender is told as one that names nothing, because it probes (U16).
    """

    action: str
    findings: tuple[Finding, ...]
    results: dict[str, str]
    policy: str
    digest: str
    facts: Any
    degraded: bool = False
    until: datetime | None = None
    engine: str = ""
    models: str = ""
    asked: str = ""
    given: Given | None = None
    untold: tuple[str, ...] = ()

    def told(self) -> tuple[Finding, ...]:
        """The enforced findings as the sender is told."""
        enforced = tuple(f for f in self.findings if f.enforced)
        if not self.untold:
            return enforced
        hidden = [_ACTIONS[f.action] for f in enforced if f.rule in self.untold]
        shown = tuple(f for f in enforced if f.rule not in self.untold)
        return (msgspec.structs.replace(_NOT_TOLD, action=max(hidden).word), *shown) if hidden else shown

    def deciding(self) -> Finding | None:
        """The enforced finding that decided the action, if any did, as the sender is told."""
        return next((f for f in self.told() if f.action == self.action), None)

    def sealing(self) -> Finding | None:
        """The enforced finding for which only named readers may read the text, if any is."""
        return next((f for f in self.findings if f.enforced and f.seal), None)


def without_misses(verdict: Verdict) -> Verdict:
    """The verdict as it is stored: a rule that was asked and is not named missed."""
    telling = {rule: result for rule, result in verdict.results.items() if result != _MISS}
    return msgspec.structs.replace(verdict, results=telling)


def with_misses(verdict: Verdict, asked: Sequence[str]) -> Verdict:
    """The whole verdict, of what was stored and the list of rules that `asked` names."""
    return msgspec.structs.replace(verdict, results={**dict.fromkeys(asked, Result.MISS.value), **verdict.results})


def for_sender(verdict: Verdict) -> dict[str, Any]:
    """What the sender sees: no facts, no reviewer's sentence, no silent watching."""
    shown: dict[str, Any] = {
        "action": verdict.action,
        "policy": verdict.policy,
        "findings": [_finding_for_sender(f) for f in verdict.told()],
    }
    if verdict.until is not None:
        shown["until"] = verdict.until.isoformat()
    return shown


def _finding_for_sender(finding: Finding) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "rule": finding.rule,
        "clauses": list(finding.clauses),
        "action": finding.action,
        "score": finding.score,
        "evidence": [msgspec.to_builtins(e) for e in finding.evidence],
        "why": finding.sentence,
        "remedy": finding.remedy,
    }
    if finding.until is not None:
        shown["until"] = finding.until.isoformat()
    if finding.overlay:
        shown["overlay"] = finding.overlay
    return shown
