"""The PyPI client of the Smstools interface, unmodified, against a real door: every operation that we offer.

It validates each reply against strict models, so that a number where it wants a string fails here.
"""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from support.gateway import PERSON

pytestmark = pytest.mark.asyncio(loop_scope="module")

WIRE_ID = re.compile(r"[a-z0-9]{31}")
PLAIN = {"message": "Hello", "to": PERSON, "sender": "Bank"}
SOON = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%d %H:%M")


def send(**changes):
    return ["send_text_message", "SendTextMessageRequest", {**PLAIN, **changes}]


def values(results):
    assert all("value" in result for result in results), results
    return [result["value"] for result in results]


async def test_one_message_is_sent_and_listed(shared, ask):
    customer = await shared.customer()
    sent, history = values(await ask(customer, send(reference="order 7"), ["get_history", None, {}]))
    assert WIRE_ID.fullmatch(sent["messageid"])
    (one,) = history["messages"]
    assert one["message_ID"] == sent["messageid"]
    assert (one["message"], one["to"], one["sender"], one["status"]) == ("Hello", PERSON, "Bank", "sent")
    assert one["response"]["read"] is False


async def test_many_messages_are_sent_and_paged(shared, ask):
    customer = await shared.customer()
    calls = [send(message=f"Text {number}") for number in range(7)]
    *sent, first, second = values(
        await ask(customer, *calls, ["get_history", None, {"limit": 5}], ["get_history", None, {"limit": 5, "page": 2}])
    )
    assert len({one["messageid"] for one in sent}) == 7
    assert (first["total"], first["shown"], second["shown"], second["page"]) == (7, 5, 2, 2)


async def test_several_recipients_are_answered_with_all_their_ids(shared, ask):
    customer = await shared.customer()
    answer = await shared.send(customer, to=["32470000001", "32470000002"])
    (history,) = values(await ask(customer, ["get_history", None, {}]))
    assert {one["message_ID"] for one in history["messages"]} == set(answer.body["messageids"])


async def test_a_test_writes_nothing(shared, ask):
    customer = await shared.customer(credits_=3)
    sent, history, balance = values(
        await ask(customer, send(test=True), ["get_history", None, {}], ["get_balance", None, {}])
    )
    assert WIRE_ID.fullmatch(sent["messageid"])
    assert history["total"] == 0
    assert balance["credits"] == "3"


async def test_a_scheduled_message_is_listed_and_taken_back(shared, ask):
    customer = await shared.customer(credits_=3)
    sent, outbox = values(await ask(customer, send(var_date=SOON, reference="later"), ["get_outbox", None, {}]))
    (one,) = outbox["messages"]
    assert (one["messageid"], one["reference"], one["date"]) == (sent["messageid"], "later", f"{SOON}:00")
    removed, outbox, balance = values(
        await ask(
            customer,
            ["remove_from_outbox", None, {"id": str(one["ID"])}],
            ["get_outbox", None, {}],
            ["get_balance", None, {}],
        )
    )
    assert (removed, outbox["total"], balance["credits"]) == (None, 0, "3")


async def test_the_account_and_its_balance_fit_the_models(shared, ask):
    customer = await shared.customer(credits_=12, profile={"email": "a@b.example"})
    account, balance = values(await ask(customer, ["get_account", None, {}], ["get_balance", None, {}]))
    assert (account["username"], account["email"], account["credits"]) == (customer.name, "a@b.example", 12)
    assert balance == {"credits": "12", "currency": "CREDITS", "use": 0}


async def test_a_fraction_of_a_credit_fits_the_models(shared, ask):
    customer = await shared.customer(credits_=1)
    await shared.value("UPDATE lots SET remaining = 250000 WHERE account_id = $1", customer.account_id)
    account, balance = values(await ask(customer, ["get_account", None, {}], ["get_balance", None, {}]))
    assert (account["credits"], balance["credits"]) == (0.25, "0.25")


@pytest.mark.parametrize(
    ("number", "valid"), [("+32470000000", True), ("+3225171100", True), ("+3247", False), ("nobody", False)]
)
async def test_a_number_is_formatted(shared, ask, number, valid):
    customer = await shared.customer()
    (body,) = values(
        await ask(customer, ["format_number", "FormatNumberRequest", {"number": number, "countrycode": "BE"}])
    )
    assert body["isValidNumber"] is valid


async def test_opt_outs_are_added_listed_and_removed(shared, ask):
    customer = await shared.customer()
    calls = (
        ["create_optout", "CreateOptoutRequest", {"number": PERSON}],
        ["list_optouts", None, {}],
        send(),
        ["remove_optout", None, {"phone": PERSON}],
        ["list_optouts", None, {}],
        send(),
    )
    added, listed, refused, removed, gone, sent = await ask(customer, *calls)
    assert added == removed == {"value": None}
    assert [one["number"] for one in listed["value"]] == [PERSON]
    assert refused["error"]["kind"] == "ForbiddenException"
    assert json.loads(refused["error"]["body"])["error"] == "131"
    assert gone == {"value": []}
    assert WIRE_ID.fullmatch(sent["value"]["messageid"])


async def test_what_came_in_is_listed(shared, ask):
    customer = await shared.customer()
    await shared.value(
        "INSERT INTO inbox (account_id, sender, receiver, text) VALUES ($1, $2, '8850', 'Hi')",
        customer.account_id,
        PERSON,
    )
    (inbox,) = values(await ask(customer, ["get_inbox", None, {}]))
    (one,) = inbox["messages"]
    assert (one["message"], one["sender"], one["type"]) == ("Hi", PERSON, "sms")


async def test_sender_ids_are_listed(shared, ask):
    # The client's own model of a sender id needs another pydantic than all its others: it is read as it came.
    customer = await shared.customer(senders=("Bank", "8850"))
    (senders,) = values(await ask(customer, ["get_sender_id_with_http_info", None, {"_preload_content": False}]))
    assert [(one["name"], one["order"]) for one in senders] == [("Bank", None), ("8850", None)]
    assert all(type(one["ID"]) is int for one in senders)


async def test_an_event_is_told_again(shared, ask):
    customer = await shared.customer()
    wanted = {"webhook_endpoint": "https://hooks.example.com/x", "webhook_types": ["delivery_report"]}
    assert (await shared.call("POST", "/v1/webhook/create", customer, json=wanted)).status == 200
    listed = await shared.call("GET", "/v1/webhook/endpoint-list", customer)
    webhook_id = listed.body["webhooks"][0]["id"]
    (empty,) = values(await ask(customer, ["get_webhook", None, {"id": webhook_id}]))
    assert empty == []
    refused = await shared.send(customer, to=[PERSON, PERSON])
    assert refused.status == 200
    events = await shared.value("SELECT count(*) FROM webhook_events WHERE account_id = $1", customer.account_id)
    assert events == 1
    ((event,),) = values(await ask(customer, ["get_webhook", None, {"id": webhook_id}]))
    assert (event["webhook_id"], event["webhook_type"], event["username"]) == (
        webhook_id,
        "delivery_report",
        customer.name,
    )
    assert event["message"]["messageid"] == refused.body["messageids"][1]
    assert event["message"]["delivery_code"] == "5"


@pytest.mark.parametrize(
    ("call", "kind", "code"),
    [
        pytest.param(send(to="nobody"), "BadRequestException", "106", id="recipient"),
        pytest.param(send(sender="Bank!"), "BadRequestException", "111", id="sender"),
        pytest.param(send(var_date="2020-01-01 00:00"), "BadRequestException", "121", id="date"),
        pytest.param(send(message="a" * 613), "BadRequestException", "118", id="length"),
        pytest.param(send(sender="Rival"), "ForbiddenException", "2001", id="policy"),
        pytest.param(send(subid="4711"), "BadRequestException", "139", id="subaccount"),
        pytest.param(["remove_from_outbox", None, {"id": "4711"}], "NotFoundException", "133", id="outbox"),
        pytest.param(["get_webhook", None, {"id": "4711"}], "NotFoundException", "134", id="webhook"),
        pytest.param(["remove_optout", None, {"phone": PERSON}], "BadRequestException", "103", id="opt-out"),
        pytest.param(["whatsapp_list_numbers", None, {}], "ServiceException", "138", id="WhatsApp"),
    ],
)
async def test_an_error_is_raised_with_the_interfaces_code(shared, ask, call, kind, code):
    customer = await shared.customer()
    (result,) = await ask(customer, call)
    assert result["error"]["kind"] == kind
    assert json.loads(result["error"]["body"])["error"] == code


async def test_wrong_credentials_are_raised_as_such(shared, ask):
    customer = await shared.customer()
    customer.secret = "wrong"
    (result,) = await ask(customer, ["get_account", None, {}])
    assert (result["error"]["kind"], result["error"]["status"]) == ("UnauthorizedException", 401)


async def test_a_verdict_beside_the_id_does_not_trouble_the_strict_model(shared, ask):
    customer = await shared.customer()
    offer = "SALE! 50% off everything this weekend only. Shop now at https://shop.example and save big!"
    await shared.value(
        "INSERT INTO consents (account_id, recipient, brand, purpose, wording, channel, at, proof)"
        " VALUES ($1, $2, 'Shop', 'offers', 'yes', 'web', now(), 'x')",
        customer.account_id,
        PERSON,
    )
    noted = await shared.send(customer, message=offer, test=True)
    assert noted.body["verdict"]["action"] in {"note", "defer"}
    (sent,) = values(await ask(customer, send(message=offer)))
    assert WIRE_ID.fullmatch(sent["messageid"])
