"""Owns the commands about standing: shown, changed with reasons, strikes, appeals; must not know SQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

import asyncpg
import msgspec
import typer

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

standing = typer.Typer(no_args_is_help=True, help="How far accounts are trusted: standings, strikes, appeals.")

AccountArgument = Annotated[str, typer.Argument(help="The account's name.")]
ByOption = Annotated[str, typer.Option(help="The person who decides.")]
ClauseOption = Annotated[str, typer.Option(help="The clause of the policy that it rests on.")]
ReasonOption = Annotated[str, typer.Option(help="What happened, in sentences that the account reads.")]
_EVENTS: Final = {"watched": "watch", "limited": "limit", "suspended": "suspend", "deactivated": "deactivate"}
_STANDINGS: Final = ("good", *_EVENTS)
_LONGEST: Final = 2_000


def put_in_standing(
    account: AccountArgument,
    to: Annotated[str, typer.Argument(metavar="STANDING", help="/".join(_STANDINGS))],
    reason: ReasonOption,
    clause: ClauseOption = "D5",
    by: ByOption = "operator",
    days: Annotated[int, typer.Option(min=0, max=3650, help="End it by itself after so many days; 0 for no term.")] = 0,
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Put an account in another standing, with reasons that it is told; it counts within a second.

    A milder standing lifts what is in force first. The account reads the statement of reasons at GET /api/standing.
    """
    if to not in _STANDINGS:
        fail(f"STANDING {to!r} is not one of {', '.join(_STANDINGS)}.")
    told = read_line(reason, "reason", _LONGEST), read_line(clause, "clause"), read_line(by, "person")
    until = datetime.now(UTC) + timedelta(days=days) if days else None

    async def work(connection: asyncpg.Connection) -> int:
        from comity.accounts.standing import Reasons
        from comity.edges.postgres.operator_store import account_id_of
        from comity.edges.postgres.standing_desk import put_account

        account_id = await account_id_of(connection, account)
        reasons = Reasons(told[0], told[1])
        return await put_account(connection, (account_id, to), reasons, (told[2], until), datetime.now(UTC))

    sanction = with_connection(data, database, work)
    if as_json:
        print_json({"account": account, "standing": to, "sanction": sanction})
    else:
        print(f"{account} is now {to} (decision {sanction}).")


standing.command("change")(put_in_standing)


@standing.command("show")
def show(
    account: AccountArgument,
    statement: Annotated[bool, typer.Option("--statement", help="The latest statement of reasons, as a text.")] = False,
    dsa: Annotated[
        bool, typer.Option("--dsa", help="Sanctions as the EU's DSA transparency database takes them.")
    ] = False,
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show an account's standing with everything that led to it."""

    async def work(connection: asyncpg.Connection) -> Any:  # noqa: ANN401  a shown standing
        from comity.edges.postgres.operator_store import account_id_of
        from comity.edges.postgres.standing_desk import show_standing

        return await show_standing(connection, await account_id_of(connection, account), datetime.now(UTC))

    shown = with_connection(data, database, work)
    if dsa:
        from comity.accounts.dsa import exported

        print_json([exported(one) for one in shown.statements if one.event in _EVENTS.values()])
    elif statement:
        _print_statement(account, shown.statements, as_json=as_json)
    elif as_json:
        print_json(shown)
    else:
        inherited = "" if shown.counts == shown.standing else f", and {shown.counts} by an account above it"
        print(f"{account}: {shown.standing}{inherited}; strikes weigh {shown.weight}")
        print_rows([_row(one) for one in shown.statements], as_json=False, empty="Nothing was ever decided.")


def _row(statement: Any) -> dict[str, Any]:  # noqa: ANN401  a statement
    return {
        "at": f"{statement.at:%Y-%m-%d %H:%M}",
        "event": statement.event,
        "standing": statement.standing,
        "clause": statement.clause,
        "facts": statement.facts,
        "statement": statement.id,
    }


def _print_statement(account: str, statements: tuple[Any, ...], *, as_json: bool) -> None:
    from comity.accounts.statement import readable

    if not statements:
        fail(f"Nothing was ever decided about {account}.")
    if as_json:
        print_json(statements[0])
    else:
        print(readable(statements[0]), end="")


@standing.command("strikes")
def strikes(
    account: AccountArgument, data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False
) -> None:
    """List an account's strikes, the newest first; those that expired or were taken back too."""

    async def work(connection: asyncpg.Connection) -> list[dict[str, Any]]:
        from comity.edges.postgres.operator_store import account_id_of
        from comity.edges.postgres.standing_desk import list_strikes

        return await list_strikes(connection, await account_id_of(connection, account))

    print_rows(with_connection(data, database, work), as_json=as_json, empty="There is no strike.")


@standing.command("strike")
def strike(
    account: AccountArgument,
    reason: ReasonOption,
    clause: ClauseOption,
    by: ByOption,
    weight: Annotated[int, typer.Option(min=1, max=10, help="How much it counts.")] = 1,
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Give an account a strike; their sum moves its standing."""
    told = read_line(reason, "reason", _LONGEST), read_line(clause, "clause"), read_line(by, "person")

    async def work(connection: asyncpg.Connection) -> int:
        from comity.edges.postgres.operator_store import account_id_of
        from comity.edges.postgres.standing_store import NewStrike, add_strike

        new = NewStrike(await account_id_of(connection, account), told[1], told[0], weight, told[2])
        return await add_strike(connection, new, datetime.now(UTC))

    number = with_connection(data, database, work)
    if as_json:
        print_json({"account": account, "strike": number})
    else:
        print(f"Strike {number} of weight {weight} given to {account}.")


@standing.command("unstrike")
def unstrike(
    number: Annotated[int, typer.Argument(help="The strike's number, as `comity standing strikes` shows it.")],
    reason: ReasonOption,
    by: ByOption,
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Take a strike back, and what its weight led to."""
    why, person = read_line(reason, "reason", _LONGEST), read_line(by, "person")

    async def work(connection: asyncpg.Connection) -> bool:
        from comity.edges.postgres.standing_store import remove_strike

        return await remove_strike(connection, number, person, why, datetime.now(UTC))

    if not with_connection(data, database, work):
        fail(f"No strike {number} counts. See `comity standing strikes`.")
    print(f"Strike {number} is taken back.")


@standing.command("appeals")
def appeals(
    every: Annotated[bool, typer.Option("--all", help="Decided ones too.")] = False,
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """List appeals, those first that must be decided first."""

    async def work(connection: asyncpg.Connection) -> list[dict[str, Any]]:
        from comity.edges.postgres.standing_appeals import list_appeals

        return [msgspec.to_builtins(one) for one in await list_appeals(connection, only_open=not every)]

    print_rows(with_connection(data, database, work), as_json=as_json, empty="There is no appeal.")


@standing.command("decide")
def decide(
    appeal: Annotated[str, typer.Argument(help="The appeal's id, as `comity standing appeals` shows it.")],
    outcome: Annotated[str, typer.Argument(metavar="grant|refuse", help="What is decided.")],
    reason: ReasonOption,
    by: ByOption,
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Decide an appeal; not whoever decided first. A granted one lifts the sanction and takes its strikes back."""
    if outcome not in {"grant", "refuse"}:
        fail("Say grant or refuse.")
    why, person = read_line(reason, "reason", _LONGEST), read_line(by, "person")

    async def work(connection: asyncpg.Connection) -> bool:
        from comity.edges.postgres.standing_appeals import Ruling, decide_appeal

        ruling = Ruling(appeal, outcome, person, why)
        return await decide_appeal(connection, ruling, datetime.now(UTC)) is not None

    if not with_connection(data, database, work):
        fail(f"There is no appeal {appeal}. See `comity standing appeals`.")
    print(f"Appeal {appeal}: {outcome}.")


__all__ = ["put_in_standing", "standing"]
