"""Owns the loop that mails notices; must not know who left them or what they mean."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from typing import Final

import structlog

from comity.base.clock import Clock
from comity.base.errors import StoreError
from comity.edges.mail.counters import Counters
from comity.edges.mail.letters import Told, letter
from comity.edges.mail.sending import send_all
from comity.edges.mail.settings import Smtp
from comity.edges.postgres.notice_mail_store import ClaimedMail, MailOutcome, MailQueue
from comity.journey.notices import MailAnswer, MailFate, judge_mail

_log = structlog.get_logger(__name__)

AT_ONCE: Final = 20
# What no bell announces (retries that come due, a lost notification) is seen this soon.
_POLL_S: Final = 5.0


class MailWorker:
    """Mails notices until told to stop; any number of workers may share a database.

    Args:
        queue: where mails wait.
        smtp: the operator's mail server.
        clock: the present, for due times.
        luck: from 0 up to 1; spreads retries.
        write: the letter of a mail, from the operator's address.
    """

    def __init__(
        self,
        queue: MailQueue,
        smtp: Smtp,
        clock: Clock,
        luck: Callable[[], float] = random.random,
        write: Callable[[Told, str], EmailMessage] = letter,
    ) -> None:
        self.counters = Counters()
        self._queue = queue
        self._smtp = smtp
        self._clock = clock
        self._luck = luck
        self._write = write
        self._bell = asyncio.Event()
        self._stopping = False

    async def run(self, stop: asyncio.Event) -> None:
        """Mail until `stop` is set; the letter that is being handed over is finished."""
        stopping = asyncio.create_task(self._stop_at(stop))
        try:
            while not self._stopping:
                self._bell.clear()
                if not await self._turn_or_wait():
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._bell.wait(), _POLL_S)
        finally:
            stopping.cancel()
            await asyncio.gather(stopping, return_exceptions=True)
            await self._queue.close()

    async def _stop_at(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._stopping = True
        self._bell.set()

    async def _turn_or_wait(self) -> int:
        try:
            return await self.once()
        except StoreError as error:
            self.counters.store_errors += 1
            _log.warning("mail.store", what=error.what)
            return 0

    async def once(self) -> int:
        """Mail what is due now, at most AT_ONCE; how many were claimed.

        Raises:
            StoreError: the database cannot be used; what was claimed is claimed again later.
        """
        await self._queue.listen(self._bell.set)
        now = self._clock.now()
        self.counters.failed += await self._queue.give_up(now)
        claimed = await self._queue.claim(now, AT_ONCE)
        if claimed:
            letters = [self._write(one.told, self._smtp.sender) for one in claimed]
            # No transaction is open meanwhile: the claim is a lease.
            answers = await asyncio.to_thread(send_all, self._smtp, letters, lambda: not self._stopping)
            outcomes = [self._outcome(one, answer) for one, answer in zip(claimed, answers, strict=True)]
            await self._queue.write(outcomes, self._clock.now())
        return len(claimed)

    def _outcome(self, one: ClaimedMail, answer: MailAnswer | None) -> MailOutcome:
        now = self._clock.now()
        if answer is None:
            return MailOutcome(one, "waiting", now, "", untried=1)
        judged = judge_mail(answer, one.attempt, now - one.told.left_at, self._luck())
        if judged.fate is MailFate.DELIVERED:
            self.counters.delivered += 1
        elif judged.fate is MailFate.FAILED:
            self.counters.failed += 1
        else:
            self.counters.retried += 1
        if judged.fate is not MailFate.DELIVERED:
            _log.info("mail.refused", fate=judged.fate.value, answer=answer.remark, ours=answer.ours)
        state = "waiting" if judged.fate is MailFate.RETRY else judged.fate.value
        return MailOutcome(one, state, now + timedelta(seconds=judged.delay_s), answer.remark)
