"""Owns in which country an address was handed out, by the registries' public statistics; must not know stores.

The five registries publish a line for each range: registry|CC|ipv4|start|count|date|status, ipv6 with a prefix length
(https://www.apnic.net/about-apnic/corporate-documents/documents/resource-guidelines/rir-statistics-exchange-format/).
"""

from __future__ import annotations

import ipaddress
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Final

_TAKEN: Final = frozenset({"allocated", "assigned"})
_PASSED_OVER: Final = frozenset({"available", "reserved"})
# What registries write where a range is no one country's: Europe, Asia and the Pacific, nobody.
_NO_COUNTRY: Final = frozenset({"EU", "AP", "ZZ"})
_LEAST_FIELDS: Final = 7
_SUMMARY: Final = "summary"
_COUNTRY_LETTERS: Final = 2
# Ranges are handed out in /64 and larger: what lies below is one customer's.
_V6_KEPT: Final = 64
_V4: Final = "4"
_V6: Final = "6"
_Range = tuple[int, int, str]
"""The first and the last value, and the country."""
_END: Final = (1 << 64, 1 << 64, "")
# What is reached through a translator is where its IPv4 address is (RFC 6052, RFC 3056, RFC 4380).
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_V4_MASK: Final = (1 << 32) - 1
KEYS_FROM: Final = "ip4 "
"""No key of a range sorts before this."""
KEYS_UNTIL: Final = "ip6 ~"
"""No key of a range sorts behind this."""


def range_keys(line: str) -> Iterator[str]:
    """The key of a line of a registry's statistics; none for headings, summaries, AS numbers and what is no country's.

    A key is `ip4 FIRST-LAST CC` with both ends in hexadecimal, or `ip6` with the upper 64 bits of each.

    Raises:
        ValueError: it is no such line.
    """
    fields = line.strip().split("|")
    if fields[0].replace(".", "").isdigit() or fields[-1] == _SUMMARY:
        return
    if len(fields) < _LEAST_FIELDS:
        raise ValueError("it has not the fields of a registry's statistics")
    _, country, kind, start, size, _, status = (field.strip() for field in fields[:_LEAST_FIELDS])
    if kind == "asn" or status in _PASSED_OVER or country.upper() in _NO_COUNTRY:
        return
    if status not in _TAKEN or kind not in {"ipv4", "ipv6"}:
        raise ValueError("its status or kind is none that registries use")
    if len(country) != _COUNTRY_LETTERS or not country.isascii() or not country.isalpha():
        raise ValueError("it names no country")
    first, last = _v4(start, size) if kind == "ipv4" else _v6(start, size)
    width = 8 if kind == "ipv4" else 16
    yield f"ip{_V4 if kind == 'ipv4' else _V6} {first:0{width}x}-{last:0{width}x} {country.upper()}"


def _v4(start: str, count: str) -> tuple[int, int]:
    first, many = int(ipaddress.IPv4Address(start)), _number(count)
    if not 1 <= many <= (1 << 32) - first:
        raise ValueError("it has a count that no range has")
    return first, first + many - 1


def _v6(start: str, prefix: str) -> tuple[int, int]:
    length = _number(prefix)
    if not 1 <= length <= _V6_KEPT:
        raise ValueError("it has a prefix length that no range has")
    first = int(ipaddress.IPv6Address(start)) >> _V6_KEPT
    return first, first + (1 << (_V6_KEPT - length)) - 1


def _number(written: str) -> int:
    if not written.isascii() or not written.isdigit() or len(written) > 10:  # noqa: PLR2004  digits of 2^32
        raise ValueError("it has no number where one belongs")
    return int(written)


def _apart(ranges: Iterable[_Range]) -> Iterator[_Range]:
    """Ranges that do not overlap, in order: where several hold a value, the one that begins last counts.

    Of those that begin together that is the smallest. A larger range goes on behind a smaller one that lies in it.
    """
    held: list[_Range] = []
    at = 0
    for one in [*sorted(ranges, key=lambda one: (one[0], -one[1], one[2])), _END]:
        while held and held[-1][1] < one[0]:
            _, last, name = held.pop()
            if at <= last:
                yield at, last, name
                at = last + 1
        if held and at < one[0]:
            yield at, one[0] - 1, held[-1][2]
        at = one[0]
        held.append(one)


class _Ranges:
    """Ranges of one family, in order."""

    def __init__(self, ranges: Iterable[_Range]) -> None:
        self._first, self._last, self._name = array("Q"), array("Q"), []
        names: dict[str, str] = {}
        for first, last, name in _apart(ranges):
            self._first.append(first)
            self._last.append(last)
            # One string each, not one for each range.
            self._name.append(names.setdefault(name, name))

    def __len__(self) -> int:
        return len(self._first)

    def of(self, value: int) -> str:
        """The country of a value; "" where no range has it."""
        place = bisect_right(self._first, value) - 1
        return self._name[place] if place >= 0 and value <= self._last[place] else ""


class Whereabouts:
    """Which country an address was handed out in.

    Args:
        keys: as `range_keys` makes them, in any order.
    """

    def __init__(self, keys: Iterable[str] = ()) -> None:
        found: dict[str, list[tuple[int, int, str]]] = {_V4: [], _V6: []}
        for key in keys:
            family, span, country = key.split(" ")
            first, _, last = span.partition("-")
            found[family[-1]].append((int(first, 16), int(last, 16), country))
        self._v4, self._v6 = _Ranges(found[_V4]), _Ranges(found[_V6])

    def __len__(self) -> int:
        return len(self._v4) + len(self._v6)

    def country_of(self, address: str) -> str:
        """ISO 3166-1 alpha-2 of an address; "" where nothing says so, or it is none."""
        try:
            found = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return ""
        if isinstance(found, ipaddress.IPv4Address):
            return self._v4.of(int(found))
        inner = _inner(found)
        return self._v6.of(int(found) >> _V6_KEPT) if inner is None else self._v4.of(inner)


def _inner(address: ipaddress.IPv6Address) -> int | None:
    """The IPv4 address that an IPv6 address stands for; None where it stands for none."""
    if address in _NAT64:
        return int(address) & _V4_MASK
    teredo = address.teredo
    found = address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo is not None else None)
    return int(found) if found is not None else None
