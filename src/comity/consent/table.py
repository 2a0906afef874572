"""Owns reading opt-ins from lines of CSV, some at a time; must not know files, doors or stores."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from comity.base.errors import ComityError, SettingsError
from comity.consent.records import COLUMNS, OPTIONAL, BadConsentError, Consent, read_consent


def rows_of(lines: Iterable[str], name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows by their line number, as fields by column.

    Args:
        lines: the first one names the columns.
        name: what errors call the file.

    Raises:
        SettingsError: a column is missing.
        csv.Error: it is no CSV.
    """
    reader = csv.reader(lines)
    header = next(reader, [])
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        raise SettingsError(f"{name}: the first line lacks {', '.join(missing)}.", f"Columns: {','.join(COLUMNS)}.")
    places = [(column, header.index(column)) for column in (*COLUMNS, *OPTIONAL) if column in header]

    def rows() -> Iterator[tuple[int, dict[str, Any]]]:
        for row in reader:
            if row:
                width = len(row)
                yield reader.line_num, {column: row[place] if place < width else "" for column, place in places}

    return rows()


def batches(
    rows: Iterable[tuple[int, dict[str, Any]]], most: int, reject: Callable[[int, ComityError], None], now: datetime
) -> Iterator[list[Consent]]:
    """Opt-ins, so many at a time; a row that is none goes to `reject` with its line number."""
    batch: list[Consent] = []
    for number, row in rows:
        try:
            batch.append(read_consent(row, now))
        except BadConsentError as error:
            reject(number, error)
        if len(batch) >= most:
            yield batch
            batch = []
    if batch:
        yield batch
