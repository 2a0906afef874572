"""Whatever is wrong: the documented code, and nothing half done."""

import io

import pytest

from comity.edges.http_server.asgi import MAX_BODY
from support.gateway import PERSON, SEND

pytestmark = pytest.mark.asyncio(loop_scope="module")

PLAIN = {"message": "Hello", "to": PERSON, "sender": "Bank"}
LONG_CODE = '{"message":"Hello","to":"32470000000","sender":"Bank"'


def but(**changes):
    return {**PLAIN, **changes}


async def refused(gateway, code, status, **request):
    customer = await gateway.customer(credits_=50)
    before = await gateway.written(customer)
    answer = await gateway.call("POST", request.pop("path", SEND), customer, **request)
    assert (answer.code, answer.status) == (str(code), status), answer.body
    assert isinstance(answer.body["errorMsg"], str)
    assert answer.body["errorMsg"]
    assert await gateway.written(customer) == before
    assert await gateway.spendable(customer) == 50
    return answer


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"{", id="cut off"),
        pytest.param(b"hello", id="no JSON"),
        pytest.param(LONG_CODE.encode() + b',"x":NaN}', id="NaN"),
        pytest.param(LONG_CODE.encode() + b',"x":-Infinity}', id="infinite"),
        pytest.param(LONG_CODE.encode() + b',"x":1e400}', id="1e400"),
        pytest.param(LONG_CODE.encode() + b',"x":' + b"[" * 50_000 + b"]" * 50_000 + b"}", id="nested deep"),
        pytest.param(b'{"a":' * 50_000, id="nested deep and cut off"),
        pytest.param(LONG_CODE.encode() + b',"reference":"\\ud800"}', id="half a character"),
        pytest.param(LONG_CODE.encode() + b',"reference":"\xff"}', id="not UTF-8"),
        pytest.param(LONG_CODE.encode("utf-16"), id="UTF-16"),
        pytest.param(LONG_CODE.encode() + b"} trailing", id="something behind"),
        pytest.param(b"message=Hello&to=32470000000&sender=Bank", id="a form"),
        pytest.param(b'"text"', id="a string"),
        pytest.param(b"null", id="null"),
        pytest.param(b"17", id="a number"),
    ],
)
async def test_a_body_that_cannot_be_read(shared, body):
    await refused(shared, 139, 400, data=body)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param({}, 114, id="empty request"),
        pytest.param([], 114, id="empty list"),
        pytest.param([[]], 139, id="list of lists"),
        pytest.param(["x"], 139, id="list of strings"),
        pytest.param(but(message=None), 112, id="no text"),
        pytest.param(but(message=""), 112, id="empty text"),
        pytest.param(but(message=" \n "), 112, id="blank text"),
        pytest.param(but(message=7), 139, id="text is a number"),
        pytest.param(but(message=["a"]), 139, id="text is a list"),
        pytest.param(but(message={"a": 1}), 139, id="text is an object"),
        pytest.param(but(message="a\0b"), 139, id="NUL in text"),
        pytest.param(but(message="a" * 613), 118, id="five parts"),
        pytest.param(but(message="€" * 307), 118, id="five parts of doubles"),
        pytest.param(but(message="щ" * 269), 118, id="five parts of UCS-2"),
        pytest.param(but(message="a" * 1_000_000), 118, id="a megabyte of text"),
        pytest.param(but(to=None), 106, id="no recipient"),
        pytest.param(but(to=""), 106, id="empty recipient"),
        pytest.param(but(to=[]), 106, id="no recipients"),
        pytest.param(but(to=[PERSON, ""]), 106, id="one empty recipient"),
        pytest.param(but(to=[PERSON, None]), 106, id="one null recipient"),
        pytest.param(but(to=[PERSON, "0470"]), 106, id="one invalid recipient"),
        pytest.param(but(to="nobody"), 106, id="recipient is a word"),
        pytest.param(but(to="+3247"), 106, id="recipient too short"),
        pytest.param(but(to="+999123456789"), 106, id="no such country"),
        pytest.param(but(to="3247000000000000000"), 106, id="recipient too long"),
        pytest.param(but(to=True), 106, id="recipient is a boolean"),
        pytest.param(but(to=1.5), 106, id="recipient is a fraction"),
        pytest.param(but(to={"number": PERSON}), 106, id="recipient is an object"),
        pytest.param(but(to=f"{PERSON}\0"), 106, id="NUL in recipient"),
        pytest.param(but(to="112\0"), 106, id="NUL in an emergency number"),
        pytest.param(but(to="9" * 100_000), 106, id="recipient of 100,000 digits"),
        pytest.param(but(to=[PERSON] * 10_001), 139, id="10,001 recipients"),
        pytest.param([PLAIN] * 10_001, 139, id="10,001 messages"),
        pytest.param([but(to=[PERSON] * 6000), but(to=[PERSON] * 6000)], 139, id="12,000 recipients in two messages"),
        pytest.param(but(sender=None), 109, id="no sender"),
        pytest.param(but(sender=""), 109, id="empty sender"),
        pytest.param(but(sender="  "), 109, id="blank sender"),
        pytest.param(but(sender="0470000000"), 110, id="a national number"),
        pytest.param(but(sender="TwelveChars1"), 111, id="12 characters"),
        pytest.param(but(sender="123456789012345"), 111, id="15 digits"),
        pytest.param(but(sender="Bank!"), 111, id="a special character"),
        pytest.param(but(sender="Bänk"), 111, id="not ASCII"),
        pytest.param(but(sender="x" * 1_000_000), 111, id="a megabyte of sender"),
        pytest.param(but(sender="Bank\0"), 139, id="NUL in sender"),
        pytest.param(but(sender=["Bank"]), 139, id="sender is a list"),
        pytest.param(but(date="tomorrow"), 121, id="no date"),
        pytest.param(but(date="2026-02-30 12:00"), 121, id="no such day"),
        pytest.param(but(date="2026-03-04 11:57"), 121, id="minutes ago"),
        pytest.param(but(date="1999-12-31 23:59"), 121, id="last century"),
        pytest.param(but(date="0001-01-01 00:00"), 121, id="the year one"),
        pytest.param(but(date="2026-03-05"), 121, id="a date without a time"),
        pytest.param(but(date=20260305), 121, id="date is a number"),
        pytest.param(but(date=["2026-03-05 12:00"]), 139, id="date is a list"),
        pytest.param(but(reference="x" * 256), 139, id="long reference"),
        pytest.param(but(reference="a\0b"), 139, id="NUL in reference"),
        pytest.param(but(reference={}), 139, id="reference is an object"),
        pytest.param(but(test="maybe"), 139, id="test is a word"),
        pytest.param(but(test=2), 139, id="test is two"),
        pytest.param(but(subid="4711"), 139, id="no such subaccount"),
        pytest.param(but(type="group", to="7"), 125, id="no such group"),
        pytest.param(but(type="fax"), 139, id="no such type"),
        pytest.param(but(category="spam"), 139, id="no such category"),
        pytest.param([PLAIN, but(test=True)], 139, id="half a test"),
    ],
)
async def test_a_request_that_cannot_be_meant(shared, body, code):
    status = 404 if code == 125 else 400
    await refused(shared, code, status, json=body)


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (but(message=""), 112),
        (but(to="nobody"), 106),
        (but(sender="0470"), 110),
        (but(date="yesterday"), 121),
        (but(message="a" * 613), 118),
        ("text", 139),
        (None, 139),
    ],
)
@pytest.mark.parametrize("place", [0, 1, 2])
async def test_one_malformed_entry_refuses_the_whole_list(shared, entry, code, place):
    body = [PLAIN, PLAIN]
    body.insert(place, entry)
    await refused(shared, code, 400, json=body)


async def test_without_enough_credits_nothing_of_a_list_is_sent(shared):
    to = [f"324700000{number:02d}" for number in range(51)]
    answer = await refused(shared, 108, 402, json=but(to=to))
    assert "51" in answer.body["errorMsg"]
    assert "50" in answer.body["errorMsg"]


async def test_a_body_of_10_mb_is_refused(shared):
    body = LONG_CODE.encode() + b',"x":"' + b"x" * (10 * 1024 * 1024) + b'"}'
    answer = await refused(shared, 139, 413, data=io.BytesIO(body))
    assert "large" in answer.body["errorMsg"]


async def test_a_chunked_body_of_10_mb_is_refused(shared):
    async def endless():
        for _ in range(160):
            yield b"x" * 65_536

    await refused(shared, 139, 413, data=endless())


async def test_a_body_just_small_enough_is_read(shared):
    customer = await shared.customer()
    start = LONG_CODE.encode() + b',"x":"'
    body = start + b"x" * (MAX_BODY - len(start) - 2) + b'"}'
    assert len(body) == MAX_BODY
    assert (await shared.call("POST", SEND, customer, data=io.BytesIO(body))).status == 200


@pytest.mark.parametrize("key", ["x" * 256, "tab\there", "\x80"])
async def test_an_idempotency_key_that_cannot_be_kept(shared, key):
    await refused(shared, 139, 400, json=PLAIN, headers={"Idempotency-Key": key})


@pytest.mark.parametrize(
    ("method", "path", "code", "status"),
    [
        ("GET", SEND, 139, 405),
        ("DELETE", SEND, 139, 405),
        ("PUT", "/v1/balance", 139, 405),
        ("GET", "/v1/nothing", 139, 404),
        ("GET", "/v1", 139, 404),
        ("GET", "/v1/", 139, 404),
        ("GET", "/", 139, 404),
        ("GET", "/v2/auth", 139, 404),
        ("POST", "/v1/message/send/more", 139, 404),
        ("POST", "/v1/whatsapp/send", 138, 501),
        ("GET", "/v1/outbox/1x", 139, 404),
        ("GET", "/V1/auth", 139, 404),
    ],
)
async def test_what_is_not_there_is_said_so(shared, method, path, code, status):
    customer = await shared.customer()
    answer = await shared.call(method, path, customer)
    assert (answer.code, answer.status) == (str(code), status)


@pytest.mark.parametrize(
    ("method", "path", "request_", "code"),
    [
        ("GET", "/v1/message/logging", {"params": {"limit": "0"}}, 135),
        ("GET", "/v1/message/logging", {"params": {"limit": "2001"}}, 135),
        ("GET", "/v1/message/logging", {"params": {"page": "0"}}, 136),
        ("GET", "/v1/message/logging", {"params": {"from": "soon"}}, 121),
        ("GET", "/v1/message/logging", {"params": {"to": "2026-02-30"}}, 121),
        ("GET", "/v1/message/inbox", {"params": {"type": "a\0b"}}, 139),
        ("GET", "/v1/outbox", {"params": {"limit": "x"}}, 135),
        ("DELETE", "/v1/outbox/1", {}, 133),
        ("DELETE", "/v1/outbox/9999999999999999999", {}, 133),
        ("POST", "/v1/format/number", {"json": {}}, 103),
        ("POST", "/v1/format/number", {"json": {"number": []}}, 139),
        ("POST", "/v1/optouts", {"json": {}}, 103),
        ("POST", "/v1/optouts", {"json": {"number": "nobody"}}, 103),
        ("POST", "/v1/optouts", {"json": {"number": PERSON, "memo": "a\0b"}}, 139),
        ("POST", "/v1/optouts", {"data": b"{"}, 139),
        ("DELETE", "/v1/optouts/32470000001", {}, 103),
        ("DELETE", "/v1/optouts/nobody", {}, 103),
        ("POST", "/v1/webhook/create", {"json": {}}, 139),
        ("POST", "/v1/webhook/create", {"json": {"webhook_endpoint": "x", "webhook_types": ["delivery_report"]}}, 139),
        ("POST", "/v1/webhook/create", {"json": {"webhook_endpoint": 7, "webhook_types": "all"}}, 139),
        ("POST", "/v1/webhook/create", {"json": {"webhook_endpoint": "https://x.example\0"}}, 139),
        ("DELETE", "/v1/webhook/unknown", {}, 134),
        ("DELETE", "/v1/webhook/%00", {}, 139),
        ("GET", "/v1/webhook/unknown", {}, 134),
        ("GET", "/v1/webhook/00000000-0000-0000-0000-000000000000", {}, 134),
    ],
)
async def test_other_calls_refuse_what_they_cannot_do(shared, method, path, request_, code):
    customer = await shared.customer()
    answer = await shared.call(method, path, customer, **request_)
    assert answer.code == str(code), answer.body
    assert 400 <= answer.status < 500


@pytest.mark.parametrize(
    "params",
    [
        {"from": "1900-01-01"},
        {"from": "1969-12-31 23:59"},
        {"to": "9999-12-31"},
        {"from": "9999-12-31", "to": "1970-01-01"},
    ],
)
async def test_dates_and_pages_at_the_edge_of_time_list_nothing(shared, params):
    customer = await shared.customer()
    answer = await shared.call("GET", "/v1/message/logging", customer, params=params)
    assert (answer.status, answer.body.get("total")) == (200, 0), answer.body
