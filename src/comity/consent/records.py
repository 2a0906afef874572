"""Owns a consent as a customer reports it: read from a row, checked field by field; must not know files or stores."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import msgspec

from comity.base.errors import ComityError
from comity.numbers.read import BadNumber, read_destination

COLUMNS: Final = ("recipient", "brand", "purpose", "wording", "channel", "at", "proof")
OPTIONAL: Final = ("address", "expires")
"""Columns that may be left out: whence the consent came, and from when it holds no more."""
PURPOSES_APART: Final = "; "
_EARLIEST_YEAR: Final = 1970
_LATEST_YEAR: Final = 9000
_LONGEST: Final = {"brand": 100, "purpose": 200, "wording": 2000, "channel": 50, "proof": 1000, "address": 500}


class Consent(msgspec.Struct, frozen=True):
    """That a recipient agreed: to whom, to what, shown which words, where, when, with which proof (P4).

    Attributes:
        recipient: MSISDN (digits).
        purpose: what for; several stand with "; " between them.
        address: of the page, or the person's computer; "" where there was none.
        expires_at: from when it holds no more; None for never.
    """

    recipient: str
    brand: str
    purpose: str
    wording: str
    channel: str
    at: datetime
    proof: str
    address: str = ""
    expires_at: datetime | None = None

    @property
    def line(self) -> bytes:
        """What a digest of it is made over: its fields as JSON."""
        return _ENCODER.encode(self)


_ENCODER: Final = msgspec.json.Encoder()


class BadConsentError(ComityError):
    """A row is not a consent; says which field and how to mend it."""


def read_consent(row: Mapping[str, str | None], now: datetime) -> Consent:
    """A consent from a row with the columns of `COLUMNS`, and perhaps of `OPTIONAL`.

    Raises:
        BadConsentError: a field is missing or wrong.
    """
    fields = {name: (row.get(name) or "").strip() for name in (*COLUMNS, *OPTIONAL)}
    empty = [name for name in COLUMNS if not fields[name]]
    if empty:
        raise BadConsentError(f"{', '.join(empty)} is empty.", "An opt-in without it proves nothing.")
    for name, longest in _LONGEST.items():
        if len(fields[name]) > longest or "\0" in fields[name]:
            raise BadConsentError(f"{name} is longer than {longest} characters or holds a NUL.")
    try:
        recipient = read_destination(fields["recipient"]).e164
    except BadNumber as error:
        raise BadConsentError(f"recipient is not a valid number: {error.what}") from None
    at = _instant("at", fields["at"])
    if at > now:
        raise BadConsentError("at lies in the future.", "Give the time at which the recipient agreed.")
    expires_at = _instant("expires", fields["expires"]) if fields["expires"] else None
    if expires_at is not None and expires_at <= at:
        raise BadConsentError("expires is not after at.", "Leave it out for a consent without an end.")
    return Consent(
        recipient, fields["brand"], fields["purpose"], fields["wording"], fields["channel"], at, fields["proof"],
        fields["address"], expires_at,
    )  # fmt: skip


def _instant(name: str, written: str) -> datetime:
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        raise BadConsentError(f"{name} is not a time.", "Write it as 2026-03-01T12:30:00+01:00.") from None
    if not _EARLIEST_YEAR <= at.year < _LATEST_YEAR:
        raise BadConsentError(f"{name} is too far off to be true.", "Give the time at which the recipient agreed.")
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
