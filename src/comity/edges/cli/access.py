"""Owns the command about the networks that an account may be used from; must not know SQL."""

from __future__ import annotations

from typing import Annotated

import asyncpg
import typer

from comity.edges.cli.console import DatabaseOption, DataOption, JsonOption, fail, print_json, with_connection

NetworksArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[NETWORK]...", help="Such as 192.0.2.0/24; shown when left out.")
]


def add_to(accounts: typer.Typer) -> None:
    """Add the command to those about accounts."""
    accounts.command("networks")(networks)


def networks(
    account: Annotated[str, typer.Argument(help="The account's name.")],
    network: NetworksArgument = None,
    anywhere: Annotated[bool, typer.Option("--anywhere", help="Ask for no network any more.")] = False,
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show or set from where an account's keys and SMPP logins may be used; it counts within a second."""
    if network and anywhere:
        fail("Name networks, or --anywhere.")

    async def work(connection: asyncpg.Connection) -> list[str]:
        from comity.edges.postgres.access_store import networks_of, set_networks
        from comity.edges.postgres.operator_store import account_id_of

        account_id = await account_id_of(connection, account)
        if not network and not anywhere:
            return await networks_of(connection, account_id)
        return await set_networks(connection, account_id, network or [])

    found = with_connection(data, database, work)
    if as_json:
        print_json({"account": account, "networks": found})
    else:
        print("\n".join(found) or f"{account} may be used from anywhere.")
