"""U4: a person whom a text defames has it stopped by a complaint until a reviewer has looked."""

from itertools import count

import pytest

from comity.base.ids import to_wire
from support.desk import decide, ready_for_evidence, staff
from support.gateway import running_gateway
from support.takedown import claim, passing, prove

NAMED = "Jo van Voorbeeld"
TEXT = "Buurtkrant: Jo van Voorbeeld van de bakker heeft de kas van de club leeggehaald."
NEARLY = "Buurtkrant: Jo van Voorbeeld van de bakker heeft de kas van de club leeggehaald!"
_people = count(1)
MAIL = "jo@voorbeeld.example"


@pytest.fixture
async def gateway(database, clock, tmp_path):
    async with running_gateway(database, clock, tmp_path) as running:
        await ready_for_evidence(running, tmp_path)
        yield running


@pytest.fixture
async def pass_time(gateway, clock):
    async with passing(gateway, clock) as pass_time:
        yield pass_time


@pytest.fixture
async def paper(gateway):
    return await gateway.customer(senders=("Buurtkrant",))


async def complain(gateway, clock, **changes):
    about = {"kind": "defamation", "holder": NAMED, "right": "I never took it", "email": MAIL, "text": TEXT, **changes}
    filed = await claim(gateway, **about)
    assert filed.status == 201, filed.body
    return filed.body["number"], (await prove(gateway, clock, filed.body["number"], MAIL)).body["state"]


async def sent(gateway, customer, text):
    answer = await gateway.send(customer, sender="Buurtkrant", message=text, to=f"3247000{next(_people):04}")
    if answer.status != 200:
        return "refused"
    return await gateway.value(
        "SELECT state FROM message_life WHERE account_id = $1 ORDER BY id DESC LIMIT 1", customer.account_id
    )


async def test_the_person_named_has_the_text_held_until_it_is_reviewed(gateway, clock, paper, pass_time):
    assert await sent(gateway, paper, TEXT) == "queued"
    async with gateway.directory_changed():
        number, state = await complain(gateway, clock)
    assert state == "held"

    # What waits is held, what comes is too, and so is what is nearly the same; all else goes.
    waiting = await gateway.fetch("SELECT state FROM message_life WHERE account_id = $1", paper.account_id)
    assert [row["state"] for row in waiting] == ["held"]
    assert await sent(gateway, paper, NEARLY) == "held"
    assert await sent(gateway, paper, "Buurtkrant: de markt is morgen om tien uur.") == "queued"

    # It does not lapse; a reviewer finds that it is no libel, and it goes on.
    await pass_time(days=2)
    assert await sent(gateway, paper, TEXT) == "held"
    rita = await staff(gateway, "Rita Example")
    case = await gateway.value("SELECT k.id FROM complaints c JOIN cases k USING (case_id) WHERE number = $1", number)
    async with gateway.directory_changed():
        assert (await decide(gateway, rita, to_wire(case), "overturn")).status == 200
        await pass_time(seconds=6)
    states = await gateway.fetch("SELECT DISTINCT state FROM message_life WHERE account_id = $1", paper.account_id)
    assert [row["state"] for row in states] == ["queued"]
    assert await sent(gateway, paper, TEXT) == "queued"


async def test_a_text_that_is_found_to_defame_stays_stopped(gateway, clock, paper, pass_time):
    async with gateway.directory_changed():
        number, _ = await complain(gateway, clock)
    rita = await staff(gateway, "Rita Example")
    case = await gateway.value("SELECT k.id FROM complaints c JOIN cases k USING (case_id) WHERE number = $1", number)
    async with gateway.directory_changed():
        assert (await decide(gateway, rita, to_wire(case), "confirm")).status == 200
        await pass_time(seconds=1)
    await pass_time(days=3)
    assert await sent(gateway, paper, TEXT) == "held"
    shown = await gateway.call("GET", f"/api/desk/takedowns/{number}", rita)
    assert shown.body["state"] == "upheld"


@pytest.mark.parametrize(
    ("named", "text"),
    [
        ("Somebody Else", TEXT),
        ("Jo", "Jo, je bestelling is klaar."),
        ("de van", TEXT),
        ("Voorbeeld", TEXT),
        ("van de bakker", TEXT),
        ("de kas", TEXT),
        ("Voorbeeld van", TEXT),
        (NAMED, "Uw bestelling is klaar."),
    ],
)
async def test_whoever_is_not_named_stops_nothing(gateway, clock, named, text):
    _, state = await complain(gateway, clock, holder=named, text=text)
    assert state == "open"
    assert await gateway.value("SELECT count(*) FROM freezes") == 0
