"""Owns how a process reaches the database in one of its roles; must not know tables, queries or who runs the server.

A `Database` says where, and as whom, for each role. Against the embedded cluster
each role signs in by itself; against an operator's server one user signs in and
assumes the role.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import asyncpg
import msgspec

from comity.base.errors import SettingsError, StoreError, UnfitValueError
from comity.edges.postgres.roles import Role
from comity.edges.postgres.secret_files import read_secret
from comity.edges.postgres.vault_codecs import set_vault_codecs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from comity.edges.vault import Vault

FILE_VARIABLE: Final = "COMITY_DATABASE_FILE"
URL_VARIABLE: Final = "COMITY_DATABASE"
_CONNECT_LIMIT_S: Final = 5.0
_COMMAND_LIMIT_S: Final = 60.0
_STATEMENTS_CACHED: Final = 512
_POLL_S: Final = 0.05

# A bound on everything that can hang; a migration alone may take its time.
_SESSION: Final[Mapping[Role, Mapping[str, str]]] = {
    Role.OWNER: {"statement_timeout": "0", "lock_timeout": "60s"},
    Role.ROAD: {"statement_timeout": "60s", "idle_in_transaction_session_timeout": "60s", "jit": "off"},
    Role.TENANT: {"statement_timeout": "5s", "idle_in_transaction_session_timeout": "60s", "jit": "off"},
}

# What asyncpg raises, most particular first: what is wrong, how to mend it.
_MEANINGS: Final[tuple[tuple[tuple[type[BaseException], ...], str, str], ...]] = (
    (
        (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError),
        "The database refused the user or the password.",
        "Check the user and the password in the database URL.",
    ),
    ((asyncpg.InvalidCatalogNameError,), "The database does not exist.", "Create it, or correct the URL's last part."),
    (
        (asyncpg.TooManyConnectionsError,),
        "The database server has no connection left.",
        "Raise its max_connections, or run fewer workers.",
    ),
    (
        (asyncpg.CannotConnectNowError, asyncpg.AdminShutdownError, asyncpg.CrashShutdownError),
        "The database server is starting or stopping.",
        "Try again in a moment.",
    ),
    ((asyncpg.DiskFullError,), "The database server's disk is full.", "Free some space on it."),
    ((asyncpg.InsufficientPrivilegeError,), "The database user may not do this.", "Grant it the roles of Comity."),
    (
        (TimeoutError, asyncpg.QueryCanceledError, asyncpg.LockNotAvailableError),
        "The database did not answer in time.",
        "Look at its load and its locks.",
    ),
    (
        (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, EOFError),
        "The database cannot be reached.",
        "Check that its server runs and that the address is right.",
    ),
)


class DatabaseSecret(msgspec.Struct):
    """What DATA/secrets/database.json holds."""

    host: str
    port: int
    database: str
    passwords: dict[str, str]


@dataclass(frozen=True)
class Database:
    """One database, and how each role gets in.

    Attributes:
        where: its place without any secret, for messages.
        logins: arguments of `asyncpg.connect` for each role; they hold passwords.
        assumed: whether one user signs in for all and assumes the role.
        hand_on: the environment that lets a child process find the same database; holds the URL's password.
        vault: the keys of its sealed columns; without them their boxes are read as they are.
    """

    where: str
    logins: Mapping[Role, Mapping[str, object]] = field(repr=False)
    assumed: bool = False
    hand_on: Mapping[str, str] = field(default_factory=dict, repr=False)
    vault: Vault | None = field(default=None, repr=False, compare=False)

    @staticmethod
    def from_url(url: str) -> Database:
        """A server of the operator's: postgresql://USER:PASSWORD@HOST:PORT/NAME.

        Raises:
            SettingsError: it is not such a URL.
        """
        try:
            parts = urlsplit(url)
            where = f"{parts.hostname or 'local'}:{parts.port or 5432}{parts.path}"
        except ValueError:
            parts, where = urlsplit(""), ""
        if parts.scheme not in {"postgresql", "postgres"}:
            raise SettingsError("The database URL cannot be read.", "Write postgresql://USER:PASSWORD@HOST:PORT/NAME.")
        return Database(where, {role: {"dsn": url} for role in Role}, assumed=True, hand_on={URL_VARIABLE: url})

    @staticmethod
    def from_file(path: Path) -> Database:
        """The embedded cluster, from the secret file that its owner keeps.

        Raises:
            StoreError: there is no such file, or it is damaged.
        """
        try:
            content = read_secret(path)
            if content is None:
                raise StoreError(f"There is no database at {path}.", "Start `comity serve` once.")
            written = msgspec.json.decode(content, type=DatabaseSecret)
            logins = {role: _login(written, role) for role in Role}
        except (OSError, msgspec.DecodeError, KeyError) as error:
            raise StoreError(f"{path} cannot be read.", "Run as its owner, or restart `comity serve`.") from error
        return Database(written.host, logins, hand_on={FILE_VARIABLE: str(path)})

    @staticmethod
    def from_environment(environment: Mapping[str, str] = os.environ) -> Database:
        """The database that a parent process handed on; never by arguments, which everybody on a machine can read.

        Raises:
            SettingsError: nothing was handed on.
            StoreError: the secret file is missing or damaged.
        """
        if file := environment.get(FILE_VARIABLE):
            return Database.from_file(Path(file))
        if url := environment.get(URL_VARIABLE):
            return Database.from_url(url)
        raise SettingsError("No database is named.", f"Set {URL_VARIABLE} or start through `comity serve`.")

    def named(self, database: str) -> Database:
        """Another database on the same server."""
        logins = {role: {**login, "database": database} for role, login in self.logins.items()}
        return replace(self, logins=logins, hand_on={})

    def with_vault(self, vault: Vault | None) -> Database:
        """The same database, whose sealed columns can be read and written."""
        return replace(self, vault=vault)

    async def connect(self, role: Role, *, application: str = "comity") -> asyncpg.Connection:
        """One connection in this role, with the codecs of `pool`; the caller closes it.

        Raises:
            StoreError: it cannot be had.
        """
        with store_errors():
            limit_s = None if role is Role.OWNER else _COMMAND_LIMIT_S
            connection = await asyncpg.connect(**self._arguments(role, application), command_timeout=limit_s)
            try:
                await self._set_up(connection, role)
            except BaseException:
                connection.terminate()
                raise
            return connection

    async def pool(self, role: Role, *, least: int = 1, most: int = 10, application: str = "comity") -> asyncpg.Pool:
        """A pool of connections in this role; the caller closes it.

        `jsonb` and `json` are read and written as Python values by msgspec; `uuid` as `uuid.UUID`.

        Args:
            role: whom every connection acts as.
            least: connections opened now and kept.
            most: connections at the most.
            application: shown in `pg_stat_activity` and in the server's log.

        Raises:
            StoreError: no connection can be had.
        """

        async def init(connection: asyncpg.Connection) -> None:
            await self._set_up(connection, role)

        with store_errors():
            return await asyncpg.create_pool(
                **self._arguments(role, application),
                init=init,
                min_size=least,
                max_size=most,
                command_timeout=None if role is Role.OWNER else _COMMAND_LIMIT_S,
            )

    async def wait_ready(self, role: Role = Role.TENANT, *, limit_s: float = 10.0) -> None:
        """Wait until a connection in this role succeeds.

        Raises:
            StoreError: none did within the limit; says why the last one failed.
        """
        deadline = asyncio.get_running_loop().time() + limit_s
        while True:
            try:
                connection = await self.connect(role, application="comity-ready")
            except StoreError:
                if asyncio.get_running_loop().time() >= deadline:
                    raise
                await asyncio.sleep(_POLL_S)
            else:
                await connection.close()
                return

    def _arguments(self, role: Role, application: str) -> dict[str, Any]:
        return {
            **self.logins[role],
            "timeout": _CONNECT_LIMIT_S,
            "statement_cache_size": _STATEMENTS_CACHED,
            "server_settings": {"application_name": application, "timezone": "UTC", **_SESSION[role]},
        }

    async def _set_up(self, connection: asyncpg.Connection, role: Role) -> None:
        if self.assumed:
            await connection.execute(f"SET ROLE {role.value}")  # RESET ALL, at a connection's return, leaves it
        await set_codecs(connection)
        if self.vault is not None:
            await set_vault_codecs(connection, self.vault)


async def set_codecs(connection: asyncpg.Connection) -> None:
    """Read and write `jsonb` and `json` as Python values, by msgspec."""
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda value: b"\x01" + msgspec.json.encode(value),  # the binary form begins with its version, 1
        decoder=lambda raw: msgspec.json.decode(raw[1:]),
    )
    await connection.set_type_codec(
        "json", schema="pg_catalog", format="binary", encoder=msgspec.json.encode, decoder=msgspec.json.decode
    )


@contextlib.contextmanager
def store_errors() -> Iterator[None]:
    """Turn what the database or the way to it raises into `StoreError`; no statement, value or password is quoted.

    What a store wants to tell apart (a unique violation, say) it catches inside.
    """
    try:
        yield
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, EOFError) as error:
        # The server's and the driver's own words may quote rows and URLs; a traceback must not show them.
        cause = error if isinstance(error, (OSError, EOFError)) else None
        if isinstance(error, asyncpg.DataError):
            raise UnfitValueError(
                "A value cannot be kept: it holds a NUL character, or is larger than anything there is.",
                "Write it otherwise.",
            ) from None
        for kinds, what, remedy in _MEANINGS:
            if isinstance(error, kinds):
                raise StoreError(what, remedy) from cause
        raise StoreError(f"The database reported {type(error).__name__} ({_state(error)}).") from cause


async def durability(connection: asyncpg.Connection) -> dict[str, str]:
    """The settings that make an acknowledged commit safe, as this connection has them."""
    names = ("fsync", "full_page_writes", "synchronous_commit")
    return {name: str(await connection.fetchval("SELECT current_setting($1)", name)) for name in names}


def _login(written: DatabaseSecret, role: Role) -> dict[str, object]:
    return {
        "host": written.host,
        "port": written.port,
        "user": role.value,
        "password": written.passwords[role.value],
        "database": written.database,
        "ssl": False,
    }


def _state(error: BaseException) -> str:
    return str(getattr(error, "sqlstate", None) or "no state")
