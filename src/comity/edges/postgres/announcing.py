"""Owns the telling of changes inside their transaction; must not know how anything is delivered.

Whoever wants to be told is an `Ear`. Webhooks are one (`WebhookEar`); the SMPP door,
whose customers get receipts by deliver_sm, is another.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final, Protocol

from comity.edges.postgres.statements import load
from comity.journey.notify import Event, StateChange, report_events
from comity.messages.life import State

_FRESH_S: Final = 1.0


class Ear(Protocol):
    """Somebody who is told of changes; all of it happens in the transaction that made them."""

    async def listeners(self, connection: Any) -> frozenset[int]:  # noqa: ANN401  asyncpg's connection
        """The accounts whose every change is wanted; those of messages with `receipt` set are told in any case."""
        ...

    async def tell(self, connection: Any, changes: Sequence[StateChange]) -> None:  # noqa: ANN401  the same
        """Enqueue what is to be told about these changes; those of other accounts may be among them."""
        ...


class WebhookEar:
    """Tells webhooks; which accounts have any is looked up once a second."""

    def __init__(self) -> None:
        self._accounts: frozenset[int] = frozenset()
        self._known_until = 0.0

    async def listeners(self, connection: Any) -> frozenset[int]:  # noqa: ANN401  asyncpg's connection
        """The accounts that have a webhook."""
        now = asyncio.get_running_loop().time()
        if now >= self._known_until:
            rows = await connection.fetch(load("dispatch_listeners"))
            self._accounts = frozenset(row["account_id"] for row in rows)
            self._known_until = now + _FRESH_S
        return self._accounts

    async def tell(self, connection: Any, changes: Sequence[StateChange]) -> None:  # noqa: ANN401  the same
        """Enqueue delivery reports; that a carrier has a message is none: what became of it follows."""
        wanted = [
            change for change in changes if change.account_id in self._accounts and change.state is not State.SUBMITTED
        ]
        if wanted:
            await enqueue(connection, report_events(wanted))


async def enqueue(connection: Any, events: Sequence[Event]) -> None:  # noqa: ANN401  asyncpg's connection
    """Hand events to the webhooks that want them."""
    await connection.execute(
        load("dispatch_tell"),
        [event.account_id for event in events],
        [event.stream for event in events],
        [event.kind for event in events],
        [event.body for event in events],
    )


async def wanted_accounts(connection: Any, ears: Sequence[Ear]) -> frozenset[int]:  # noqa: ANN401  the same
    """The accounts that any ear listens to."""
    found: frozenset[int] = frozenset()
    for ear in ears:
        found |= await ear.listeners(connection)
    return found


async def announce(
    connection: Any,  # noqa: ANN401  the same
    ears: Sequence[Ear],
    changes: Sequence[StateChange],
) -> None:
    """Tell all ears."""
    if changes:
        for ear in ears:
            await ear.tell(connection, changes)
