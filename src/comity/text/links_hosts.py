"""Owns reading what stands where a link's host does: names, numeric and bracketed addresses; must not know texts."""

from __future__ import annotations

import re
import unicodedata
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final
from urllib.parse import unquote

import msgspec

from comity.text.links_endings import registrable
from comity.text.unmask_signs import INVISIBLE, LATIN_LIKE, LIKE_LATIN_EXACTLY

_INVISIBLE: Final = re.compile(f"[{INVISIBLE}]+")
_SPACES: Final = re.compile(r"\s+")
_DOTS: Final = re.compile("[\u3002\uff61\uff0e\u2024]")
_NUMERIC: Final = re.compile(r"(?:0x[0-9a-f]{1,16}|\d{1,20})(?:\.(?:0x[0-9a-f]{1,16}|\d{1,20})){0,3}\.?\Z")
_QUAD: Final = re.compile(r"(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}\Z")
_LABEL: Final = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?\Z|_[a-z0-9-]{1,62}\Z")
_MOST_LABELS: Final = 20
_OCTET: Final = 256


class Host(msgspec.Struct, frozen=True):
    """Where a link leads.

    Attributes:
        host: in punycode, or an address in its usual notation.
        unicode_host: as people see it.
        domain: registrable domain; the host itself for addresses.
        kind: "name", "ipv4" or "ipv6".
        disguises: what hid it.
    """

    host: str
    unicode_host: str
    domain: str
    kind: str
    disguises: tuple[str, ...]


def visible(written: str) -> str:
    """Return a stretch of the original without what nobody sees, in compatibility form."""
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", written))


def read_host(written: str) -> Host | None:
    """Read a host as a browser would.

    Args:
        written: the stretch of the original between the slashes, without user and port, dots already made plain.

    Returns:
        None where no browser would find a host in it.
    """
    disguises = ["invisible"] if _INVISIBLE.search(written) else []
    seen = _DOTS.sub(".", visible(_DOTS.sub(".", written))).lower()
    seen = _SPACES.sub("", seen)
    if not written.isascii() and seen.isascii() and not disguises:
        disguises.append("styled")
    if "%" in seen:
        seen = unquote(seen).lower()
        disguises.append("percent")
    seen = seen.rstrip(".")
    if seen.startswith("["):
        return _ipv6(seen, disguises)
    if _NUMERIC.match(seen):
        return _ipv4(seen, disguises)
    return _name(seen, disguises)


def _ipv6(seen: str, disguises: list[str]) -> Host | None:
    try:
        address = IPv6Address(seen.strip("[]"))
    except AddressValueError:
        return None
    host = f"[{address.compressed}]"
    return Host(host, host, host, "ipv6", tuple(disguises))


def _ipv4(seen: str, disguises: list[str]) -> Host | None:
    """Read an address as inet_aton does: one to four parts, each decimal, octal or hexadecimal."""
    parts = [_part(part) for part in seen.split(".")]
    *leading, last = parts
    if any(part is None for part in parts) or last is None:
        return None
    value = 0
    for part in leading:
        if part is None or part >= _OCTET:
            return None
        value = value * _OCTET + part
    room = _OCTET ** (5 - len(parts))
    if last >= room:
        return None
    host = str(IPv4Address(value * room + last))
    if not _QUAD.match(seen):
        disguises.append("numeric-address")
    return Host(host, host, host, "ipv4", tuple(disguises))


def _part(written: str) -> int | None:
    try:
        if written.startswith("0x"):
            return int(written, 16)
        return int(written, 8 if len(written) > 1 and written.startswith("0") else 10)
    except ValueError:
        return None


def _name(seen: str, disguises: list[str]) -> Host | None:
    labels = seen.split(".")
    if len(labels) > _MOST_LABELS or not all(map(_LABEL.match, labels)):
        return None
    shown = [_unicode(label) for label in labels]
    if any(_imitates(label, ending=shown[-1]) for label in shown):
        disguises.append("homograph")
    host = ".".join([_punycode(label) for label in shown])
    return Host(host, ".".join(shown), registrable(host), "name", tuple(disguises))


def _unicode(label: str) -> str:
    if label.startswith("xn--"):
        try:
            return label[4:].encode("ascii").decode("punycode") or label
        except (UnicodeError, ValueError, OverflowError):
            return label
    return label


def _punycode(label: str) -> str:
    return label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")


def _imitates(label: str, ending: str) -> bool:
    """Tells a label whose letters can be taken for Latin ones: alphabets mixed, or look-alikes alone."""
    foreign = [char for char in label if char in LATIN_LIKE]
    if not foreign:
        return False
    if any("a" <= char <= "z" for char in label):
        return True
    return ending.isascii() and all(char in LIKE_LATIN_EXACTLY for char in label if char.isalpha())
