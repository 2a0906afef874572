"""Owns the commands about who works at the desk; must not know SQL, or what a role may decide."""

from __future__ import annotations

from typing import Annotated

import asyncpg
import typer

from comity.edges.cli.console import (
    DatabaseOption,
    DataOption,
    JsonOption,
    fail,
    print_credentials,
    print_rows,
    with_connection,
)
from comity.edges.cli.reading import read_line
from comity.edges.postgres.staff_store import ROLES

staff = typer.Typer(no_args_is_help=True, help="Who works at the desk.")

PersonArgument = Annotated[str, typer.Argument(help="The person, by name.")]


@staff.command("add")
def add(
    person: PersonArgument,
    role: Annotated[str, typer.Option(help="/".join(ROLES))] = "reviewer",
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Let a person work at the desk; prints their credentials, the secret this once."""
    name = read_line(person, "person")
    if role not in ROLES:
        fail(f"There is no role {role!r}. Use one of {', '.join(ROLES)}.")

    async def work(connection: asyncpg.Connection) -> tuple[str, str]:
        from comity.edges.postgres.staff_store import add_staff

        return await add_staff(connection, name, role)

    client_id, secret = with_connection(data, database, work)
    told = {"person": name, "role": role, "client_id": client_id, "client_secret": secret}
    print_credentials(told, as_json=as_json, then="Hand the secret over now: it is not shown again.")


@staff.command("remove")
def remove(person: PersonArgument, data: DataOption = "", database: DatabaseOption = "") -> None:
    """Take a person's key back, at once. What they decided stays."""
    name = read_line(person, "person")

    async def work(connection: asyncpg.Connection) -> bool:
        from comity.edges.postgres.staff_store import remove_staff

        return await remove_staff(connection, name)

    if not with_connection(data, database, work):
        fail(f"Nobody named {name} works at the desk. See `comity staff list`.")
    print(f"{name} works at the desk no more.")


@staff.command("list")
def list_all(data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False) -> None:
    """List everybody who ever worked at the desk."""
    from comity.edges.postgres.staff_store import list_staff

    rows = with_connection(data, database, list_staff)
    print_rows(rows, as_json=as_json, empty="Nobody works at the desk yet: comity staff add PERSON --role ROLE")
