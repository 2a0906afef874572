"""Owns cutting a stream of octets into PDUs within a bound; must not know what a PDU means."""

from __future__ import annotations

from typing import Final

from comity.smpp import status as st
from comity.smpp.errors import PduError

_LENGTH_SIZE: Final = 4
_HEADER_SIZE: Final = 16


class Cutter:
    """Holds at most one unfinished PDU.

    `limit` is the largest command_length taken; it may be raised between two frames.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._kept = bytearray()
        self._needed = 0
        self._block = b""
        self._at = 0

    @property
    def held(self) -> int:
        """Octets held and not yet cut."""
        return len(self._kept) + len(self._block) - self._at

    def feed(self, octets: bytes) -> None:
        """Take what was read; every frame of the last feed must have been cut, or the rest dropped."""
        if not self._kept:
            self._block, self._at = octets, 0
            return
        self._kept += octets
        if len(self._kept) >= self._needed:
            self._block, self._at = bytes(self._kept), 0
            self._kept.clear()

    def next_frame(self) -> bytes | None:
        """The next whole PDU, or None when more octets are needed.

        Raises:
            PduError: fatal; no PDU is that short or may be that long. Cutting cannot go on.
        """
        block, start = self._block, self._at
        have = len(block) - start
        if have >= _LENGTH_SIZE:
            length = int.from_bytes(block[start : start + _LENGTH_SIZE], "big")
            if not _HEADER_SIZE <= length <= self.limit:
                raise self._unreadable(block[start : start + _HEADER_SIZE])
            if have >= length:
                self._at = start + length
                return block[start : start + length]
            self._needed = length
        elif have:
            self._needed = _LENGTH_SIZE
        self._kept += block[start:]
        self._block, self._at = b"", 0
        return None

    def drop(self) -> None:
        """Forget everything held."""
        self._kept.clear()
        self._block, self._at = b"", 0

    @staticmethod
    def _unreadable(head: bytes) -> PduError:
        whole = len(head) == _HEADER_SIZE
        return PduError(
            st.ESME_RINVCMDLEN,
            "command_length is below 16 or above the limit.",
            int.from_bytes(head[4:8], "big") if whole else 0,
            int.from_bytes(head[12:16], "big") if whole else 0,
            fatal=True,
        )
