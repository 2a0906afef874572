"""Owns the commands about unusual use of accounts, and whence one may be used; must not know SQL or who may vouch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import asyncpg
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

if TYPE_CHECKING:
    from uuid import UUID

challenges = typer.Typer(no_args_is_help=True, help="Unusual use of accounts that somebody must vouch for.")

ChallengeArgument = Annotated[str, typer.Argument(help="The challenge's id.")]
ByOption = Annotated[str, typer.Option(help="Who says so: a senior reviewer or operator at the desk.")]
WhyOption = Annotated[str, typer.Option(help="What it rests on; the account reads it.")]
KeyOption = Annotated[
    list[str] | None, typer.Option("--key", help="A client id or SMPP login to take back as well; give several.")
]
PlacesArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[COUNTRY]...", help="ISO codes, such as NL BE; shown when left out.")
]


def add_to_accounts(accounts: typer.Typer) -> None:
    """Add the command to those about accounts."""
    accounts.command("used-from")(used_from)


def used_from(
    account: Annotated[str, typer.Argument(help="The account's name.")],
    country: PlacesArgument = None,
    nowhere: Annotated[bool, typer.Option("--nowhere", help="Name no country any more.")] = False,
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show or set the countries that an account is used from: a key that is used there is not asked about."""
    if country and nowhere:
        fail("Name countries, or --nowhere.")

    async def work(connection: asyncpg.Connection) -> list[str]:
        from comity.edges.postgres.challenge_places import places_of, set_places
        from comity.edges.postgres.operator_store import account_id_of

        account_id = await account_id_of(connection, account)
        if not country and not nowhere:
            return await places_of(connection, account_id)
        return await set_places(connection, account_id, country or [])

    found = with_connection(data, database, work)
    if as_json:
        print_json({"account": account, "countries": found})
    else:
        print("\n".join(found) or f"{account} named no country that it is used from.")


@challenges.command("list")
def list_all(
    everything: Annotated[bool, typer.Option("--all", help="Those that were answered too.")] = False,
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """List challenges, the newest first."""

    async def work(connection: asyncpg.Connection) -> list[dict[str, Any]]:
        from comity.edges.postgres.challenge_store import list_challenges

        rows = await list_challenges(connection, None, only_open=not everything, before=None, most=200)
        return [_line(row) for row in rows]

    print_rows(with_connection(data, database, work), as_json=as_json, empty="Nobody is asked to vouch for anything.")


@challenges.command("confirm")
def confirm(
    challenge: ChallengeArgument,
    by: ByOption,
    why: WhyOption,
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Vouch for an account: what is held goes on its way."""

    async def work(connection: asyncpg.Connection) -> None:
        from comity.accounts.challenges import Event
        from comity.edges.postgres import challenge_steps

        async with connection.transaction():
            found, step = await _step(connection, challenge, (by, why))
            await challenge_steps.confirm(connection, found, Event.STAFF, step)

    with_connection(data, database, work)
    print(f"{challenge} is confirmed; what was held goes on its way.")


@challenges.command("deny")
def deny(
    challenge: ChallengeArgument,
    by: ByOption,
    why: WhyOption,
    key: KeyOption = None,
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Say that it was somebody else: the key is taken back, what is held is refused and paid back."""

    async def work(connection: asyncpg.Connection) -> None:
        from comity.edges.postgres import challenge_steps

        async with connection.transaction():
            found, step = await _step(connection, challenge, (by, why), key or [])
            await challenge_steps.deny(connection, found, step)

    with_connection(data, database, work)
    print(f"{challenge} is denied; what was held is refused and paid back.")


async def _step(
    connection: asyncpg.Connection, written: str, said: tuple[str, str], keys: list[str] | None = None
) -> tuple[Any, Any]:
    """The challenge, locked, and the step of a senior person of the staff, who is named with their reason."""
    from comity.cases.life import Role
    from comity.edges.postgres.challenge_steps import Step
    from comity.edges.postgres.challenge_store import lock_challenge
    from comity.edges.postgres.deadline_store import database_now
    from comity.edges.postgres.staff_store import role_of

    by, why = said
    role = await role_of(connection, by)
    if role is None or Role[role.upper()] < Role.SENIOR:
        raise SettingsError(f"{by} is no senior reviewer.", "See `comity staff list`.")
    if not why.strip():
        raise SettingsError("An answer needs a reason.", "Say with --why what it rests on.")
    found = await lock_challenge(connection, None, _id(written))
    return found, Step(by, await database_now(connection), why, Role[role.upper()], keys or (), by_staff=True)


def _id(written: str) -> UUID:
    from comity.base.ids import from_wire

    found = from_wire(written)
    if found is None:
        raise SettingsError(f"{written} is no id of a challenge.", "See `comity challenges list`.")
    return found


def _line(row: dict[str, Any]) -> dict[str, Any]:
    from comity.base.ids import to_wire

    shown = ("account", "kind", "state", "key", "country", "network", "held")
    opened = row["opened_at"].isoformat(timespec="seconds")
    return {"id": to_wire(row["challenge_id"]), **{name: row[name] for name in shown}, "opened at": opened}
