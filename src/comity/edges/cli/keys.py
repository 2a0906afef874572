"""Owns the commands about customers' keys and their scopes; must not know SQL."""

from __future__ import annotations

from typing import Annotated, Any

import asyncpg
import typer

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
from comity.edges.postgres.staff_store import SCOPES

keys = typer.Typer(no_args_is_help=True, help="Keys of an account, and what each may do.")

AccountArgument = Annotated[str, typer.Argument(help="The account's name.")]


@keys.command("add")
def add(
    account: AccountArgument,
    scope: Annotated[list[str], typer.Option(help="What it may do; give several. One of: " + ", ".join(SCOPES))],
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Make a further key; prints its secret this once."""
    unknown = sorted(set(scope) - set(SCOPES))
    if unknown:
        fail(f"There is no scope {unknown[0]!r}. Use {', '.join(SCOPES)}.")
    scopes = [one for one in SCOPES if one in scope]

    async def work(connection: asyncpg.Connection) -> tuple[str, str]:
        from comity.edges.postgres.operator_store import account_id_of
        from comity.edges.postgres.staff_store import add_key

        return await add_key(connection, await account_id_of(connection, account), scopes)

    client_id, secret = with_connection(data, database, work)
    told = {"account": account, "client_id": client_id, "client_secret": secret, "scopes": scopes}
    print_credentials(told, as_json=as_json, then=KEEP)


@keys.command("list")
def list_all(
    account: AccountArgument, data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False
) -> None:
    """List an account's keys with their scopes, never their secrets."""

    async def work(connection: asyncpg.Connection) -> list[dict[str, Any]]:
        from comity.edges.postgres.operator_store import account_id_of
        from comity.edges.postgres.staff_store import list_keys

        return await list_keys(connection, await account_id_of(connection, account))

    rows = with_connection(data, database, work)
    shown = rows if as_json else [{**row, "scopes": ", ".join(row["scopes"])} for row in rows]
    print_rows(shown, as_json=as_json, empty="The account has no key.")


@keys.command("revoke")
def revoke(
    account: AccountArgument,
    client_id: Annotated[str, typer.Argument(help="The key's client id.")],
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Take a key back; it opens nothing within a second."""

    async def work(connection: asyncpg.Connection) -> bool:
        from comity.edges.postgres.operator_store import account_id_of
        from comity.edges.postgres.staff_store import revoke_key

        return await revoke_key(connection, await account_id_of(connection, account), client_id)

    if not with_connection(data, database, work):
        fail(f"{account} has no key {client_id} in force. See `comity accounts keys list {account}`.")
    print(f"{client_id} is revoked.")
