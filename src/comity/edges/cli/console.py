"""Owns how commands speak: results to standard output, errors as one line, exit codes; must not know any command."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, Protocol, TypeVar

import asyncpg
import msgspec
import typer
from rich.console import Console
from rich.table import Table

from comity.base.errors import ComityError

if TYPE_CHECKING:
    from pathlib import Path

    from comity.journey.rehearse import Rehearsed
    from comity.messages.submission import Draft

T = TypeVar("T")
FAILED = 1
KEEP = "Keep the secret now: it is not shown again."

DataOption = Annotated[
    str, typer.Option("--data", envvar="COMITY_DATA", help="Data directory of the gateway.", show_default=False)
]
DatabaseOption = Annotated[
    str,
    typer.Option("--database", envvar="COMITY_DATABASE", help="PostgreSQL URL instead of the embedded server."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def finish(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's work; a failure is one clear line and exit code 1."""
    try:
        return asyncio.run(work)
    except ComityError as error:
        fail(str(error))
    except KeyboardInterrupt:
        fail("Interrupted.")


def fail(line: str) -> NoReturn:
    """Print an error as one line and end with exit code 1."""
    print(f"comity: {line}", file=sys.stderr)
    raise typer.Exit(FAILED)


def print_json(value: object) -> None:
    """Print a value as one line of JSON."""
    print(msgspec.json.encode(value).decode())


def print_credentials(told: dict[str, Any], *, as_json: bool, then: str) -> None:
    """Print new credentials, a line each: the only time that the secret is shown."""
    if as_json:
        print_json(told)
        return
    for name, value in told.items():
        print(f"{name.replace('_', ' '):<15}{', '.join(value) if isinstance(value, list) else value}")
    print(then)


def print_rows(rows: Iterable[dict[str, Any]], *, as_json: bool, empty: str) -> None:
    """Print a listing: a JSON array, or a table for people."""
    rows = list(rows)
    if as_json:
        print_json(rows)
        return
    if not rows:
        print(empty)
        return
    table = Table(box=None, pad_edge=False)
    for name in rows[0]:
        table.add_column(name.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(_written(value) for value in row.values()))
    # Names are shown as they are: no markup, no emoji codes.
    console = Console(width=None if sys.stdout.isatty() else 200, markup=False, emoji=False, highlight=False)
    console.print(table)


def _written(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return msgspec.json.encode(value).decode() if isinstance(value, dict) else str(value)


Rehearse = Callable[[Mapping[int, "Draft"]], Awaitable["Rehearsed"]]


class Runtime(Protocol):
    """What the commands need of the application above them; `app.main` provides it."""

    def operator_connection(
        self, data: str, database: str, *, as_owner: bool = False
    ) -> AbstractAsyncContextManager[asyncpg.Connection]:
        """A connection of the road, or of the schema's owner, starting the embedded server for the while if need be."""
        ...

    def folder(self, data: str) -> Path:
        """The data directory that is meant."""
        ...

    def has_store(self, data: str, database: str) -> bool:
        """Whether there is a database already, so that looking does not make one."""
        ...

    def rehearsing(self, data: str, database: str, account: str) -> AbstractAsyncContextManager[Rehearse]:
        """Judge drafts as an account would send them, with all that the store knows, without sending."""
        ...

    def serve(self, options: dict[str, Any], announce: Callable[[str], None]) -> Coroutine[Any, Any, None]:
        """Run a node until it is told to end."""
        ...

    def demo(self, options: dict[str, Any]) -> Coroutine[Any, Any, bool]:
        """Run the demonstration; True when every sample ended as expected."""
        ...


_runtime: list[Runtime] = []


def install(runtime: Runtime) -> None:
    """Give the commands the application they speak for."""
    _runtime[:] = [runtime]


def runtime() -> Runtime:
    """The application that was installed."""
    return _runtime[0]


def with_connection(data: str, database: str, work: Callable[[asyncpg.Connection], Coroutine[Any, Any, T]]) -> T:
    """Run a command's work on the gateway's database."""

    async def run() -> T:
        async with runtime().operator_connection(data, database) as connection:
            return await work(connection)

    return finish(run())
