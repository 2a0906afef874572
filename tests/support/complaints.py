"""Owns complaints in tests: a gateway with what they need, messages that arrived, and deadlines that pass."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from comity.app.compose.desk import DEEDS
from comity.base.ids import from_wire
from comity.complaints.complaint import NewComplaint
from comity.edges.postgres.complaint_store import file_complaint
from comity.edges.postgres.deadline_store import FailedDeedError, PostgresDeadlines
from comity.edges.postgres.held import HeldConnections
from comity.journey.deadlines import Deadlines

if TYPE_CHECKING:
    from comity.base.clock import SetClock
    from comity.complaints.complaint import Filed
    from support.gateway import Customer, Gateway

PHISHING = "Acme: your account is locked. Verify your card at acme-help.example within 24 hours or it is closed."
PLAIN = "Acme: the shop in Ghent is open until nine tonight, see you there."


class Passing:
    """Moves the clock, and does what is due."""

    def __init__(self, gateway: Gateway, clock: SetClock) -> None:
        self._clock = clock
        self._held = HeldConnections(gateway.database, "test-deeds", most=2)

        async def now(_connection: object) -> Any:
            return clock.now()

        self._deadlines = Deadlines(PostgresDeadlines(gateway.database, self._held, now), DEEDS, FailedDeedError)

    async def __call__(self, **span: float) -> None:
        self._clock.advance(timedelta(**span))
        await self._deadlines.once()

    async def close(self) -> None:
        await self._held.close()


async def parked(gateway: Gateway, clock: SetClock) -> None:
    """What the deeds do for freezes at once: what waits is taken out of the queue."""
    passing = Passing(gateway, clock)
    await passing()
    await passing.close()


async def arrive(gateway: Gateway, customer: Customer, to: str, text: str, **changes: Any) -> str:
    """Send a message that then arrives, as far as the gateway knows; gives its id. What it scored can be set."""
    score = changes.pop("scores", None)
    answer = await gateway.send(customer, to=f"+{to}", message=text, **changes)
    assert answer.status == 200, answer.body
    id_: str = answer.body["messageid"]
    await delivered(gateway, customer, id_)
    if score is not None:
        await gateway.fetch(
            "UPDATE messages SET verdict = jsonb_set(verdict, '{given,scores}', $3) WHERE account_id = $1 AND id = $2",
            *(customer.account_id, from_wire(id_), score),
        )
    return id_


async def delivered(gateway: Gateway, customer: Customer, id_: str) -> None:
    """What a carrier's receipt does."""
    key = (customer.account_id, from_wire(id_))
    await gateway.fetch("DELETE FROM queue WHERE account_id = $1 AND message_id = $2", *key)
    await gateway.fetch("UPDATE message_life SET state = 'delivered' WHERE account_id = $1 AND id = $2", *key)


async def state_of(gateway: Gateway, customer: Customer, id_: str) -> str:
    """Where a message is."""
    state: str = await gateway.value(
        "SELECT state FROM message_life WHERE account_id = $1 AND id = $2", customer.account_id, from_wire(id_)
    )
    return state


async def complain(gateway: Gateway, clock: SetClock, **said: Any) -> Filed:
    """File a complaint by the seam that all ways in share; phishing unless said otherwise."""
    complaint = NewComplaint(**{"channel": "form", "kind": "phishing", "reporter_key": b"one", **said})
    async with gateway._lock, gateway.connection.transaction():
        return await file_complaint(gateway.connection, complaint, clock.now())
