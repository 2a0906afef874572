"""Owns the one-time codes of challenges in PostgreSQL: mailed, and tried; must not know doors or mail servers (U15).

A code goes by mail alone: notices and webhooks are read with the very key that may be stolen.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import asyncpg

from comity.accounts.challenges import ELSEWHERE, CountryTerms, Kind, new_code
from comity.accounts.keys import hash_secret
from comity.base.ids import to_wire
from comity.edges.mail.letters import Told
from comity.edges.postgres.challenge_store import Challenge
from comity.edges.postgres.connect import store_errors
from comity.edges.postgres.notice_mail_store import CHANNEL, LEASE, ClaimedMail, MailOutcome, MailQueue
from comity.edges.postgres.statements import load
from comity.journey.notices import GIVEN_UP_AFTER

LETTER: Final = "challenge-code"
_LANGUAGE: Final = "en"


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
    await connection.execute("DELETE FROM challenge_mails WHERE challenge_id = $1", found.challenge_id)
    await connection.executemany(
        "INSERT INTO challenge_mails (challenge_id, address, summary, left_at, due_at) VALUES ($1, $2, $3, $4, $4)",
        [(found.challenge_id, address, _words(found, code, terms), now) for address in addresses],
    )
    await connection.execute("SELECT pg_notify($1, '')", CHANNEL)
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


class ChallengeMails(MailQueue):
    """As the queue of notices, of mails with codes; one is forgotten, with its code, when it is sent or given up."""

    async def give_up(self, now: datetime) -> int:
        """Give up what waited too long, such as while no mail server was named; how many."""
        with store_errors():
            rows = await self._held.fetch(
                "DELETE FROM challenge_mails WHERE left_at <= $1 AND (claimed_until IS NULL OR claimed_until <= $2)"
                " RETURNING 1",
                now - GIVEN_UP_AFTER,
                now,
            )
        return len(rows)

    async def claim(self, now: datetime, most: int) -> list[ClaimedMail]:
        """Claim what is due, the longest due first."""
        token = uuid4()
        with store_errors():
            rows = await self._held.fetch(load("challenge_mail_claim"), now, token, now + LEASE, most)
        return [
            ClaimedMail(
                row["account_id"],
                Told(
                    notice_id=row["mail_id"],
                    account=row["account"],
                    email=row["address"],
                    language=_LANGUAGE,
                    kind=LETTER,
                    body={"summary": row["summary"]},
                    left_at=row["left_at"],
                ),
                row["attempt"],
                token,
            )
            for row in rows
        ]

    async def write(self, outcomes: Sequence[MailOutcome], now: datetime) -> int:  # noqa: ARG002  the queue's own shape
        """Write what became of mails; how many of them this worker still held."""
        return await self._value(
            "challenge_mail_settle",
            [one.claimed.told.notice_id for one in outcomes],
            [one.claimed.token for one in outcomes],
            [one.state for one in outcomes],
            [one.due_at for one in outcomes],
            [one.untried for one in outcomes],
        )
