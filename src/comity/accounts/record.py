"""Owns what an account has declared and what it was cleared for; must not know how any of it is judged or stored.

An account's record changes rarely, while it sends all day: verdicts name it by digest, and it is kept once.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Final, Literal

import msgspec

CONTENTS: Final = (
    "gambling", "loans", "alcohol", "tobacco", "cannabis", "sex", "firearms", "crypto", "medicines", "political",
    "religious", "alert", "resale", "bulk",
)  # fmt: skip
"""What an account can be cleared for: kinds of content; "alert" for warnings past opt-outs and quiet hours; "resale"
for sending on behalf of unrelated customers; "bulk" for a program's traffic from a person's kind of number."""

_DIGEST_CHARACTERS: Final = 32


class Clearance(msgspec.Struct, frozen=True, omit_defaults=True):
    """Leave to send what is otherwise held back.

    Attributes:
        content: one of `CONTENTS`.
        country: ISO 3166-1 alpha-2 where it holds; "" for everywhere.
        since: the first day it holds (UTC); None for always.
        until: the last day it holds (UTC); None for no end.
        reference: the permit or case behind it.
    """

    content: str
    country: str = ""
    since: date | None = None
    until: date | None = None
    reference: str = ""

    def holds(self, on: date, country: str | None = None) -> bool:
        """Whether it holds on a day and, when one is given, in a country."""
        return _within(self.since, self.until, on) and (not self.country or country is None or self.country == country)


class Registration(msgspec.Struct, frozen=True, omit_defaults=True):
    """A sender or campaign entered in a register that a country or its networks keep.

    Attributes:
        kind: what was registered.
        country: ISO 3166-1 alpha-2 whose register it is.
        sender: canonical key of the sender it is bound to (`comity.senders.read`); "" for any of the account's.
        reference: the number it has there.
        since: the first day it holds; None for always.
        until: the last day it holds; None for no end.
        samples: similarity hashes of the sample texts it was registered with.
    """

    kind: Literal["sender", "campaign"]
    country: str
    sender: str = ""
    reference: str = ""
    since: date | None = None
    until: date | None = None
    samples: tuple[int, ...] = ()

    def holds(self, on: date, sender_key: str = "") -> bool:
        """Whether it holds on a day and for a sender."""
        return _within(self.since, self.until, on) and self.sender in {"", sender_key}


class OwnBrand(msgspec.Struct, frozen=True, omit_defaults=True):
    """A brand in whose name the account may write: its own, or another's by letter of authorisation.

    Attributes:
        name: the brand as written.
        until: when the letter of authorisation ends (aware); None for no end.
        proof: digest of the proof; "" for the operator's own word.
    """

    name: str
    until: datetime | None = None
    proof: str = ""


class OwnDomain(msgspec.Struct, frozen=True, omit_defaults=True):
    """A domain of the account's own, so that links to it are no sign that somebody else is posed as.

    Attributes:
        domain: registrable domain, in punycode and small letters; everything under it counts.
        until: when the proof ends (aware); None for no end.
        proof: digest of the proof; "" for the operator's own word.
    """

    domain: str
    until: datetime | None = None
    proof: str = ""


class UseCase(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the account said it would send; an empty field was not declared and is not held against it.

    Attributes:
        categories: words of `comity.messages.submission.Category`.
        countries: ISO 3166-1 alpha-2 of recipients.
        senders: canonical keys of senders.
        daily_volume: messages a day.
        samples: similarity hashes of sample texts.
        sectors: what the account's business is, in words of its own.
    """

    categories: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    daily_volume: int | None = None
    samples: tuple[int, ...] = ()
    sectors: tuple[str, ...] = ()


class AccountRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """All of it.

    Attributes:
        name: the account's.
        clearances: leave to send what is otherwise held back.
        registrations: entries in registers of countries and networks.
        brands: in whose name it may write.
        domains: to which its own links lead.
        use_case: what it declared, or None when it declared nothing.
        health_data: what is done with health data about people: "note" or "refuse".
    """

    name: str = ""
    clearances: tuple[Clearance, ...] = ()
    registrations: tuple[Registration, ...] = ()
    brands: tuple[OwnBrand, ...] = ()
    use_case: UseCase | None = None
    health_data: str = "note"
    domains: tuple[OwnDomain, ...] = ()

    def is_cleared(self, content: str, on: date, country: str | None = None) -> bool:
        """Whether it may send such content on a day, to a country."""
        return any(c.content == content and c.holds(on, country) for c in self.clearances)


def digest_of(record: AccountRecord) -> str:
    """Names a record in the store: the first 32 hexadecimal characters of the SHA-256 of its JSON."""
    return hashlib.sha256(msgspec.json.encode(record)).hexdigest()[:_DIGEST_CHARACTERS]


def _within(since: date | None, until: date | None, on: date) -> bool:
    return (since is None or since <= on) and (until is None or on <= until)
