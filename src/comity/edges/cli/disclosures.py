"""Owns the commands about disclosures: the register, one request, figures, orders to preserve; must not know SQL.

Requests are entered, prepared and released over the API, where each person has a key of their own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

import asyncpg
import msgspec
import typer

from comity.base.clock import SystemClock
from comity.base.errors import SettingsError
from comity.base.ids import to_wire
from comity.cases.life import Role
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

if TYPE_CHECKING:
    from comity.edges.postgres.disclosure_orders import Order

T = TypeVar("T")
disclosures = typer.Typer(no_args_is_help=True, help="Who asked for information, what went out, what is kept for it.")

ByOption = Annotated[str, typer.Option(help="Who you are: a senior of the staff (`comity staff list`).")]
OrderArgument = Annotated[str, typer.Argument(metavar="ORDER", help="The order's number, as `orders` shows it: P-3.")]
_PAGE: Final = 500
_LONGEST: Final = 300
_LISTED: Final = (
    "state", "basis", "authority", "country", "emergency", "received_at", "due_at", "accounts", "records",
    "collected_at",
)  # fmt: skip
_REGISTERED: Final = (
    "state", "basis", "requester", "authority", "country", "emergency", "received_at", "due_at", "overdue_at",
    "decided_at", "ended_at", "delay_until", "widened", "accounts", "packages", "records", "texts", "digest",
    "collected_at",
)  # fmt: skip
_ORDERS: Final = ("state", "authority", "country", "reference", "placed_at", "placed_by", "ends_at", "ended_at")


@disclosures.command("list")
def list_disclosures(
    waiting: Annotated[bool, typer.Option("--waiting", help="Only those that wait for an answer.")] = False,
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """List requests for information, the newest first; at most 500."""

    async def work(connection: asyncpg.Connection) -> list[dict[str, Any]]:
        from comity.edges.postgres.disclosure_store import register

        return await register(connection, waiting=waiting, most=_PAGE)

    rows = with_connection(data, database, work)
    print_rows([_named(row, _LISTED) for row in rows], as_json=as_json, empty="Nobody asked for information.")


@disclosures.command("register")
def register_all(data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False) -> None:
    """Print the whole register: metadata of every request, without numbers, texts, or names of people."""

    async def work(connection: asyncpg.Connection) -> list[dict[str, Any]]:
        from comity.edges.postgres.disclosure_store import register

        rows = await register(connection, most=_PAGE)
        page = rows
        while len(page) == _PAGE:
            page = await register(connection, before=page[-1]["number"], most=_PAGE)
            rows += page
        return rows

    rows = with_connection(data, database, work)
    print_rows([_named(row, _REGISTERED) for row in rows], as_json=as_json, empty="The register is empty.")


@disclosures.command("show")
def show(
    number: Annotated[str, typer.Argument(metavar="REQUEST", help="Its number, as `list` shows it: D-3.")],
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show a request: its line of the register, and what happened to it."""
    wanted = _number(number, "D")

    async def work(connection: asyncpg.Connection) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        from comity.edges.postgres.disclosure_store import events_of, id_of, registered

        request_id = await id_of(connection, wanted)
        return await registered(connection, request_id), await events_of(connection, request_id)

    row, events = with_connection(data, database, work)
    told = {"id": to_wire(row["request_id"]), **_named(row, _REGISTERED)}
    if as_json:
        print_json({**told, "events": events})
        return
    for name, value in told.items():
        print(f"{name.replace('_', ' '):<14} {value if value not in (None, '', []) else '-'}")
    print()
    print_rows([{name: event[name] for name in ("at", "by", "event", "why")} for event in events],
               as_json=False, empty="Nothing happened yet.")  # fmt: skip


@disclosures.command("figures")
def figures(
    year: Annotated[int, typer.Option(min=2020, max=9000, help="Of the receipt of the requests, in UTC.")],
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Print the figures of a year: counts by basis, country and outcome, those below ten as ranges."""

    async def work(connection: asyncpg.Connection) -> Any:  # noqa: ANN401  Figures
        from comity.edges.postgres.disclosure_figures import figures_of

        return await figures_of(connection, year)

    told = msgspec.to_builtins(with_connection(data, database, work))
    if as_json:
        print_json(told)
        return
    rows: list[dict[str, Any]] = []
    for name, value in told.items():
        for part, count in value.items() if name.startswith("by_") else [("", value)]:
            if isinstance(count, dict):
                rows.append({"figure": name.replace("_", " "), "of": part, "count": _range(count)})
    print_rows(rows, as_json=False, empty="")


@disclosures.command("bases")
def list_bases(data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False) -> None:
    """List the legal bases on which may be asked, as the policy in force has them."""

    async def work(connection: asyncpg.Connection) -> Any:  # noqa: ANN401  bases
        from comity.disclosure.fields import bases_in
        from comity.edges.postgres.policy_store import in_force
        from comity.policy.files import default_policy, read_policy

        stored = await in_force(connection)
        own = read_policy(stored.source).document.disclosure if stored else {}
        return bases_in(default_policy().document.disclosure, own)

    found = with_connection(data, database, work)
    names = ("title", "askers", "content", "max_days", "deadline_hours", "emergency_hours")
    shown = (*names, "fields", "source") if as_json else names
    rows = [{"basis": name, **{one: getattr(basis, one) for one in shown}} for name, basis in found.items()]
    print_rows(rows, as_json=as_json, empty="The policy takes no requests.")


@disclosures.command("orders")
def list_orders(
    running: Annotated[bool, typer.Option("--running", help="Only those in force.")] = False,
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """List orders to preserve data, the newest first; at most 500."""

    async def work(connection: asyncpg.Connection) -> list[dict[str, Any]]:
        from comity.edges.postgres.disclosure_orders import list_orders

        return await list_orders(connection, running=running, most=_PAGE)

    rows = with_connection(data, database, work)
    shown = [
        {"number": f"P-{row['order_id']}", **{name: row[name] for name in _ORDERS}, "accounts": row["names"]}
        | {"numbers": [f"+{number}" for number in row["numbers"]] if as_json else len(row["numbers"])}
        for row in rows
    ]
    print_rows(shown, as_json=as_json, empty="No data is kept past its time.")


@disclosures.command("preserve")
def preserve(
    authority: Annotated[str, typer.Option(help="Who orders it.")],
    country: Annotated[str, typer.Option(help="Theirs: two letters of ISO 3166-1.")],
    reference: Annotated[str, typer.Option(help="Of their file.")],
    by: ByOption,
    number: Annotated[list[str] | None, typer.Option(help="Whose data; may be given several times.")] = None,
    account: Annotated[list[str] | None, typer.Option(help="Of which account; may be given several times.")] = None,
    days: Annotated[int, typer.Option(min=1, max=365, help="How long it is kept.")] = 60,
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Keep data past its time, by an order: nobody erases what it names until it ends."""
    said = [read_line(one, "option", _LONGEST) for one in (authority, country.upper(), reference, by)]
    if len(said[1]) != 2 or not (said[1].isascii() and said[1].isalpha()):  # noqa: PLR2004  ISO 3166-1 alpha-2
        fail(f"{country!r} is no country. Write two letters, such as BE.")

    async def work(connection: asyncpg.Connection) -> Order:
        from comity.edges.postgres.disclosure_orders import NewOrder, place
        from comity.edges.postgres.operator_store import account_id_of
        from comity.numbers.read import read_destination

        now = SystemClock().now()
        numbers = tuple(dict.fromkeys(read_destination(one).e164 for one in number or ()))
        accounts = tuple([await account_id_of(connection, name) for name in account or ()])
        new = NewOrder(said[0], said[1], said[2], said[3], now + timedelta(days=days), numbers, accounts)
        return await place(connection, new, now)

    _say(_as_senior(data, database, said[3], work), as_json=as_json)


@disclosures.command("extend-order")
def extend_order(
    order: OrderArgument,
    by: ByOption,
    why: Annotated[str, typer.Option(help="What says so.")],
    days: Annotated[int, typer.Option(min=1, max=365, help="How long it is kept from now.")],
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Keep what an order names for longer."""
    wanted, person, reason = _number(order, "P"), read_line(by, "person"), read_line(why, "reason", _LONGEST)

    async def work(connection: asyncpg.Connection) -> Order:
        from comity.edges.postgres.disclosure_orders import extend, find_order
        from comity.edges.postgres.disclosure_store import Step

        done = Step(person, datetime.now(UTC), reason)
        found = await find_order(connection, wanted, lock=True)
        return await extend(connection, found, done.at + timedelta(days=days), done)

    _say(_as_senior(data, database, person, work), as_json=as_json)


@disclosures.command("end-order")
def end_order(
    order: OrderArgument,
    by: ByOption,
    why: Annotated[str, typer.Option(help="What says so.")],
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """End an order: what it kept is erased when its own time is over."""
    wanted, person, reason = _number(order, "P"), read_line(by, "person"), read_line(why, "reason", _LONGEST)

    async def work(connection: asyncpg.Connection) -> Order:
        from comity.edges.postgres.disclosure_orders import end, find_order
        from comity.edges.postgres.disclosure_store import Step

        found = await find_order(connection, wanted, lock=True)
        return await end(connection, found, Step(person, datetime.now(UTC), reason))

    _say(_as_senior(data, database, person, work), as_json=as_json)


def _as_senior(data: str, database: str, person: str, work: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
    """Do something as a senior of the staff, in one transaction."""

    async def run(connection: asyncpg.Connection) -> T:
        from comity.edges.postgres.staff_store import role_of

        role = await role_of(connection, person)
        if role is None or Role[role.upper()] < Role.SENIOR:
            raise SettingsError(f"No senior named {person} works at the desk.", "See `comity staff list`.")
        async with connection.transaction():
            return await work(connection)

    return with_connection(data, database, run)


def _say(order: Order, *, as_json: bool) -> None:
    if as_json:
        print_json({"number": f"P-{order.order_id}", "id": to_wire(order.id), "state": order.state,
                    "ends_at": order.ends_at, "ended_at": order.ended_at})  # fmt: skip
    else:
        at = order.ended_at or order.ends_at
        print(f"P-{order.order_id} is {order.state.replace('_', ' ')}, until {at:%Y-%m-%d %H:%M} UTC.")


def _named(row: dict[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    return {"number": f"D-{row['number']}", **{name: row[name] for name in fields}}


def _number(written: str, letter: str) -> int:
    digits = written.strip().upper().removeprefix(f"{letter}-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):  # noqa: PLR2004  what a bigint holds
        fail(f"{written!r} is no number. Write it as {letter}-3.")
    return int(digits)


def _range(count: dict[str, int]) -> str:
    return str(count["least"]) if count["least"] == count["most"] else f"{count['least']} to {count['most']}"
