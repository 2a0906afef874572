"""Every other call: its exact shape, its pages, and that it never shows another account's rows."""

import asyncio
import re
from datetime import timedelta

import pytest

from support.gateway import MICRO, PERSON

DATE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


async def get(gateway, customer, path, **params):
    answer = await gateway.call("GET", path, customer, params=params)
    assert answer.status == 200, answer.body
    return answer.body


@pytest.mark.parametrize("path", ["/v1/auth", "/v1/auth/"])
async def test_auth_tells_the_accounts_name(gateway, path):
    customer = await gateway.customer()
    assert await get(gateway, customer, path) == customer.name


@pytest.mark.parametrize("path", ["/v1/balance", "/v1/account/balance", "/v1/balance/"])
@pytest.mark.parametrize(("micro", "written"), [(0, "0"), (1, "0.000001"), (MICRO // 2, "0.5"), (12 * MICRO, "12")])
async def test_the_balance_is_a_decimal_string(gateway, path, micro, written):
    customer = await gateway.customer(credits_=0)
    if micro:
        await gateway.value(
            "INSERT INTO lots (account_id, kind, micro_credits, remaining) VALUES ($1, 'bonus', $2, $2)",
            customer.account_id,
            micro,
        )
    body = await get(gateway, customer, path)
    assert body == {"credits": written, "balance": written, "currency": "CREDITS", "use": 0}


async def test_credits_that_expired_are_not_shown(gateway):
    customer = await gateway.customer(credits_=3)
    await gateway.value(
        "INSERT INTO lots (account_id, kind, micro_credits, remaining, expires_at)"
        " VALUES ($1, 'bonus', 5, 5, now() - interval '1 s')",
        customer.account_id,
    )
    assert (await get(gateway, customer, "/v1/balance"))["credits"] == "3"


async def test_the_profile_has_every_field_of_the_interface(gateway):
    customer = await gateway.customer(credits_=3, profile={"email": "a@b.example", "company": "B"})
    body = await get(gateway, customer, "/v1/account")
    assert (body["username"], body["email"], body["company"], body["credits"]) == (customer.name, "a@b.example", "B", 3)
    assert body["webhooksenabled"] == 0
    assert {"firstname", "lastname", "language", "phone", "mobile", "address", "zip", "city", "country"} <= body.keys()
    assert {"vatnumber", "webhookurl", "creditstype", "currency", "use"} <= body.keys()


async def test_sender_ids_are_those_granted_to_the_account(gateway):
    customer, _ = await gateway.customer(senders=("Bank", "8850")), await gateway.customer(senders=("Rival",))
    body = await get(gateway, customer, "/v1/senderids")
    assert [(one["name"], one["order"]) for one in body] == [("Bank", None), ("8850", None)]
    assert all(isinstance(one["ID"], int) for one in body)


async def test_the_log_shows_a_page_of_the_accounts_messages_newest_first(gateway, clock):
    customer, other = await gateway.customer(), await gateway.customer()
    await gateway.send(other, message="Not yours")
    for number in range(5):
        clock.advance(timedelta(minutes=1))
        await gateway.send(customer, message=f"Text {number}", reference=f"ref {number}")
    body = await get(gateway, customer, "/v1/message/logging", limit=2, page=2)
    assert {name: body[name] for name in ("total", "shown", "page", "limit")} == {
        "total": 5,
        "shown": 2,
        "page": 2,
        "limit": 2,
    }
    assert [one["message"] for one in body["messages"]] == ["Text 2", "Text 1"]
    one = body["messages"][0]
    assert one["ID"] == one["message_ID"]
    assert (one["to"], one["sender"], one["type"], one["status"]) == (PERSON, "Bank", "sms", "sent")
    assert one["reference"] == "ref 2"
    assert one["response"] == {
        "read": False,
        "read_date": "",
        "response": "",
        "response_sms": "",
        "response_sms_date": "",
    }


@pytest.mark.parametrize(
    ("params", "shown"),
    [
        ({"from": "2026-03-04 13:02"}, ["Text 2", "Text 1"]),
        ({"to": "2026-03-04 13:02"}, ["Text 1", "Text 0"]),
        ({"from": "2026-03-04 13:02", "to": "2026-03-04 13:02"}, ["Text 1"]),
        ({"from": "2026-03-04", "to": "2026-03-04"}, ["Text 2", "Text 1", "Text 0"]),
        ({"from": "2026-03-05"}, []),
        ({"to": "2026-03-03"}, []),
    ],
)
async def test_the_log_is_filtered_by_dates_in_the_accounts_zone(gateway, clock, params, shown):
    customer = await gateway.customer(time_zone="Europe/Brussels")
    for number in range(3):
        clock.advance(timedelta(minutes=1))
        await gateway.send(customer, message=f"Text {number}")
    body = await get(gateway, customer, "/v1/message/logging", **params)
    assert [one["message"] for one in body["messages"]] == shown
    assert body["total"] == len(shown)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "sent"),
        ({"date": "2026-03-06 10:00"}, "scheduled"),
        ({"sender": "Rival"}, "rejected"),
    ],
)
async def test_the_log_tells_a_messages_status(gateway, changes, status):
    customer = await gateway.customer()
    await gateway.send(customer, **changes)
    assert (await get(gateway, customer, "/v1/message/logging"))["messages"][0]["status"] == status


async def test_the_outbox_shows_what_is_scheduled_next_first(gateway):
    customer, other = await gateway.customer(time_zone="Europe/Brussels"), await gateway.customer()
    await gateway.send(other, date="2026-03-05 08:00")
    await gateway.send(customer, message="Now")
    for day in (7, 6):
        await gateway.send(customer, message=f"Day {day}", date=f"2026-03-0{day} 10:00", reference="r")
    body = await get(gateway, customer, "/v1/outbox")
    assert [(one["message"], one["date"]) for one in body["messages"]] == [
        ("Day 6", "2026-03-06 10:00:00"),
        ("Day 7", "2026-03-07 10:00:00"),
    ]
    one = body["messages"][0]
    assert isinstance(one["ID"], int)
    assert (one["to"], one["type"], one["reference"], len(one["messageid"])) == (PERSON, "sms", "r", 31)


async def test_a_scheduled_message_is_taken_back_and_refunded_to_its_lots(gateway):
    customer = await gateway.customer(credits_=2, bonus=1)
    await gateway.send(customer, message="a" * 161, date="2026-03-06 10:00")
    assert await gateway.spendable(customer) == 1
    (one,) = (await get(gateway, customer, "/v1/outbox"))["messages"]
    assert (await gateway.call("DELETE", f"/v1/outbox/{one['ID']}", customer)).status == 200
    lots = await gateway.fetch("SELECT kind, remaining FROM lots ORDER BY kind")
    assert [(row["kind"], row["remaining"]) for row in lots] == [("bonus", MICRO), ("purchased", 2 * MICRO)]
    assert await gateway.value("SELECT state FROM message_life") == "cancelled"
    assert await gateway.value("SELECT count(*) FROM queue") == 0
    assert await gateway.ledger_problems() == []
    again = await gateway.call("DELETE", f"/v1/outbox/{one['ID']}", customer)
    assert (again.status, again.code) == (404, "133")


async def test_taken_back_twice_at_once_it_is_refunded_once(gateway):
    customer = await gateway.customer(credits_=2)
    await gateway.send(customer, date="2026-03-06 10:00")
    (one,) = (await get(gateway, customer, "/v1/outbox"))["messages"]
    asked = (gateway.call("DELETE", f"/v1/outbox/{one['ID']}", customer) for _ in range(10))
    assert sorted(answer.status for answer in await asyncio.gather(*asked)) == [200, *[404] * 9]
    assert await gateway.spendable(customer) == 2
    assert await gateway.ledger_problems() == []


async def test_refunded_credits_can_be_spent_at_once(gateway):
    customer = await gateway.customer(credits_=1)
    await gateway.send(customer, message="One", date="2026-03-06 10:00")
    (one,) = (await get(gateway, customer, "/v1/outbox"))["messages"]
    await gateway.call("DELETE", f"/v1/outbox/{one['ID']}", customer)
    assert (await gateway.send(customer, message="Two")).status == 200


async def test_nobody_takes_back_anothers_message(gateway):
    customer, other = await gateway.customer(), await gateway.customer()
    await gateway.send(customer, date="2026-03-06 10:00")
    (one,) = (await get(gateway, customer, "/v1/outbox"))["messages"]
    assert (await gateway.call("DELETE", f"/v1/outbox/{one['ID']}", other)).code == "133"
    assert (await get(gateway, customer, "/v1/outbox"))["total"] == 1


async def test_what_is_not_scheduled_cannot_be_taken_back(gateway):
    customer = await gateway.customer()
    await gateway.send(customer)
    number = await gateway.value("SELECT number FROM queue")
    assert (await gateway.call("DELETE", f"/v1/outbox/{number}", customer)).code == "133"


@pytest.mark.parametrize(
    ("request_", "valid", "formatted"),
    [
        ({"json": {"number": "+32470000000"}}, True, "32470000000"),
        ({"json": {"number": "0470000000", "countrycode": "BE"}}, True, "32470000000"),
        ({"params": {"number": "32470000000"}}, True, "32470000000"),
        ({"json": {"number": "+3247"}}, False, None),
        ({"json": {"number": "nobody"}}, False, None),
    ],
)
async def test_a_number_is_formatted_and_judged(gateway, request_, valid, formatted):
    answer = await gateway.call("POST", "/v1/format/number", await gateway.customer(), **request_)
    body = answer.body
    assert (answer.status, body["isValidNumber"]) == (200, valid)
    assert body.keys() == {"isValidNumber", "numberType", "prefixCode", "regionCode", "formattedNumber", "error"}
    if valid:
        assert re.sub(r"\D", "", body["formattedNumber"]) == formatted
        assert (body["prefixCode"], body["regionCode"], body["error"]) == (32, "BE", None)


async def test_opt_outs_are_added_listed_and_removed(gateway):
    customer, other = await gateway.customer(), await gateway.customer()
    for number in ("+32 470 00 00 00", PERSON):
        body = {"number": number, "memo": "asked by mail"}
        assert (await gateway.call("POST", "/v1/optouts", customer, json=body)).status == 200
    (one,) = await get(gateway, customer, "/v1/optouts/list")
    assert (one["number"], one["memo"]) == (PERSON, "asked by mail")
    assert DATE.fullmatch(one["date"])
    assert await get(gateway, other, "/v1/optouts/list") == []
    assert (await gateway.call("DELETE", f"/v1/optouts/{PERSON}", other)).code == "103"
    assert (await gateway.call("DELETE", f"/v1/optouts/+{PERSON}", customer)).status == 200
    assert await get(gateway, customer, "/v1/optouts/list") == []


async def test_the_inbox_shows_what_came_in_newest_first(gateway):
    customer, other = await gateway.customer(), await gateway.customer()
    for account, text, kind in (
        (customer, "First", "sms"),
        (customer, "Rang", "call"),
        (customer, "Second", "sms"),
        (other, "Not yours", "sms"),
    ):
        await gateway.value(
            "INSERT INTO inbox (account_id, kind, sender, receiver, text) VALUES ($1, $2, $3, '8850', $4)",
            account.account_id,
            kind,
            PERSON,
            text,
        )
    body = await get(gateway, customer, "/v1/message/inbox", type="sms")
    assert [one["message"] for one in body["messages"]] == ["Second", "First"]
    assert body["total"] == 2
    assert (await get(gateway, customer, "/v1/message/inbox"))["total"] == 3
    assert body["messages"][0].keys() == {"ID", "message", "sender", "type", "date", "receiver"}


async def test_webhooks_are_made_listed_and_deleted_by_their_secret(gateway):
    customer, other = await gateway.customer(), await gateway.customer()
    wanted = {
        "webhook_endpoint": "https://hooks.example.com/hook",
        "webhook_method": "POST",
        "webhook_types": ["delivery_report", "sms_inbound"],
    }
    made = await gateway.call("POST", "/v1/webhook/create", customer, json=wanted)
    assert (made.status, list(made.body)) == (200, ["secret"])
    (one,) = (await get(gateway, customer, "/v1/webhook/endpoint-list"))["webhooks"]
    assert one["webhook_types"] == ["delivery_report", "inbox_message"]
    assert made.body["secret"] not in str(one)
    assert await get(gateway, customer, f"/v1/webhook/{one['id']}") == []
    assert (await gateway.call("GET", f"/v1/webhook/{one['id']}", other)).code == "134"
    assert (await gateway.call("DELETE", f"/v1/webhook/{made.body['secret']}", other)).code == "134"
    assert (await get(gateway, customer, "/v1/account"))["webhooksenabled"] == 1
    assert (await gateway.call("DELETE", f"/v1/webhook/{made.body['secret']}", customer)).status == 200
    assert (await get(gateway, customer, "/v1/webhook/endpoint-list")) == {"webhooks": []}
