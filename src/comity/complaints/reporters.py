"""Owns who counts as one reporter: keyed hashes of networks, numbers and feeds; it must not know what is counted."""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from typing import Final

_PERSON: Final = b"complaint who"
_IPV6_SUBSCRIBER: Final = 64
_CODE_DIGITS: Final = 6


def network_of(address: str) -> str:
    """The network that one subscriber has: an IPv4 address, or the 64 bits of an IPv6 one."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, _IPV6_SUBSCRIBER), strict=False))
    return str(found)


def reporter_key(what: str, hash_key: bytes) -> bytes:
    """What stands for a reporter in the store; 16 octets. Equal ones are one reporter, and nobody reads who.

    Args:
        what: who it is, with its kind before it: `network 192.0.2.7`, `number 32470000000`, `feed NAME`.
        hash_key: the installation's.
    """
    return hashlib.blake2b(what.encode("utf-8", "replace"), key=hash_key, person=_PERSON, digest_size=16).digest()


def new_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(10**_CODE_DIGITS):0{_CODE_DIGITS}}"


def code_hash(number: str, code: str, hash_key: bytes) -> bytes:
    """What is kept of a code that was sent for a complaint; 32 octets."""
    return hashlib.blake2b(f"{number} {code}".encode("utf-8", "replace"), key=hash_key, person=_PERSON).digest()[:32]
