"""Owns how the dispatcher's queue and flights are kept in PostgreSQL; must not know links or what a result means."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import structlog

from comity.base.errors import StoreError
from comity.edges.postgres.announcing import Ear, announce, wanted_accounts
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.named_brands import names_brand
from comity.edges.postgres.statements import load
from comity.edges.postgres.vault_codecs import Unreadable
from comity.journey.handover import Claimed
from comity.journey.lanes import Lane
from comity.journey.notify import StateChange
from comity.journey.settle import Settlement
from comity.journey.stores import AwaitedPart
from comity.messages.life import State

_log = structlog.get_logger(__name__)

# Where the claim has what Claimed calls `opted_out`.
_STOPS: Final = 15
DEFAULT_VALIDITY_S: Final = 48 * 3600
_CHANNEL: Final = "comity_queue"
_LISTEN_AGAIN_S: Final = 1.0


class PostgresDispatchStore:
    """Keeps what waits and what is in flight.

    Args:
        connections: connections of the road.
        ears: who is told of changes.
        node: a name that no other running process has, by which what this node ran before is known to be dead;
            "" to wait for its lease instead.
        default_validity_s: how long a message may be tried that names no validity.
    """

    def __init__(
        self,
        connections: HeldConnections,
        ears: Sequence[Ear],
        node: str = "",
        default_validity_s: int = DEFAULT_VALIDITY_S,
    ) -> None:
        self._connections = connections
        self._ears = tuple(ears)
        self._node = node
        self._default_validity_s = default_validity_s

    # --- the lease ---

    async def enter(self, dispatcher_id: UUID, lease_s: float) -> None:
        """Sign in; what the same node ran before counts as dead at once."""
        await self._do("dispatch_enter", dispatcher_id, lease_s, self._node)

    async def renew(self, dispatcher_id: UUID, lease_s: float) -> None:
        """Stay alive."""
        await self._do("dispatch_renew", dispatcher_id, lease_s, self._node)

    async def leave(self, dispatcher_id: UUID) -> None:
        """Sign out."""
        await self._do("dispatch_leave", dispatcher_id)

    async def tend(self) -> None:
        """Keep look-ups quick while a new day's tables grow."""
        await self._do("dispatch_statistics")

    async def listen(self, wake: Callable[[], None]) -> None:
        """Call `wake` at every NOTIFY comity_queue until cancelled; a lost connection is replaced."""
        while True:
            try:
                async with self._connections.connection() as connection:
                    lost = asyncio.Event()
                    connection.add_termination_listener(lambda _: lost.set())  # noqa: B023  of this connection
                    await connection.add_listener(_CHANNEL, lambda *_: wake())
                    await lost.wait()
            except StoreError:
                pass  # the dispatcher looks by itself each second
            await asyncio.sleep(_LISTEN_AGAIN_S)

    # --- out ---

    async def prefixes(self) -> tuple[str, ...]:
        """The route prefixes that messages wait for."""
        return tuple(row["prefix"] for row in await self._do("dispatch_prefixes"))

    async def claim(self, dispatcher_id: UUID, now: datetime, lanes: Sequence[Lane]) -> list[Claimed]:
        """Take what is due; one statement, committed before this returns."""
        rows = await self._do(
            "dispatch_claim",
            dispatcher_id,
            now,
            [lane.prefix for lane in lanes],
            [lane.carrier_id for lane in lanes],
            [lane.room for lane in lanes],
            [lane.after for lane in lanes],
            self._default_validity_s,
        )
        return _readable([Claimed(*_told(row)) for row in rows])

    async def recover(self, dispatcher_id: UUID, most: int) -> list[Claimed]:
        """Take over what dead dispatchers had in flight."""
        return _readable([Claimed(*row) for row in await self._do("dispatch_recover", dispatcher_id, most)])

    async def unheard(self, dispatcher_id: UUID, known: Sequence[UUID]) -> list[Claimed]:
        """What is in flight under this name but not known by those who bear it."""
        return _readable([Claimed(*row) for row in await self._do("dispatch_unheard", dispatcher_id, list(known))])

    # --- back ---

    async def record(
        self,
        dispatcher_id: UUID,
        settled: Sequence[Settlement],
        now: datetime,
        key_of: Callable[[int, str], str],
    ) -> int:
        """Write down what became of messages that are still this dispatcher's, and tell who listens."""
        ids = [one.message.id for one in settled]
        arguments = (dispatcher_id, now, min(ids), max(ids), *_columns(settled, ids), *_sent(settled, key_of))
        async with self._connections.connection() as connection, connection.transaction():
            listeners = await wanted_accounts(connection, self._ears)
            rows = await connection.fetch(load("dispatch_record"), *arguments)
            await announce(connection, self._ears, _changes(settled, rows, listeners, now))
        return len(rows)

    async def await_late(self, parts: Sequence[AwaitedPart]) -> None:
        """Await receipts of parts that were given up before."""
        await self._do(
            "dispatch_late",
            [part.account_id for part in parts],
            [part.message_id for part in parts],
            [part.place for part in parts],
            [part.carrier_id for part in parts],
            [part.key for part in parts],
        )

    async def _do(self, name: str, *arguments: Any) -> list[Any]:  # noqa: ANN401  whatever the statement takes
        async with self._connections.connection() as connection:
            rows: list[Any] = await connection.fetch(load(name), *arguments)
        return rows


def _is_ended(row: Any) -> bool:  # noqa: ANN401  asyncpg's record
    """Whether an offer speaks for a brand whose consent ended, or rests on none at all any more."""
    return any(not brand or names_brand(row["text"], row["sender"], brand) for brand in row["ended"] or ())


def _told(row: Any) -> tuple[Any, ...]:  # noqa: ANN401  asyncpg's record
    """The claim's columns with, in place of brands, whether one of them holds for the message."""
    if not row["stops"] and not row["ended"]:
        return (*row[:_STOPS], False, *row[_STOPS + 1 : -1], False)
    text, sender = row["text"], row["sender"]
    opted_out = any(not stop or names_brand(text, sender, stop) for stop in row["stops"] or ())
    return (*row[:_STOPS], opted_out, *row[_STOPS + 1 : -1], _is_ended(row))


def _readable(claimed: list[Claimed]) -> list[Claimed]:
    """Those whose text can be opened; the others stay in flight, so that none is lost or sent empty."""
    lost = [one.id for one in claimed if isinstance(one.text, Unreadable)]
    if not lost:
        return claimed
    _log.error("dispatch.unreadable", messages=len(lost), remedy="restore DATA/keys on this node")
    return [one for one in claimed if not isinstance(one.text, Unreadable)]


def _columns(settled: Sequence[Settlement], ids: list[UUID]) -> tuple[list[Any], ...]:
    messages = [one.message for one in settled]
    return (
        [message.account_id for message in messages],
        ids,
        [one.state for one in settled],
        [one.part_states[0] if len(one.part_states) == 1 else ",".join(one.part_states) for one in settled],
        [one.detail for one in settled],
        [message.carrier_id for message in messages],
        [bool(one.sent) for one in settled],
        [one.due_at for one in settled],
        [one.attempt for one in settled],
        [message.expires_at for message in messages],
        [one.refund for one in settled],
    )


def _sent(settled: Sequence[Settlement], key_of: Callable[[int, str], str]) -> tuple[list[Any], ...]:
    accounts, ids, parts, carriers, keys, places = [], [], [], [], [], []
    for place, one in enumerate(settled, start=1):
        message = one.message
        for part, smsc_id in one.sent:
            if smsc_id:  # a carrier that gives none sends no receipts that could be told apart
                accounts.append(message.account_id)
                ids.append(message.id)
                parts.append(part)
                carriers.append(message.carrier_id)
                keys.append(key_of(message.carrier_id, smsc_id))
                places.append(place)
    return accounts, ids, parts, carriers, keys, places


def _changes(
    settled: Sequence[Settlement], rows: Sequence[Any], listeners: frozenset[int], now: datetime
) -> list[StateChange]:
    changes = []
    for place, state in rows:
        one = settled[place - 1]
        message = one.message
        # That a carrier has it is news to nobody but who asked for receipts.
        wanted = message.receipt or (state != State.SUBMITTED and message.account_id in listeners)
        if one.due_at is not None or not wanted:
            continue
        changes.append(
            StateChange(
                account_id=message.account_id,
                message_id=message.id,
                state=State(state),
                detail=one.detail,
                at=now,
                submitted_at=now if one.sent else None,
                sender=message.sender,
                recipient=message.recipient,
                text=message.text,
                reference=message.reference,
                receipt=message.receipt,
                system_id=message.system_id,
            )
        )
    return changes
