"""Owns the consent ledger in PostgreSQL: given, found, taken back, proven; must not know where a consent was read.

Every change leaves an entry in the evidence log, in the same commit: what of a person's is written there is sealed to
that person's key, and can be erased with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec

from comity.consent.ledger import Grant, Withdrawal, equal_brands
from comity.consent.records import Consent
from comity.edges.postgres.evidence_store import NewEntry, append, append_many
from comity.edges.postgres.statements import load
from comity.text.naming import read_name

Row = dict[str, Any]
CONSENT: Final = "consent"
WITHDRAWAL: Final = "withdrawal"
LAST: Final = (1 << 63) - 1


class ProofFile(msgspec.Struct, frozen=True):
    """A file that proves a consent: a form, a recording, a page as it was."""

    name: str
    media_type: str
    body: bytes

    @property
    def digest(self) -> str:
        """SHA-256, in hexadecimal digits."""
        return hashlib.sha256(self.body).hexdigest()


async def add_consents(connection: asyncpg.Connection, account_id: int, consents: Sequence[Consent]) -> int:
    """Record consents without evidence, for what is made up; returns how many were new."""
    return len(await _insert(connection, account_id, consents, confirmed=False))


async def record_consents(
    connection: asyncpg.Connection,
    account_id: int,
    consents: Sequence[Consent],
    now: datetime,
    *,
    confirmed: bool = False,
) -> list[int | None]:
    """Record consents, with evidence of each that is new; gives their numbers in order, None where one was known.

    Args:
        connection: of the road.
        account_id: whose they are.
        consents: what was agreed to.
        now: the present.
        confirmed: the persons said so to us, in a reply.
    """
    async with connection.transaction():
        added = await _insert(connection, account_id, consents, confirmed=confirmed)
        entries = [
            NewEntry(account_id, CONSENT, _evidence(consents[place], number, confirmed), consents[place].recipient)
            for place, number in added.items()
        ]
        await append_many(connection, entries, now)
    return [added.get(place) for place in range(len(consents))]


async def list_consents(
    connection: asyncpg.Connection,
    account_id: int,
    wanted: tuple[str | None, str | None],
    before: int = LAST,
    most: int = 1,
) -> list[Row]:
    """Consents of an account, newest first, below a number; `wanted` are a recipient and a brand, or None."""
    rows = await connection.fetch(load("consent_list"), account_id, *wanted, before, most, None)
    return [dict(row) for row in rows]


async def find_consent(connection: asyncpg.Connection, account_id: int, number: int) -> Row | None:
    """A consent of an account."""
    row = await connection.fetchrow(load("consent_list"), account_id, None, None, LAST, 1, number)
    return dict(row) if row else None


async def number_of(connection: asyncpg.Connection, account_id: int, consent: Consent) -> int:
    """The number of a consent that is recorded."""
    number: int = await connection.fetchval(
        "SELECT number FROM consents"
        " WHERE account_id = $1 AND recipient = $2 AND brand = $3 AND purpose = $4 AND at = $5",
        account_id,
        consent.recipient,
        consent.brand,
        consent.purpose,
        consent.at,
    )
    return number


async def withdraw(
    connection: asyncpg.Connection, account_id: int, about: tuple[str, str], how: str, now: datetime
) -> list[int]:
    """Take back what a person agreed to with a brand up to now, with evidence; gives the consents that this ended.

    These are the consents for the brand in whatever way it is written. For names that are longer or shorter the ledger
    rules when it is asked: what is for all of a company need not end with what is for a part of it.
    """
    recipient, brand = about
    async with connection.transaction():
        kept = await connection.fetch(
            "SELECT DISTINCT brand FROM consents WHERE account_id = $1 AND recipient = $2 AND withdrawn_at IS NULL",
            account_id,
            recipient,
        )
        written = [row["brand"] for row in kept if _is_written_as(row["brand"], brand)]
        rows = await connection.fetch(load("consent_withdraw"), account_id, recipient, brand, now, how, written)
        ended = sorted(row["number"] for row in rows)
        body = {"recipient": recipient, "scope": "brand", "subject": brand, "how": how, "consents": ended}
        await append(connection, account_id, WITHDRAWAL, body, now, number=recipient)
    return ended


async def store_proof(
    connection: asyncpg.Connection, account_id: int, consent: Row, proof: ProofFile, now: datetime
) -> bool:
    """Keep a file that proves a consent, with evidence of its digest; False where it is kept already."""
    async with connection.transaction():
        status: str = await connection.execute(
            "INSERT INTO consent_proofs (account_id, consent, digest, name, media_type, body, stored_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
            account_id,
            consent["number"],
            proof.digest,
            proof.name,
            proof.media_type,
            proof.body,
            now,
        )
        new = status.endswith(" 1")
        if new:
            body = {"consent": consent["number"], "recipient": consent["recipient"], "proof": proof.digest}
            await append(connection, account_id, CONSENT, body, now, number=consent["recipient"])
    return new


async def find_proof(connection: asyncpg.Connection, account_id: int, number: int, digest: str) -> Row | None:
    """A file that proves a consent."""
    row = await connection.fetchrow(
        "SELECT name, media_type, body FROM consent_proofs WHERE account_id = $1 AND consent = $2 AND digest = $3",
        account_id,
        number,
        digest,
    )
    return dict(row) if row else None


async def events_of(
    connection: asyncpg.Connection, account_id: int, recipient: str
) -> tuple[list[Grant], list[Withdrawal]]:
    """All that a person agreed to and asked back, as far as it counts."""
    rows = await connection.fetch(load("consent_events"), account_id, recipient)
    withdrawals = [
        Withdrawal(row["at"], row["brand"] or None, row["category"] or None, opt_out=row["kind"] == "opt_out")
        for row in rows
        if row["kind"] != "grant"
    ]
    grants = [
        Grant(row["at"], row["brand"], expires_at=row["expires_at"], confirmed=row["confirmed"])
        for row in rows
        if row["kind"] == "grant"
    ]
    return grants, withdrawals


def _is_written_as(one: str, other: str) -> bool:
    return equal_brands(one, other) or read_name(one).joined == read_name(other).joined != ""


async def _insert(
    connection: asyncpg.Connection, account_id: int, consents: Sequence[Consent], *, confirmed: bool
) -> dict[int, int]:
    """Numbers of those that were new, by place."""
    columns = [[getattr(one, name) for one in consents] for name in Consent.__struct_fields__]
    rows = await connection.fetch(load("consent_add"), account_id, *columns, confirmed)
    return {row["place"] - 1: row["number"] for row in rows}


def _evidence(consent: Consent, number: int, confirmed: bool) -> Row:
    """What the log keeps of a consent: all of it, so that it can be shown though every other table were lost."""
    body: Row = msgspec.to_builtins(consent)
    return {**{name: value for name, value in body.items() if value}, "number": number, "confirmed": confirmed}
