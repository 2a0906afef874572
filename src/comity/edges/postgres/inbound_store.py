"""Owns how messages from people are kept in PostgreSQL; must not know what they say or what is answered."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from comity.base.ids import earliest
from comity.consent.life import RequestEvent
from comity.edges.postgres.announcing import enqueue
from comity.edges.postgres.body_keys import BodyKeys
from comity.edges.postgres.consent_requests import answer_requests
from comity.edges.postgres.consent_store import CONSENT, WITHDRAWAL
from comity.edges.postgres.esme_ear import enqueue_inbound
from comity.edges.postgres.evidence_store import NewEntry, append_many
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.report_number_store import keep_texts
from comity.edges.postgres.sealed_rows import sealed_row
from comity.edges.postgres.statements import load
from comity.edges.postgres.vault_codecs import body_of
from comity.edges.vault import Vault
from comity.journey.hearing import Fragment, Heard
from comity.journey.inbound import Holder, Wish
from comity.journey.notify import Event, InboundMessage
from comity.journey.ports import AcceptedRow
from comity.sms.alphabet import NationalTables

# Who stops an account's messages so soon after one complains of that one.
_COMPLAINS_WITHIN: Final = timedelta(days=1)


class PostgresInboundStore:
    """Keeps messages from people.

    Args:
        connections: connections of the road.
    """

    def __init__(self, connections: HeldConnections) -> None:
        self._connections = connections

    @contextlib.asynccontextmanager
    async def session(self) -> AsyncIterator[PostgresInboundSession]:
        """A transaction; committed at the end of the block."""
        async with self._connections.connection() as connection, connection.transaction():
            yield PostgresInboundSession(connection, BodyKeys(self._connections.vault))


class PostgresInboundSession:
    """One transaction."""

    def __init__(self, connection: Any, keys: BodyKeys) -> None:  # noqa: ANN401  asyncpg's connection
        self._connection = connection
        self._keys = keys
        self._evidence: list[NewEntry] = []

    async def join(self, fragments: Sequence[Heard]) -> list[list[Fragment]]:
        """Keep parts; gives, and forgets, the parts of every message that is complete now."""
        parts = list({(*_group(one), one.part.sequence if one.part else 1): one for one in fragments}.values())
        groups = tuple(list(column) for column in zip(*map(_group, parts), strict=True))
        # Two nodes may get the last two parts at once: one of them must see both.
        await self._connection.execute(load("inbound_lock"), *groups)
        await self._connection.execute(
            load("inbound_parts"),
            *groups,
            [one.part.sequence if one.part else 1 for one in parts],
            [""] * len(parts),
            [self._keys.vault.seal_passing(one.payload) for one in parts],
            [one.data_coding for one in parts],
            [one.tables.locking for one in parts],
            [one.tables.single_shift for one in parts],
        )
        rows = await self._connection.fetch(load("inbound_whole"), *groups)
        return list(_by_message(rows, self._keys.vault))

    async def holders(self, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Holder]:
        """Whose numbers these are, by receiver and sender."""
        rows = await self._connection.fetch(
            load("inbound_holders"), [receiver for receiver, _ in pairs], [sender for _, sender in pairs]
        )
        return {
            (row["receiver"], row["sender"]): Holder(row["account_id"], row["name"], row["reports"]) for row in rows
        }

    async def keep(self, messages: Sequence[tuple[Holder, Heard]], at: datetime) -> list[InboundMessage]:
        """Put messages into inboxes, and leave them for SMPP logins that receive."""
        rows = await self._connection.fetch(
            load("inbound_keep"),
            [holder.account_id for holder, _ in messages],
            [one.sender for _, one in messages],
            [one.receiver for _, one in messages],
            at,
            *await self._boxes([(holder.account_id, one.sender, one.text) for holder, one in messages]),
        )
        texts = [one.text for _, one in messages]
        names = ("account_id", "number", "sender", "receiver", "at")
        kept = [
            InboundMessage(**{name: row[name] for name in names}, text=text)
            for row, text in zip(rows, texts, strict=True)
        ]
        await enqueue_inbound(self._connection, kept)
        return kept

    async def _boxes(self, said: Sequence[tuple[int, str, str]]) -> tuple[list[bytes], list[bytes], list[UUID]]:
        """Subjects, boxes and their ids of texts that a number said to an account, with the keys held."""
        sealing = await self._keys.making(self._connection, [(account_id, number) for account_id, number, _ in said])
        ids = [uuid4() for _ in said]
        sealed = [sealing.seal((one[0], one[1]), id_, body_of(one[2])) for one, id_ in zip(said, ids, strict=True)]
        return [subject for subject, _ in sealed], [box for _, box in sealed], ids

    async def keep_unclaimed(self, messages: Sequence[Heard]) -> None:
        """Keep messages to numbers nobody holds."""
        await self._connection.execute(
            load("inbound_unclaimed"),
            [one.carrier_id for one in messages],
            [one.sender for one in messages],
            [one.receiver for one in messages],
            [one.text for one in messages],
        )

    async def report(self, messages: Sequence[Heard], at: datetime) -> None:
        """Keep texts to report numbers, to be read by a deed."""
        await keep_texts(self._connection, [(one.receiver, one.sender, one.text) for one in messages], at)

    async def stop(self, wishes: Sequence[Wish]) -> set[tuple[int, str]]:
        """Write down opt-outs, and what they complain of; gives account and person of those that are new."""
        return await self._wishes(
            "inbound_stop",
            wishes,
            [earliest(wish.message.at - _COMPLAINS_WITHIN) for wish in wishes],
            ["speech" if wish.spoken else "reply" for wish in wishes],
            [wish.scope == "category" for wish in wishes],
            [wish.message.at for wish in wishes],
        )

    async def start(self, wishes: Sequence[Wish]) -> set[tuple[int, str]]:
        """Take opt-outs back; gives account and person of those that were there."""
        return await self._wishes("inbound_start", wishes)

    async def answer(self, replies: Sequence[tuple[InboundMessage, RequestEvent]]) -> int:
        """Do what people answered to what they were asked; says how many opt-ins that confirmed."""
        if not replies:
            return 0
        return len(await answer_requests(self._connection, replies, [entry.account_id for entry in self._evidence]))

    async def write_evidence(self, now: datetime) -> None:
        """Write what of this transaction is evidence; at its end, so that chains are locked in order."""
        await append_many(self._connection, sorted(self._evidence, key=lambda entry: entry.account_id), now)

    async def confirm(self, rows: Sequence[AcceptedRow], since: datetime) -> int:
        """Queue answers, but none that was given to the same person since then."""
        sealing = await self._keys.making(self._connection, [(row.account_id, row.recipient) for row in rows])
        sealed = [sealed_row(row, sealing) for row in rows]
        return int(
            await self._connection.fetchval(
                load("inbound_confirm"),
                [row.account_id for row in rows],
                [row.id for row in rows],
                [row.sender for row in rows],
                [row.recipient for row in rows],
                [row.country for row in rows],
                [row.category for row in rows],
                [""] * len(rows),
                [row.encoding for row in rows],
                [row.parts for row in rows],
                [row.reference for row in rows],
                [row.due_at for row in rows],
                [row.verdict for row in rows],
                [row.route_prefix for row in rows],
                earliest(since),
                [one.subject for one in sealed],
                [one.box for one in sealed],
            )
        )

    async def tell(self, events: Sequence[Event]) -> None:
        """Enqueue what webhooks are told."""
        await enqueue(self._connection, events)

    async def _wishes(self, name: str, wishes: Sequence[Wish], *more: list[Any]) -> set[tuple[int, str]]:
        if not wishes:
            return set()
        rows = await self._connection.fetch(
            load(name),
            [wish.message.account_id for wish in wishes],
            [wish.message.sender for wish in wishes],
            [wish.message.receiver for wish in wishes],
            *more,
        )
        changed = {(row["account_id"], row["recipient"]) for row in rows}
        self._evidence += [_evidence(one) for one in wishes if (one.message.account_id, one.message.sender) in changed]
        return changed


def _evidence(wish: Wish) -> NewEntry:
    """That a person asked for this: a stop is a withdrawal, and a start takes it back."""
    message = wish.message
    body = {
        "recipient": message.sender,
        "to": message.receiver,
        "reply": message.text,
        "at": message.at,
        "asked": wish.intent,
        "scope": wish.scope or "everything",
    }
    return NewEntry(message.account_id, WITHDRAWAL if wish.intent == "stop" else CONSENT, body, message.sender)


def _reference(one: Heard) -> int:
    """Equal references of 8 and of 16 bits name different messages."""
    if one.part is None:
        return 0
    return one.part.reference | (0x10000 if one.part.wide else 0)


def _group(one: Heard) -> tuple[int, str, str, int, int]:
    return one.carrier_id, one.sender, one.receiver, _reference(one), one.part.total if one.part else 1


def _by_message(rows: Iterable[Any], vault: Vault) -> Iterable[list[Fragment]]:
    messages: dict[tuple[Any, ...], list[Fragment]] = {}
    for carrier_id, sender, receiver, reference, total, _, box, coding, locking, single_shift in rows:
        payload = vault.open_passing(box) or b""
        fragment = Fragment(carrier_id, sender, receiver, payload, coding, NationalTables(locking, single_shift))
        messages.setdefault((carrier_id, sender, receiver, reference, total), []).append(fragment)
    return messages.values()
