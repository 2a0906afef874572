"""Owns who counts as one reporter: keyed hashes of networks, numbers and feeds; it must not know what is counted."""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from typing import Final

_PERSON: Final = b"complaint who"
# One home line has 64 to 48 bits of IPv6 to itself (RIPE-690, 4.2), so that nobody is two by moving within 48.
_IPV6_REPORTER: Final = 48
# How often something may be done from so much of IPv6, as a multiple of what one address of IPv4 may.
_IPV6_SHARES: Final = ((64, 1), (56, 2), (48, 4))
_CODE_DIGITS: Final = 6


def network_of(address: str) -> str:
    """The network that one reporter may have: an IPv4 address, or 48 bits of an IPv6 one."""
    found = _read(address)
    return address if found is None else _part(found, _IPV6_REPORTER)


def networks_of(address: str) -> tuple[tuple[str, int], ...]:
    """The networks that what comes from an address is counted for, each with how many times one subscriber's limit."""
    found = _read(address)
    if isinstance(found, ipaddress.IPv6Address):
        return tuple((_part(found, bits), times) for bits, times in _IPV6_SHARES)
    return ((address if found is None else str(found), 1),)


def _read(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def _part(address: ipaddress.IPv4Address | ipaddress.IPv6Address, bits: int) -> str:
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(ipaddress.ip_network((address, bits), strict=False))


def reporter_key(what: str, hash_key: bytes) -> bytes:
    """What stands for a reporter in the store; 16 octets. Equal ones are one reporter, and nobody reads who.

    Args:
        what: who it is, with its kind before it: `network 192.0.2.7`, `number 32470000000`, `feed NAME`.
        hash_key: the installation's.
    """
    return hashlib.blake2b(what.encode("utf-8", "replace"), key=hash_key, person=_PERSON, digest_size=16).digest()


def new_code(digits: int = _CODE_DIGITS) -> str:
    """So many random digits."""
    return f"{secrets.randbelow(10**digits):0{digits}}"


def code_hash(number: str, code: str, hash_key: bytes) -> bytes:
    """What is kept of a code that was sent for a complaint; 32 octets."""
    return hashlib.blake2b(f"{number} {code}".encode("utf-8", "replace"), key=hash_key, person=_PERSON).digest()[:32]
