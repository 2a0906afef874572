"""Owns the ids of messages: made, written and read; must not know what a message is.

A message id is a UUIDv7 (RFC 9562): its first 48 bits are the milliseconds since
1970, so ids made later sort later, a table partitioned by id is partitioned by
time, and a look-up by id touches one partition.

On the wire an id is 31 lower-case letters and digits, the form the Smstools
interface promises: 25 base-36 digits of the UUID, then 6 that check them, so a
mistyped id is told apart from an unknown one without asking the store.
"""

from __future__ import annotations

import os
import zlib
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

WIRE_LENGTH: Final = 31
_UUID_DIGITS: Final = 25
_CHECK_DIGITS: Final = 6
_ALPHABET: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_PAIRS: Final = [a + b for a in _ALPHABET for b in _ALPHABET]
_COUNTER_BITS: Final = 12
_MAX_COUNTER: Final = (1 << _COUNTER_BITS) - 1


class IdMaker:
    """Makes strictly increasing UUIDv7 values; one per process is enough.

    Within one millisecond a 12-bit counter keeps the order; when it is used up,
    or the clock steps back, the maker's own millisecond runs ahead.
    """

    def __init__(self) -> None:
        self._last_ms = 0
        self._counter = 0

    def at(self, instant: datetime) -> UUID:
        """A new id whose time part is `instant`, or the last one handed out if that is later."""
        ms = int(instant.timestamp() * 1000)
        if ms > self._last_ms:
            self._last_ms, self._counter = ms, 0
        elif self._counter < _MAX_COUNTER:
            self._counter += 1
        else:
            self._last_ms, self._counter = self._last_ms + 1, 0
        random_bits = int.from_bytes(os.urandom(8), "big") & ((1 << 62) - 1)
        return UUID(int=_compose(self._last_ms, self._counter, random_bits))


def earliest(instant: datetime) -> UUID:
    """The smallest id of that millisecond, or of all before 1970; for range look-ups and partition bounds."""
    return UUID(int=max(0, int(instant.timestamp() * 1000)) << 80)


def instant_of(message_id: UUID) -> datetime:
    """When the id was made, to the millisecond."""
    return datetime.fromtimestamp((message_id.int >> 80) / 1000, UTC)


def to_wire(message_id: UUID) -> str:
    """31 lower-case letters and digits."""
    return _base36(message_id.int, _UUID_DIGITS) + _check_digits(message_id)


def from_wire(written: str) -> UUID | None:
    """The id that was written, or None when it cannot be one."""
    if len(written) != WIRE_LENGTH or not written.isascii() or not written.isalnum() or written != written.lower():
        return None
    value = int(written[:_UUID_DIGITS], 36)
    if value >> 128:
        return None
    message_id = UUID(int=value)
    return message_id if written[_UUID_DIGITS:] == _check_digits(message_id) else None


def _compose(ms: int, counter: int, random_bits: int) -> int:
    return (ms << 80) | (0x7 << 76) | (counter << 64) | (0b10 << 62) | random_bits


def _check_digits(message_id: UUID) -> str:
    return _base36(zlib.crc32(message_id.bytes) % 36**_CHECK_DIGITS, _CHECK_DIGITS)


def _base36(value: int, width: int) -> str:
    pairs = []
    for _ in range((width + 1) // 2):
        value, low = divmod(value, 1296)
        pairs.append(_PAIRS[low])
    return "".join(reversed(pairs))[-width:]
