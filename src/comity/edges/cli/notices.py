"""Owns the commands about notices: who was told of a policy and what they said, where mails go; must not know SQL."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Annotated, Any

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


def add_to_policy(policy: typer.Typer) -> None:
    """Add the command to those about policies."""
    policy.command("notices")(notices)


def add_to_accounts(accounts: typer.Typer) -> None:
    """Add the command to those about accounts."""
    accounts.command("notify")(notify)


def notices(
    version: Annotated[str, typer.Argument(metavar="VERSION", help="A published version.")],
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show which accounts were told of a version, by which way, and who accepted, declined or was silent."""
    from comity.edges.postgres.acceptance_store import told_and_answered

    rows: list[dict[str, Any]] = with_connection(
        data, database, lambda connection: told_and_answered(connection, version)
    )
    counts = dict(sorted(Counter(row["answer"] or "not asked" for row in rows).items()))
    if as_json:
        print_json({"version": version, "answers": counts, "accounts": rows})
        return
    shown = [{name: _minute(value) for name, value in row.items()} for row in rows]
    print_rows(shown, as_json=False, empty=f"Nobody was told of a version {version}. See `comity policy versions`.")
    if rows:
        print(", ".join(f"{number} {answer}" for answer, number in counts.items()))


def notify(
    account: Annotated[str, typer.Argument(help="The account's name.")],
    email: Annotated[list[str] | None, typer.Option(help="Mail its notices there; may be given again.")] = None,
    language: Annotated[str, typer.Option(help="The language of the mails (ISO 639-1).")] = "en",
    remove: Annotated[bool, typer.Option("--remove", help="Mail no more to these addresses.")] = False,
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say to which addresses an account's notices are mailed; without any, show them."""
    from comity.edges.postgres import notice_store
    from comity.edges.postgres.operator_store import account_id_of

    async def work(connection: asyncpg.Connection) -> list[notice_store.NoticeAddress]:
        account_id = await account_id_of(connection, account)
        async with connection.transaction():
            for one in email or []:
                if not remove:
                    await notice_store.add_address(connection, account_id, one, language, datetime.now(UTC))
                elif not await notice_store.remove_address(connection, account_id, one):
                    raise SettingsError(f"Nothing is mailed to that address of {account}.", "See it without --email.")
        return await notice_store.list_addresses(connection, account_id)

    if remove and not email:
        fail("Name what to remove: --email ADDRESS.")
    found = with_connection(data, database, work)
    rows = [{"email": one.email, "language": one.language, "added_at": one.added_at} for one in found]
    print_rows(
        rows, as_json=as_json, empty=f"Nothing is mailed to {account}: comity accounts notify {account} --email ..."
    )


def _minute(value: object) -> object:
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else (value if value != "" else None)
