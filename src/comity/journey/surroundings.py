"""Owns asking the store what is known around a batch, in a few statements; must not know how it is judged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

import msgspec

from comity.base.ids import earliest
from comity.journey.ports import AcceptStore, Asked, Found
from comity.journey.templates import TemplateTraffic
from comity.journey.traffic import SenderTraffic, hour_of
from comity.journey.volume import AccountVolume
from comity.journey.wanted import wanted_of
from comity.messages.submission import Category
from comity.screening.judging import Listed
from comity.screening.rules.destination_flood import LONGEST_MIN

if TYPE_CHECKING:
    from comity.journey.arrivals import Arrivals
    from comity.journey.batch import Unit
    from comity.journey.prepare import Prepared

_SPREAD_WINDOW: Final = timedelta(hours=24)
# What was sent within any window is no acquaintance; further back each day costs a look into another partition.
_ACQUAINTED_BEFORE: Final = timedelta(minutes=LONGEST_MIN)
_ACQUAINTED_SINCE: Final = timedelta(days=90)
_LAST_ID: Final = UUID(int=(1 << 128) - 1)


class Surroundings(msgspec.Struct):
    """What the store knows around a batch.

    Attributes:
        found: by place of the message in the batch; places with nothing to tell are left out.
        listed: entries of lists, by place; places without any are left out.
        spread: by account and hash: accounts over which texts like that went, its own with each sender key.
        traffic: by account and sender key.
        templates: by account and template.
        numbers: by place, what stands for the recipient; those that are only tried are left out.
        volumes: by account.
        acquainted: by place, whether the account is no stranger to the number; places at which it does not matter,
            since no other account writes to the number, are left out.
    """

    found: dict[int, Found] = {}
    listed: dict[int, tuple[Listed, ...]] = {}
    spread: dict[tuple[int, int], tuple[tuple[int, str], ...]] = {}
    traffic: dict[tuple[int, str], SenderTraffic] = {}
    templates: dict[tuple[int, int], TemplateTraffic] = {}
    numbers: dict[int, int] = {}
    volumes: dict[int, AccountVolume] = {}
    acquainted: dict[int, bool] = {}


async def look_around(store: AcceptStore, units: Sequence[Unit], now: datetime, arrivals: Arrivals) -> Surroundings:
    """Ask the store all that the rules need; it is asked nothing that none of them does."""
    windows = _Windows(now)
    placed = [(unit, one) for unit in units for one in unit.prepared]
    numbers = {
        place: store.number_of(one.message.recipient)
        for place, (unit, one) in enumerate(placed)
        if not unit.submission.dry_run and wanted_of(unit.policy).arrivals
    }
    asked = [_asked(unit, one, windows, numbers.get(place)) for place, (unit, one) in enumerate(placed)]
    around = Surroundings(await store.facts(asked, windows.earliest, windows.latest), numbers=numbers)
    asks_lists = [(place, kind, key) for place, (_, one) in enumerate(placed) for kind, key in one.asks_lists or ()]
    if asks_lists:
        around.listed = await store.listed(asks_lists)
    await _look_at_spread(store, placed, now, around)
    senders = {(unit.account_id, one.sender.key) for unit, one in placed if one.asks_traffic}
    if senders:
        around.traffic = await store.traffic(sorted(senders), now)
    templates = {(unit.account_id, one.message.template) for unit, one in placed if one.asks_context}
    if templates:
        around.templates = await store.templates(sorted(templates))
    await _look_at_volumes(store, units, now, around)
    await _look_at_acquaintance(store, placed, around, _Met(arrivals, now))
    return around


class _Met(msgspec.Struct):
    arrivals: Arrivals
    now: datetime


async def _look_at_acquaintance(
    store: AcceptStore, placed: Sequence[tuple[Unit, Prepared]], around: Surroundings, met: _Met
) -> None:
    """Who is a stranger matters where several accounts write to a number, which is seldom.

    Not of offers: they go to many numbers at once, and too many of them only wait.
    """
    accounts: dict[int, int] = {}
    several: set[int] = set()
    for place, number in around.numbers.items():
        unit = placed[place][0]
        if accounts.setdefault(number, unit.account_id) != unit.account_id:
            several.add(number)
    asked = [
        (place, placed[place][0].account_id, placed[place][1].message.recipient)
        for place, number in around.numbers.items()
        if placed[place][1].message.category is not Category.PROMOTIONAL
        and (
            number in several
            or ((found := around.found.get(place)) is not None and found.arrived)
            or met.arrivals.is_shared(number, placed[place][0].submission.account)
        )
    ]
    if asked:
        since, before = met.now - _ACQUAINTED_SINCE, met.now - _ACQUAINTED_BEFORE
        acquainted = await store.acquainted(asked, earliest(since), earliest(before))
        around.acquainted = {place: place in acquainted for place, _, _ in asked}


async def _look_at_volumes(store: AcceptStore, units: Sequence[Unit], now: datetime, around: Surroundings) -> None:
    accounts: set[int] = set()
    past_days = 0
    for unit in units:
        terms = wanted_of(unit.policy).volume
        if terms is not None:
            accounts.add(unit.account_id)
            past_days = max(past_days, terms.past_days)
    if accounts:
        around.volumes = await store.volumes(sorted(accounts), now, past_days)


async def _look_at_spread(
    store: AcceptStore, placed: Sequence[tuple[Unit, Prepared]], now: datetime, around: Surroundings
) -> None:
    texts: set[tuple[int, int]] = set()
    farthest = 0
    for unit, one in placed:
        message, wanted = one.message, wanted_of(unit.policy)
        if wanted.spread and message.category is Category.PROMOTIONAL and message.similarity is not None:
            texts.add((unit.account_id, message.similarity))
            farthest = max(farthest, wanted.spread_distance)
    if texts:
        around.spread = await store.spread(sorted(texts), farthest, hour_of(now - _SPREAD_WINDOW))


class _Windows:
    """The message ids that windows of time begin at, worked out once a batch, and their bounds."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._since: dict[timedelta | None, UUID] = {None: _LAST_ID}
        # Ids run ahead of the clock by a little when many are made at once.
        self.latest = earliest(now + timedelta(minutes=1))

    def since(self, window: timedelta | None) -> UUID:
        """The first message id of a window that ends now."""
        found = self._since.get(window)
        if found is None:
            assert window is not None  # None is there from the beginning
            found = self._since[window] = earliest(self._now - window)
        return found

    @property
    def earliest(self) -> UUID:
        """The first message id of all windows."""
        return min(self._since.values())


def _asked(unit: Unit, one: Prepared, windows: _Windows, number: int | None) -> Asked:
    message = one.message
    promotional = message.category is Category.PROMOTIONAL
    return Asked(
        unit.account_id,
        message.recipient,
        promotional,
        windows.since(one.compared_over),
        message.category.value,
        one.asks_heard,
        message.at,
        number,
    )
