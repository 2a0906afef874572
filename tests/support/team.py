"""Owns the people of an account in tests: invited, joined, with keys of their own and programs' keys."""

from __future__ import annotations

import contextlib
import itertools
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from comity.base.clock import SetClock
from comity.edges.mail.plain_letters import plain_letter
from comity.edges.postgres.evidence_keys import KEY_FILE
from comity.edges.postgres.letter_store import LetterQueue
from comity.edges.postgres.roles import Role
from support.gateway import Customer, running_gateway
from support.postgres import TEMPLATE, fresh_name

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

_NUMBERS = itertools.count()


@contextlib.asynccontextmanager
async def gateway_with_mails(server: Any, folder: Path) -> AsyncIterator[Any]:
    """A running door with `clock`, `mails` (invitations that wait) and `road` (a connection)."""
    name = fresh_name()
    database = await server.make(name, TEMPLATE)
    clock = SetClock(datetime(2026, 3, 4, 12, 0, tzinfo=UTC))
    shutil.copy(server.evidence_folder / KEY_FILE, folder / KEY_FILE)
    running: Any
    async with running_gateway(database, clock, folder) as running:
        running.clock = clock
        running.mails = LetterQueue(database)
        await running.mails.listen(lambda: None)
        running.road = await database.connect(Role.ROAD)
        yield running
        await running.road.close()
        await running.mails.close()
        assert running.trouble == []
    await server.drop(name)


async def invited(gateway: Any, by: Customer, role: str = "owner", **changes: Any) -> tuple[Any, str]:
    """A person who is invited, and the token of their mail."""
    email = f"person-{next(_NUMBERS)}@example.test"
    body = {"name": "Ann Example", "email": email, "role": role, **changes}
    made = await gateway.call("POST", "/api/team", by, json=body)
    assert made.status == 201, made.body
    return made.body, await token_for(gateway, email)


async def token_for(gateway: Any, email: str) -> str:
    """The token of the mail that waits for somebody."""
    (mail,) = [one for one in await gateway.mails.claim(gateway.clock.now(), 100) if one.told.email == email]
    letter: str = plain_letter(mail.told, "us@gateway.example").get_content()
    return letter.split("token ")[1].split(maxsplit=1)[0]


async def accepted(gateway: Any, by: Customer, token: str) -> Customer:
    """The key of whoever accepts an invitation."""
    key = await gateway.call("POST", "/api/invitations/accept", json={"token": token})
    assert key.status == 200, key.body
    return Customer(by.name, by.account_id, key.body["client_id"], key.body["client_secret"])


async def joined(gateway: Any, by: Customer, role: str = "owner") -> tuple[Any, Customer]:
    """A person who joined: what they are shown as, and their key."""
    person, token = await invited(gateway, by, role)
    return person, await accepted(gateway, by, token)


async def programs(gateway: Any, by: Customer, *scopes: str, **more: Any) -> Customer:
    """A program's key that somebody makes."""
    made = await gateway.call("POST", "/api/keys", by, json={"name": "Shop", "scopes": scopes, **more})
    assert made.status == 201, made.body
    return Customer(by.name, by.account_id, made.body["client_id"], made.body["client_secret"])


async def rotated(gateway: Any, by: Customer, key: Customer, hours: int = 0) -> Customer:
    """A key with the new secret that somebody gave it."""
    async with gateway.directory_changed():
        made = await gateway.call("POST", f"/api/keys/{key.client_id}/rotate", by, json={"overlap_hours": hours})
    assert made.status == 200, made.body
    return Customer(key.name, key.account_id, key.client_id, made.body["client_secret"])


async def status(gateway: Any, key: Customer, path: str = "/api/me") -> int:
    """How the door answers a key."""
    answer = await gateway.call("GET", path, key)
    return int(answer.status)
