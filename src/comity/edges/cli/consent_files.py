"""Owns reading a file of consents into an account, in memory that does not grow with it; must not know SQL."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import os
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final, TextIO

import asyncpg
import msgspec
from rich.console import Console
from rich.progress import Progress

from comity.base.errors import ComityError, SettingsError
from comity.consent.table import batches, rows_of

_BATCH: Final = 20_000
_SHOWN: Final = 20
_BLOCK: Final = 1 << 20


class Report(msgspec.Struct):
    """What an import did.

    Attributes:
        imported: opt-ins that are new.
        known: those that were recorded before, or stood in the file twice.
        rejected: lines that are no opt-in.
        problems: the first of these lines, with their reasons.
        import_id: the import's number.
        state: whether its opt-ins count: counted or released; held until a reviewer has looked; dropped.
        reasons: what was found of the list.
    """

    imported: int = 0
    known: int = 0
    rejected: int = 0
    problems: list[str] = []
    import_id: int = 0
    state: str = ""
    reasons: list[str] = []


async def import_file(connection: asyncpg.Connection, account: str, file: Path, rejects: Path | None) -> Report:
    """Record the opt-ins of a file.

    Args:
        connection: of the road.
        account: the account's name.
        file: CSV in UTF-8.
        rejects: where every rejected line is written with its reason.

    Raises:
        SettingsError: the file cannot be read, or has other columns.
    """
    from comity.edges.postgres import consent_imports, operator_store

    account_id = await operator_store.account_id_of(connection, account)
    report, now = Report(), datetime.now(UTC)
    try:
        with contextlib.ExitStack() as stack:
            lines = stack.enter_context(file.open(encoding="utf-8-sig", newline=""))
            read = rows_of(lines, str(file))
            into = await consent_imports.open_import(connection, account_id, file.name[:200], _digest(file), now)
            sample = await consent_imports.sample_for(connection)
            rejected = stack.enter_context(rejects.open("w", encoding="utf-8")) if rejects else None
            progress = stack.enter_context(Progress(console=Console(stderr=True)))
            bar = progress.add_task("Importing", total=os.fstat(lines.fileno()).st_size)
            reject = partial(_reject, report, rejected)
            for batch in batches(read, _BATCH, reject, now):
                for one in batch:
                    sample.add(one.recipient, one.at, one.address)
                added = await consent_imports.write_rows(connection, into, batch, now)
                report.imported += added
                report.known += len(batch) - added
                progress.update(bar, completed=os.lseek(lines.fileno(), 0, os.SEEK_CUR))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SettingsError(f"{file} cannot be read: {error}.") from None
    settled = await consent_imports.settle_import(connection, into, sample, (report.known, report.rejected), now)
    report.import_id, report.state = into.import_id, settled.state.value
    report.reasons = [signal.why for signal in settled.signals]
    return report


def _digest(file: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _reject(report: Report, rejected: TextIO | None, number: int, error: ComityError) -> None:
    line = f"line {number}: {error}"
    if rejected is not None:
        rejected.write(line + "\n")
    report.rejected += 1
    if len(report.problems) < _SHOWN:
        report.problems.append(line)
