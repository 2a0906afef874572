"""Owns the commands about subaccounts: subaccounts, hand-down; must not know SQL, or who may have any.

They stand among those of `comity accounts`; `comity accounts create --parent` makes one.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Final

import asyncpg
import msgspec
import typer

from comity.base.ids import to_wire
from comity.edges.cli.console import DatabaseOption, DataOption, JsonOption, fail, print_json, print_rows
from comity.edges.cli.reading import read_micro_credits
from comity.edges.cli.records import AccountArgument, with_account

_MICRO: Final = 1_000_000
_MOST: Final = 10_000
_BY: Final = "operator"


def add_to(accounts: typer.Typer) -> None:
    """Make these commands known."""
    accounts.command("subaccounts")(list_below)
    accounts.command("hand-down")(hand_down)


def list_below(
    account: AccountArgument, data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False
) -> None:
    """List an account's subaccounts with their standing and what they may spend."""

    async def work(connection: asyncpg.Connection, account_id: int) -> list[dict[str, Any]]:
        from comity.edges.postgres.subaccount_store import list_subaccounts

        found = await list_subaccounts(connection, account_id, None, _MOST)
        return [{**msgspec.structs.asdict(one), "id": to_wire(one.public_id)} for one in found]

    names = ("name", "id", "standing", "counts", "category", "daily_volume", "policy_accepted", "subaccounts")
    rows = [
        {**{name: row[name] for name in names}, **{kind: row[kind] / _MICRO for kind in ("purchased", "bonus")}}
        for row in with_account(data, database, account, work)
    ]
    print_rows(rows, as_json=as_json, empty="It has none yet: comity accounts create NAME --parent ACCOUNT")


def hand_down(
    account: AccountArgument,
    subaccount: Annotated[str, typer.Argument(help="The subaccount's name.")],
    amount: Annotated[str, typer.Argument(metavar="CREDITS", help="How many credits.")],
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Move credits from an account to its own subaccount; bonus stays bonus, and each lot ends on its day."""
    micro = read_micro_credits(amount)
    if not micro:
        fail(f"CREDITS {amount!r} is not a number of credits above 0. Write 100 or 12.5.")

    async def work(connection: asyncpg.Connection, account_id: int) -> str:
        from comity.edges.postgres.subaccount_store import find_by_name, hand_down

        async with connection.transaction():
            child = await find_by_name(connection, account_id, subaccount)
            return to_wire(await hand_down(connection, account_id, child, micro, (datetime.now(UTC), _BY)))

    transfer = with_account(data, database, account, work)
    if as_json:
        print_json({"account": account, "subaccount": subaccount, "micro_credits": micro, "transfer": transfer})
    else:
        print(f"{amount} {'credit' if micro == _MICRO else 'credits'} of {account} went to {subaccount}.")
