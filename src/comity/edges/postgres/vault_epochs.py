"""Owns the turn of epochs: a new key, everything sealed anew under it, old keys destroyed; must not know who asks.

Once an epoch's key is destroyed, every copy of what it wrapped is noise: keys of erased numbers in old backups, in the
write-ahead log, in pages that were freed and not yet written over.
"""

from __future__ import annotations

import asyncio
import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import asyncpg
import msgspec
import structlog

from comity.base.clock import Clock
from comity.base.errors import StoreError
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.statements import load
from comity.edges.postgres.vault_files import add_epoch, destroy_file, epoch_path, read_epochs
from comity.edges.vault import Vault, epoch_of

_log = structlog.get_logger(__name__)

EVERY_S: Final = 3600.0
LASTS: Final = timedelta(days=7)
# Processes look for a new epoch once a minute; what they sealed meanwhile is sealed anew before the old key goes.
GRACE: Final = timedelta(days=1)
_AT_ONCE: Final = 1000
_ONE_AT_A_TIME: Final = 5490_000_000_000_000
# Columns of `passing_text`: table, key, column.
PASSING: Final = (
    ("webhook_events", ("account_id", "event_id"), "body"),
    ("webhook_last_events", ("account_id", "webhook_id", "kind"), "body"),
    ("esme_deliveries", ("account_id", "number"), "text"),
    ("inbound_unclaimed", ("number",), "text"),
    ("report_texts", ("text_id",), "text"),
    ("report_halves", ("number", "reporter"), "text"),
    ("erasures", ("account_id", "erasure_id"), "number"),
    ("letters", ("mail_id",), "address"),
    ("letters", ("mail_id",), "summary"),
)


class Turned(msgspec.Struct, frozen=True):
    """What a turn did.

    Attributes:
        epoch: the epoch that wraps now.
        sealed: keys and texts that were sealed anew.
        destroyed: epochs whose keys are gone.
    """

    epoch: int
    sealed: int
    destroyed: tuple[int, ...]


async def turn(connection: asyncpg.Connection, vault: Vault, folder: Path, grace: timedelta, now: datetime) -> Turned:
    """Seal everything anew under the latest epoch, and destroy keys of epochs that ended longer ago than `grace`.

    Args:
        connection: of the road, with the vault; not in a transaction.
        vault: the vault of `folder`.
        folder: DATA/keys.
        grace: how long a key outlives its epoch.
        now: the present.
    """
    if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _ONE_AT_A_TIME):
        return Turned(vault.epoch, 0, ())
    try:
        vault.reload()
        sealed = await _rewrap(connection, vault) + await _parts_anew(connection, vault)
        for table, key, column in PASSING:
            sealed += await _passing_anew(connection, vault.epoch, (table, key, column))
        ended = await _ended(connection, vault.epoch, folder, now - grace)
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", _ONE_AT_A_TIME)
    for epoch in ended:
        destroy_file(epoch_path(folder, epoch))
    vault.reload()
    return Turned(vault.epoch, sealed, ended)


def begun_at(folder: Path, epoch: int) -> datetime:
    """When an epoch began: when its key was written."""
    return datetime.fromtimestamp(epoch_path(folder, epoch).stat().st_mtime, UTC)


async def _ended(connection: asyncpg.Connection, latest: int, folder: Path, before: datetime) -> tuple[int, ...]:
    """Epochs that ended before an instant and with whose key nothing is wrapped any more."""
    if await connection.fetchval("SELECT EXISTS (SELECT FROM body_keys WHERE epoch_of(wrapped) <> $1)", latest):
        return ()
    epochs = sorted(read_epochs(folder))
    followed = itertools.pairwise(epochs)
    return tuple(epoch for epoch, after in followed if begun_at(folder, after) <= before)


async def _rewrap(connection: asyncpg.Connection, vault: Vault) -> int:
    """Keys of numbers, wrapped anew; one that cannot be opened any more is of no use, and goes."""
    done, place = 0, (0, b"")
    while rows := await connection.fetch(load("epoch_keys"), *place, vault.epoch, _AT_ONCE):
        columns: tuple[list[Any], ...] = ([], [], [], [])
        for row in rows:
            key = vault.unwrap(row["wrapped"], row["account_id"], row["subject"])
            fresh = None if key is None else vault.wrap(key, row["account_id"], row["subject"])
            for column, value in zip(columns, (*row, fresh), strict=True):
                column.append(value)
        await connection.execute(load("epoch_rewrap"), *columns)
        done += len(rows)
        place = (rows[-1]["account_id"], rows[-1]["subject"])
    return done


async def _passing_anew(connection: asyncpg.Connection, latest: int, where: tuple[str, tuple[str, ...], str]) -> int:
    """What is on its way, sealed anew: the connection's codec opens it with the old key, and seals it with the new."""
    table, key, column = where
    done = 0
    named = ", ".join(key)
    same = " AND ".join(f"{name} = ${place}" for place, name in enumerate(key, 2))
    stale = f"({column}).box IS NOT NULL AND epoch_of(({column}).box) <> $1"
    find = f"SELECT {named}, {column} AS said FROM {table} WHERE {stale} LIMIT {_AT_ONCE}"  # noqa: S608  names are ours
    change = f"UPDATE {table} SET {column} = ${len(key) + 2} WHERE {stale} AND {same}"  # noqa: S608  the same
    while rows := await connection.fetch(find, latest):
        await connection.executemany(change, [(latest, *(row[name] for name in key), row["said"]) for row in rows])
        done += len(rows)
    return done


async def _parts_anew(connection: asyncpg.Connection, vault: Vault) -> int:
    """Parts of messages, sealed anew; those of customers without a digest are of before parts were sealed."""
    done = 0
    for table, sealed in (("inbound_parts", "true"), ("esme_parts", "digest IS NOT NULL")):
        rows = await connection.fetch(f"SELECT ctid, payload FROM {table} WHERE {sealed}")  # noqa: S608  names are ours
        change = f"UPDATE {table} SET payload = $2 WHERE ctid = $1 AND payload = $3"  # noqa: S608  the same
        stale = [row for row in rows if epoch_of(row["payload"]) != vault.epoch]
        for row in stale:
            box = vault.seal_passing(vault.open_passing(row["payload"]) or b"")
            await connection.execute(change, row["ctid"], box, row["payload"])
        done += len(stale)
    return done


class EpochUpkeep:
    """Begins an epoch each week, and destroys keys of those that ended.

    Args:
        connections: connections of the road.
        clock: the present.
        folder: DATA/keys.
    """

    def __init__(self, connections: HeldConnections, clock: Clock, folder: Path) -> None:
        self._connections = connections
        self._clock = clock
        self._folder = folder

    async def once(self) -> Turned | None:
        """Begin an epoch where the last one is old; seal anew and destroy where there are several."""
        vault, now = self._connections.vault, self._clock.now()
        if vault is None or not vault.epoch:
            return None
        if now - begun_at(self._folder, vault.epoch) >= LASTS:
            add_epoch(self._folder)
        if len(read_epochs(self._folder)) < 2:  # noqa: PLR2004  one is the epoch of now
            return None
        async with self._connections.connection() as connection:
            return await turn(connection, vault, self._folder, GRACE, now)

    async def run(self, every_s: float = EVERY_S) -> None:
        """Do so until cancelled."""
        while True:
            try:
                turned = await self.once()
                if turned is not None and turned.destroyed:
                    _log.info("keys.destroyed", epochs=turned.destroyed, now=turned.epoch)
            except (StoreError, OSError) as error:
                _log.warning("keys.upkeep_failed", what=getattr(error, "what", type(error).__name__))
            await asyncio.sleep(every_s)
