"""Owns the mails to right holders that wait in PostgreSQL; must not know how they are sent.

They have no account, so these are no notices. A mail is forgotten when it is sent or given up, and its token with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import uuid4

from comity.edges.mail.letters import Told
from comity.edges.postgres.connect import store_errors
from comity.edges.postgres.notice_mail_store import LEASE, ClaimedMail, MailOutcome, MailQueue
from comity.edges.postgres.statements import load
from comity.journey.notices import GIVEN_UP_AFTER

KIND: Final = "takedown-proof"
_LANGUAGE: Final = "en"
_NOBODYS: Final = 0


class TakedownMails(MailQueue):
    """As the queue of notices, of mails to right holders."""

    async def give_up(self, now: datetime) -> int:
        """Give up what waited too long, such as while no mail server was named; how many."""
        with store_errors():
            rows = await self._held.fetch(
                "DELETE FROM takedown_mails WHERE left_at <= $1 AND (claimed_until IS NULL OR claimed_until <= $2)"
                " RETURNING 1",
                now - GIVEN_UP_AFTER,
                now,
            )
        return len(rows)

    async def claim(self, now: datetime, most: int) -> list[ClaimedMail]:
        """Claim what is due, the longest due first."""
        token = uuid4()
        with store_errors():
            rows = await self._held.fetch(load("takedown_mail_claim"), now, token, now + LEASE, most)
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
            "takedown_mail_settle",
            [one.claimed.told.notice_id for one in outcomes],
            [one.claimed.token for one in outcomes],
            [one.state for one in outcomes],
            [one.due_at for one in outcomes],
            [one.untried for one in outcomes],
        )
