"""Owns how rows of the consent ledger look at the /api door, and how its ids are read; must not know calls."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec

from comity.consent.ledger import Question, Ruling, brand_key
from comity.edges.rest_http.consents_models import ConsentProof, Ruled, ShownConsent, ShownOptOut
from comity.edges.rest_http.problems import NOT_FOUND, UNREADABLE, ProblemError
from comity.edges.rest_http.services import decoded
from comity.numbers import BadNumber, read_destination

_DIGITS: Final = 18
RowPlace = Annotated[int, msgspec.Meta(ge=1, le=(1 << 63) - 1)]
"""Where a page of rows ends, in a cursor."""


def shown_consent(row: dict[str, Any]) -> ShownConsent:
    """A consent as its account may see it."""
    kept = ("recipient", "brand", "wording", "channel", "at", "proof", "address", "confirmed", "counts")
    return ShownConsent(
        id=str(row["number"]),
        purposes=[purpose.strip() for purpose in row["purpose"].split(";") if purpose.strip()],
        expires=row["expires_at"],
        withdrawn_at=row["withdrawn_at"],
        withdrawn_how=row["withdrawn_how"],
        recorded_at=row["recorded_at"],
        proofs=[ConsentProof(**proof) for proof in row["proofs"] or ()],
        **{name: row[name] for name in kept},
    )


def shown_opt_out(row: dict[str, Any]) -> ShownOptOut:
    """An opt-out as its account may see it."""
    fields = ("recipient", "scope", "subject", "source", "memo", "at")
    return ShownOptOut(id=str(row["number"]), **{name: row[name] for name in fields})


def shown_ruling(question: Question, ruling: Ruling) -> Ruled:
    """What a person is to messages, as their account may see it."""
    since = ruling.event.at if ruling.event is not None else None
    return Ruled(question.brand, question.category, ruling.is_open, ruling.standing.value, ruling.why, since)


def brands_of(named: str | None, events: list[str]) -> list[str]:
    """The brand that was asked about, else each that is known, else the one nobody named."""
    if named:
        return [named]
    by_key = {brand_key(brand): brand for brand in reversed(events)}
    return sorted(by_key.values()) or [""]


def number_of(written: str) -> str:
    """A person's number in digits.

    Raises:
        ProblemError: it is none.
    """
    try:
        return read_destination(written).e164
    except BadNumber as error:
        raise ProblemError(UNREADABLE, f"The number is invalid: {error.what}", "Write it as +32470000000.") from None


def read_body_as(body: bytes, kind: Any) -> Any:  # noqa: ANN401  a type, and a value of it
    """A body as its shape.

    Raises:
        ProblemError: it has another shape, or is no JSON.
    """
    try:
        return decoded(body, kind)
    except msgspec.ValidationError as error:
        raise ProblemError(UNREADABLE, f"The body is not as it is asked for: {error}.", "See /api/docs.") from None


def row_of(id_: str) -> int:
    """The row that an id names.

    Raises:
        ProblemError: no row has such an id.
    """
    if not (id_.isascii() and id_.isdecimal() and len(id_) <= _DIGITS):
        raise nothing()
    return int(id_)


def nothing() -> ProblemError:
    """What is said of an id that names nothing of the caller's."""
    return ProblemError(NOT_FOUND, "You have nothing of this id.", "Give an id as it was told.")
