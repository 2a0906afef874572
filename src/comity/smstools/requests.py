"""Owns reading Smstools requests: JSON as clients really write it, into plain values; must not know HTTP or stores.

Old clients send empty strings for what they leave out, 1 and 0 for booleans, numbers
for strings. What cannot be meant is refused with the interface's own code.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from comity.smstools import codes
from comity.smstools.codes import DialectError

_DATE_FORMATS: Final = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")
_TRUE: Final = frozenset({True, "1", "true", "True", "TRUE"})  # 1 is True
_FALSE: Final = frozenset({False, "0", "", "false", "False", "FALSE", None})
_CATEGORIES: Final = frozenset({"promotional", "transactional", "otp", "alert"})
_DECODER: Final = msgspec.json.Decoder()
MAX_KEY: Final = 255
_SMALL: Final = 256 * 1024
_MOST_MARKS: Final = ((b"{", 50_000), (b"[", 50_000), (b'"', 500_000), (b",", 600_000))


class WireMessage(msgspec.Struct, frozen=True):
    """One object of a send request, with its recipients.

    Attributes:
        category: our extension: promotional, transactional, otp or alert; None when not given.
        date: as written, yyyy-MM-dd HH:mm in the account's zone; "" for now.
        subid: the subaccount to send from; "" for none.
    """

    text: str
    to: tuple[str, ...]
    sender: str
    category: str | None
    date: str
    reference: str
    subid: str
    test: bool


def read_json(body: bytes) -> Any:  # noqa: ANN401  any JSON value
    """The JSON value in a body; an empty body is an empty object.

    Raises:
        DialectError: 139, it is not JSON, or nested too deep.
    """
    if len(body) > _SMALL and _is_crowded(body):
        raise DialectError(codes.BODY_TOO_LARGE, "The body holds more values than any request needs.")
    if not body.strip():
        return {}
    try:
        return _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise DialectError(codes.PARAMETERS, "The body is not valid JSON in UTF-8.") from None
    except RecursionError:
        raise DialectError(codes.PARAMETERS, "The body is nested too deep.") from None


def _is_crowded(body: bytes) -> bool:
    """Whether it holds many times the values of 10,000 messages: reading them would cost everybody else a second."""
    return any(body.count(mark) > most for mark, most in _MOST_MARKS)


def read_messages(value: Any, query: dict[str, str], most: int) -> list[WireMessage]:  # noqa: ANN401  any JSON value
    """The messages of a send request: one object, or a list of them.

    Args:
        value: the body.
        query: the query, where old clients put `test`.
        most: recipients that a request may have.

    Raises:
        DialectError: 114 for an empty request, 139 for what is of the wrong type or too many.
    """
    objects = value if isinstance(value, list) else [value]
    if not objects or objects == [{}]:
        raise DialectError(codes.EMPTY_REQUEST)
    messages: list[WireMessage] = []
    recipients = 0
    for one in objects:
        # Counted as they come: megabytes of tiny messages must not be read to the end first.
        messages.append(_read_message(one, query, most))
        recipients += len(messages[-1].to)
        if recipients > most:
            raise DialectError(codes.PARAMETERS, f"A request may have at most {most} recipients.")
    return messages


def _read_message(value: Any, query: dict[str, str], most: int) -> WireMessage:  # noqa: ANN401  any JSON value
    if not isinstance(value, dict):
        raise DialectError(codes.PARAMETERS, "Each message must be a JSON object.")
    kind = read_text(value, "type")
    if kind == "group":
        raise DialectError(codes.GROUP_UNKNOWN)
    if kind not in {"", "sms"}:
        raise DialectError(codes.PARAMETERS, "type must be sms or group.")
    return WireMessage(
        text=_strict_text(value, "message"),
        to=_recipients(value.get("to"), most),
        sender=read_text(value, "sender"),
        category=_category(value),
        date=read_text(value, "date"),
        reference=read_text(value, "reference"),
        subid=read_text(value, "subid"),
        test=read_flag(value.get("test", query.get("test")), "test"),
    )


def read_text(value: dict[str, Any], name: str) -> str:
    """A field that is text; numbers are taken as written, what is left out or null is "".

    Raises:
        DialectError: 139, it is of another type.
    """
    found = value.get(name)
    if found is None:
        return ""
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    if not isinstance(found, str) or "\0" in found:
        raise DialectError(codes.PARAMETERS, f"{name} must be a string without NUL.")
    return found


def read_flag(found: Any, name: str) -> bool:  # noqa: ANN401  any JSON value
    """A boolean as old clients write it: true, 1, "1", "true" and their opposites.

    Raises:
        DialectError: 139, it is something else.
    """
    if isinstance(found, (bool, int, str)) or found is None:
        if found in _TRUE:
            return True
        if found in _FALSE:
            return False
    raise DialectError(codes.PARAMETERS, f"{name} must be true or false.")


def read_date(written: str, time_zone: str) -> datetime | None:
    """A request's date as an aware instant; None for "".

    A time that daylight saving skips is taken as the clock would have shown it; one that
    comes twice means the first.

    Raises:
        DialectError: 121, it is not yyyy-MM-dd HH:mm.
    """
    written = written.strip()
    if not written:
        return None
    for form in _DATE_FORMATS:
        try:
            local = datetime.strptime(written, form)  # noqa: DTZ007  the zone is the account's, set below
            return local.replace(tzinfo=ZoneInfo(time_zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    raise DialectError(codes.DATE, "The date must be written yyyy-MM-dd HH:mm.")


def _strict_text(value: dict[str, Any], name: str) -> str:
    found = value.get(name)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise DialectError(codes.PARAMETERS, f"{name} must be a string.")
    return found


def _category(value: dict[str, Any]) -> str | None:
    found = read_text(value, "category")
    if not found:
        return None
    if found not in _CATEGORIES:
        raise DialectError(codes.PARAMETERS, "category must be promotional, transactional, otp or alert.")
    return found


def _recipients(found: Any, most: int) -> tuple[str, ...]:  # noqa: ANN401  any JSON value
    entries = found if isinstance(found, list) else [found]
    if not entries:
        raise DialectError(codes.DESTINATION)
    if len(entries) > most:
        raise DialectError(codes.PARAMETERS, f"A request may have at most {most} recipients.")
    return tuple(_recipient(entry) for entry in entries)


def _recipient(entry: Any) -> str:  # noqa: ANN401  any JSON value
    if entry is None:
        return ""
    if isinstance(entry, str) and "\0" not in entry:
        return entry
    if isinstance(entry, int) and not isinstance(entry, bool):
        return str(entry)
    raise DialectError(codes.DESTINATION, "to must be a number or a list of numbers.")
