"""Owns one batch of acceptance: facts, judgement, charge, commit; must not know where submissions come from.

Charges are optimistic: what an account may spend is remembered between batches, and
the commit insists that its lots still hold it. When they don't, nothing is written and
the batch is settled again with what is true by then.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Final

import msgspec

from comity.base.clock import Clock
from comity.base.ids import IdMaker
from comity.credits.lots import Lot, Purse
from comity.journey.arrivals import Arrivals, Sketch
from comity.journey.judge import Judge
from comity.journey.ports import AcceptedBatch, AcceptStore, FactsChangedError, Kept
from comity.journey.prepare import Prepared
from comity.journey.slices import SLICE_S
from comity.journey.surroundings import look_around
from comity.journey.volume import Stopped
from comity.messages.life import State
from comity.messages.submission import Answered, InputFault, Malformed, Outcome, Submission
from comity.screening.compiled import CompiledPolicy

_CONFLICT: Final = Malformed(
    InputFault.IDEMPOTENCY_CONFLICT, 0, "This Idempotency-Key was used for a different request; use a new key."
)
_WAITING: Final = frozenset({State.QUEUED, State.DEFERRED})


class Unit:
    """A submission that waits to be settled, and the caller who waits for its answer.

    One that `is_rehearsal` is told what it would cost, and whether it could be paid, and is not refused for that.
    """

    def __init__(
        self,
        submission: Submission,
        prepared: list[Prepared],
        policy: CompiledPolicy,
        answered: asyncio.Future[Outcome],
        *,
        is_rehearsal: bool = False,
    ) -> None:
        self.submission = submission
        self.prepared = prepared
        self.policy = policy
        self.answered = answered
        self.is_rehearsal = is_rehearsal

    @property
    def account_id(self) -> int:
        """Whose turn it takes."""
        return self.submission.account.account_id

    @property
    def yielding_s(self) -> float:
        """How long judging it stands still after each slice: who only asks can wait for those who send."""
        return SLICE_S if self.is_rehearsal else 0.0

    @property
    def weight(self) -> int:
        """Messages in it."""
        return len(self.prepared)

    @property
    def key(self) -> tuple[int, str] | None:
        """Account and idempotency key, when it has one and writes anything."""
        return self.submission.key

    def answer(self, outcome: Outcome) -> None:
        """Give the caller the outcome, unless they went away."""
        if not self.answered.done():
            self.answered.set_result(outcome)


class Settled(msgspec.Struct):
    """What came of a batch: outcomes to hand out now, units for the next batch, and whether anything is due."""

    outcomes: list[tuple[Unit, Outcome]]
    postponed: list[Unit]
    queued: bool = False


class Batch:
    """Settles batches for one process; lanes may do so side by side."""

    def __init__(self, store: AcceptStore, clock: Clock, ids: IdMaker) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._lots: dict[int, list[Lot]] = {}
        self._sketch = Sketch()
        self._stopped: dict[str, int] = {}

    def forget_lots(self) -> None:
        """Ask the store anew what accounts may spend; called when credits were added."""
        self._lots.clear()

    async def settle(self, units: list[Unit]) -> Settled:
        """Judge, charge and commit.

        Raises:
            FactsChangedError: nothing was written; settle again.
        """
        settled = Settled(outcomes=[], postponed=[])
        fresh = await self._without_known_keys(units, settled)
        if not fresh:
            return settled
        now = self._clock.now()
        arrivals = Arrivals(self._sketch, now)
        around = await look_around(self._store, fresh, now, arrivals)
        accounts = {unit.account_id for unit in fresh}
        remembered = accounts & self._lots.keys()
        purses = await self._purses(accounts, now)
        stopped = Stopped(self._stopped)
        judge = Judge(around, now, self._ids, arrivals, stopped)
        writing = AcceptedBatch()
        try:
            for unit in fresh:
                outcome = await judge.judge(unit, purses[unit.account_id], writing)
                if _short_of_credits(outcome) and unit.account_id in remembered:
                    raise FactsChangedError  # noqa: TRY301  what was remembered may be old: refuse only on what is true now
                settled.outcomes.append((unit, outcome))
            if writing.rows:
                judge.write_counts(writing)
                await self._store.commit(writing)
                arrivals.written()
                stopped.written()
        except BaseException:
            for account_id in accounts:
                self._lots.pop(account_id, None)
            raise
        settled.queued = any(row.state in _WAITING for row in writing.rows)
        return settled

    async def answered_before(self, submission: Submission) -> Outcome | None:
        """The answer that was given under the submission's idempotency key, if any was."""
        if submission.key is None:
            return None
        answer = (await self._store.kept_answers([submission.key])).get(submission.key)
        return None if answer is None else await self._replay(submission, answer)

    async def _without_known_keys(self, units: list[Unit], settled: Settled) -> list[Unit]:
        """Units not answered before; a key's second unit in one batch waits until the first is on disk."""
        keys = {unit.key for unit in units if unit.key is not None}
        if not keys:
            return units
        kept = await self._store.kept_answers(list(keys))
        fresh: list[Unit] = []
        taken: set[tuple[int, str]] = set()
        for unit in units:
            key = unit.key
            answer = kept.get(key) if key else None
            if answer is not None:
                settled.outcomes.append((unit, await self._replay(unit.submission, answer)))
            elif key is not None and key in taken:
                settled.postponed.append(unit)
            else:
                fresh.append(unit)
                taken.update((key,) if key else ())
        return fresh

    async def _replay(self, submission: Submission, answer: Kept) -> Outcome:
        if answer.fingerprint != submission.fingerprint:
            return _CONFLICT
        return Answered(await self._store.judged(answer.account_id, answer.message_ids), replayed=True)

    async def _purses(self, accounts: set[int], now: datetime) -> dict[int, Purse]:
        missing = [account_id for account_id in accounts if account_id not in self._lots]
        if missing:
            loaded = await self._store.lots(missing)
            for account_id in missing:
                self._lots[account_id] = loaded.get(account_id, [])
        return {account_id: Purse(self._lots[account_id], now) for account_id in accounts}


def _short_of_credits(outcome: Outcome) -> bool:
    return isinstance(outcome, Malformed) and outcome.fault is InputFault.NOT_ENOUGH_CREDITS
