"""Owns the shapes of cases over the /api door, for staff and for customers; must not know how any comes about."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from comity.edges.rest_http.paging import Page

_Says = msgspec.Meta
Words = Annotated[str, _Says(max_length=2000, description="What is said, in one's own words.")]


class CaseEntry(msgspec.Struct, frozen=True):
    """A case in the desk's queue.

    Attributes:
        number: what commands call it.
        kind: what sort of case: hold, import, sender, complaint, proof, disclosure, appeal, standing and so on.
        state: open, assigned, waiting (for the account's answer), escalated, decided or closed.
        account: the account's name; null where it is about none.
        priority: 0 comes first, 100 last.
        due_at: when it should be decided.
        opened_at: since when.
        opened_by: a person, or the part of the gateway that opened it.
        assigned_to: who looks at it; empty for nobody.
        senior: it was escalated, so only a senior decides it.
        outcome: confirm or overturn; empty while nobody decided.
        messages: how many messages it names.
        facts: what is known of it, such as the rule that held.
    """

    id: str
    number: int
    kind: str
    title: str
    state: str
    account: str | None
    priority: int
    due_at: datetime | None
    opened_at: datetime
    opened_by: str
    assigned_to: str
    senior: bool
    outcome: str
    messages: int
    facts: dict[str, Any]


class CaseEvent(msgspec.Struct, frozen=True):
    """Something that happened to a case.

    Attributes:
        at: when.
        by: who did it: a person, the account, or a part of the gateway.
        event: what: open, assign, ask, answer, escalate, confirm, overturn, effect, text-opened and so on.
        words: what was said.
        facts: what else is kept of it.
        visible: whether the account may read it.
    """

    at: datetime
    by: str
    event: str
    words: str
    facts: dict[str, Any]
    visible: bool


class HeldMessage(msgspec.Struct, frozen=True):
    """A message that a case names, masked.

    Attributes:
        state: where it is in its life; null where it is no longer kept.
        sender: as what it was sent.
        recipient: the calling code and the last two digits.
        country: ISO 3166-1 alpha-2, where the number tells.
        category: as what it counts.
        characters: how long the text is; the text itself is shown by opening it.
        findings: rules that hit, with action and clauses.
        effect: what the decision did with it: released, refused, or none because it was held no more.
    """

    id: str
    state: str | None
    sender: str | None
    recipient: str
    country: str | None
    category: str | None
    parts: int | None
    characters: int
    findings: list[dict[str, Any]]
    effect: str


class CaseDetail(CaseEntry, frozen=True):
    """A case with all that happened to it.

    Attributes:
        decided_by: who decided it last.
        decided_at: when.
        reason: why.
        events: what happened, in order.
        reasons: canned reasons by decision and name, for this kind of case.
        effects: what a decision just did, in numbers, and how much follows by itself (`to_come`); empty otherwise.
    """

    decided_by: str
    decided_at: datetime | None
    reason: str
    events: list[CaseEvent]
    reasons: dict[str, dict[str, str]]
    effects: dict[str, int]


class CasePage(Page[CaseEntry], frozen=True):
    """A page of the desk's queue."""

    items: list[CaseEntry]


class HeldPage(Page[HeldMessage], frozen=True):
    """A page of a case's messages."""

    items: list[HeldMessage]


class RuleOutcome(msgspec.Struct, frozen=True):
    """How often reviewers agreed with a rule that held messages.

    Attributes:
        confirmed: cases in which it was right.
        overturned: cases in which it was wrong.
        messages_confirmed: messages of the former.
        messages_overturned: messages of the latter.
    """

    rule: str
    confirmed: int
    overturned: int
    messages_confirmed: int
    messages_overturned: int


class CaseStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something to do with a case, but deciding it.

    Attributes:
        event: what: assign, unassign, ask (the account, in `words`), escalate, reopen, close.
        to: for assign: to whom; the caller when left out.
    """

    event: Literal["assign", "unassign", "ask", "escalate", "reopen", "close"]
    words: Words = ""
    to: Annotated[str, _Says(max_length=100)] = ""


class CaseDecision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A decision on a case; it needs a canned reason, words, or both.

    Attributes:
        decision: confirm: what opened it was right; overturn: it was wrong, and what it did is undone.
        reason: the name of a canned reason, as the case lists them.
    """

    decision: Literal["confirm", "overturn"]
    reason: Annotated[str, _Says(max_length=100)] = ""
    words: Words = ""


class TextRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a text must be opened; the account reads it.

    Attributes:
        reason: why, in a sentence.
        until: by a legal order: from when on the account may see this opening. Seniors only.
        legal_order: which order.
    """

    reason: Annotated[str, _Says(min_length=1, max_length=500)]
    until: Annotated[datetime, _Says(tz=True)] | None = None
    legal_order: Annotated[str, _Says(max_length=200)] = ""


class OpenedText(msgspec.Struct, frozen=True):
    """A text that was opened, and that this was kept.

    Attributes:
        sender: as what it was sent.
        recipient: the whole number.
        text: as it was, or will be, sent.
    """

    id: str
    sender: str
    recipient: str
    text: str


class OwnCase(msgspec.Struct, frozen=True):
    """A case about your account, as you may see it.

    Attributes:
        kind: what sort of case.
        state: open, assigned, waiting (for your answer), escalated, decided or closed.
        opened_at: since when.
        due_at: when it should be decided.
        reason: why it was decided so.
        outcome: confirm: what opened it stands; overturn: it was wrong; empty while nobody decided.
        rule: the rule that held messages; empty for other cases.
        messages: how many of your messages it names.
    """

    id: str
    kind: str
    title: str
    state: str
    opened_at: datetime
    due_at: datetime | None
    outcome: str
    reason: str
    rule: str
    messages: int


class OwnEvent(msgspec.Struct, frozen=True):
    """Something that happened to your case.

    Attributes:
        at: when.
        by: you, or the desk.
        event: what: open, ask, answer, confirm, overturn, reopen.
        words: what was said.
    """

    at: datetime
    by: Literal["you", "desk"]
    event: str
    words: str


class OwnMessage(msgspec.Struct, frozen=True):
    """A message of yours that a case names.

    Attributes:
        state: where it is in its life now; null where it is no longer kept.
    """

    id: str
    state: str | None


class OwnCaseDetail(OwnCase, frozen=True):
    """A case about your account, with what happened.

    Attributes:
        events: what happened, in order.
        named: your messages that it names, the first 200.
    """

    events: list[OwnEvent]
    named: list[OwnMessage]


class OwnCasePage(Page[OwnCase], frozen=True):
    """A page of the cases about your account."""

    items: list[OwnCase]


class CaseAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Your answer to what the desk asked.

    Attributes:
        words: what you say.
    """

    words: Annotated[str, _Says(min_length=1, max_length=5000)]


class TextOpening(msgspec.Struct, frozen=True):
    """A text of yours that somebody of the operator's staff opened.

    Attributes:
        case: the case it was opened for.
        message: the message's id.
        by: who opened it.
        reason: why.
        at: when.
        told_at: from when on you could see this; later than `at` where a legal order said so.
        legal_order: the order that said so; empty for none.
    """

    case: str
    message: str
    by: str
    reason: str
    at: datetime
    told_at: datetime
    legal_order: str


class OpeningPage(Page[TextOpening], frozen=True):
    """A page of openings of your texts."""

    items: list[TextOpening]
