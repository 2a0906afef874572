"""Owns a consent as a customer reports it: read from a row, checked field by field; must not know files or stores."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import msgspec

from comity.base.errors import ComityError
from comity.numbers.read import BadNumber, read_destination

COLUMNS: Final = ("recipient", "brand", "purpose", "wording", "channel", "at", "proof")
_EARLIEST_YEAR: Final = 1970
_LONGEST: Final = {"brand": 100, "purpose": 200, "wording": 2000, "channel": 50, "proof": 1000}


class Consent(msgspec.Struct, frozen=True):
    """That a recipient agreed: to whom, to what, shown which words, where, when, with which proof (P4)."""

    recipient: str
    brand: str
    purpose: str
    wording: str
    channel: str
    at: datetime
    proof: str


class BadConsentError(ComityError):
    """A row is not a consent; says which field and how to mend it."""


def read_consent(row: Mapping[str, str | None], now: datetime) -> Consent:
    """A consent from a row with the columns of `COLUMNS`.

    Raises:
        BadConsentError: a field is missing or wrong.
    """
    fields = {name: (row.get(name) or "").strip() for name in COLUMNS}
    empty = [name for name, value in fields.items() if not value]
    if empty:
        raise BadConsentError(f"{', '.join(empty)} is empty.", "An opt-in without it proves nothing.")
    for name, longest in _LONGEST.items():
        if len(fields[name]) > longest or "\0" in fields[name]:
            raise BadConsentError(f"{name} is longer than {longest} characters or holds a NUL.")
    try:
        recipient = read_destination(fields["recipient"]).e164
    except BadNumber as error:
        raise BadConsentError(f"recipient is not a valid number: {error.what}") from None
    at = _instant(fields["at"])
    if at > now:
        raise BadConsentError("at lies in the future.", "Give the time at which the recipient agreed.")
    return Consent(
        recipient, fields["brand"], fields["purpose"], fields["wording"], fields["channel"], at, fields["proof"]
    )


def _instant(written: str) -> datetime:
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        raise BadConsentError("at is not a time.", "Write it as 2026-03-01T12:30:00+01:00.") from None
    if at.year < _EARLIEST_YEAR:
        raise BadConsentError("at is too long ago to be true.", "Give the time at which the recipient agreed.")
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
