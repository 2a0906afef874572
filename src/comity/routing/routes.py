"""Owns which carrier takes a number and at what price; must not know whether a carrier is up.

A route binds a prefix of the recipient's number to a carrier with a priority. The
longest matching prefix wins as a whole: its carriers, best priority first, are the ones
that may take the message. What is queued carries the prefix, not the carrier, so that
failover needs no rewriting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from comity.sms.segment import NationalTables

MICRO: Final = 1_000_000
DEFAULT_PRICE: Final = MICRO
EVERYWHERE: Final = "*"


class Route(msgspec.Struct, frozen=True):
    """A prefix (digits, empty for the default route) and a carrier for it; the lowest priority comes first."""

    prefix: str
    carrier_id: int
    priority: int = 0


class Carrier(msgspec.Struct, frozen=True):
    """A carrier's link as configured.

    Attributes:
        url: `smpp://HOST:PORT` or `sim://`, never with the password in it.
        options: window, rate, quirks (see docs/reference/carriers.md).
    """

    carrier_id: int
    name: str
    url: str
    system_id: str = ""
    password: str = ""
    options: dict[str, Any] = {}


class WireText(msgspec.Struct, frozen=True):
    """How a carrier's texts are made up, so that parts are counted as they will be sent.

    Attributes:
        tables: national language tables it may be sent with.
        transliterate: typographic characters are written plainly where that avoids UCS-2.
        wide_reference: long texts carry 16-bit references, which leave less room.
    """

    tables: tuple[NationalTables, ...] = ()
    transliterate: bool = False
    wide_reference: bool = False


_PLAIN: Final = WireText()


class RouteTable:
    """The routes as a prefix look-up.

    Args:
        routes: every route.
        texts: by carrier, how its texts are made up.
        names: by carrier, what it is called.
    """

    def __init__(
        self,
        routes: Iterable[Route],
        texts: Mapping[int, WireText] | None = None,
        names: Mapping[int, str] | None = None,
    ) -> None:
        self._by_prefix: dict[str, list[Route]] = {}
        for route in sorted(routes, key=lambda r: (r.prefix, r.priority, r.carrier_id)):
            self._by_prefix.setdefault(route.prefix, []).append(route)
        self._lengths = sorted({len(p) for p in self._by_prefix}, reverse=True)
        self._texts = {
            prefix: (texts or {}).get(found[0].carrier_id, _PLAIN) for prefix, found in self._by_prefix.items()
        }
        self._names = {prefix: (names or {}).get(found[0].carrier_id) for prefix, found in self._by_prefix.items()}

    def prefix_of(self, e164: str) -> str:
        """The longest prefix with a route; "" when there is none, so that it waits for a default route."""
        return next((e164[:n] for n in self._lengths if e164[:n] in self._by_prefix), "")

    def text_of(self, prefix: str) -> WireText:
        """How the texts of a prefix are made up: as its first carrier wants them."""
        return self._texts.get(prefix, _PLAIN)

    def carrier_name_of(self, prefix: str) -> str | None:
        """What the first carrier of a prefix is called; None when it has none."""
        return self._names.get(prefix)

    def carriers(self, prefix: str) -> tuple[int, ...]:
        """The carriers of a prefix, best first."""
        return tuple(route.carrier_id for route in self._by_prefix.get(prefix, ()))

    def prefixes(self) -> tuple[str, ...]:
        """Every prefix that has a route."""
        return tuple(self._by_prefix)


class PriceTable:
    """Price per part in micro-credits, by country (ISO 3166 alpha-2) or `*`."""

    def __init__(self, prices: dict[str, int]) -> None:
        self._prices = prices
        self._otherwise = prices.get(EVERYWHERE, DEFAULT_PRICE)

    def per_part(self, country: str | None) -> int:
        """Micro-credits for one part to that country."""
        return self._prices.get(country or EVERYWHERE, self._otherwise)
