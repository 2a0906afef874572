"""Owns how takedowns look at the /api door; must not know how one is moved."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec

from comity.complaints.takedown import LONGEST_LINK, LONGEST_NAME, RightKind, State
from comity.edges.postgres.takedown_store import Takedown

_Line = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_NAME)]
_Text = Annotated[str, msgspec.Meta(max_length=2000)]
_Words = Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]


class TakedownClaim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What infringes a right of yours.

    Attributes:
        kind: trademark, copyright, publicity, privacy, or defamation.
        holder: who has the right; for defamation the person that the text names.
        right: the register and number, the work, or what is untrue.
        email: your address; it has to be proven, and is never shown to the customer.
        good_faith: that you believe in good faith what you say, and may say it for the holder; must be true.
        sender: the sender as it was shown; a number with its plus, or a name.
        text: the text as it was received.
        link: the link in it; it is never opened.
        words: what else there is to say.
        recipient: the number that got the text, with its plus, if it is yours.
        message: the id of the message, if its sender's page or link names one: it shows that you got it.
    """

    kind: RightKind
    holder: _Line
    right: _Line
    email: Annotated[str, msgspec.Meta(max_length=254)]
    good_faith: bool
    sender: Annotated[str, msgspec.Meta(max_length=40)] = ""
    text: _Text = ""
    link: Annotated[str, msgspec.Meta(max_length=LONGEST_LINK)] = ""
    words: _Text = ""
    recipient: Annotated[str, msgspec.Meta(max_length=40)] = ""
    message: Annotated[str, msgspec.Meta(max_length=64)] = ""


class TakedownTaken(msgspec.Struct, frozen=True):
    """A claim that was taken.

    Attributes:
        number: what it is known by.
        token: shows what became of it at /api/complaints/NUMBER; told this once.
        state: unproven, open or held.
        next: what you do now, in a sentence.
    """

    number: str
    token: str
    state: str
    next: str


class TakedownProof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That an address is yours.

    Attributes:
        number: of the claim.
        token: as it was mailed.
    """

    number: Annotated[str, msgspec.Meta(max_length=40)]
    token: Annotated[str, msgspec.Meta(max_length=100)]


class TakedownState(msgspec.Struct, frozen=True):
    """Where a claim is.

    Attributes:
        number: of the claim.
        state: open: a reviewer looks; held: one does, and the text is stopped for a short while at least.
    """

    number: str
    state: str


class OwnTakedown(msgspec.Struct, frozen=True):
    """A claim that concerns you.

    Attributes:
        number: what it is known by.
        state: open, held, answered, unanswered, upheld, restored or withdrawn.
        kind: trademark, copyright, publicity, privacy, or defamation.
        holder: who says to have the right.
        right: the right, as they name it.
        sender: the sender that they name.
        link: the link that they name.
        due_at: until when you may answer; later answers count while nobody has decided.
        answer: what you answered.
        answered_at: when.
        decided_at: when a reviewer decided.
        reason: why, in the reviewer's words.
    """

    number: str
    state: str
    kind: str
    holder: str
    right: str
    sender: str
    link: str
    due_at: datetime
    answer: str
    answered_at: datetime | None
    decided_at: datetime | None
    reason: str


class TakedownAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What speaks against a claim: your counter-notice.

    Attributes:
        words: why you may send it: a licence, your own right, or what the holder has wrong.
    """

    words: _Words


class TakedownVouched(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That a holder is who they say, found out otherwise than by mail.

    Attributes:
        brands: ids of the register's brands that they were shown to own; what they name is stopped then, until it
            is decided, of the accounts that it concerns.
    """

    brands: list[Annotated[str, msgspec.Meta(max_length=100)]] = []


class TakedownParty(msgspec.Struct, frozen=True):
    """An account that a claim concerns.

    Attributes:
        account: its name.
        due_at: until when it may answer.
        words: what it answered.
        answered_at: when.
    """

    account: str
    due_at: datetime
    words: str
    answered_at: datetime | None


class TakedownStep(msgspec.Struct, frozen=True):
    """Something that happened to a claim.

    Attributes:
        event: what.
        at: when.
        by: who did it: holder, mail, account, comity, or a person of the staff.
        why: in their words.
    """

    event: str
    at: datetime
    by: str
    why: str


class DeskTakedown(msgspec.Struct, frozen=True):
    """A claim as reviewers see it; its text opens with the complaint's.

    Attributes:
        number: what it is known by, also as a complaint.
        state: unproven, open, held, answered, unanswered, upheld, restored, withdrawn or lapsed.
        kind: trademark, copyright, publicity, privacy, or defamation.
        holder: who says to have the right.
        right: the right, as they name it.
        domain: of their address.
        proven_by: mail, account or the reviewer who found out; empty while it is not proven.
        brands: the register's brands that they were shown to own.
        sender: the sender that they name.
        link: the link that they name; do not open it.
        case: the number of the case that decides it.
        filed_at: when it came.
        parties: the accounts that it concerns, and what they answered.
        events: what happened, the first thing first.
    """

    number: str
    state: str
    kind: str
    holder: str
    right: str
    domain: str
    proven_by: str
    brands: list[str]
    sender: str
    link: str
    case: int | None
    filed_at: datetime
    parties: list[TakedownParty] = []
    events: list[TakedownStep] = []


NEXT = {
    State.UNPROVEN: "We mailed you a token: give it to /api/takedowns/proof. A reviewer looks at it then. If you got"
    " the text, show that first: /api/complaints/NUMBER/code.",
    State.OPEN: "A reviewer looks at it.",
    State.HELD: "The text is stopped for a short while, longer if a reviewer confirms it; one will decide.",
}


def own(row: Any) -> OwnTakedown:  # noqa: ANN401  asyncpg's record
    """A row of `takedown_own`."""
    return OwnTakedown(
        number=row["number"],
        state=row["state"],
        kind=row["kind"],
        holder=row["holder"],
        right=row["right_named"],
        sender=row["sender"],
        link=row["link"],
        due_at=row["due_at"],
        answer=row["words"],
        answered_at=row["answered_at"],
        decided_at=row["decided_at"],
        reason=row["reason"],
    )


def desk(found: Takedown, parties: list[dict[str, Any]], events: list[dict[str, Any]]) -> DeskTakedown:
    """A claim as reviewers see it."""
    return DeskTakedown(
        number=found.number,
        state=found.state.value,
        kind=found.kind,
        holder=found.holder,
        right=found.right_named,
        domain=found.domain,
        proven_by=found.proven_by,
        brands=list(found.brands),
        sender=found.sender,
        link=found.link,
        case=found.case_id,
        filed_at=found.filed_at,
        parties=[TakedownParty(**one) for one in parties],
        events=[TakedownStep(**one) for one in events],
    )
