"""Owns how accepted messages reach PostgreSQL; must not know how they are judged."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from comity.base.errors import StoreError
from comity.credits.lots import Lot, LotKind
from comity.edges.postgres.arrivals_store import (
    FloodCases,
    arrival_arguments,
    arrived,
    find_acquainted,
    join_floods,
    number_key,
)
from comity.edges.postgres.artefact_store import keep_artefacts
from comity.edges.postgres.body_keys import BodyKeys, Contact, Sealing
from comity.edges.postgres.challenge_volumes import VolumeHold
from comity.edges.postgres.counts_store import Senders, Texts, TrafficHold, count_arguments, find_spread, find_traffic
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.lists_store import listed
from comity.edges.postgres.sealed_rows import SealedRow, sealed_row
from comity.edges.postgres.sealed_store import ensure_installation, write_sealed
from comity.edges.postgres.statements import load
from comity.edges.postgres.template_store import Templates, find_templates, template_arguments
from comity.journey.arrivals import Flooded
from comity.journey.ports import AcceptedBatch, Asked, Charged, FactsChangedError, Found, Granted, Kept
from comity.journey.templates import TemplateTraffic
from comity.journey.traffic import SenderTraffic
from comity.journey.volume import AccountVolume
from comity.messages.life import State
from comity.messages.submission import Judged
from comity.messages.verdict import Verdict
from comity.screening.judging import Listed

_CHANGED: Final = "CM001"
# Another process made or erased a key meanwhile: the batch is sealed anew, and need not be judged anew.
_KEYS_CHANGED: Final = "CM002"
_TRIES: Final = 4
# So many rows take some tens of milliseconds to write out; nobody else is served meanwhile.
_SLICE: Final = 500
# Dispatchers gather for as long anyway.
_WAKE_PAUSE_S: Final = 0.02
# Columns of `messages` in the order of the statement's parameters.
_COLUMNS: Final = tuple(
    attrgetter(name)
    for name in (
        "account_id", "id", "door", "sender", "recipient", "country", "category", "text", "encoding", "parts",
        "reference", "due_at", "receipt", "validity_s", "micro_credits", "text_key", "similarity", "action",
        "verdict", "system_id", "state",
    )
)  # fmt: skip
_TEXT: Final = 7
_VERDICT: Final = 18
_WAITING: Final = frozenset({State.QUEUED.value, State.DEFERRED.value})


class PostgresAcceptStore:
    """Keeps accepted messages.

    Args:
        connections: connections of the road.
    """

    def __init__(self, connections: HeldConnections) -> None:
        self._connections = connections
        self._wake_wanted = False
        self._waking: asyncio.Task[None] | None = None
        self._kept: set[str] = set()
        self._traffic = TrafficHold()
        self._volumes = VolumeHold(connections)
        self._keys = BodyKeys(connections.vault)
        self._floods = FloodCases()

    def number_of(self, recipient: str) -> int:
        """What stands for a number in counts over all accounts."""
        return number_key(self._keys.vault, recipient)

    async def facts(self, asked: Sequence[Asked], earliest: UUID, latest: UUID) -> dict[int, Found]:
        """What is known around each place in `asked`; places with nothing to tell are left out."""
        arguments = (
            list(range(len(asked))),
            [one.account_id for one in asked],
            [one.recipient for one in asked],
            [one.promotional for one in asked],
            [one.since for one in asked],
            earliest,
            latest,
            [one.category for one in asked],
            [one.heard for one in asked],
            [one.at for one in asked],
            self._keys.asked_for(asked),
            [one.number for one in asked],
        )
        async with self._connections.connection() as connection:
            rows = await connection.fetch(load("accept_facts"), *arguments)
        found = {row["place"]: row for row in rows}
        self._keys.learn_from(asked, found)
        return {place: _found(row) for place, row in found.items()}

    async def acquainted(self, asked: Sequence[tuple[int, int, str]], since: UUID, before: UUID) -> set[int]:
        """Places at which the account is no stranger to the number; see the port."""
        async with self._connections.connection() as connection:
            return await find_acquainted(connection, asked, since, before)

    async def listed(self, keys: Sequence[tuple[int, str, str]]) -> dict[int, tuple[Listed, ...]]:
        """Entries of lists by place, for places, kinds and keys; places without any are left out."""
        async with self._connections.connection() as connection:
            return await listed(connection, keys)

    async def spread(
        self, texts: Texts, most: int, since: datetime
    ) -> dict[tuple[int, int], tuple[tuple[int, str], ...]]:
        """Over what texts like these went; see the port."""
        async with self._connections.connection() as connection:
            return await find_spread(connection, texts, most, since)

    async def traffic(self, senders: Senders, now: datetime) -> dict[tuple[int, str], SenderTraffic]:
        """What these accounts and senders sent lately; the database is asked every few seconds for each."""
        missing = self._traffic.missing(senders, now)
        if missing:
            async with self._connections.connection() as connection:
                self._traffic.put(await find_traffic(connection, missing, now), now)
        return self._traffic.of(senders)

    async def volumes(self, accounts: Sequence[int], now: datetime, past_days: int) -> dict[int, AccountVolume]:
        """What these accounts send and used to send; the database is asked every few seconds for each."""
        return await self._volumes.of(accounts, now, past_days)

    async def templates(self, templates: Templates) -> dict[tuple[int, int], TemplateTraffic]:
        """What these accounts sent of these templates, and altogether."""
        async with self._connections.connection() as connection:
            return await find_templates(connection, templates)

    async def lots(self, account_ids: Sequence[int]) -> dict[int, list[Lot]]:
        """What the accounts may spend."""
        async with self._connections.connection() as connection:
            rows = await connection.fetch(load("accept_lots"), account_ids)
        lots: dict[int, list[Lot]] = {}
        for lot_id, account_id, kind, remaining, expires_at in rows:
            lots.setdefault(account_id, []).append(Lot(lot_id, LotKind(kind), remaining, expires_at))
        return lots

    async def kept_answers(self, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], Kept]:
        """Answers given before, by account and key."""
        async with self._connections.connection() as connection:
            rows = await connection.fetch(load("accept_keys"), [a for a, _ in keys], [k for _, k in keys])
        return {
            (account_id, key): Kept(account_id, key, fingerprint, tuple(message_ids))
            for account_id, key, fingerprint, message_ids in rows
        }

    async def judged(self, account_id: int, ids: Sequence[UUID]) -> tuple[Judged, ...]:
        """Messages accepted before, as they were answered, in the order of `ids`."""
        async with self._connections.connection() as connection:
            rows = await connection.fetch(load("accept_judged"), account_id, list(ids))
        by_id = {row["id"]: row for row in rows}
        return tuple(_judged(by_id[id_]) for id_ in ids if id_ in by_id)

    async def commit(self, batch: AcceptedBatch) -> None:
        """Write the batch, durably.

        Raises:
            FactsChangedError: nothing was written; judge anew.
            StoreError: it is not known whether it was written.
        """
        contacts = {(row.account_id, row.recipient) for row in batch.rows}
        for _ in range(_TRIES):
            sealing, failed = await self._try_commit(batch, contacts)
            if failed is None:
                break
            self._keys.forget(contacts)
            if failed == _CHANGED:
                raise FactsChangedError
        else:
            raise FactsChangedError
        self._keys.committed(sealing)
        self._traffic.add(batch)
        self._floods.committed(batch)
        self._volumes.add(batch)

    async def _try_commit(self, batch: AcceptedBatch, contacts: set[Contact]) -> tuple[Sealing, str | None]:
        """Write the batch; gives what it was sealed with, and what changed meanwhile, where anything did."""
        changed: str | None = None
        async with self._connections.connection() as connection:
            await self._keep(connection, batch.artefacts)
            sealing = await self._keys.sealing(connection, contacts)
            try:
                cases = self._floods.to_join(batch)
                if len(batch.rows) <= _SLICE and not batch.sealed and not cases:
                    await connection.fetch(load("accept_commit"), *_arguments(batch, sealing))
                else:
                    await _commit_in_slices(connection, batch, sealing, cases)
            except asyncpg.PostgresError as error:
                state = getattr(error, "sqlstate", "")
                changed = _CHANGED if isinstance(error, asyncpg.DeadlockDetectedError) else state
                if changed not in {_CHANGED, _KEYS_CHANGED}:
                    raise
        # Told out here: inside, the connection would be given up with it.
        return sealing, changed

    async def keep(self, artefacts: dict[str, tuple[str, bytes]]) -> None:
        """Keep what verdicts will name by digest: kind and body."""
        async with self._connections.connection() as connection:
            await self._keep(connection, artefacts)

    async def ready_to_seal(self, folder: Path) -> None:
        """See that there is a key to seal to; `folder` takes its private half, where this is the first node."""
        async with self._connections.connection() as connection:
            await ensure_installation(connection, folder)

    async def _keep(self, connection: asyncpg.Connection, artefacts: dict[str, tuple[str, bytes]]) -> None:
        """Keep what verdicts name by digest before they do; what this process kept once is not asked about again."""
        unknown = {digest: artefact for digest, artefact in artefacts.items() if digest not in self._kept}
        if unknown:
            await keep_artefacts(connection, unknown)
            self._kept.update(unknown)

    def wake_dispatch(self) -> None:
        """Tell the dispatchers: the first at once, and under load a few times a second, outside every commit."""
        self._wake_wanted = True
        if self._waking is None or self._waking.done():
            self._waking = asyncio.create_task(self._wake(), name="wake dispatch")

    async def _wake(self) -> None:
        while self._wake_wanted:
            self._wake_wanted = False
            try:
                async with self._connections.connection() as connection:
                    await connection.execute("NOTIFY comity_queue")
            except StoreError:
                return  # dispatchers look by themselves each second
            await asyncio.sleep(_WAKE_PAUSE_S)


async def _commit_in_slices(
    connection: asyncpg.Connection, batch: AcceptedBatch, sealing: Sealing, cases: Sequence[Flooded]
) -> None:
    """Write a batch whole or not at all, in pieces between which others get their turn, with boxes and cases beside."""
    async with connection.transaction():
        for piece in _slices(batch):
            await connection.fetch(load("accept_commit"), *_arguments(piece, sealing))
        if batch.sealed:
            await write_sealed(connection, batch.sealed)
        if cases and batch.at:
            await join_floods(connection, cases, batch.at)


def _slices(batch: AcceptedBatch) -> Iterator[AcceptedBatch]:
    """The batch in pieces; what is not of one message alone goes with the first."""
    charges: dict[UUID, list[Charged]] = {}
    for charge in batch.charges:
        charges.setdefault(charge.message_id, []).append(charge)
    for start in range(0, len(batch.rows), _SLICE):
        rows = batch.rows[start : start + _SLICE]
        mine = [charge for row in rows for charge in charges.get(row.id, ())]
        if start:
            yield AcceptedBatch(rows=rows, charges=mine)
        else:
            yield msgspec.structs.replace(batch, rows=rows, charges=mine)


def _arguments(batch: AcceptedBatch, sealing: Sealing) -> tuple[Any, ...]:
    bodies = [sealed_row(row, sealing) for row in batch.rows]
    return (
        *_keys(batch),
        *_charges(batch),
        *_messages(batch, bodies),
        *_queue(batch),
        *_events(batch),
        *count_arguments(batch),
        *template_arguments(batch),
        [body.subject for body in bodies],
        [body.box for body in bodies],
        *sealing.held(),
        *arrival_arguments(batch),
    )


def _found(row: Any) -> Found:  # noqa: ANN401  asyncpg's record
    return Found(
        stops=_stops(row),
        consents=_consents(row),
        withdrawals=_withdrawals(row),
        ids=tuple(row["ids"] or ()),
        text_keys=tuple(row["text_keys"] or ()),
        similarities=tuple(row["similarities"] or ()),
        categories=tuple(row["categories"] or ()),
        heard_at=row["heard_at"],
        arrived=arrived(row),
    )


def _stops(row: Any) -> tuple[tuple[str, datetime], ...]:  # noqa: ANN401  asyncpg's record
    everything = (("", row["stopped_at"]),) if row["stopped_at"] else ()
    brands = row["stopped_brands"]
    return (*everything, *zip(brands, row["stopped_brands_at"], strict=True)) if brands else everything


def _consents(row: Any) -> tuple[Granted, ...]:  # noqa: ANN401  asyncpg's record
    if not row["consents_at"]:
        return ()
    names = ("consents_at", "consents_brand", "consents_purpose", "consents_confirmed")
    return tuple(Granted(*one) for one in zip(*(row[name] for name in names), strict=True))


def _withdrawals(row: Any) -> tuple[tuple[str, datetime], ...]:  # noqa: ANN401  asyncpg's record
    brands = row["withdrawn_brands"]
    return tuple(zip(brands, row["withdrawn_brands_at"], strict=True)) if brands else ()


def _judged(row: Any) -> Judged:  # noqa: ANN401  asyncpg's record
    verdict = msgspec.json.decode(row["verdict"], type=Verdict)
    return Judged(row["id"], State(row["state"]), verdict, row["parts"], row["micro_credits"])


def _keys(batch: AcceptedBatch) -> tuple[list[Any], ...]:
    keys = batch.keys
    ids = ["{" + ",".join(map(str, kept.message_ids)) + "}" for kept in keys]
    return [k.account_id for k in keys], [k.key for k in keys], [k.fingerprint for k in keys], ids


def _charges(batch: AcceptedBatch) -> tuple[list[Any], ...]:
    lots = sorted(batch.spent.items())
    charges = batch.charges
    return (
        [lot_id for lot_id, _ in lots],
        [micro_credits for _, micro_credits in lots],
        [c.account_id for c in charges],
        [c.message_id for c in charges],
        [c.lot_id for c in charges],
        [c.micro_credits for c in charges],
    )


def _messages(batch: AcceptedBatch, bodies: Sequence[SealedRow]) -> tuple[list[Any], ...]:
    rows = batch.rows
    columns = [[column(row) for row in rows] for column in _COLUMNS]
    columns[_TEXT] = [""] * len(rows)
    columns[_VERDICT] = [body.verdict for body in bodies]
    return tuple(columns)


def _events(batch: AcceptedBatch) -> tuple[list[Any], ...]:
    events = batch.events
    return (
        [e.account_id for e in events],
        [e.stream for e in events],
        [e.kind for e in events],
        [e.body for e in events],
    )


def _queue(batch: AcceptedBatch) -> tuple[list[Any], ...]:
    waiting = [row for row in batch.rows if row.state in _WAITING]
    return (
        [row.account_id for row in waiting],
        [row.id for row in waiting],
        [row.route_prefix for row in waiting],
        [row.due_at for row in waiting],
        [row.scheduled for row in waiting],
    )
