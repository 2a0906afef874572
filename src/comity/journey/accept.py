"""Owns acceptance: the one way in for every door; must not know any door's dialect or any SQL.

    accept --> [facts -> decide -> charge -> ONE COMMIT] --> answer

Submissions that arrive while a commit runs form the next batch; nobody is answered
before the commit of theirs, and nothing waits on a timer. Large submissions have a lane
of their own, so that they do not stand before the small ones.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import msgspec
import structlog

from comity.base.clock import Clock
from comity.base.errors import StoreError
from comity.base.ids import IdMaker, to_wire
from comity.journey.batch import Batch, Unit
from comity.journey.ports import AcceptStore, Directory, FactsChangedError
from comity.journey.prepare import Prepared, Readings, prepare, score_ahead
from comity.journey.slices import Slices
from comity.journey.texts import Texts
from comity.journey.waiting import FairQueue
from comity.messages.life import State
from comity.messages.submission import Answered, InputFault, Malformed, Outcome, Submission, TryLater
from comity.screening.compiled import CompiledPolicy

_log = structlog.get_logger(__name__)

MAX_RECIPIENTS: Final = 10_000
_BATCH: Final = 256
_LARGE: Final = 256
_TRIES: Final = 5
_RETRY_AFTER_S: Final = 1


class AcceptCounters(msgspec.Struct):
    """What acceptance counted since the process started."""

    submissions: int = 0
    messages: int = 0
    batches: int = 0
    throttled: int = 0
    retried: int = 0
    failed: int = 0
    sealed: int = 0
    by_action: dict[str, int] = {}


class Acceptor:
    """Accepts submissions by group commit.

    Args:
        store: where accepted messages are kept.
        directory: the operator's settings.
        clock: the present.
        report: called with an exception that ended a batch, for the log.
    """

    def __init__(
        self, store: AcceptStore, directory: Directory, clock: Clock, report: Callable[[BaseException], None]
    ) -> None:
        self._store = store
        self._directory = directory
        self._clock = clock
        self._report = report
        self._ids = IdMaker()
        self._small: FairQueue[Unit] = FairQueue()
        self._large: FairQueue[Unit] = FairQueue(backlog=10 * MAX_RECIPIENTS, backlog_of_account=2 * MAX_RECIPIENTS)
        self._batch = Batch(store, clock, self._ids)
        self._lanes: list[asyncio.Task[None]] = []
        self.counters = AcceptCounters()

    def start(self) -> None:
        """Start the lanes."""
        self._lanes = [
            asyncio.create_task(self._run(lane), name=f"accept {name}")
            for lane, name in ((self._small, "small"), (self._large, "large"))
        ]

    async def stop(self) -> None:
        """End the lanes; what waits is answered "try later"."""
        for lane in (self._small, self._large):
            lane.close()
        for task in self._lanes:
            task.cancel()
        await asyncio.gather(*self._lanes, return_exceptions=True)
        for lane in (self._small, self._large):
            while not lane.is_empty:
                for unit in await lane.take(_BATCH):
                    unit.answer(TryLater(_RETRY_AFTER_S))

    def forget_lots(self) -> None:
        """Ask anew what accounts may spend; called when credits were added."""
        self._batch.forget_lots()

    @property
    def backlog(self) -> int:
        """Messages that wait to be judged."""
        return self._small.weight + self._large.weight

    async def accept(self, submission: Submission) -> Outcome:
        """Judge a submission and, unless it is a dry run, put it on disk.

        Returns when it is durable. Never raises for what a customer did.
        """
        lane = self._large if len(submission.drafts) > _LARGE else self._small
        account_id, weight = submission.account.account_id, len(submission.drafts)
        # Room is taken before the drafts are read: many large submissions at once must not all be read.
        if not lane.claim(account_id, weight):
            self.counters.throttled += 1
            return TryLater(_RETRY_AFTER_S)
        unit: Unit | None = None
        try:
            readings = self._directory.readings()
            prepared = await self._prepare(submission, readings)
            if isinstance(prepared, Malformed):
                # What was answered before is answered so again, though its date has passed meanwhile.
                return await self._batch.answered_before(submission) or prepared
            if lane.is_closed:
                return TryLater(_RETRY_AFTER_S)
            unit = Unit(submission, prepared, readings.policy, asyncio.get_running_loop().create_future())
        finally:
            if unit is None:
                lane.release(account_id, weight)
        lane.put(unit)
        return await unit.answered

    async def rehearse(self, submission: Submission, prepared: list[Prepared], policy: CompiledPolicy) -> Answered:
        """Judge what is only asked about, with all that the store knows: nothing is written, sent or charged.

        It has no place in the lanes, so that nobody who sends stands behind it; who calls bounds how many there are.
        """
        answered: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        settled = await self._batch.settle([Unit(submission, prepared, policy, answered, is_rehearsal=True)])
        ((_, outcome),) = settled.outcomes
        assert isinstance(outcome, Answered)  # neither keys nor credits refuse a rehearsal
        return outcome

    async def _prepare(self, submission: Submission, readings: Readings) -> list[Prepared] | Malformed:
        drafts = submission.drafts
        if not drafts:
            return Malformed(InputFault.NO_MESSAGE, 0, "The request holds no message.")
        if len(drafts) > MAX_RECIPIENTS:
            return Malformed(
                InputFault.TOO_MANY_RECIPIENTS, 0, f"A request may have at most {MAX_RECIPIENTS} recipients."
            )
        now = self._clock.now()
        prepared: list[Prepared] = []
        texts, slices = Texts(), Slices()
        for index, draft in enumerate(drafts):
            if score_ahead(drafts, index, texts, readings.policy):
                await slices.breathe()
            one = prepare(draft, submission.account, readings, now, texts)
            if isinstance(one, Malformed):
                return Malformed(one.fault, index, one.what)
            prepared.append(one)
            await slices.breathe()
        return prepared

    async def _run(self, lane: FairQueue[Unit]) -> None:
        while True:
            units = await lane.take(_BATCH)
            try:
                for postponed in reversed(await self._settle(units)):
                    lane.put_back(postponed)
            except BaseException as error:
                for unit in units:
                    unit.answer(TryLater(_RETRY_AFTER_S))
                if _is_ending(error):
                    raise
                # One bad batch must not end acceptance for everybody.
                self.counters.failed += 1
                self._report(error)

    async def _settle(self, units: list[Unit]) -> list[Unit]:
        """Judge, charge and commit a batch, then answer it; returns the units that must wait for the next."""
        for _ in range(_TRIES):
            try:
                settled = await self._batch.settle(units)
            except FactsChangedError:
                self.counters.retried += 1
                continue
            self._answer(settled.outcomes)
            if settled.queued:
                self._store.wake_dispatch()
            return settled.postponed
        raise StoreError("A batch could not be committed: what it was judged by kept changing.")

    def _answer(self, outcomes: list[tuple[Unit, Outcome]]) -> None:
        self.counters.batches += 1
        by_action = self.counters.by_action
        for unit, outcome in outcomes:
            unit.answer(outcome)
            self.counters.submissions += 1
            self.counters.messages += unit.weight
            if isinstance(outcome, Answered):
                for judged in outcome.messages:
                    action = judged.verdict.action
                    by_action[action] = by_action.get(action, 0) + 1
                if not (outcome.replayed or unit.submission.dry_run):
                    self._tell_sealed(unit.account_id, outcome)

    def _tell_sealed(self, account_id: int, outcome: Answered) -> None:
        """Count and log the cases that were opened with this answer: what was only repeated or tried opened none."""
        for judged in outcome.messages:
            if judged.state is State.REFUSED and judged.verdict.sealing() is not None:
                self.counters.sealed += 1
                _log.error("sealed.case_opened", account=account_id, id=to_wire(judged.id))


def _is_ending(error: BaseException) -> bool:
    """Whether we were told to end; a cancellation nobody asked us for is a lost connection's way to say so."""
    if isinstance(error, Exception):
        return False
    task = asyncio.current_task()
    return not isinstance(error, asyncio.CancelledError) or task is None or task.cancelling() > 0
