"""Owns the input of a check: a stream becomes chunks of lines as they come, a line becomes a case; must not judge.

Chunks hold what is there, up to a bound: a program that writes a message and waits for its verdict gets it.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

import msgspec

from comity.base.errors import SettingsError
from comity.journey.check import Case
from comity.journey.misfit import CSV, JSON, misfit

AT_ONCE: Final = 500
KNOWN: Final = Case.__struct_fields__
_LONGEST_LINE: Final = 1 << 20
_READ: Final = 1 << 18
_TEXTS: Final = ("to", "sender", "account")


class Chunk(msgspec.Struct, frozen=True):
    """Lines that follow each other.

    Attributes:
        first: the number of the first, from 1.
        lines: JSON, or what a row of a CSV file says by column.
        octets: their size in the file.
    """

    first: int
    lines: list[bytes | dict[str, str]]
    octets: int


class BadLineError(Exception):
    """A line that holds no message; says what is wrong."""


def chunks_of(lines: BinaryIO) -> Iterator[Chunk]:
    """The lines of a stream, in chunks, as they arrive: JSON lines, or CSV when the first line names columns.

    Raises:
        SettingsError: none of the columns is `text`.
    """
    pieces = _pieces(lines)
    first = next(pieces, [])
    head = next((line for line in first if line.strip()), b"")
    delimiter = _delimiter(head)
    if delimiter is None:
        yield from _json_chunks(first, pieces)
    else:
        yield from _csv_chunks(first, pieces, delimiter)


def _delimiter(head: bytes) -> str | None:
    """What parts the columns that a first line names; None when it names none."""
    line = head.lstrip(b"\xef\xbb\xbf \t")
    if line.startswith((b"{", b"[")):
        return None
    if line.strip().lower() == b"text":
        return ","
    return next((sign for sign in (",", ";", "\t") if sign.encode() in line), None)


def _json_chunks(first: list[bytes], pieces: Iterator[list[bytes]]) -> Iterator[Chunk]:
    number, held = 1, first
    while held:
        for start in range(0, len(held), AT_ONCE):
            some = held[start : start + AT_ONCE]
            yield Chunk(number, list(some), sum(map(len, some)))
            number += len(some)
        held = next(pieces, [])


def _csv_chunks(first: list[bytes], pieces: Iterator[list[bytes]], delimiter: str) -> Iterator[Chunk]:
    def texts() -> Iterator[str]:
        held = first
        while held:
            for line in held:
                yield line.decode("utf-8-sig", "replace")
            held = next(pieces, [])

    reader = csv.DictReader(texts(), delimiter=delimiter)
    if "text" not in (reader.fieldnames or ()):
        raise SettingsError(
            "The file holds neither JSON lines nor CSV with a column named text.",
            'Write {"id": 1, "text": "..."} a line, or columns id,text,to,sender,category,at.',
        )
    rows: list[bytes | dict[str, str]] = []
    octets, number = 0, 2
    for row in _rows(reader):
        rows.append({name: value for name, value in row.items() if isinstance(name, str) and value})
        octets += sum(len(value) for value in row.values() if isinstance(value, str))
        if len(rows) == AT_ONCE:
            yield Chunk(number, rows, octets)
            number, rows, octets = number + len(rows), [], 0
    if rows:
        yield Chunk(number, rows, octets)


def _rows(reader: csv.DictReader[str]) -> Iterator[dict[str | Any, str | Any]]:
    try:
        yield from reader
    except csv.Error as error:
        remedy = "A quote that is not closed makes one cell of all that follows."
        raise SettingsError(f"Line {reader.line_num} is no CSV ({error}).", remedy) from None


def _pieces(lines: BinaryIO) -> Iterator[list[bytes]]:
    """Whole lines as they arrive: what one read gave, never waiting for more than the end of a line."""
    try:
        handle = lines.fileno()
    except io.UnsupportedOperation:
        yield _split(lines.read())
        return
    rest = b""
    while piece := os.read(handle, _READ):
        whole, newline, rest_of_it = piece.rpartition(b"\n")
        if newline:
            yield _split(rest + whole)
            rest = rest_of_it
        else:
            rest += piece
        if len(rest) > _LONGEST_LINE:
            raise SettingsError(f"A line is longer than {_LONGEST_LINE} octets.", "Write one message a line.")
    if rest:
        yield [rest]


def _split(text: bytes) -> list[bytes]:
    """Lines by their newline alone: a lone carriage return may stand in a message."""
    return [line + b"\n" for line in text.split(b"\n")]


def is_blank(line: bytes | dict[str, str]) -> bool:
    """An empty line between messages, or at the end: nothing is answered to it."""
    return isinstance(line, bytes) and not line.strip()


def fields_of(line: bytes | dict[str, str]) -> dict[str, Any]:
    """What a line says, by name; what it says nothing of is left out.

    Raises:
        BadLineError: it is no JSON object.
    """
    if isinstance(line, dict):
        return dict(line)
    try:
        found = msgspec.json.decode(line.lstrip(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadLineError(f"not JSON ({error})") from None
    except RecursionError:
        raise BadLineError("nested too deep") from None
    if not isinstance(found, dict):
        raise BadLineError("not a JSON object")
    return {str(name): value for name, value in found.items() if value is not None}


def case_of(given: dict[str, Any], line: bytes | dict[str, str]) -> Case:
    """What the fields of a line come to.

    Raises:
        BadLineError: no message.
    """
    fields = dict(given)
    for name in _TEXTS:
        if isinstance(fields.get(name), int):
            fields[name] = str(fields[name])
    if isinstance(fields.get("category"), str):
        fields["category"] = fields["category"].strip().lower()
    try:
        return msgspec.convert(fields, Case, strict=True)
    except msgspec.ValidationError as error:
        language = CSV if isinstance(line, dict) else JSON
        raise BadLineError(str(misfit(error, KNOWN, "The message", language))) from None
