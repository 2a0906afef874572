"""Owns the statement of reasons for a change of standing: what it holds, how it reads; must not know stores or doors.

It says what changed and until when, the facts, the clause with the exact policy, whether a person or a machine decided,
what it means, and how it can be contested (the elements of article 17 of Regulation (EU) 2022/2065).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from comity.accounts.account import Standing
from comity.accounts.standing import IMPOSED, Event, Reasons

EFFECTS: Final = {
    Standing.GOOD: "Nothing is held back on account of your standing.",
    Standing.WATCHED: (
        "Your messages go as before. Your account is looked at more closely, and half as many messages as usual "
        "suffice for a finding."
    ),
    Standing.LIMITED: "You may send a limited number of messages a day; what goes beyond it is refused.",
    Standing.SUSPENDED: (
        "Nothing you or your subaccounts send is accepted, and what waits to be sent stands still. Your records, "
        "receipts and credits remain."
    ),
    Standing.DEACTIVATED: (
        "Your account and its subaccounts are closed for sending for good, and what waits to be sent stays unsent. "
        "Your records and receipts remain."
    ),
}
"""What a standing means, by standing."""

REDRESS: Final = (
    "You may appeal within six months, at no cost, with POST /api/standing/{id}/appeals or by writing to us. A person "
    "who took no part in this decision decides the appeal. You may also go to a certified body for the settlement of "
    "disputes, where the law gives you one, or to a court."
)
NO_REDRESS: Final = "This relieves your account; there is nothing to contest."

_TITLES: Final = {
    Event.WATCH: "Your account is being watched",
    Event.LIMIT: "Your account is limited",
    Event.SUSPEND: "Your account is suspended",
    Event.DEACTIVATE: "Your account is deactivated",
    Event.LIFT: "A sanction on your account is lifted",
    Event.OVERTURN: "A sanction on your account is overturned",
    Event.APPEAL_GRANTED: "Your appeal is granted",
    Event.STRIKE_EXPIRED: "A sanction on your account has ended with its strikes",
    Event.TERM_ENDED: "The term of a sanction on your account is over",
}
_DECIDED: Final = {
    (True, True): "This was found and decided by automated means.",
    (False, True): "This was found by automated means and decided by a person.",
    (False, False): "This was found and decided by a person.",
}


class Statement(msgspec.Struct, frozen=True):
    """A statement of reasons.

    Attributes:
        id: what the decision is known by.
        account: the account's name.
        event: what was decided: watch, limit, suspend, deactivate, or what relieves.
        title: the same in words.
        standing_before: the account's own standing until then.
        standing: its own standing since.
        at: when it was decided, and since when it counts.
        until: when it ends by itself; null for no term.
        ends: ids of the statements whose sanctions it ended.
        facts: what happened.
        figures: counts and limits behind the facts.
        clause: the clause of the policy that it rests on.
        explanation: why the facts do not go with the clause; the clause's own words.
        rule: what found it; empty where a person did.
        policy: the policy's version.
        digest: the policy's digest, which names its exact text.
        detected: whether it was found by automated means.
        automated: whether it was decided by automated means alone.
        effects: what it means for the account.
        redress: how it can be contested.
        appeal_by: until when an appeal may be filed; null where there is nothing to contest.
    """

    id: str
    account: str
    event: str
    title: str
    standing_before: str
    standing: str
    at: datetime
    facts: str
    clause: str
    policy: str
    digest: str
    detected: bool
    automated: bool
    effects: str
    redress: str
    until: datetime | None = None
    ends: tuple[str, ...] = ()
    figures: dict[str, int | str] = {}
    explanation: str = ""
    rule: str = ""
    appeal_by: datetime | None = None


class Decided(msgspec.Struct, frozen=True):
    """What was decided: the parts of a statement that are not its reasons."""

    id: str
    account: str
    event: Event
    before: Standing
    after: Standing
    at: datetime
    until: datetime | None = None
    ends: tuple[str, ...] = ()
    appeal_by: datetime | None = None


def state_reasons(decided: Decided, reasons: Reasons, explanation: str = "") -> Statement:
    """The statement of reasons for a decision.

    Args:
        decided: what was decided.
        reasons: why, with policy and digest.
        explanation: the words of the clause.
    """
    contestable = decided.event in IMPOSED
    return Statement(
        id=decided.id,
        account=decided.account,
        event=decided.event.value,
        title=_TITLES[decided.event],
        standing_before=decided.before.value,
        standing=decided.after.value,
        at=decided.at,
        until=decided.until,
        ends=decided.ends,
        facts=reasons.facts,
        figures=reasons.figures,
        clause=reasons.clause,
        explanation=explanation,
        rule=reasons.rule,
        policy=reasons.policy,
        digest=reasons.digest,
        detected=reasons.detected or reasons.automated,
        automated=reasons.automated,
        effects=reasons.effects or EFFECTS[decided.after],
        redress=reasons.redress or (REDRESS.format(id=decided.id) if contestable else NO_REDRESS),
        appeal_by=decided.appeal_by if contestable else None,
    )


def readable(statement: Statement) -> str:
    """The statement as a text for people: one paragraph a point."""
    points = [
        ("Account", statement.account),
        ("Statement", statement.id),
        ("Decided", f"{_minute(statement.at)} (UTC)"),
        ("Standing", f"{statement.standing} (before: {statement.standing_before})"),
        ("Until", f"{_minute(statement.until)} (UTC)" if statement.until else "further notice"),
        ("What happened", statement.facts),
        *([("Figures", _figures(statement.figures))] if statement.figures else []),
        ("Clause", f"{statement.clause} of the policy {statement.policy} (SHA-256 {statement.digest})"),
        *([("What it says", statement.explanation)] if statement.explanation else []),
        ("How it was decided", _DECIDED[statement.automated, statement.detected]),
        ("What it means", statement.effects),
        ("What you can do", statement.redress),
        *([("Appeal by", f"{_minute(statement.appeal_by)} (UTC)")] if statement.appeal_by else []),
    ]
    return f"{statement.title}\n\n" + "".join(f"{name}: {words}\n" for name, words in points)


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def _figures(figures: dict[str, int | str]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in figures.items())
