"""Owns the hands of right holders in tests: claims, the tokens they are mailed, time that passes."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from comity.app.compose.desk import DEEDS
from comity.edges.mail.deliver import MailWorker
from comity.edges.mail.plain_letters import plain_letter
from comity.edges.mail.settings import read_smtp
from comity.edges.postgres.deadline_store import FailedDeedError, PostgresDeadlines
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.letter_store import LetterQueue
from comity.journey.deadlines import Deadlines
from comity.policy.files import default_files, policy_of
from support.mailbox import mailbox

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from comity.policy.document import Policy
    from support.gateway import Answer, Customer, Gateway

_BANKS = "brands/banks.toml"
CLAIM = {
    "kind": "trademark",
    "holder": "Rabobank",
    "right": "Benelux trademark 0766222",
    "email": "brand@rabobank.nl",
    "good_faith": True,
}


def proving_policy(**domains: str) -> Policy:
    """The default policy, where mail from a domain proves a claim of a bank's right."""
    files = dict(default_files())
    for brand, domain in domains.items():
        table = f"[{brand}]\n"
        files[_BANKS] = files[_BANKS].replace(table, f'{table}proof_domains = ["{domain}"]\n', 1)
    return policy_of(files, "the policy of this test")


async def vouch(gateway: Gateway, reviewer: Customer, number: str, *brands: str) -> Answer:
    """A reviewer found out otherwise who a holder is."""
    return await gateway.call("POST", f"/api/desk/takedowns/{number}/proof", reviewer, json={"brands": brands})


async def claim(gateway: Gateway, customer: Customer | None = None, **changes: Any) -> Answer:
    """Claim a takedown."""
    return await gateway.call("POST", "/api/takedowns", customer, json={**CLAIM, **changes})


async def mailed_token(gateway: Gateway, clock: Any, email: str) -> str:
    """Have the mails sent to a real server; gives the token of the last one to an address."""
    async with mailbox() as box:
        server = read_smtp(f"smtp://{box.url}?from=notices@gateway.example&starttls=no")
        worker = MailWorker(LetterQueue(gateway.database), server, clock, write=plain_letter)
        try:
            await worker.once()
        finally:
            await worker._queue.close()
        words: str = box.to(email)[-1].get_content()
        token = words.replace("\n", " ").partition("send the token ")[2].split()[0]
    assert await gateway.value("SELECT count(*) FROM letters") == 0
    return token


async def prove(gateway: Gateway, clock: Any, number: str, email: str = CLAIM["email"]) -> Answer:  # type: ignore[assignment]
    """Give back the token that was mailed."""
    token = await mailed_token(gateway, clock, email)
    return await gateway.call("POST", "/api/takedowns/proof", json={"number": number, "token": token})


@contextlib.asynccontextmanager
async def passing(gateway: Gateway, clock: Any) -> AsyncIterator[Callable[..., Awaitable[None]]]:
    """Moves the clock, and does what is due."""
    held = HeldConnections(gateway.database, "test", most=2)

    async def now(_connection: object) -> Any:
        return clock.now()

    deadlines = Deadlines(PostgresDeadlines(gateway.database, held, now), DEEDS, FailedDeedError)

    async def pass_time(**span: float) -> None:
        clock.advance(timedelta(**span))
        await deadlines.once()

    yield pass_time
    await held.close()
