"""kill -9 in the middle of the desk's work: no deadline lost, no refund twice, no sanction without reasons.

Accounts are made whose deadlines lie seconds ahead (`dues`), a reviewer decides a case meanwhile, and processes die at
random moments of that, several times a round; and each kind of deed is caught with its transaction open, and killed
there. COMITY_FAULT_ROUNDS says how many rounds are played, COMITY_FAULT_SEED repeats a run's choices.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
import shutil
from collections import Counter
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
import pytest_asyncio

from comity.edges.postgres import operator_store
from comity.edges.postgres.refund_store import NoPayoutError, list_payouts, settle_payout
from faults import dues
from faults.desk import DESK, Desk, open_desk
from faults.stage import WINDOW, until
from faults.test_kill9 import SEED, made_folder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

VICTIMS = (DESK, "postgres", "everything", "api", "supervisor")
ROUNDS = int(os.environ.get("COMITY_FAULT_ROUNDS", len(VICTIMS)))
OF_EACH = 3
HELD = 6
KILLS = 3
# With these a dispatcher dies, or its store does: what it had in flight may be sent again, and no more than that.
IN_FLIGHT = {DESK: 0, "api": 0, "postgres": WINDOW, "supervisor": WINDOW, "everything": WINDOW}
LATER = "2030-01-01 10:00"

_log = logging.getLogger("faults")
pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk() -> AsyncIterator[Desk]:
    folder = await asyncio.to_thread(made_folder)
    try:
        async with open_desk(folder) as opened:
            yield opened
            await opened.gateway.ready()
            assert json.loads(await opened.gateway.command("evidence", "verify", "--json"))["holds"], f"{SEED=}"
    finally:
        await asyncio.to_thread(shutil.rmtree, folder)


@pytest.mark.parametrize(("number", "victim"), [(number, VICTIMS[number % len(VICTIMS)]) for number in range(ROUNDS)])
async def test_what_was_due_is_done_once_though_processes_die_meanwhile(desk: Desk, number: int, victim: str):
    chance, told = random.Random(f"{SEED} desk {number}"), f"{victim}, COMITY_FAULT_SEED={SEED}"
    await desk.gateway.ready()
    before = times_again(desk)
    prepared = [one for kind in dues.KINDS for one in await made(desk, kind, f"r{number}", OF_EACH)]
    held = await hold_messages(desk, f"h{number}", number)
    async with desk.database() as connection:
        for one in prepared:
            await dues.bring_near(connection, one, chance.uniform(*dues.SOON_S))
    reviewer = asyncio.create_task(desk.overturn(held.name))
    struck = []
    for _ in range(KILLS):
        struck.append(chance.uniform(0.0, dues.SOON_S[1] / KILLS))
        await asyncio.sleep(struck[-1])  # anywhere between two deeds, or in one
        await desk.strike(victim)
    assert (await reviewer)["released"] == HELD
    await desk.settled([one.account_id for one in prepared], told)

    notices = await done_once(desk, prepared, told)
    await released_once(desk, held, {f"h{number} {n}" for n in range(HELD)}, told)
    again = times_again(desk) - before
    assert again <= IN_FLIGHT[victim] * KILLS, f"{again} messages were sent twice ({told})"
    await paid_once(desk, prepared)
    await ledger_balances(desk)
    _log.info(
        "%s: killed after %s s; %d deadlines, %d notices, %d messages released; %d sent twice", victim,
        ", ".join(f"{at:.2f}" for at in struck), len(prepared), notices, HELD, again,
    )  # fmt: skip


@pytest.mark.parametrize("kind", dues.KINDS)
async def test_a_deed_that_is_killed_with_its_transaction_open_is_done_once_by_the_next(desk: Desk, kind: str):
    await desk.gateway.ready()
    (one,) = await made(desk, kind, "caught", 1)
    async with desk.database() as holder:
        with desk.paused(DESK):
            await dues.bring_near(holder, one, 0.1)
            begun = holder.transaction()
            await begun.start()
            await holder.execute(dues.HELD_UP[kind], one.account_id)
        await caught(desk, "comity-desk")
        await desk.strike(DESK)
        await begun.commit()
    await desk.settled([one.account_id], kind)
    await done_once(desk, [one], kind)
    await ledger_balances(desk)


async def test_a_decision_that_is_killed_with_its_transaction_open_is_made_once(desk: Desk):
    await desk.gateway.ready()
    held = await hold_messages(desk, "caught", 9_000)
    async with desk.database() as holder, holder.transaction():
        await holder.execute("SELECT FROM message_life WHERE account_id = $1 FOR UPDATE", held.account_id)
        reviewer = asyncio.create_task(desk.overturn(held.name))
        await caught(desk, "comity-api")
        await desk.strike("api")
    assert (await reviewer)["released"] == HELD
    await released_once(desk, held, {f"caught {n}" for n in range(HELD)}, "decision")
    await ledger_balances(desk)


async def made(desk: Desk, kind: str, tag: str, many: int) -> list[dues.Prepared]:
    """Accounts of a kind; those that will be closed, or wait out a term, have messages that wait."""
    async with desk.database() as connection:
        prepared = [await dues.account(connection, kind, f"{tag} {n}", desk.hook.url) for n in range(many)]
    for one in prepared:
        for text in range({"proof": 3, "term": 1}.get(kind, 0)):
            await desk.send(one, f"{kind}-{one.account_id} {text}", f"4477{one.account_id:06d}{text:02d}", date=LATER)
    return prepared


async def hold_messages(desk: Desk, tag: str, number: int) -> dues.Prepared:
    """Messages that the shipped policy holds, all in one case."""
    async with desk.database() as connection:
        one = await dues.account(connection, "held", tag, desk.hook.url)
    for n in range(HELD):
        text = f"Text 112 to this number in an emergency. #{tag}.{n}#"
        await desk.send(one, f"{tag} {n}", f"4475{number:04d}{n:04d}", message=text)
    return one


async def caught(desk: Desk, application: str) -> None:
    """Until somebody of that name waits for the lock that we hold, with a transaction open."""

    async def waits() -> bool:
        async with desk.database() as connection:
            return await connection.fetchval(
                "SELECT EXISTS (SELECT FROM pg_stat_activity"
                " WHERE application_name LIKE $1 || '%' AND wait_event_type = 'Lock')",
                application,
            )

    await until(waits, f"{application} is in the middle of it")


def times_again(desk: Desk) -> int:
    """How often the carrier saw what it had seen before."""
    return sum(times - 1 for times in desk.carrier.seen().values())


async def done_once(desk: Desk, prepared: list[dues.Prepared], told: str) -> int:
    """What was due was done, once, and told; how many notices that were."""
    async with desk.database() as connection:
        for one in prepared:
            await dues.assert_done_once(connection, one)
    notices = await desk.told([one.account_id for one in prepared])
    sent = {f"term-{one.account_id} 0" for one in prepared if one.what == "term"}

    async def all_sent() -> bool:
        return sent <= desk.carrier.seen().keys()

    await until(all_sent, f"what waited out a term is sent ({told})")
    closed = {f"proof-{one.account_id}" for one in prepared if one.what == "proof"}
    assert {token for token in desk.carrier.seen() if token.split()[0] in closed} == set(), "what is cancelled stays"
    return notices


async def released_once(desk: Desk, held: dues.Prepared, tokens: set[str], told: str) -> None:
    """Every message of the case is sent, and the case was decided once."""

    async def all_sent() -> bool:
        return tokens <= desk.carrier.seen().keys()

    await until(all_sent, f"what was released is sent ({told})")
    async with desk.database() as connection:
        assert await dues.twice(connection, held.account_id) == []
        assert Counter(await dues.evidence_kinds(connection, held.account_id))["decision"] == 1


async def paid_once(desk: Desk, accounts: list[dues.Prepared]) -> None:
    """Three book each payout as paid; one of them does."""
    names = {one.name for one in accounts}
    async with desk.database() as connection:
        owed = [row for row in await list_payouts(connection, only_open=True) if row["account"] in names]
    assert len(owed) == OF_EACH
    for payout in owed:
        assert sorted(await asyncio.gather(*(pay(desk, payout["payout_id"]) for _ in range(3)))) == [False, False, True]


async def pay(desk: Desk, payout: UUID) -> bool:
    async with desk.database() as connection:
        now = await connection.fetchval("SELECT now()")
        try:
            await settle_payout(connection, payout, ("Ann Example", "transfer 1"), now)
        except NoPayoutError:
            return False
        return True


async def ledger_balances(desk: Desk) -> None:
    async with desk.database() as connection:
        assert await operator_store.check_ledger(connection) == []
