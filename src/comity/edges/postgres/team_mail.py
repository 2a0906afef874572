"""Owns the mails with invitations that wait in PostgreSQL; must not know how they are sent.

Whoever is invited has no notices yet. A mail is forgotten when it is sent or given up, and its token with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import uuid4

import asyncpg

from comity.edges.mail.letters import Told
from comity.edges.postgres.connect import store_errors
from comity.edges.postgres.notice_mail_store import LEASE, ClaimedMail, MailOutcome, MailQueue
from comity.edges.postgres.statements import load
from comity.journey.notices import GIVEN_UP_AFTER

KIND: Final = "team-invitation"
_LANGUAGE: Final = "en"
_NOBODYS: Final = 0
_SHOWN: Final = 60
_SUMMARY: Final = (
    "{account} invites you to its team at our SMS gateway, as {role}. To accept, send the token {token} to"
    " POST /api/invitations/accept within 7 days: you are answered a key of your own, once. If you expected no"
    " invitation, do nothing: it lapses by itself."
)


async def leave_invitation(
    connection: asyncpg.Connection, to: tuple[int, str], words: tuple[str, str, str], now: datetime
) -> None:
    """Have an invitation mailed, in place of one that still waits.

    Args:
        connection: of the road; part of the caller's transaction.
        to: the member's number, and the address.
        words: the account's name, the role and the token.
        now: the present.
    """
    member_id, address = to
    account, role, token = words
    summary = _SUMMARY.format(account=_plain(account), role=role, token=token)
    await connection.execute("DELETE FROM team_mails WHERE member_id = $1", member_id)
    await connection.execute(
        "INSERT INTO team_mails (member_id, address, summary, left_at, due_at) VALUES ($1, $2, $3, $4, $4)",
        *(member_id, await _passing(connection, address), await _passing(connection, summary), now),
    )
    await connection.execute("SELECT pg_notify('comity_mail', '')")


async def _passing(connection: asyncpg.Connection, text: str) -> str | tuple[None, str]:
    """A text as the connection writes it: sealed with the epoch's key, but where a command has not the keys."""
    read = await connection.fetchval("SELECT ROW(NULL, '')::passing_text")
    return text if isinstance(read, str) else (None, text)


def _plain(account: str) -> str:
    """An account's name without what could be read as an address: somebody else's words in a mail of ours."""
    kept = "".join(char if char.isalnum() or char in " -_" else " " for char in account)
    return " ".join(kept.split())[:_SHOWN] or "An account"


class TeamMails(MailQueue):
    """As the queue of notices, of invitations."""

    async def give_up(self, now: datetime) -> int:
        """Give up what waited too long, such as while no mail server was named; how many."""
        with store_errors():
            rows = await self._held.fetch(
                "DELETE FROM team_mails WHERE left_at <= $1 AND (claimed_until IS NULL OR claimed_until <= $2)"
                " RETURNING 1",
                now - GIVEN_UP_AFTER,
                now,
            )
        return len(rows)

    async def claim(self, now: datetime, most: int) -> list[ClaimedMail]:
        """Claim what is due, the longest due first."""
        token = uuid4()
        with store_errors():
            rows = await self._held.fetch(load("team_mail_claim"), now, token, now + LEASE, most)
        return [
            ClaimedMail(
                _NOBODYS,
                Told(
                    notice_id=row["mail_id"],
                    account="",
                    email=row["address"],
                    language=_LANGUAGE,
                    kind=KIND,
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
            "team_mail_settle",
            [one.claimed.told.notice_id for one in outcomes],
            [one.claimed.token for one in outcomes],
            [one.state for one in outcomes],
            [one.due_at for one in outcomes],
            [one.untried for one in outcomes],
        )
