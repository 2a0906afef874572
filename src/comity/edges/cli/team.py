"""Owns the commands about the people of an account; must not know SQL, or what a role may do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import asyncpg
import typer

from comity.accounts.team import ROLE_SCOPES, Role
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
from comity.journey.notices import read_email

if TYPE_CHECKING:
    from comity.edges.postgres.team_members import Member

team = typer.Typer(no_args_is_help=True, help="People who work for an account, each with a key of their own.")

AccountArgument = Annotated[str, typer.Argument(help="The account's name.")]
EmailOption = Annotated[str, typer.Option(help="Their e-mail address.")]
RoleOption = Annotated[str, typer.Option(help="/".join(Role))]


@team.command("invite")
def invite(
    account: AccountArgument,
    email: EmailOption,
    role: RoleOption = Role.OWNER,
    name: Annotated[str, typer.Option(help="How they are called; their address when left out.")] = "",
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Invite a person: a token is mailed to them, and printed this once for where no mail is sent.

    Somebody who did not accept in time, or joined and lost their key, is invited again with a new token.
    """
    address, which, called = read_email(email), _role(role), read_line(name or email, "name")

    async def deed(connection: asyncpg.Connection, account_id: int, now: datetime) -> tuple[Member, str]:
        from comity.edges.postgres import team_members, team_store
        from comity.edges.postgres.team_activity import OPERATOR

        try:
            found = await team_members.find_by_email(connection, account_id, address)
        except team_members.NoPersonError:
            new = team_members.NewMember(called, address, which)
            return await team_store.invite(connection, account_id, new, OPERATOR, now)
        return await team_store.invite_again(connection, found, OPERATOR, now)

    member, token = _done(account, "invite_person", deed, data, database)
    told = {"account": account, "email": address, "role": member.role.value, "token": token}
    if as_json:
        print_json({**told, "until": member.expires_at})
        return
    print(f"{address} is invited as {member.role} until {member.expires_at:%Y-%m-%d %H:%M} UTC.")
    print(f"token          {token}")
    print("They accept at POST /api/invitations/accept. It is mailed, where a mail server is named.")


@team.command("list")
def list_all(
    account: AccountArgument, data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False
) -> None:
    """List the people of an account, those who left too."""

    async def work(connection: asyncpg.Connection) -> list[dict[str, Any]]:
        from comity.edges.postgres.operator_store import account_id_of
        from comity.edges.postgres.team_members import list_members

        found = await list_members(connection, await account_id_of(connection, account), most=10_000)
        names = ("name", "email", "role", "state", "invited_at", "joined_at", "ended_at")
        return [{name: getattr(member, name) for name in names} for member in found]

    rows = with_connection(data, database, work)
    print_rows(rows, as_json=as_json, empty=f"Nobody yet: comity team invite {account} --email ADDRESS --role owner")


@team.command("role")
def change_role(
    account: AccountArgument,
    email: EmailOption,
    role: RoleOption,
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Give a person another role: their keys may do what that may, within a second."""
    which = _role(role)

    async def deed(connection: asyncpg.Connection, account_id: int, now: datetime) -> tuple[Member, list[str]]:
        from comity.edges.postgres import team_members, team_store
        from comity.edges.postgres.team_activity import OPERATOR

        found = await team_members.find_by_email(connection, account_id, email)
        moved = await team_store.change_role(connection, found, which, OPERATOR, now)
        return moved, await team_members.known_keys(connection, moved, now, ROLE_SCOPES[which])

    _, known = _done(account, "change_person_role", deed, data, database)
    print(f"{email} is {which} of {account}.")
    _print_known(account, known)


@team.command("remove")
def remove(account: AccountArgument, email: EmailOption, data: DataOption = "", database: DatabaseOption = "") -> None:
    """Remove a person: their own keys open nothing within a second. The last owner stays."""

    async def deed(connection: asyncpg.Connection, account_id: int, now: datetime) -> tuple[Member, list[str]]:
        from comity.edges.postgres import team_members, team_store
        from comity.edges.postgres.team_activity import OPERATOR

        found = await team_members.find_by_email(connection, account_id, email)
        gone = await team_store.remove(connection, found, OPERATOR, now)
        return gone, await team_members.known_keys(connection, gone, now)

    _, known = _done(account, "remove_person", deed, data, database)
    print(f"{email} works for {account} no more.")
    _print_known(account, known)


def _print_known(account: str, known: list[str]) -> None:
    for client_id in known:
        print(f"They know the secret of {client_id}: comity accounts keys rotate {account} {client_id}")


def _role(written: str) -> Role:
    try:
        return Role(written)
    except ValueError:
        fail(f"There is no role {written!r}. Use one of {', '.join(Role)}.")


def _done(
    account: str,
    operation: str,
    deed: Callable[[asyncpg.Connection, int, datetime], Awaitable[tuple[Member, Any]]],
    data: str,
    database: str,
) -> tuple[Member, Any]:
    """Do something with a person of an account, and write that down, in one transaction."""

    async def work(connection: asyncpg.Connection) -> tuple[Member, Any]:
        from comity.base.ids import to_wire
        from comity.edges.postgres.deadline_store import database_now
        from comity.edges.postgres.operator_store import account_id_of
        from comity.edges.postgres.team_activity import OPERATOR, note

        async with connection.transaction():
            account_id, now = await account_id_of(connection, account), await database_now(connection)
            done = await deed(connection, account_id, now)
            await note(connection, account_id, OPERATOR, (operation, to_wire(done[0].public_id)), now)
        return done

    return with_connection(data, database, work)
