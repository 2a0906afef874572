"""Owns the shapes of complaints and freezes over the /api door for staff; must not know how any comes about."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from comity.complaints.complaint import LONGEST_TEXT, Channel, FreezeKind, Kind
from comity.edges.rest_http.complaint_shapes import NewComplaintBody
from comity.edges.rest_http.paging import Page

_Words = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
_Id = Annotated[str, msgspec.Meta(max_length=64)]


class ComplaintEntry(msgspec.Struct, frozen=True):
    """A complaint in the desk's list, its number of a person masked.

    Attributes:
        id: what it is known by: its number.
        channel: the way it came in.
        kind: what it is about.
        state: received, linked, investigated, upheld, rejected, abusive, withdrawn or closed.
        outcome: upheld, rejected or abusive; empty while nobody decided.
        sender: the sender as the reporter saw it.
        received_at: when it came, as the reporter says.
        filed_at: when the complaint was made.
        proven: whether it is shown that the reporter got the message.
        account: whose messages it is about; null where it fits none.
        recipient: the calling code and the last two digits.
        counts: what it weighs against the account's volume.
        same_as_another: the same reporter's complaint about the same counts in its place.
        score: the highest score of the text that speaks for it.
        messages: how many messages it was linked to.
        case: the id of its case.
    """

    id: str
    channel: Channel
    kind: Kind
    state: str
    outcome: str
    account: str | None
    recipient: str
    sender: str
    received_at: datetime | None
    filed_at: datetime
    proven: bool
    counts: float
    same_as_another: bool
    score: float
    messages: int
    case: str | None


class ComplaintEvent(msgspec.Struct, frozen=True):
    """Something that happened to a complaint.

    Attributes:
        at: when.
        event: what.
        by: a person of the staff, the reporter, or the gateway (comity).
        words: what was said.
        told: whether the reporter reads it.
    """

    at: datetime
    event: str
    by: str
    words: str
    told: bool


class LinkedMessage(msgspec.Struct, frozen=True):
    """A message that a complaint is about.

    Attributes:
        how: token, text, template, similar or time.
    """

    id: str
    how: str


class FreezeEntry(msgspec.Struct, frozen=True):
    """Traffic that is or was stopped after a complaint.

    Attributes:
        id: the id of the case that what it holds waits in.
        account: whose traffic; null for everybody's.
        what: template, text or sender.
        key: the template's or text's key, or the sender.
        codes: one-time codes and alerts are stopped too.
        by: who asked for it; comity where no person did.
        begun_at: since when.
        ended_at: when it ended; null while it has not.
        ended_by: who ended it.
        ended_why: why.
        state: proposed, in-force, confirmed, lapsed, declined, lifted or upheld.
        complaint: the complaint that it followed from; null for none.
        lapses_at: when it ends by itself; null once a person confirmed it.
        held: messages that wait in its case; once it has ended, for some seconds, those still to be let go or refused.
    """

    id: str
    account: str | None
    what: FreezeKind
    key: str
    codes: bool
    state: str
    why: str
    by: str
    complaint: str | None
    begun_at: datetime
    lapses_at: datetime | None
    ended_at: datetime | None
    ended_by: str
    ended_why: str
    held: int


class ComplaintDetail(ComplaintEntry, frozen=True):
    """A complaint with all that is known of it.

    Attributes:
        text: the message as the reporter has it.
        words: what the reporter says.
        has_contact: the reporter can be reached; opening how takes a reason.
        links: the messages that it is about.
        freezes: traffic that is or was stopped after the complaints of its case.
        events: what happened to it.
    """

    text: str
    words: str
    has_contact: bool
    links: list[LinkedMessage]
    freezes: list[FreezeEntry]
    events: list[ComplaintEvent]


class ComplaintPage(Page[ComplaintEntry], frozen=True):
    """A page of complaints."""

    items: list[ComplaintEntry]


class FreezePage(Page[FreezeEntry], frozen=True):
    """A page of freezes."""

    items: list[FreezeEntry]


class StaffComplaint(NewComplaintBody, frozen=True, forbid_unknown_fields=True):
    """A complaint that reached the staff by telephone, letter or mail.

    Attributes:
        proven: whether you were shown that the reporter got the message.
    """

    proven: bool = False


class LinkMessages(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Messages that a complaint is about, and why.

    Attributes:
        messages: their ids; all of one account.
    """

    messages: Annotated[list[_Id], msgspec.Meta(min_length=1, max_length=50)]
    why: _Words


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why something is done."""

    why: _Words


class ComplaintRuling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What becomes of all complaints of a case.

    Attributes:
        decision: uphold, reject, or abuse: rejected, and the reporter counts no more.
        why: the reason; the account reads it.
        strike: the weight of the strike that the account gets for what is upheld; 0 for none.
    """

    decision: Literal["uphold", "reject", "abuse"]
    why: _Words
    strike: Annotated[int, msgspec.Meta(ge=0, le=10)] = 0


class CountrySpread(msgspec.Struct, frozen=True):
    """How many people of a country got such messages.

    Attributes:
        country: ISO 3166-1 alpha-2; empty where numbers do not tell.
        messages: messages that left the gateway.
        recipients: people who got one.
    """

    country: str
    messages: int
    recipients: int


class OpenRecipients(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who got such messages is asked for, with a reason that the account reads.

    Attributes:
        days: how far before the complaint.
        cursor: the `next` of the page before.
    """

    why: _Words
    days: Annotated[int, msgspec.Meta(ge=1, le=14)] = 7
    cursor: Annotated[str, msgspec.Meta(max_length=400)] = ""


class OtherRecipient(msgspec.Struct, frozen=True):
    """Somebody who got such a message.

    Attributes:
        recipient: the number in full.
        country: ISO 3166-1 alpha-2, where the number tells.
        message: the message's id.
        state: where the message is in its life.
    """

    recipient: str
    country: str | None
    message: str
    state: str


class RecipientPage(Page[OtherRecipient], frozen=True):
    """A page of those who got such messages."""

    items: list[OtherRecipient]


class ReporterContact(msgspec.Struct, frozen=True):
    """How a reporter may be reached.

    Attributes:
        contact: as the reporter gave it.
    """

    contact: str


class NewFreezeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Traffic that a reviewer stops.

    Attributes:
        account: the account's name; everybody's traffic when left out.
        what: template, text or sender.
        key: a sender as it is shown, or a text, whose template or words are stopped.
        complaint: the complaint that it follows from, if one.
        codes: stop one-time codes and alerts too.
    """

    what: FreezeKind
    key: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_TEXT)]
    why: _Words
    account: str | None = None
    complaint: _Id = ""
    codes: bool = False


class CodeSender(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """As whom codes are sent to reporters.

    Attributes:
        account: the name of an account of the operator's own, which pays for them.
        sender: a sender that it may use.
    """

    account: str
    sender: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
