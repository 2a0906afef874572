"""Owns how changes become deliveries to SMPP customers, inside the transaction that made them; must not know doors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from comity.edges.postgres.statements import load
from comity.journey.notify import InboundMessage, StateChange


class EsmeEar:
    """Leaves receipts for the logins that asked for them; an `announcing.Ear`."""

    async def listeners(self, connection: Any) -> frozenset[int]:  # noqa: ANN401, ARG002  the protocol's
        """Nobody: what has `receipt` set is told in any case, and nothing else is wanted."""
        return frozenset()

    async def tell(self, connection: Any, changes: Sequence[StateChange]) -> None:  # noqa: ANN401  the same
        """Leave the receipts that follow from these changes, in order."""
        wanted = [change for change in changes if change.receipt and change.system_id]
        if wanted:
            await connection.execute(
                load("esme_enqueue"),
                [change.account_id for change in wanted],
                [change.message_id for change in wanted],
                [change.state.value for change in wanted],
                [int(change.detail) for change in wanted],
                [change.at for change in wanted],
            )


async def enqueue_inbound(connection: Any, messages: Sequence[InboundMessage]) -> None:  # noqa: ANN401  asyncpg's
    """Leave messages from people for the login of their account that last bound to receive; part of the transaction."""
    if messages:
        await connection.execute(
            load("esme_inbound"),
            [message.account_id for message in messages],
            [message.sender for message in messages],
            [message.receiver for message in messages],
            [message.text for message in messages],
            [message.at for message in messages],
        )
