"""The facts that messages are judged by: what a batch finds equals what one message after another finds."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from comity.accounts.record import Clearance
from comity.base.ids import IdMaker
from comity.edges.postgres import record_store
from comity.edges.postgres.accept_store import PostgresAcceptStore
from comity.edges.postgres.directory import PostgresDirectory
from comity.edges.postgres.held import HeldConnections
from comity.journey.batch import Batch, Unit
from comity.journey.prepare import Readings, prepare
from comity.messages.submission import Answered, Category, Door, Draft, Submission
from comity.policy.document import Policy, PolicyDocument, RuleSetting
from comity.routing.routes import PriceTable, Route, RouteTable
from comity.screening.compiled import CompiledPolicy
from comity.screening.judging import MISS, Heard, Listed, Rule, Spread, Traffic
from support.gateway import PERSON, operating

OFFER = "Spring sale at Acme: half price on every chair and table until Sunday, come and see our new collection"
ALIKE = "Spring sale at Acme: half price on every chair and table until Monday, come and see our new collection"
ANOTHER = "A quiet week in the mountains for two with breakfast, a sauna and fresh air at less than you would think"


class Windows(msgspec.Struct):
    promotional_window_h: int = 168
    transactional_window_min: int = 10
    distance: int = 8


def a_rule(rule_id, *needs):
    """One that needs facts and never hits: the facts alone are looked at."""
    return Rule(rule_id, ("P7",), rule_id, needs, lambda _m, _f, _s: MISS, Windows)


NEEDY = (
    a_rule("repeated-text", "recent"),
    a_rule("answers", "heard"),
    a_rule("snowshoe", "spread"),
    a_rule("all-traffic", "traffic"),
    a_rule("lists", "listed"),
)


def a_policy(*rules):
    document = PolicyDocument(
        version="1",
        title="Test",
        effective=date(2026, 1, 1),
        rules={rule.id: RuleSetting() for rule in rules},
        acceptance_required=False,
    )
    return CompiledPolicy(Policy(document, "digest", "source"), rules)


@pytest.fixture
async def operator(database):
    async with operating(database) as hands:
        yield hands


class Process:
    """A process that accepts, under a policy whose rules need facts."""

    def __init__(self, database, clock, rules=NEEDY, lists=frozenset()):
        self.connections = HeldConnections(database, "comity-accept")
        self.directory = PostgresDirectory(database, self.connections)
        self.store = PostgresAcceptStore(self.connections)
        self.clock = clock
        self.batch = Batch(self.store, clock, IdMaker())
        routes = RouteTable([Route("", 1), Route("32", 2)], names={1: "main", 2: "belgian"})
        self.readings = Readings(a_policy(*rules), PriceTable({"*": 0}), routes, lists)

    async def unit(self, customer, *drafts, **more):
        account = await self.directory.account(customer.account_id)
        submission = Submission(account, Door.REST, drafts, **more)
        prepared = [prepare(draft, account, self.readings, self.clock.now()) for draft in drafts]
        return Unit(submission, prepared, self.readings.policy, asyncio.get_running_loop().create_future())

    async def settle(self, *units):
        settled = await self.batch.settle(list(units))
        assert all(isinstance(outcome, Answered) for _, outcome in settled.outcomes)
        return [one.verdict.facts for _, outcome in settled.outcomes for one in outcome.messages]

    async def facts(self, customer, *drafts, **more):
        return await self.settle(await self.unit(customer, *drafts, **more))


@pytest.fixture
async def start(operator, clock):
    started = []

    def make(*rules, **more):
        started.append(Process(operator.database, clock, rules or NEEDY, **more))
        return started[-1]

    yield make
    for process in started:
        await process.connections.close()


def offer(text=OFFER, sender="Bank", to=PERSON):
    return Draft(to, sender, text, Category.PROMOTIONAL)


def word(text="Your code is 1234 and it ends soon", sender="Bank", to=PERSON):
    return Draft(to, sender, text, Category.TRANSACTIONAL)


DRAFTS = (
    offer(),
    offer(ALIKE, "Shop"),
    word(),
    offer(OFFER, "Post", "32470000001"),
    offer(ANOTHER, "Shop"),
    word(sender="Shop"),
    offer(ALIKE, "Bank", "32470000002"),
    word(to="32470000001"),
)


def essence(facts):
    """What must not depend on how messages are cut into batches; the order of earlier texts says nothing."""
    recent = sorted((one.text_key, one.category) for one in facts.recent)
    return recent, facts.spread, facts.traffic, facts.heard, facts.listed


async def test_what_a_batch_finds_equals_what_one_message_after_another_finds(start, operator):
    one, other, third = [await operator.customer() for _ in range(3)]
    process = start()
    together = await process.facts(one, *DRAFTS)
    apart = [facts for draft in DRAFTS for facts in await process.facts(other, draft)]
    units = [await process.unit(third, draft) for draft in DRAFTS]
    by_units = await process.settle(*units)
    for in_one, in_turn, in_units in zip(together, apart, by_units, strict=True):
        assert _of_account(in_one) == _of_account(in_turn) == _of_account(in_units)


def _of_account(facts):
    """Other accounts send the same here, so they are left out."""
    recent, spread, traffic, heard, listed = essence(facts)
    return recent, spread.senders if spread else None, traffic, heard, listed


async def test_each_process_finds_what_others_wrote(start, operator):
    customer, other = await operator.customer(), await operator.customer()
    for draft in DRAFTS:
        await start().facts(customer, draft)
    (facts,) = await start().facts(customer, offer())
    assert facts.spread == Spread(senders=3, accounts=1)
    assert facts.traffic == Traffic(account_day=8, sender_day=4, sender_minute=4, recipients=3, replies=0)
    (facts,) = await start().facts(other, offer())
    assert facts.spread == Spread(senders=1, accounts=2)
    assert facts.traffic.account_day == 0


async def test_messages_of_one_batch_see_each_other_over_accounts(start, operator):
    process, customers = start(), [await operator.customer() for _ in range(4)]
    found = await process.settle(*[await process.unit(customer, offer()) for customer in customers])
    assert [facts.spread.accounts for facts in found] == [1, 2, 3, 4]
    assert [facts.spread.senders for facts in found] == [1, 1, 1, 1]


async def test_a_dry_run_is_seen_by_itself_alone(start, operator):
    customer = await operator.customer()
    process = start()
    dry = await process.facts(customer, offer(), offer(ALIKE, "Shop"), dry_run=True)
    assert [facts.spread.senders for facts in dry] == [1, 2]
    assert [facts.traffic.account_day for facts in dry] == [0, 1]
    (facts,) = await process.facts(customer, offer(sender="Post"))
    assert (facts.spread.senders, facts.traffic.account_day, facts.recent) == (1, 0, ())
    assert await operator.value("SELECT count(*) FROM text_spread") == 1


async def test_a_campaign_writes_one_row_and_not_one_a_message(start, operator):
    customer = await operator.customer()
    await start().facts(customer, *(offer(to=str(32470000000 + n)) for n in range(50)))
    assert await operator.value("SELECT count(*) FROM text_spread") == 1
    assert await operator.value("SELECT count(*) FROM sender_traffic") == 2
    (facts,) = await start().facts(customer, word())
    assert facts.traffic.recipients == pytest.approx(50, abs=2)


async def test_only_promotional_messages_ask_for_spread_and_answers(start, operator):
    customer = await operator.customer()
    await operator.fetch(
        "INSERT INTO inbox (account_id, sender, receiver, text, at) VALUES ($1, $2, '8850', 'Yes', $3)",
        customer.account_id,
        PERSON,
        datetime(2026, 3, 1, tzinfo=UTC),
    )
    promotional, plain = await start().facts(customer, offer(), word())
    assert promotional.heard == Heard(datetime(2026, 3, 1, tzinfo=UTC))
    assert (plain.heard, plain.spread) == (None, None)
    (never,) = await start().facts(customer, offer(to="32470000001"))
    assert never.heard == Heard(None)


class Counting(PostgresAcceptStore):
    """Says what it was asked."""

    def __init__(self, connections):
        super().__init__(connections)
        self.asked = []

    async def spread(self, *arguments):
        self.asked.append("spread")
        return await super().spread(*arguments)

    async def traffic(self, *arguments):
        self.asked.append("traffic")
        return await super().traffic(*arguments)

    async def listed(self, *arguments):
        self.asked.append("listed")
        return await super().listed(*arguments)


@pytest.mark.parametrize(
    ("rules", "draft", "lists", "asked"),
    [
        (NEEDY, offer(), frozenset(), ["spread", "traffic"]),
        (NEEDY, word(), frozenset(), ["traffic"]),
        (NEEDY, offer(), frozenset({"numbers"}), ["listed", "spread", "traffic"]),
        (NEEDY, word(), frozenset({"numbers", "links"}), ["traffic"]),
        (NEEDY, word("See https://acme.example/now today"), frozenset({"links"}), ["listed", "traffic"]),
        (NEEDY[:1], offer(), frozenset({"numbers", "links"}), []),
    ],
    ids=["promotional", "plain", "do not call", "nothing to ask", "a link", "no rule needs it"],
)
async def test_nothing_is_asked_that_no_rule_needs(start, operator, rules, draft, lists, asked):
    process = start(*rules, lists=lists)
    process.batch._store = Counting(process.connections)
    (facts,) = await process.facts(await operator.customer(), draft)
    assert process.batch._store.asked == asked
    needed = {need for rule in rules for need in rule.needs}
    assert (facts.listed is not None) is ("listed" in needed)
    assert (facts.traffic is not None) is ("traffic" in needed)
    if "traffic" not in needed:
        assert await operator.value("SELECT count(*) FROM sender_traffic") == 0
        assert await operator.value("SELECT count(*) FROM text_spread") == 0


async def test_entries_of_lists_come_to_the_message_that_touches_them(start, operator):
    await operator.fetch(
        """
        WITH l AS (
            INSERT INTO lists (name, kind, loaded_at, entries, digest, generation)
            VALUES ('feed', 'links', now(), 1, '', 1), ('calls', 'numbers', now(), 1, '', 2)
        )
        INSERT INTO list_entries (generation, key) VALUES (1, 'bad.example'), (2, $1), (1, $1)
        """,
        PERSON,
    )
    process = start(lists=frozenset({"links", "numbers"}))
    found = await process.facts(
        await operator.customer(),
        offer(),
        word(),
        word("See https://shop.bad.example/a today"),
        offer(to="32470000001"),
    )
    assert [[(one.list, one.key) for one in facts.listed] for facts in found] == [
        [("calls", PERSON)],
        [],
        [("feed", "bad.example")],
        [],
    ]
    assert isinstance(found[0].listed[0], Listed)


@pytest.mark.parametrize(("to", "carrier"), [(PERSON, "belgian"), ("4915112345678", "main")])
async def test_the_first_carrier_of_the_route_is_named(start, operator, to, carrier):
    (facts,) = await start().facts(await operator.customer(), word(to=to))
    assert facts.carrier == carrier


@pytest.mark.parametrize(
    ("category", "clearance", "may"),
    [
        (Category.ALERT, None, False),
        (Category.ALERT, Clearance("alert"), True),
        (Category.ALERT, Clearance("alert", "BE"), True),
        (Category.ALERT, Clearance("alert", "NL"), False),
        (Category.ALERT, Clearance("alert", until=date(2026, 3, 3)), False),
        (Category.ALERT, Clearance("gambling"), False),
        (Category.OTP, Clearance("alert"), False),
    ],
)
async def test_alerts_pass_where_the_account_is_cleared_for_them(start, operator, category, clearance, may):
    customer = await operator.customer()
    if clearance is not None:
        await record_store.clear(operator.connection, customer.account_id, clearance)
    process = start()
    (facts,) = await process.facts(customer, Draft(PERSON, "Bank", "The water rises", category))
    assert facts.alert_clearance is may
    account = await process.directory.account(customer.account_id)
    assert facts.account_digest == account.record_digest
    assert facts.account is None, "the verdict names the record and does not repeat it"


async def test_texts_are_compared_with_samples_whatever_their_category(start, operator):
    customer = await operator.customer()
    (before,) = (await start().unit(customer, word())).prepared
    new = record_store.NewRegistration("campaign", "US", samples=(OFFER,))
    await record_store.register(operator.connection, customer.account_id, new)
    (after,) = (await start().unit(customer, word())).prepared
    assert before.message.similarity is None
    assert after.message.similarity is not None


async def test_caps_count_right_up_to_sixty(start, operator, clock):
    customer = await operator.customer()
    process = start()
    for _ in range(3):
        drafts = [offer(f"{ANOTHER} {n}") for n in range(20)] + [word(f"{n} is your code") for n in range(40)]
        await process.facts(customer, *drafts)
        clock.advance(timedelta(minutes=1))
    (facts,) = await process.facts(customer, offer())
    assert sum(one.category == "promotional" for one in facts.recent) == 60
    last, *_ = reversed(await process.facts(customer, *(offer() for _ in range(70)), *(word() for _ in range(70))))
    assert sum(one.category == "transactional" for one in last.recent) >= 60
