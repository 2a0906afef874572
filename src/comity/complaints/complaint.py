"""Owns what a complaint is: who says what about which message, and the case number it is known by (G7, P9).

It must not know where complaints are kept, how they come in, or what follows from them.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

import msgspec

Channel = Literal["form", "api", "sms", "xarf", "arf", "staff"]
"""The way it came in: the public form or call, forwarded by text, a feed, or written down by staff."""

Kind = Literal["spam", "phishing", "fraud", "harassment", "defamation", "trademark", "consent", "other"]
"""What it is about."""

FreezeKind = Literal["template", "text", "sender"]
"""What a freeze stops: a template and what is nearly the same, one text, or all from a sender."""

LONGEST_TEXT: Final = 2_000
LONGEST_WORDS: Final = 4_000

# Without letters and digits that are taken for one another when they are read out.
_SIGNS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_GROUP: Final = 4
_GROUPS: Final = 3
_NUMBER: Final = re.compile(rf"C(-[{_SIGNS}]{{{_GROUP}}}){{{_GROUPS}}}")
_TOKEN_OCTETS: Final = 24


class NewComplaint(msgspec.Struct, frozen=True):
    """A complaint as it comes in.

    Attributes:
        text: what the message said, as the reporter has it; "" when it was not given.
        recipient: the number that got it, as digits; "" when it is not known.
        sender: the sender as the reporter saw it; "" when it is not known.
        received_at: when it came (aware); None when that is not known.
        reporter: how to reach who reports; kept sealed, never logged; "" for somebody who wants to stay unnamed.
        proven: whether it is shown that the reporter got the message: the same number, or a token.
        reporter_key: keyed hash of who reports (a network, a number or a feed): equal ones are one reporter.
        words: what the reporter says about it.
        message: account and id, where they are known.
        apart: it has a case of its own, and counts with no other: a claim of right, which a person has to judge.
    """

    channel: Channel
    kind: Kind
    text: str = ""
    recipient: str = ""
    sender: str = ""
    received_at: datetime | None = None
    reporter: str = ""
    proven: bool = False
    reporter_key: bytes = b""
    words: str = ""
    message: tuple[int, UUID] | None = None
    apart: bool = False


class Filed(msgspec.Struct, frozen=True):
    """A complaint that was taken.

    Attributes:
        number: what it is known by outside.
        token: shows its status to who has it; it is told once and kept as a hash.
        case: the id of the case at the desk.
        matched: how many messages it was linked to.
        frozen: the freeze that followed at once, or None.
    """

    number: str
    token: str
    case: UUID
    matched: int
    frozen: int | None = None


class NewFreeze(msgspec.Struct, frozen=True):
    """Traffic to be stopped until a person has looked.

    Attributes:
        account_id: whose traffic, with that of its subaccounts; None for everybody's.
        kind: by what it is known.
        key: the template's or text's key in decimal, or the sender's canonical key.
        why: the reason, in a sentence that the account reads.
        complaint_number: the complaint it follows from; "" for none.
        by: the reviewer, or `accounts.standing.AUTOMATIC`.
        similarity: `text.similar.similarity_hash` of the text; what is nearly the same is stopped too.
        codes: one-time codes and alerts are stopped too; takes a person's word.
    """

    account_id: int | None
    kind: FreezeKind
    key: str
    why: str
    complaint_number: str
    by: str
    similarity: int | None = None
    codes: bool = False


def new_number() -> str:
    """A case number that nobody guesses (60 random bits): `C-7K2M-QW4P-XZ9A`."""
    groups = ("".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(("C", *groups))


def read_number(written: str) -> str | None:
    """A case number as it was written, in any case; None when it can be none."""
    number = written.strip().upper()
    return number if _NUMBER.fullmatch(number) else None


def new_token() -> str:
    """A secret of 192 random bits, in letters that an address may hold."""
    return secrets.token_urlsafe(_TOKEN_OCTETS)


def token_hash(token: str) -> bytes:
    """What is kept of a token; it needs no salt, for it cannot be guessed. 32 octets."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
