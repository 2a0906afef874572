"""Owns whence keys and SMPP logins are used: remembered in this process, kept in PostgreSQL, asked about (U15).

A caller that was seen within the hour costs a look-up in a set. It must not know doors, or how a challenge is answered.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final

import asyncpg
import msgspec
import structlog

from comity.accounts.account import Account
from comity.accounts.challenges import Challenged, Habit, Kind, is_fence, is_new_place, network_of
from comity.accounts.whereabouts import KEYS_FROM, KEYS_UNTIL, Whereabouts
from comity.base.clock import Clock
from comity.base.errors import StoreError
from comity.edges.postgres.challenge_store import terms_of
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.statements import load
from comity.policy.document import PolicyDocument

_log = structlog.get_logger(__name__)

# Last uses are kept to the hour.
_REMEMBERED_S: Final = 3600.0
_MOST_REMEMBERED: Final = 100_000
_STOPPED_S: Final = 1.0
_MOST_STOPPED: Final = 10_000
# Where no policy says how far back: what is older is not looked at.
_LONGEST: Final = timedelta(days=365)
_RETRY_S: Final = 1.0


class Origins:
    """Whence keys are used.

    Args:
        connections: connections of the road.
        clock: the present.
        policy: the policy in force, as this process holds it.
    """

    def __init__(self, connections: HeldConnections, clock: Clock, policy: Callable[[], PolicyDocument]) -> None:
        self._connections = connections
        self._policy = policy
        self._clock = clock
        self._whereabouts = Whereabouts()
        self._loaded: tuple[int, ...] = ()
        # By address, which is quick; and by country and network, so that who changes addresses costs no more.
        self._seen: set[tuple[str, str]] = set()
        self._known: set[tuple[str, str, str]] = set()
        # Who is stopped, until when that is believed, and how often challenges have changed.
        self._stopped: dict[tuple[str, str], tuple[float, Challenged]] = {}
        self._answers = 0
        self._forget_at = time.monotonic() + _REMEMBERED_S
        self._loading: asyncio.Task[None] | None = None
        self._again = False

    async def enter(self, account: Account, key: str, address: str, *, fenced: bool = False) -> Account:
        """The account of a key that is used from an address, with the challenge that stops what comes from there.

        One that is `fenced` opens nothing but from networks that were named for it, so no place is unusual.

        Raises:
            StoreError: the key was not seen from there within the hour, and the database cannot be used.
        """
        if time.monotonic() >= self._forget_at or len(self._seen) > _MOST_REMEMBERED:
            self._forget()
        if (key, address) in self._seen:
            return account
        stopped = self._stopped.get((key, address))
        if stopped is not None and time.monotonic() < stopped[0]:
            return msgspec.structs.replace(account, challenged=(stopped[1], *account.challenged))
        loaded, whence = self._loaded, (key, self.country_of(address), network_of(address))
        if whence not in self._known:
            answers = self._answers
            found = await self._look(account, whence, fenced=fenced or is_fence(account.allowed_networks))
            if found is not None:
                self._remember((key, address), found, answers)
                return msgspec.structs.replace(account, challenged=(found, *account.challenged))
        if loaded == self._loaded:
            self._known.add(whence)
            self._seen.add((key, address))
        return account

    def answered(self) -> None:
        """A challenge was opened or answered somewhere, or may have been: whoever is stopped is looked up anew."""
        self._answers += 1
        self._stopped.clear()

    def _remember(self, whence: tuple[str, str], found: Challenged, answers: int) -> None:
        """For a second, so that a key that is stopped costs no look-up for each request."""
        if answers != self._answers:
            return
        if len(self._stopped) >= _MOST_STOPPED:
            self._stopped.clear()
        self._stopped[whence] = (time.monotonic() + _STOPPED_S, found)

    def country_of(self, address: str) -> str:
        """The country of an address; "" where no list says so."""
        return self._whereabouts.country_of(address)

    async def load(self) -> None:
        """Read the lists of addresses that are in force, where they are not those that were read.

        Raises:
            StoreError: the database cannot be used.
        """
        async with self._connections.connection() as connection:
            rows = await connection.fetch("SELECT generation FROM lists WHERE kind = 'addresses' ORDER BY generation")
            generations = tuple(row["generation"] for row in rows)
            if generations == self._loaded:
                return
            keys = await connection.fetch(load("challenge_ranges"), list(generations), KEYS_FROM, KEYS_UNTIL)
        # Hundreds of thousands of ranges take a second, and others are served meanwhile.
        self._whereabouts = await asyncio.to_thread(lambda: Whereabouts(row["key"] for row in keys))
        self._loaded = generations
        self._forget()

    def load_soon(self) -> None:
        """The lists may have changed."""
        self._again = True
        if self._loading is None or self._loading.done():
            self._loading = asyncio.create_task(self._keep_loading(), name="whereabouts")

    async def stop(self) -> None:
        """Load nothing more."""
        if self._loading is not None:
            self._loading.cancel()
            await asyncio.gather(self._loading, return_exceptions=True)

    async def _keep_loading(self) -> None:
        while self._again:
            self._again = False
            try:
                await self.load()
            except StoreError as error:
                _log.warning("whereabouts.failed", what=error.what)
                self._again = True
                await asyncio.sleep(_RETRY_S)

    def _forget(self) -> None:
        self._seen.clear()
        self._known.clear()
        self._forget_at = time.monotonic() + _REMEMBERED_S

    async def _look(self, account: Account, whence: tuple[str, str, str], *, fenced: bool) -> Challenged | None:
        country = whence[1]
        async with self._connections.connection() as connection, connection.transaction():
            if country:
                found = await self._judged(connection, account.account_id, whence, fenced=fenced)
                if found is not None:
                    return found
            key, _, network = whence
            await connection.execute(
                load("challenge_note"), account.account_id, key, country, network, self._clock.now()
            )
        return None

    async def _judged(
        self, connection: asyncpg.Connection, account_id: int, whence: tuple[str, str, str], *, fenced: bool
    ) -> Challenged | None:
        """The challenge that stops what the key sends from there, opened where it has to be."""
        now = self._clock.now()
        key, country, network = whence
        asked = terms_of(self._policy())
        seen_days = asked.country.seen_days if asked.country is not None else _LONGEST.days
        row = await connection.fetchrow(
            load("challenge_whence"), account_id, key, country, now - timedelta(days=seen_days), now
        )
        if row["stopped"] is not None:
            return Challenged(row["stopped"], Kind.COUNTRY.value, country, row["held"])
        habit = Habit(country, row["known"], fenced, row["since"], row["sent"])
        if asked.country is None or not is_new_place(habit, asked.country, now):
            return None
        opened = await connection.fetchval(
            "SELECT open_challenge($1, $2, $3, $4, $5, $6, $7)::text",
            *(account_id, Kind.COUNTRY.value, key, country, network, {}, now),
        )
        return Challenged(opened, Kind.COUNTRY.value, country)
