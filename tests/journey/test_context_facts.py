"""What an account sent of a template comes to the message that asks for it, within a batch, over batches, processes."""

import asyncio
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from comity.base.ids import IdMaker
from comity.content.template import template_key, template_of
from comity.edges.postgres.accept_store import PostgresAcceptStore
from comity.edges.postgres.directory import PostgresDirectory
from comity.edges.postgres.held import HeldConnections
from comity.journey.batch import Batch, Unit
from comity.journey.prepare import Readings, prepare
from comity.journey.replay import comparable
from comity.messages.submission import Category, Door, Draft, Submission
from comity.messages.verdict import Verdict
from comity.policy.document import Policy, PolicyDocument, RuleSetting
from comity.routing.routes import PriceTable, Route, RouteTable
from comity.screening.compiled import CompiledPolicy, compile_policy
from comity.screening.decide import decide
from comity.screening.judging import Facts, Heard, History, Template
from comity.screening.rulebook import RULEBOOK
from support.gateway import PERSON, operating

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
ASKING = "Please reply with your social security number and date of birth to verify your account"
PHISHING = (
    "PayPal: your account is limited. Confirm your password at https://paypal-secure-login.top/9a within 24 hours"
)
PLAIN = "Your table for two is ready at noon, see you soon"


def a_policy(**more):
    """Rules on scores that only watch, so that what they see is let through and counted."""
    high = {"note_at": 0.1, "hold_at": 1.01, "refuse_at": 1.01}
    given = {"phishing": {"levels": high}, "solicitation": {"levels": high, "contact_days": 30}, **more}
    rules = {rule: RuleSetting(settings=settings) for rule, settings in given.items()}
    document = PolicyDocument("1", "Test", NOON.date(), rules, acceptance_required=False)
    return CompiledPolicy(Policy(document, "digest", "source"), RULEBOOK)


class Process:
    """A process that accepts."""

    def __init__(self, database, clock, policy):
        self.connections = HeldConnections(database, "comity-accept")
        self.directory = PostgresDirectory(database, self.connections)
        self.store = Counting(self.connections)
        self.clock = clock
        self.batch = Batch(self.store, clock, IdMaker())
        self.readings = Readings(policy, PriceTable({"*": 0}), RouteTable([Route("", 1)]))

    async def verdicts(self, customer, *drafts, **more):
        account = await self.directory.account(customer.account_id)
        prepared = [prepare(draft, account, self.readings, self.clock.now()) for draft in drafts]
        submission = Submission(account, Door.REST, drafts, **more)
        unit = Unit(submission, prepared, self.readings.policy, asyncio.get_running_loop().create_future())
        ((_, outcome),) = (await self.batch.settle([unit])).outcomes
        return [one.verdict for one in outcome.messages]

    async def facts(self, customer, *drafts, **more):
        return [one.facts for one in await self.verdicts(customer, *drafts, **more)]


class Counting(PostgresAcceptStore):
    """Says how often it was asked for templates."""

    def __init__(self, connections):
        super().__init__(connections)
        self.asked = []

    async def templates(self, templates):
        self.asked.append(tuple(templates))
        return await super().templates(templates)


@pytest.fixture
async def operator(database):
    async with operating(database) as hands:
        yield hands


@pytest.fixture
async def start(operator, clock):
    started = []

    def make(policy=None):
        started.append(Process(operator.database, clock, policy or a_policy()))
        return started[-1]

    yield make
    for process in started:
        await process.connections.close()


def draft(text=PHISHING, to=PERSON, **more):
    return Draft(to, "Bank", text, Category.TRANSACTIONAL, **more)


def counts(facts):
    return [(one.template.sent, one.template.days, one.history.sent) for one in facts]


async def test_messages_of_a_batch_see_each_other_and_those_before(start, operator, clock):
    customer = await operator.customer()
    process = start()
    first = await process.facts(customer, draft(), draft(to="32470000001"), draft(PLAIN), draft(ASKING))
    assert [(one.template, one.history) for one in first if one.template] == [
        (Template(), History(NOON)),
        (Template(NOON, 1, 1), History(NOON, NOON, 1)),
        (Template(), History(NOON, NOON, 3)),
    ]
    clock.advance(timedelta(days=1))
    again = await process.facts(customer, draft(), draft(to="32470000001"))
    assert counts(again) == [(2, 1, 4), (3, 2, 5)]
    assert again[1].template.since == NOON


async def test_in_one_batch_or_one_after_another_the_same_is_found(start, operator):
    one, other = await operator.customer(), await operator.customer()
    process = start()
    drafts = [draft(), draft(PLAIN), draft(ASKING), draft(to="32470000001"), draft(ASKING, "32470000002")]
    together = await process.facts(one, *drafts)
    apart = [facts for each in drafts for facts in await process.facts(other, each)]
    assert [(a.template, a.history) for a in together] == [(a.template, a.history) for a in apart]


async def test_another_process_finds_what_one_wrote_and_other_accounts_do_not(start, operator):
    customer, other = await operator.customer(), await operator.customer()
    for _ in range(3):
        await start().facts(customer, draft())
    assert counts(await start().facts(customer, draft())) == [(3, 1, 3)]
    assert counts(await start().facts(other, draft())) == [(0, 0, 0)]


async def test_numbers_and_names_make_no_other_template(start, operator):
    customer = await operator.customer()
    texts = [PHISHING.replace("/9a", f"/{number}b") for number in range(10, 15)]
    found = await start().facts(customer, *(draft(text) for text in texts))
    assert [one.template.sent for one in found] == [0, 1, 2, 3, 4]
    assert await operator.value("SELECT count(*) FROM template_traffic") == 1
    kept = await operator.value("SELECT DISTINCT template FROM messages")
    assert kept == template_key(template_of(texts[0]))


async def test_ordinary_texts_cost_no_look_up_and_are_counted(start, operator):
    customer = await operator.customer()
    process = start()
    (facts,) = await process.facts(customer, draft(PLAIN))
    assert (facts.template, facts.history, facts.heard, process.store.asked) == (None, None, None, [])
    assert await operator.value("SELECT sent FROM template_traffic") == 1
    await process.facts(customer, draft(), draft(), draft(PLAIN))
    assert [len(asked) for asked in process.store.asked] == [1], "one statement a batch, each template once"


@pytest.mark.parametrize("levels", [{"hold_at": 0.1, "refuse_at": 1.01}, {"hold_at": 0.1, "refuse_at": 0.1}])
async def test_what_is_held_or_refused_earns_no_record(start, operator, levels):
    customer = await operator.customer()
    process = start(a_policy(phishing={"levels": {"note_at": 0.1, **levels}}))
    assert counts(await process.facts(customer, draft(), draft())) == [(0, 0, 0), (0, 0, 0)]
    assert await operator.value("SELECT count(*) FROM template_traffic") == 0


async def test_a_dry_run_is_seen_by_itself_alone(start, operator):
    customer = await operator.customer()
    process = start()
    assert counts(await process.facts(customer, draft(), draft(), dry_run=True)) == [(0, 0, 0), (1, 1, 1)]
    assert counts(await process.facts(customer, draft())) == [(0, 0, 0)]


async def test_where_no_rule_asks_nothing_is_counted(start, operator):
    document = PolicyDocument("1", "Test", NOON.date(), {}, acceptance_required=False)
    process = start(compile_policy(Policy(document, "digest", "source"), RULEBOOK))
    (facts,) = await process.facts(await operator.customer(), draft())
    assert facts.template is None
    assert await operator.value("SELECT count(*) FROM template_traffic") == 0


async def test_a_scheduled_message_knows_when_it_was_accepted(start, operator):
    (facts,) = await start().facts(await operator.customer(), draft(due_at=NOON + timedelta(days=40)))
    assert facts.history == History(NOON)


async def test_contact_is_looked_up_for_who_asks_for_data_alone(start, operator):
    customer = await operator.customer()
    await operator.fetch(
        "INSERT INTO inbox (account_id, sender, receiver, text, at) VALUES ($1, $2, '8850', 'Hi', $3)",
        customer.account_id,
        PERSON,
        NOON - timedelta(days=2),
    )
    asking, stranger, plain = await start().facts(customer, draft(ASKING), draft(ASKING, "32470000001"), draft(PLAIN))
    assert (asking.heard, stranger.heard, plain.heard) == (Heard(NOON - timedelta(days=2)), Heard(None), None)


async def test_a_stored_verdict_judges_again_by_the_facts_of_then(start, operator):
    customer = await operator.customer()
    context = {"first_traffic": 0.6, "new_template": 0.4}
    levels = {"note_at": 0.1, "hold_at": 1.01, "refuse_at": 1.01}
    process = start(a_policy(phishing={"levels": levels, "context": context}))
    (verdict,) = await process.verdicts(customer, draft())
    stored = msgspec.convert(await operator.value("SELECT verdict FROM messages"), Verdict)
    assert stored.facts["history"] == {"at": "2026-03-04T12:00:00Z"}
    facts = msgspec.convert(stored.facts, Facts)
    assert (facts.template, facts.history) == (Template(), History(NOON))
    account = await process.directory.account(customer.account_id)
    (prepared,) = [prepare(draft(), account, process.readings, NOON)]
    again = decide(prepared.message, msgspec.structs.replace(facts, account=account.record), process.readings.policy)
    assert comparable(again)["findings"] == comparable(verdict)["findings"]
