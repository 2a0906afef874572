"""Owns the commands about customers' keys: what each may do, how long, and their secrets; must not know SQL."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import asyncpg
import msgspec
import typer

from comity.accounts.team import SCOPES
from comity.edges.cli.console import (
    KEEP,
    DatabaseOption,
    DataOption,
    JsonOption,
    fail,
    print_credentials,
    print_rows,
    with_connection,
)
from comity.edges.cli.reading import read_line

if TYPE_CHECKING:
    from comity.edges.postgres.team_keys import Key

keys = typer.Typer(no_args_is_help=True, help="Keys of an account, and what each may do.")

AccountArgument = Annotated[str, typer.Argument(help="The account's name.")]
ClientArgument = Annotated[str, typer.Argument(help="The key's client id.")]
_LISTED = ("client_id", "name", "scopes", "person_name", "created_at", "expires_at", "revoked_at", "last_used")


@keys.command("add")
def add(
    account: AccountArgument,
    scope: Annotated[list[str], typer.Option(help="What it may do; give several. One of: " + ", ".join(SCOPES))],
    name: Annotated[str, typer.Option(help="How it is called: the program, or where it runs.")] = "",
    days: Annotated[int, typer.Option(min=0, max=3_650, help="It ends by itself after so many days; 0 for never.")] = 0,
    network: Annotated[
        list[str] | None, typer.Option(help="From where alone it may be used, as 192.0.2.0/24; give several.")
    ] = None,
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Make a further key; prints its secret this once."""
    unknown = sorted(set(scope) - set(SCOPES))
    if unknown:
        fail(f"There is no scope {unknown[0]!r}. Use {', '.join(SCOPES)}.")
    scopes = [one for one in SCOPES if one in scope]
    called = read_line(name, "name") if name else ""

    async def work(connection: asyncpg.Connection) -> tuple[str, str]:
        from comity.edges.postgres.deadline_store import database_now
        from comity.edges.postgres.operator_store import account_id_of
        from comity.edges.postgres.team_activity import OPERATOR, note
        from comity.edges.postgres.team_keys import NewKey, make_key

        async with connection.transaction():
            account_id, now = await account_id_of(connection, account), await database_now(connection)
            new = NewKey(called, tuple(scopes), now + timedelta(days=days) if days else None, tuple(network or ()))
            made = await make_key(connection, account_id, new, OPERATOR, now)
            await note(connection, account_id, OPERATOR, ("make_account_key", made[0]), now)
        return made

    client_id, secret = with_connection(data, database, work)
    told = {"account": account, "client_id": client_id, "client_secret": secret, "scopes": scopes}
    print_credentials(told, as_json=as_json, then=KEEP)


@keys.command("list")
def list_all(
    account: AccountArgument, data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False
) -> None:
    """List an account's keys, programs' and people's, with their scopes; never their secrets."""

    async def work(connection: asyncpg.Connection) -> list[Key]:
        from comity.edges.postgres.operator_store import account_id_of
        from comity.edges.postgres.team_keys import list_keys

        return await list_keys(connection, await account_id_of(connection, account))

    found = with_connection(data, database, work)
    rows: list[dict[str, Any]] = [{name: getattr(key, name) for name in _LISTED} for key in found]
    shown = msgspec.to_builtins(rows) if as_json else [{**row, "scopes": ", ".join(row["scopes"])} for row in rows]
    print_rows(shown, as_json=as_json, empty="The account has no key.")


@keys.command("revoke")
def revoke(
    account: AccountArgument, client_id: ClientArgument, data: DataOption = "", database: DatabaseOption = ""
) -> None:
    """Take a key back, a program's or a person's; it opens nothing within a second."""

    async def work(connection: asyncpg.Connection) -> bool:
        from comity.edges.postgres.deadline_store import database_now
        from comity.edges.postgres.operator_store import account_id_of
        from comity.edges.postgres.team_activity import OPERATOR, note
        from comity.edges.postgres.team_keys import NoKeyError
        from comity.edges.postgres.team_keys import revoke as take_back

        async with connection.transaction():
            account_id, now = await account_id_of(connection, account), await database_now(connection)
            try:
                await take_back(connection, account_id, client_id, OPERATOR, now)
            except NoKeyError:
                return False
            await note(connection, account_id, OPERATOR, ("revoke_account_key", client_id), now)
        return True

    if not with_connection(data, database, work):
        fail(f"{account} has no key {client_id} in force. See `comity accounts keys list {account}`.")
    print(f"{client_id} is revoked.")


@keys.command("rotate")
def rotate(
    account: AccountArgument,
    client_id: ClientArgument,
    overlap_hours: Annotated[int, typer.Option(min=0, max=168, help="How long the secret before works too.")] = 24,
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Give a program's key a new secret, printed this once; the one before works for a while too."""

    async def work(connection: asyncpg.Connection) -> tuple[str, datetime]:
        from comity.edges.postgres.deadline_store import database_now
        from comity.edges.postgres.operator_store import account_id_of
        from comity.edges.postgres.team_activity import OPERATOR, note
        from comity.edges.postgres.team_keys import rotate as give_secret

        async with connection.transaction():
            account_id, now = await account_id_of(connection, account), await database_now(connection)
            overlap = timedelta(hours=overlap_hours)
            made = await give_secret(connection, account_id, client_id, overlap, (OPERATOR, now))
            await note(connection, account_id, OPERATOR, ("rotate_account_key", client_id), now)
        return made

    secret, until = with_connection(data, database, work)
    told = {"client_id": client_id, "client_secret": secret, "former_until": until.isoformat()}
    print_credentials(told, as_json=as_json, then=KEEP)
