"""Owns the commands about carriers, routes and prices; must not know SQL."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Annotated, Any, Final

import asyncpg
import typer

from comity.base.errors import SettingsError
from comity.edges.cli.console import DatabaseOption, DataOption, JsonOption, fail, print_rows, with_connection
from comity.edges.cli.reading import read_micro_credits, read_name

carriers = typer.Typer(no_args_is_help=True, help="Links to carriers.")
routes = typer.Typer(no_args_is_help=True, help="Which carrier takes which numbers.")
prices = typer.Typer(no_args_is_help=True, help="Prices per part and country.")

_MICRO: Final = 1_000_000


@carriers.command("add")
def add_carrier(
    name: Annotated[str, typer.Argument(help="The carrier's name; unique.")],
    url: Annotated[
        str, typer.Argument(help="smpp://SYSTEM_ID:PASSWORD@HOST:PORT[?window=50&rate=100], or sim:// (simulated).")
    ],
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Add a carrier; the first one is the default route. A running gateway links up within a second."""
    from comity.edges.carriers.address import parse_carrier_url
    from comity.edges.postgres import operator_store

    try:
        name = read_name(name, "carrier")
        read = parse_carrier_url(url)
    except SettingsError as error:
        fail(str(error))

    async def work(connection: asyncpg.Connection) -> None:
        await operator_store.add_carrier(connection, name, read.url, read.system_id, read.password, read.options)

    with_connection(data, database, work)
    print(f"Carrier {name} added.")


@carriers.command("list")
def list_carriers(data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False) -> None:
    """List carriers, without their passwords."""
    from comity.edges.postgres.operator_store import list_carriers as stored

    rows = with_connection(data, database, stored)
    if not as_json:
        rows = [{**row, "options": _options(row["options"])} for row in rows]
    print_rows(rows, as_json=as_json, empty="There is no carrier yet.")


@carriers.command("remove")
def remove_carrier(
    name: Annotated[str, typer.Argument(help="The carrier's name.")],
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Remove a carrier with its routes; refused while messages wait for it. A gateway unbinds within a second."""
    from comity.edges.postgres import operator_removals

    async def work(connection: asyncpg.Connection) -> operator_removals.Removed:
        return await operator_removals.remove_carrier(connection, name)

    left = with_connection(data, database, work)
    print(f"Carrier {name} removed.")
    if left.awaited:
        print(f"Receipts of {left.awaited} parts that it has are not heard any more.")
    _tell_stranded(left.waiting)


@routes.command("add")
def add_route(
    prefix: Annotated[str, typer.Argument(help="Prefix of the recipient's number, such as 32; '' for all.")],
    carrier: Annotated[str, typer.Argument(help="The carrier's name.")],
    priority: Annotated[
        int, typer.Option(min=-1_000_000, max=1_000_000, help="The lowest is tried first; the next when it is down.")
    ] = 0,
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Send numbers with this prefix by a carrier. The longest prefix wins."""
    from comity.edges.postgres import operator_store

    digits = prefix.removeprefix("+")
    if digits and (not digits.isascii() or not digits.isdecimal()):
        fail(f"{prefix!r} is not a prefix. Write digits with the country code first, such as 32.")

    async def work(connection: asyncpg.Connection) -> None:
        await operator_store.add_route(connection, digits, carrier, priority)

    with_connection(data, database, work)
    print(f"Numbers that start with {digits or 'anything'} go by {carrier}.")


@routes.command("remove")
def remove_route(
    prefix: Annotated[str, typer.Argument(help="Prefix of the recipient's number, such as 32; '' for all.")],
    carrier: Annotated[str, typer.Argument(help="The carrier's name.")],
    force: Annotated[bool, typer.Option("--force", help="Though messages wait that no carrier takes then.")] = False,
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Send numbers with this prefix no longer by a carrier; what waits goes by another, or as shorter prefixes do."""
    from comity.edges.postgres import operator_removals

    digits = prefix.removeprefix("+")

    async def work(connection: asyncpg.Connection) -> operator_removals.Removed:
        return await operator_removals.remove_route(connection, digits, carrier, force=force)

    left = with_connection(data, database, work)
    print(f"Numbers that start with {digits or 'anything'} go no longer by {carrier}.")
    _tell_stranded(left.waiting)


@routes.command("list")
def list_routes(data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False) -> None:
    """List routes."""
    from comity.edges.postgres.operator_store import list_routes as stored

    print_rows(with_connection(data, database, stored), as_json=as_json, empty="There is no route yet.")


@prices.command("import")
def import_prices(
    file: Annotated[Path, typer.Argument(help="CSV with the columns country and price.")],
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Set prices: credits for one part, by country (ISO code), `*` for every other one."""
    from comity.edges.postgres import operator_store

    try:
        table = read_prices(file)
    except SettingsError as error:
        fail(str(error))

    async def work(connection: asyncpg.Connection) -> None:
        await operator_store.set_prices(connection, table)

    with_connection(data, database, work)
    print(f"{len(table)} {'price' if len(table) == 1 else 'prices'} set.")


@prices.command("remove")
def remove_price(
    country: Annotated[str, typer.Argument(help="ISO code, such as BE, or * for every other country.")],
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Remove a price: a part then costs what * says, or one credit where that is not set."""
    from comity.edges.postgres import operator_removals

    code = country.strip().upper()

    async def work(connection: asyncpg.Connection) -> None:
        await operator_removals.remove_price(connection, code)

    with_connection(data, database, work)
    print(f"The price for {code} is removed.")


@prices.command("list")
def list_prices(data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False) -> None:
    """List prices; where none is set a part costs one credit."""
    from comity.edges.postgres.operator_store import list_prices as stored

    rows = [
        {"country": row["country"], "price": row["micro_credits"] / _MICRO}
        for row in with_connection(data, database, stored)
    ]
    print_rows(rows, as_json=as_json, empty="No price is set: a part costs one credit everywhere.")


def _tell_stranded(waiting: int) -> None:
    if waiting:
        print(f"{waiting} messages wait that no carrier takes: comity routes add PREFIX CARRIER")


def _options(options: dict[str, Any]) -> str | None:
    """As they stand in a carrier's URL; None where all are as they come."""
    return " ".join(f"{name}={_option(value)}" for name, value in options.items()) or None


def _option(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def read_prices(file: Path) -> dict[str, int]:
    """Prices in micro-credits by country, from a CSV file.

    Raises:
        SettingsError: names the line that is wrong.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            if not {"country", "price"} <= set(reader.fieldnames or ()):
                raise SettingsError(f"{file}: the first line must name the columns country and price.")
            return dict(_price(row, f"{file} line {reader.line_num}") for row in reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SettingsError(f"{file} cannot be read: {error}.") from None


def _price(row: dict[str, str], place: str) -> tuple[str, int]:
    country = (row["country"] or "").strip().upper()
    if country != "*" and not (len(country) == 2 and country.isascii() and country.isalpha()):  # noqa: PLR2004  ISO alpha-2
        raise SettingsError(f"{place}: {country!r} is not a country.", "Write its ISO code, such as BE, or *.")
    micro = read_micro_credits((row["price"] or "").strip())
    if micro is None:
        raise SettingsError(f"{place}: {row['price']!r} is not a price.", "Write credits, such as 0.75.")
    return country, micro
