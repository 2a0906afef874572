"""Owns the commands about complaints: listed, shown, and how they come in; must not know SQL or decide one."""

from __future__ import annotations

from typing import Annotated, Any, Final

import asyncpg
import typer

from comity.base.clock import SystemClock
from comity.edges.cli import complaints_files
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

complaints = typer.Typer(no_args_is_help=True, help="What recipients, partners and right holders complain of.")
feeds = typer.Typer(no_args_is_help=True, help="Partners that hand in complaints by the many.")
report_number = typer.Typer(no_args_is_help=True, help="Numbers that people forward suspicious texts to.")
complaints.add_typer(feeds, name="feeds")
complaints.add_typer(report_number, name="report-number")
complaints_files.add_to(complaints)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The partner, by name.")]
NumberArgument = Annotated[str, typer.Argument(metavar="NUMBER", help="The number, with its country code.")]
_MOST: Final = 1_000
_MOST_WEIGHT: Final = 10


@complaints.command("list")
def list_complaints(
    every: Annotated[bool, typer.Option("--all", help="Decided ones too.")] = False,
    kind: Annotated[str, typer.Option(help="Only of this kind: spam, phishing, fraud and so on.")] = "",
    since: Annotated[str, typer.Option(metavar="DAY", help="Only those filed since this day (UTC).")] = "",
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """List complaints, the newest first; at most 1,000. Never texts, nor who complained."""
    begun = complaints_files.read_day(since) if since else None

    async def work(connection: asyncpg.Connection) -> list[dict[str, Any]]:
        from comity.edges.postgres.feed_reading import list_complaints

        return await list_complaints(connection, every=every, kind=kind or None, since=begun, most=_MOST)

    print_rows(with_connection(data, database, work), as_json=as_json, empty="There is no complaint.")


@complaints.command("show")
def show_complaint(
    number: Annotated[str, typer.Argument(metavar="COMPLAINT", help="Its number, as C-7K2M-QW4P-XZ9A.")],
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show a complaint and what happened to it; never its text, nor who complained."""
    from comity.complaints.complaint import read_number

    wanted = read_number(number)

    async def work(connection: asyncpg.Connection) -> dict[str, Any] | None:
        from comity.edges.postgres.feed_reading import show_complaint

        return await show_complaint(connection, wanted) if wanted else None

    found = with_connection(data, database, work)
    if found is None:
        fail("There is no such complaint. See `comity complaints list --all`.")
    if as_json:
        print_json(found)
        return
    events = found.pop("events")
    for name, value in found.items():
        print(f"{name.replace('_', ' '):<12} {'-' if value in {None, ''} else value}")
    print()
    print_rows(events, as_json=False, empty="Nothing happened yet.")


@feeds.command("add")
def add_feed(
    name: NameArgument,
    weight: Annotated[int, typer.Option(help="As how many independent reporters it counts at most, 1 to 10.")] = 1,
    proven: Annotated[
        bool, typer.Option("--proven/--unproven", help="Whether it checks that who complains got the message.")
    ] = False,
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Let a partner hand in complaints; prints its credentials, the secret this once."""
    partner = read_line(name, "partner")
    if not 1 <= weight <= _MOST_WEIGHT:
        fail(f"The weight is {weight}. Give 1 to {_MOST_WEIGHT}.")

    async def work(connection: asyncpg.Connection) -> tuple[str, str]:
        from comity.edges.postgres.feed_store import add_feed

        return await add_feed(connection, partner, weight, proven, SystemClock().now())

    client_id, secret = with_connection(data, database, work)
    if as_json:
        made = {"name": partner, "weight": weight, "proven": proven}
        print_json({**made, "client_id": client_id, "client_secret": secret})
        return
    print(f"feed           {partner}, weight {weight}, {'proven' if proven else 'unproven'}")
    print(f"client id      {client_id}\nclient secret  {secret}")
    print("Hand the secret over now: it is not shown again.")


@feeds.command("list")
def list_feeds(data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False) -> None:
    """List partners, with how many reports each handed in."""
    from comity.edges.postgres.feed_store import list_feeds

    rows = with_connection(data, database, list_feeds)
    print_rows(rows, as_json=as_json, empty="Nobody hands in complaints yet: comity complaints feeds add NAME")


@feeds.command("remove")
def remove_feed(name: NameArgument, data: DataOption = "", database: DatabaseOption = "") -> None:
    """Take a partner's key back, at once. What it handed in stays."""
    partner = read_line(name, "partner")

    async def work(connection: asyncpg.Connection) -> bool:
        from comity.edges.postgres.feed_store import remove_feed

        return await remove_feed(connection, partner, SystemClock().now())

    if not with_connection(data, database, work):
        fail(f"There is no feed named {partner}. See `comity complaints feeds list`.")
    print(f"{partner} hands in complaints no more.")


@report_number.command("set")
def set_report_number(
    number: NumberArgument,
    account: Annotated[str, typer.Option(help="Your own account that holds the number; answers come from it.")],
    status_url: Annotated[
        str, typer.Option(help="Where a report is followed; {number} and {token} stand for what differs.")
    ] = "",
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Let people report suspicious texts by forwarding them to this number."""
    digits = _read_number(number)
    if status_url and ("{token}" not in status_url or not status_url.startswith(("https://", "http://"))):
        fail("The link must begin with https:// and hold {token}.")

    async def work(connection: asyncpg.Connection) -> None:
        from comity.edges.postgres.operator_store import account_id_of
        from comity.edges.postgres.report_number_store import set_number

        account_id = await account_id_of(connection, account)
        await set_number(connection, digits, account_id, status_url, SystemClock().now())

    with_connection(data, database, work)
    print(f"People report texts to {digits} now; {account} answers them.")


@report_number.command("list")
def list_report_numbers(data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False) -> None:
    """List the numbers that people report to."""
    from comity.edges.postgres.report_number_store import list_numbers

    rows = with_connection(data, database, list_numbers)
    print_rows(rows, as_json=as_json, empty="There is none yet: comity complaints report-number set NUMBER")


@report_number.command("remove")
def remove_report_number(number: NumberArgument, data: DataOption = "", database: DatabaseOption = "") -> None:
    """Let a number take no reports any more; what was reported stays, halves of reports are dropped."""
    digits = _read_number(number)

    async def work(connection: asyncpg.Connection) -> bool:
        from comity.edges.postgres.report_number_store import unset_number

        return await unset_number(connection, digits)

    if not with_connection(data, database, work):
        fail("Nobody reports to this number. See `comity complaints report-number list`.")
    print(f"{digits} takes no reports any more.")


def _read_number(written: str) -> str:
    from comity.complaints.feed import read_number

    digits = read_number(written)
    if not digits:
        fail("This is no number. Write its country code and digits, or a short code.")
    return digits
