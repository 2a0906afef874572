"""Owns the shapes of complaints over the /api door as reporters see them; must not know how any comes about."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from comity.complaints.complaint import LONGEST_TEXT, LONGEST_WORDS, Kind

_Short = Annotated[str, msgspec.Meta(max_length=64)]
_Id = Annotated[str, msgspec.Meta(max_length=64)]


class NewComplaintBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A complaint about a message.

    Attributes:
        kind: what it is about.
        recipient: the number that got the message, with its plus; without it nothing can be found.
        sender: the number or name that the message came from, as it was shown.
        received_at: when it came, with its offset.
        text: the words of the message. Do not open its links.
        words: what you want to say about it.
        contact: how you may be reached; sealed, and shown to nobody but who needs it to answer you.
        message: the id of the message, if its sender's page or link names one: it shows that you got it.
    """

    kind: Kind
    recipient: _Short = ""
    sender: _Short = ""
    received_at: datetime | None = None
    text: Annotated[str, msgspec.Meta(max_length=LONGEST_TEXT)] = ""
    words: Annotated[str, msgspec.Meta(max_length=LONGEST_WORDS)] = ""
    contact: Annotated[str, msgspec.Meta(max_length=320)] = ""
    message: _Id = ""


class Channels(msgspec.Struct, frozen=True):
    """Where people of a country report a message besides.

    Attributes:
        kind: sms, phone, web or email.
        value: what is texted to, dialled, opened or written to.
        about: what it is for.
    """

    kind: str
    value: str
    about: str


class WhereToTurn(msgspec.Struct, frozen=True):
    """Who else takes such complaints in the country of the number.

    Attributes:
        country: ISO 3166-1 alpha-2; empty where the number does not tell.
        name: its name in English.
        authorities: bodies that take complaints.
        short_code: where a message is forwarded to by text; null where none is known.
        channels: all ways that are known.
    """

    country: str
    name: str
    authorities: list[str]
    short_code: str | None
    channels: list[Channels]


class ComplaintTaken(msgspec.Struct, frozen=True):
    """The acknowledgement of a complaint.

    Attributes:
        number: what it is known by.
        token: shows its status together with the number; it is told this once.
        proven: whether it is shown that you got the message.
        prove: how you can show it; empty where it is shown, or cannot be.
        where_to_turn: who else takes such complaints.
    """

    number: str
    token: str
    proven: bool
    prove: str
    where_to_turn: WhereToTurn


class ComplaintHappened(msgspec.Struct, frozen=True):
    """Something that happened to a complaint, in words for its reporter.

    Attributes:
        at: when.
        what: what happened, in a sentence.
    """

    at: datetime
    what: str


class ComplaintStatus(msgspec.Struct, frozen=True):
    """Where a complaint is, in words for its reporter.

    Attributes:
        number: what it is known by.
        kind: what it is about.
        filed_at: when it was made.
        status: received, looked-at, upheld, rejected, withdrawn or closed.
        says: the same in a sentence.
        proven: whether it is shown that you got the message.
        found: whether messages of ours fit it; null until it is shown that you got one: nobody else is told.
        done: what was done about it.
        events: what happened, the first thing first.
        where_to_turn: who else takes such complaints.
    """

    number: str
    kind: Kind
    filed_at: datetime
    status: str
    says: str
    proven: bool
    found: bool | None
    done: list[str]
    events: list[ComplaintHappened]
    where_to_turn: WhereToTurn


class ConfirmCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The code that was sent to the number.

    Attributes:
        code: six digits.
    """

    code: Annotated[str, msgspec.Meta(min_length=4, max_length=12)]


class CodeSent(msgspec.Struct, frozen=True):
    """A code is on its way.

    Attributes:
        minutes: for so long it is good.
    """

    minutes: int
