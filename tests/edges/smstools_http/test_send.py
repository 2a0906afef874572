"""What a send answers: ids, verdicts, charges; and what is on disk by then."""

from datetime import timedelta

import msgspec
import pytest

from comity.base.ids import from_wire
from comity.edges.postgres.artefact_store import find_stored, load_artefacts
from comity.journey.replay import digests_of, replay
from comity.messages.life import REPORTS, Delivery, State
from comity.screening.engine import engine
from comity.screening.judging import Facts
from support.gateway import MICRO, PERSON, SEND
from support.judging import shipped
from support.sealed import MESSAGE
from support.standing import to_standing

OTHERS = [f"3247100{number:04d}" for number in range(1000)]
OFFER = (
    "SALE! 50% off everything this weekend only. Shop now at https://shop.example and save big! Reply STOP to opt out"
)


async def state_of(gateway, wire_id):
    return await gateway.value("SELECT state FROM message_life WHERE id = $1", from_wire(wire_id))


async def opt_out(gateway, customer, number=PERSON):
    answer = await gateway.call("POST", "/v1/optouts", customer, json={"number": number})
    assert answer.status == 200


async def test_one_recipient_gets_one_id_and_is_charged_before_the_answer(gateway):
    customer = await gateway.customer(credits_=10)
    answer = await gateway.send(customer)
    assert (answer.status, list(answer.body)) == (200, ["messageid"])
    assert await state_of(gateway, answer.body["messageid"]) == "queued"
    assert await gateway.spendable(customer) == 9
    written = await gateway.written(customer)
    assert written == {"messages": 1, "message_life": 1, "queue": 1, "idempotency": 0, "ledger_entries": 2}


async def test_several_recipients_get_ids_in_order(gateway):
    customer = await gateway.customer()
    answer = await gateway.send(customer, to=OTHERS[:20])
    ids = [from_wire(written) for written in answer.body["messageids"]]
    rows = await gateway.fetch("SELECT id, recipient FROM messages WHERE account_id = $1", customer.account_id)
    recipients = {row["id"]: row["recipient"] for row in rows}
    assert [recipients[id_] for id_ in ids] == OTHERS[:20]


async def test_a_list_of_messages_gets_ids_in_order(gateway):
    customer = await gateway.customer()
    body = [{"message": f"Text {n}", "to": OTHERS[n : n + 2], "sender": "Bank"} for n in range(0, 6, 2)]
    answer = await gateway.call("POST", SEND, customer, json=body)
    texts = [
        await gateway.value(
            f"SELECT {MESSAGE} FROM messages WHERE id = $1",
            from_wire(written),
        )
        for written in answer.body["messageids"]
    ]
    assert texts == ["Text 0", "Text 0", "Text 2", "Text 2", "Text 4", "Text 4"]


async def test_5_000_recipients_are_accepted_in_one_request(gateway):
    customer = await gateway.customer(credits_=5000)
    answer = await gateway.send(customer, to=[f"324710{number:05d}" for number in range(5000)])
    assert answer.status == 200
    assert len(set(answer.body["messageids"])) == 5000
    assert await gateway.spendable(customer) == 0
    assert await gateway.ledger_problems() == []


@pytest.mark.parametrize("to", ["32470000000", "+32470000000", "0032470000000", "+32 470 00 00 00", 32470000000])
async def test_a_destination_may_be_written_in_every_usual_way(gateway, to):
    customer = await gateway.customer()
    assert (await gateway.send(customer, to=to)).status == 200
    assert await gateway.value("SELECT recipient FROM messages") == PERSON


@pytest.mark.parametrize(
    ("path", "request_"),
    [
        pytest.param(SEND + "/", {}, id="a trailing slash"),
        pytest.param(SEND, {"headers": {"Content-Type": ""}}, id="no Content-Type"),
        pytest.param(SEND, {"headers": {"Content-Type": "text/plain"}}, id="another Content-Type"),
        pytest.param(SEND, {"params": {"unknown": "x"}}, id="an unknown query"),
    ],
)
async def test_old_clients_are_understood(gateway, path, request_):
    customer = await gateway.customer()
    body = msgspec.json.encode({"message": "Hello", "to": PERSON, "sender": "Bank", "date": "", "reference": ""})
    answer = await gateway.call("POST", path, customer, data=body, **request_)
    assert answer.status == 200


@pytest.mark.parametrize("test", [True, 1, "1", "true"])
async def test_a_test_writes_nothing_and_charges_nothing(gateway, test):
    customer = await gateway.customer(credits_=5)
    before = await gateway.written(customer)
    answer = await gateway.send(customer, test=test)
    assert (answer.status, list(answer.body)) == (200, ["messageid"])
    assert await gateway.written(customer) == before
    assert await gateway.spendable(customer) == 5


async def test_a_test_in_the_query_is_one_too(gateway):
    customer = await gateway.customer()
    before = await gateway.written(customer)
    answer = await gateway.call(
        "POST", SEND, customer, params={"test": "1"}, json={"message": "Hello", "to": PERSON, "sender": "Bank"}
    )
    assert answer.status == 200
    assert await gateway.written(customer) == before


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        pytest.param({"sender": "Rival"}, 403, "2001", id="what would be refused"),
        pytest.param({"to": OTHERS[:6]}, 402, "108", id="what could not be paid"),
        pytest.param({"message": ""}, 400, "112", id="what is malformed"),
    ],
)
async def test_a_test_tells_all_that_the_real_thing_would(gateway, changes, status, code):
    customer = await gateway.customer(credits_=5)
    before = await gateway.written(customer)
    tried = await gateway.send(customer, test=True, **changes)
    assert (tried.status, tried.code) == (status, code)
    assert await gateway.written(customer) == before
    real = await gateway.send(customer, **changes)
    assert (real.status, real.code, real.body.get("errorMsg")) == (status, code, tried.body["errorMsg"])


async def test_a_refused_message_is_kept_and_not_charged_and_says_why(gateway):
    customer = await gateway.customer(credits_=5)
    answer = await gateway.send(customer, sender="Rival")
    assert (answer.status, answer.code) == (403, "2001")
    verdict = answer.body["verdict"]
    assert (verdict["action"], verdict["findings"][0]["rule"]) == ("refuse", "sender-not-granted")
    assert verdict["findings"][0]["remedy"] in answer.body["errorMsg"]
    state = State(await state_of(gateway, answer.body["messageid"]))
    assert state is State.REFUSED
    assert REPORTS[state].code is Delivery.REJECTED_WITH_DETAIL
    assert await gateway.spendable(customer) == 5
    assert (await gateway.written(customer))["queue"] == 0


@pytest.mark.parametrize(
    ("trouble", "code"),
    [("suspended", "2065"), ("deactivated", "2065")],
)
async def test_an_account_out_of_standing_sends_nothing(gateway, trouble, code):
    customer = await gateway.customer()
    await gateway.value(to_standing(trouble, customer.account_id))
    answer = await gateway.send(customer)
    assert (answer.status, answer.code) == (403, code)


async def test_nobody_sends_before_a_person_accepted_the_policy(gateway):
    customer = await gateway.customer(accepted_by="")
    answer = await gateway.send(customer)
    assert (answer.status, answer.code) == (403, "2055")


async def test_an_emergency_number_is_refused_with_its_own_words(gateway):
    answer = await gateway.send(await gateway.customer(), to="112")
    assert (answer.status, answer.code) == (403, "2018")
    assert "Emergency" in answer.body["errorMsg"]


async def test_who_opted_out_has_the_vendors_code(gateway):
    customer = await gateway.customer()
    await opt_out(gateway, customer)
    answer = await gateway.send(customer)
    assert (answer.status, answer.code) == (403, "131")


async def test_an_opt_out_from_one_account_says_nothing_to_another(gateway):
    one, other = await gateway.customer(), await gateway.customer()
    await opt_out(gateway, one)
    assert (await gateway.send(other)).status == 200


async def test_a_code_reaches_who_opted_out(gateway):
    customer = await gateway.customer()
    await opt_out(gateway, customer)
    assert (await gateway.send(customer, category="otp", message="Your code is 123456")).status == 200


async def test_refused_ones_in_a_list_have_ids_in_order_and_cost_nothing(gateway):
    customer = await gateway.customer(credits_=10)
    await opt_out(gateway, customer, OTHERS[1])
    await opt_out(gateway, customer, OTHERS[3])
    answer = await gateway.send(customer, to=OTHERS[:5])
    assert answer.status == 200
    states = [await state_of(gateway, written) for written in answer.body["messageids"]]
    assert states == ["queued", "refused", "queued", "refused", "queued"]
    assert set(answer.body["verdicts"]) == {answer.body["messageids"][1], answer.body["messageids"][3]}
    assert await gateway.spendable(customer) == 7
    assert (await gateway.written(customer))["queue"] == 3
    assert await gateway.ledger_problems() == []


async def test_when_all_are_refused_the_answer_is_a_refusal_with_all_ids(gateway):
    customer = await gateway.customer(credits_=10)
    answer = await gateway.send(customer, to=OTHERS[:3], sender="Rival")
    assert (answer.status, answer.code) == (403, "2001")
    assert len(answer.body["messageids"]) == len(answer.body["verdicts"]) == 3
    assert await gateway.spendable(customer) == 10


async def test_a_text_sent_twice_in_one_request_is_found_like_one_sent_twice_in_a_row(gateway):
    customer = await gateway.customer()
    answer = await gateway.send(customer, to=[PERSON, PERSON])
    states = [await state_of(gateway, written) for written in answer.body["messageids"]]
    assert states == ["queued", "refused"]


async def test_a_text_sent_twice_in_a_row_is_refused_until_the_window_passed(gateway, clock):
    customer = await gateway.customer()
    assert (await gateway.send(customer)).status == 200
    clock.advance(timedelta(minutes=9))
    assert (await gateway.send(customer)).code == "2037"
    clock.advance(timedelta(minutes=2))
    assert (await gateway.send(customer)).status == 200


async def test_a_test_does_not_count_as_an_earlier_text(gateway):
    customer = await gateway.customer()
    assert (await gateway.send(customer, test=True)).status == 200
    assert (await gateway.send(customer)).status == 200


async def test_a_refused_text_does_not_count_as_an_earlier_text(gateway):
    customer = await gateway.customer()
    assert (await gateway.send(customer, sender="Rival")).status == 403
    assert (await gateway.send(customer)).status == 200


async def test_a_promotion_without_an_opt_in_is_refused_and_with_one_it_goes(gateway, clock):
    customer = await gateway.customer()
    assert (await gateway.send(customer, message=OFFER, category="promotional")).code == "2034"
    await gateway.value(
        "INSERT INTO consents (account_id, recipient, brand, purpose, wording, channel, at, proof)"
        " VALUES ($1, $2, 'Shop', 'offers', 'yes', 'web', $3, 'x')",
        customer.account_id,
        PERSON,
        clock.now() - timedelta(days=1),
    )
    assert (await gateway.send(customer, message=OFFER, category="promotional")).status == 200


async def test_promotional_text_declared_transactional_is_judged_as_promotional_and_told_so(gateway):
    answer = await gateway.send(await gateway.customer(), message=OFFER, category="transactional")
    assert answer.code == "2034"
    rules = [finding["rule"] for finding in answer.body["verdict"]["findings"]]
    assert rules == ["promotion-without-consent", "undeclared-promotion", "opt-out-missing"]


async def test_a_promotion_at_night_waits_for_the_morning_and_is_charged(gateway, clock):
    customer = await gateway.customer(credits_=5)
    await gateway.value(
        "INSERT INTO consents (account_id, recipient, brand, purpose, wording, channel, at, proof)"
        " VALUES ($1, $2, 'Shop', 'offers', 'yes', 'web', $3, 'x')",
        customer.account_id,
        PERSON,
        clock.now() - timedelta(days=1),
    )
    clock.advance(timedelta(hours=12))
    answer = await gateway.send(customer, message="News from the shop", category="promotional")
    assert (answer.status, answer.body["verdict"]["action"]) == (200, "defer")
    assert await state_of(gateway, answer.body["messageid"]) == "deferred"
    due = await gateway.value("SELECT due_at FROM queue")
    assert due.isoformat() == answer.body["verdict"]["until"]
    assert due > clock.now()
    assert not await gateway.value("SELECT scheduled FROM queue")
    assert await gateway.spendable(customer) == 4


async def test_a_scheduled_message_waits_in_the_accounts_time_zone(gateway):
    customer = await gateway.customer(time_zone="Europe/Brussels")
    answer = await gateway.send(customer, date="2026-03-05 09:30")
    assert (answer.status, list(answer.body)) == (200, ["messageid"])
    assert await state_of(gateway, answer.body["messageid"]) == "deferred"
    assert (await gateway.value("SELECT due_at FROM queue")).isoformat() == "2026-03-05T08:30:00+00:00"


@pytest.mark.parametrize(
    ("text", "credits_"), [("a" * 160, 1), ("a" * 161, 2), ("a" * 612, 4), ("щ" * 71, 2), ("€" * 81, 2)]
)
async def test_each_part_costs(gateway, text, credits_):
    customer = await gateway.customer(credits_=10)
    assert (await gateway.send(customer, message=text)).status == 200
    assert await gateway.spendable(customer) == 10 - credits_


async def test_bonus_is_spent_first_then_what_expires_earliest_and_never_what_expired(gateway, clock):
    customer = await gateway.customer(credits_=2, bonus=1)
    for days in (30, 10, -1):
        await gateway.value(
            "WITH lot AS (INSERT INTO lots (account_id, kind, micro_credits, remaining, expires_at)"
            " VALUES ($1, 'purchased', $2, $2, $3) RETURNING lot_id)"
            " INSERT INTO ledger_entries SELECT $1, gen_random_uuid(), 'purchase', lot_id, $2 FROM lot",
            customer.account_id,
            MICRO,
            clock.now() + timedelta(days=days),
        )
    spent = []
    for number in range(5):
        assert (await gateway.send(customer, message=f"Text {number}")).status == 200
        entry = (
            "SELECT lot_id FROM ledger_entries WHERE kind = 'charge' AND account_id = $1 ORDER BY subject DESC LIMIT 1"
        )
        spent.append(await gateway.value(entry, customer.account_id))
    order = await gateway.fetch(
        "SELECT lot_id FROM lots WHERE account_id = $1 AND (expires_at IS NULL OR expires_at > $2)"
        " ORDER BY kind = 'purchased', expires_at NULLS LAST",
        customer.account_id,
        clock.now(),
    )
    bonus, sooner, later, lasting = (row["lot_id"] for row in order)
    assert spent == [bonus, sooner, later, lasting, lasting]
    assert (await gateway.send(customer, message="One more")).code == "108"
    assert await gateway.ledger_problems() == []


async def test_credits_that_are_bought_count_at_once(gateway):
    customer = await gateway.customer(credits_=1)
    assert (await gateway.send(customer, message="One")).status == 200
    assert (await gateway.send(customer, message="Two")).code == "108"
    await gateway.value(
        "WITH lot AS (INSERT INTO lots (account_id, kind, micro_credits, remaining)"
        " VALUES ($1, 'purchased', $2, $2) RETURNING lot_id)"
        " INSERT INTO ledger_entries SELECT $1, gen_random_uuid(), 'purchase', lot_id, $2 FROM lot",
        customer.account_id,
        MICRO,
    )
    assert (await gateway.send(customer, message="Three")).status == 200


async def test_a_price_of_nothing_charges_nothing(gateway):
    customer = await gateway.customer(credits_=0)
    async with gateway.directory_changed():
        await gateway.value("INSERT INTO prices VALUES ('BE', 0)")
    assert (await gateway.send(customer)).status == 200
    assert await gateway.ledger_problems() == []


async def test_a_stored_verdict_can_be_replayed(gateway):
    customer = await gateway.customer()
    answer = await gateway.send(customer, sender="Rival")
    stored = await find_stored(gateway.connection, from_wire(answer.body["messageid"]))
    assert msgspec.convert(stored.verdict.facts, Facts).sender_granted is False
    assert set(stored.verdict.results) == {compiled.rule.id for compiled in shipped().rules}
    assert stored.verdict.digest == shipped().policy.digest
    kept = await load_artefacts(gateway.connection, digests_of(stored.verdict))
    came = replay(stored, kept, engine())
    assert came.changed == ()
    assert came.now.action == "refuse"


async def test_the_interface_takes_its_own_account_as_subid(gateway):
    customer = await gateway.customer()
    assert (await gateway.send(customer, subid=str(customer.account_id))).status == 200
