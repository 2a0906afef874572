"""Owns the commands about standing: shown, changed with reasons, strikes, appeals; must not know SQL."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated, Any, Final
from uuid import UUID

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

standing = typer.Typer(no_args_is_help=True, help="How far accounts are trusted: standings, strikes, appeals.")

AccountArgument = Annotated[str, typer.Argument(help="The account's name.")]
ByOption = Annotated[str, typer.Option(help="The senior of the staff who decides.")]
ClauseOption = Annotated[str, typer.Option(help="The clause of the policy that it rests on.")]
ReasonOption = Annotated[str, typer.Option(help="What happened, in sentences that the account reads.")]
_EVENTS: Final = {"watched": "watch", "limited": "limit", "suspended": "suspend", "deactivated": "deactivate"}
_STANDINGS: Final = ("good", *_EVENTS)
_LONGEST: Final = 2_000
_JUSTIFIED: Final = "justified"


def put_in_standing(
    account: AccountArgument,
    to: Annotated[str, typer.Argument(metavar="STANDING", help="/".join(_STANDINGS))],
    reason: ReasonOption,
    clause: ClauseOption = "D5",
    by: ByOption = "operator",
    days: Annotated[int, typer.Option(min=0, max=3650, help="End it by itself after so many days; 0 for no term.")] = 0,
    alone: Annotated[
        bool, typer.Option("--alone", help="In an emergency: at once; a second person looks at it within 24 hours.")
    ] = False,
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Propose another standing for an account, with reasons that it is told; a second senior confirms it.

    A milder standing lifts what is in force first. `comity standing confirm` brings it about, and it counts within a
    second. With --alone one person stops an account at once, up to suspended; that it was done so is kept as evidence.
    """
    if to not in _STANDINGS:
        fail(f"STANDING {to!r} is not one of {', '.join(_STANDINGS)}.")
    told = read_line(reason, "reason", _LONGEST), read_line(clause, "clause"), read_line(by, "person")

    wanted = _Wanted(account, to, told, days, alone)
    sanction, case = with_connection(data, database, lambda connection: _put(connection, wanted))
    if as_json:
        print_json({"account": account, "standing": to, "sanction": sanction, "case": case})
    elif sanction is None:
        print(f"Proposed as case {case}: another senior confirms it, by `comity standing confirm {case} --by PERSON`.")
    else:
        print(f"{account} is now {to} (decision {sanction}).")
        print(f"One person did that alone: another senior decides case {case} within 24 hours.", file=sys.stderr)


class _Wanted(msgspec.Struct, frozen=True):
    """A standing that somebody wants for an account; `told` is the reason, the clause and the person."""

    account: str
    to: str
    told: tuple[str, str, str]
    days: int
    alone: bool


async def _put(connection: asyncpg.Connection, wanted: _Wanted) -> tuple[int | None, int]:
    """Propose a standing, or impose it alone: the sanction where there is one, and the case's number."""
    from comity.edges.postgres import standing_cases
    from comity.edges.postgres.operator_store import account_id_of

    account_id, now, sanction = await account_id_of(connection, wanted.account), datetime.now(UTC), None
    await insist_on_senior(connection, wanted.told[2])
    proposal = standing_cases.Proposal(account_id, wanted.to, *wanted.told, wanted.days)
    async with connection.transaction():
        if wanted.alone:
            sanction, case = await standing_cases.impose_alone(connection, proposal, now)
        else:
            case = await standing_cases.propose(connection, proposal, now)
        return sanction, await number_of(connection, case)


async def number_of(connection: asyncpg.Connection, case: UUID) -> int:
    """The number of a case that was opened in this transaction."""
    from comity.edges.postgres.case_store import find_case

    row = await find_case(connection, case)
    assert row is not None, "it was opened in this transaction"
    number: int = row["case_id"]
    return number


standing.command("change")(put_in_standing)


@standing.command("confirm")
def confirm(
    case: Annotated[int, typer.Argument(help="The case's number, as the proposal named it.")],
    by: ByOption,
    words: Annotated[str, typer.Option(help="Why, in your own words; the account may read them.")] = "",
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Confirm a change of standing, or a strike, that another person proposed; it counts within a second.

    `comity cases decide CASE overturn` rejects it.
    """
    person, said = read_line(by, "person"), read_line(words, "words", _LONGEST) if words else ""

    async def work(connection: asyncpg.Connection) -> tuple[str, dict[str, int]]:
        from comity.cases.life import Event, Role
        from comity.edges.postgres.case_decisions import Decision, decide, locked_case
        from comity.edges.postgres.standing_cases import KIND

        role = Role[(await insist_on_senior(connection, person)).upper()]
        async with connection.transaction():
            if (await locked_case(connection, case))["kind"] != KIND:
                fail(f"Case {case} is not about a standing. See `comity cases show {case}`.")
            decision = Decision(Event.CONFIRM, person, role, _JUSTIFIED, said)
            row = await decide(connection, case, decision, datetime.now(UTC))
        return row["facts"]["to"], row["effects"]

    to, effects = with_connection(data, database, work)
    if as_json:
        print_json({"case": case, "standing": to, **effects})
    elif effects:
        print(f"Case {case} is confirmed: the account is now {to}.")
    else:
        print(f"Case {case} is confirmed; it was {to} already.")


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

        await insist_on_senior(connection, person)
        ruling = Ruling(appeal, outcome, person, why)
        return await decide_appeal(connection, ruling, datetime.now(UTC)) is not None

    if not with_connection(data, database, work):
        fail(f"There is no appeal {appeal}. See `comity standing appeals`.")
    print(f"Appeal {appeal}: {outcome}.")


async def insist_on_senior(connection: asyncpg.Connection, person: str) -> str:
    """The role of a person of the staff who may decide about standings, as the desk's calls ask for it.

    Raises:
        SettingsError: nobody of that name may.
    """
    from comity.cases.life import Role
    from comity.edges.postgres.staff_store import role_of

    role = await role_of(connection, person)
    if role is None or Role[role.upper()] < Role.SENIOR:
        raise SettingsError(
            f"No senior named {person} works at the desk.", "Name one of `comity staff list` with --by."
        )
    return role


__all__ = ["put_in_standing", "standing"]
