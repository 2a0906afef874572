"""Owns how cases look over the /api door, and how what is wrong with a step is said; must not know any call."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

import msgspec

from comity.accounts.appeals import BadAppealError
from comity.base.errors import ComityError
from comity.base.ids import from_wire, to_wire
from comity.cases.life import NotTheirsError, WrongStepError
from comity.cases.reasons import reasons
from comity.edges.postgres.case_decisions import NoCaseError, NoReasonError
from comity.edges.postgres.case_store import Row
from comity.edges.postgres.case_texts import NoDelayError, NoTextError
from comity.edges.rest_http.desk_models import CaseDetail, CaseEntry, CaseEvent, HeldMessage
from comity.edges.rest_http.problems import CONFLICT, FORBIDDEN, NOT_FOUND, UNREADABLE, Kind, ProblemError
from comity.edges.rest_http.services import decoded
from comity.journey.misfit import misfit
from comity.numbers.mask import mask

_KINDS: Final[dict[type[ComityError], Kind]] = {
    NoCaseError: NOT_FOUND,
    NoTextError: NOT_FOUND,
    WrongStepError: CONFLICT,
    NotTheirsError: FORBIDDEN,
    NoReasonError: UNREADABLE,
    NoDelayError: UNREADABLE,
    BadAppealError: CONFLICT,
}
_ENTRY: Final = (
    "kind", "title", "state", "account", "priority", "due_at", "opened_at", "opened_by", "assigned_to", "senior",
    "outcome", "messages", "facts",
)  # fmt: skip


@contextlib.contextmanager
def as_problems() -> Iterator[None]:
    """Say what is wrong with a step as a problem of the door."""
    try:
        yield
    except tuple(_KINDS) as error:
        raise ProblemError(_KINDS[type(error)], error.what, error.remedy) from None


def shaped(body: bytes, kind: Any) -> Any:  # noqa: ANN401  a struct, and a value of it
    """A body as a struct.

    Raises:
        ProblemError: it is no JSON, or of another shape.
    """
    try:
        return decoded(body, kind)
    except msgspec.ValidationError as error:
        raise ProblemError(UNREADABLE, str(misfit(error, kind.__struct_fields__, "The body", shape=kind))) from None


def case_id(written: str) -> UUID:
    """The id of a case as it was written.

    Raises:
        ProblemError: it can be none.
    """
    return _id(written, "case")


def message_id(written: str) -> UUID:
    """The id of a message as it was written.

    Raises:
        ProblemError: it can be none.
    """
    return _id(written, "message")


def _id(written: str, what: str) -> UUID:
    found = from_wire(written)
    if found is None:
        raise ProblemError(NOT_FOUND, f"This is no id of a {what}.", "An id has 31 lower-case letters and digits.")
    return found


def entry(row: Row) -> CaseEntry:
    """A case in the queue."""
    return CaseEntry(id=to_wire(row["id"]), number=row["case_id"], **{name: row[name] for name in _ENTRY})


def detail(row: Row, events: list[Row]) -> CaseDetail:
    """A case with what happened to it."""
    return CaseDetail(
        id=to_wire(row["id"]),
        number=row["case_id"],
        **{name: row[name] for name in _ENTRY},
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
        reason=row["reason"],
        events=[CaseEvent(**event) for event in events],
        reasons={event.value: words for event, words in reasons()[row["kind"]].items()},
        effects=row.get("effects", {}),
    )


def held(row: Row) -> HeldMessage:
    """A message that a case names: never its text, nor the whole number."""
    return HeldMessage(
        id=to_wire(row["message_id"]),
        recipient=mask(row["recipient"] or ""),
        characters=len(row["text"] or ""),
        **{name: row[name] for name in ("state", "sender", "country", "category", "parts", "findings", "effect")},
    )
