"""Owns the commands about lists that operators load; must not know SQL or the notation of files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import asyncpg
import msgspec
import typer
from rich.console import Console
from rich.progress import Progress

from comity.base.errors import SettingsError
from comity.countries import registries
from comity.edges.cli.console import (
    DatabaseOption,
    DataOption,
    JsonOption,
    fail,
    print_json,
    print_rows,
    with_connection,
)
from comity.edges.cli.reading import read_name

if TYPE_CHECKING:
    from comity.edges.cli.list_files import ListFile, Reading
    from comity.edges.postgres.lists_store import Allowed, NewList

lists = typer.Typer(no_args_is_help=True, help="Lists of bad links, numbers not to be called, and where addresses are.")

_REDRAWN_AFTER: Final = 5_000
_COUNTRY_LETTERS: Final = 2

NameArgument = Annotated[str, typer.Argument(help="The list's name.")]


class _Said(msgspec.Struct, frozen=True):
    """What the command line says of a list; None where it says nothing."""

    name: str
    kind: Literal["links", "numbers", "addresses"]
    country: str | None
    source: str | None
    refresh_days: int | None


@lists.command("load")
def load_list(
    name: Annotated[str, typer.Argument(help="The list's name; a list of that name is replaced.")],
    file: Annotated[Path, typer.Argument(help="One entry a line, a hosts file, CSV, a registry's statistics; or .gz.")],
    kind: Annotated[str, typer.Option(help="links, numbers or addresses.")],
    country: Annotated[
        str | None,
        typer.Option(help="ISO code: whose register, and whose national numbers to read; by default as before."),
    ] = None,
    refresh_days: Annotated[
        int | None,
        typer.Option(
            min=0, max=3650, help="After so many days it is stale, 0 for never; by default as before, or a register's."
        ),
    ] = None,
    source: Annotated[
        str | None, typer.Option(help="Where the list comes from, for people; by default as before.")
    ] = None,
    skip_wrong: Annotated[int, typer.Option(min=0, help="Leave out up to so many lines that cannot be read.")] = 0,
    allow_empty: Annotated[bool, typer.Option("--allow-empty", help="Load a file without any entry.")] = False,
    allow_fewer: Annotated[
        bool, typer.Option("--allow-fewer", help="Load a file with less than half of a list of 100 or more.")
    ] = False,
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Load a list and put it in force at once. If a line cannot be read, the list before it stays in force."""
    from comity.edges.cli.list_files import ListFile, Reading
    from comity.edges.postgres.lists_store import Allowed

    try:
        said = _Said(read_name(name, "list"), _kind(kind), _country(country), source, refresh_days)
    except SettingsError as error:
        fail(str(error))
    reading = Reading()

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        new = await _with_what_was(connection, said)
        one = ListFile(file, new.kind, new.country, skip_wrong)
        return await _load(connection, new, one, (reading, Allowed(allow_empty, allow_fewer)))

    loaded = with_connection(data, database, work)
    if as_json:
        print_json({**loaded, "left_out": reading.left_out, "problems": reading.problems})
        return
    entries = "1 entry" if loaded["entries"] == 1 else f"{loaded['entries']} entries"
    print(f"List {loaded['name']} is in force: {entries} of kind {loaded['kind']}.")
    if reading.left_out:
        print(f"Lines left out: {reading.left_out}.")
        for problem in reading.problems:
            print(f"  {problem}")


@lists.command("list")
def show_lists(data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False) -> None:
    """List what is loaded, and warn of lists that should have been loaded anew."""
    from comity.edges.postgres.lists_store import stored_lists

    found = with_connection(data, database, stored_lists)
    rows = [_row(one) for one in found]
    for row in rows:
        row.pop("digest")
    print_rows(rows, as_json=as_json, empty="No list is loaded.")
    for one in found:
        if one.overdue_days:
            late = "1 day" if one.overdue_days == 1 else f"{one.overdue_days} days"
            typer.echo(f"comity: The list {one.name} should have been loaded anew {late} ago.", err=True)


@lists.command("show")
def show_list(
    name: NameArgument, data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False
) -> None:
    """Show one list with the digest of what was read."""
    from comity.edges.postgres.lists_store import stored_list

    row = _row(with_connection(data, database, lambda connection: stored_list(connection, name)))
    if as_json:
        print_json(row)
        return
    for field, value in row.items():
        print(f"{field.replace('_', ' ')}: {'-' if value is None or value == '' else value}")


@lists.command("remove")
def remove_list(name: NameArgument, data: DataOption = "", database: DatabaseOption = "") -> None:
    """Take a list out of force at once and delete it."""
    from comity.edges.postgres import lists_store

    with_connection(data, database, lambda connection: lists_store.remove_list(connection, name))
    print(f"List {name} is removed.")


async def _with_what_was(connection: asyncpg.Connection, said: _Said) -> NewList:
    """The list as it is to be: what an option says, else what was said when it was loaded before."""
    from comity.edges.postgres.lists_store import NewList, stored_lists

    before = next((one for one in await stored_lists(connection) if one.name == said.name), None)
    if before is not None and before.kind != said.kind:
        raise SettingsError(
            f"The list {said.name} holds {before.kind}.",
            f"Load {said.kind} under another name, or remove the list first.",
        )
    country = said.country if said.country is not None or before is None else before.country
    source = said.source if said.source is not None or before is None else before.source
    days = said.refresh_days
    if days is None:
        stays = before is not None and before.country == (country or None)
        days = before.refresh_days if before is not None and stays else _refresh_days(country or None, said.kind)
    return NewList(said.name, said.kind, country or None, source or "", days or None)


async def _load(
    connection: asyncpg.Connection,
    new: NewList,
    file: ListFile,
    asked: tuple[Reading, Allowed],
) -> dict[str, Any]:
    """Load a file; `asked` is where its reading is watched, and what may be loaded all the same."""
    from comity.edges.cli.list_files import read_keys
    from comity.edges.postgres.lists_store import load_list as stored

    reading, allowed = asked
    try:
        size = file.path.stat().st_size
    except OSError as error:
        raise SettingsError(f"{file.path} cannot be read: {error.strerror}.", "Name a file that is there.") from None
    with Progress(console=Console(stderr=True)) as progress:
        bar = progress.add_task("Loading", total=size)

        def watched() -> Iterator[str]:
            for count, key in enumerate(read_keys(file, reading)):
                if not count % _REDRAWN_AFTER:
                    progress.update(bar, completed=reading.octets)
                yield key
            progress.update(bar, completed=size)

        return _row(await stored(connection, new, watched(), allowed))


def _row(stored: Any) -> dict[str, Any]:  # noqa: ANN401  imported when needed
    return {
        **msgspec.structs.asdict(stored),
        "loaded_at": stored.loaded_at.isoformat(timespec="seconds"),
        "overdue_days": stored.overdue_days or None,
    }


def _kind(written: str) -> Literal["links", "numbers", "addresses"]:
    if written == "links":
        return "links"
    if written == "numbers":
        return "numbers"
    if written == "addresses":
        return "addresses"
    raise SettingsError(f"There is no kind {written!r}.", "Use links, numbers or addresses.")


def _country(written: str | None) -> str | None:
    """The country; "" for none, None where nothing is said."""
    if written is None or not written.strip():
        return None if written is None else ""
    iso2 = written.strip().upper()
    if len(iso2) != _COUNTRY_LETTERS or not iso2.isascii() or not iso2.isalpha():
        raise SettingsError(f"{written!r} is not a country.", "Write its ISO code, such as BE.")
    return iso2


def _refresh_days(iso2: str | None, kind: str) -> int | None:
    """For how long a download of the country's register counts, as the country's facts say; None where they do not."""
    if iso2 is None or kind != "numbers":
        return None
    return min((one.refresh_days for one in registries(iso2) if one.shape == "file" and one.refresh_days), default=None)
