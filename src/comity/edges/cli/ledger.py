"""Owns the commands about the ledger beside its check: statements, payouts, corrections, expiry; must not know SQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

import asyncpg
import msgspec
import typer

from comity.credits.lots import written_credits
from comity.edges.cli.console import (
    DatabaseOption,
    DataOption,
    JsonOption,
    fail,
    print_json,
    print_rows,
    with_connection,
)
from comity.edges.cli.reading import read_line, read_micro_credits

if TYPE_CHECKING:
    from comity.credits.statement import Statement
    from comity.edges.postgres.statement_store import Entry

_LONGEST_REASON: Final = 500
_MOST: Final = 10_000

AccountArgument = Annotated[str, typer.Argument(help="The account's name.")]
ByOption = Annotated[str, typer.Option("--by", metavar="PERSON", help="Who you are.")]
AllOption = Annotated[bool, typer.Option("--all", help="Those that are settled too.")]


def add_to(ledger: typer.Typer) -> None:
    """Add the commands to those about the ledger."""
    for name, command in _COMMANDS.items():
        ledger.command(name)(command)


def statement(
    account: AccountArgument,
    month: Annotated[str, typer.Argument(metavar="YYYY-MM", help="The month (UTC).")],
    entries: Annotated[int, typer.Option(min=0, max=_MOST, help="List its first entries too, so many.")] = 0,
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show a month of an account's ledger: what it had, what moved by kind, what it had after."""
    from comity.edges.postgres.operator_store import account_id_of
    from comity.edges.postgres.statement_store import entries_of, statement_of

    async def work(connection: asyncpg.Connection) -> tuple[Statement, list[Entry]]:
        account_id = await account_id_of(connection, account)
        found = await statement_of(connection, account_id, month, datetime.now(UTC))
        return found, await entries_of(connection, account_id, month, None, entries)

    found, listed = with_connection(data, database, work)
    if as_json:
        body = {"account": account, **msgspec.to_builtins(found)}
        print_json({**body, "items": listed} if entries else body)
        return
    moved = [{"": one.kind, "credits": _credits(one.micro_credits), "entries": one.entries} for one in found.sums]
    opening = {"": "opening", "credits": _credits(found.opening), "entries": None}
    closing = {"": "closing" if found.final else "closing so far", "credits": _credits(found.closing), "entries": None}
    print_rows([opening, *moved, closing], as_json=False, empty="")
    if listed:
        rows = [{**msgspec.structs.asdict(one), "micro_credits": one.micro_credits} for one in listed]
        print_rows(rows, as_json=False, empty="")


def payouts(
    every: AllOption = False, data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False
) -> None:
    """List what is owed to buyers: what was bought and not used when an account was closed."""
    from comity.edges.postgres.refund_store import list_payouts

    rows = with_connection(data, database, lambda connection: list_payouts(connection, only_open=not every))
    print_rows(_shown(rows, as_json), as_json=as_json, empty="Nothing is owed.")


def paid(
    payout: Annotated[str, typer.Argument(help="The payout's id, as `comity ledger payouts` shows it.")],
    reference: Annotated[str, typer.Option(help="How the payment is named at the bank.")],
    by: ByOption,
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Book that a payout was paid."""
    from comity.edges.postgres.refund_store import settle_payout

    who = (read_line(by, "person"), read_line(reference, "reference"))
    name, amount = with_connection(
        data, database, lambda connection: settle_payout(connection, _id(payout), who, datetime.now(UTC))
    )
    if as_json:
        print_json({"account": name, "micro_credits": amount})
    else:
        print(f"{_credits(amount)} credits were paid back for {name}.")


def correct(
    account: AccountArgument,
    amount: Annotated[str, typer.Argument(metavar="CREDITS", help="How many credits to give, or with --take to take.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    by: ByOption,
    take: Annotated[bool, typer.Option("--take", help="Take them instead of giving them.")] = False,
    bonus: Annotated[bool, typer.Option("--bonus", help="Bonus credits, which are never paid back.")] = False,
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Put credits right by hand. Above 1,000 credits a second person has to approve it."""
    from comity.credits.corrections import NewCorrection
    from comity.credits.lots import LotKind
    from comity.edges.postgres import refund_corrections
    from comity.edges.postgres.operator_store import account_id_of

    micro = read_micro_credits(amount)
    if not micro:
        fail(f"{amount!r} is not a number of credits above 0. Write 100 or 12.5.")
    why, who = read_line(reason, "reason", _LONGEST_REASON), read_line(by, "person")
    kind = LotKind.BONUS if bonus else LotKind.PURCHASED

    async def work(connection: asyncpg.Connection) -> tuple[UUID, str]:
        account_id = await account_id_of(connection, account)
        new = NewCorrection(account_id, kind, -micro if take else micro, why, who)
        return await refund_corrections.correct(connection, new, datetime.now(UTC))

    made, state = with_connection(data, database, work)
    if as_json:
        print_json({"correction": made, "state": state})
    elif state == "booked":
        print(f"Booked for {account}: {'-' if take else ''}{_credits(micro)} {kind.value} credits.")
    else:
        print(f"Proposed. A second person has to approve it: comity ledger approve {made} --by PERSON")


def approve(
    correction: Annotated[str, typer.Argument(help="The correction's id.")],
    by: ByOption,
    reject: Annotated[bool, typer.Option("--reject", help="Reject it instead.")] = False,
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Approve a correction that another person proposed, or reject it."""
    from comity.edges.postgres.refund_corrections import settle_correction

    who = read_line(by, "person")
    row = with_connection(
        data,
        database,
        lambda connection: settle_correction(connection, _id(correction), who, datetime.now(UTC), approve=not reject),
    )
    state = "rejected" if reject else "booked"
    if as_json:
        print_json({"account": row["account"], "micro_credits": row["micro_credits"], "state": state})
    else:
        print(f"{_credits(row['micro_credits'])} credits for {row['account']}: {state}.")


def corrections(
    every: AllOption = False, data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False
) -> None:
    """List corrections that wait for a second person."""
    from comity.edges.postgres.refund_corrections import list_corrections

    rows = with_connection(data, database, lambda connection: list_corrections(connection, only_open=not every))
    print_rows(_shown(rows, as_json), as_json=as_json, empty="No correction waits.")


_COMMANDS: Final[dict[str, Callable[..., None]]] = {
    "statement": statement,
    "payouts": payouts,
    "paid": paid,
    "correct": correct,
    "approve": approve,
    "corrections": corrections,
}


def _id(written: str) -> UUID:
    try:
        return UUID(written)
    except ValueError:
        fail("This is no id. Copy it from the list.")


def _credits(micro: int) -> str:
    return f"{'-' if micro < 0 else ''}{written_credits(abs(micro))}"


def _shown(rows: list[dict[str, Any]], as_json: bool) -> list[dict[str, Any]]:
    """As they are for programs; for people in credits, without what is empty."""
    if as_json:
        return rows
    return [
        {("credits" if name == "micro_credits" else name): (_credits(value) if name == "micro_credits" else value)
         for name, value in row.items()}
        for row in rows
    ]  # fmt: skip
