"""Owns the hands of a disclosure desk in tests: people, requests along their way, packages opened."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from comity.app.compose.desk import DEEDS
from comity.edges.postgres.deadline_store import FailedDeedError, PostgresDeadlines
from comity.edges.postgres.held import HeldConnections
from comity.journey.deadlines import Deadlines
from support.desk import staff

if TYPE_CHECKING:
    from comity.base.clock import SetClock
    from support.gateway import Answer, Customer, Gateway

PERSON = "32470000011"
OTHER = "32470000012"
COURT = {
    "kind": "authority",
    "name": "Court of Example",
    "country": "BE",
    "reference": "2026/17",
    "person": "J. Example",
    "contact": "+3220000000",
}
DESK = "/api/desk/disclosures"


class Desk:
    """Pat, a reviewer, prepares; Sue and Max, seniors, decide."""

    def __init__(self, gateway: Gateway, clock: SetClock, people: dict[str, Customer]) -> None:
        self.gateway = gateway
        self.clock = clock
        self.pat, self.sue, self.max = people["Pat"], people["Sue"], people["Max"]

    async def enter(self, by: Customer | None = None, **changes: Any) -> Answer:
        """Enter a request about a person's last ten days."""
        now = self.clock.now()
        asked = {
            "numbers": [f"+{PERSON}"],
            "since": (now - timedelta(days=10)).isoformat(),
            "until": now.isoformat(),
            **changes.pop("asked", {}),
        }
        body = {"requester": COURT, "basis": "court-order", "asked": asked, **changes}
        return await self.gateway.call("POST", DESK, by or self.pat, json=body)

    async def take(self, id_: str, step: str, by: Customer, **body: Any) -> Answer:
        """Take a step."""
        return await self.gateway.call("POST", f"{DESK}/{id_}/{step}", by, json=body)

    async def prepared(self, **changes: Any) -> str:
        """A request that waits for a second person; its id."""
        entered = await self.enter(**changes)
        assert entered.status == 201, entered.body
        id_: str = entered.body["id"]
        checked = await self.take(
            id_, "identity", self.pat, how="Called the court back", found="The clerk knew the file"
        )
        assert checked.status == 200, checked.body
        chosen = await self.take(id_, "prepare", self.pat)
        assert chosen.status == 200, chosen.body
        return id_

    async def release(self, id_: str, by: Customer | None = None, **changes: Any) -> Answer:
        """Release what is prepared."""
        said = {"why": "A valid order, narrowly answered.", "preparation": (await self.show(id_))["preparation"]}
        return await self.take(id_, "release", by or self.sue, **{**said, **changes})

    async def show(self, id_: str) -> Any:
        """The request as staff see it."""
        return (await self.gateway.call("GET", f"{DESK}/{id_}", self.sue)).body

    async def collect(self, link: str) -> tuple[int, bytes, Any]:
        """Status, octets and headers of a GET of a link."""
        async with self.gateway.session.get(self.gateway.url + link) as response:
            return response.status, await response.read(), response.headers

    async def pass_time(self, **span: float) -> None:
        """Move the clock, and do what is due."""
        self.clock.advance(timedelta(**span))
        held = HeldConnections(self.gateway.database, "test", most=2)

        async def now(_connection: Any) -> Any:
            return self.clock.now()

        deadlines = Deadlines(PostgresDeadlines(self.gateway.database, held, now), DEEDS, FailedDeedError)
        try:
            await deadlines.once()
        finally:
            await held.close()


async def desk_of(gateway: Gateway, clock: SetClock) -> Desk:
    """A desk with its people."""
    roles = {"Pat": "reviewer", "Sue": "senior", "Max": "senior"}
    return Desk(gateway, clock, {person: await staff(gateway, person, role) for person, role in roles.items()})


def opened(content: bytes) -> dict[str, Any]:
    """The document in an archive, whose sums are checked."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    for line in files["SHA256SUMS"].decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(files[name]).hexdigest() == digest
    assert files["disclosure.pdf"].startswith(b"%PDF-")
    document: dict[str, Any] = json.loads(files["disclosure.json"])
    return document
