"""A door on a real database, and customers who bind to it: our own ESME session over a socket, and smpplib."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from comity.base.clock import SystemClock
from comity.base.ids import from_wire
from comity.edges.carriers.wire import Wire
from comity.edges.postgres import operator_store
from comity.edges.postgres.accept_store import PostgresAcceptStore
from comity.edges.postgres.directory import PostgresDirectory
from comity.edges.postgres.esme_store import EsmeOptions, add_esme
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.roles import Role
from comity.edges.smpp_server.door import SmppDoor
from comity.edges.smpp_server.limits import Limits
from comity.journey.accept import Acceptor
from comity.policy.files import default_policy
from comity.senders.read import Sender, read_sender
from comity.smpp import events as ev
from comity.smpp.esme import EsmeSession
from comity.smpp.pdu import BindKind, DeliverSm, SubmitSm
from comity.smpp.settings import Settings
from support.sealed import MESSAGE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from comity.edges.postgres.connect import Database

PATIENCE_S = 10.0
PASSWORD = "sesame"
SENDER = "3228000000"


class Customer:
    """A customer's application, by our own ESME session."""

    def __init__(self, **settings: Any) -> None:
        self.session = EsmeSession(Settings(window=500, peer_window=500, **settings))
        self.events: list[ev.Event] = []
        self.news = asyncio.Event()
        self.gone = asyncio.Event()
        self.wire = Wire(self.session, self._take, self.gone.set)

    def _take(self, events: Any) -> None:
        self.events += events
        self.news.set()

    async def connect(self, port: int) -> None:
        await asyncio.get_running_loop().create_connection(lambda: self.wire, "127.0.0.1", port)

    async def next(self, kind: Any) -> Any:
        """The next event of that kind; others are left for later."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                for event in self.events:
                    if isinstance(event, kind):
                        self.events.remove(event)
                        return event
                self.news.clear()
                await self.news.wait()

    async def bind(self, system_id: str, password: str = PASSWORD, kind: BindKind = BindKind.TRANSCEIVER) -> Any:
        self.session.bind(kind, system_id, password)
        self.wire.flush()
        return await self.next((ev.Bound, ev.BindRefused))

    def send(self, *pdus: SubmitSm) -> list[int]:
        """Submit in one write."""
        sequences = [self.session.submit(pdu) for pdu in pdus]
        self.wire.flush()
        return sequences

    async def submit(self, *pdus: SubmitSm) -> list[ev.Submitted]:
        """Submit, and give the answers in the order of the submissions."""
        sequences = self.send(*pdus)
        answers = {}
        while len(answers) < len(sequences):
            answer = await self.next(ev.Submitted)
            answers[answer.sequence] = answer
        return [answers[sequence] for sequence in sequences]

    async def delivered(self, status: int = 0) -> DeliverSm:
        """The next delivery, answered."""
        event = await self.next(ev.Delivered)
        self.session.answer_deliver(event.sequence, status)
        self.wire.flush()
        return event.pdu

    def leave(self) -> None:
        self.wire.abort()

    async def lost(self, limit_s: float = PATIENCE_S) -> None:
        async with asyncio.timeout(limit_s):
            await self.gone.wait()


class House:
    """A gateway with its SMPP door, and everything a test asks of it."""

    def __init__(self, database: Database, acceptor: Acceptor, directory: PostgresDirectory, road: Any) -> None:
        self.database = database
        self.acceptor = acceptor
        self.directory = directory
        self.road = road
        self.errors: list[BaseException] = []
        self.doors: list[SmppDoor] = []
        self.customers: list[Customer] = []
        self.accounts: dict[str, int] = {}

    async def account(self, name: str = "bank", *senders: str, credits_: int = 1000) -> int:
        new = operator_store.NewAccount(name, credits=credits_ * 1_000_000, accepted_by="Ann")
        await operator_store.create_account(self.road, new)
        account_id = await operator_store.account_id_of(self.road, name)
        for written in senders or (SENDER, "Bank"):
            sender = read_sender(written)
            assert isinstance(sender, Sender)
            await operator_store.grant_sender(self.road, account_id, sender, None, ("", "", b""))
        self.accounts[name] = account_id
        return account_id

    async def login(self, system_id: str = "bank", account: str = "bank", *, binds: int = 8, tlv: bool = True) -> None:
        if account not in self.accounts:
            await self.account(account)
        account_id = self.accounts[account]
        await add_esme(self.road, account_id, system_id, PASSWORD, binds=binds, options=EsmeOptions(tlv=tlv))

    async def open(self, **limits: Any) -> SmppDoor:
        door = SmppDoor(
            self.database, self.acceptor, self.directory, SystemClock(), self.errors.append, Limits(**limits)
        )
        await door.start("127.0.0.1", 0)
        self.doors.append(door)
        return door

    async def connected(self, door: SmppDoor | None = None, **settings: Any) -> Customer:
        customer = Customer(**settings)
        await customer.connect((door or self.doors[0]).port)
        self.customers.append(customer)
        return customer

    async def customer(
        self, system_id: str = "bank", kind: BindKind = BindKind.TRANSCEIVER, door: SmppDoor | None = None
    ) -> Customer:
        customer = await self.connected(door)
        assert isinstance(await customer.bind(system_id, kind=kind), ev.Bound)
        return customer

    async def move(self, wire_id: str, state: str, account: str = "bank", detail: int = 0) -> int:
        """Put a message into a state, as the road does, and leave its receipts."""
        account_id, message_id = self.accounts[account], from_wire(wire_id)
        async with self.road.transaction():
            await self.road.execute(
                "UPDATE message_life SET state = $3, settled_at = now() WHERE account_id = $1 AND id = $2",
                account_id, message_id, state,
            )  # fmt: skip
            return await self.road.fetchval(
                "SELECT enqueue_deliveries(ARRAY[$1::bigint], ARRAY[$2::uuid], ARRAY[$3], ARRAY[$4::smallint],"
                " ARRAY[now()])",
                account_id, message_id, state, detail,
            )  # fmt: skip

    async def message(self, wire_id: str) -> Any:
        return await self.road.fetchrow(
            f"SELECT m.*, {MESSAGE} FROM messages m WHERE id = $1",
            from_wire(wire_id),
        )

    async def waiting(self) -> int:
        return await self.road.fetchval("SELECT count(*) FROM esme_deliveries")

    async def until(self, holds: Callable[[], Any]) -> None:
        """Rows and counters announce nothing, so they are looked at until they are as expected."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                found = holds()
                if await found if asyncio.iscoroutine(found) else found:
                    return
                await asyncio.sleep(0.01)


@pytest.fixture
async def empty_house(database: Database) -> AsyncIterator[House]:
    owner = await database.connect(Role.OWNER)
    await operator_store.prepare_installation(owner, default_policy())
    await owner.close()
    connections = HeldConnections(database, "comity-test")
    directory = PostgresDirectory(database, connections)
    await directory.start()
    errors: list[BaseException] = []
    acceptor = Acceptor(PostgresAcceptStore(connections), directory, SystemClock(), errors.append)
    directory.on_lots(acceptor.forget_lots)
    acceptor.start()
    road = await database.connect(Role.ROAD)
    one = House(database, acceptor, directory, road)
    yield one
    for customer in one.customers:
        customer.leave()
    for door in one.doors:
        await door.stop()
    await acceptor.stop()
    await directory.stop()
    await connections.close()
    await road.close()
    assert not errors


@pytest.fixture
async def house(empty_house: House) -> House:
    """With an account `bank` that may bind, and an open door."""
    await empty_house.login()
    await empty_house.open()
    return empty_house


@pytest.fixture
def submit_sm() -> Callable[..., SubmitSm]:
    def make(text: bytes = b"Your parcel is at the door.", to: str = "32470000001", **fields: Any) -> SubmitSm:
        given = {"source_addr": SENDER, "source_addr_ton": 1, "source_addr_npi": 1, **fields}
        return SubmitSm(destination_addr=to, dest_addr_ton=1, dest_addr_npi=1, short_message=text, **given)

    return make
