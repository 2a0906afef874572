"""Owns when keys end and from where they may be used, so that none hands out more; must not know how keys are kept."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from comity.accounts.team import TooWideError


class Fence(NamedTuple):
    """Where a key stops.

    Attributes:
        ends: when it ends by itself; None for never.
        networks: from where it may be used, in CIDR notation; nothing for anywhere.
    """

    ends: datetime | None = None
    networks: tuple[str, ...] = ()


NO_FENCE: Final = Fence()


def narrowed(asked: Fence, own: Fence) -> Fence:
    """What a key gets that another one makes: what was not asked for as its maker has it, and an end no later.

    Raises:
        TooWideError: it would be used from where its maker may not be.
    """
    networks = asked.networks or own.networks
    if not _lie_within(networks, own.networks):
        raise TooWideError("Your key may not be used from all of these networks.", "Name some that lie within its own.")
    ends = [one for one in (asked.ends, own.ends) if one is not None]
    return Fence(min(ends, default=None), networks)


def insist_no_wider(fence: Fence, own: Fence) -> None:
    """A secret is given only to what ends no later than one's own key, and is used from no more places.

    Raises:
        TooWideError: it is wider.
    """
    outlives = own.ends is not None and (fence.ends is None or fence.ends > own.ends)
    if outlives or (own.networks and not fence.networks) or not _lie_within(fence.networks, own.networks):
        raise TooWideError("That key ends later than yours, or is used from more places.", "Ask an owner.")


def insist_unfenced(own: Fence) -> None:
    """People's keys neither end nor have networks: whose own key does brings in nobody and raises nobody.

    Raises:
        TooWideError: it does.
    """
    if own != NO_FENCE:
        raise TooWideError(
            "A key that ends, or has networks of its own, brings nobody in and gives no roles.", "Ask an owner."
        )


def _lie_within(networks: Sequence[str], own: Sequence[str]) -> bool:
    """Whether each lies in one of one's own; in anywhere everything does."""
    return not own or all(any(_is_part(one, other) for other in own) for one in networks)


def _is_part(one: str, other: str) -> bool:
    inner, outer = ipaddress.ip_network(one), ipaddress.ip_network(other)
    if isinstance(inner, ipaddress.IPv4Network):
        return isinstance(outer, ipaddress.IPv4Network) and inner.subnet_of(outer)
    return isinstance(outer, ipaddress.IPv6Network) and inner.subnet_of(outer)
