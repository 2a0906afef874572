"""Owns in whose name an account may write, and which domains are its own; must not know which names are protected."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from comity.accounts.record import OwnBrand, OwnDomain


def held_names(brands: Iterable[OwnBrand], at: datetime | None) -> tuple[str, ...]:
    """The names in which an account may write at an instant (aware): its own, and others' while their letter runs.

    A letter holds before its `until`. Where no instant is known, a letter with an end does not count.
    """
    return tuple(one.name for one in brands if _holds(one.until, at))


def held_domains(domains: Iterable[OwnDomain], at: datetime | None) -> tuple[str, ...]:
    """The registrable domains that are an account's own at an instant (aware), by the same law."""
    return tuple(one.domain for one in domains if _holds(one.until, at))


def _holds(until: datetime | None, at: datetime | None) -> bool:
    return until is None or (at is not None and at < until)
