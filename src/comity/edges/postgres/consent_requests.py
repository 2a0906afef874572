"""Owns requests for confirmed opt-ins in PostgreSQL: asked, answered, over; must not know how a reply is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from comity.base.ids import to_wire
from comity.consent.life import RequestEvent, RequestState, next_request
from comity.consent.records import Consent
from comity.edges.postgres.consent_store import ProofFile, record_consents, store_proof
from comity.edges.postgres.deadline_store import Due, NewDeadline, drop_deadline, set_deadline
from comity.edges.postgres.evidence_store import lock_heads
from comity.edges.postgres.statements import load
from comity.journey.notify import InboundMessage

DEADLINE: Final = "consent-request"
ONCE_IN: Final = timedelta(days=1)
_CHANNEL: Final = "text message"


class NewRequest(msgspec.Struct, frozen=True):
    """What a person is asked.

    Attributes:
        sender: as the person sees it.
        sender_key: what their reply comes to.
        text: the question.
    """

    id: UUID
    recipient: str
    brand: str
    purpose: str
    wording: str
    address: str
    sender: str
    sender_key: str
    text: str


async def add_request(
    connection: asyncpg.Connection, account_id: int, new: NewRequest, now: datetime, expires_at: datetime
) -> bool:
    """Write down that a person is asked; False where they were asked lately, or something is still asked of them."""
    async with connection.transaction():
        # Two that come at once: the second sees the first.
        await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, $2))", new.recipient, account_id)
        arguments = (*msgspec.structs.astuple(new), now, expires_at, now - ONCE_IN)
        if await connection.fetchval(load("consent_request_add"), account_id, *arguments) is None:
            return False
        await set_deadline(connection, NewDeadline(DEADLINE, _subject(account_id, new.id), account_id, expires_at))
    return True


async def name_message(connection: asyncpg.Connection, account_id: int, id_: UUID, message_id: UUID) -> None:
    """Say which message asks; no yes counts before a carrier has taken it."""
    await connection.execute(
        "UPDATE consent_requests SET message_id = $3 WHERE account_id = $1 AND id = $2", account_id, id_, message_id
    )


async def list_requests(
    connection: asyncpg.Connection,
    account_id: int,
    wanted: tuple[UUID | None, str | None],
    before: UUID | None = None,
    most: int = 1,
) -> list[dict[str, Any]]:
    """Requests of an account, newest first, below an id; `wanted` are one id and a recipient, or None."""
    rows = await connection.fetch(load("consent_request_list"), account_id, *wanted, before, most)
    return [dict(row) for row in rows]


async def answer_requests(
    connection: asyncpg.Connection, replies: Sequence[tuple[InboundMessage, RequestEvent]], also: Sequence[int] = ()
) -> list[UUID]:
    """Do what people answered, to what they were asked; gives the requests that this confirmed.

    Args:
        connection: of the road, in a transaction.
        replies: at most one of each person to each number.
        also: accounts whose chains of evidence the transaction writes to besides.
    """
    said = [message for message, _ in replies]
    rows = await connection.fetch(
        load("consent_request_asked"),
        [message.account_id for message in said],
        [message.sender for message in said],
        [message.receiver for message in said],
        [message.at for message in said],
    )
    if rows:
        # All at once, in their order: so no other such transaction is waited for in a ring.
        await lock_heads(connection, sorted({*also, *(row["account_id"] for row in rows)}))
    confirmed = []
    for row in rows:
        message, event = replies[row["place"]]
        if event is RequestEvent.YES and not row["handed"]:
            # They say it to something else: the question has not left, or did not arrive. Their no counts all the same.
            continue
        state = next_request(RequestState.PENDING, event)
        consent = await _record(connection, row, message) if state is RequestState.CONFIRMED else None
        await _settle(connection, (row["account_id"], row["id"]), state, message.at, consent)
        await drop_deadline(connection, DEADLINE, _subject(row["account_id"], row["id"]))
        if consent is not None:
            confirmed.append(row["id"])
    return confirmed


async def expire_request(connection: asyncpg.Connection, due: Due, now: datetime) -> None:
    """Nobody answered in time: there is no consent; the deed of `consent-request`."""
    account_id, id_ = due.subject.split(" ", 1)
    key = (int(account_id), UUID(id_))
    await _settle(connection, key, next_request(RequestState.PENDING, RequestEvent.SILENCE), now, None)


async def _settle(
    connection: asyncpg.Connection, key: tuple[int, UUID], state: RequestState, at: datetime, consent: int | None
) -> None:
    await connection.execute(
        "UPDATE consent_requests SET state = $3, settled_at = $4, consent = $5"
        " WHERE account_id = $1 AND id = $2 AND state = 'pending'",
        *key,
        state.value,
        at,
        consent,
    )


async def _record(connection: asyncpg.Connection, row: Mapping[str, Any], message: InboundMessage) -> int | None:
    """The consent that a yes gives, with question and answer as its proof."""
    reference = f"reply to request {to_wire(row['id'])}"
    consent = Consent(
        row["recipient"], row["brand"], row["purpose"], row["wording"], _CHANNEL, message.at, reference, row["address"]
    )
    (number,) = await record_consents(connection, row["account_id"], [consent], message.at, confirmed=True)
    if number is None:
        return None
    told = {
        "asked": {"at": row["at"], "from": row["sender"], "to": row["recipient"], "text": row["text"]},
        "answered": {"at": message.at, "from": message.sender, "to": message.receiver, "text": message.text},
        "message": to_wire(row["message_id"]) if row["message_id"] else None,
    }
    proof = ProofFile("reply.json", "application/json", msgspec.json.encode(told))
    given = {"number": number, "recipient": row["recipient"]}
    await store_proof(connection, row["account_id"], given, proof, message.at)
    return number


def _subject(account_id: int, id_: UUID) -> str:
    return f"{account_id} {id_}"
