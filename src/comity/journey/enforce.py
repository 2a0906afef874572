"""Owns that accounts are looked at now and then, and acted on by the table of triggers (U8, U12, U16); no SQL here.

One node at a time looks. What is found becomes strikes, whose sum moves the standing, or cases for people; each account
is a commit of its own.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime, timedelta
from typing import Final, Protocol

import msgspec
import structlog

from comity.accounts.account import Standing
from comity.accounts.probing import Drifted, Series, Tried, Voices, drifted, find_series
from comity.accounts.record import AccountRecord
from comity.accounts.triggers import Breach, Day, Triggers, breaches
from comity.base.clock import Clock
from comity.base.errors import StoreError
from comity.content.reading import reading_of
from comity.content.template import template_key, template_of
from comity.content.voices import language_of, speaker_of
from comity.countries import country
from comity.text.similar import similarity_hash

_log = structlog.get_logger(__name__)

EVERY_S: Final = 300.0
_FIGURES: Final = re.compile(r"\d[\d.,:]*")
# Reading a text takes up to a millisecond, and others have to be served meanwhile.
_BREATHE_AFTER: Final = 20


class Watched(msgspec.Struct, frozen=True):
    """An account with how its messages fared by day, those of its subaccounts among them."""

    account_id: int
    standing: Standing
    days: Sequence[Day]
    is_parent: bool = False


class Sent(msgspec.Struct, frozen=True):
    """A text that an account sent lately, and how it fared; see `accounts.probing.Tried`."""

    tried: Tried
    text: str


class Used(msgspec.Struct, frozen=True):
    """What an account sent with, and what it declared: canonical sender keys, and texts, one of each template."""

    account_id: int
    senders: tuple[str, ...]
    texts: tuple[str, ...]
    record: AccountRecord


class EnforceStore(Protocol):
    """What looking at accounts needs of the store."""

    def turn(self) -> AbstractAsyncContextManager[bool]:
        """Whether it is this node's turn; no other has it until the end of the block."""
        ...

    async def table(self) -> Triggers:
        """The limits under the policy in force."""
        ...

    async def count_days(self, now: datetime) -> None:
        """Count anew how the messages of today and yesterday fared."""
        ...

    async def watched(self, first: date, minimum: int) -> list[Watched]:
        """Accounts that had so many messages judged since a day, and are not deactivated."""
        ...

    async def fired(self) -> Mapping[tuple[int, str], date]:
        """When triggers last acted, by account and trigger."""
        ...

    async def strike(self, account_id: int, breach: Breach, now: datetime, *, is_parent: bool = False) -> None:
        """Give the strike that a breach asks for; a parent is told that its subaccounts' messages count."""
        ...

    async def tries(self, since: datetime, table: Triggers) -> Mapping[int, Sequence[Sent]]:
        """By account, texts that were refused for what they say and those that went; only where enough were refused."""
        ...

    async def open_series(self, account_id: int, series: Series, table: Triggers, now: datetime) -> bool:
        """Keep a series and open a case; False when one like it was kept before."""
        ...

    async def used(self, since: datetime, table: Triggers) -> Sequence[Used]:
        """Accounts that used many senders or templates since, and for which no such case was opened since."""
        ...

    async def open_resale(self, account_id: int, found: Drifted, now: datetime) -> None:
        """Open a case."""
        ...


class Enforcer:
    """Looks at accounts.

    Args:
        store: where their traffic is counted.
        clock: the present.
    """

    def __init__(self, store: EnforceStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self.acted = 0

    async def once(self) -> int:
        """Look at every account; how often something followed. 0 while it is another node's turn."""
        async with self._store.turn() as mine:
            if not mine:
                return 0
            now = self._clock.now()
            await self._store.count_days(now)
            table = await self._store.table()
            acted = 0
            for look in (self._look_at_rates, self._look_at_series, self._look_at_drift):
                acted += await look(now, table)
            self.acted += acted
            return acted

    async def run(self, every_s: float = EVERY_S) -> None:
        """Look now and then, until cancelled."""
        while True:
            try:
                await self.once()
            except StoreError as error:
                _log.warning("enforce.failed", what=error.what)
            await asyncio.sleep(every_s)

    async def _look_at_rates(self, now: datetime, table: Triggers) -> int:
        today, rates = now.date(), [rate for rate in table.rates.values() if rate.steps]
        if not rates:
            return 0
        first = today - timedelta(days=max(rate.days for rate in rates))
        least = min(rate.minimum for rate in rates) // 2
        fired = await self._store.fired()
        acted = 0
        for account in await self._store.watched(first, least):
            since = _last(fired, account.account_id)
            found = breaches(account.days, today, account.standing, since.get, table)
            for breach in found:
                await self._store.strike(account.account_id, breach, now, is_parent=account.is_parent)
            acted += len(found)
        return acted

    async def _look_at_series(self, now: datetime, table: Triggers) -> int:
        since = now - timedelta(hours=table.probing.hours)
        acted = 0
        for account_id, sent in (await self._store.tries(since, table)).items():
            for series in find_series(await _hashed(sent), table.probing):
                acted += await self._store.open_series(account_id, series, table, now)
        return acted

    async def _look_at_drift(self, now: datetime, table: Triggers) -> int:
        limits = table.drift
        acted = 0
        for used in await self._store.used(now - timedelta(days=limits.days), table):
            voices = await _voices(used)
            found = drifted(voices, used.record, _expected(used.record), now.date(), limits)
            if found is not None:
                await self._store.open_resale(used.account_id, found, now)
                acted += 1
        return acted


def _last(fired: Mapping[tuple[int, str], date], account_id: int) -> dict[str, date]:
    return {trigger: day for (account, trigger), day in fired.items() if account == account_id}


def version_of(text: str) -> int:
    """Key of a text without numbers of any length, greeted names and what is particular in links; edits change it."""
    return template_key(_FIGURES.sub("0", template_of(text)))


async def _hashed(sent: Iterable[Sent]) -> list[Tried]:
    """With the hash and version of each text; the road works the hash out for promotional ones alone."""
    tries: list[Tried] = []
    for place, one in enumerate(sent, 1):
        worked_out = {"similarity": similarity_hash(one.text), "version": version_of(one.text)}
        tries.append(msgspec.structs.replace(one.tried, **worked_out))
        if place % _BREATHE_AFTER == 0:
            await asyncio.sleep(0)
    return tries


async def _voices(used: Used) -> Voices:
    domains: set[str] = set()
    for place, text in enumerate(used.texts, 1):
        domains.update(link.domain for link in reading_of(text).links if link.kind == "name")
        if place % _BREATHE_AFTER == 0:
            await asyncio.sleep(0)
    names, languages = ({tell(text) for text in used.texts} for tell in (speaker_of, language_of))
    return Voices(used.senders, domains, names, languages)


def _expected(record: AccountRecord) -> set[str]:
    """The languages of the countries that an account declared."""
    declared = (country(iso2) for iso2 in (record.use_case.countries if record.use_case else ()))
    return {language for one in declared if one is not None for language in one.languages}
