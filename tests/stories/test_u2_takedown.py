"""U2: a right holder says that a text infringes a right; the customer answers, and a reviewer decides. Until one has
looked, a verified owner has no more stopped than one customer's text, for as long as a stop without a person lasts."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from comity.base.ids import to_wire
from comity.edges.postgres.statements import load
from comity.policy.files import bundle, default_files
from support.complaints import PLAIN, arrive, complain
from support.desk import decide, ready_for_evidence, staff
from support.gateway import running_gateway
from support.takedown import CLAIM, claim, passing, prove, proving_policy, vouch

SENDER = "RaboPasje"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
_people = count(1)
TEXT = "Rabobank pasjes zijn vandaag gratis af te halen in de winkel."


@pytest.fixture
async def gateway(database, clock, tmp_path, monkeypatch):
    # The operator set apart the domain where only the bank's own people have mailboxes.
    monkeypatch.setattr("support.gateway.default_policy", lambda: proving_policy(rabobank="rabobank.nl"))
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


async def freezes_of(gateway):
    rows = await gateway.fetch(
        "SELECT account_id, kind, state, by, lapses_at, begun_at, ended_at FROM freezes ORDER BY freeze_id"
    )
    return [dict(row) for row in rows]


async def vouched(gateway, rita, **named):
    """A claim of the owner's lawyer, whom a reviewer knows."""
    filed = await claim(gateway, email="lawyer@law.example", **named)
    async with gateway.directory_changed():
        answer = await vouch(gateway, rita, filed.body["number"], "rabobank")
    assert (answer.status, answer.body["state"]) == (200, "held"), answer.body
    return filed.body["number"]


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


async def test_an_owner_for_whom_a_reviewer_vouches_has_a_sender_stopped_until_it_is_decided(
    gateway, rita, acme, pass_time
):
    number = (await claim(gateway, sender=SENDER)).body["number"]
    assert await sent_as(gateway, acme, SENDER) == "queued"
    async with gateway.directory_changed():
        answer = await vouch(gateway, rita, number, "rabobank")
    assert (answer.status, answer.body["state"], answer.body["proven_by"]) == (200, "held", "Rita Example")

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
    assert (shown["state"], shown["proven_by"], shown["brands"]) == ("upheld", "Rita Example", ["rabobank"])
    assert await sent_as(gateway, acme, SENDER) == "refused"
    assert await gateway.ledger_problems() == []


async def test_what_was_stopped_goes_on_where_the_holder_is_not_right(gateway, rita, acme, pass_time):
    number = await vouched(gateway, rita, sender=SENDER)
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
    await arrive(gateway, acme, "32470009005", TEXT, sender="Acme")
    async with gateway.directory_changed():
        filed = await claim(gateway, bank, sender="Acme", text=TEXT, recipient="+32470009005")
    assert filed.body["state"] == "held", filed.body
    assert await sent_as(gateway, acme, "Acme", TEXT) == "held"
    # The owner's own messages go on.
    assert await sent_as(gateway, bank, "Rabobank", TEXT) == "queued"
    assert (await gateway.call("GET", "/api/takedowns", bank)).body["items"] == []
    assert (await state_of(gateway, rita, filed.body["number"]))["proven_by"] == "account"


async def test_an_owner_by_mail_has_one_customers_text_stopped_for_an_hour_and_no_second_time(
    gateway, clock, acme, pass_time
):
    other = await gateway.customer(senders=("Winkel",))
    await arrive(gateway, other, "32470009001", TEXT, sender="Winkel")
    clock.advance(timedelta(minutes=1))
    await arrive(gateway, acme, "32470009002", TEXT, sender="Acme")
    number = (await claim(gateway, sender="Acme", text=TEXT, recipient="+32470009002")).body["number"]
    async with gateway.directory_changed():
        proven = await prove(gateway, clock, number)
    assert (proven.status, proven.body["state"]) == (200, "held"), proven.body
    (stop,) = await freezes_of(gateway)
    assert (stop["account_id"], stop["kind"], stop["state"], stop["by"]) == (
        acme.account_id,
        "text",
        "in-force",
        "comity",
    )
    assert stop["lapses_at"] - stop["begun_at"] == timedelta(minutes=60)
    assert await sent_as(gateway, acme, "Acme", TEXT) == "held"
    assert await sent_as(gateway, acme, "Acme") == "queued"
    assert "for a short while" in await gateway.value(
        "SELECT body ->> 'summary' FROM notices WHERE account_id = $1 AND kind = 'takedown'", acme.account_id
    )

    # Nobody confirms it, and it ends; the same claim made again stops nothing.
    async with gateway.directory_changed():
        await pass_time(minutes=60)
    assert [one["state"] for one in await freezes_of(gateway)] == ["lapsed"]
    again = (await claim(gateway, sender="Acme", text=TEXT, recipient="+32470009002")).body["number"]
    assert (await prove(gateway, clock, again)).body["state"] == "open"
    assert len(await freezes_of(gateway)) == 1


async def test_a_sender_is_stopped_by_nobody_without_a_reviewer_but_looked_at_soon(gateway, clock, acme):
    number = (await claim(gateway, sender=SENDER)).body["number"]
    assert (await prove(gateway, clock, number)).body["state"] == "open"
    assert await freezes_of(gateway) == []
    assert await sent_as(gateway, acme, SENDER) == "queued"
    urgent = "SELECT k.priority FROM complaints c JOIN cases k USING (case_id) WHERE c.number = $1"
    assert await gateway.value(urgent, number) == 5


@pytest.mark.parametrize(
    ("holder", "email", "text"),
    [
        ("Google", "me@gmail.com", "Acme: your seat 12A is ready, add it to Google Wallet or show the code."),
        ("Orange", "me@orange.fr", "Acme: your Orange voucher of 5 EUR is ready, show it at the door."),
        ("ING", "me@ing.nl", "Acme: betaal uw ticket met ING en krijg 5 EUR korting aan de deur."),
    ],
)
async def test_a_mailbox_at_a_brands_own_domain_proves_nothing_unless_the_operator_set_it_apart(
    gateway, clock, holder, email, text
):
    acme, rita = await gateway.customer(senders=("Acme",)), await staff(gateway, "Rita Example")
    await arrive(gateway, acme, "32470009003", text, sender="Acme")
    number = (await claim(gateway, holder=holder, email=email, text=text, recipient="+32470009003")).body["number"]
    assert (await prove(gateway, clock, number, email)).body["state"] == "open"
    assert (await state_of(gateway, rita, number))["brands"] == []
    assert await freezes_of(gateway) == []


async def test_a_text_that_no_customer_sent_is_stopped_for_nobody(gateway, clock, acme):
    number = (await claim(gateway, text=TEXT)).body["number"]
    assert (await prove(gateway, clock, number)).body["state"] == "open"
    assert await freezes_of(gateway) == []
    assert await sent_as(gateway, acme, "Acme") == "queued"


async def test_a_claim_neither_joins_the_case_of_victims_nor_speaks_for_them(gateway, clock, rita, acme):
    await arrive(gateway, acme, "32470009004", PLAIN, sender="Acme", scores={"phishing": 0.9})
    victim = await complain(gateway, clock, recipient="32470009004", text=PLAIN, proven=True, reporter_key=b"victim")
    assert victim.frozen is not None
    bogus = (
        await claim(gateway, holder="Ann Nobody", email="x@throwaway.example", text=PLAIN, recipient="+32470009004")
    ).body["number"]
    assert await case_of_takedown(gateway, bogus) != victim.case
    abuse = {"decision": "abuse", "why": "There is no such right."}
    decided = await gateway.call("POST", f"/api/desk/complaints/{bogus}/decide", rita, json=abuse)
    assert decided.status == 200, decided.body
    rows = await gateway.fetch("SELECT number, state FROM complaints")
    assert {row["number"]: row["state"] for row in rows} == {victim.number: "linked", bogus: "abusive"}
    assert [one["state"] for one in await freezes_of(gateway)] == ["in-force"]
    # The other way round: what is decided of the victims' complaint says nothing of a claim that nobody proved.
    assert await gateway.value("SELECT same_as FROM complaints WHERE number = $1", victim.number) is None


async def test_who_does_not_answer_in_a_week_is_decided_without(gateway, rita, acme, pass_time):
    number = await vouched(gateway, rita, sender=SENDER)
    await pass_time(days=7, seconds=-1)
    assert (await state_of(gateway, rita, number))["state"] == "held"
    await pass_time(seconds=1)
    assert (await state_of(gateway, rita, number))["state"] == "unanswered"
    late = await gateway.call("POST", f"/api/takedowns/{number}/answers", acme, json={"words": "We were away."})
    assert late.body["state"] == "answered"
    # What a reviewer stopped does not lapse meanwhile.
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


async def test_a_claim_that_is_taken_back_lets_go_what_it_stopped(gateway, rita, acme, pass_time):
    filed = (await claim(gateway, sender=SENDER)).body
    async with gateway.directory_changed():
        await vouch(gateway, rita, filed["number"], "rabobank")
    assert await sent_as(gateway, acme, SENDER) == "held"
    taken = await gateway.call(
        "POST", f"/api/complaints/{filed['number']}/withdraw", headers={"X-Complaint-Token": filed["token"]}
    )
    assert taken.status in {200, 201}, taken.body
    async with gateway.directory_changed():
        await pass_time(seconds=6)
    assert (await state_of(gateway, rita, filed["number"]))["state"] == "withdrawn"
    assert await sent_as(gateway, acme, SENDER) == "queued"


async def test_a_grant_that_changed_meanwhile_or_that_another_takedown_ends_is_not_given_back(
    gateway, rita, acme, pass_time
):
    one = await vouched(gateway, rita, sender=SENDER)
    two = (await claim(gateway, sender=SENDER, email="other@law.example")).body["number"]
    await vouch(gateway, rita, two)
    for number in (one, two):
        await decide_takedown(gateway, rita, number, "confirm")
        await pass_time(seconds=1)
    ends = "SELECT expires_at FROM sender_grants WHERE account_id = $1 AND sender_key = $2"
    ended = await gateway.value(ends, acme.account_id, SENDER.lower())
    assert ended is not None

    sue, sam = await staff(gateway, "Sue Example", "senior"), await staff(gateway, "Sam Example")

    async def overturned(number):
        case = to_wire(await case_of_takedown(gateway, number))
        words = {"event": "reopen", "words": "The licence runs on."}
        assert (await gateway.call("POST", f"/api/desk/cases/{case}/steps", sue, json=words)).status == 200
        await decide_takedown(gateway, sam, number, "overturn")
        await pass_time(seconds=6)

    # The second stands, and holds the grant from then on.
    await overturned(one)
    assert await gateway.value(ends, acme.account_id, SENDER.lower()) == ended
    await overturned(two)
    assert await gateway.value(ends, acme.account_id, SENDER.lower()) is None


async def test_a_grant_that_the_operator_ended_after_the_takedown_stays_ended(gateway, rita, acme, pass_time):
    number = await vouched(gateway, rita, sender=SENDER)
    await decide_takedown(gateway, rita, number, "confirm")
    await pass_time(seconds=1)
    await gateway.fetch(
        "UPDATE sender_grants SET expires_at = expires_at - interval '1 day' WHERE account_id = $1 AND sender_key = $2",
        *(acme.account_id, SENDER.lower()),
    )
    sue, sam = await staff(gateway, "Sue Example", "senior"), await staff(gateway, "Sam Example")
    case = to_wire(await case_of_takedown(gateway, number))
    words = {"event": "reopen", "words": "The licence runs on."}
    assert (await gateway.call("POST", f"/api/desk/cases/{case}/steps", sue, json=words)).status == 200
    await decide_takedown(gateway, sam, number, "overturn")
    await pass_time(seconds=6)
    assert (await state_of(gateway, rita, number))["state"] == "restored"
    ends = "SELECT expires_at FROM sender_grants WHERE account_id = $1 AND sender_key = $2"
    assert await gateway.value(ends, acme.account_id, SENDER.lower()) is not None


async def test_a_sender_that_is_shared_ends_below_with_the_takedown_and_is_not_shared_while_it_is_disputed(
    gateway, rita, acme, pass_time
):
    early = await gateway.customer(parent_id=acme.account_id)
    late = await gateway.customer(parent_id=acme.account_id)

    async def share(child):
        return await gateway.value(load("subaccount_grant"), acme.account_id, child.account_id, SENDER.lower(), NOW)

    assert await share(early)
    number = await vouched(gateway, rita, sender=SENDER)
    assert not await share(late)
    await decide_takedown(gateway, rita, number, "confirm")
    await pass_time(seconds=1)
    held = "SELECT count(*) FROM sender_grants WHERE sender_key = $1 AND expires_at IS NULL"
    assert await gateway.value(held, SENDER.lower()) == 0


async def test_a_sender_that_is_shared_ends_below_when_the_operator_ends_it(gateway, acme):
    child = await gateway.customer(parent_id=acme.account_id)
    grandchild = await gateway.customer(parent_id=child.account_id)
    for above, below in ((acme, child), (child, grandchild)):
        await gateway.value(load("subaccount_grant"), above.account_id, below.account_id, SENDER.lower(), NOW)
    await gateway.fetch(
        "UPDATE sender_grants SET expires_at = $3 WHERE account_id = $1 AND sender_key = $2",
        *(acme.account_id, SENDER.lower(), NOW),
    )
    rows = await gateway.fetch("SELECT DISTINCT expires_at FROM sender_grants WHERE sender_key = $1", SENDER.lower())
    assert [row["expires_at"] for row in rows] == [NOW]


async def test_claims_of_all_networks_together_are_bounded_by_the_policy_but_not_those_of_accounts(gateway):
    source = {path: text.replace("all_hour = 60", "all_hour = 1") for path, text in default_files().items()}
    await gateway.fetch("UPDATE policy_versions SET source = $1, digest = 'claims'", bundle(source))
    mails = iter(f"a{n}@x.example" for n in range(9))
    assert [(await claim(gateway, sender=SENDER, email=next(mails))).status for _ in range(2)] == [201, 429]
    holder = await gateway.customer(name="holder")
    body = {**CLAIM, "sender": SENDER, "email": next(mails)}
    assert (await gateway.call("POST", "/api/takedowns", holder, json=body)).status == 201
