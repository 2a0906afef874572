"""Owns how the SMPP door reaches PostgreSQL: logins, waiting deliveries, parts; must not know PDUs or connections."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from comity.base.errors import StoreError
from comity.edges.postgres.connect import Database, store_errors
from comity.edges.postgres.esme_parts import Part, opened, sealed_columns
from comity.edges.postgres.held import HeldConnections, vault_of
from comity.edges.postgres.operator_store import AlreadyThereError
from comity.edges.postgres.roles import Role
from comity.edges.postgres.statements import load
from comity.edges.smpp_server.passwords import hash_password, new_salt

CHANNEL: Final = "comity_esme"
# Where changes of settings are told, and by which word those of logins.
_CHANGES: Final = "comity_changes"
_LOGINS: Final = "esmes"
_RECONNECT_S: Final = 0.5


class EsmeOptions(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a login wants to be spoken to.

    Attributes:
        tlv: whether submit_sm_resp carries the verdict in a vendor TLV.
    """

    tlv: bool = True


class Esme(msgspec.Struct, frozen=True):
    """A customer's SMPP login; `address` is whence it bound, "" before it did."""

    system_id: str
    account_id: int
    password_salt: bytes
    password_hash: bytes
    max_binds: int
    options: EsmeOptions
    address: str = ""

    def __repr__(self) -> str:
        return f"Esme(system_id={self.system_id!r}, ...)"


class Delivery(msgspec.Struct, frozen=True, gc=False):
    """A receipt or a message from a person, claimed for delivery.

    Attributes:
        kind: `receipt` or `inbound`.
        message_id: of a receipt, the id that the customer was given.
        mark: of a receipt, the customer's own reference.
        sender, recipient: of the message that a receipt is about; of a message from a person its own.
        at: when the state was reached, or the message came.
        attempt: which try this is, from 1.
        token: names the claim.
    """

    account_id: int
    number: int
    system_id: str
    kind: str
    message_id: UUID | None
    state: str
    detail: int
    mark: str
    sender: str
    recipient: str
    text: str
    at: datetime
    attempt: int
    token: UUID

    def __repr__(self) -> str:
        return f"Delivery(number={self.number}, kind={self.kind!r}, ...)"


class PutBack(msgspec.Struct, frozen=True, gc=False):
    """A delivery that is to be tried again, when, and how many tries it had that were none."""

    delivery: Delivery
    due_at: datetime
    untried: int = 0


async def add_esme(
    connection: asyncpg.Connection, account_id: int, system_id: str, password: str, *, binds: int, options: EsmeOptions
) -> None:
    """Make a login.

    Raises:
        AlreadyThereError: the system id is taken, by whatever account.
    """
    salt = new_salt()
    hashed = await asyncio.to_thread(hash_password, password, salt)
    made = await connection.fetchval(
        load("esme_add"), system_id, account_id, salt, hashed, binds, msgspec.to_builtins(options)
    )
    if made is None:
        raise AlreadyThereError(f"There is a login {system_id} already.", "Choose another system id.")


async def list_esmes(connection: asyncpg.Connection) -> list[dict[str, Any]]:
    """Every login, without anything of its password; `waiting` counts deliveries."""
    return [dict(row) for row in await connection.fetch(load("esme_list"))]


class EsmeStore:
    """What the door asks of the store.

    Args:
        database: where the listening connection goes.
        connections: of the road.
    """

    def __init__(self, database: Database, connections: HeldConnections) -> None:
        self._database = database
        self._connections = connections

    async def find(self, system_id: str) -> Esme | None:
        """A login, or None; asked for each time, so that a change counts at once.

        Raises:
            StoreError: the database cannot be used.
        """
        async with self._connections.connection() as connection:
            row = await connection.fetchrow(load("esme_find"), system_id)
        if row is None:
            return None
        return Esme(**{**row, "options": msgspec.convert(row["options"], EsmeOptions)})

    async def in_force(self, logins: Sequence[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
        """Of logins with the hashes of their passwords, those that are as they were.

        Raises:
            StoreError: the database cannot be used.
        """
        async with self._connections.connection() as connection:
            rows = await connection.fetch(load("esme_in_force"), *map(list, zip(*logins, strict=True)))
        return [(row["system_id"], row["password_hash"]) for row in rows]

    async def note_receiver(self, system_id: str) -> None:
        """A login was bound to receive."""
        async with self._connections.connection() as connection:
            await connection.execute(load("esme_receiving"), system_id)

    # --- deliveries ---

    async def listen(self, ring: Callable[[], None], changed: Callable[[], None]) -> None:
        """Call `ring` whenever something was left to deliver, and `changed` when logins were, until cancelled.

        Mends its own connection; what was missed meanwhile may be anything.
        """
        while True:
            try:
                await self._listen_once(ring, changed)
            except StoreError:
                await asyncio.sleep(_RECONNECT_S)

    async def _listen_once(self, ring: Callable[[], None], changed: Callable[[], None]) -> None:
        lost = asyncio.Event()
        connection = await self._database.connect(Role.ROAD, application="comity-smpp-listen")
        try:
            connection.add_termination_listener(lambda _connection: lost.set())
            with store_errors():
                await connection.add_listener(CHANNEL, lambda *_: ring())
                await connection.add_listener(_CHANGES, lambda *told: changed() if told[-1] == _LOGINS else None)
            ring()
            changed()
            await lost.wait()
        finally:
            connection.terminate()

    async def claim(
        self, now: datetime, token: UUID, until: datetime, rooms: Sequence[tuple[int, str, int]]
    ) -> list[Delivery]:
        """Claim what is due, in the order it was left.

        Args:
            now: the present.
            token: names this claim; nobody else's may be the same.
            until: when the claim passes to others.
            rooms: account, system id, and how many of it at the most.
        """
        accounts, system_ids, most = map(list, zip(*rooms, strict=True))
        async with self._connections.connection() as connection:
            rows = await connection.fetch(load("esme_claim"), now, token, until, accounts, system_ids, most)
        return [Delivery(*row) for row in rows]

    async def settle(self, done: Sequence[Delivery]) -> int:
        """Acknowledged ones leave; how many were still held. Safe to repeat."""
        async with self._connections.connection() as connection:
            return int(await connection.fetchval(load("esme_settle"), *_claims(done)))

    async def put_back(self, back: Sequence[PutBack]) -> int:
        """These wait again; how many were still held. Safe to repeat but for tries taken back."""
        claims = _claims([one.delivery for one in back])
        due, untried = [one.due_at for one in back], [one.untried for one in back]
        async with self._connections.connection() as connection:
            return int(await connection.fetchval(load("esme_put_back"), *claims, due, untried))

    async def sweep(self, parts: datetime, segments: datetime, deliveries: datetime) -> dict[str, int]:
        """Drop what is from before these instants; how much of each."""
        async with self._connections.connection() as connection:
            row = await connection.fetchrow(load("esme_sweep"), parts, segments, deliveries)
        return dict(row)

    async def crowded(self, most: int) -> set[str]:
        """System ids with more parts waiting."""
        async with self._connections.connection() as connection:
            return {row["system_id"] for row in await connection.fetch(load("esme_crowded"), most)}

    # --- parts ---

    async def put_parts(
        self, parts: Sequence[Part], now: datetime, since: datetime
    ) -> tuple[dict[Any, UUID], list[list[Part]]]:
        """Keep parts, durably; no two may have the same place.

        Returns:
            The id of each by its place, and the messages that are whole now, each with its parts in order.
        """
        keys = sorted({part.message_key for part in parts})
        async with self._connections.connection() as connection, connection.transaction():
            await connection.execute(load("esme_parts_lock"), [repr(key) for key in keys])
            vault = vault_of(self._connections)
            kept = await connection.fetch(load("esme_parts_put"), *sealed_columns(vault, parts, now))
            whole = await connection.fetch(load("esme_parts_whole"), *map(list, zip(*keys, strict=True)), since)
        return {tuple(row[:6]): row["part_id"] for row in kept}, _by_message(opened(vault, row) for row in whole)

    async def settle_parts(
        self, account_id: int, message_id: UUID, parts: Sequence[Part], told: Sequence[UUID]
    ) -> None:
        """Parts became a message; `told` are the ids they were answered with, in their order."""
        wishes = [part.wish for part in parts]
        async with self._connections.connection() as connection:
            await connection.execute(
                load("esme_parts_settle"), account_id, message_id, [part.part_id for part in parts], told, wishes
            )

    async def wish(self, account_id: int, message_id: UUID, wish: int) -> None:
        """A message waits for receipts of failure (2) or success (3) only."""
        async with self._connections.connection() as connection:
            await connection.execute(load("esme_parts_settle"), account_id, message_id, [], [message_id], [wish])

    async def fail_parts(self, parts: Sequence[Part], told: Sequence[UUID], now: datetime) -> None:
        """Parts cannot become a message; `told` are those that were answered with an id."""
        first = parts[0]
        async with self._connections.connection() as connection:
            await connection.execute(
                load("esme_parts_fail"), first.account_id, first.system_id, [p.part_id for p in parts], told, now
            )


def _claims(deliveries: Sequence[Delivery]) -> tuple[list[int], list[int], list[UUID]]:
    return [d.account_id for d in deliveries], [d.number for d in deliveries], [d.token for d in deliveries]


def _by_message(parts: Iterable[Part]) -> list[list[Part]]:
    messages: dict[Any, list[Part]] = {}
    for part in parts:
        messages.setdefault(part.message_key, []).append(part)
    return list(messages.values())
