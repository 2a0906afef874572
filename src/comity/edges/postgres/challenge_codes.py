"""Owns the one-time codes of challenges in PostgreSQL: mailed, and tried; must not know doors or mail servers (U15).

A code goes by mail alone: notices and webhooks are read with the very key that may be stolen.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from comity.accounts.challenges import ELSEWHERE, CountryTerms, Kind, new_code
from comity.accounts.keys import hash_secret
from comity.base.ids import to_wire
from comity.edges.mail.plain_letters import LetterKind
from comity.edges.postgres.challenge_store import Challenge
from comity.edges.postgres.letter_store import leave_letters
from comity.edges.postgres.statements import load


async def send_codes(connection: asyncpg.Connection, found: Challenge, terms: CountryTerms, now: datetime) -> int:
    """Mail one code to the account's addresses; to how many. None goes to an address that was added just before."""
    addresses = [
        row["email"] for row in await connection.fetch(load("challenge_addresses"), found.account_id, found.opened_at)
    ]
    if not addresses:
        return 0
    code = new_code()
    await connection.execute(
        "INSERT INTO challenge_codes (challenge_id, code_hash, tries_left, tries_left_there, expires_at)"
        " VALUES ($1, $2, $3, $3, $4) ON CONFLICT (challenge_id) DO UPDATE SET code_hash = excluded.code_hash,"
        " tries_left = excluded.tries_left, tries_left_there = excluded.tries_left_there,"
        " expires_at = excluded.expires_at",
        *(found.challenge_id, await _hash(connection, found.challenge_id, code), terms.code_tries),
        now + timedelta(hours=terms.code_hours),
    )
    words = _words(found, code, terms)
    about = (LetterKind.CHALLENGE_CODE, found.challenge_id)
    await leave_letters(connection, about, [(address, words) for address in addresses], now, found.account_id)
    return len(addresses)


async def is_right(
    connection: asyncpg.Connection, challenge_id: UUID, code: str, now: datetime, *, there: bool
) -> bool:
    """Whether that is the code. Each try counts, so the commit must be its own: a wrong one stays counted.

    Tries by the key that is asked about, or from a place that is (`there`), are counted apart from all others, so that
    whoever stole it uses up none but its own.
    """
    kept = await connection.fetchval(load("challenge_try"), challenge_id, now, there)
    return kept is not None and hmac.compare_digest(kept, await _hash(connection, challenge_id, code.strip()))


async def _hash(connection: asyncpg.Connection, challenge_id: UUID, code: str) -> bytes:
    """Keyed by the installation, so that whoever reads the table alone cannot try all codes."""
    return hash_secret(f"{challenge_id} {code}", await connection.fetchval("SELECT hash_key FROM installation"))


def _words(found: Challenge, code: str, terms: CountryTerms) -> str:
    whence = "further countries" if found.country == ELSEWHERE else found.country
    what = (
        f"Your key {found.key} is used from {whence}, where your account was not used from before."
        if found.kind is Kind.COUNTRY
        else "Your account sends far more than it ever did."
    )
    return (
        f"{what} What is sent so is held.\n\n"
        f"If this is you, give this code at POST /api/challenges/{to_wire(found.challenge_id)}/confirm within"
        f" {terms.code_hours} hours:\n\n    {code}\n\n"
        f"If it is not you, call POST /api/challenges/{to_wire(found.challenge_id)}/deny, and replace your keys.\n"
        "Give this code to nobody; nobody will ask you for it."
    )
