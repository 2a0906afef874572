"""Owns the hands of thieves in tests: accounts with habits, calls from another country, what the account is asked."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from comity.accounts.whereabouts import range_keys
from comity.app.compose.desk import DEEDS
from comity.edges.mail.plain_letters import plain_letter
from comity.edges.postgres.deadline_store import PostgresDeadlines
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.letter_store import LetterQueue
from comity.edges.postgres.lists_store import NewList, load_list
from comity.edges.postgres.notice_store import add_address
from comity.edges.postgres.roles import Role
from comity.edges.postgres.staff_store import add_key
from support.gateway import Answer, Customer, Gateway

if TYPE_CHECKING:
    from collections.abc import Sequence
    from email.message import EmailMessage

    import aiohttp

HOME, ABROAD = "127.0.0.1", "127.0.0.2"
REGISTRY = (
    "2.3|ripencc|20260301|2|19830705|20260301|+0100",
    "ripencc|NL|ipv4|127.0.0.0|2|20100101|allocated",
    "lacnic|BR|ipv4|127.0.0.2|2|20100101|assigned",
)
MANY = [f"+324700{n:05}" for n in range(60)]


async def load_whereabouts(gateway: Gateway) -> None:
    """The registry's file as `comity lists load` loads it, and what the door makes of it."""
    road = await gateway.database.connect(Role.ROAD)
    keys = [key for line in REGISTRY for key in range_keys(line)]
    await load_list(road, NewList("registry", "addresses"), keys)
    await road.close()
    await gateway.directory.origins.load()


async def at_home(gateway: Gateway, clock: Any, **more: Any) -> Customer:
    """An account that sent for some days, from the Netherlands."""
    await load_whereabouts(gateway)
    customer = await gateway.customer(credits_=1_000, **more)
    await add_address(gateway.connection, customer.account_id, "ann@acme.example", "en", clock.now())
    assert (await gateway.send(customer, to=MANY)).status == 200
    clock.advance(timedelta(days=8))
    return customer


async def call(
    session: aiohttp.ClientSession, gateway: Gateway, method: str, path: str, customer: Customer, **more: Any
) -> Answer:
    """Call from where a session is."""
    async with session.request(method, gateway.url + path, headers=customer.credentials, **more) as response:
        return Answer(response.status, msgspec.json.decode(await response.read()), response.headers)


async def send_from(session: aiohttp.ClientSession, gateway: Gateway, customer: Customer, **changes: Any) -> Answer:
    """Send a message from where a session is."""
    body = {"message": "Hello", "to": "32470000000", "sender": "Bank", **changes}
    return await call(session, gateway, "POST", "/v1/message/send", customer, json=body)


async def run_deeds(gateway: Gateway, clock: Any) -> None:
    """Do all that is due."""
    connections = HeldConnections(gateway.database, "comity-test-deeds", most=1)

    async def now(_connection: Any) -> Any:
        return clock.now()

    deadlines = PostgresDeadlines(gateway.database, connections, now)
    while await deadlines.do_next({name: deed for name, deed in DEEDS.items() if name.startswith("challenge-")}):
        pass
    await connections.close()


async def only_challenge(gateway: Gateway, customer: Customer) -> dict[str, Any]:
    """The one that the account is asked about."""
    (found,) = (await gateway.call("GET", "/api/challenges", customer)).body["items"]
    return dict(found)


async def mailed_code(gateway: Gateway, clock: Any) -> tuple[str, EmailMessage]:
    """The code in the letter that waits, and the letter."""
    mails = LetterQueue(gateway.database)
    await mails.listen(lambda: None)
    (claimed,) = await mails.claim(clock.now(), 10)
    await mails.close()
    letter = plain_letter(claimed.told, "comity@gateway.example")
    (code,) = re.findall(r"^ +(\d{8})$", letter.get_content(), re.MULTILINE)
    return code, letter


async def states(gateway: Gateway, customer: Customer) -> dict[str, int]:
    """How many messages of a customer are in each state."""
    rows = await gateway.fetch(
        "SELECT state, count(*) AS n FROM message_life WHERE account_id = $1 GROUP BY state", customer.account_id
    )
    return {row["state"]: row["n"] for row in rows}


async def kept(gateway: Gateway, customer: Customer, kind: str = "challenge") -> list[str]:
    """The states that the account's evidence says, in order."""
    listed = (await gateway.call("GET", "/api/evidence", customer)).body["items"]
    return [one["body"]["state"] for one in sorted(listed, key=lambda one: one["sequence"]) if one["kind"] == kind]


async def second_key(
    gateway: Gateway, customer: Customer, scopes: Sequence[str] = ("send", "read", "cases")
) -> Customer:
    """Another key of the same account."""
    client_id, secret = await add_key(gateway.connection, customer.account_id, scopes)
    return Customer(customer.name, customer.account_id, client_id, secret)
