"""Owns which network addresses an event may be sent to; must not know names, URLs or sockets.

Only public unicast addresses may, and those in networks the operator allows. The
tables are our own: `ipaddress.is_global` calls addresses global that translate to
loopback (64:ff9b::7f00:1, 2002:7f00:1::1). Sources: the IANA special-purpose
address registries for IPv4 and IPv6.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_CLOSED_V4: Final = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this host
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT; a cloud's metadata service
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # a cloud's control service behind a public address
        "169.254.0.0/16",  # link-local; most clouds' metadata service
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments; a cloud's metadata service
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT relays
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
# Unicast that is in use at all. Outside lie loopback, mapped, compatible and translated IPv4 (::/8, 64:ff9b::/96 and
# 64:ff9b:1::/48), private (fc00::/7), link-local, site-local and multicast.
_OPEN_V6: Final = IPv6Network("2000::/3")
_CLOSED_V6: Final = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo (2001::/32), benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: holds an IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3ffe::/16",  # the former test network
        "3fff::/20",  # documentation
    )
)
# Interface identifiers of ISATAP: an IPv4 address follows.
_ISATAP: Final = frozenset({0x00005EFE, 0x02005EFE})


def may_connect(address: Address, allowed: Sequence[Network]) -> bool:
    """Whether an event may be sent to this address.

    Args:
        address: without a zone; one with a zone never may.
        allowed: networks the operator opened. An IPv4 network does not open the IPv6 forms of its addresses.
    """
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        return False
    return _is_public(address) or any(address.version == network.version and address in network for network in allowed)


def read_networks(written: Sequence[str]) -> tuple[Network, ...]:
    """The operator's list, each like 10.1.0.0/16 or one address.

    Raises:
        ValueError: one cannot be read, or has bits set beyond its prefix.
    """
    return tuple(ip_network(network) for network in written)


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _CLOSED_V4)
    if address not in _OPEN_V6 or any(address in network for network in _CLOSED_V6):
        return False
    return (int(address) >> 32) & 0xFFFFFFFF not in _ISATAP
