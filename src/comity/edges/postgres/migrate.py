"""Owns bringing a database's schema up to this version's; must not know what the tables mean.

Migrations are files `NNNN_name.sql`, numbered from 1 without a gap, never
changed once released. Each is applied in one transaction together with its row
in `schema_migrations`, so a database is always exactly at one of them.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Final

import asyncpg
import structlog

from comity.base.errors import StoreError
from comity.edges.postgres.connect import store_errors
from comity.edges.postgres.roles import DEFAULT_PRIVILEGES, Role, make_assumed_roles
from comity.edges.postgres.schema import catalogue

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from comity.edges.postgres.connect import Database

_log = structlog.get_logger(__name__)

_NAME: Final = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")
_LOCK: Final = 0x434F4D4954590002  # several nodes start at once: one migrates, the others wait and find it done
_LOCK_LIMIT: Final = "120s"
_DATA_EXCEPTION: Final = "22"  # the class of SQLSTATE whose messages quote values

_LEDGER: Final = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    version integer PRIMARY KEY,
    name text NOT NULL,
    digest text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT ON schema_migrations TO comity_road;
"""
_ALL_TABLES: Final = "SELECT array_agg(oid) FROM pg_class WHERE relkind IN ('r', 'p')"


@dataclass(frozen=True)
class Migration:
    """One step of the schema."""

    version: int
    name: str
    sql: str

    @property
    def digest(self) -> str:
        """SHA-256 of its text, in hexadecimal; line ends do not count."""
        return hashlib.sha256(self.sql.encode()).hexdigest()

    def __str__(self) -> str:
        return f"{self.version:04}_{self.name}"


def shipped(folder: Traversable | None = None) -> list[Migration]:
    """This version's migrations, in order.

    Args:
        folder: where the files are, when not in the package.

    Raises:
        StoreError: a file's name is not understood, a number is missing or given twice.
    """
    folder = folder or files("comity.edges.postgres") / "migrations"
    found = sorted(
        (_read(entry) for entry in folder.iterdir() if entry.name.endswith(".sql")), key=lambda one: one.version
    )
    for expected, migration in enumerate(found, 1):
        if migration.version != expected:
            raise StoreError(f"Migration {migration} stands where number {expected} is due.", "Number without gaps.")
    return found


async def migrate(
    database: Database, migrations: list[Migration] | None = None, *, until: int | None = None
) -> list[Migration]:
    """Apply what is missing, as the owner; safe to run from several nodes at once.

    Args:
        database: where; on a server of the operator's the roles are made first.
        migrations: all there are, in order; this version's by default.
        until: the last version to apply; all by default.

    Returns:
        Those that were applied now, in order.

    Raises:
        StoreError: the database is newer, an applied migration was changed, or one failed (and left no trace).
    """
    migrations = shipped() if migrations is None else migrations
    await prepare_roles(database)
    connection = await database.connect(Role.OWNER, application="comity-migrate")
    try:
        with store_errors():
            await connection.execute(f"SET lock_timeout = '{_LOCK_LIMIT}'")
            await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        return await _migrate_locked(connection, migrations, until)
    finally:
        await connection.close()  # and with it the lock


async def prepare_roles(database: Database) -> None:
    """Make the roles on an operator's server; the embedded one's are made at its start.

    Raises:
        StoreError: they cannot be made; the remedy is SQL for an administrator.
    """
    if not database.assumed:
        return
    with store_errors():
        login = await asyncpg.connect(**database.logins[Role.OWNER], timeout=10.0)
        try:
            await make_assumed_roles(login)
        finally:
            await login.close()


async def _migrate_locked(
    connection: asyncpg.Connection, migrations: list[Migration], until: int | None
) -> list[Migration]:
    with store_errors():
        async with connection.transaction():
            if not await connection.fetchval("SELECT to_regclass('public.schema_migrations') IS NOT NULL"):
                await connection.execute(_LEDGER)
        applied = await connection.fetch("SELECT version, name, digest FROM schema_migrations ORDER BY version")
    _check_history(applied, migrations)
    due = [one for one in migrations[len(applied) :] if until is None or one.version <= until]
    if due:
        with store_errors():
            await connection.execute(DEFAULT_PRIVILEGES)  # each time: a dump of the schema alone does not hold them
    for migration in due:
        await _apply(connection, migration)
        _log.info("postgres.migrated", migration=str(migration))
    return due


def _check_history(applied: list[asyncpg.Record], migrations: list[Migration]) -> None:
    if len(applied) > len(migrations):
        raise StoreError(
            f"The database is at version {len(applied)} of the schema, newer than this Comity's {len(migrations)}.",
            "Upgrade Comity on this machine, or restore a backup made before the database was upgraded.",
        )
    for row, migration in zip(applied, migrations, strict=False):
        if (row["version"], row["digest"]) != (migration.version, migration.digest):
            raise StoreError(
                f"Migration {migration} is not the one that was applied to the database.",
                "A released migration never changes: put the file back and write what is new as another one.",
            )


async def _apply(connection: asyncpg.Connection, migration: Migration) -> None:
    try:
        async with connection.transaction():
            before = await connection.fetchval(_ALL_TABLES)
            await connection.execute(migration.sql)
            if not connection.is_in_transaction():
                raise StoreError(
                    f"Migration {migration} ends its transaction itself; what it did until there remains.",
                    "Remove its BEGIN and COMMIT.",
                )
            for row in await connection.fetch(catalogue("grant_tenant"), before):
                await connection.execute(row[0])
            await connection.execute(
                "INSERT INTO schema_migrations (version, name, digest) VALUES ($1, $2, $3)",
                migration.version,
                migration.name,
                migration.digest,
            )
    except asyncpg.PostgresError as error:
        raise StoreError(
            f"Migration {migration} failed at {_place(error, migration)}: {_words(error)}.",
            "Nothing of it remains in the database; mend the cause and start again.",
        ) from None


def _place(error: asyncpg.PostgresError, migration: Migration) -> str:
    position = int(getattr(error, "position", None) or 0)
    return f"line {migration.sql[: max(position - 1, 0)].count(chr(10)) + 1}" if position else "run time"


def _words(error: asyncpg.PostgresError) -> str:
    state = str(error.sqlstate)
    return state if state.startswith(_DATA_EXCEPTION) else f"{state}, {error.message}"


def _read(entry: Traversable) -> Migration:
    match = _NAME.fullmatch(entry.name)
    if match is None:
        raise StoreError(f"The migration {entry.name} has no proper name.", "Call it NNNN_name.sql.")
    return Migration(int(match[1]), match[2], entry.read_text(encoding="utf-8").replace("\r\n", "\n"))
