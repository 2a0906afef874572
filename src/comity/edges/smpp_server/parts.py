"""Owns long messages that customers cut themselves: their parts, kept until whole; must not know PDUs or SQL.

Parts wait in the store, so that whoever was told "taken" was told the truth. Each part is
answered after its commit, with an id of its own; the last one after the commit of the
whole message, with that message's id. Each id gets its own receipt, when its part asked
for one. Parts that came together are kept in one commit.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

import msgspec

from comity.accounts.account import Account
from comity.base.clock import Clock
from comity.base.ids import IdMaker, to_wire
from comity.edges.postgres.esme_parts import Part
from comity.edges.postgres.esme_store import EsmeStore
from comity.edges.smpp_server.answers import THROTTLED, TROUBLE, Reply, reply_to
from comity.edges.smpp_server.counters import DoorCounters
from comity.edges.smpp_server.reading import Refusal, Request, text_of
from comity.messages.submission import Answered, Category, Door, Draft, Malformed, Outcome, Submission
from comity.smpp import status as st
from comity.sms.alphabet import NationalTables

# Parts of one message come together; references come round again, and old parts must not meet new ones.
LIFE: Final = timedelta(minutes=5)
# More than any customer needs who also sends the last parts.
MOST_WAITING: Final = 20_000
_BATCH: Final = 256
_WRITES_AT_ONCE: Final = 4


class _Waiting(msgspec.Struct, gc=False):
    part: Part
    account: Account
    tlvs: bool
    answered: asyncio.Future[Reply]

    def answer(self, reply: Reply) -> None:
        if not self.answered.done():
            self.answered.set_result(reply)


class PartsLane:
    """Takes parts and makes messages of them.

    Args:
        store: where parts are kept.
        accept: acceptance, for whole messages.
        clock: the present.
        counters: what operations reads.
        report: called with errors of ours, for the log.
    """

    def __init__(
        self,
        store: EsmeStore,
        accept: Callable[[Submission], Awaitable[Outcome]],
        clock: Clock,
        counters: DoorCounters,
        report: Callable[[BaseException], None],
    ) -> None:
        self._store = store
        self._accept = accept
        self._clock = clock
        self._counters = counters
        self._report = report
        self._ids = IdMaker()
        self._waiting: list[_Waiting] = []
        self._filled = asyncio.Event()
        self._writes = asyncio.Semaphore(_WRITES_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._lane: asyncio.Task[None] | None = None
        self.crowded: set[str] = set()

    def start(self) -> None:
        """Start the lane."""
        self._lane = asyncio.create_task(self._run(), name="smpp parts")

    async def stop(self) -> None:
        """End the lane; what waits is answered "try later"."""
        ending = [*self._tasks, *((self._lane,) if self._lane else ())]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
        for one in self._waiting:
            one.answer(THROTTLED)
        self._waiting.clear()

    async def take(self, account: Account, system_id: str, request: Request, *, tlvs: bool) -> Reply:
        """What a part is answered with, once it is on disk."""
        self._counters.parts += 1
        if system_id in self.crowded:
            return THROTTLED
        part = self._part(account.account_id, system_id, request)
        one = _Waiting(part, account, tlvs, asyncio.get_running_loop().create_future())
        self._waiting.append(one)
        self._filled.set()
        return await one.answered

    def _part(self, account_id: int, system_id: str, request: Request) -> Part:
        assert request.part is not None
        return Part(
            account_id=account_id,
            system_id=system_id,
            sender=request.sender,
            recipient=request.recipient,
            reference=request.part_reference,
            total=request.part.total,
            sequence=request.part.sequence,
            part_id=self._ids.at(self._clock.now()),
            payload=request.payload,
            data_coding=request.data_coding,
            locking=request.tables.locking,
            single_shift=request.tables.single_shift,
            wish=request.wish,
            category=request.category,
            due_at=request.due_at,
            validity_s=request.validity_s,
            mark=request.mark,
        )

    async def _run(self) -> None:
        while True:
            await self._filled.wait()
            self._filled.clear()
            while self._waiting:
                await self._keep(self._next())

    def _next(self) -> list[_Waiting]:
        """The next batch: what came for a place that is taken in it waits for the one after."""
        batch: dict[object, _Waiting] = {}
        left: list[_Waiting] = []
        for one in self._waiting:
            key = one.part.place_key
            if key in batch or len(batch) >= _BATCH:
                left.append(one)
            else:
                batch[key] = one
        self._waiting = left
        return list(batch.values())

    async def _keep(self, batch: list[_Waiting]) -> None:
        now = self._clock.now()
        try:
            ids, wholes = await self._store.put_parts([one.part for one in batch], now, now - LIFE)
        except asyncio.CancelledError:
            for one in batch:
                one.answer(THROTTLED)
            raise
        except Exception as error:  # noqa: BLE001  one bad batch must not end the lane for everybody
            self._report(error)
            for one in batch:
                one.answer(TROUBLE)
            return
        # Of each whole message the part that came last waits for it.
        last = {one.part.message_key: one for one in batch}
        completing = [(last[parts[0].message_key], parts) for parts in wholes]
        waits = {id(one) for one, _ in completing}
        for one in batch:
            if id(one) not in waits:
                one.answer(Reply(st.ESME_ROK, to_wire(ids[one.part.place_key])))
        for one, parts in completing:
            self._spawn(one, parts)

    def _spawn(self, last: _Waiting, parts: list[Part]) -> None:
        task = asyncio.create_task(self._complete(last, parts))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _complete(self, last: _Waiting, parts: list[Part]) -> None:
        try:
            last.answer(await self._made(last, parts))
        except asyncio.CancelledError:
            last.answer(THROTTLED)
            raise
        except Exception as error:  # noqa: BLE001  the customer gets an answer, the log the error
            self._report(error)
            last.answer(TROUBLE)

    async def _made(self, last: _Waiting, parts: list[Part]) -> Reply:
        """Accept the whole message; an error leaves its parts, and the same part sent again ends it the same way."""
        completing = next(part for part in parts if part.sequence == last.part.sequence)
        try:
            submission = _submission(last.account, parts)
        except Refusal as refusal:
            await self._fail(parts, completing)
            return Reply(refusal.status)
        outcome = await self._accept(submission)
        if isinstance(outcome, Answered):
            message_id = outcome.messages[0].id
            told = [message_id if part is completing else part.part_id for part in parts]
            async with self._writes:
                await self._store.settle_parts(completing.account_id, message_id, parts, told)
            self._counters.wholes += 1
        elif isinstance(outcome, Malformed):
            await self._fail(parts, completing)
        else:
            # Told "try later", the customer may do otherwise: without this part nothing is whole.
            await self._fail([completing], completing)
        return reply_to(outcome, with_tlv=last.tlvs)

    async def _fail(self, parts: list[Part], completing: Part) -> None:
        told = [part.part_id for part in parts if part is not completing]
        async with self._writes:
            await self._store.fail_parts(parts, told, self._clock.now())


def _submission(account: Account, parts: list[Part]) -> Submission:
    """The message that parts make: its first part says what it is for and when it is due.

    Raises:
        Refusal: they are binary.
    """
    first = parts[0]
    draft = Draft(
        to=first.recipient,
        sender=first.sender,
        text=text_of([(p.payload, p.data_coding, NationalTables(p.locking, p.single_shift)) for p in parts]),
        category=Category(first.category) if first.category else None,
        due_at=first.due_at,
        reference=first.mark,
        receipt=any(part.wish for part in parts),
        validity_s=first.validity_s,
    )
    digest = hashlib.sha256(b"".join(part.payload for part in parts)).digest()
    # The key makes it one message however often its last part has to be sent.
    return Submission(
        account=account,
        door=Door.SMPP,
        drafts=(draft,),
        idempotency_key=f"smpp parts {first.part_id}",
        fingerprint=digest,
        system_id=first.system_id,
    )
