"""Owns how what accounts declared and were cleared for is kept; must not know commands or rules."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import asyncpg
import msgspec

from comity.accounts.declaration import Declaration
from comity.accounts.record import AccountRecord, Clearance, OwnBrand, OwnDomain, Registration, UseCase
from comity.edges.postgres.operator_store import NotThereError
from comity.edges.postgres.statements import load
from comity.text.similar import NOTHING_TO_COMPARE, similarity_hash

Proof = tuple[str, str, bytes]


class NewRegistration(msgspec.Struct, frozen=True):
    """A registration to keep; `sender_key` is "" for any sender of the account, `samples` are texts."""

    kind: str
    country: str
    sender_key: str = ""
    reference: str = ""
    since: date | None = None
    until: date | None = None
    samples: tuple[str, ...] = ()


def read_record(row: Any) -> AccountRecord:  # noqa: ANN401  asyncpg's record
    """The record from a row of `directory_account.sql`."""
    return AccountRecord(
        name=row["name"],
        clearances=tuple(msgspec.convert(one, Clearance) for one in row["clearances"]),
        registrations=tuple(_compared(one, Registration) for one in row["registrations"]),
        brands=tuple(msgspec.convert(one, OwnBrand) for one in row["brands"]),
        use_case=_compared(row["use_case"], UseCase) if row["use_case"] else None,
        health_data=row["health_data"],
        domains=tuple(msgspec.convert(one, OwnDomain) for one in row["domains"]),
    )


async def clear(connection: asyncpg.Connection, account_id: int, clearance: Clearance) -> None:
    """Clear an account for content; what was kept for the same content and country is replaced."""
    await connection.execute(
        load("record_clear"),
        account_id,
        clearance.content,
        clearance.country,
        clearance.since,
        clearance.until,
        clearance.reference,
    )


async def withdraw_clearance(connection: asyncpg.Connection, account_id: int, content: str, country: str) -> None:
    """Take a clearance back.

    Raises:
        NotThereError: there is none.
    """
    _insist_on(
        await connection.execute(
            "DELETE FROM clearances WHERE account_id = $1 AND content = $2 AND country = $3",
            account_id,
            content,
            country,
        ),
        f"The account is not cleared for {content}{' in ' + country if country else ' everywhere'}.",
    )


async def add_brand(
    connection: asyncpg.Connection, account_id: int, name: str, proof: Proof, until: datetime | None
) -> None:
    """Let an account write in a brand's name; what was kept for the same name is replaced."""
    await connection.execute(load("record_brand"), account_id, name, *proof, until)


async def withdraw_brand(connection: asyncpg.Connection, account_id: int, name: str) -> None:
    """Take a brand back.

    Raises:
        NotThereError: it is none of the account's.
    """
    _insist_on(
        await connection.execute(
            "DELETE FROM account_brands WHERE account_id = $1 AND brand_key = lower($2)", account_id, name
        ),
        f"{name} is no brand of the account.",
    )


async def add_domain(
    connection: asyncpg.Connection, account_id: int, domain: str, proof: Proof, until: datetime | None
) -> None:
    """Keep that a registrable domain is the account's own; what was kept for the same domain is replaced."""
    await connection.execute(load("record_domain"), account_id, domain, *proof, until)


async def remove_domain(connection: asyncpg.Connection, account_id: int, domain: str) -> None:
    """Take a domain back.

    Raises:
        NotThereError: it is none of the account's.
    """
    _insist_on(
        await connection.execute(
            "DELETE FROM account_domains WHERE account_id = $1 AND domain = $2", account_id, domain
        ),
        f"{domain} is no domain of the account.",
    )


async def register(connection: asyncpg.Connection, account_id: int, new: NewRegistration) -> None:
    """Keep that a sender or campaign is registered; the same entry is replaced."""
    await connection.execute(
        load("record_register"),
        account_id,
        new.kind,
        new.country,
        new.sender_key,
        new.reference,
        new.since,
        new.until,
        list(new.samples),
    )


async def withdraw_registration(connection: asyncpg.Connection, account_id: int, new: NewRegistration) -> None:
    """Forget a registration of that kind, country, sender and reference.

    Raises:
        NotThereError: there is none.
    """
    _insist_on(
        await connection.execute(
            "DELETE FROM registrations"
            " WHERE account_id = $1 AND kind = $2 AND country = $3 AND sender_key = $4 AND reference = $5",
            account_id,
            new.kind,
            new.country,
            new.sender_key,
            new.reference,
        ),
        f"The account has no such {new.kind} registered in {new.country}.",
    )


async def declare(connection: asyncpg.Connection, account_id: int, declaration: Declaration) -> None:
    """Keep what an account said it would send, in place of what it said before."""
    async with connection.transaction():
        await connection.execute(
            load("record_declare"),
            account_id,
            list(declaration.categories),
            list(declaration.countries),
            list(declaration.senders),
            declaration.daily_volume,
            list(declaration.sectors),
            list(declaration.samples),
        )
        if declaration.health_data is not None:
            await connection.execute(
                "UPDATE accounts SET health_data = $2 WHERE account_id = $1", account_id, declaration.health_data
            )


async def stored_record(connection: asyncpg.Connection, account_id: int) -> dict[str, Any]:
    """All of it as it was given, sample texts too, for showing."""
    row = await connection.fetchrow(load("directory_account"), account_id)
    names = ("name", "standing", "health_data", "brands", "domains", "clearances", "registrations", "use_case")
    return {name: row[name] for name in names}


def _compared(kept: dict[str, Any], kind: Any) -> Any:  # noqa: ANN401  a struct type whose samples are hashes
    return msgspec.convert({**kept, "samples": _hashes(kept["samples"])}, kind)


def _hashes(samples: Iterable[str]) -> tuple[int, ...]:
    """A sample in which there is nothing to compare would be like every other such text."""
    hashes = (similarity_hash(sample) for sample in samples)
    return tuple(one for one in hashes if one != NOTHING_TO_COMPARE)


def _insist_on(done: str, otherwise: str) -> None:
    if done.endswith(" 0"):
        raise NotThereError(otherwise, "See `comity accounts show ACCOUNT`.")
