"""Owns what is done with a message from a person: joined, claimed by an account, heeded; must not know SQL.

A carrier that lost our answer delivers a message again; it then stands twice in the
inbox, as nothing in SMPP tells a repetition from a person who says the same again. Its
opt-out has no second effect, and it is confirmed once.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Final, Protocol

import msgspec

from comity.base.clock import Clock
from comity.base.ids import IdMaker
from comity.complaints import report_number
from comity.consent.asking import read_answer
from comity.consent.intent import Scope, intent_of
from comity.consent.life import RequestEvent
from comity.consent.replies import Intent
from comity.journey.confirm import Confirmation, confirmation
from comity.journey.counters import Counters
from comity.journey.hearing import Fragment, Heard, hear, whole_text
from comity.journey.notify import Event, InboundMessage, inbox_event, opt_out_event
from comity.journey.ports import AcceptedRow, Directory
from comity.numbers import BadNumber, read_destination
from comity.smpp.pdu import DataSm, DeliverSm

CONFIRMED_WITHIN: Final = timedelta(hours=24)


class Holder(msgspec.Struct, frozen=True, gc=False):
    """The account that a message to a number belongs to; `reports` where people report texts to the number."""

    account_id: int
    name: str
    reports: bool = False


class Wish(msgspec.Struct, frozen=True, gc=False):
    """What a person asked an account for.

    Attributes:
        scope: of a stop, of `comity.consent.intent`.
        spoken: whether they said it in plain speech and not by a keyword.
    """

    message: InboundMessage
    intent: Intent
    scope: Scope = ""
    spoken: bool = False


class InboundSession(Protocol):
    """One transaction of the inbound store."""

    async def join(self, fragments: Sequence[Heard]) -> list[list[Fragment]]:
        """Keep parts; gives, and forgets, the parts of every message that is complete now, in order."""
        ...

    async def holders(self, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Holder]:
        """Whose numbers these are, by receiver and sender; of several, who last wrote to the sender."""
        ...

    async def keep(self, messages: Sequence[tuple[Holder, Heard]], at: datetime) -> list[InboundMessage]:
        """Put messages into inboxes."""
        ...

    async def keep_unclaimed(self, messages: Sequence[Heard]) -> None:
        """Keep messages to numbers nobody holds, for the operator."""
        ...

    async def report(self, messages: Sequence[Heard], at: datetime) -> None:
        """Keep texts to report numbers, to be read by a deed."""
        ...

    async def stop(self, wishes: Sequence[Wish]) -> set[tuple[int, str]]:
        """Write down opt-outs; gives account and person of those that are new."""
        ...

    async def start(self, wishes: Sequence[Wish]) -> set[tuple[int, str]]:
        """Take opt-outs back; gives account and person of those that were there."""
        ...

    async def answer(self, replies: Sequence[tuple[InboundMessage, RequestEvent]]) -> int:
        """Do what people answered to what they were asked; says how many opt-ins that confirmed."""
        ...

    async def write_evidence(self, now: datetime) -> None:
        """Write what of this transaction is evidence."""
        ...

    async def confirm(self, rows: Sequence[AcceptedRow], since: datetime) -> int:
        """Queue answers, but none that was given to the same person since then; says how many were queued."""
        ...

    async def tell(self, events: Sequence[Event]) -> None:
        """Enqueue what webhooks are told."""
        ...


class InboundStore(Protocol):
    """Where messages from people are kept."""

    def session(self) -> AbstractAsyncContextManager[InboundSession]:
        """A transaction; committed at the end of the block.

        Raises:
            StoreError: nothing was written.
        """
        ...


class Inbound:
    """Takes messages from people.

    Args:
        store: where they are kept.
        directory: routes and policy of this moment, for the texts that answer an opt-out.
        clock: the present.
        counters: what operations reads.
    """

    def __init__(self, store: InboundStore, directory: Directory, clock: Clock, counters: Counters) -> None:
        self._store = store
        self._directory = directory
        self._clock = clock
        self._counters = counters
        self._ids = IdMaker()

    async def take(self, heard: Sequence[tuple[int, DeliverSm | DataSm]]) -> None:
        """Keep messages, given with the carrier each came from, durably.

        Raises:
            StoreError: nothing was written.
        """
        read = [hear(carrier_id, pdu) for carrier_id, pdu in heard]
        fragments = [one for one in read if one.part is not None]
        async with self._store.session() as session:
            messages = [one for one in read if one.part is None]
            if fragments:
                messages += [whole_text(parts) for parts in await session.join(fragments)]
            if messages:
                await self._keep(session, messages)
        self._counters.writes += 1

    async def _keep(self, session: InboundSession, messages: Sequence[Heard]) -> None:
        holders = await session.holders([(one.receiver, one.sender) for one in messages])
        found = [(holders.get((one.receiver, one.sender)), one) for one in messages]
        claimed = [(holder, one) for holder, one in found if holder is not None]
        unclaimed = [one for holder, one in found if holder is None]
        if any(holder.reports for holder, _ in claimed):
            claimed = await self._report(session, claimed)
        if unclaimed:
            await session.keep_unclaimed(unclaimed)
            self._counters.inbound_unclaimed += len(unclaimed)
        if claimed:
            kept = await session.keep(claimed, self._clock.now())
            self._counters.inbound += len(kept)
            names = {holder.account_id: holder.name for holder, _ in claimed}
            changes = await self._heed(session, kept, names)
            await self._answer(session, kept)
            await session.write_evidence(self._clock.now())
            await session.tell([*map(inbox_event, kept), *changes])

    async def _report(
        self, session: InboundSession, claimed: Sequence[tuple[Holder, Heard]]
    ) -> list[tuple[Holder, Heard]]:
        """Keep what is reported out of inboxes; gives what is none, and what asks for something besides."""
        reports, others = [], []
        for holder, one in claimed:
            country = _country(one.sender) if holder.reports else None
            if country is not None:
                reports.append(one)
            if country is None or report_number.wish(one.text, country):
                others.append((holder, one))
        if reports:
            await session.report(reports, self._clock.now())
        return others

    async def _heed(
        self, session: InboundSession, kept: Sequence[InboundMessage], names: dict[int, str]
    ) -> list[Event]:
        """Do what people asked for; of several wishes of one person the last counts."""
        last: dict[tuple[int, str], Wish] = {}
        for message in kept:
            asked = intent_of(message.text, country=_country(message.sender))
            if asked.intent != "none":
                wish = Wish(message, asked.intent, asked.scope, spoken=asked.by == "speech")
                last[message.account_id, message.sender] = wish
        if not last:
            return []
        stopped = await session.stop([wish for wish in last.values() if wish.intent == "stop"])
        started = await session.start([wish for wish in last.values() if wish.intent == "start"])
        self._counters.opt_outs += len(stopped)
        self._counters.opt_ins += len(started)
        changed = stopped | started
        answered = [wish for who, wish in last.items() if who in changed or wish.intent == "help"]
        await self._confirm(session, answered, names)
        return [
            opt_out_event(wish.message, added=wish.intent == "stop") for who, wish in last.items() if who in changed
        ]

    async def _answer(self, session: InboundSession, kept: Sequence[InboundMessage]) -> None:
        """Let yes and no answer what people were asked; of several answers of one person the last counts."""
        replies: dict[tuple[int, str, str], tuple[InboundMessage, RequestEvent]] = {}
        for message in kept:
            country = _country(message.sender)
            asked = intent_of(message.text, country=country).intent
            event = RequestEvent.STOP if asked == "stop" else read_answer(message.text, country)
            if event is not None:
                replies[message.account_id, message.sender, message.receiver] = (message, event)
        self._counters.opt_ins += await session.answer(list(replies.values()))

    async def _confirm(self, session: InboundSession, wishes: Sequence[Wish], names: dict[int, str]) -> None:
        now = self._clock.now()
        readings = self._directory.readings()
        rows = []
        for wish in wishes:
            country = _country(wish.message.sender)
            if country is None:
                continue  # a short code or a name: nobody reads there
            asked = "category" if wish.scope == "category" else wish.intent
            answer = Confirmation(wish.message, asked, names[wish.message.account_id], country)
            rows.append(confirmation(answer, self._ids.at(now), readings, now))
        if rows:
            self._counters.confirmations += await session.confirm(rows, now - CONFIRMED_WITHIN)


def _country(number: str) -> str | None:
    try:
        return read_destination(number).country
    except BadNumber:
        return None
