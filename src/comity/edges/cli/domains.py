"""Owns the commands about the domains that an account's own links lead to: add, remove, list; must not know SQL.

They stand among those of `comity accounts`, as `comity accounts domain`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import asyncpg
import typer

from comity.base.errors import SettingsError
from comity.edges.cli.console import DatabaseOption, DataOption, JsonOption, fail, print_json, print_rows
from comity.edges.cli.record_words import as_read, domains, period
from comity.edges.cli.records import AccountArgument, UntilOption, days, end_of, read_proof, with_account

domain = typer.Typer(no_args_is_help=True, help="Domains that an account's own links lead to.")
DomainArgument = Annotated[str, typer.Argument(metavar="DOMAIN", help="A registrable domain, such as acme.example.")]


@domain.command("add")
def add(
    account: AccountArgument,
    name: DomainArgument,
    proof: Annotated[Path | None, typer.Option(help="Proof that it is theirs; kept with its digest.")] = None,
    until: UntilOption = "",
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Record that a domain, with all under it, is an account's own; without proof it is the operator's own word."""
    from comity.edges.postgres import record_store

    try:
        read = read_domain(name)
        kept = read_proof(proof)
        _, last = days("", until)
    except SettingsError as error:
        fail(str(error))

    async def work(connection: asyncpg.Connection, account_id: int) -> None:
        await record_store.add_domain(connection, account_id, read, kept, end_of(last))

    with_account(data, database, account, work)
    print(f"{read} is now a domain of {account}{period(None, last)}.")


@domain.command("remove")
def remove(
    account: AccountArgument, name: DomainArgument, data: DataOption = "", database: DatabaseOption = ""
) -> None:
    """Take a domain of an account back."""
    from comity.edges.postgres import record_store

    try:
        read = read_domain(name)
    except SettingsError as error:
        fail(str(error))

    async def work(connection: asyncpg.Connection, account_id: int) -> None:
        await record_store.remove_domain(connection, account_id, read)

    with_account(data, database, account, work)
    print(f"{read} is no longer a domain of {account}.")


@domain.command("list")
def list_domains(
    account: AccountArgument, data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False
) -> None:
    """List the domains of an account."""
    from comity.edges.postgres import record_store

    record: dict[str, Any] = with_account(data, database, account, record_store.stored_record)
    if as_json:
        print_json(record["domains"])
        return
    rows = [{field: as_read(value) for field, value in row.items()} for row in domains(record)]
    print_rows(rows, as_json=False, empty="none")


def read_domain(written: str) -> str:
    """A registrable domain, in punycode and small letters.

    Raises:
        SettingsError: it is not one: no host, an address, a host under a domain, or what many register under.
    """
    from comity.text.links_endings import has_known_ending, registrable
    from comity.text.links_hosts import read_host

    name = written.strip()
    host = read_host(name) if len(name.split()) == 1 else None
    if host is None or host.kind != "name" or host.disguises or not has_known_ending(host.host):
        raise SettingsError(f"{written!r} is not a domain.", "Write it as acme.example, without https:// or a path.")
    if registrable(f"of.{host.host}") != host.domain:
        raise SettingsError(f"Anybody may register under {host.host}.", "Name what the account registered there.")
    if host.host != host.domain:
        raise SettingsError(f"{host.host} lies under {host.domain}.", f"Write {host.domain}: all under it counts too.")
    return host.domain
