"""Owns the joining of received parts into messages; must not know stores, clocks or encodings.

Source: 3GPP TS 23.040 9.2.3.24.1. References are short and come round again, so two messages may share one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from comity.base.errors import ComityError, Fault

if TYPE_CHECKING:
    from collections.abc import Sequence


class BadPartError(ComityError, ValueError):
    """A stored part numbers itself outside its total, or mixes text and octets with its fellows."""

    fault = Fault.PEER


class StoredPart(msgspec.Struct, frozen=True):
    """One received part.

    Args:
        reference: concatenation reference.
        total: parts of the message, 1 to 255.
        sequence: number of this part, 1 to `total`.
        content: its text, or better its payload: foreign senders cut surrogate and escape pairs, and only joined
            octets decode rightly then.
    """

    reference: int
    total: int
    sequence: int
    content: str | bytes


class Assembly(msgspec.Struct, frozen=True):
    """One message, whole or not yet.

    Args:
        reference: as in its parts.
        total: as in its parts.
        content: the joined contents, or None while parts are missing.
        missing: the sequence numbers that have not come.
        members: indices of its parts in what was given, duplicates too: what to clear away once it is delivered.
    """

    reference: int
    total: int
    content: str | bytes | None
    missing: tuple[int, ...]
    members: tuple[int, ...]


class _Open:
    """A message that is being put together."""

    __slots__ = ("contents", "members")

    def __init__(self) -> None:
        self.contents: dict[int, str | bytes] = {}
        self.members: list[int] = []


def assemble(parts: Sequence[StoredPart]) -> list[Assembly]:
    """Groups the undelivered parts of one sender to one recipient into messages.

    Parts with another reference or total never mix. A part that says the same as one already there is a duplicate.
    One that says something else under the same number shows that the reference came round: it begins another message,
    and later parts go to the newest message that lacks them.

    Args:
        parts: in the order of their arrival, those of delivered messages left out.

    Returns:
        The messages in the order in which each one's first part came.

    Raises:
        BadPartError: a sequence is outside its total, or text stands beside octets.
    """
    groups: dict[tuple[int, int], list[_Open]] = {}
    order: list[tuple[tuple[int, int], _Open]] = []
    for index, part in enumerate(parts):
        if not 1 <= part.sequence <= part.total:
            raise BadPartError("A part is numbered outside its total.")
        key = (part.reference, part.total)
        candidates = groups.setdefault(key, [])
        message = _home(candidates, part)
        if message is None:
            message = _Open()
            candidates.append(message)
            order.append((key, message))
        message.contents.setdefault(part.sequence, part.content)
        message.members.append(index)
    return [_assembly(*key, message) for key, message in order]


def _home(candidates: list[_Open], part: StoredPart) -> _Open | None:
    for message in candidates:
        if message.contents.get(part.sequence) == part.content:
            return message
    return next((message for message in reversed(candidates) if part.sequence not in message.contents), None)


def _assembly(reference: int, total: int, message: _Open) -> Assembly:
    missing = tuple(number for number in range(1, total + 1) if number not in message.contents)
    content = None if missing else _joined([message.contents[number] for number in range(1, total + 1)])
    return Assembly(reference, total, content, missing, tuple(message.members))


def _joined(contents: list[str | bytes]) -> str | bytes:
    texts = [content for content in contents if isinstance(content, str)]
    octets = [content for content in contents if isinstance(content, bytes)]
    if texts and octets:
        raise BadPartError("A message mixes text and octets.")
    return b"".join(octets) if octets else "".join(texts)


def reassemble(parts: Sequence[StoredPart]) -> str | bytes | None:
    """Returns the joined content of the first message that is complete, or None; see `assemble`."""
    return next((found.content for found in assemble(parts) if found.content is not None), None)
