"""P9, G7: who gets a suspicious text forwards it to the report number, says who sent it, and gets a case number."""

import re
from datetime import timedelta

import pytest

from comity.app.compose.desk import DEEDS
from comity.complaints.report_number import MOST_A_DAY
from comity.edges.postgres.deadline_store import FailedDeedError, PostgresDeadlines
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.inbound_store import PostgresInboundStore
from comity.edges.postgres.report_number_store import set_number
from comity.journey.counters import Counters
from comity.journey.deadlines import Deadlines
from comity.journey.inbound import Inbound
from comity.policy.files import default_policy
from comity.policy.watching import figures_of
from comity.smpp.pdu import DeliverSm
from comity.sms.segment import plan, split
from support import sealed
from support.desk import ready_for_evidence
from support.gateway import running_gateway
from support.sealed import MESSAGE

REPORT = "3227726"
PERSON = "31612345601"
SENDER = "PostPakket"
SPAM = "PostPakket: uw pakket wacht, betaal 1,99 via https://post-pakket.invalid"
STATUS = "https://gateway.example/complaints/{number}#{token}"
ANSWERS = figures_of(default_policy().document).limits.answers


@pytest.fixture
async def gateway(database, clock, tmp_path):
    async with running_gateway(database, clock, tmp_path) as running:
        await ready_for_evidence(running, tmp_path)
        yield running


@pytest.fixture
async def office(gateway, clock):
    """The operator's own account, which holds the report number."""
    made = await gateway.customer(name="office", senders=(f"+{REPORT}",))
    await set_number(gateway.connection, REPORT, made.account_id, STATUS, clock.now())
    return made


@pytest.fixture
async def phones(gateway, office, clock):  # noqa: ARG001  the number must be there
    """People with telephones: `await phones.text("...")`, and what they got."""
    held = HeldConnections(gateway.database, "test", most=2)

    async def now(_connection):
        return clock.now()

    deadlines = Deadlines(PostgresDeadlines(gateway.database, held, now), DEEDS, FailedDeedError)
    inbound = Inbound(PostgresInboundStore(held), gateway.directory, clock, Counters())

    class Phones:
        async def text(self, text, sender=PERSON, receiver=REPORT):
            pdus = [
                DeliverSm(
                    source_addr=sender,
                    destination_addr=receiver,
                    short_message=part.udh + part.payload,
                    esm_class=0x40 if part.udh else 0,
                    data_coding=part.data_coding,
                )
                for part in split(plan(text), reference=7)
            ]
            await inbound.take([(1, pdu) for pdu in pdus])

        async def done(self):
            """What is due is done."""
            clock.advance(timedelta(milliseconds=5))
            await deadlines.once()

        async def wait(self, **span):
            clock.advance(timedelta(**span))
            await deadlines.once()

        async def heard(self, sender=PERSON):
            rows = await gateway.fetch(
                f"SELECT {MESSAGE} FROM messages WHERE door = 'opt_out' AND recipient = $1 ORDER BY id", sender
            )
            return [row["text"] for row in rows]

        async def code(self, sender=PERSON):
            """What the latest question asks to be given back."""
            return re.search(r"\b[0-9]{4}\b", (await self.heard(sender))[-1])[0]

    yield Phones()
    await held.close()


async def complaints(gateway):
    return await sealed.complaints(gateway, "number", "channel", "text", "sender", "recipient", "proven")


async def test_a_text_is_forwarded_its_sender_asked_for_and_the_report_filed_with_proof(gateway, phones):
    # The text first; the gateway asks who sent it, in the language of the country.
    await phones.text(SPAM)
    await phones.done()
    code = await phones.code()
    assert await phones.heard() == [
        f"Dank u. Van wie was het? Antwoord {code} en het nummer of de naam van de afzender, of {code} ONBEKEND."
    ]
    assert await complaints(gateway) == []

    # The answer makes it a complaint: the code in it proves that the reporter has that telephone.
    await phones.text(f"{code} {SENDER}")
    await phones.done()
    (filed,) = await complaints(gateway)
    assert (filed["channel"], filed["text"], filed["sender"], filed["recipient"], filed["proven"]) == (
        "sms",
        SPAM,
        SENDER,
        PERSON,
        True,
    )
    told = (await phones.heard())[-1]
    found = re.match(
        r"Uw melding heeft nummer (C-\S+)\. https://gateway\.example/complaints/(\S+)#(\S+) In uw land ook: ",
        told,
    )
    assert found
    assert found[1] == found[2] == filed["number"]
    # Nothing of it stands in an inbox, or waits.
    assert await gateway.value("SELECT count(*) FROM inbox") == 0
    assert await gateway.value("SELECT count(*) FROM report_texts") == 0
    assert await gateway.value("SELECT count(*) FROM report_halves") == 0


async def test_a_report_names_the_message_that_the_gateway_carried(gateway, phones):
    acme = await gateway.customer(senders=("Acme",))
    sent = await gateway.send(acme, to=PERSON, sender="Acme", message="Acme: uw bestelling is klaar.")
    assert sent.status == 200
    await gateway.fetch("UPDATE message_life SET state = 'delivered' WHERE account_id = $1", acme.account_id)
    await phones.text("Van: Acme\nAcme: uw bestelling is klaar.")
    await phones.done()
    (filed,) = await complaints(gateway)
    linked = await gateway.value("SELECT count(*) FROM complaint_messages")
    assert (filed["sender"], linked) == ("Acme", 1)


async def test_who_got_a_phishing_text_stops_it_for_everybody_else_by_forwarding_it(gateway, phones, clock):
    acme = await gateway.customer(senders=("Acme",))
    text = "Acme: uw pas verloopt vandaag, vraag een nieuwe aan."
    assert (await gateway.send(acme, to=PERSON, sender="Acme", message=text)).status == 200
    scored = """UPDATE messages SET verdict = jsonb_set(verdict, '{given,scores}', '{"phishing": 0.97}')
                WHERE account_id = $1"""
    await gateway.fetch(scored, acme.account_id)
    await gateway.fetch("UPDATE message_life SET state = 'delivered' WHERE account_id = $1", acme.account_id)
    # Two days later, for people do not look at once.
    clock.advance(timedelta(days=2))
    await phones.text(text)
    await phones.done()
    async with gateway.directory_changed():
        await phones.text(f"{await phones.code()} Acme")
        await phones.done()
    assert await gateway.value("SELECT state FROM freezes") == "in-force"
    assert (await gateway.send(acme, to="31612345699", sender="Acme", message=text)).status == 200
    states = await gateway.fetch("SELECT state FROM message_life WHERE account_id = $1 ORDER BY id", acme.account_id)
    assert [row["state"] for row in states] == ["delivered", "held"]


@pytest.mark.parametrize(
    ("written", "sender"),
    [
        (f"FWD: From: +31687654321\n{SPAM}", "31687654321"),
        (f"From: {SENDER}\n{SPAM}", SENDER),
        (f"{SPAM}\nvan: 0687654321", "31687654321"),
    ],
)
async def test_a_text_that_names_its_sender_is_filed_at_once(gateway, phones, written, sender):
    await phones.text(written)
    await phones.done()
    (filed,) = await complaints(gateway)
    assert (filed["text"], filed["sender"]) == (SPAM, sender)
    (told,) = await phones.heard()
    assert filed["number"] in told


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (f"Van: {SENDER}\n{SPAM}", None),
        (SPAM, SENDER),
        (SPAM, f"{SENDER} 12345"),
        (SPAM, "onbekend"),
        (SPAM, "Another one: you won, go to https://prize.invalid"),
        (SPAM, "STOP"),
    ],
    ids=["whole", "blind", "wrong code", "unknown", "another text", "stop"],
)
async def test_a_number_that_is_only_claimed_proves_nothing_and_freezes_nothing(gateway, phones, first, second):
    """Whoever forges the sender of a text does not read what we send there."""
    acme = await gateway.customer(senders=(SENDER,))
    assert (await gateway.send(acme, to=PERSON, sender=SENDER, message=SPAM)).status == 200
    scored = """UPDATE messages SET verdict = jsonb_set(verdict, '{given,scores}', '{"phishing": 0.97}')
                WHERE account_id = $1"""
    await gateway.fetch(scored, acme.account_id)
    await gateway.fetch("UPDATE message_life SET state = 'delivered' WHERE account_id = $1", acme.account_id)
    for text in (first, second):
        if text is not None:
            await phones.text(text)
            await phones.done()
    filed = await complaints(gateway)
    assert [one["proven"] for one in filed] == [False]
    assert await gateway.value("SELECT count(*) FROM freezes") == 0


@pytest.mark.parametrize("reply", ["{}", "{} onbekend", "PostPakket {}", "{}: PostPakket"])
async def test_a_reply_with_the_code_proves_the_number_whatever_else_it_says(gateway, phones, reply):
    await phones.text(SPAM)
    await phones.done()
    await phones.text(reply.format(await phones.code()))
    await phones.done()
    (filed,) = await complaints(gateway)
    assert (filed["text"], filed["sender"]) == (SPAM, SENDER if SENDER in reply else "")
    assert filed["proven"]


@pytest.mark.parametrize("number", ["319001234567", "5351234567"], ids=["premium", "embargo"])
async def test_numbers_that_no_text_goes_to_are_heard_and_not_answered(gateway, phones, number):
    await phones.text(f"Van: {SENDER}\n{SPAM}", sender=number)
    await phones.done()
    assert len(await complaints(gateway)) == 1
    assert await phones.heard(number) == []


async def test_answers_to_a_range_of_numbers_end_for_the_day_and_use_up_nobody_elses(gateway, phones):
    for last in range(ANSWERS.range_day + 2):
        await phones.text(SPAM, sender=f"3161234{last:04}")
    await phones.done()
    told = await gateway.value("SELECT count(*) FROM messages WHERE door = 'opt_out'")
    assert told == ANSWERS.range_day
    assert await gateway.value("SELECT count(*) FROM report_halves") == ANSWERS.range_day + 2
    await phones.text(SPAM, sender="31687654321")
    await phones.done()
    assert len(await phones.heard("31687654321")) == 1


@pytest.mark.parametrize("word", ["onbekend", "unknown", "Weet ik niet.", "?"])
async def test_who_does_not_know_the_sender_says_so(gateway, phones, word):
    await phones.text(SPAM)
    await phones.done()
    await phones.text(word)
    await phones.done()
    (filed,) = await complaints(gateway)
    assert (filed["text"], filed["sender"]) == (SPAM, "")


async def test_a_half_report_is_filed_after_a_day_without_its_sender(gateway, phones):
    await phones.text(SPAM)
    await phones.done()
    await phones.wait(hours=23, minutes=59)
    assert await complaints(gateway) == []
    await phones.wait(minutes=1)
    (filed,) = await complaints(gateway)
    assert (filed["text"], filed["sender"]) == (SPAM, "")
    assert len(await phones.heard()) == 2
    await phones.wait(days=2)
    assert len(await complaints(gateway)) == 1


async def test_texts_that_come_at_once_are_read_in_their_order(gateway, phones):
    # The gateway was down for a while: three texts wait when it comes back.
    await phones.text(SPAM)
    await phones.text(SENDER)
    await phones.text("Another one: you won, go to https://prize.invalid")
    await phones.done()
    (filed,) = await complaints(gateway)
    assert (filed["text"], filed["sender"]) == (SPAM, SENDER)
    assert await gateway.value("SELECT text FROM report_halves") == "Another one: you won, go to https://prize.invalid"


async def test_a_long_text_comes_in_parts_and_is_one_report(gateway, phones):
    long = " ".join([SPAM] * 5)
    await phones.text(f"Van: {SENDER}\n{long}")
    await phones.done()
    (filed,) = await complaints(gateway)
    assert filed["text"] == long


async def test_stop_is_no_report_and_nothing_is_sent_after_it(gateway, phones, office):
    await phones.text("STOP")
    await phones.done()
    assert await complaints(gateway) == []
    opted = await gateway.value("SELECT count(*) FROM opt_outs WHERE account_id = $1", office.account_id)
    told = await phones.heard()
    assert (opted, len(told)) == (1, 1)
    # A report is taken still; it is not answered.
    await phones.text(f"Van: {SENDER}\n{SPAM}")
    await phones.done()
    assert len(await complaints(gateway)) == 1
    assert await phones.heard() == told


async def test_whoever_floods_the_number_is_read_so_often_a_day(gateway, phones):
    for number in range(MOST_A_DAY + 5):
        await phones.text(f"Van: {SENDER}\nuw pakket {number} wacht op betaling")
        await phones.done()
    assert len(await complaints(gateway)) == MOST_A_DAY
    assert len(await phones.heard()) == ANSWERS.number_day
    await phones.wait(hours=24)
    await phones.text(f"Van: {SENDER}\nnog een pakket wacht op u")
    await phones.done()
    assert len(await complaints(gateway)) == MOST_A_DAY + 1


async def test_a_text_to_another_number_is_no_report(gateway, phones):
    acme = await gateway.customer(senders=("+3228000099",))
    await phones.text(SPAM, receiver="3228000099")
    await phones.done()
    assert await complaints(gateway) == []
    assert await gateway.value("SELECT count(*) FROM inbox WHERE account_id = $1", acme.account_id) == 1


async def test_a_crash_in_the_middle_leaves_the_text_and_nothing_else(gateway, phones, clock):
    await phones.text(f"Van: {SENDER}\n{SPAM}")
    held = HeldConnections(gateway.database, "crash", most=2)

    async def now(_connection):
        return clock.now()

    async def die(connection, due, at):
        await DEEDS["report-text"](connection, due, at)
        raise RuntimeError

    dying = PostgresDeadlines(gateway.database, held, now)
    with pytest.raises(FailedDeedError):
        await dying.do_next({"report-text": die})
    await held.close()
    assert await complaints(gateway) == []
    assert await gateway.value("SELECT count(*) FROM report_texts") == 1
    await phones.wait(minutes=10)
    assert len(await complaints(gateway)) == 1
