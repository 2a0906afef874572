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
ByOption = Annotated[str, typer.Option(help="Who you are: kept with what you did.")]


@staff.command("add")
def add(
    person: PersonArgument,
    role: Annotated[str, typer.Option(help="/".join(ROLES))] = "reviewer",
    by: ByOption = "operator",
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Let a person work at the desk; prints their credentials, the secret this once."""
    name, who = read_line(person, "person"), read_line(by, "person")
    if role not in ROLES:
        fail(f"There is no role {role!r}. Use one of {', '.join(ROLES)}.")

    async def work(connection: asyncpg.Connection) -> tuple[str, str]:
        from comity.edges.postgres.staff_desk import admit

        return await admit(connection, name, role, who)

    client_id, secret = with_connection(data, database, work)
    told = {"person": name, "role": role, "client_id": client_id, "client_secret": secret}
    print_credentials(told, as_json=as_json, then="Hand the secret over now: it is not shown again.")


@staff.command("remove")
def remove(
    person: PersonArgument, by: ByOption = "operator", data: DataOption = "", database: DatabaseOption = ""
) -> None:
    """Take a person's key back, at once. What they decided stays."""
    name, who = read_line(person, "person"), read_line(by, "person")

    async def work(connection: asyncpg.Connection) -> None:
        from comity.edges.postgres.staff_desk import dismiss

        await dismiss(connection, name, who, keep_an_operator=False)

    with_connection(data, database, work)
    print(f"{name} works at the desk no more.")


@staff.command("history")
def history(
    most: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 100,
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """List who let whom work at the desk, or took their key back, the newest first."""
    from comity.edges.postgres.staff_desk import staff_events

    rows = with_connection(data, database, lambda connection: staff_events(connection, None, most))
    print_rows(rows, as_json=as_json, empty="Nobody was ever added.")


@staff.command("list")
def list_all(data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False) -> None:
    """List everybody who ever worked at the desk."""
    from comity.edges.postgres.staff_store import list_staff

    rows = with_connection(data, database, list_staff)
    print_rows(rows, as_json=as_json, empty="Nobody works at the desk yet: comity staff add PERSON --role ROLE")
