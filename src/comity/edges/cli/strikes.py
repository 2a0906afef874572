"""Owns the commands about strikes: listed, given, taken back; must not know SQL, nor what their sum comes to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Final

import asyncpg
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
from comity.edges.cli.standing import AccountArgument, ByOption, ClauseOption, ReasonOption, insist_on_senior, number_of

_LONGEST: Final = 2_000


def add_to(standing: typer.Typer) -> None:
    """Add the commands to those about standing."""
    standing.command("strikes")(strikes)
    standing.command("strike")(strike)
    standing.command("unstrike")(unstrike)


def strikes(
    account: AccountArgument, data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False
) -> None:
    """List an account's strikes, the newest first; those that expired or were taken back too."""

    async def work(connection: asyncpg.Connection) -> list[dict[str, Any]]:
        from comity.edges.postgres.operator_store import account_id_of
        from comity.edges.postgres.standing_desk import list_strikes

        return await list_strikes(connection, await account_id_of(connection, account))

    print_rows(with_connection(data, database, work), as_json=as_json, empty="There is no strike.")


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
    """Give an account a strike; their sum moves its standing. One that would limit it waits for a second senior."""
    told = read_line(reason, "reason", _LONGEST), read_line(clause, "clause"), read_line(by, "person")

    async def work(connection: asyncpg.Connection) -> tuple[int | None, int | None]:
        from comity.edges.postgres.operator_store import account_id_of
        from comity.edges.postgres.standing_cases import give_strike
        from comity.edges.postgres.standing_store import NewStrike

        new = NewStrike(await account_id_of(connection, account), told[1], told[0], weight, told[2])
        await insist_on_senior(connection, told[2])
        async with connection.transaction():
            given = await give_strike(connection, new, datetime.now(UTC))
            return (given, None) if isinstance(given, int) else (None, await number_of(connection, given))

    number, case = with_connection(data, database, work)
    if as_json:
        print_json({"account": account, "strike": number, "case": case})
    elif case is None:
        print(f"Strike {number} of weight {weight} given to {account}.")
    else:
        print(f"Proposed as case {case}: it would limit {account}, or worse, so another senior confirms it,")
        print(f"with `comity standing confirm {case} --by PERSON`.")


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

        await insist_on_senior(connection, person)
        return await remove_strike(connection, number, person, why, datetime.now(UTC))

    if not with_connection(data, database, work):
        fail(f"No strike {number} counts. See `comity standing strikes`.")
    print(f"Strike {number} is taken back.")
