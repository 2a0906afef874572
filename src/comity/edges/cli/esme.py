"""Owns the commands about customers' SMPP logins; must not know SQL."""

from __future__ import annotations

from typing import Annotated

import asyncpg
import typer

from comity.base.errors import SettingsError
from comity.edges.cli.console import DatabaseOption, DataOption, JsonOption, fail, print_rows, with_connection

esme = typer.Typer(no_args_is_help=True, help="Customers' SMPP logins.")

_MOST_BINDS = 1_000


@esme.command("add")
def add(
    account: Annotated[str, typer.Argument(help="The account's name.")],
    system_id: Annotated[str, typer.Argument(help="Up to 15 characters; unique.")],
    password: Annotated[str, typer.Argument(help="Up to 64 characters; many clients send no more than 8.")],
    binds: Annotated[int, typer.Option(help="Binds it may have at once, in each process of the door.")] = 8,
    tlv: Annotated[bool, typer.Option("--tlv/--no-tlv", help="Answer submissions with the verdict in a TLV.")] = True,
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Let an account bind over SMPP; it counts at once."""
    from comity.edges.postgres.esme_store import EsmeOptions, add_esme
    from comity.edges.postgres.operator_store import account_id_of
    from comity.edges.smpp_server.passwords import check_password, check_system_id

    try:
        check_system_id(system_id)
        check_password(password)
    except SettingsError as error:
        fail(str(error))
    if not 1 <= binds <= _MOST_BINDS:
        fail(f"--binds is from 1 to {_MOST_BINDS}.")

    async def work(connection: asyncpg.Connection) -> None:
        account_id = await account_id_of(connection, account)
        await add_esme(connection, account_id, system_id, password, binds=binds, options=EsmeOptions(tlv=tlv))

    with_connection(data, database, work)
    print(f"{account} may bind over SMPP as {system_id}.")


@esme.command("list")
def list_logins(data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False) -> None:
    """List SMPP logins with their accounts, without passwords."""
    from comity.edges.postgres.esme_store import list_esmes

    rows = with_connection(data, database, list_esmes)
    print_rows(rows, as_json=as_json, empty="There is no SMPP login yet: comity esme add ACCOUNT SYSTEM_ID PASSWORD")
