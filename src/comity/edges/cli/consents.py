"""Owns the commands about consents: a file of opt-ins is read as a stream, bad rows are reported; must not know SQL."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final, TextIO

import asyncpg
import msgspec
import typer
from rich.console import Console
from rich.progress import Progress

from comity.base.errors import ComityError, SettingsError
from comity.consent.records import COLUMNS, BadConsentError, Consent, read_consent
from comity.edges.cli.console import DatabaseOption, DataOption, JsonOption, print_json, with_connection

consents = typer.Typer(no_args_is_help=True, help="Opt-ins of recipients, with their proof.")

_BATCH: Final = 2_000
_SHOWN: Final = 20


class Report(msgspec.Struct):
    """What an import did; `problems` are the first lines that were rejected."""

    imported: int = 0
    known: int = 0
    rejected: int = 0
    problems: list[str] = []


@consents.command("import")
def import_consents(
    account: Annotated[str, typer.Argument(help="The account's name.")],
    file: Annotated[Path, typer.Argument(help=f"CSV with the columns {','.join(COLUMNS)}.")],
    rejects: Annotated[Path | None, typer.Option(help="Write every rejected line with its reason here.")] = None,
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Record opt-ins. A promotional text goes only to who opted in."""

    async def work(connection: asyncpg.Connection) -> Report:
        return await _import(connection, account, file, rejects)

    report = with_connection(data, database, work)
    if as_json:
        print_json(report)
        return
    print(f"Opt-ins recorded: {report.imported}; known already: {report.known}; lines rejected: {report.rejected}.")
    for problem in report.problems:
        print(f"  {problem}")


async def _import(connection: asyncpg.Connection, account: str, file: Path, rejects: Path | None) -> Report:
    from comity.edges.postgres import consent_store, operator_store

    account_id = await operator_store.account_id_of(connection, account)
    report, batch, now = Report(), list[Consent](), datetime.now(UTC)

    async def write() -> None:
        added = await consent_store.add_consents(connection, account_id, batch)
        report.imported += added
        report.known += len(batch) - added
        batch.clear()

    try:
        size = file.stat().st_size  # noqa: ASYNC240  a command has nobody to keep waiting
        with file.open(encoding="utf-8-sig", newline="") as lines, Progress(console=Console(stderr=True)) as progress:
            bar = progress.add_task("Importing", total=size)
            with _rejects(rejects) as rejected:
                for number, row in _rows(lines, file):
                    try:
                        batch.append(read_consent(row, now))
                    except BadConsentError as error:
                        _reject(report, rejected, number, error)
                    if len(batch) >= _BATCH:
                        await write()
                        progress.update(bar, completed=os.lseek(lines.fileno(), 0, os.SEEK_CUR))
                await write()
                progress.update(bar, completed=size)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SettingsError(f"{file} cannot be read: {error}.") from None
    return report


def _rows(lines: TextIO, file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    reader = csv.DictReader(lines)
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise SettingsError(f"{file}: the first line lacks {', '.join(missing)}.", f"Columns: {','.join(COLUMNS)}.")
    for row in reader:
        yield reader.line_num, row


def _rejects(file: Path | None) -> TextIO:
    import io

    return file.open("w", encoding="utf-8") if file is not None else io.StringIO()


def _reject(report: Report, rejected: TextIO, number: int, error: ComityError) -> None:
    line = f"line {number}: {error}"
    rejected.write(line + "\n")
    report.rejected += 1
    if len(report.problems) < _SHOWN:
        report.problems.append(line)
