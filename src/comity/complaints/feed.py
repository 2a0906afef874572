"""Owns what reports of others come to, in whatever form they were written; must not know any form, door or store."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import msgspec

from comity.base.errors import ComityError

LONGEST_TEXT: Final = 2000
LONGEST_WORDS: Final = 1000
LONGEST_ID: Final = 200
_LONGEST_SENDER: Final = 40
_LONGEST_NUMBER: Final = 15
_SHORTEST_NUMBER: Final = 3
_FIRST_YEAR: Final = 2000
_LAST_YEAR: Final = 2100


class BadReportError(ComityError):
    """A report cannot be read; says what is wrong with it, and quotes nothing of it."""


class FedReport(msgspec.Struct, frozen=True):
    """One report of a feed.

    Attributes:
        report_id: the feed's own name for it; of two with the same one the first counts.
        kind: what is complained of, a kind of `comity.complaints.complaint`; "" where it says that nothing is wrong.
        sender: whom the text showed as its sender, "" unknown.
        recipient: whom it reached, digits, "" unknown.
        received_at: when, aware; None unknown.
        text: the text that is reported, "" where it was left out.
        words: what the feed says of it.
    """

    report_id: str
    kind: str
    sender: str = ""
    recipient: str = ""
    received_at: datetime | None = None
    text: str = ""
    words: str = ""


def read_sender(written: str) -> str:
    """A sender as a report names it: digits of a number, or a name.

    Raises:
        BadReportError: it can be neither.
    """
    bare = read_number(written)
    if bare:
        return bare
    name = written.strip()
    if not name.isprintable() or len(name) > _LONGEST_SENDER:
        raise BadReportError("The sender is no number or name.", f"Write at most {_LONGEST_SENDER} characters.")
    return name


def read_number(written: str) -> str:
    """A number as digits, without plus, `tel:`, blanks or dashes; "" where it is none."""
    bare = written.strip().removeprefix("tel:").lstrip("+")
    digits = bare.translate(_BLANKS)
    is_number = digits.isascii() and digits.isdecimal() and _SHORTEST_NUMBER <= len(digits) <= _LONGEST_NUMBER
    return digits if is_number else ""


def read_text(written: str) -> str:
    """A text that can be kept.

    Raises:
        BadReportError: it is longer than a message can be, or holds what no text holds.
    """
    return _bounded(written, LONGEST_TEXT, "text")


def read_words(written: str) -> str:
    """What a report says in words.

    Raises:
        BadReportError: it is too long, or holds what no text holds.
    """
    return _bounded(written, LONGEST_WORDS, "description")


def read_instant(at: datetime) -> datetime:
    """An instant in UTC.

    Raises:
        BadReportError: it has no offset, or lies outside of what a clock of this century shows.
    """
    if at.tzinfo is None or not _FIRST_YEAR <= at.year < _LAST_YEAR:
        raise BadReportError("The time cannot be one.", "Write date, time and offset.")
    return at.astimezone(UTC)


def _bounded(written: str, longest: int, what: str) -> str:
    if len(written) > longest:
        raise BadReportError(f"The {what} has {len(written)} characters.", f"Give at most {longest}.")
    if "\0" in written or any("\ud800" <= letter <= "\udfff" for letter in written):
        raise BadReportError(f"The {what} holds what no text holds.", "Write it in UTF-8.")
    return written


_BLANKS: Final = str.maketrans("", "", " -().\u00a0")
