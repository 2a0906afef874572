from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.edges.carriers.simulator import InboundText
from comity.journey.confirm import text_for
from comity.journey.hearing import Fragment, hear, whole_text
from comity.smpp import tlv
from comity.smpp.pdu import DeliverSm
from comity.sms.segment import plan, split
from support.road import NUMBER, PERSON, Road, link_to, simulator
from support.sealed import MESSAGE, REPLY

if TYPE_CHECKING:
    from comity.edges.postgres.connect import Database


@pytest.fixture
async def road(database: Database):
    road = Road(database)
    yield road
    await road.connections.close()


def _message(text: str, sender: str = PERSON, receiver: str = NUMBER) -> DeliverSm:
    return DeliverSm(source_addr=sender, destination_addr=receiver, short_message=text.encode("latin-1"), data_coding=3)


def _parts(text: str, reference: int = 7) -> list[DeliverSm]:
    return [
        DeliverSm(
            source_addr=PERSON,
            destination_addr=NUMBER,
            short_message=part.udh + part.payload,
            esm_class=0x40 if part.udh else 0,
            data_coding=part.data_coding,
        )
        for part in split(plan(text), reference=reference)
    ]


async def _hears(road: Road, *messages: DeliverSm) -> None:
    await road.inbound.take([(1, message) for message in messages])


async def _texts(road: Road) -> list[str]:
    return [row["text"] for row in await road.fetch(f"SELECT {REPLY} FROM inbox ORDER BY number")]


async def _answers(road: Road) -> list[str]:
    rows = await road.fetch(f"SELECT {MESSAGE} FROM messages WHERE door = 'opt_out' ORDER BY id")
    return [row["text"] for row in rows]


async def _webhook(road: Road, account: int) -> None:
    await road.fetch(
        """INSERT INTO webhooks (account_id, secret, endpoint, method, types)
           VALUES ($1, 'secret', 'https://example.com', 'POST', '{inbox_message,add_optout,delete_optout}')""",
        account,
    )


# --- reading ---


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("32470000000", "32470000000"),
        ("+32470000000", "32470000000"),
        ("0032470000000", "32470000000"),
        ("8855", "8855"),
        ("007", "007"),
        ("MyBank", "MyBank"),
    ],
)
def test_numbers_are_read_without_their_prefix(written: str, read: str):
    assert hear(1, DeliverSm(source_addr=written)).sender == read


@pytest.mark.parametrize(
    "pdu",
    [
        DeliverSm(esm_class=0x40, short_message=b"\xff\x00\x03"),
        DeliverSm(esm_class=0x40, short_message=b""),
        DeliverSm(data_coding=4, short_message=b"\x00\x01"),
        DeliverSm(data_coding=8, short_message=b"\x00"),
        DeliverSm(
            tlvs=((tlv.SAR_MSG_REF_NUM, b"\0\1"), (tlv.SAR_TOTAL_SEGMENTS, b"\2"), (tlv.SAR_SEGMENT_SEQNUM, b"\3"))
        ),
    ],
    ids=["header too long", "no header", "binary", "half a character", "part outside its total"],
)
def test_what_cannot_be_read_is_heard_as_a_whole_message(pdu: DeliverSm):
    assert hear(1, pdu).part is None


@given(st.text("ab [€é🙂ж", min_size=1, max_size=400))
def test_a_text_in_parts_reads_as_it_was_written(text: str):
    heard = [hear(1, pdu) for pdu in _parts(text)]
    fragments = [Fragment(1, PERSON, NUMBER, one.payload, one.data_coding, one.tables) for one in heard]
    assert whole_text(fragments).text == text


# --- claiming ---


async def test_a_message_reaches_the_inbox_of_who_holds_the_number(road: Road):
    account = await road.account()
    await _webhook(road, account)
    await _hears(road, _message("hello"))
    assert await road.fetch(f"SELECT account_id, sender, receiver, {REPLY} FROM inbox") == [
        (account, PERSON, NUMBER, "hello")
    ]
    (event,) = await road.fetch("SELECT kind, body FROM webhook_events")
    body = json.loads(event["body"])
    assert event["kind"] == "inbox_message"
    assert (body["content"], body["sender"], body["receiver"]) == ("hello", PERSON, NUMBER)


async def test_a_message_to_nobodys_number_is_kept_for_the_operator(road: Road):
    await road.account()
    await _hears(road, _message("hello", receiver="4412345678"))
    assert await _texts(road) == []
    assert await road.fetch("SELECT receiver, text FROM inbound_unclaimed") == [("4412345678", "hello")]
    assert road.counters.inbound_unclaimed == 1


async def test_of_several_holders_the_one_that_last_wrote_to_the_person_gets_it(road: Road):
    first, second, third = [await road.account(name) for name in ("first", "second", "third")]
    await _hears(road, _message("nobody wrote yet"))
    await road.queue(third)
    await road.queue(second)
    await _hears(road, _message("to the second"))
    rows = await road.fetch(f"SELECT account_id, {REPLY} FROM inbox ORDER BY number")
    assert rows == [(first, "nobody wrote yet"), (second, "to the second")]


async def test_a_grant_that_ended_claims_nothing(road: Road):
    await road.account()
    await road.fetch("UPDATE sender_grants SET expires_at = now() - interval '1 day'")
    await _hears(road, _message("hello"))
    assert await road.value("SELECT count(*) FROM inbound_unclaimed") == 1


# --- parts ---


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 0, 0, 2)], ids=str)
@pytest.mark.parametrize("together", [True, False])
async def test_parts_are_joined_in_any_order(road: Road, order: tuple[int, ...], together: bool):
    await road.account()
    text = "Ünïcode 🙂 " * 14
    parts = _parts(text)
    assert len(parts) == 3
    if together:
        await _hears(road, *(parts[n] for n in order))
    else:
        for n in order:
            await _hears(road, parts[n])
    assert await _texts(road) == [text]
    assert await road.value("SELECT count(*) FROM inbound_parts") == 0


async def test_parts_that_two_nodes_get_at_once_are_joined(road: Road):
    await road.account()
    parts = _parts("word " * 60)
    await asyncio.gather(*(_hears(road, part) for part in parts))
    assert await _texts(road) == ["word " * 60]


async def test_parts_of_two_messages_do_not_mix(road: Road):
    await road.account()
    one, other = _parts("one " * 50, reference=1), _parts("two " * 50, reference=2)
    await _hears(road, one[0], other[1])
    assert await _texts(road) == []
    await _hears(road, other[0], one[1])
    assert sorted(await _texts(road)) == ["one " * 50, "two " * 50]


async def test_stop_in_a_message_of_parts_counts(road: Road):
    await road.account()
    await _hears(road, *_parts("STOP\n" + "sent from my telephone " * 10))
    assert await road.value("SELECT count(*) FROM opt_outs") == 1


# --- stop, start, help ---


async def test_stop_is_written_down_told_and_confirmed_once(road: Road):
    account = await road.account("Bank")
    await _webhook(road, account)
    await _hears(road, _message("STOP"))
    await _hears(road, _message("STOP"), _message("stop"))
    assert await road.fetch("SELECT account_id, recipient, source, memo FROM opt_outs") == [
        (account, PERSON, "reply", NUMBER)
    ]
    kinds = await road.fetch("SELECT kind FROM webhook_events ORDER BY kind, created_at")
    assert [row["kind"] for row in kinds] == ["add_optout"] + ["inbox_message"] * 3
    (answer,) = await road.fetch(f"SELECT m.*, {MESSAGE} FROM messages m WHERE door = 'opt_out'")
    assert (answer["sender"], answer["recipient"], answer["micro_credits"]) == (NUMBER, PERSON, 0)
    assert answer["verdict"]["action"] == "allow"
    assert answer["verdict"]["findings"][0]["clauses"] == ["P4"]
    assert answer["text"].startswith("Bank:")
    assert await road.value("SELECT count(*) FROM queue WHERE message_id = $1", answer["id"]) == 1
    assert (road.counters.opt_outs, road.counters.confirmations) == (1, 1)


async def test_start_takes_a_stop_back_and_says_so(road: Road):
    account = await road.account()
    await _webhook(road, account)
    await _hears(road, _message("START"))
    assert await _answers(road) == []
    await _hears(road, _message("STOP"))
    await _hears(road, _message("START"))
    assert await road.value("SELECT count(*) FROM opt_outs") == 0
    assert len(await _answers(road)) == 2
    kinds = [row["kind"] for row in await road.fetch("SELECT kind FROM webhook_events")]
    assert kinds.count("delete_optout") == kinds.count("add_optout") == 1


async def test_of_stop_and_start_in_one_batch_the_last_counts(road: Road):
    await road.account()
    await _hears(road, _message("START"), _message("STOP"))
    assert await road.value("SELECT count(*) FROM opt_outs") == 1
    await _hears(road, _message("STOP"), _message("START"))
    assert await road.value("SELECT count(*) FROM opt_outs") == 0


async def test_a_second_stop_within_a_day_is_not_confirmed_again_and_one_after_it_is(road: Road):
    await road.account()
    await _hears(road, _message("STOP"))
    await _hears(road, _message("START"))
    await _hears(road, _message("STOP"))
    assert len(await _answers(road)) == 2
    await road.fetch("DELETE FROM opt_outs")
    road.inbound._clock = type("Later", (), {"now": lambda _: road.clock.now() + timedelta(hours=25)})()
    await _hears(road, _message("STOP"))
    assert len(await _answers(road)) == 3


async def test_help_names_the_account_and_how_to_stop(road: Road):
    await road.account("Bank")
    await _hears(road, _message("HELP"), _message("HELP"))
    (answer,) = await _answers(road)
    assert "Bank" in answer
    assert "STOP" in answer


async def test_plain_speech_and_short_codes_are_not_answered(road: Road):
    await road.account()
    await _hears(road, _message("I will stop by the shop"), _message("STOP", sender="8855"))
    assert await _answers(road) == []
    assert [row["recipient"] for row in await road.fetch("SELECT recipient FROM opt_outs")] == ["8855"]


@pytest.mark.parametrize(
    "said",
    [
        "please don't text me any more",
        "laat me met rust",
        "je ne veux plus recevoir vos messages",
        "no me escriban más",
        "don't text or call me",
        "smettetela",
    ],
)
async def test_a_stop_in_plain_speech_counts_at_once_and_is_confirmed(road: Road, said: str):
    account = await road.account("Bank")
    await _webhook(road, account)
    await _hears(road, _message(said), _message("I don't want to unsubscribe", sender="32470000009"))
    await _hears(road, _message("stop sending the driver to the wrong door", sender="32470000008"))
    assert await road.fetch("SELECT recipient, source, scope FROM opt_outs") == [(PERSON, "speech", "everything")]
    (answer,) = await _answers(road)
    assert answer == text_for("stop", "Bank", "BE")
    kinds = [row["kind"] for row in await road.fetch("SELECT kind FROM webhook_events")]
    assert kinds.count("add_optout") == 1
    assert road.counters.opt_outs == 1


async def test_a_stop_to_advertising_alone_leaves_the_rest_until_a_stop_to_all(road: Road):
    await road.account("Bank")
    await _hears(road, _message("no more ads but keep the delivery updates"))
    assert await road.fetch("SELECT scope, subject FROM opt_outs") == [("category", "promotional")]
    assert await _answers(road) == [text_for("category", "Bank", "BE")]
    await _hears(road, _message("STOP"))
    await _hears(road, _message("no more ads but keep the delivery updates"))
    assert await road.value("SELECT count(*) FROM opt_outs") == 2
    assert (await _answers(road))[1:] == [text_for("stop", "Bank", "BE")]
    await _hears(road, _message("START"))
    assert await road.value("SELECT count(*) FROM opt_outs") == 0


@pytest.mark.parametrize(
    ("country", "word"), [("NL", "berichten"), ("FR", "messages"), ("JP", "messages"), ("DE", "Nachrichten")]
)
def test_the_answer_is_in_a_language_of_the_country(country: str, word: str):
    assert word in text_for("stop", "Bank", country)
    assert plan(text_for("stop", "B" * 60, country), transliterate=True).parts == 1


# --- the whole way ---


async def test_a_reply_goes_from_the_carrier_to_the_inbox_and_its_answer_to_the_person(road: Road):
    await road.account("Bank")
    changed = asyncio.Event()
    async with simulator() as running, road.dispatching((1, link_to(running, changed)), changed=changed):
        async with asyncio.timeout(5):
            while not running.centre.tally.counts.binds:  # noqa: ASYNC110  the centre gives no event
                await asyncio.sleep(0.01)
        running.centre.deliver(InboundText(PERSON, NUMBER, "STOP"))
        await road.until("SELECT count(*) = 1 FROM message_life WHERE state = 'delivered'")
    assert await road.value("SELECT count(*) FROM opt_outs") == 1
    assert len(await _answers(road)) == 1


async def test_plain_speech_that_comes_from_a_carrier_opts_out(road: Road):
    await road.account("Bank")
    changed = asyncio.Event()
    async with simulator() as running, road.dispatching((1, link_to(running, changed)), changed=changed):
        async with asyncio.timeout(5):
            while not running.centre.tally.counts.binds:  # noqa: ASYNC110  the centre gives no event
                await asyncio.sleep(0.01)
        running.centre.deliver(InboundText(PERSON, NUMBER, "wrong number, please remove me from your list"))
        await road.until("SELECT count(*) = 1 FROM message_life WHERE state = 'delivered'")
    assert await road.fetch("SELECT recipient, source FROM opt_outs") == [(PERSON, "speech")]
