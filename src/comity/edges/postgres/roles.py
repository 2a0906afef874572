"""Owns the three database roles: made, given what they need, checked; must not know tables or queries.

`comity_owner` owns the schema and migrates. `comity_road` runs batches over many
accounts and is not held by row-level security. `comity_tenant` acts for one
signed-in account and is held by it. None is a superuser. The roles belong to the
server, not to a database: two databases on one server share them.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final

import asyncpg
import structlog

from comity.base.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping

_log = structlog.get_logger(__name__)


class Role(enum.Enum):
    """Who a connection acts as."""

    OWNER = "comity_owner"
    ROAD = "comity_road"
    TENANT = "comity_tenant"


_PLAIN: Final = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION INHERIT"
_ATTRIBUTES: Final[Mapping[Role, str]] = {
    Role.OWNER: f"{_PLAIN} NOBYPASSRLS",
    Role.ROAD: f"{_PLAIN} BYPASSRLS",
    Role.TENANT: f"{_PLAIN} NOBYPASSRLS",
}
_ALL: Final = ", ".join(role.value for role in Role)
_LOCK: Final = 0x434F4D4954590001  # "COMITY" and a number: several nodes may start at once

# Run as the owner in each database, before the first migration: what it makes from then on is granted by itself.
# The tenant role gets a table when it is guarded: see `catalogue/grant_tenant.sql`.
DEFAULT_PRIVILEGES: Final = """
ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO comity_road;
ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT ON SEQUENCES TO comity_road;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO comity_tenant;
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON ROUTINES TO comity_road, comity_tenant;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO comity_road, comity_tenant;
"""


async def make_login_roles(superuser: asyncpg.Connection, passwords: Mapping[Role, str]) -> None:
    """Make the roles of an embedded cluster, or bring them back to what they must be; safe to repeat.

    Args:
        superuser: a connection that may do anything.
        passwords: one per role.
    """
    async with superuser.transaction():
        present = await _present(superuser)
        for role, password in passwords.items():
            verb = "ALTER" if role in present else "CREATE"
            # Our own alphabet-only passwords need no quoting beyond the quotes; utility statements take no parameters.
            await superuser.execute(f"{verb} ROLE {role.value} LOGIN {_ATTRIBUTES[role]} PASSWORD '{password}'")
        # To rid the server's files of what was erased: `comity erasures finish`.
        await superuser.execute(f"GRANT pg_checkpoint, pg_monitor TO {Role.OWNER.value}")


async def make_database(superuser: asyncpg.Connection, name: str, template: str | None = None) -> None:
    """Make a database that the owner role owns and that only the three roles may enter.

    Args:
        superuser: a connection outside any transaction.
        name: letters, digits and underscores.
        template: a database to copy, when not an empty one.
    """
    if await superuser.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
        return
    source = f"TEMPLATE {template} STRATEGY wal_log" if template else ""
    await superuser.execute(f"CREATE DATABASE {name} OWNER {Role.OWNER.value} {source}")
    await superuser.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC; GRANT CONNECT ON DATABASE {name} TO {_ALL}")


async def make_assumed_roles(login: asyncpg.Connection) -> None:
    """Make the roles on a server of the operator's, for the signed-in user to assume by SET ROLE; safe to repeat.

    Raises:
        StoreError: the user may not make or assume them; the remedy is the SQL an administrator runs once.
    """
    async with login.transaction():
        await login.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        try:
            await _make_missing(login)
            await _grant_schema(login)
        except asyncpg.InsufficientPrivilegeError:
            user = await _user_after(login)
            raise StoreError("The database user may not make or assume Comity's roles.", _remedy(user)) from None
        await _try_bypass(login)


async def _make_missing(login: asyncpg.Connection) -> None:
    present = await _present(login)
    for role in Role:
        if role not in present:
            await login.execute(f"CREATE ROLE {role.value} NOLOGIN")
        if not await login.fetchval("SELECT pg_has_role(current_user, $1, 'MEMBER')", role.value):
            await login.execute(f"GRANT {role.value} TO current_user")


async def _grant_schema(login: asyncpg.Connection) -> None:
    for role, privilege in ((Role.OWNER, "CREATE"), *((role, "USAGE") for role in Role)):
        if not await login.fetchval("SELECT has_schema_privilege($1, 'public', $2)", role.value, privilege):
            await login.execute(f"GRANT {privilege} ON SCHEMA public TO {role.value}")
            if not await login.fetchval("SELECT has_schema_privilege($1, 'public', $2)", role.value, privilege):
                # PostgreSQL only warns when the grantor holds no right to pass on.
                raise asyncpg.InsufficientPrivilegeError("the grant had no effect")


async def _try_bypass(login: asyncpg.Connection) -> None:
    """BYPASSRLS spares the road the policies; where it may not be given, policies `TO comity_road` let it pass."""
    if await login.fetchval("SELECT rolbypassrls FROM pg_roles WHERE rolname = $1", Role.ROAD.value):
        return
    try:
        async with login.transaction():
            await login.execute(f"ALTER ROLE {Role.ROAD.value} BYPASSRLS")
    except asyncpg.InsufficientPrivilegeError:
        _log.info("postgres.bypass_by_policy", role=Role.ROAD.value)


async def _present(connection: asyncpg.Connection) -> set[Role]:
    rows = await connection.fetch(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY($1::text[])", [role.value for role in Role]
    )
    return {Role(row["rolname"]) for row in rows}


async def _user_after(login: asyncpg.Connection) -> str:
    # The transaction has failed, so the server answers nothing more in it; the client knows the name.
    return str(login._params.user)  # noqa: SLF001  asyncpg has no public name for it


def _remedy(user: str) -> str:
    quoted = '"' + user.replace('"', '""') + '"'
    made = " ".join(f"CREATE ROLE {role.value} NOLOGIN;" for role in Role)
    return (
        f"As an administrator, in that database, run once: {made} ALTER ROLE {Role.ROAD.value} BYPASSRLS; "
        f"GRANT {_ALL} TO {quoted}; GRANT USAGE, CREATE ON SCHEMA public TO {Role.OWNER.value}; "
        f"GRANT USAGE ON SCHEMA public TO {_ALL};"
    )
