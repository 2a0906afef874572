"""Owns the form of a sender id: read from what a customer wrote; must not know who may use it.

A sender is a number (up to 14 digits after a plus), a short code, or a name of up to
11 characters of the kind networks accept (Smstools interface, `sender` rules; GSM
TS 23.040 9.1.2.5: 11 septet characters).
"""

from __future__ import annotations

import enum
import re
from functools import lru_cache
from typing import Final

import msgspec

MAX_NAME: Final = 11
MAX_DIGITS: Final = 14
_SHORT_CODE_DIGITS: Final = 8
_LONGEST_WRITTEN: Final = 40
_NAME: Final = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9 .&_-]{0,10}", re.ASCII)
_NUMBER: Final = re.compile(r"(\+|00)?[0-9][0-9 ]{1,20}", re.ASCII)


class SenderKind(enum.StrEnum):
    """What a sender id is made of; it decides the type of number on the wire."""

    NUMBER = "number"
    SHORT_CODE = "short_code"
    NAME = "name"


class Sender(msgspec.Struct, frozen=True):
    """A sender id.

    Attributes:
        shown: what the recipient sees (a number without its plus).
        key: the canonical form that grants are kept under; names compare without case.
    """

    shown: str
    key: str
    kind: SenderKind


class BadSender(enum.StrEnum):
    """Why a sender id cannot be used."""

    MISSING = "missing"
    NEEDS_PLUS = "needs_plus"
    INVALID = "invalid"


def name_as_written(written: str) -> Sender | None:
    """What was written as a name that no network carries: too long, or with foreign letters; None without letters.

    For looking at, never for sending: a forgery is still one where the door would turn it away.
    """
    shown = written.strip()[:_LONGEST_WRITTEN]
    return Sender(shown, shown.casefold(), SenderKind.NAME) if any(map(str.isalpha, shown)) else None


def read_sender(written: str) -> Sender | BadSender:
    """The sender id that was written, or what is wrong with it.

    A number of more than 8 digits may come with `+`, `00` or neither: with neither it is
    taken as an international number, since customers of the wire interface send it so. A
    leading 0 that is not 00 is a national number, which means nothing abroad: it needs its plus.
    """
    written = written.strip()
    if not written:
        return BadSender.MISSING
    # Megabytes that somebody sends as a sender must not be kept.
    return _read(written) if len(written) <= _LONGEST_WRITTEN else BadSender.INVALID


@lru_cache(maxsize=8192)
def _read(written: str) -> Sender | BadSender:
    if _NUMBER.fullmatch(written):
        return _read_number(written)
    if len(written) <= MAX_NAME and _NAME.fullmatch(written):
        return Sender(written, written.casefold(), SenderKind.NAME)
    return BadSender.INVALID


def _read_number(written: str) -> Sender | BadSender:
    digits = written.replace(" ", "")
    international = digits.startswith(("+", "00"))
    digits = digits.removeprefix("+")
    digits = digits.removeprefix("00") if international else digits
    if not digits or len(digits) > MAX_DIGITS:
        return BadSender.INVALID
    if digits.startswith("0"):  # no country code does
        return BadSender.INVALID if international else BadSender.NEEDS_PLUS
    kind = SenderKind.SHORT_CODE if len(digits) <= _SHORT_CODE_DIGITS and not international else SenderKind.NUMBER
    return Sender(digits, digits, kind)
