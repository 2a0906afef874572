"""Owns how complaints are read, and told to their reporters with where else to turn; must not know any call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from comity.complaints.complaint import NewComplaint, read_number
from comity.complaints.life import FreezeState, State
from comity.countries.facts import Country
from comity.countries.rulebook import country
from comity.edges.postgres.complaint_frozen import Freeze
from comity.edges.postgres.complaint_records import Complaint
from comity.edges.rest_http.complaint_shapes import (
    Channels,
    ComplaintHappened,
    ComplaintStatus,
    NewComplaintBody,
    WhereToTurn,
)
from comity.edges.rest_http.problems import NOT_FOUND, UNREADABLE, ProblemError
from comity.numbers.read import BadNumber, read_destination

# No text came before, and what is counted from a time has room on both sides.
_YEARS: Final = range(2000, 2100)
_STATUS: Final[dict[State, tuple[str, str]]] = {
    State.RECEIVED: ("received", "We have your complaint."),
    # That it fits messages is told apart, and only to who is shown to have got one.
    State.LINKED: ("received", "We have your complaint."),
    State.INVESTIGATED: ("looked-at", "Somebody looks at your complaint."),
    State.UPHELD: ("upheld", "We found your complaint right."),
    State.REJECTED: ("rejected", "We looked at your complaint and did not find it right."),
    State.ABUSIVE: ("rejected", "We looked at your complaint and did not find it right."),
    State.WITHDRAWN: ("withdrawn", "You took your complaint back."),
    State.CLOSED: ("closed", "Your complaint is closed."),
}
_EVENTS: Final = {
    "receive": "We took your complaint.",
    "prove": "You showed that you got the message.",
    "investigate": "Somebody began to look at it.",
    "uphold": "We found it right.",
    "reject": "We did not find it right.",
    "reject-as-abuse": "We did not find it right.",
    "withdraw": "You took it back.",
    "close": "It was closed.",
    "reopen": "It is looked at again.",
}
_DONE: Final = {
    FreezeState.IN_FORCE: "Messages like it are stopped while we look.",
    FreezeState.CONFIRMED: "Messages like it are stopped while we look.",
    FreezeState.LAPSED: "Messages like it were stopped for a while.",
    FreezeState.LIFTED: "Messages like it were stopped while we looked.",
    FreezeState.UPHELD: "Messages like it were stopped, and those that waited were not sent.",
}


def status_of(complaint: Complaint, events: Iterable[Mapping[str, Any]], freezes: Iterable[Freeze]) -> ComplaintStatus:
    """Where a complaint is, for its reporter."""
    status, says = _STATUS[complaint.state]
    done = [_DONE[freeze.state] for freeze in freezes if freeze.state in _DONE] if complaint.proven else []
    if complaint.proven and complaint.strike_id is not None:
        done.append("The sender was given a strike, which counts against what it may send.")
    return ComplaintStatus(
        number=complaint.number,
        kind=complaint.kind,
        filed_at=complaint.filed_at,
        status=status,
        says=says,
        proven=complaint.proven,
        found=complaint.account_id is not None if complaint.proven else None,
        done=list(dict.fromkeys(done)),
        events=[ComplaintHappened(one["at"], _EVENTS[one["event"]]) for one in events if one["event"] in _EVENTS],
        where_to_turn=where_to_turn(complaint.country),
    )


def where_to_turn(iso2: str | None) -> WhereToTurn:
    """Who takes complaints in a country, by the book of countries."""
    record: Country | None = country(iso2) if iso2 else None
    if record is None:
        return WhereToTurn("", "", [], None, [])
    code = record.spam_short_code
    return WhereToTurn(
        record.iso2,
        record.name,
        [authority.name for authority in record.authorities],
        code.value if code is not None else None,
        [Channels(one.kind, one.value, one.about) for one in record.reports],
    )


def read_complaint(asked: NewComplaintBody) -> str:
    """The number that got the message, as digits; "" for none.

    Raises:
        ProblemError: it is no number, the time has no offset or cannot be, a field cannot be kept, or nothing is said.
    """
    recipient = _digits(asked.recipient)
    if asked.received_at is not None and asked.received_at.tzinfo is None:
        raise ProblemError(UNREADABLE, "The time has no offset.", "Write it like 2026-03-04T12:00:00+01:00.")
    if asked.received_at is not None and asked.received_at.year not in _YEARS:
        raise ProblemError(UNREADABLE, "No message came at that time.", "Look at the year.")
    if any("\0" in field for field in (asked.text, asked.words, asked.sender, asked.contact)):
        raise ProblemError(UNREADABLE, "A field holds a NUL.", "Take it out.")
    if not (recipient or asked.text.strip() or asked.words.strip()):
        raise ProblemError(UNREADABLE, "The complaint says nothing.", "Give the number, the text or your words.")
    return recipient


def new_complaint(asked: NewComplaintBody, recipient: str) -> NewComplaint:
    """A complaint as it was made at the public's door."""
    return NewComplaint(
        channel="form",
        kind=asked.kind,
        text=asked.text,
        recipient=recipient,
        sender=asked.sender,
        received_at=asked.received_at,
        reporter=asked.contact,
        words=asked.words,
    )


def country_of(recipient: str) -> str | None:
    """The country of a number of digits, where it tells."""
    return read_destination(f"+{recipient}").country if recipient else None


def _digits(written: str) -> str:
    if not written.strip():
        return ""
    try:
        return read_destination(written).e164
    except BadNumber as error:
        raise ProblemError(
            UNREADABLE, f"The recipient is no number: {error.what}", "Write it with + and its country code."
        ) from None


def complaint_number(written: str) -> str:
    """The number of a complaint as it was written.

    Raises:
        ProblemError: it can be none.
    """
    found = read_number(written)
    if found is None:
        raise no_complaint()
    return found


def no_complaint() -> ProblemError:
    """There is none, or who asks may not know of it."""
    return ProblemError(NOT_FOUND, "There is no complaint of this number and token.", "Look at both again.")
