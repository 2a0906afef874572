"""What accounts send by template is counted with each batch, complained of by who stops, and forgotten in time."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from comity.base.ids import IdMaker
from comity.edges.postgres.accept_store import PostgresAcceptStore
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.inbound_store import PostgresInboundStore
from comity.edges.postgres.upkeep_store import PostgresUpkeepStore
from comity.journey.inbound import Wish
from comity.journey.notify import InboundMessage
from comity.journey.ports import AcceptedBatch, FactsChangedError
from comity.journey.templates import TemplateTraffic
from comity.journey.wanted import TemplatesKept
from comity.screening.judging import Template
from support.gateway import PERSON, operating

NOW = datetime(2026, 3, 4, 12, 30, 15, tzinfo=UTC)
PARCEL, OFFER = 4711, -9_000_000_000_000_000_000


@pytest.fixture
async def operator(database):
    async with operating(database) as hands:
        yield hands


@pytest.fixture
async def connections(database):
    held = HeldConnections(database, "comity-accept")
    yield held
    await held.close()


@pytest.fixture
def store(connections):
    return PostgresAcceptStore(connections)


def sent(*counts, at=NOW):
    return AcceptedBatch(at=at, templates={(account, template): messages for account, template, messages in counts})


async def traffic(store, account, template=PARCEL):
    found = await store.templates([(account, template)])
    return found[account, template]


async def test_what_was_never_sent_is_told_as_such(store, operator):
    account = (await operator.customer()).account_id
    assert await store.templates([(account, PARCEL), (account, OFFER)]) == {
        (account, PARCEL): TemplateTraffic(),
        (account, OFFER): TemplateTraffic(),
    }


async def test_batches_add_up_by_account_and_template(store, operator):
    one, other = (await operator.customer()).account_id, (await operator.customer()).account_id
    await store.commit(sent((one, PARCEL, 3), (one, OFFER, 1), (other, PARCEL, 50)))
    await store.commit(sent((one, PARCEL, 4), at=NOW + timedelta(hours=2)))
    found = await traffic(store, one)
    assert found == TemplateTraffic(Template(NOW, 7, 1), date(2026, 3, 4), NOW, 8)
    assert (await traffic(store, one, OFFER)).template.sent == 1
    assert (await traffic(store, other)).account_sent == 50


@pytest.mark.parametrize(
    ("hours", "days"),
    [((0, 1, 2), 1), ((0, 11, 12), 2), ((0, 24, 48), 3), ((48, 24, 0), 1), ((0, 240, 24), 2)],
)
async def test_days_are_counted_once_each_and_only_forwards(store, operator, hours, days):
    account = (await operator.customer()).account_id
    for later in hours:
        await store.commit(sent((account, PARCEL, 1), at=NOW + timedelta(hours=later)))
    assert (await traffic(store, account)).template.days == days


async def test_a_batch_that_was_not_written_is_not_counted(store, operator):
    account = (await operator.customer(credits_=0)).account_id
    batch = sent((account, PARCEL, 1))
    batch.spent = {4711: 1}
    with pytest.raises(FactsChangedError):
        await store.commit(batch)
    assert await traffic(store, account) == TemplateTraffic()


async def test_many_at_once_are_all_counted(connections, operator):
    accounts = [(await operator.customer()).account_id for _ in range(3)]

    async def commit(order):
        batch = sent(*((account, template, 1) for account in order for template in (PARCEL, OFFER)))
        await PostgresAcceptStore(connections).commit(batch)

    await asyncio.gather(*(commit(order) for order in [accounts, accounts[::-1]] * 8))
    for account in accounts:
        found = await traffic(PostgresAcceptStore(connections), account)
        assert (found.template.sent, found.account_sent) == (16, 32)


# --- complaints ---


async def got(operator, account, template, at=NOW, action="allow", recipient=PERSON):
    """A message that the person got."""
    await operator.fetch(
        """INSERT INTO messages (account_id, id, door, sender, recipient, category, text, encoding, parts,
                                 micro_credits, text_key, action, verdict, template)
           VALUES ($1, $2, 'rest', '8850', $3, 'transactional', 'x', 'gsm7', 1, 0, 0, $4, '{}', $5)""",
        account, IdMaker().at(at), recipient, action, template,
    )  # fmt: skip


async def stop(connections, *accounts, at=NOW, person=PERSON):
    wishes = [Wish(InboundMessage(account, 1, person, "8850", "STOP", at), "stop") for account in accounts]
    async with PostgresInboundStore(connections).session() as session:
        return await session.stop(wishes)


async def complaints(store, account, template=PARCEL):
    return (await traffic(store, account, template)).template.complaints


async def test_who_stops_within_a_day_complains_of_each_template_once(connections, store, operator):
    one, other = (await operator.customer()).account_id, (await operator.customer()).account_id
    await store.commit(sent((one, PARCEL, 9), (one, OFFER, 9), (other, PARCEL, 9)))
    for hours, template in ((1, PARCEL), (2, PARCEL), (23, OFFER), (23, None)):
        await got(operator, one, template, NOW - timedelta(hours=hours))
    await got(operator, other, PARCEL)
    assert await stop(connections, one) == {(one, PERSON)}
    assert [await complaints(store, one), await complaints(store, one, OFFER)] == [1, 1]
    assert await complaints(store, other) == 0


@pytest.mark.parametrize(
    ("hours", "action", "recipient"),
    [(25, "allow", PERSON), (1, "hold", PERSON), (1, "refuse", PERSON), (1, "allow", "32470000009")],
    ids=["more than a day ago", "held", "refused", "to another person"],
)
async def test_what_did_not_reach_the_person_lately_is_not_complained_of(
    connections, store, operator, hours, action, recipient
):
    account = (await operator.customer()).account_id
    await store.commit(sent((account, PARCEL, 9)))
    await got(operator, account, PARCEL, NOW - timedelta(hours=hours), action, recipient)
    await stop(connections, account)
    assert await complaints(store, account) == 0


async def test_a_stop_that_comes_again_is_one_complaint(connections, store, operator):
    account = (await operator.customer()).account_id
    await store.commit(sent((account, PARCEL, 9)))
    await got(operator, account, PARCEL)
    assert [await stop(connections, account) for _ in range(2)] == [{(account, PERSON)}, set()]
    assert await complaints(store, account) == 1


async def test_several_people_and_accounts_stop_at_once(connections, store, operator):
    accounts = [(await operator.customer()).account_id for _ in range(2)]
    people = [str(32470000000 + number) for number in range(5)]
    await store.commit(sent(*((account, PARCEL, 9) for account in accounts)))
    for account in accounts:
        for person in people:
            await got(operator, account, PARCEL, recipient=person)
    await asyncio.gather(*(stop(connections, *order, person=person)
                           for person, order in zip(people, [accounts, accounts[::-1]] * 3, strict=False)))  # fmt: skip
    assert [await complaints(store, account) for account in accounts] == [5, 5]


# --- keeping ---


@pytest.mark.parametrize(
    ("days", "messages", "kept"),
    [(0, 1, True), (13, 9, True), (15, 9, False), (15, 10, True), (399, 10, True), (401, 1_000, False)],
)
async def test_templates_are_forgotten_after_their_last_use_the_seldom_ones_sooner(
    connections, store, operator, days, messages, kept
):
    account = (await operator.customer()).account_id
    await store.commit(sent((account, PARCEL, messages), at=NOW - timedelta(days=days)))
    upkeep = PostgresUpkeepStore(connections, ())
    assert await upkeep.forget_templates(NOW.date(), TemplatesKept(400, 14, 10), 100) == (not kept)
    found = await traffic(store, account)
    assert (found.template.sent > 0) is kept
    assert found.account_sent == messages, "an account is not new again for having sent nothing"


async def test_some_are_forgotten_at_a_time(connections, store, operator):
    account = (await operator.customer()).account_id
    await store.commit(sent(*((account, template, 1) for template in range(5)), at=NOW - timedelta(days=500)))
    upkeep = PostgresUpkeepStore(connections, ())
    taken = [await upkeep.forget_templates(NOW.date(), TemplatesKept(400, 14, 10), 3) for _ in range(3)]
    assert taken == [3, 2, 0]
