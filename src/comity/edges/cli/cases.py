"""Owns the commands about cases: listed, shown, assigned, decided, texts opened; must not know SQL or decide anything.

Whoever decides is named and works at the desk (`comity staff add`): their role counts here as it does over the API.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, Literal, TypeVar

import asyncpg
import typer

from comity.base.clock import SystemClock
from comity.base.errors import SettingsError
from comity.base.ids import to_wire
from comity.cases.life import Event, Role
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
from comity.edges.cli.verdicts import IdArgument, read_id
from comity.numbers.mask import mask

cases = typer.Typer(no_args_is_help=True, help="What a person has to look at, and what was decided.")

T = TypeVar("T")
NumberArgument = Annotated[int, typer.Argument(metavar="CASE", help="The case's number, as `cases list` shows it.")]
ByOption = Annotated[str, typer.Option(help="Who you are: a person of the staff (`comity staff list`).")]
_MOST: Final = 1_000
_LONGEST: Final = 1_000
_LISTED: Final = (
    "account", "kind", "title", "state", "priority", "due_at", "assigned_to", "messages", "outcome", "opened_by",
    "opened_at",
)  # fmt: skip
_FINISHED: Final = ("decided", "closed")


@cases.command("list")
def list_cases(
    every: Annotated[bool, typer.Option("--all", help="Decided and closed ones too, after those that wait.")] = False,
    kind: Annotated[str, typer.Option(help="Only of this kind: hold, sender, proof, appeal and so on.")] = "",
    account: Annotated[str, typer.Option(help="Only of this account.")] = "",
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """List cases that wait, in the order they are to be looked at; at most 1,000 of each state."""

    async def work(connection: asyncpg.Connection) -> list[dict[str, Any]]:
        from comity.edges.postgres.case_store import Filter, queue
        from comity.edges.postgres.operator_store import account_id_of

        account_id = await account_id_of(connection, account) if account else None
        states = (None, *_FINISHED) if every else (None,)
        wanted = [Filter(kind or None, state, account_id) for state in states]
        return [row for one in wanted for row in await queue(connection, one, None, _MOST)]

    rows = with_connection(data, database, work)
    shown = [{"number": row["case_id"], **{name: row[name] for name in _LISTED}} for row in rows]
    print_rows(shown, as_json=as_json, empty="There is no case.")


@cases.command("show")
def show_case(
    number: NumberArgument, data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False
) -> None:
    """Show a case: what happened to it, the messages it names and what rules say of them; never their texts."""

    async def work(connection: asyncpg.Connection) -> tuple[dict[str, Any], list[Any], list[Any]] | None:
        from comity.edges.postgres.case_store import events_of, find_case, messages_of

        row = await find_case(connection, number)
        if row is None:
            return None
        return row, await events_of(connection, number), await messages_of(connection, number, None, _MOST)

    found = with_connection(data, database, work)
    if found is None:
        fail(_no_case(number))
    row, events, named = found
    messages = [_message(one) for one in named]
    if as_json:
        about = {"number": number, "id": to_wire(row["id"]), **{name: row[name] for name in (*_LISTED, *_DECIDED)}}
        print_json({**about, "facts": row["facts"], "events": events, "named": messages})
        return
    print(f"Case {number}, {row['kind']}, {row['state']}: {row['title']} ({row['account'] or 'no account'})")
    for name in ("priority", "due_at", "assigned_to", *_DECIDED, "facts"):
        print(f"  {name.replace('_', ' '):<12} {row[name] if row[name] not in {None, ''} else '-'}")
    print()
    print_rows([{name: event[name] for name in ("at", "by", "event", "words")} for event in events],
               as_json=False, empty="Nothing happened yet.")  # fmt: skip
    print()
    print_rows(messages, as_json=False, empty="It names no message.")


_DECIDED: Final = ("outcome", "decided_by", "decided_at", "reason")


@cases.command("assign")
def assign(
    number: NumberArgument,
    by: ByOption,
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Take a case: it is yours to look at."""
    person = read_line(by, "person")

    async def work(connection: asyncpg.Connection, role: Role) -> None:
        from comity.edges.postgres.case_decisions import happen
        from comity.edges.postgres.case_store import Happened

        await happen(connection, number, Happened(Event.ASSIGN, person, role), SystemClock().now())

    _as_staff(data, database, person, work)
    print(f"Case {number} is assigned to {person}.")


@cases.command("escalate")
def escalate(
    number: NumberArgument,
    by: ByOption,
    words: Annotated[str, typer.Option(help="Why a senior should look.")],
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Leave a case to seniors."""
    person, why = read_line(by, "person"), read_line(words, "words", _LONGEST)

    async def work(connection: asyncpg.Connection, role: Role) -> None:
        from comity.edges.postgres.case_decisions import happen
        from comity.edges.postgres.case_store import Happened

        await happen(connection, number, Happened(Event.ESCALATE, person, role, why), SystemClock().now())

    _as_staff(data, database, person, work)
    print(f"Case {number} is escalated.")


@cases.command("decide")
def decide_case(
    number: NumberArgument,
    decision: Annotated[Literal["confirm", "overturn"], typer.Argument(help="Was what opened it right, or wrong?")],
    by: ByOption,
    reason: Annotated[str, typer.Option(help="A canned reason, as `comity cases reasons KIND` lists them.")] = "",
    words: Annotated[str, typer.Option(help="Why, in your own words; the account may read them.")] = "",
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Decide a case. Held messages are refused with their charge back (confirm), or released (overturn)."""
    person = read_line(by, "person")
    said = read_line(words, "words", _LONGEST) if words else ""

    async def work(connection: asyncpg.Connection, role: Role) -> dict[str, Any]:
        from comity.edges.postgres.case_decisions import Decision, decide

        decided = Decision(Event(decision), person, role, reason, said)
        return await decide(connection, number, decided, SystemClock().now())

    row = _as_staff(data, database, person, work)
    if as_json:
        print_json({"number": number, **{name: row[name] for name in ("state", *_DECIDED, "effects")}})
        return
    did = ", ".join(f"{count} {name}" for name, count in row["effects"].items() if count)
    print(f"Case {number}: {decision}{f' ({did})' if did else ''}.")


@cases.command("open-text")
def open_text(
    number: NumberArgument,
    message_id: IdArgument,
    by: ByOption,
    reason: Annotated[str, typer.Option(help="Why it must be opened; the account reads it.")],
    until: Annotated[str, typer.Option(metavar="DAY", help="By a legal order: the account is told on this day.")] = "",
    legal_order: Annotated[str, typer.Option(help="Which order.")] = "",
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Print a message's text, sender and recipient, as JSON. That you opened it, and why, is kept for good."""
    person, why, wanted = read_line(by, "person"), read_line(reason, "reason", 500), read_id(message_id)
    order = read_line(legal_order, "legal order", 200) if legal_order else ""
    told = _day(until) if until else None

    async def work(connection: asyncpg.Connection, role: Role) -> dict[str, Any]:
        from comity.edges.postgres import case_texts
        from comity.edges.postgres.case_decisions import locked_case

        row = await locked_case(connection, number)
        opening = case_texts.Opening(wanted, person, role, why, told, order)
        return await case_texts.open_text(connection, row, opening, SystemClock().now())

    found = _as_staff(data, database, person, work)
    print_json({name: found[name] for name in ("text", "sender", "recipient")})


@cases.command("reasons")
def list_reasons(
    kind: Annotated[str, typer.Argument(help="The kind of case: hold, sender, proof, appeal and so on.")],
    as_json: JsonOption = False,
) -> None:
    """List the canned reasons that decisions on a kind of case may name."""
    from comity.cases.reasons import reasons

    if kind not in reasons():
        fail(f"There is no kind of case {kind!r}. Use one of {', '.join(sorted(reasons()))}.")
    rows = [
        {"decision": event.value, "reason": name, "words": words}
        for event, by_name in reasons()[kind].items()
        for name, words in by_name.items()
    ]
    print_rows(rows, as_json=as_json, empty="")


@cases.command("rules")
def list_rules(data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False) -> None:
    """List how often reviewers agreed with each rule that held messages."""
    from comity.edges.postgres.case_decisions import rules_decided

    print_rows(with_connection(data, database, rules_decided), as_json=as_json, empty="No hold was decided yet.")


def _as_staff(data: str, database: str, person: str, work: Callable[[asyncpg.Connection, Role], Awaitable[T]]) -> T:
    """Do something in the role of a person of the staff, in one transaction; what cannot be done is one clear line."""

    async def run(connection: asyncpg.Connection) -> T:
        from comity.edges.postgres.staff_store import role_of

        role = await role_of(connection, person)
        if role is None:
            raise SettingsError(f"Nobody named {person} works at the desk.", "See `comity staff add`.")
        async with connection.transaction():
            return await work(connection, Role[role.upper()])

    return with_connection(data, database, run)


def _no_case(number: int) -> str:
    return f"There is no case {number}. See `comity cases list --all`."


def _message(row: dict[str, Any]) -> dict[str, Any]:
    findings = "; ".join(f"{one['rule']}: {one['action']} ({', '.join(one['clauses'])})" for one in row["findings"])
    return {
        "message": to_wire(row["message_id"]),
        "state": row["state"],
        "sender": row["sender"],
        "recipient": mask(row["recipient"] or ""),
        "findings": findings,
        "effect": row["effect"],
    }


def _day(written: str) -> datetime:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        fail(f"{written!r} is not a day. Write it as 2026-11-22.")
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
