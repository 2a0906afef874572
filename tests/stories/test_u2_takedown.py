"""U2: a right holder says that a text infringes a right; a verified one has it stopped at once, the customer answers,
and a reviewer decides."""

from itertools import count

import pytest

from comity.base.ids import to_wire
from support.desk import decide, ready_for_evidence, staff
from support.gateway import running_gateway
from support.takedown import CLAIM, claim, passing, prove

SENDER = "RaboPasje"
_people = count(1)
TEXT = "Rabobank pasjes zijn vandaag gratis af te halen in de winkel."


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
async def rita(gateway):
    return await staff(gateway, "Rita Example")


@pytest.fixture
async def acme(gateway):
    return await gateway.customer(senders=(SENDER, "Acme"))


async def state_of(gateway, rita, number):
    answer = await gateway.call("GET", f"/api/desk/takedowns/{number}", rita)
    assert answer.status == 200, answer.body
    return answer.body


async def sent_as(gateway, customer, sender, message="Uw bestelling is klaar."):
    """What became of a message: its state."""
    answer = await gateway.send(customer, sender=sender, message=message, to=f"3247000{next(_people):04}")
    if answer.status != 200:
        return "refused"
    return await gateway.value(
        "SELECT state FROM message_life WHERE account_id = $1 ORDER BY id DESC LIMIT 1", customer.account_id
    )


async def case_of_takedown(gateway, number):
    return await gateway.value("SELECT k.id FROM complaints c JOIN cases k USING (case_id) WHERE c.number = $1", number)


async def decide_takedown(gateway, rita, number, decision):
    case = to_wire(await case_of_takedown(gateway, number))
    decided = await decide(gateway, rita, case, decision)
    assert decided.status == 200, decided.body


async def test_a_verified_owner_has_a_sender_stopped_at_once_until_it_is_decided(gateway, clock, rita, acme, pass_time):
    # The owner of a brand of the register claims, from an address of its own domain.
    filed = await claim(gateway, sender=SENDER)
    assert (filed.status, filed.body["state"]) == (201, "unproven"), filed.body
    number = filed.body["number"]
    assert await sent_as(gateway, acme, SENDER) == "queued"
    async with gateway.directory_changed():
        proven = await prove(gateway, clock, number)
        assert (proven.status, proven.body["state"]) == (200, "held"), proven.body

    # What the customer sends as that sender waits; all else of theirs goes.
    assert await sent_as(gateway, acme, SENDER) == "held"
    assert await sent_as(gateway, acme, "Acme") == "queued"

    # The customer is told the right and its holder, never the address, and answers.
    (own,) = (await gateway.call("GET", "/api/takedowns", acme)).body["items"]
    assert (own["holder"], own["right"], own["sender"], own["state"]) == (
        CLAIM["holder"],
        CLAIM["right"],
        SENDER,
        "held",
    )
    assert "rabobank.nl" not in str(own)
    told = await gateway.value(
        "SELECT body ->> 'summary' FROM notices WHERE account_id = $1 AND kind = 'takedown'", acme.account_id
    )
    assert "stopped until a reviewer has decided" in told
    counter = await gateway.call(
        "POST", f"/api/takedowns/{number}/answers", acme, json={"words": "We sell their card holders by licence."}
    )
    assert (counter.status, counter.body["state"]) == (200, "answered"), counter.body
    shown = await state_of(gateway, rita, number)
    assert [party["words"] for party in shown["parties"]] == ["We sell their card holders by licence."]

    # The reviewer finds the holder right: the sender is taken back, for good.
    async with gateway.directory_changed():
        await decide_takedown(gateway, rita, number, "confirm")
        await pass_time(seconds=1)
    shown = await state_of(gateway, rita, number)
    assert (shown["state"], shown["proven_by"], shown["brands"]) == ("upheld", "mail", ["rabobank"])
    assert await sent_as(gateway, acme, SENDER) == "refused"
    assert await gateway.ledger_problems() == []


async def test_what_was_stopped_goes_on_where_the_holder_is_not_right(gateway, clock, rita, acme, pass_time):
    number = (await claim(gateway, sender=SENDER)).body["number"]
    async with gateway.directory_changed():
        await prove(gateway, clock, number)
    assert await sent_as(gateway, acme, SENDER) == "held"
    async with gateway.directory_changed():
        await decide_takedown(gateway, rita, number, "overturn")
        await pass_time(seconds=1)
    assert (await state_of(gateway, rita, number))["state"] == "restored"
    states = await gateway.fetch("SELECT state FROM message_life WHERE account_id = $1", acme.account_id)
    assert [row["state"] for row in states] == ["queued"]
    assert await sent_as(gateway, acme, SENDER) == "queued"


async def test_others_than_verified_owners_wait_for_a_reviewer(gateway, clock, rita, acme):
    claimed = {
        "holder": "Example Toys",
        "right": "A picture book, 2019",
        "kind": "copyright",
        "email": "me@toys.example",
    }
    filed = await claim(gateway, sender=SENDER, **claimed)
    proven = await prove(gateway, clock, filed.body["number"], "me@toys.example")
    assert proven.body["state"] == "open"
    assert await sent_as(gateway, acme, SENDER) == "queued"
    # The customer is told all the same, and may answer.
    assert len((await gateway.call("GET", "/api/takedowns", acme)).body["items"]) == 1
    # Whoever writes from a foreign domain in a brand's name is not its owner.
    posing = await claim(gateway, sender=SENDER, email="me@rabobank.nl.example")
    assert (await prove(gateway, clock, posing.body["number"], "me@rabobank.nl.example")).body["state"] == "open"
    assert (await state_of(gateway, rita, posing.body["number"]))["brands"] == []


async def test_an_account_that_is_recorded_with_the_brand_needs_no_mail(gateway, rita, acme):
    bank = await gateway.customer(senders=("Rabobank", SENDER))
    await gateway.fetch(
        "INSERT INTO account_brands (account_id, brand_key, name) VALUES ($1, 'rabobank', 'Rabobank')"
        " ON CONFLICT DO NOTHING",
        bank.account_id,
    )
    async with gateway.directory_changed():
        filed = await claim(gateway, bank, sender=SENDER)
    assert filed.body["state"] == "held", filed.body
    assert await sent_as(gateway, acme, SENDER) == "held"
    # The owner's own messages as that sender go on.
    assert await sent_as(gateway, bank, SENDER) == "queued"
    assert (await gateway.call("GET", "/api/takedowns", bank)).body["items"] == []
    assert (await state_of(gateway, rita, filed.body["number"]))["proven_by"] == "account"


async def test_a_reviewer_may_vouch_for_an_owner(gateway, rita, acme):
    filed = await claim(gateway, sender=SENDER, email="lawyer@law.example")
    async with gateway.directory_changed():
        vouched = await gateway.call(
            "POST", f"/api/desk/takedowns/{filed.body['number']}/proof", rita, json={"brands": ["rabobank"]}
        )
    assert (vouched.status, vouched.body["state"], vouched.body["proven_by"]) == (200, "held", "Rita Example")
    assert await sent_as(gateway, acme, SENDER) == "held"


async def test_a_text_that_names_the_brand_is_stopped_for_everybody(gateway, clock, acme):
    number = (await claim(gateway, text=TEXT)).body["number"]
    async with gateway.directory_changed():
        assert (await prove(gateway, clock, number)).body["state"] == "held"
    other = await gateway.customer(senders=("Winkel",))
    assert await sent_as(gateway, other, "Winkel", TEXT) != "queued"
    assert await sent_as(gateway, acme, "Acme") == "queued"


async def test_a_text_that_does_not_name_the_brand_is_for_a_reviewer(gateway, clock):
    number = (await claim(gateway, text="Uw bestelling is klaar.")).body["number"]
    assert (await prove(gateway, clock, number)).body["state"] == "open"
    assert await gateway.value("SELECT count(*) FROM freezes") == 0


async def test_who_does_not_answer_in_a_week_is_decided_without(gateway, clock, rita, acme, pass_time):
    number = (await claim(gateway, sender=SENDER)).body["number"]
    async with gateway.directory_changed():
        await prove(gateway, clock, number)
    await pass_time(days=7, seconds=-1)
    assert (await state_of(gateway, rita, number))["state"] == "held"
    await pass_time(seconds=1)
    assert (await state_of(gateway, rita, number))["state"] == "unanswered"
    late = await gateway.call("POST", f"/api/takedowns/{number}/answers", acme, json={"words": "We were away."})
    assert late.body["state"] == "answered"
    # Nothing lapses meanwhile.
    async with gateway.directory_changed():
        await pass_time(days=30)
        await gateway.fetch("NOTIFY comity_change")
    assert await sent_as(gateway, acme, SENDER) == "held"


async def test_a_claim_that_nobody_proves_lapses(gateway, rita, pass_time):
    number = (await claim(gateway, sender=SENDER)).body["number"]
    await pass_time(days=14)
    assert (await state_of(gateway, rita, number))["state"] == "lapsed"


async def test_a_token_counts_once_and_a_wrong_one_not_at_all(gateway, clock):
    number = (await claim(gateway, sender=SENDER)).body["number"]
    wrong = await gateway.call("POST", "/api/takedowns/proof", json={"number": number, "token": "x" * 32})
    assert wrong.status == 404
    assert (await prove(gateway, clock, number)).status == 200
    unknown = await gateway.call("POST", "/api/takedowns/proof", json={"number": "C-2222-2222-2222", "token": "x"})
    assert unknown.status == 404


@pytest.mark.parametrize(
    "changes",
    [
        {"good_faith": False},
        {"email": "nobody"},
        {"email": "a b@x.example"},
        {},
        {"sender": "x" * 41},
        {"holder": "a\nb", "sender": SENDER},
        {"text": "a\0b"},
        {"kind": "defamation", "sender": SENDER},
        {"sender": SENDER, "link": "a\nb"},
        {"sender": SENDER, "more": 1},
    ],
)
async def test_a_claim_that_is_not_complete_is_refused(gateway, changes):
    assert (await claim(gateway, **changes)).status == 400
    assert await gateway.value("SELECT count(*) FROM complaints") == 0


async def test_claims_of_a_network_are_bounded(gateway):
    statuses = [(await claim(gateway, sender=f"{SENDER[:8]}{n}", email=f"a{n}@x.example")).status for n in range(7)]
    assert statuses == [201] * 5 + [429] * 2


async def test_nobodys_address_is_flooded_with_mail(gateway):
    statuses = [(await claim(gateway, sender=SENDER)).status for _ in range(4)]
    assert statuses == [201] * 3 + [429]


async def test_a_case_that_is_opened_again_and_decided_otherwise_gives_back_what_was_taken(
    gateway, clock, rita, acme, pass_time
):
    number = (await claim(gateway, sender=SENDER, text=TEXT)).body["number"]
    await prove(gateway, clock, number)
    async with gateway.directory_changed():
        await decide_takedown(gateway, rita, number, "confirm")
        await pass_time(seconds=1)
    assert await sent_as(gateway, acme, SENDER) == "refused"
    assert await sent_as(gateway, acme, "Acme", TEXT) != "queued"
    stopping = "SELECT count(*) FROM freezes WHERE ended_at IS NULL"
    assert await gateway.value(stopping) == 1

    sue, sam = await staff(gateway, "Sue Example", "senior"), await staff(gateway, "Sam Example")
    case = to_wire(await case_of_takedown(gateway, number))
    words = {"event": "reopen", "words": "The licence runs on."}
    opened = await gateway.call("POST", f"/api/desk/cases/{case}/steps", sue, json=words)
    assert opened.status == 200, opened.body
    async with gateway.directory_changed():
        await decide_takedown(gateway, sam, number, "overturn")
        await pass_time(seconds=6)
    assert (await state_of(gateway, rita, number))["state"] == "restored"
    assert await gateway.value(stopping) == 0
    assert await sent_as(gateway, acme, SENDER) == "queued"


async def test_a_claim_that_is_taken_back_lets_go_what_it_stopped(gateway, clock, rita, acme, pass_time):
    filed = (await claim(gateway, sender=SENDER)).body
    async with gateway.directory_changed():
        await prove(gateway, clock, filed["number"])
    assert await sent_as(gateway, acme, SENDER) == "held"
    taken = await gateway.call(
        "POST", f"/api/complaints/{filed['number']}/withdraw", headers={"X-Complaint-Token": filed["token"]}
    )
    assert taken.status in {200, 201}, taken.body
    async with gateway.directory_changed():
        await pass_time(seconds=6)
    assert (await state_of(gateway, rita, filed["number"]))["state"] == "withdrawn"
    assert await sent_as(gateway, acme, SENDER) == "queued"
