"""Owns what a simulator counts and remembers of the messages it saw; must not know sessions or HTTP.

A message is recognised by a token `#<tag>.<number>#` anywhere in its text. Times are
of the machine's monotonic clock, which a load generator on the same machine shares.
"""

from __future__ import annotations

import os
import re
import time
from collections import deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from comity.sms.header import BadHeader, Udh, read_udh
from comity.sms.receive import read_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comity.smpp.pdu import SubmitSm

_TOKEN: Final = re.compile(rb"#([0-9A-Za-z_-]+)\.([0-9]{1,18})#")
_UCS2: Final = 8
_UDHI: Final = 0x40
REMEMBERED: Final = 1_000
_TAGS_MOST: Final = 1_000
_NO_HEADER: Final = Udh(0)


class Counts(msgspec.Struct):
    """Counters since the start or the last reset."""

    binds: int = 0
    submits: int = 0
    refused: int = 0
    throttled: int = 0
    no_token: int = 0
    dlr_wanted: int = 0
    dlr_sent: int = 0
    dlr_acked: int = 0
    dlr_refused: int = 0
    inbound: int = 0
    callbacks: int = 0
    first_submit: float = 0.0
    last_submit: float = 0.0


class Seen(msgspec.Struct, frozen=True, gc=False):
    """A message that was taken."""

    message_id: str
    at: float
    pdu: SubmitSm


class Tally:
    """Counters, arrivals by tag, and the last thousand messages."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.counts = Counts()
        self._arrivals: dict[str, dict[int, float]] = {}
        self._duplicates: dict[str, int] = {}
        self._callbacks: dict[str, int] = {}
        self._last: deque[Seen] = deque(maxlen=REMEMBERED)

    def taken(self, message_id: str, pdu: SubmitSm, now: float) -> None:
        """A message was taken."""
        counts = self.counts
        counts.submits += 1
        counts.first_submit = counts.first_submit or now
        counts.last_submit = now
        self._last.append(Seen(message_id, now, pdu))
        token = _TOKEN.search(_as_ascii(pdu))
        if token is None:
            counts.no_token += 1
        else:
            self._arrived(token[1].decode(), int(token[2]), now)

    def called_back(self, tag: str | None) -> None:
        """A delivery callback came in over HTTP."""
        self.counts.callbacks += 1
        if tag is not None and (tag in self._callbacks or len(self._callbacks) < _TAGS_MOST):
            self._callbacks[tag] = self._callbacks.get(tag, 0) + 1

    def arrivals(self, tag: str) -> dict[int, float]:
        """When each number of a tag first arrived."""
        return self._arrivals.get(tag, {})

    def last(self, count: int) -> Iterable[dict[str, Any]]:
        """The last messages, oldest first, for people to read."""
        skipped = max(0, len(self._last) - count)
        return [_shown(seen) for place, seen in enumerate(self._last) if place >= skipped]

    def as_json(self, tag: str | None) -> dict[str, Any]:
        """All counters, and those of a tag."""
        shown: dict[str, Any] = msgspec.to_builtins(self.counts)
        shown |= {"pid": os.getpid(), "cpu_s": time.process_time()}
        if tag is not None:
            shown["tag_distinct"] = len(self.arrivals(tag))
            shown["tag_duplicates"] = self._duplicates.get(tag, 0)
            shown["tag_callbacks"] = self._callbacks.get(tag, 0)
        return shown

    def _arrived(self, tag: str, number: int, now: float) -> None:
        seen = self._arrivals.get(tag)
        if seen is None:
            if len(self._arrivals) >= _TAGS_MOST:
                return
            seen = self._arrivals[tag] = {}
        if number in seen:
            self._duplicates[tag] = self._duplicates.get(tag, 0) + 1
        else:
            seen[number] = now


def _as_ascii(pdu: SubmitSm) -> bytes:
    """The content with UCS-2 brought down to ASCII, which a token is written in."""
    octets = pdu.content
    if pdu.data_coding != _UCS2:
        return octets
    skipped = octets[0] + 1 if pdu.esm_class & _UDHI and octets else 0
    return octets[skipped:].decode("utf-16-be", "replace").encode("ascii", "replace")


def _header(pdu: SubmitSm) -> Udh:
    if not pdu.esm_class & _UDHI:
        return _NO_HEADER
    try:
        return read_udh(pdu.content)
    except BadHeader:
        return _NO_HEADER


def _shown(seen: Seen) -> dict[str, Any]:
    pdu = seen.pdu
    header = _header(pdu)
    payload = pdu.content[header.octets :]
    return {
        "id": seen.message_id,
        "at": datetime.fromtimestamp(time.time() - time.monotonic() + seen.at, UTC).isoformat(timespec="milliseconds"),
        "from": pdu.source_addr,
        "from_ton": pdu.source_addr_ton,
        "from_npi": pdu.source_addr_npi,
        "to": pdu.destination_addr,
        "to_ton": pdu.dest_addr_ton,
        "to_npi": pdu.dest_addr_npi,
        "text": read_text(payload, pdu.data_coding, header.tables).text,
        "data_coding": pdu.data_coding,
        "esm_class": pdu.esm_class,
        "registered_delivery": pdu.registered_delivery,
        "validity_period": pdu.validity_period,
        "udh": pdu.content[: header.octets].hex(),
        "octets": payload.hex(),
    }
