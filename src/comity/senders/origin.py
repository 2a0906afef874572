"""Owns where the number in a sender comes from; must not know who may send from it."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from comity.numbers import BadNumber, Destination, Kind, NumberFault, read_destination
from comity.senders.read import Sender, SenderKind

_NORTH_AMERICA: Final = 1
_NO_CAMPAIGN: Final = frozenset({Kind.TOLL_FREE, Kind.PREMIUM})


def origin_of(sender: Sender) -> Destination | None:
    """The number that a sender is, with its country and kind; None for names, short codes and what is no number."""
    found = _read(sender.key) if sender.kind is SenderKind.NUMBER else None
    return found if isinstance(found, Destination) else None


def fault_of(sender: Sender) -> NumberFault | None:
    """Why a long number in a sender cannot be anybody's; None where it can, and for names and short codes."""
    found = _read(sender.key) if sender.kind is SenderKind.NUMBER else None
    return found if isinstance(found, NumberFault) else None


def is_campaign_number(sender: Sender) -> bool:
    """Whether it is a ten-digit number of North America, for which campaigns are registered; toll-free ones are not."""
    origin = origin_of(sender)
    return origin is not None and origin.calling_code == _NORTH_AMERICA and origin.kind not in _NO_CAMPAIGN


@lru_cache(maxsize=8192)
def _read(digits: str) -> Destination | NumberFault:
    try:
        return read_destination(f"+{digits}")
    except BadNumber as bad:
        return bad.reason
