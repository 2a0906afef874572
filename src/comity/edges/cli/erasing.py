"""Owns the commands that erase: a person, what is kept too long, old keys; and those that back keys up; no SQL here."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import asyncpg
import msgspec
import typer

from comity.base.clock import SystemClock
from comity.base.ids import to_wire
from comity.edges.cli.console import (
    DatabaseOption,
    DataOption,
    JsonOption,
    fail,
    print_json,
    print_rows,
    runtime,
    with_connection,
)
from comity.edges.cli.console import finish as finish_with

if TYPE_CHECKING:
    from comity.edges.postgres.erasure_store import Erasure
    from comity.edges.postgres.leftovers import Finished, Rewritten
    from comity.edges.postgres.retention_upkeep import Rule
    from comity.edges.postgres.vault_epochs import Turned

keys = typer.Typer(no_args_is_help=True, help="The keys that texts are sealed with: backed up, restored, turned.")
retention = typer.Typer(no_args_is_help=True, help="How long things are kept, per category and country.")
erasures = typer.Typer(no_args_is_help=True, help="What erasures leave behind in files.")


def add_to(app: typer.Typer) -> None:
    """Put the commands into the tree."""
    app.command("erase")(erase)
    app.add_typer(erasures, name="erasures")
    app.add_typer(keys, name="keys")
    app.add_typer(retention, name="retention")


def erase(
    number: Annotated[str, typer.Argument(help="The telephone number, with its country code.")],
    account: Annotated[str, typer.Option(help="What this account holds, by its name.")],
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Erase what an account holds on a number, but for what the law needs; says what is kept, and why.

    What waits to be sent is waited for, and what an authority ordered to be kept stays until the order ends: the desk
    tries again by itself.
    """
    digits = "".join(sign for sign in number if sign in "0123456789")
    if not digits:
        fail("That is no telephone number. Write it as +32 470 00 00 00.")

    async def work(connection: asyncpg.Connection) -> Erasure:
        from comity.edges.postgres import erasure_store
        from comity.edges.postgres.operator_store import account_id_of

        now = SystemClock().now()
        account_id = await account_id_of(connection, account)
        return await erasure_store.erase_now(connection, account_id, digits, "operator", now)

    erasure = with_connection(data, database, work)
    if as_json:
        print_json({**msgspec.to_builtins(erasure), "erasure_id": to_wire(erasure.erasure_id)})
        return
    print(f"Erasure {to_wire(erasure.erasure_id)}: {erasure.state}.")
    for what, count in erasure.destroyed.items():
        print(f"  destroyed  {what}: {count}")
    for kept in erasure.kept:
        print(f"  kept       {kept.what}, until {kept.until}: {kept.why}")


@erasures.command("finish")
def finish(
    wait_seconds: Annotated[
        float, typer.Option(min=0.1, max=60, help="How long a table in use, or a running backup, is waited for.")
    ] = 5.0,
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Rid tables, indexes, samples and the log of changes of numbers that were erased since the last time.

    Each table concerned is written anew, one at a time, and what uses it waits meanwhile. Says how long each took, and
    which backups still hold what was erased. Ends with 1 where something could not be done: run it again then.
    """
    finished = finish_with(_finishing(data, database, wait_seconds, as_json=as_json))
    if as_json:
        print_json(msgspec.to_builtins(finished) if finished else None)
    elif finished is None:
        print("Nothing was erased since the last time.")
    else:
        _tell(finished)
    if finished is not None and finished.undone:
        raise typer.Exit(1)


async def _finishing(data: str, database: str, wait_s: float, *, as_json: bool) -> Finished | None:
    from comity.edges.postgres.leftovers import finish as finish_leftovers

    def tell(one: Rewritten) -> None:
        if not as_json:
            print(f"{one.table}: {one.octets_before:,} octets, now {one.octets_after:,}, in {one.seconds:.1f} s")

    async with runtime().operator_connection(data, database, as_owner=True) as connection:
        return await finish_leftovers(connection, wait_s, tell)


def _tell(finished: Finished) -> None:
    for one in finished.undone:
        print(f"not done  {one.what}: {one.why}")
    if finished.undone:
        return
    print(f"log of changes: {finished.wal_octets:,} octets written; nothing older than {finished.wal_file} is left")
    print(f"Backups of the database, and archived files of its log, from before {finished.begun_at:%Y-%m-%d %H:%M} UTC")
    print("still hold what was erased: destroy them once newer ones are good.")


@keys.command("backup")
def backup(
    into: Annotated[Path, typer.Argument(help="A directory, on another machine's disk than the database's backups.")],
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Back the keys up, and destroy backups in that directory that are older than 30 days."""
    folder = runtime().folder(data)

    async def work(connection: asyncpg.Connection) -> tuple[Path, int]:
        from comity.edges.postgres.vault_backup import back_up
        from comity.edges.postgres.vault_files import keys_folder

        return await back_up(connection, keys_folder(folder), into, SystemClock().now())

    path, count = with_connection(data, database, work)
    if as_json:
        print_json({"file": str(path), "keys": count})
    else:
        print(f"{count} keys in {path}. It opens texts: keep it apart from backups of the database, 30 days at most.")


@keys.command("restore")
def restore(
    path: Annotated[Path, typer.Argument(help="A backup of keys.")],
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Bring back keys that are missing, but none of a number that was erased; an old backup is destroyed instead."""
    folder = runtime().folder(data)

    async def work(connection: asyncpg.Connection) -> int:
        from comity.edges.postgres import vault_backup
        from comity.edges.postgres.vault_files import keys_folder

        return await vault_backup.restore(connection, keys_folder(folder), path, SystemClock().now())

    count = with_connection(data, database, work)
    if as_json:
        print_json({"restored": count})
    else:
        print(f"{count} keys brought back.")


@keys.command("rotate")
def rotate(
    grace_minutes: Annotated[
        int, typer.Option(min=2, help="How long old epochs' keys stay: other processes need two minutes to follow.")
    ] = 24 * 60,
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Begin an epoch now: seal every key anew, and destroy keys of epochs that ended long enough ago.

    It happens by itself each week. Old copies of what was erased, in backups and in the write-ahead log, cannot be read
    by anybody once the key of their epoch is destroyed.
    """
    folder = runtime().folder(data)

    async def work(connection: asyncpg.Connection) -> Turned:
        from comity.edges.postgres.vault_epochs import turn
        from comity.edges.postgres.vault_files import add_epoch, keys_folder, open_vault

        place = keys_folder(folder)
        vault = open_vault(place)
        if vault is None:
            fail(f"{place} holds no keys.")
        add_epoch(place)
        return await turn(connection, vault, place, timedelta(minutes=grace_minutes), SystemClock().now())

    turned = with_connection(data, database, work)
    if as_json:
        print_json(msgspec.to_builtins(turned))
    else:
        gone = ", ".join(map(str, turned.destroyed)) or "none yet"
        print(f"Epoch {turned.epoch}; {turned.sealed} keys and texts sealed anew; epochs destroyed: {gone}.")


@retention.command("show")
def show(data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False) -> None:
    """How long what is kept, and why."""

    async def work(connection: asyncpg.Connection) -> list[Rule]:
        from comity.edges.postgres.retention_upkeep import rules

        return await rules(connection)

    found: list[dict[str, Any]] = msgspec.to_builtins(with_connection(data, database, work))
    columns = ("what", "category", "country", "days", "why")
    shown = [rule if as_json else {name: rule[name] for name in columns} for rule in found]
    print_rows(shown, as_json=as_json, empty="There are no rules.")


@retention.command("set")
def set_(
    what: Annotated[
        str, typer.Argument(help="texts, replies, unclaimed, numbers, consents, complaints, takedowns, proofs.")
    ],
    days: Annotated[int, typer.Argument(help="Days it is kept.")],
    why: Annotated[str, typer.Option(help="Why so long; it is shown with the rule.")],
    category: Annotated[
        str, typer.Option(help="Of texts: promotional, transactional, otp or alert; all when left out.")
    ] = "",
    country: Annotated[str, typer.Option(help="Of texts: of messages to this country, as BE; all when left out.")] = "",
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Keep something longer or shorter. What is gone does not come back."""

    async def work(connection: asyncpg.Connection) -> None:
        from comity.edges.postgres.retention_upkeep import Rule, set_rule

        now = SystemClock().now()
        await set_rule(connection, Rule(what, category, country.upper(), days, why, "operator", now, now))

    with_connection(data, database, work)
    print(f"{what} are kept {days} days.")
