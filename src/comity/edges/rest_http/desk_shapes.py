"""Owns shapes of the desk's calls about standing, money, imports, staff and evidence; must not know any call."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from comity.accounts.statement import Statement

Words = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000, pattern=r"\S")]
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^\S[^\x00-\x1f\x7f]*$")]
Whose = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Standings = Literal["good", "watched", "limited", "suspended", "deactivated"]


class AccountLine(msgspec.Struct, frozen=True):
    """An account in a list.

    Attributes:
        id: ~ and its number; calls take it in place of the name, which may hold a slash.
        account: its name.
        standing: its own.
        counts: what counts when it sends: the worst of its own and those of the accounts above it.
        weight: what the strikes against it weigh together.
        changed_at: when its standing was decided about last; null for never.
    """

    id: str
    account: str
    standing: str
    counts: str
    weight: int
    changed_at: datetime | None


class StrikeLine(msgspec.Struct, frozen=True):
    """A strike.

    Attributes:
        strike: its number.
        at: when it was given.
        clause: the clause of the policy that it rests on.
        weight: how much it counts.
        facts: what happened.
        source: the trigger that found it; "" where a person did.
        by: who gave it.
        expires_at: until when it counts.
        removed_at: when it was taken back; null where it was not.
        removed_why: why it was taken back.
    """

    strike: int
    at: datetime
    clause: str
    weight: int
    facts: str
    source: str
    by: str
    expires_at: datetime
    removed_at: datetime | None
    removed_why: str


class DeskStanding(msgspec.Struct, frozen=True):
    """An account's standing with all that led to it.

    Attributes:
        account: its name.
        standing: its own.
        counts: what counts when it sends: the worst of its own and those of the accounts above it.
        weight: what the strikes that count weigh together.
        strikes: every strike, the newest first; those that expired or were taken back too.
        statements: statements of reasons for all that was decided, the newest first.
    """

    account: str
    standing: str
    counts: str
    weight: int
    strikes: list[StrikeLine]
    statements: tuple[Statement, ...]


class NewStanding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A standing that you propose for an account.

    Attributes:
        to: the standing. A milder one lifts what is harsher.
        reason: what happened, in sentences that the account reads: no names and numbers of people.
        clause: the clause of the policy that it rests on.
        days: end it by itself so many days after it was decided; 0 for no term.
    """

    to: Standings
    reason: Words
    clause: Line = "D5"
    days: Annotated[int, msgspec.Meta(ge=0, le=3650)] = 0


class ProposedStanding(msgspec.Struct, frozen=True):
    """A proposal that waits for a second person.

    Attributes:
        account: the account's name.
        to: the standing.
        case: the id of the case; whoever confirms it brings the proposal about.
    """

    account: str
    to: str
    case: str


class GiveStrike(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A strike against an account.

    Attributes:
        reason: what happened, in sentences that the account reads: no names and numbers of people.
        clause: the clause of the policy that it rests on.
        weight: how much it counts.
    """

    reason: Words
    clause: Line
    weight: Annotated[int, msgspec.Meta(ge=1, le=10)] = 1


class StrikeAnswer(msgspec.Struct, frozen=True):
    """What became of a strike.

    Attributes:
        account: the account's name.
        strike: its number; null while it is proposed.
        case: the id of the case that a second person decides, since the strike would limit the account, or worse;
            else null.
    """

    account: str
    strike: int | None
    case: str | None


class TakeBack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a strike is taken back.

    Attributes:
        reason: what was wrong with it.
    """

    reason: Words


class TakenBack(msgspec.Struct, frozen=True):
    """A strike that counts no more.

    Attributes:
        strike: its number.
    """

    strike: int


class PayoutLine(msgspec.Struct, frozen=True):
    """What is owed to a buyer.

    Attributes:
        account: the account that it was left on.
        buyer: the account to whose owner it is owed: the one at the top of the account's line.
        micro_credits: how much, a million to the credit.
        why: what it is owed for.
        booked_at: since when.
        paid_at: when it was paid; null for not yet.
        paid_by: who booked that.
        reference: how the payment is named at the bank.
        reversed_at: when it went back to the account, which was opened again; null where it did not.
    """

    id: str
    account: str
    buyer: str
    micro_credits: int
    why: str
    booked_at: datetime
    paid_at: datetime | None
    paid_by: str | None
    reference: str | None
    reversed_at: datetime | None


class Payment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That you paid.

    Attributes:
        reference: how the payment is named at the bank.
    """

    reference: Line


class CorrectionLine(msgspec.Struct, frozen=True):
    """A correction of an account's credits.

    Attributes:
        account: whose.
        lot_kind: purchased or bonus.
        micro_credits: given when above 0, taken when below; a million to the credit.
        reason: why.
        proposed_by: who proposed it, or booked it alone.
        proposed_at: when.
        state: proposed, booked or rejected.
        settled_by: the second person; null where one was enough, or nobody has looked yet.
        settled_at: when it was booked or rejected; null for not yet.
    """

    id: str
    account: str
    lot_kind: str
    micro_credits: int
    reason: str
    proposed_by: str
    proposed_at: datetime
    state: str
    settled_by: str | None
    settled_at: datetime | None


class ProposeCorrection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A correction that you ask for.

    Attributes:
        account: the account's name, or ~ and its number.
        micro_credits: to give when above 0, to take when below; a million to the credit.
        reason: why, for whoever looks at it later.
        lot_kind: a correction of purchased credits changes what is ever paid back, one of bonus does not.
    """

    account: Whose
    micro_credits: Annotated[int, msgspec.Meta(ge=-(10**15), le=10**15)]
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=500, pattern=r"\S")]
    lot_kind: Literal["purchased", "bonus"] = "purchased"


class CorrectionDecision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What becomes of a correction.

    Attributes:
        outcome: approve books it, which takes another person than proposed it; reject books nothing.
    """

    outcome: Literal["approve", "reject"]


class ImportLine(msgspec.Struct, frozen=True):
    """A list of opt-ins that was imported.

    Attributes:
        number: its number, by which calls take it.
        account: whose.
        name: the file's.
        state: reading, accepted, held, released or dropped.
        counts: whether its opt-ins count.
        recorded: how many opt-ins it brought.
        known: how many there were already.
        rejected: how many lines were no opt-ins.
        signals: what makes it look bought.
        opened_at: when it began.
        settled_at: when it was decided about; null for not yet.
        settled_by: who decided, or the part of the gateway that did.
    """

    number: int
    account: str
    name: str
    state: str
    counts: bool
    recorded: int
    known: int
    rejected: int
    signals: list[dict[str, Any]]
    opened_at: datetime
    settled_at: datetime | None
    settled_by: str | None


class ImportReason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why an import is released or dropped.

    Attributes:
        why: the reason, which the account reads.
    """

    why: Words


class StaffLine(msgspec.Struct, frozen=True):
    """A person of the staff.

    Attributes:
        person: their name.
        role: reviewer, senior or operator.
        client_id: the public half of their key.
        added_at: since when.
        removed_at: until when; null for those who work here.
    """

    person: str
    role: str
    client_id: str
    added_at: datetime
    removed_at: datetime | None


class NewStaffer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person to let in.

    Attributes:
        person: their name. It is kept with whatever they decide.
        role: each may do what those before it may.
    """

    person: Line
    role: Literal["reviewer", "senior", "operator"] = "reviewer"


class StaffCredentials(msgspec.Struct, frozen=True):
    """The key of a person who was let in.

    Attributes:
        person: their name.
        role: theirs.
        client_id: the user of HTTP Basic.
        client_secret: the password, shown this once.
    """

    person: str
    role: str
    client_id: str
    client_secret: str


class StaffEvent(msgspec.Struct, frozen=True):
    """That somebody was let in, or their key taken back.

    Attributes:
        person: who.
        role: theirs then.
        event: add, change or remove.
        by: who did it.
        at: when.
    """

    person: str
    role: str
    event: str
    by: str
    at: datetime


class NoWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An empty object: there is nothing to say."""


class ChainReport(msgspec.Struct, frozen=True):
    """What a check of an account's evidence found.

    Attributes:
        account: whose.
        holds: whether everything is as it was written.
        wrong: what is not, in a sentence each.
        entries: how many there are.
        opened: payloads that were opened, and are what was committed to.
        erased: payloads that an erasure destroyed.
        verdicts: verdicts that were compared with their trees.
        checkpoints: signed checkpoints that were looked at.
        payloads_looked_into: whether this server has the key for that.
    """

    account: str
    holds: bool
    wrong: list[str]
    entries: int
    opened: int
    erased: int
    verdicts: int
    checkpoints: int
    payloads_looked_into: bool
