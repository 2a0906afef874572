"""Owns in whose name an account may write on a day; must not know which names are protected."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from comity.accounts.record import OwnBrand


def held_names(brands: Iterable[OwnBrand], at: datetime | None) -> tuple[str, ...]:
    """The names in which an account may write at an instant (aware): its own, and others' while their letter runs.

    A letter holds before its `until`. Where no instant is known, a letter with an end does not count.
    """
    return tuple(one.name for one in brands if one.until is None or (at is not None and at < one.until))
