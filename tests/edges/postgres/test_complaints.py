"""Complaints in the store: what they freeze, how that ends, and what happens when things come at once."""

import asyncio
import contextlib
from datetime import timedelta

import pytest

from comity.accounts.standing import AUTOMATIC
from comity.app.compose.desk import DEEDS
from comity.base.ids import from_wire
from comity.cases.life import Role
from comity.complaints.complaint import NewComplaint, NewFreeze
from comity.complaints.life import FreezeEvent
from comity.edges.postgres import complaint_freezes, complaint_parking
from comity.edges.postgres.complaint_freeze_telling import Word
from comity.edges.postgres.complaint_frozen import lock_freeze
from comity.edges.postgres.complaint_parking import AGAIN
from comity.edges.postgres.complaint_store import file_complaint, freeze, lift
from comity.edges.postgres.deadline_store import FailedDeedError, PostgresDeadlines
from comity.edges.postgres.held import HeldConnections
from support.complaints import PLAIN, Passing, arrive, complain, parked, state_of
from support.desk import decide, staff
from support.gateway import running_gateway

ONE, TWO, THREE = "32470000001", "32470000002", "32470000003"
LIKELY = {"phishing": 0.7}
SHOP = {"sender": "Acme"}


@pytest.fixture
async def gateway(database, clock, tmp_path):
    async with running_gateway(database, clock, tmp_path) as running:
        yield running


@pytest.fixture
async def pass_time(gateway, clock):
    passing = Passing(gateway, clock)
    yield passing
    await passing.close()


@pytest.fixture
async def acme(gateway):
    return await gateway.customer(senders=("Acme",))


async def wait_for(gateway, acme, text=PLAIN, to=TWO):
    return (await gateway.send(acme, to=f"+{to}", message=text, **SHOP)).body["messageid"]


async def make(gateway, clock, kind, key, account=None, **more):
    what = NewFreeze(account, kind, key, "Somebody complained.", "", more.pop("by", AUTOMATIC), **more)
    async with gateway._lock, gateway.connection.transaction():
        number = await freeze(gateway.connection, what, clock.now())
    await parked(gateway, clock)
    return number


async def end(gateway, clock, number):
    async with gateway._lock, gateway.connection.transaction():
        await lift(gateway.connection, number, "Rita", "It was harmless.", clock.now())


async def states(gateway):
    return [row["state"] for row in await gateway.fetch("SELECT state FROM freezes ORDER BY freeze_id")]


async def test_a_proven_complaint_about_a_likely_text_freezes_what_waits_and_what_comes(gateway, acme, clock):
    await arrive(gateway, acme, ONE, PLAIN, scores=LIKELY, **SHOP)
    waiting, other = await wait_for(gateway, acme), await wait_for(gateway, acme, "Acme: order 1 is here.")
    async with gateway.directory_changed():
        filed = await complain(gateway, clock, recipient=ONE, text=PLAIN, proven=True)
    await parked(gateway, clock)
    assert (filed.matched, filed.frozen is not None) == (1, True)
    assert (await state_of(gateway, acme, waiting), await state_of(gateway, acme, other)) == ("held", "queued")
    assert await state_of(gateway, acme, await wait_for(gateway, acme, to=THREE)) == "held"


async def test_what_two_freezes_stop_waits_for_the_end_of_both(gateway, acme, clock):
    waiting, other = await wait_for(gateway, acme), await wait_for(gateway, acme, "Acme: order 1 is here.")
    first = await make(gateway, clock, "sender", "acme", acme.account_id)
    second = await make(gateway, clock, "template", await template_of(gateway, waiting), acme.account_id)
    await end(gateway, clock, first)
    assert [await state_of(gateway, acme, one) for one in (waiting, other)] == ["held", "queued"]
    await end(gateway, clock, second)
    assert await state_of(gateway, acme, waiting) == "queued"
    assert await gateway.ledger_problems() == []


async def template_of(gateway, id_):
    return str(await gateway.value("SELECT template FROM messages WHERE id = $1", from_wire(id_)))


async def test_a_freeze_of_everybodys_traffic_stops_that_of_all_accounts_and_lets_it_go(gateway, acme, clock):
    other = await gateway.customer(senders=("Acme",))
    waiting = [await wait_for(gateway, acme), await wait_for(gateway, other)]
    number = await make(gateway, clock, "template", await template_of(gateway, waiting[0]))
    found = [await state_of(gateway, who, one) for who, one in zip((acme, other), waiting, strict=True)]
    assert found == ["held", "held"]
    await end(gateway, clock, number)
    found = [await state_of(gateway, who, one) for who, one in zip((acme, other), waiting, strict=True)]
    assert found == ["queued", "queued"]


async def test_a_subaccount_is_stopped_with_the_account_above_it(gateway, acme, clock):
    child = await gateway.customer(senders=("Acme",))
    await gateway.fetch("UPDATE accounts SET parent_id = $1 WHERE account_id = $2", acme.account_id, child.account_id)
    waiting = await wait_for(gateway, child)
    async with gateway.directory_changed():
        await make(gateway, clock, "sender", "acme", acme.account_id)
    assert await state_of(gateway, child, waiting) == "held"
    assert await state_of(gateway, child, await wait_for(gateway, child, to=THREE)) == "held"


async def test_another_accounts_traffic_goes_on(gateway, acme, clock):
    other = await gateway.customer(senders=("Acme",))
    waiting = await wait_for(gateway, other)
    async with gateway.directory_changed():
        await make(gateway, clock, "template", await template_of(gateway, waiting), acme.account_id)
    assert await state_of(gateway, other, waiting) == "queued"
    assert await state_of(gateway, other, await wait_for(gateway, other, to=THREE)) == "queued"


@contextlib.asynccontextmanager
async def hard_of_hearing(gateway, acme):
    """What happens meanwhile the node knows only after the next message."""
    before = await gateway.directory.account(acme.account_id)
    async with gateway.directory_changed():
        yield
    gateway.directory._accounts[acme.account_id] = before


async def test_what_a_node_let_in_that_had_not_heard_of_it_is_stopped_seconds_later(gateway, acme, clock, pass_time):
    async with hard_of_hearing(gateway, acme):
        await make(gateway, clock, "sender", "acme", acme.account_id)
    late = await wait_for(gateway, acme)
    assert await state_of(gateway, acme, late) == "queued"
    await pass_time(seconds=2)
    assert await state_of(gateway, acme, late) == "held"


async def test_what_a_node_held_that_had_not_heard_of_the_end_goes_seconds_later(gateway, acme, clock, pass_time):
    async with gateway.directory_changed():
        number = await make(gateway, clock, "sender", "acme", acme.account_id)
    async with hard_of_hearing(gateway, acme):
        await end(gateway, clock, number)
    late = await wait_for(gateway, acme)
    assert await state_of(gateway, acme, late) == "held"
    await pass_time(seconds=2)
    assert await state_of(gateway, acme, late) == "queued"
    await pass_time(seconds=5)
    assert await gateway.value("SELECT count(*) FROM queue WHERE account_id = $1", acme.account_id) == 1


async def test_what_another_rule_holds_too_waits_in_the_case_of_that_rule(gateway, acme, clock):
    async with gateway.directory_changed():
        number = await make(gateway, clock, "sender", "acme", acme.account_id)
    both = await wait_for(gateway, acme, "Text 112 to this number in an emergency.")
    assert await state_of(gateway, acme, both) == "held"
    await end(gateway, clock, number)
    assert await state_of(gateway, acme, both) == "held"


async def test_whoever_decides_the_case_of_a_freeze_ends_it(gateway, acme, clock):
    rita = await staff(gateway, "Rita Example")
    await make(gateway, clock, "sender", "acme", acme.account_id)
    (case,) = (await gateway.call("GET", "/api/desk/cases", rita, params={"kind": "hold"})).body["items"]
    assert (await decide(gateway, rita, case["id"], "overturn")).status == 200
    assert await states(gateway) == ["lifted"]


async def test_what_was_upheld_is_refused_and_paid_back_once(gateway, acme, clock, pass_time):
    rita = await staff(gateway, "Rita Example")
    before = await gateway.spendable(acme)
    waiting = await wait_for(gateway, acme)
    await make(gateway, clock, "sender", "acme", acme.account_id)
    (stopped,) = (await gateway.call("GET", "/api/desk/freezes", rita)).body["items"]
    path, why = f"/api/desk/freezes/{stopped['id']}", {"why": "It is fraud."}
    assert (await gateway.call("POST", f"{path}/uphold", rita, json=why)).status == 200
    assert (await gateway.call("POST", f"{path}/lift", rita, json=why)).status == 409
    await pass_time(hours=2)
    assert await state_of(gateway, acme, waiting) == "refused"
    assert await gateway.spendable(acme) == before
    assert await gateway.ledger_problems() == []


async def test_a_long_queue_is_walked_in_commits_of_their_own_and_on_from_where_a_dead_process_was(
    gateway, acme, clock, monkeypatch
):
    monkeypatch.setattr(complaint_parking, "_PIECE", 2)
    other = await gateway.customer(senders=("Acme",))
    waiting = [(who, await wait_for(gateway, who, to=f"324700000{n:02}")) for n in range(3) for who in (acme, other)]
    free = await wait_for(gateway, acme, "Acme: order 1 is here.")
    what = NewFreeze(None, "template", await template_of(gateway, waiting[0][1]), "Somebody complained.", "", AUTOMATIC)
    async with gateway._lock, gateway.connection.transaction():
        await freeze(gateway.connection, what, clock.now())

    async def held():
        return [await state_of(gateway, *one) for one in waiting].count("held")

    connections = HeldConnections(gateway.database, "comity-test-walk", most=1)

    async def now(_connection):
        return clock.now()

    deeds = PostgresDeadlines(gateway.database, connections, now)
    found = [await held()]
    while await deeds.do_next(DEEDS):
        found.append(await held())
        if found[-1] == 2:
            # as when the node dies that does the next piece
            with pytest.raises(FailedDeedError):
                await deeds.do_next({AGAIN: _dies})
            clock.advance(timedelta(seconds=1))
    await connections.close()
    assert found[0] == 0
    assert 2 in found
    assert found[-1] == 6
    assert found == sorted(found)
    assert await state_of(gateway, acme, free) == "queued"
    assert await gateway.value("SELECT count(*) FROM queue") == 1


async def _dies(connection, due, now):
    await complaint_freezes.look_again(connection, due, now)
    raise ConnectionError


async def test_what_is_refused_is_all_that_waited_though_the_walk_was_not_over(gateway, acme, clock):
    waiting = [await wait_for(gateway, acme, to=f"324700000{n:02}") for n in range(3)]
    what = NewFreeze(acme.account_id, "sender", "acme", "Somebody complained.", "", "Rita")
    async with gateway._lock, gateway.connection.transaction():
        number = await freeze(gateway.connection, what, clock.now())
        found = await lock_freeze(gateway.connection, number)
        word = Word("Rita", Role.SENIOR, "It is fraud.", clock.now())
        await complaint_freezes.end(gateway.connection, found, FreezeEvent.UPHOLD, word)
    assert [await state_of(gateway, acme, one) for one in waiting] == ["refused"] * 3
    assert await gateway.ledger_problems() == []


async def test_a_message_of_which_a_carrier_has_a_part_goes_on(gateway, acme, clock):
    waiting = await wait_for(gateway, acme)
    await gateway.fetch(
        "UPDATE message_life SET part_states = '{submitted,queued}' WHERE account_id = $1", acme.account_id
    )
    await make(gateway, clock, "sender", "acme", acme.account_id)
    assert await state_of(gateway, acme, waiting) == "queued"


async def test_reports_that_come_at_once_make_one_case_and_one_freeze(gateway, acme, clock, database):
    numbers = [f"324700001{n:02}" for n in range(8)]
    for number in numbers:
        await arrive(gateway, acme, number, PLAIN, scores=LIKELY, **SHOP)
    held = HeldConnections(database, "comity-test-reports", most=8)

    async def file(number):
        new = NewComplaint("form", "phishing", PLAIN, number, proven=True, reporter_key=number.encode())
        async with held.connection() as connection, connection.transaction():
            return await file_complaint(connection, new, clock.now())

    filed = await asyncio.gather(*map(file, numbers))
    await held.close()
    assert len({one.case for one in filed}) == 1
    assert len({one.number for one in filed}) == len(numbers)
    assert await states(gateway) == ["in-force"]
    facts = await gateway.value("SELECT facts FROM cases WHERE kind = 'complaint'")
    assert (facts["complaints"], facts["independent"]) == (8, 8)


async def test_a_lapse_and_a_confirmation_at_once_leave_one_of_both(gateway, acme, clock, pass_time):
    rita = await staff(gateway, "Rita Example")
    waiting = await wait_for(gateway, acme)
    await make(gateway, clock, "sender", "acme", acme.account_id)
    (stopped,) = (await gateway.call("GET", "/api/desk/freezes", rita)).body["items"]
    clock.advance(timedelta(minutes=60))
    path = f"/api/desk/freezes/{stopped['id']}/confirm"
    answer, _ = await asyncio.gather(gateway.call("POST", path, rita, json={"why": "Fraud."}), pass_time(seconds=0))
    (state,) = await states(gateway)
    expected = {"confirmed": (200, "held"), "lapsed": (409, "queued")}[state]
    assert (answer.status, await state_of(gateway, acme, waiting)) == expected


async def test_a_policy_without_the_rule_freezes_nothing(gateway, acme, clock):
    await gateway.fetch(
        "UPDATE policy_versions SET digest = 'b', source = replace(source, '[traffic-frozen]\\naction = \\\"hold\\\"',"
        ' \'[traffic-frozen]\\nmode = \\"monitor\\"\\naction = \\"hold\\"\')'
    )
    await arrive(gateway, acme, ONE, PLAIN, scores=LIKELY, **SHOP)
    filed = await complain(gateway, clock, recipient=ONE, text=PLAIN, proven=True)
    assert (filed.matched, filed.frozen) == (1, None)
