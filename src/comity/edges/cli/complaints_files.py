"""Owns complaints as files: imported from XARF, mails and boxes of mails, exported for others; must not know SQL."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import asyncpg
import msgspec
import typer

from comity.base.clock import SystemClock
from comity.edges.cli.console import DatabaseOption, DataOption, JsonOption, fail, print_json, with_connection
from comity.edges.cli.reading import read_line

_MOST_OCTETS: Final = 256 * 1024 * 1024
_MOST_ERRORS: Final = 20
_LONGEST_WHY: Final = 500


def add_to(app: typer.Typer) -> None:
    """Add the commands to `comity complaints`."""
    app.command("import")(import_file)
    app.command("export")(export)


def import_file(
    file: Annotated[Path, typer.Argument(help="XARF as .json or .ndjson, one mail as .eml, or a box of mails.")],
    feed: Annotated[str, typer.Option(help="Whose reports these are: a name of `comity complaints feeds list`.")],
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Take complaints from a file, as if the partner had handed them in; what came before counts once."""
    channel, pieces = _pieces_of(_octets_of(file))

    async def work(connection: asyncpg.Connection) -> list[Any]:
        return await _take_all(connection, feed, channel, pieces)

    taken = with_connection(data, database, work)
    from comity.edges.postgres.feed_store import summed

    counts = summed(taken)
    if as_json:
        print_json({**counts, "items": taken})
        return
    print(", ".join(f"{count} {state}" for state, count in counts.items()))
    wrong = [(place, one.error) for place, one in enumerate(taken, 1) if one.error]
    for place, error in wrong[:_MOST_ERRORS]:
        print(f"  report {place}: {error}", file=sys.stderr)
    if len(wrong) > _MOST_ERRORS:
        print(f"  and {len(wrong) - _MOST_ERRORS} more; --json names all", file=sys.stderr)


def export(
    form: Annotated[Literal["xarf", "arf"], typer.Option("--format", help="xarf: lines of JSON; arf: a box of mails.")],
    since: Annotated[str, typer.Option(metavar="DAY", help="Complaints filed since this day (UTC).")],
    org: Annotated[str, typer.Option(help="Your organisation, as others read it.")],
    contact: Annotated[str, typer.Option(help="Its e-mail address for abuse.")],
    out: Annotated[Path | None, typer.Option(help="Write here instead of standard output.")] = None,
    texts: Annotated[bool, typer.Option("--texts", help="Give texts too that no reviewer has opened.")] = False,
    reason: Annotated[str, typer.Option(help="Why, with --texts; it is kept with each complaint.")] = "",
    by: Annotated[str, typer.Option(help="Who you are, with --texts.")] = "",
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Write complaints for others: sender, time, kind and country, and the text where a reviewer has opened it.

    Who complained and whom the text reached is never in it.
    """
    begun = read_day(since)
    if texts and not (reason.strip() and by.strip()):
        fail("With --texts say who you are (--by) and why (--reason).")
    given = (read_line(by, "person"), read_line(reason, "reason", _LONGEST_WHY)) if texts else None
    ours = (read_line(org, "organisation"), contact.strip(), contact.strip().rpartition("@")[2])

    async def work(connection: asyncpg.Connection) -> list[Any]:
        return await _told(connection, begun, given)

    written = _written(form, ours, with_connection(data, database, work))
    if out is not None:
        out.write_bytes(written)
    else:
        sys.stdout.buffer.write(written)
        sys.stdout.buffer.flush()


def read_day(written: str) -> datetime:
    """The beginning of a day, UTC; anything else ends the command with a clear line."""
    try:
        return datetime.combine(date.fromisoformat(written.strip()), datetime.min.time(), UTC)
    except ValueError:
        fail(f"{written.strip()[:40]!r} is no day. Write it as 2026-03-31.")


def _octets_of(file: Path) -> bytes:
    try:
        if file.stat().st_size > _MOST_OCTETS:
            fail(f"The file is larger than {_MOST_OCTETS // 1024 // 1024} MB. Split it.")
        return file.read_bytes()
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}.")


def _pieces_of(octets: bytes) -> tuple[str, list[bytes]]:
    """What the file holds, by how it begins: reports as JSON, or mails."""
    from comity.complaints.arf_box import is_box, read_box
    from comity.complaints.feed import BadReportError

    start = octets.lstrip()[:1]
    try:
        if is_box(octets):
            return "arf", read_box(octets)
        if start == b"[":
            return "xarf", [bytes(piece) for piece in msgspec.json.decode(octets, type=list[msgspec.Raw])]
    except (BadReportError, msgspec.DecodeError, RecursionError) as error:
        fail(str(error) if isinstance(error, BadReportError) else "The file is no valid JSON.")
    if start != b"{":
        return "arf", [octets]
    return "xarf", _json_pieces(octets)


def _json_pieces(octets: bytes) -> list[bytes]:
    """One report over several lines, or one on each line."""
    try:
        msgspec.json.decode(octets, type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError):
        return [line for line in octets.splitlines() if line.strip()]
    return [octets]


async def _take_all(connection: asyncpg.Connection, name: str, channel: str, pieces: Iterable[bytes]) -> list[Any]:
    from comity.complaints.feed import BadReportError
    from comity.edges.postgres.feed_store import Taken, feed_named, take

    feed = await feed_named(connection, name)
    if feed is None:
        fail(f"There is no feed named {name}. Make it: comity complaints feeds add NAME")
    read = _reader(channel)
    taken: list[Any] = []
    for piece in pieces:
        try:
            report = read(piece)
        except BadReportError as error:
            taken.append(Taken("", "refused", error=str(error)))
            continue
        taken.append(await take(connection, feed, channel, report, SystemClock().now()))  # type: ignore[arg-type]  # one of two
    return taken


def _reader(channel: str) -> Callable[[bytes], Any]:
    from comity.complaints import arf, xarf

    if channel == "xarf":
        return lambda octets: xarf.told(xarf.read_report(octets))
    return lambda octets: arf.told(arf.read_report(octets))


async def _told(connection: asyncpg.Connection, since: datetime, given: tuple[str, str] | None) -> list[Any]:
    """What others are told; that texts were given, and why, is kept in the same transaction."""
    from comity.edges.postgres.feed_reading import note_export, told_since

    async with connection.transaction():
        rows = [row async for row in told_since(connection, since, texts=given is not None)]
        if given is not None:
            with_text = [id_ for id_, told in rows if told.text]
            await note_export(connection, with_text, given[0], given[1], SystemClock().now())
    return [told for _, told in rows]


def _written(form: str, ours: tuple[str, str, str], told: list[Any]) -> bytes:
    from comity.complaints import arf, arf_box, feed_out, xarf
    from comity.complaints.feed import BadReportError

    us = xarf.Contact(*ours)
    try:
        if form == "xarf":
            return b"".join(xarf.write_report(feed_out.to_xarf(one, us)) + b"\n" for one in told)
        mails = (arf.write_report(feed_out.to_arf(one, us), us.contact, us.contact) for one in told)
        return arf_box.write_box(mails)
    except BadReportError as error:
        fail(str(error))
