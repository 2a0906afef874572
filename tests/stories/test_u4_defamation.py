"""U4: a person whom a text defames complains, and a reviewer looks. Who is shown to have got the text has it stopped
meanwhile, of the account that sent it, for as long as a stop without a person lasts."""

from itertools import count

import pytest

from comity.base.ids import to_wire
from support.complaints import arrive
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


ONE = "32470008001"


async def complain(gateway, clock, **changes):
    about = {"kind": "defamation", "holder": NAMED, "right": "I never took it", "email": MAIL, "text": TEXT, **changes}
    filed = await claim(gateway, **about)
    assert filed.status == 201, filed.body
    mail = about["email"]
    return filed.body["number"], (await prove(gateway, clock, filed.body["number"], mail)).body["state"]


async def got(gateway, customer, text=TEXT):
    """What who got a text says to show that: the number, and the message's id."""
    return {"recipient": f"+{ONE}", "message": await arrive(gateway, customer, ONE, text, sender="Buurtkrant")}


async def freezes_of(gateway):
    return [dict(row) for row in await gateway.fetch("SELECT * FROM freezes ORDER BY freeze_id")]


async def sent(gateway, customer, text):
    answer = await gateway.send(customer, sender="Buurtkrant", message=text, to=f"3247000{next(_people):04}")
    if answer.status != 200:
        return "refused"
    return await gateway.value(
        "SELECT state FROM message_life WHERE account_id = $1 ORDER BY id DESC LIMIT 1", customer.account_id
    )


async def test_the_person_named_who_got_it_has_the_text_held_for_an_hour_of_who_sent_it(
    gateway, clock, paper, pass_time
):
    other = await gateway.customer(senders=("Buurtkrant",))
    shown = await got(gateway, paper)
    assert await sent(gateway, paper, TEXT) == "queued"
    async with gateway.directory_changed():
        _, state = await complain(gateway, clock, **shown)
    assert state == "held"
    await pass_time(seconds=0)

    # What waits is held, what comes is too, and so is what is nearly the same; all else goes, and all of others.
    waiting = "SELECT state FROM message_life WHERE account_id = $1 AND state <> 'delivered'"
    assert [row["state"] for row in await gateway.fetch(waiting, paper.account_id)] == ["held"]
    assert await sent(gateway, paper, NEARLY) == "held"
    assert await sent(gateway, paper, "Buurtkrant: de markt is morgen om tien uur.") == "queued"
    assert await sent(gateway, other, TEXT) == "queued"
    (stop,) = await freezes_of(gateway)
    assert (stop["account_id"], stop["state"], stop["by"]) == (paper.account_id, "in-force", "comity")

    # No reviewer confirms it within the hour, and it goes on; it is not stopped a second time without one.
    async with gateway.directory_changed():
        await pass_time(minutes=60)
    assert [one["state"] for one in await freezes_of(gateway)] == ["lapsed"]
    assert {row["state"] for row in await gateway.fetch(waiting, paper.account_id)} == {"queued"}
    assert (await complain(gateway, clock, **shown))[1] == "open"
    assert await sent(gateway, paper, TEXT) == "queued"


async def test_a_text_that_is_found_to_defame_stays_stopped_for_whom_it_concerns(gateway, clock, paper, pass_time):
    other = await gateway.customer(senders=("Buurtkrant",))
    async with gateway.directory_changed():
        number, _ = await complain(gateway, clock, **await got(gateway, paper))
    rita = await staff(gateway, "Rita Example")
    case = await gateway.value("SELECT k.id FROM complaints c JOIN cases k USING (case_id) WHERE number = $1", number)
    async with gateway.directory_changed():
        assert (await decide(gateway, rita, to_wire(case), "confirm")).status == 200
        await pass_time(seconds=1)
    await pass_time(days=3)
    assert await sent(gateway, paper, TEXT) == "held"
    assert await sent(gateway, other, TEXT) == "queued"
    shown = await gateway.call("GET", f"/api/desk/takedowns/{number}", rita)
    assert shown.body["state"] == "upheld"


@pytest.mark.parametrize(
    ("named", "text"),
    [
        ("Black Friday", "Acme: Black Friday starts now, all shoes at half price in Ghent until nine."),
        ("Royal Mail", "Acme: Royal Mail brings your parcel today between two and four."),
        (NAMED, TEXT),
    ],
)
async def test_who_shows_no_more_than_a_mailbox_stops_nothing_and_is_looked_at_soon(gateway, clock, paper, named, text):
    await arrive(gateway, paper, ONE, text, sender="Buurtkrant")
    number, state = await complain(
        gateway, clock, holder=named, text=text, recipient=f"+{ONE}", email="x@throwaway.example"
    )
    assert (state, await freezes_of(gateway)) == ("open", [])
    assert await sent(gateway, paper, text) == "queued"
    priority = "SELECT k.priority FROM complaints c JOIN cases k USING (case_id) WHERE c.number = $1"
    assert await gateway.value(priority, number) == 10


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
async def test_whoever_is_not_named_stops_nothing(gateway, clock, paper, named, text):
    _, state = await complain(gateway, clock, holder=named, text=text, **await got(gateway, paper, text))
    assert state == "open"
    assert await freezes_of(gateway) == []


async def test_a_message_that_went_to_another_number_shows_nothing(gateway, clock, paper):
    shown = await got(gateway, paper)
    _, state = await complain(gateway, clock, **{**shown, "recipient": "+32470008002"})
    assert (state, await freezes_of(gateway)) == ("open", [])


async def test_who_was_found_to_report_to_harm_somebody_stops_nothing(gateway, clock, paper):
    await complain(gateway, clock, text="Buurtkrant: de markt is morgen om tien uur.")
    await gateway.fetch("UPDATE complaints SET state = 'abusive', outcome = 'abusive', decided_at = filed_at")
    _, state = await complain(gateway, clock, **await got(gateway, paper))
    assert (state, await freezes_of(gateway)) == ("open", [])
