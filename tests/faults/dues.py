"""Owns what falls due in a round: accounts whose deadlines lie seconds ahead, and what must be true after them.

Instants are handed to the product's own functions, which take them as any caller's: a request is asked a day ago, less
what is left of its time. Nothing waits a day, and no clock is moved. It must not know what is killed meanwhile.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from comity.accounts.standing import Change, Event, Reasons, standing_of
from comity.consent.proof_request import ProofTerms, Wanted
from comity.edges.postgres import operator_store, proof_deeds, proof_steps, proof_store, webhook_store
from comity.edges.postgres.standing_store import NewStrike, StandingChange, add_strike, change_standing
from comity.edges.webhooks.addresses import read_networks
from comity.senders.read import Sender, read_sender

if TYPE_CHECKING:
    import asyncpg

MICRO = 1_000_000
BOUGHT, BONUS = 10, 1
SOON_S = (0.5, 3.0)
"""Deadlines lie so far ahead, in seconds; what prepares them takes less than the first."""
_RULES = webhook_store.EndpointRules(read_networks(["127.0.0.0/8"]))
_people = count()


class Prepared:
    """An account with something due, and its headers for the doors."""

    def __init__(self, what: str, account_id: int, made: operator_store.Credentials) -> None:
        self.what, self.account_id, self.name = what, account_id, made.account
        self.headers = {"X-Client-Id": made.client_id, "X-Client-Secret": made.client_secret}


async def account(connection: asyncpg.Connection, what: str, tag: str, hook: str) -> Prepared:
    """A new account that may send, and is told of its notices."""
    new = operator_store.NewAccount(f"{what} {tag}", BOUGHT * MICRO, BONUS * MICRO, accepted_by="Ann Example")
    made = await operator_store.create_account(connection, new)
    account_id = await operator_store.account_id_of(connection, new.name)
    sender = read_sender("12345")
    assert isinstance(sender, Sender)
    await operator_store.grant_sender(connection, account_id, sender, None, ("", "", b""))
    await webhook_store.create(connection, account_id, webhook_store.Wanted(hook, "POST", ["notice"]), _RULES)
    return Prepared(what, account_id, made)


async def bring_near(connection: asyncpg.Connection, one: Prepared, in_s: float) -> None:
    """Let what the account is for fall due in so many seconds, by the product's own functions."""
    now = datetime.now(UTC)
    async with connection.transaction():
        await _DUE[one.what](connection, one.account_id, now + timedelta(seconds=in_s), now)


async def _proof(connection: asyncpg.Connection, account_id: int, due_at: datetime, _now: datetime) -> None:
    """Asked and served a day ago; nobody answered."""
    asked_at = due_at - timedelta(hours=ProofTerms().window_h)
    wanted = Wanted((f"3247{next(_people):07d}",))
    key = await proof_steps.ask(
        connection, proof_steps.NewProofRequest(account_id, wanted, "the spring offers", "Rita"), asked_at
    )
    request = await proof_store.lock(connection, account_id, key)
    await proof_deeds.serve_by_hand(connection, request, "by phone", asked_at, proof_steps.Step("Rita", asked_at))


async def _unserved(connection: asyncpg.Connection, account_id: int, due_at: datetime, _now: datetime) -> None:
    """Asked four hours ago; it has reached nobody, because nobody is told by webhook."""
    await connection.execute("DELETE FROM webhooks WHERE account_id = $1", account_id)
    wanted = Wanted((f"3247{next(_people):07d}",))
    new = proof_steps.NewProofRequest(account_id, wanted, "the summer offers", "Rita")
    await proof_steps.ask(connection, new, due_at - timedelta(hours=ProofTerms().unserved_h))


async def _strike(connection: asyncpg.Connection, account_id: int, due_at: datetime, now: datetime) -> None:
    strike = NewStrike(account_id, "U8", "Carriers rejected a quarter of it.", 2, "Rita", lasts=due_at - now)
    await add_strike(connection, strike, now)


async def _term(connection: asyncpg.Connection, account_id: int, due_at: datetime, now: datetime) -> None:
    """Suspended for a moment; what waits to be sent goes when that is over."""
    reasons = Reasons("A carrier asked us to.", "U8")
    await change_standing(connection, StandingChange(account_id, "suspend", reasons, "Rita", due_at), now)
    # It stands a thousand years on while its account is suspended; it was due now.
    await connection.execute(
        "UPDATE queue SET due_at = $2::timestamptz + interval '1000 years' WHERE account_id = $1", account_id, now
    )


async def _lot(connection: asyncpg.Connection, account_id: int, due_at: datetime, _now: datetime) -> None:
    await operator_store.add_credits(connection, account_id, "bonus", 7 * MICRO, due_at)


_DUE = {"proof": _proof, "unserved": _unserved, "strike": _strike, "term": _term, "lot": _lot}
KINDS = tuple(_DUE)
# What keeps a deed of a kind waiting with its transaction open.  $1 account
HELD_UP = dict.fromkeys(KINDS, "SELECT FROM accounts WHERE account_id = $1 FOR UPDATE") | {
    "lot": "SELECT FROM lots WHERE account_id = $1 FOR UPDATE"
}

# What each account looks like after its deadline: standing, what changed it, what is owed, and its request for proof.
_ALL_BOUGHT = [BOUGHT * MICRO]
_EXPECTED: dict[str, dict[str, Any]] = {
    "proof": {"standing": "deactivated", "events": ["deactivate"], "payouts": _ALL_BOUGHT, "request": "deactivated"},
    "unserved": {"standing": "suspended", "events": ["suspend"], "payouts": [], "request": "unserved"},
    "strike": {"standing": "good", "events": ["limit", "strike-expired"], "payouts": [], "request": None},
    "term": {"standing": "good", "events": ["suspend", "term-ended"], "payouts": [], "request": None},
    "lot": {"standing": "good", "events": [], "payouts": [], "request": None},
}


async def is_over(connection: asyncpg.Connection, accounts: list[int]) -> bool:
    """Whether nothing of these accounts is due any more."""
    return not await connection.fetchval(
        "SELECT count(*) FROM deadlines WHERE account_id = ANY ($1) AND due_at < now() + interval '1 minute'", accounts
    )


async def assert_done_once(connection: asyncpg.Connection, one: Prepared) -> None:
    """What was due was done, once, with its reasons, evidence and notice."""
    standing = await connection.fetchval("SELECT standing FROM accounts WHERE account_id = $1", one.account_id)
    sanctions = await connection.fetch(
        "SELECT sanction_id, statement_id, event, ends, reasons, statement FROM sanctions"
        " WHERE account_id = $1 ORDER BY sanction_id",
        one.account_id,
    )
    found = {
        "standing": standing,
        "events": [row["event"] for row in sanctions],
        "payouts": [
            row["micro_credits"]
            for row in await connection.fetch("SELECT micro_credits FROM payouts WHERE account_id = $1", one.account_id)
        ],
        "request": await connection.fetchval("SELECT state FROM proof_requests WHERE account_id = $1", one.account_id),
    }
    assert found == _EXPECTED[one.what], one.what
    assert await twice(connection, one.account_id) == [], one.what
    # No sanction without reasons, and no standing without sanctions.
    for row in sanctions:
        assert (bool(row["reasons"]["facts"].strip()), bool(row["statement"]["clause"])) == (True, True)
    history = [Change(row["sanction_id"], Event(row["event"]), tuple(row["ends"])) for row in sanctions]
    assert standing_of(history).value == standing


# Whatever is written for one event is written once: name, and a query of what is there twice.
_TWICE = {
    "refunds of a message": "SELECT subject FROM ledger_entries WHERE kind = 'refund' AND account_id = $1"
    " GROUP BY subject, lot_id HAVING count(*) > 1",
    "expiries of a lot": "SELECT lot_id FROM ledger_entries WHERE kind = 'expiry' AND account_id = $1"
    " GROUP BY lot_id HAVING count(*) > 1",
    "events of a request": "SELECT event FROM proof_request_events WHERE account_id = $1 AND event <> 'extend'"
    " GROUP BY event HAVING count(*) > 1",
    "reminders": "SELECT body ->> 'summary' FROM notices WHERE account_id = $1 AND kind = 'proof-reminder'"
    " GROUP BY 1 HAVING count(*) > 1",
    "sanctions without a notice of their own": "SELECT count(*) FROM sanctions s WHERE s.account_id = $1"
    " HAVING count(*) <> (SELECT count(*) FROM notices n WHERE n.account_id = $1 AND n.kind = 'standing')"
    " OR count(*) <> (SELECT count(DISTINCT body ->> 'id') FROM notices n WHERE account_id = $1 AND kind = 'standing')",
    "cases of a request": "SELECT kind FROM cases WHERE account_id = $1 AND kind = 'proof' GROUP BY 1"
    " HAVING count(*) > 1",
}


async def twice(connection: asyncpg.Connection, account_id: int) -> list[str]:
    """What is there twice of an account; nothing, when all is well."""
    return [name for name, sql in _TWICE.items() if await connection.fetch(sql, account_id)]


async def evidence_kinds(connection: asyncpg.Connection, account_id: int) -> list[str]:
    """The kinds of an account's entries of evidence, in their order."""
    rows = await connection.fetch(
        "SELECT kind FROM evidence_entries WHERE account_id = $1 ORDER BY sequence", account_id
    )
    return [row["kind"] for row in rows]


async def notices(connection: asyncpg.Connection, accounts: list[int]) -> set[str]:
    """Ids of notices that webhooks have to be told of; what a dead worker was telling is anybody's again.

    That is so after two minutes, which nobody waits here.
    """
    await connection.execute(
        "UPDATE webhook_events SET claimed_until = now() WHERE account_id = ANY ($1) AND claimed_until IS NOT NULL",
        accounts,
    )
    rows = await connection.fetch(
        "SELECT notice_id FROM notice_deliveries WHERE account_id = ANY ($1) AND channel = 'webhook'", accounts
    )
    return {str(row["notice_id"]) for row in rows}
