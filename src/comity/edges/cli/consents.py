"""Owns the commands about consents: files of opt-ins are read, imports are shown and decided; must not know SQL."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import asyncpg
import typer

from comity.consent.life import ImportEvent, ImportState
from comity.consent.records import COLUMNS, OPTIONAL
from comity.edges.cli.consent_files import Report, import_file
from comity.edges.cli.console import (
    DatabaseOption,
    DataOption,
    JsonOption,
    fail,
    print_json,
    print_rows,
    with_connection,
)
from comity.edges.cli.reading import read_line

consents = typer.Typer(no_args_is_help=True, help="Opt-ins of recipients, with their proof.")

_SHOWN: Final = ("import_id", "account", "name", "state", "counts", "recorded", "rejected", "opened_at", "settled_by")
ImportArgument = Annotated[int, typer.Argument(help="The import's number, as `comity consents imports` shows it.")]
PersonOption = Annotated[str, typer.Option(help="Who decides.")]


@consents.command("import")
def import_consents(
    account: Annotated[str, typer.Argument(help="The account's name.")],
    file: Annotated[
        Path, typer.Argument(help=f"CSV with the columns {','.join(COLUMNS)}, and perhaps {','.join(OPTIONAL)}.")
    ],
    rejects: Annotated[Path | None, typer.Option(help="Write every rejected line with its reason here.")] = None,
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Record opt-ins. A promotional text goes only to who opted in.

    The file is read as a stream, and kept in batches: an import that broke off is taken up by running it again. A list
    that looks bought is held until a reviewer has looked: its opt-ins do not count before.
    """

    async def work(connection: asyncpg.Connection) -> Report:
        return await import_file(connection, account, file, rejects)

    report = with_connection(data, database, work)
    if as_json:
        print_json(report)
        return
    print(f"Opt-ins recorded: {report.imported}; known already: {report.known}; lines rejected: {report.rejected}.")
    for problem in report.problems:
        print(f"  {problem}")
    if report.state == ImportState.HELD:
        # A warning: what was asked for was done.
        print(f"Import {report.import_id} is held for a reviewer; its opt-ins do not count before:", file=sys.stderr)
        for reason in report.reasons:
            print(f"  {reason}", file=sys.stderr)


@consents.command("imports")
def imports(
    account: Annotated[str, typer.Option(help="Those of this account only.")] = "",
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """List imports, the newest first: what state they are in, and what was found of their lists."""

    async def work(connection: asyncpg.Connection) -> list[dict[str, object]]:
        from comity.edges.postgres import consent_imports, operator_store

        account_id = await operator_store.account_id_of(connection, account) if account else None
        return await consent_imports.list_imports(connection, account_id)

    rows = with_connection(data, database, work)
    if not as_json:
        rows = [{name: row[name] for name in _SHOWN} for row in rows]
    print_rows(rows, as_json=as_json, empty="No opt-ins were imported.")


@consents.command("release")
def release(import_id: ImportArgument, by: PersonOption, data: DataOption = "", database: DatabaseOption = "") -> None:
    """Let the opt-ins of a held import count."""
    _decide(import_id, ImportEvent.RELEASE, by, (data, database))


@consents.command("drop")
def drop(import_id: ImportArgument, by: PersonOption, data: DataOption = "", database: DatabaseOption = "") -> None:
    """Let the opt-ins of a held import never count."""
    _decide(import_id, ImportEvent.DROP, by, (data, database))


def _decide(import_id: int, event: ImportEvent, by: str, where: tuple[str, str]) -> None:
    person = read_line(by, "person")

    async def work(connection: asyncpg.Connection) -> ImportState | None:
        from comity.edges.postgres.consent_imports import decide_import

        return await decide_import(connection, import_id, event, person, datetime.now(UTC))

    state = with_connection(*where, work)
    if state is None:
        fail(f"There is no import {import_id}. See `comity consents imports`.")
    print(f"Import {import_id} is {state.value}.")
