"""Owns how much heavy work is under way: so many requests at once, few of one caller; must not know what they ask.

The event loop is shared with sending. So heavy work waits its turn; that it also goes in slices is `journey.slices`.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import time
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator
from typing import Final

from comity.edges.rest_http.problems import LATER, TOO_MANY, ProblemError

_MOST_COUNTED: Final = 20_000


class Turns:
    """Lets few requests work at once.

    Args:
        at_once: requests that work.
        waiting: requests that may wait beside them.
        of_one: requests of one caller, working or waiting.
    """

    def __init__(self, at_once: int, waiting: int, of_one: int) -> None:
        self._turns = asyncio.Semaphore(at_once)
        self._room = at_once + waiting
        self._of_one = of_one
        self._callers: Counter[object] = Counter()

    @contextlib.asynccontextmanager
    async def turn(self, caller: object) -> AsyncIterator[None]:
        """A turn of one's own.

        Raises:
            ProblemError: there is no room, or this caller has taken theirs.
        """
        if self._callers[caller] >= self._of_one:
            raise ProblemError(
                TOO_MANY,
                f"Such requests of yours that may be under way at once: {self._of_one}.",
                "Wait for an answer.",
                {"retry-after": "1"},
            )
        if self._callers.total() >= self._room:
            raise ProblemError(LATER, "Too many such requests are under way.", "Try again in a second.")
        self._callers[caller] += 1
        try:
            async with self._turns:
                yield
        finally:
            self._callers[caller] -= 1
            if not self._callers[caller]:
                del self._callers[caller]


class Rate:
    """So many requests of an address in a while; the oldest addresses are forgotten when there are very many.

    Args:
        most: requests at once; they come back one by one over the while.
        within_s: the while, seconds.
    """

    def __init__(self, most: int, within_s: float) -> None:
        self._most = most
        self._each_s = within_s / most
        self._spent: OrderedDict[str, float] = OrderedDict()

    def take(self, address: str) -> None:
        """Count a request.

        Raises:
            ProblemError: there were too many.
        """
        key, now = _household(address), time.monotonic()
        # The moment at which all that was spent has come back.
        back_at = max(self._spent.pop(key, now), now) + self._each_s
        over_s = back_at - now - self._most * self._each_s
        self._spent[key] = back_at - self._each_s if over_s > 0 else back_at
        if len(self._spent) > _MOST_COUNTED:
            self._spent.popitem(last=False)
        if over_s > 0:
            wait_s = int(over_s) + 1
            raise ProblemError(
                TOO_MANY,
                "Too many requests came from your address.",
                f"Try again in {wait_s} s, or send your credentials.",
                {"retry-after": str(wait_s)},
            )


def _household(address: str) -> str:
    """An address as it is counted: of IPv6 the network of 64 bits that one subscriber has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    mapped = getattr(found, "ipv4_mapped", None)
    if found.version == 4 or mapped:  # noqa: PLR2004  IPv4
        return str(mapped or found)
    return str(ipaddress.ip_network((found, 64), strict=False))
