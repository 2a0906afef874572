"""P9: what was let go, by a person or because its hour was over, is not stopped again by what is known already, nor by
what anybody can say; G7: a report is no button by which anybody stops a competitor."""

import pytest

from comity.cases.life import Role
from comity.complaints.life import FreezeEvent
from comity.edges.postgres.complaint_freeze_telling import Word
from comity.edges.postgres.complaint_freezes import end
from comity.edges.postgres.complaint_frozen import lock_freeze
from comity.edges.postgres.statements import load
from support.complaints import PLAIN, Passing, arrive, complain
from support.gateway import running_gateway

NUMBERS = [f"324700000{n:02}" for n in range(20)]
LIKELY = {"phishing": 0.9}
SHOP = {"sender": "Acme"}


@pytest.fixture
async def gateway(database, clock, tmp_path):
    async with running_gateway(database, clock, tmp_path) as running:
        yield running


@pytest.fixture
async def acme(gateway):
    customer = await gateway.customer(senders=("Acme",), credits_=500)
    for number in NUMBERS:
        await arrive(gateway, customer, number, PLAIN, scores=LIKELY, **SHOP)
    return customer


@pytest.fixture
async def pass_time(gateway, clock):
    passing = Passing(gateway, clock)
    yield passing
    await passing.close()


@pytest.fixture
def says(gateway, clock):
    """Somebody with that number reports it, with proof, from a place of their own."""

    async def say(place, **more):
        number = NUMBERS[place]
        said = {"recipient": number, "text": PLAIN, "proven": True, "reporter_key": number.encode(), **more}
        return (await complain(gateway, clock, **said)).frozen

    return say


@pytest.fixture
def lift(gateway, clock):
    async def lifted(freeze_id):
        word = Word("Rita Example", Role.REVIEWER, "It is fine.", clock.now())
        async with gateway._lock, gateway.connection.transaction():
            await end(gateway.connection, await lock_freeze(gateway.connection, freeze_id), FreezeEvent.LIFT, word)

    return lifted


async def unproven(gateway, clock, place):
    """What anybody who knows the text can say, from anywhere."""
    return (await complain(gateway, clock, kind="spam", text=PLAIN, reporter_key=f"network {place}".encode())).frozen


@pytest.mark.usefixtures("acme")
async def test_what_was_stopped_once_is_not_stopped_again_by_what_anybody_can_say(
    gateway, clock, says, lift, pass_time
):
    assert await says(0) is not None
    await pass_time(minutes=61)
    await pass_time(minutes=1)
    assert [await unproven(gateway, clock, place) for place in range(3)] == [None] * 3
    lapsed = await says(1)
    assert lapsed is not None
    await lift(lapsed)
    await pass_time(minutes=1)
    assert [await unproven(gateway, clock, place) for place in range(3, 6)] == [None] * 3


@pytest.mark.usefixtures("acme")
async def test_what_lapsed_is_stopped_again_by_somebody_new_alone(says, pass_time):
    assert await says(0) is not None
    await pass_time(minutes=61)
    await pass_time(minutes=1)
    assert await says(0) is None
    assert await says(0, reporter_key=b"another network") is None
    assert await says(1, reporter_key=NUMBERS[0].encode()) is None
    assert await says(2) is not None


@pytest.mark.usefixtures("acme")
async def test_what_a_person_lifted_is_stopped_again_by_more_new_people_than_before_alone(says, lift, pass_time):
    first = await says(0)
    await lift(first)
    await pass_time(minutes=1)
    assert [await says(place) for place in (1, 2)] == [None, None]
    second = await says(3)
    assert second is not None
    # Four had said so by then; a fifth to an eighth say no more than they, a ninth does.
    await lift(second)
    await pass_time(minutes=1)
    assert [await says(place) for place in (4, 5, 6, 7)] == [None] * 4
    assert await says(8) is not None


async def test_a_flood_of_reports_without_proof_weighs_nothing_for_a_standing(gateway, acme, clock):
    for place in range(30):
        await unproven(gateway, clock, place)
        await complain(gateway, clock, recipient=NUMBERS[place % 20], text=PLAIN, reporter_key=f"home {place}".encode())
    await gateway.fetch(
        "INSERT INTO account_days (account_id, day, sent) VALUES ($1, $2, 1000)", acme.account_id, clock.now().date()
    )
    (row,) = await gateway.fetch(load("standing_watched"), clock.now().date(), 50)
    assert sum(day["complaints"] for day in row["days"]) == 0
