"""Owns the mails that wait in PostgreSQL: claimed by one worker at a time, settled; must not know how they are sent."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import asyncpg
import msgspec

from comity.edges.mail.letters import Told
from comity.edges.postgres.connect import Database, store_errors
from comity.edges.postgres.roles import Role
from comity.edges.postgres.statements import load
from comity.journey.notices import GIVEN_UP_AFTER

CHANNEL: Final = "comity_mail"
# A claim passes to others after so long: a session, the letter that is under way at its end, and room.
LEASE: Final = timedelta(seconds=240)


class ClaimedMail(msgspec.Struct, frozen=True):
    """A mail that this worker may send; the try is counted already. What it says counts only with the same token."""

    account_id: int
    told: Told
    attempt: int
    token: UUID


class MailOutcome(msgspec.Struct, frozen=True):
    """What became of a mail.

    Attributes:
        state: `delivered`, `failed` or `waiting`.
        due_at: when it is tried again, if it waits.
        untried: 1 when the try was not made after all.
    """

    claimed: ClaimedMail
    state: str
    due_at: datetime
    remark: str
    untried: int = 0


class MailQueue:
    """One connection of the road, kept for claims, outcomes and the bell that rings when a mail is left."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: asyncpg.Connection | None = None

    async def listen(self, ring: Callable[[], None]) -> None:
        """Call `ring` when mails are left, for as long as the connection lasts.

        Raises:
            StoreError: the database cannot be reached.
        """
        if self._connection is not None and not self._connection.is_closed():
            return
        self._connection = await self._database.connect(Role.ROAD, application="comity-mail")
        with store_errors():
            await self._connection.add_listener(CHANNEL, lambda *_told: ring())

    async def give_up(self, now: datetime) -> int:
        """Give up what waited too long, such as while no mail server was named; how many."""
        return int(await self._value("notice_mail_give_up", now, now - GIVEN_UP_AFTER))

    async def claim(self, now: datetime, most: int) -> list[ClaimedMail]:
        """Claim what is due, the longest due first."""
        token = uuid4()
        with store_errors():
            rows = await self._held.fetch(load("notice_mail_claim"), now, token, now + LEASE, most)
        return [
            ClaimedMail(
                row["account_id"],
                Told(
                    notice_id=row["notice_id"],
                    account=row["account"],
                    email=row["address"],
                    language=row["language"],
                    kind=row["kind"],
                    body=row["body"],
                    left_at=row["left_at"],
                ),
                row["attempt"],
                token,
            )
            for row in rows
        ]

    async def write(self, outcomes: Sequence[MailOutcome], now: datetime) -> int:
        """Write what became of mails; how many of them this worker still held."""
        return int(
            await self._value(
                "notice_mail_settle",
                [one.claimed.account_id for one in outcomes],
                [one.claimed.told.notice_id for one in outcomes],
                [one.claimed.told.email for one in outcomes],
                [one.claimed.token for one in outcomes],
                [one.state for one in outcomes],
                [one.due_at for one in outcomes],
                [one.remark for one in outcomes],
                [one.untried for one in outcomes],
                now,
            )
        )

    async def close(self) -> None:
        """Give the connection up."""
        if self._connection is not None:
            with contextlib.suppress(Exception):
                await self._connection.close()
            self._connection = None

    @property
    def _held(self) -> asyncpg.Connection:
        assert self._connection is not None, "listen first"
        return self._connection

    async def _value(self, name: str, *arguments: object) -> int:
        with store_errors():
            return int(await self._held.fetchval(load(name), *arguments))
