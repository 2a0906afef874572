"""Owns the commands about accounts: accounts, senders, esme, ledger; must not know SQL."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import asyncpg
import msgspec
import typer

from comity.accounts.declaration import read_zone
from comity.base.errors import SettingsError
from comity.edges.cli.access import add_to as add_access
from comity.edges.cli.console import (
    FAILED,
    KEEP,
    DatabaseOption,
    DataOption,
    JsonOption,
    fail,
    print_credentials,
    print_json,
    print_rows,
    with_connection,
)
from comity.edges.cli.domains import domain
from comity.edges.cli.reading import read_line, read_micro_credits, read_name
from comity.edges.cli.records import add_to, one_of, read_proof
from comity.edges.cli.standing import put_in_standing
from comity.edges.cli.subaccounts import add_to as add_subaccounts

accounts = typer.Typer(no_args_is_help=True, help="Accounts of customers.")
add_to(accounts)
add_access(accounts)
add_subaccounts(accounts)
accounts.add_typer(domain, name="domain")
senders = typer.Typer(no_args_is_help=True, help="Sender ids and who may use them.")
ledger = typer.Typer(no_args_is_help=True, help="The ledger of credits.")

_MICRO: Final = 1_000_000
_LONGEST_REASON: Final = 1_000
_CATEGORIES: Final = ("promotional", "transactional", "otp", "alert")


@accounts.command("create")
def create(
    name: Annotated[str, typer.Argument(help="The account's name; unique.")],
    credits_: Annotated[str, typer.Option("--credits", help="Purchased credits.")] = "0",
    bonus: Annotated[str, typer.Option(help="Bonus credits: spent first, never paid back.")] = "0",
    category: Annotated[str, typer.Option(help="Default traffic category.")] = "transactional",
    volume: Annotated[str, typer.Option(help="Declared volume, N/day.")] = "",
    timezone: Annotated[str, typer.Option(help="Time zone (IANA) that dates are read in.")] = "UTC",
    accept_policy: Annotated[str, typer.Option(help="Person who accepts the policy for the account.")] = "",
    parent: Annotated[str, typer.Option(help="The account above, which needs leave to resell.")] = "",
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Make an account; prints its credentials, the secret this once."""
    from comity.edges.postgres.operator_store import Credentials, NewAccount, create_account
    from comity.edges.postgres.subaccount_store import create_under

    try:
        new = NewAccount(
            name=read_name(name, "account"),
            credits=_micro(credits_, "--credits"),
            bonus=_micro(bonus, "--bonus"),
            category=one_of(category, _CATEGORIES, "--category"),
            daily_volume=_volume(volume),
            time_zone=read_zone(timezone),
            accepted_by=accept_policy.strip(),
        )
    except SettingsError as error:
        fail(str(error))

    async def work(connection: asyncpg.Connection) -> Credentials:
        if parent:
            return await create_under(connection, parent, new, datetime.now(UTC))
        return await create_account(connection, new)

    made = with_connection(data, database, work)
    print_credentials(msgspec.structs.asdict(made), as_json=as_json, then=KEEP)
    if not new.accepted_by and not as_json:
        print("Nobody has accepted the policy for it yet: it cannot send before that (--accept-policy PERSON).")


@accounts.command("list")
def list_accounts(data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False) -> None:
    """List accounts with what they may spend."""
    from comity.edges.postgres.operator_store import list_accounts as stored

    rows = [
        {**row, "purchased": row["purchased"] / _MICRO, "bonus": row["bonus"] / _MICRO}
        for row in with_connection(data, database, stored)
    ]
    print_rows(rows, as_json=as_json, empty="There is no account yet: comity accounts create NAME")


@accounts.command("credit")
def credit(
    account: Annotated[str, typer.Argument(help="The account's name.")],
    amount: Annotated[str, typer.Argument(metavar="CREDITS", help="How many credits.")],
    bonus: Annotated[bool, typer.Option("--bonus", help="A gift: spent first, never paid back.")] = False,
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Book purchased (or bonus) credits."""
    from comity.edges.postgres.operator_store import account_id_of, add_credits

    try:
        micro = _micro(amount, "CREDITS")
    except SettingsError as error:
        fail(str(error))
    if not micro:
        fail("There is nothing to book. Give a number of credits above 0.")

    async def work(connection: asyncpg.Connection) -> None:
        account_id = await account_id_of(connection, account)
        async with connection.transaction():
            await add_credits(connection, account_id, "bonus" if bonus else "purchased", micro)

    with_connection(data, database, work)
    print(f"{amount} {'bonus ' if bonus else ''}{'credit' if micro == _MICRO else 'credits'} booked for {account}.")


@accounts.command("accept-policy")
def accept(
    account: Annotated[str, typer.Argument(help="The account's name.")],
    person: Annotated[str, typer.Argument(help="Who accepts, by name.")],
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Record that a person accepted the policy for an account."""
    from comity.edges.postgres.acceptance_store import record_acceptance
    from comity.edges.postgres.operator_store import account_id_of

    if not person.strip():
        fail("A person must be named.")

    async def work(connection: asyncpg.Connection) -> None:
        account_id = await account_id_of(connection, account)
        async with connection.transaction():
            await record_acceptance(connection, account_id, person.strip(), datetime.now(UTC))

    with_connection(data, database, work)
    print(f"Recorded: {person.strip()} accepts the policy for {account}.")


accounts.command("standing")(put_in_standing)


@senders.command("grant")
def grant(
    account: Annotated[str, typer.Argument(help="The account's name.")],
    sender: Annotated[str, typer.Argument(help="Number or name.")],
    category: Annotated[str, typer.Option(help="The traffic it is for; any when left out.")] = "",
    proof: Annotated[Path | None, typer.Option(help="Proof of ownership; kept with its digest.")] = None,
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Let an account send as a sender id; without proof it is the operator's own grant."""
    from comity.edges.postgres.operator_store import account_id_of, grant_sender
    from comity.senders.read import BadSender, read_sender

    read = read_sender(sender)
    if isinstance(read, BadSender):
        fail(f"{sender!r} cannot be a sender id. Use at most 11 letters and digits, or a number of at most 14 digits.")
    try:
        chosen = one_of(category, _CATEGORIES, "--category") if category else None
        kept = read_proof(proof)
    except SettingsError as error:
        fail(str(error))

    async def work(connection: asyncpg.Connection) -> None:
        await grant_sender(connection, await account_id_of(connection, account), read, chosen, kept)

    with_connection(data, database, work)
    print(f"{account} may send as {read.shown}.")


@senders.command("revoke")
def revoke(
    account: Annotated[str, typer.Argument(help="The account's name.")],
    sender: Annotated[str, typer.Argument(help="Number or name.")],
    by: Annotated[str, typer.Option(help="Who you are: kept with what you did.")],
    reason: Annotated[str, typer.Option(help="Why, in sentences that the account reads.")],
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Let an account, and whoever it shared it with, send as a sender id no longer. In force within a second."""
    from comity.edges.postgres.operator_removals import revoke_sender
    from comity.senders.read import BadSender, read_sender

    read = read_sender(sender)
    if isinstance(read, BadSender):
        fail(f"{sender!r} cannot be a sender id. See: comity senders list")
    word = read_line(by, "--by"), read_line(reason, "--reason", _LONGEST_REASON)

    async def work(connection: asyncpg.Connection) -> list[str]:
        return await revoke_sender(connection, account, read, word, datetime.now(UTC))

    for name in with_connection(data, database, work):
        print(f"{name} may not send as {read.shown} any more.")


@senders.command("list")
def list_grants(data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False) -> None:
    """List sender ids with their accounts."""
    from comity.edges.postgres.operator_store import list_grants as stored

    rows = with_connection(data, database, stored)
    print_rows(rows, as_json=as_json, empty="No sender is granted yet: comity senders grant ACCOUNT SENDER")


@ledger.command("check")
def check_ledger(data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False) -> None:
    """Check that the ledger balances; exit code 1 when it does not."""
    from comity.edges.postgres.operator_store import check_ledger as stored

    problems: list[dict[str, Any]] = with_connection(data, database, stored)
    if as_json:
        print_json({"balanced": not problems, "problems": problems})
    elif problems:
        print_rows(problems, as_json=False, empty="")
    else:
        print("The ledger balances.")
    if problems:
        raise typer.Exit(FAILED)


def _micro(written: str, option: str) -> int:
    micro = read_micro_credits(written)
    if micro is None:
        raise SettingsError(f"{option} {written!r} is not a number of credits.", "Write 100 or 12.5.")
    return micro


def _volume(written: str) -> int | None:
    digits = written.removesuffix("/day")
    if not written:
        return None
    if not digits.isascii() or not digits.isdecimal() or not 0 < int(digits) < 1 << 31:
        raise SettingsError(f"--volume {written!r} is not a volume.", "Write 5000/day.")
    return int(digits)
