"""Owns the one way to write a value as octets, so that it can be hashed; must not know what the value means.

RFC 8785 for what evidence is made of: no numbers but whole ones. Others are refused, since two programs write the same
fraction in two ways; write micro-credits, milliseconds, or text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

_GREATEST: Final = 2**53 - 1
_DEEPEST: Final = 32


class NotCanonicalError(ValueError):
    """A value has no canonical form; says where it stands, never what it is."""


def canonical(value: Mapping[str, Any]) -> bytes:
    """A mapping as canonical JSON in UTF-8.

    Text, whole numbers of up to 53 bits, booleans, None, lists and mappings are taken as they are; an instant (aware)
    is written as `written_instant` does, a day and a UUID as text.

    Raises:
        NotCanonicalError: it holds a fraction, an instant without a zone, half a character, or another kind of thing.
    """
    plain = _plain(value, "$", 0)
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def written_instant(instant: datetime) -> str:
    """An aware instant in UTC with microseconds: 2026-03-04T12:00:00.000000Z."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _plain(value: object, place: str, depth: int) -> Any:  # noqa: ANN401  JSON
    if depth > _DEEPEST:
        raise NotCanonicalError(f"{place[:100]} is nested too deep")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Mapping):
        return _plain_mapping(value, place, depth)
    if isinstance(value, (list, tuple)):
        return [_plain(one, f"{place}[{index}]", depth + 1) for index, one in enumerate(value)]
    return _plain_leaf(value, place)


def _plain_mapping(value: Mapping[Any, Any], place: str, depth: int) -> dict[str, Any]:
    if not all(isinstance(name, str) for name in value):
        raise NotCanonicalError(f"{place} has a name that is no text")
    # RFC 8785 orders names by UTF-16, which differs from code points beyond the basic plane.
    names = sorted(value, key=lambda name: _text(name, place).encode("utf-16-be"))
    return {str(name): _plain(value[name], f"{place}.{name}", depth + 1) for name in names}


def _plain_leaf(value: object, place: str) -> str | int:
    if isinstance(value, str):
        return _text(value, place)
    if isinstance(value, int):
        if abs(value) > _GREATEST:
            raise NotCanonicalError(f"{place} is a number of more than 53 bits")
        return int(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise NotCanonicalError(f"{place} is an instant without a zone")
        return written_instant(value)
    if isinstance(value, (date, UUID)):
        return str(value)
    raise NotCanonicalError(f"{place} is a {type(value).__name__}, which has no canonical form")


def _text(value: str, place: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise NotCanonicalError(f"{place} holds half a character") from None
    return str(value)
