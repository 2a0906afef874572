"""Owns the commands about sealed texts: who may read them, which there are, opened and closed; must not know SQL."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import asyncpg
import msgspec
import typer

from comity.base.errors import SettingsError
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

sealed = typer.Typer(
    no_args_is_help=True, help="Texts that only named people may read: what was refused for the safety of children."
)

CaseArgument = Annotated[int, typer.Argument(help="The case's number, as `comity sealed list` shows it.")]
PersonOption = Annotated[str, typer.Option(help="Who you are.")]
KeyOption = Annotated[Path, typer.Option(help="Your private key's file.")]
_NO_KEY = "{path} holds no key. Name the file that `comity sealed add-reader` wrote for you."
_LONGEST_ACCOUNT = 1_000
"""Characters of what was done or why, which names offices, numbers and days."""


@sealed.command("add-reader")
def add_reader(
    person: Annotated[str, typer.Argument(help="Who may read, by name.")],
    key: Annotated[Path, typer.Option(help="Where to write their private key; give it to them, and keep no copy.")],
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Name a person who may read sealed texts, and write their private key.

    What is sealed from now on is sealed to every named person. What was sealed while nobody was named is handed over
    to the first one, for which this needs the data directory. Nobody but the holder of the key can open anything.
    """
    name = read_line(person, "person")
    if os.path.lexists(key):
        fail(f"{key} is there already. Name a file that is not.")

    async def work(connection: asyncpg.Connection) -> int | None:
        from comity.edges.cli.console import runtime
        from comity.edges.postgres import sealed_store
        from comity.edges.sealing import WrongKeyError, new_keys

        keys = new_keys()
        installation = _read_key(runtime().folder(data) / sealed_store.KEY_FILE)
        # On the disk first: what is sealed to a key that nobody holds is lost.
        _write_key(key, keys.private)
        try:
            handed = await sealed_store.add_reader(connection, name, keys.public, installation)
        except WrongKeyError:
            key.unlink()
            raise SettingsError(
                "The key of this installation is not the one that was sealed to.",
                "Run this on the node whose data directory holds sealing.key.",
            ) from None
        except asyncpg.PostgresError as error:
            # Without an answer the commit may have come to pass: then the key is needed.
            if not isinstance(error, asyncpg.PostgresConnectionError):
                key.unlink()
            raise
        if handed is None:
            key.unlink()
        return handed

    handed = with_connection(data, database, work)
    if handed is None:
        fail(f"{name} was named before. Take another name, such as one with a year.")
    print(f"{name} may read what is sealed from now on{f', and {handed} from before' if handed else ''}.")
    print(f"The private key is in {key}. Without it nothing can be opened: there is no other copy.")


@sealed.command("remove-reader")
def remove_reader(
    person: Annotated[str, typer.Argument(help="Who may read no more.")],
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Seal to a person no more. What was sealed to them before stays open to their key."""
    name = read_line(person, "person")

    async def work(connection: asyncpg.Connection) -> bool:
        from comity.edges.postgres.sealed_store import remove_reader as stored

        return await stored(connection, name)

    if not with_connection(data, database, work):
        fail(f"Nobody named {name} is a reader. See `comity sealed readers`.")
    print(f"Nothing more is sealed to {name}.")


@sealed.command("readers")
def readers(data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False) -> None:
    """List who may read, or might."""
    from comity.edges.postgres.sealed_store import list_readers

    empty = "Nobody is named. Name somebody with `comity sealed add-reader`."
    print_rows(with_connection(data, database, list_readers), as_json=as_json, empty=empty)


@sealed.command("list")
def list_cases(
    every: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """List sealed cases, the newest first: account, rule, when, and who can open them. Never what they hold."""
    from comity.edges.postgres.sealed_store import list_sealed

    rows = with_connection(data, database, lambda connection: list_sealed(connection, only_open=not every))
    print_rows(rows, as_json=as_json, empty="There is no sealed case.")


@sealed.command("open")
def open_case(
    case: CaseArgument,
    key: KeyOption,
    by: PersonOption,
    reason: Annotated[str, typer.Option(help="Why it must be opened.")],
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Print what was sealed, as JSON. That you opened it, and why, is kept for good."""
    person, why = read_line(by, "person"), read_line(reason, "reason", _LONGEST_ACCOUNT)

    async def work(connection: asyncpg.Connection) -> bytes | str:
        from comity.edges.postgres.sealed_store import open_sealed
        from comity.edges.sealing import WrongKeyError

        private = _read_key(key)
        if private is None:
            return _NO_KEY.format(path=key)
        try:
            body = await open_sealed(connection, case, person, why, private)
        except WrongKeyError:
            return f"This key does not open case {case} for {person}."
        return body if body is not None else f"{person} is no reader of a case {case} that still has its text."

    found = with_connection(data, database, work)
    if isinstance(found, str):
        fail(found)
    print_json(msgspec.json.decode(found))


@sealed.command("openings")
def openings(
    case: CaseArgument, data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False
) -> None:
    """List who opened a case, when and why."""
    from comity.edges.postgres.sealed_store import list_openings

    rows: list[dict[str, Any]] = with_connection(data, database, lambda connection: list_openings(connection, case))
    print_rows(rows, as_json=as_json, empty=f"Nobody opened case {case}.")


@sealed.command("close")
def close(
    case: CaseArgument,
    by: PersonOption,
    closing: Annotated[str, typer.Option(help="What was done: reported to whom, under which number.")],
    destroy: Annotated[
        bool, typer.Option("--destroy", help="Destroy the text for good; that there was one stays.")
    ] = False,
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Close a case; keep its text as long as the law wants it, and destroy it when the law says so."""
    person, what = read_line(by, "person"), read_line(closing, "closing", _LONGEST_ACCOUNT)

    async def work(connection: asyncpg.Connection) -> bool:
        from comity.edges.postgres.sealed_store import close_sealed

        return await close_sealed(connection, case, person, what, destroy=destroy)

    if not with_connection(data, database, work):
        fail(f"There is no open case {case}. See `comity sealed list --all`.")
    print(f"Case {case} is closed{', and its text destroyed' if destroy else ''}.")


def _read_key(path: Path) -> bytes | None:
    from comity.edges.postgres.sealed_store import read_key

    try:
        return read_key(path)
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}.") from error


def _write_key(path: Path, private: bytes) -> None:
    from comity.edges.postgres.sealed_store import write_key

    try:
        write_key(path, private)
    except OSError as error:
        remedy = "Nobody was named. Name a new file in a directory that you may write to."
        raise SettingsError(f"{path} cannot be written: {error.strerror}.", remedy) from error
