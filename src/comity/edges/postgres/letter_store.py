"""Owns the letters that wait in PostgreSQL and are no notices; must not know what they say or how they are sent.

They carry a secret for one address (a token, a code), or go to somebody without an account. A letter is forgotten, with
its secret, when it is sent or given up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import uuid4

import asyncpg

from comity.edges.mail.letters import Told
from comity.edges.mail.plain_letters import LetterKind
from comity.edges.postgres.connect import store_errors
from comity.edges.postgres.notice_mail_store import CHANNEL, LEASE, ClaimedMail, MailOutcome, MailQueue
from comity.edges.postgres.statements import load
from comity.journey.notices import GIVEN_UP_AFTER

_LANGUAGE: Final = "en"
_NOBODYS: Final = 0


async def leave_letters(
    connection: asyncpg.Connection,
    about: tuple[LetterKind, object],
    letters: Sequence[tuple[str, str]],
    now: datetime,
    account_id: int | None = None,
) -> None:
    """Have letters mailed, in place of those about the same that still wait.

    Args:
        connection: of the road; part of the caller's transaction.
        about: the kind, and the id of what the letters are about.
        letters: addresses with what is said to each.
        now: the present.
        account_id: whom they greet; None for somebody without an account.
    """
    await drop_letters(connection, *about)
    await connection.executemany(
        "INSERT INTO letters (kind, about, account_id, address, summary, left_at, due_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $6)",
        [
            (
                *(about[0].value, str(about[1]), account_id),
                *(await _passing(connection, address), await _passing(connection, summary), now),
            )
            for address, summary in letters
        ],
    )
    await connection.execute("SELECT pg_notify($1, '')", CHANNEL)


async def drop_letters(connection: asyncpg.Connection, kind: LetterKind, about: object) -> None:
    """Let letters about something, as far as they still wait, never go."""
    await connection.execute("DELETE FROM letters WHERE kind = $1 AND about = $2", kind.value, str(about))


async def _passing(connection: asyncpg.Connection, text: str) -> str | tuple[None, str]:
    """A text as the connection writes it: sealed with the epoch's key, but where a command has not the keys."""
    read = await connection.fetchval("SELECT ROW(NULL, '')::passing_text")
    return text if isinstance(read, str) else (None, text)


class LetterQueue(MailQueue):
    """As the queue of notices, of letters that are none."""

    async def give_up(self, now: datetime) -> int:
        """Give up what waited too long, such as while no mail server was named; how many."""
        with store_errors():
            rows = await self._held.fetch(
                "DELETE FROM letters WHERE left_at <= $1 AND (claimed_until IS NULL OR claimed_until <= $2)"
                " RETURNING 1",
                now - GIVEN_UP_AFTER,
                now,
            )
        return len(rows)

    async def claim(self, now: datetime, most: int) -> list[ClaimedMail]:
        """Claim what is due, the longest due first."""
        token = uuid4()
        with store_errors():
            rows = await self._held.fetch(load("letter_claim"), now, token, now + LEASE, most)
        return [
            ClaimedMail(
                row["account_id"] or _NOBODYS,
                Told(
                    notice_id=row["mail_id"],
                    account=row["account"] or "",
                    email=row["address"],
                    language=_LANGUAGE,
                    kind=row["kind"],
                    body={"summary": row["summary"]},
                    left_at=row["left_at"],
                ),
                row["attempt"],
                token,
            )
            for row in rows
        ]

    async def write(self, outcomes: Sequence[MailOutcome], now: datetime) -> int:  # noqa: ARG002  the queue's own shape
        """Write what became of letters; how many of them this worker still held."""
        return await self._value(
            "letter_settle",
            [one.claimed.told.notice_id for one in outcomes],
            [one.claimed.token for one in outcomes],
            [one.state for one in outcomes],
            [one.due_at for one in outcomes],
            [one.untried for one in outcomes],
        )
