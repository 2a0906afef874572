"""Owns how what accounts declare and are cleared for reads to people; must not know commands or the store."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any


def listings(record: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The lists of a record as people wrote them: names with their capitals, the last day that counts."""
    written = _written_names(record)
    return {
        "brands": [{**row, "until": _last_day(row["until"])} for row in record["brands"]],
        "domains": domains(record),
        "clearances": record["clearances"],
        "registrations": [
            {**row, "sender": written.get(row["sender"], row["sender"])} for row in record["registrations"]
        ],
    }


def domains(record: dict[str, Any]) -> list[dict[str, Any]]:
    """The domains of a record."""
    return [{**row, "until": _last_day(row["until"])} for row in record["domains"]]


def use_case(record: dict[str, Any]) -> dict[str, Any]:
    """What a record says will be sent, its senders as people wrote them."""
    written, declared = _written_names(record), dict(record["use_case"] or {})
    declared["senders"] = [written.get(key, key) for key in declared.get("senders", ())]
    return declared


def _written_names(record: dict[str, Any]) -> dict[str, str]:
    """By canonical key: the names that the account holds, as they are written."""
    return {row["name"].casefold(): row["name"] for row in record["brands"]}


def _last_day(ends: str | None) -> str | None:
    """The last day on which something holds that ends at an instant."""
    return ends and (datetime.fromisoformat(ends) - timedelta(microseconds=1)).astimezone(UTC).date().isoformat()


def now(first: date | None) -> str:
    """The word, where what begins on this day holds already."""
    return "" if first and first > datetime.now(UTC).date() else "now "


def period(first: date | None, last: date | None) -> str:
    """Like ` from 2027-01-01 until the end of 2030-12-31`; a beginning that has passed goes without saying."""
    begins = "" if first is None or now(first) else f" from {first}{'' if last else ' on'}"
    return begins + (f" until the end of {last}" if last else "")


def in_country(country: str) -> str:
    """Like `in BE`."""
    return f"in {country}" if country else "everywhere"


def as_read(value: object) -> object:
    """Lists as they are read, an empty text as a dash."""
    if isinstance(value, list):
        return ", ".join(str(one) for one in value) or "-"
    return "-" if value == "" else value
