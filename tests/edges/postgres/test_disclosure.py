"""Requests for information in the database: what holds over any history, and what an order to preserve keeps."""

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test

from comity.app.compose.desk import DEEDS
from comity.base.errors import ComityError
from comity.cases.life import Role as StaffRole
from comity.disclosure.life import WrongStepError
from comity.disclosure.request import BadRequestError, IdentityCheck, NewRequest, Requester, Scope, proposal
from comity.edges.postgres import (
    disclosure_orders,
    disclosure_records,
    disclosure_release,
    disclosure_steps,
    disclosure_telling,
)
from comity.edges.postgres.deadline_store import PostgresDeadlines
from comity.edges.postgres.disclosure_orders import BadOrderError, NewOrder
from comity.edges.postgres.disclosure_release import Closing, Collected
from comity.edges.postgres.disclosure_store import Step, find
from comity.edges.postgres.evidence_keys import ensure_evidence
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.roles import Role
from comity.policy.files import default_policy
from support.gateway import operating
from support.postgres import TEMPLATE, fresh_name

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
BASES = default_policy().document.disclosure
COURT = Requester("authority", "Court of Example", "BE", "2026/17")
PEOPLE = st.sampled_from(["Pat", "Sue", "Max"])
NUMBER, OTHER = "32470000011", "32470000012"


class Desk:
    """A desk on a database, with a clock that is moved."""

    def __init__(self, database, connection, account_id):
        self.database, self.connection, self.account_id = database, connection, account_id
        self.now = NOON

    async def enter(self, by="Pat", **changes):
        asked = Scope((), (self.account_id,), self.now - timedelta(days=5), self.now)
        new = {"requester": COURT, "basis": "court-order", "asked": asked, "received_at": self.now, "entered_by": by}
        async with self.connection.transaction():
            return await disclosure_steps.enter(self.connection, NewRequest(**{**new, **changes}), BASES, self.now)

    async def take(self, request_id, deed, *arguments, by="Pat", why="Because."):
        async with self.connection.transaction():
            request = await find(self.connection, request_id, lock=True)
            done = Step(by, self.now, why, StaffRole.SENIOR, request.preparation)
            return await deed(self.connection, request, *arguments, done)

    async def prepared(self, **changes):
        request_id = await self.enter(**changes)
        await self.take(request_id, disclosure_steps.check_identity, IdentityCheck("Called back", "Known"))
        await self.prepare(request_id)
        return request_id

    async def prepare(self, request_id, by="Pat"):
        request = await find(self.connection, request_id)
        await self.take(request_id, disclosure_steps.prepare, proposal(request.asked, request.terms), by=by)

    async def release(self, request_id, deed=disclosure_release.release, by="Sue"):
        _, sealed = await self.take(request_id, deed, Closing(timedelta(days=3)), by=by)
        return sealed.token

    async def collect(self, token):
        """With a connection of its own, as parallel requests have."""
        connection = await self.database.connect(Role.ROAD)
        try:
            async with connection.transaction():
                return await disclosure_release.collect(connection, token, self.now)
        finally:
            await connection.close()

    async def do_what_is_due(self):
        held = HeldConnections(self.database, "test", most=1)

        async def now(_connection):
            return self.now

        deadlines = PostgresDeadlines(self.database, held, now)
        while await deadlines.do_next(DEEDS):
            pass
        await held.close()


@pytest.fixture
async def desk(database, tmp_path):
    async with operating(database) as operator:
        await ensure_evidence(operator.connection, tmp_path)
        customer = await operator.customer()
        yield Desk(database, operator.connection, customer.account_id)


class Histories(RuleBasedStateMachine):
    """Requests along any path, by anybody, with the clock jumping and links used by many at once."""

    loop = desk = None
    requests, tokens = Bundle("requests"), Bundle("tokens")

    def __init__(self):
        super().__init__()
        self.entered, self.handed_out = [], {}

    def run(self, work):
        """What is done; None where it may not be."""
        try:
            return self.loop.run_until_complete(work)
        except ComityError:
            return None

    @rule(target=requests, by=PEOPLE, emergency=st.booleans(), late=st.integers(0, 12), delay=st.booleans())
    def enter(self, by, emergency, late, delay):
        order = {"delay_until": self.desk.now + timedelta(days=4), "delay_order": "Order 1"} if delay else {}
        received = self.desk.now - timedelta(days=late)
        entered = self.run(self.desk.enter(by, emergency=emergency, received_at=received, **order))
        self.entered.append(entered)
        return entered

    @rule(request=requests, by=PEOPLE)
    def check(self, request, by):
        identity = IdentityCheck("Called back", "Known")
        self.run(self.desk.take(request, disclosure_steps.check_identity, identity, by=by))

    @rule(request=requests, by=PEOPLE)
    def prepare(self, request, by):
        self.run(self.desk.prepare(request, by))

    @rule(
        request=requests,
        by=PEOPLE,
        deed=st.sampled_from([disclosure_steps.send_back, disclosure_steps.refuse, disclosure_release.withdraw]),
    )
    def say(self, request, by, deed):
        self.run(self.desk.take(request, deed, by=by))

    @rule(target=tokens, request=requests, by=PEOPLE)
    def release(self, request, by):
        token = self.run(self.desk.release(request, by=by))
        return multiple(*([token] if token else []))

    @rule(target=tokens, request=requests, by=PEOPLE)
    def seal_anew(self, request, by):
        token = self.run(self.desk.release(request, disclosure_release.seal, by=by))
        return multiple(*([token] if token else []))

    @rule(token=tokens, many=st.integers(1, 3))
    def collect(self, token, many):
        async def all_at_once():
            return await asyncio.gather(*(self.desk.collect(token) for _ in range(many)))

        got = sum(isinstance(one, Collected) for one in self.loop.run_until_complete(all_at_once()))
        self.handed_out[token] = self.handed_out.get(token, 0) + got
        assert self.handed_out[token] <= 1

    @rule(hours=st.sampled_from([1, 7, 30, 100, 300]))
    def time_passes(self, hours):
        self.desk.now += timedelta(hours=hours)
        self.loop.run_until_complete(self.desk.do_what_is_due())

    @invariant()
    def what_was_promised_holds(self):
        for law, sql in LAWS.items():
            assert self.loop.run_until_complete(self.desk.connection.fetchval(sql)) == 0, law


_LIVE = "SELECT FROM disclosure_packages p WHERE p.request_id = r.request_id AND p.box IS NOT NULL"
_DUE = "SELECT FROM deadlines d WHERE d.subject = r.request_id::text AND d.kind ="
LAWS = {
    "no package without an identity check and a second person": """
        SELECT count(*) FROM disclosure_packages p JOIN disclosure_requests r USING (request_id)
        WHERE r.identity IS NULL OR r.decided_by IN ('', r.entered_by, r.prepared_by)""",
    "no deadline is lost": f"""
        SELECT count(*) FROM disclosure_requests r WHERE r.state IN ('received', 'checked', 'prepared')
        AND r.overdue_at IS NULL AND NOT EXISTS ({_DUE} 'disclosure-due')""",
    "what is answered is not due": f"""
        SELECT count(*) FROM disclosure_requests r WHERE r.state NOT IN ('received', 'checked', 'prepared')
        AND EXISTS ({_DUE} 'disclosure-due')""",
    "what waits is destroyed one day": f"""
        SELECT count(*) FROM disclosure_requests r WHERE (r.state = 'ready') <> EXISTS ({_LIVE})
        OR r.state = 'ready' AND NOT EXISTS ({_DUE} 'disclosure-expires')""",
    "whoever may know was told all, or will be": f"""
        SELECT count(*) FROM disclosure_requests r JOIN disclosure_accounts a USING (request_id)
        WHERE (r.decided_at IS NOT NULL OR r.ended_at IS NOT NULL) AND NOT EXISTS ({_DUE} 'disclosure-tell')
        AND EXISTS (SELECT FROM disclosure_events e WHERE e.request_id = r.request_id AND e.number > a.told_through
                    AND e.event NOT IN ('overdue', 'delay'))""",
    "nobody is told before the date of an order": """
        SELECT count(*) FROM disclosures_told t JOIN disclosure_requests r USING (request_id)
        WHERE t.told_at < r.delay_until""",
    "a request is decided along with its case": """
        SELECT count(*) FROM disclosure_requests r JOIN cases c USING (case_id)
        WHERE (r.decided_at IS NOT NULL) <> (c.state = 'decided')""",
}


def test_over_any_history_nothing_goes_out_by_one_person_or_twice_and_no_deadline_is_lost(server, tmp_path):
    loop = asyncio.new_event_loop()
    name = fresh_name()
    database = loop.run_until_complete(server.make(name, TEMPLATE))
    opened = operating(database)
    operator = loop.run_until_complete(opened.__aenter__())
    loop.run_until_complete(ensure_evidence(operator.connection, tmp_path))
    customer = loop.run_until_complete(operator.customer())
    Histories.loop, Histories.desk = loop, Desk(database, operator.connection, customer.account_id)
    try:
        run_state_machine_as_test(Histories, settings=settings(max_examples=12, stateful_step_count=25, deadline=None))
    finally:
        loop.run_until_complete(opened.__aexit__(None, None, None))
        loop.run_until_complete(server.drop(name))
        loop.close()


async def test_a_release_that_fails_halfway_did_nothing(desk, monkeypatch):
    request_id = await desk.prepared()

    async def fails(*_arguments):
        raise ConnectionError

    monkeypatch.setattr(disclosure_release, "tell", fails)
    with pytest.raises(ConnectionError):
        await desk.release(request_id)
    assert (await find(desk.connection, request_id)).state == "prepared"
    for table in ("disclosure_packages", "text_openings", "disclosures_told"):
        assert await desk.connection.fetchval(f"SELECT count(*) FROM {table}") == 0
    monkeypatch.setattr(disclosure_release, "tell", disclosure_telling.tell)
    assert await desk.release(request_id)


async def test_more_than_a_package_holds_is_said_and_nothing_goes_out(desk, monkeypatch):
    monkeypatch.setattr(disclosure_records, "MOST_RECORDS", 0)
    await desk.connection.execute(
        "INSERT INTO inbox (account_id, sender, receiver, text, at) VALUES ($1, $2, '8850', 'Hi', $3)",
        *(desk.account_id, NUMBER, NOON - timedelta(days=1)),
    )
    request_id = await desk.prepared(basis="e-evidence-content")
    with pytest.raises(BadRequestError, match="more than 0 records"):
        await desk.release(request_id)
    assert (await find(desk.connection, request_id)).state == "prepared"


@pytest.mark.parametrize("hours", [1, 1441])
async def test_time_is_given_within_bounds(desk, hours):
    request_id = await desk.enter()
    before = (await find(desk.connection, request_id)).due_at
    extending = desk.take(request_id, disclosure_steps.extend, timedelta(hours=hours), by="Sue")
    if hours > 60 * 24:
        with pytest.raises(BadRequestError, match="60 days"):
            await extending
    else:
        assert (await extending).due_at == before + timedelta(hours=hours)


@pytest.mark.parametrize("table", ["disclosure_events", "disclosures_told", "preservation_events"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET at = at", "DELETE FROM {}"])
async def test_what_happened_is_never_changed(desk, table, statement):
    await desk.release(await desk.prepared())
    await disclosure_orders.place(desk.connection, order(numbers=(NUMBER,)), NOON)
    with pytest.raises(asyncpg.RaiseError, match="never changed"):
        await desk.connection.execute(statement.format(table))


@pytest.mark.parametrize("table", ["disclosure_packages", "preservation_orders"])
async def test_that_there_was_one_stays(desk, table):
    await desk.release(await desk.prepared())
    await disclosure_orders.place(desk.connection, order(numbers=(NUMBER,)), NOON)
    with pytest.raises(asyncpg.RaiseError, match="never changed"):
        await desk.connection.execute(f"DELETE FROM {table}")


def order(**changes):
    return NewOrder("Court", "BE", "2026/17", "Sue", **{"ends_at": NOON + timedelta(days=60), **changes})


# The order names an account and a number, an account, or a number; asked is about which account and number.
KEPT = [
    ("both", "own", NUMBER, True),
    ("both", "own", f"+{NUMBER}", True),
    ("both", "own", OTHER, False),
    ("both", "own", "", True),
    ("both", "own", None, True),
    ("both", "other", NUMBER, False),
    ("both", None, NUMBER, True),
    ("account", "own", OTHER, True),
    ("account", "other", NUMBER, False),
    ("number", "other", NUMBER, True),
    ("number", "own", OTHER, False),
]


@pytest.mark.parametrize(("named", "account", "number", "kept"), KEPT)
async def test_an_order_keeps_what_it_names_while_it_holds(desk, named, account, number, kept):
    accounts = (desk.account_id,) if named in {"both", "account"} else ()
    numbers = (NUMBER,) if named in {"both", "number"} else ()
    await disclosure_orders.place(desk.connection, order(accounts=accounts, numbers=numbers), NOON)
    asked = {"own": desk.account_id, "other": desk.account_id + 1, None: None}[account]
    for at, holds in ((NOON - timedelta(seconds=1), False), (NOON, kept), (NOON + timedelta(days=60), False)):
        assert await desk.connection.fetchval("SELECT is_preserved($1, $2, $3)", asked, number, at) is holds


@pytest.mark.parametrize(
    ("made_at", "kept"),
    [
        (NOON - timedelta(days=3), False),
        (NOON - timedelta(days=2), True),
        (NOON - timedelta(days=1, seconds=1), True),
        (NOON - timedelta(days=1), False),
    ],
)
async def test_data_of_another_time_than_an_order_names_may_go(desk, made_at, kept):
    bounds = {"data_from": NOON - timedelta(days=2), "data_until": NOON - timedelta(days=1)}
    await disclosure_orders.place(desk.connection, order(numbers=(NUMBER,), **bounds), NOON)
    asked = (desk.account_id, NUMBER, made_at, NOON)
    assert await desk.connection.fetchval("SELECT is_preserved_data($1, $2, $3, $4)", *asked) is kept
    (row,) = await desk.connection.fetch("SELECT * FROM preserved")
    assert (row["number"], row["account_id"], row["data_from"]) == (NUMBER, None, bounds["data_from"])


async def test_an_order_that_ended_keeps_nothing_more_whatever_was_to_come(desk):
    placed = await disclosure_orders.place(desk.connection, order(numbers=(NUMBER,)), NOON)
    async with desk.connection.transaction():
        locked = await disclosure_orders.find_order(desk.connection, placed.id, lock=True)
        await disclosure_orders.end(desk.connection, locked, Step("Sue", NOON + timedelta(hours=1), "Lifted."))
    asked = ("SELECT is_preserved($1, $2, $3)", desk.account_id, NUMBER)
    assert await desk.connection.fetchval(*asked, NOON)
    assert not await desk.connection.fetchval(*asked, NOON + timedelta(hours=1))
    assert await desk.connection.fetchval("SELECT count(*) FROM deadlines WHERE kind = 'preservation-ends'") == 0
    with pytest.raises(WrongStepError):
        await disclosure_orders.end(
            desk.connection, await disclosure_orders.find_order(desk.connection, placed.id), Step("Sue", NOON, "")
        )


async def test_an_order_that_was_extended_does_not_lapse_on_its_first_day(desk):
    placed = await disclosure_orders.place(desk.connection, order(numbers=(NUMBER,)), NOON)
    async with desk.connection.transaction():
        locked = await disclosure_orders.find_order(desk.connection, placed.id, lock=True)
        later = NOON + timedelta(days=100)
        await disclosure_orders.extend(desk.connection, locked, later, Step("Sue", NOON, "Extended."))
    for days, state in ((60, "extended"), (99, "extended"), (100, "ended")):
        desk.now = NOON + timedelta(days=days)
        await desk.do_what_is_due()
        assert (await disclosure_orders.find_order(desk.connection, placed.id)).state == state


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"numbers": ("1",) * 101},
        {"numbers": (NUMBER,), "ends_at": NOON},
        {"numbers": (NUMBER,), "ends_at": NOON + timedelta(days=366)},
        {"numbers": (NUMBER,), "data_from": NOON, "data_until": NOON},
    ],
)
async def test_an_order_that_cannot_be_one_is_not_placed(desk, changes):
    with pytest.raises(BadOrderError):
        await disclosure_orders.place(desk.connection, order(**changes), NOON)
