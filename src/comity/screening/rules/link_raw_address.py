"""No link to a bare network address: people cannot see whose it is (U7).

An address in numbers names nobody, needs no registration, and is what malware and thieves use for a day. Any notation
counts: dotted, decimal, octal, hexadecimal, IPv6, with or without a port.
A name under a service that answers with the address written in it (`203.0.113.9.nip.io`) is that address (`wildcards`).

An address within a home or a company, such as a router's own page, leads nowhere from outside; a person looks at such
a text (`local_action`). Version numbers and other dotted figures without a path, port or scheme are no links.
"""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address, ip_network
from typing import Final, Literal

import msgspec

from comity.messages.verdict import Evidence
from comity.screening.judging import MISS, Answer, Facts, Hit, Message, Rule
from comity.text.links import Link

_ADDRESSES: Final = frozenset({"ipv4", "ipv6"})
_ODD: Final = "numeric-address"
# Private, shared, loopback, link-local and "this network" (RFC 1918, 6598, 1122, 3927, 4193, 4291).
_LOCAL: Final = tuple(
    map(
        ip_network,
        (
            *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
            *("0.0.0.0/8", "::1/128", "fc00::/7", "fe80::/10"),
        ),
    )
)


_WITHIN: Final = re.compile(
    r"(?:^|[.-])(?P<quad>\d{1,3}(?:[.-]\d{1,3}){3})\Z|(?:^|[.-])(?P<hex>[0-9a-f]{8})\Z|(?:^|\.)(?P<six>[0-9a-f]{0,4}(?:-[0-9a-f]{0,4}){2,7})\Z"
)


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    local_action: Literal["allow", "note", "hold", "refuse"] = "hold"
    wildcards: tuple[str, ...] = ()


def _check(message: Message, _facts: Facts, settings: _Settings) -> Answer:
    links = [_as_address(link, settings.wildcards) for link in message.reading.links]
    found = [link for link in links if link.kind in _ADDRESSES and not _is_only_said(link)]
    if not found:
        return MISS
    # Written so that a person does not see an address at all is never a router's page.
    outside = [link for link in found if _ODD in link.disguises or not _is_local(link)]
    if not outside and settings.local_action == "allow":
        return MISS
    first = (outside or found)[0]
    where = "a network address" if outside else "an address within a private network"
    return Hit(
        evidence=tuple(
            Evidence("link", observed=link.host, limit="a host with a name", span=link.span) for link in found
        ),
        sentence=f"A link leads to {where} ({first.host}) instead of a name, so nobody can see whose it is.",
        remedy="Link to a page under a domain name of yours.",
        action="" if outside else settings.local_action,
    )


def _as_address(link: Link, wildcards: tuple[str, ...]) -> Link:
    """A name that stands for the address within it ("203.0.113.9.nip.io") as that address."""
    if link.kind != "name" or not link.host.endswith(wildcards):
        return link
    before = next(link.host.removesuffix(f".{one}") for one in wildcards if link.host.endswith(one))
    within = _WITHIN.search(before)
    if within is None:
        return link
    try:
        if within["six"]:
            return msgspec.structs.replace(link, kind="ipv6", host=f"[{IPv6Address(within['six'].replace('-', ':'))}]")
        quad = within["quad"]
        address = IPv4Address(quad.replace("-", ".") if quad else int(within["hex"], 16))
    except AddressValueError:
        return link
    return msgspec.structs.replace(link, kind="ipv4", host=str(address))


def _is_only_said(link: Link) -> bool:
    """Whether a text merely names an address of a home or a company: "the router is 192.168.1.1"."""
    return not (link.scheme or link.path or link.port or link.disguises) and _is_local(link)


def _is_local(link: Link) -> bool:
    """Whether an address lies where nobody outside can be: private, loopback, link-local."""
    try:
        address = IPv4Address(link.host) if link.kind == "ipv4" else _plain(IPv6Address(link.host.strip("[]")))
    except AddressValueError:
        return False
    return any(address in network for network in _LOCAL)


def _plain(address: IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address within one of IPv6, where there is one."""
    return address.ipv4_mapped or address.sixtofour or address


RULE: Final = Rule(
    id="link-raw-address",
    clauses=("U7",),
    title="Link to a bare address",
    needs=(),
    check=_check,
    settings=_Settings,
)
