"""Owns the commands about what accounts declare and are cleared for: clear, brand, register, declare, show.

They stand among those of `comity accounts`. It must not know SQL.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import asyncpg
import typer

from comity.accounts.declaration import FIELDS, read_country, read_declaration, read_sample, read_sender_key
from comity.accounts.record import CONTENTS, Clearance
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
from comity.edges.cli.reading import read_name
from comity.edges.cli.record_words import as_read, in_country, listings, now, period, use_case

T = TypeVar("T")
_MAX_PROOF: Final = 10 * 1024 * 1024
_LARGEST_DECLARATION: Final = 1024 * 1024
_LONGEST_REFERENCE: Final = 100
_KINDS: Final = ("sender", "campaign")

AccountArgument = Annotated[str, typer.Argument(help="The account's name.")]
SinceOption = Annotated[str, typer.Option(metavar="DAY", help="The first day it holds (UTC), as 2026-03-04.")]
UntilOption = Annotated[str, typer.Option(metavar="DAY", help="The last day it holds (UTC).")]
WithdrawOption = Annotated[bool, typer.Option("--withdraw", help="Take it back.")]


def add_to(accounts: typer.Typer) -> None:
    """Make these commands known."""
    accounts.command("clear")(clear)
    accounts.command("brand")(brand)
    accounts.command("register")(register)
    accounts.command("declare")(declare)
    accounts.command("show")(show)


def clear(
    account: AccountArgument,
    content: Annotated[str, typer.Argument(help=", ".join(CONTENTS))],
    country: Annotated[str, typer.Option(metavar="CC", help="Where it holds (ISO 3166); everywhere if left out.")] = "",
    since: SinceOption = "",
    until: UntilOption = "",
    reference: Annotated[str, typer.Option(help="The permit or case behind it.")] = "",
    withdraw: WithdrawOption = False,
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Clear an account for content that is otherwise held back; it counts within a second."""
    from comity.edges.postgres import record_store

    try:
        chosen = one_of(content, CONTENTS, "CONTENT")
        where = read_country(country, "--country") if country else ""
        first, last = days(since, until, over=withdraw)
        clearance = Clearance(chosen, where, first, last, _reference(reference))
    except SettingsError as error:
        fail(str(error))

    async def work(connection: asyncpg.Connection, account_id: int) -> None:
        if withdraw:
            await record_store.withdraw_clearance(connection, account_id, chosen, where)
        else:
            await record_store.clear(connection, account_id, clearance)

    with_account(data, database, account, work)
    cleared = f"cleared for {chosen} {in_country(where)}"
    print(
        f"{account} is no longer {cleared}."
        if withdraw
        else f"{account} is {now(first)}{cleared}{period(first, last)}."
    )


def brand(
    account: AccountArgument,
    name: Annotated[str, typer.Argument(help="The brand, as it is written.")],
    proof: Annotated[Path | None, typer.Option(help="Letter of authorisation; kept with its digest.")] = None,
    until: UntilOption = "",
    withdraw: WithdrawOption = False,
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Let an account write in a brand's name; without proof it is the operator's own word."""
    from comity.edges.postgres import record_store

    try:
        named = read_name(name, "brand")
        kept = read_proof(proof)
        _, last = days("", until, over=withdraw)
    except SettingsError as error:
        fail(str(error))
    ends = end_of(last)

    async def work(connection: asyncpg.Connection, account_id: int) -> None:
        if withdraw:
            await record_store.withdraw_brand(connection, account_id, named)
        else:
            await record_store.add_brand(connection, account_id, named, kept, ends)

    with_account(data, database, account, work)
    print(
        f"{account} may no longer write as {named}."
        if withdraw
        else f"{account} may now write as {named}{period(None, last)}."
    )


def register(
    account: AccountArgument,
    kind: Annotated[str, typer.Argument(help="/".join(_KINDS))],
    country: Annotated[str, typer.Argument(help="Whose register it is (ISO 3166).")],
    sender: Annotated[str, typer.Option(help="The sender it is bound to; any of the account's if left out.")] = "",
    reference: Annotated[str, typer.Option(help="The number it has there.")] = "",
    since: SinceOption = "",
    until: UntilOption = "",
    sample: Annotated[list[str] | None, typer.Option(help="A text it was registered with; repeatable.")] = None,
    withdraw: WithdrawOption = False,
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Record that a sender or campaign is entered in a country's register."""
    from comity.edges.postgres import record_store

    try:
        where = read_country(country, "COUNTRY")
        first, last = days(since, until, over=withdraw)
        new = record_store.NewRegistration(
            kind=one_of(kind, _KINDS, "KIND"),
            country=where,
            sender_key=read_sender_key(sender, "--sender") if sender else "",
            reference=_reference(reference),
            since=first,
            until=last,
            samples=tuple(read_sample(text, "--sample") for text in sample or ()),
        )
    except SettingsError as error:
        fail(str(error))

    async def work(connection: asyncpg.Connection, account_id: int) -> None:
        if withdraw:
            await record_store.withdraw_registration(connection, account_id, new)
        else:
            await record_store.register(connection, account_id, new)

    with_account(data, database, account, work)
    what, held = f"{new.kind} {sender.strip()}".rstrip(), f"registered in {where}"
    print(
        f"{account}: the {what} is "
        + (f"no longer {held}." if withdraw else f"{now(first)}{held}{period(first, last)}.")
    )


def declare(
    account: AccountArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE.toml", help=f"TOML with any of {', '.join(FIELDS)}.")],
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Record what an account says it will send, in place of what it said before."""
    from comity.edges.postgres import record_store

    try:
        declaration = read_declaration(_text_of(file))
    except SettingsError as error:
        fail(str(error))

    async def work(connection: asyncpg.Connection, account_id: int) -> None:
        await record_store.declare(connection, account_id, declaration)

    with_account(data, database, account, work)
    said = [name for name in FIELDS if getattr(declaration, name)]
    print(f"{account} declared {', '.join(said)}.")


def show(
    account: AccountArgument, data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False
) -> None:
    """Show what an account declared and was cleared for."""
    from comity.edges.postgres import record_store

    record: dict[str, Any] = with_account(data, database, account, record_store.stored_record)
    if as_json:
        print_json(record)
        return
    print(f"{record['name']}: standing {record['standing']}, health data {record['health_data']}")
    for title, rows in listings(record).items():
        print(f"\n{title}")
        print_rows([{name: as_read(value) for name, value in row.items()} for row in rows], as_json=False, empty="none")
    print("\ndeclared")
    declared = [{"field": name, "value": as_read(value)} for name, value in use_case(record).items() if value]
    print_rows(declared, as_json=False, empty="nothing")


def one_of(value: str, choices: tuple[str, ...], option: str) -> str:
    """The value, when it is one of those that may be chosen.

    Raises:
        SettingsError: it is not.
    """
    if value not in choices:
        raise SettingsError(f"{option} cannot be {value!r}.", f"Use one of {', '.join(choices)}.")
    return value


def read_proof(file: Path | None) -> tuple[str, str, bytes]:
    """Name, SHA-256 and content of a proof; empty without one.

    Raises:
        SettingsError: it cannot be read, or is too large.
    """
    if file is None:
        return "", "", b""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise SettingsError(f"The proof {file} cannot be read: {error.strerror}.") from None
    if len(content) > _MAX_PROOF:
        raise SettingsError(f"The proof {file} is larger than 10 MB.")
    return file.name, hashlib.sha256(content).hexdigest(), content


def with_account(data: str, database: str, account: str, work: Callable[[asyncpg.Connection, int], Awaitable[T]]) -> T:
    """Work on an account, given by its name; a name that there is not ends the command."""
    from comity.edges.postgres.operator_store import account_id_of

    async def on(connection: asyncpg.Connection) -> T:
        return await work(connection, await account_id_of(connection, account))

    return with_connection(data, database, on)


def _text_of(file: Path) -> str:
    try:
        if file.stat().st_size > _LARGEST_DECLARATION:
            raise SettingsError(f"The declaration {file} is larger than 1 MB.")
        return file.read_text("utf-8")
    except OSError as error:
        raise SettingsError(f"The declaration {file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise SettingsError(f"The declaration {file} is not written in UTF-8.", "Save it as UTF-8.") from None


def days(since: str, until: str, *, over: bool = False) -> tuple[date | None, date | None]:
    """The first and the last day; one that has passed may end only what is `over`.

    Raises:
        SettingsError: they are no days, or what they bound would never hold.
    """
    first, last = _day(since, "--since"), _day(until, "--until")
    if first and last and last < first:
        raise SettingsError(f"--until {until} lies before --since {since}.", "Write the later day as --until.")
    if last and not over and last < datetime.now(UTC).date():
        raise SettingsError(
            f"--until {until} has passed, so this would hold on no day.",
            "Write a last day to come; --withdraw takes back what holds now.",
        )
    return first, last


def end_of(last: date | None) -> datetime | None:
    """The instant at which something ends whose last day is this."""
    return datetime.combine(last + timedelta(days=1), time(), UTC) if last else None


def _day(written: str, option: str) -> date | None:
    if not written:
        return None
    try:
        day = date.fromisoformat(written)
    except ValueError:
        day = date.max
    if day == date.max:
        raise SettingsError(f"{option} {written!r} is not a day.", "Write it as 2026-03-04.")
    return day


def _reference(written: str) -> str:
    reference = written.strip()
    if len(reference) > _LONGEST_REFERENCE or not reference.isprintable():
        raise SettingsError("--reference cannot be shown.", f"Write at most {_LONGEST_REFERENCE} printable characters.")
    return reference
