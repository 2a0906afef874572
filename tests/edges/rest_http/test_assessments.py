"""The self-assessment over HTTP, with an account's record."""

import asyncio

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="module")
PLAN = {"brand": "Acme", "recipients": "bought", "countries": ["BE"], "senders": ["Acme"], "content": []}


async def assess(gateway, plan, customer=None, **more):
    return await gateway.call("POST", "/api/assessment", customer, json=plan, **more)


def content_points(answer):
    return [point["why"] for one in answer.body["clauses"] for point in one["points"] if point["about"] == "content"]


async def test_the_questions_are_told_with_their_answers(gateway):
    answer = await gateway.call("GET", "/api/assessment")
    assert answer.body["questions"]["recipients"]["options"]["bought"]["mark"] == "change"
    assert "gambling" in answer.body["contents"]
    assert answer.body["categories"] == ["promotional", "transactional", "otp", "alert"]


async def test_an_accounts_clearance_counts(gateway):
    customer = await gateway.customer()
    plan = {**PLAN, "content": ["gambling"], "countries": []}
    before = content_points(await assess(gateway, plan, customer))
    await gateway.fetch("INSERT INTO clearances (account_id, content) VALUES ($1, 'gambling')", customer.account_id)
    async with gateway.directory_changed():
        await gateway.value("UPDATE accounts SET daily_volume = 5 WHERE account_id = $1", customer.account_id)
    assert before == ["Content about gambling needs a clearance that is not on record."]
    assert content_points(await assess(gateway, plan, customer)) == []


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        ({"brnd": "Acme"}, "The body has no field 'brnd'. Did you mean brand?"),
        ({"recipients": "bougth"}, "recipients: there is no answer 'bougth'. Did you mean bought?"),
        ({"countries": ["Belgium"]}, "'Belgium' is no country"),
        ({"senders": ["much too long a name"]}, "is no sender id"),
        ({"content": ["gamblng"]}, "Did you mean gambling?"),
        ({"categories": ["promo"]}, "Did you mean promotional?"),
        ({"daily_volume": -1}, "daily_volume is out of range"),
        ({"daily_volume": "many"}, "daily_volume must be a whole number"),
        ({"samples": [{"text": ""}]}, "samples[1].text is out of range"),
        ({"samples": [{"text": "x", "lang": "en"}]}, "samples[1] has no field 'lang'"),
        ({"samples": [{"text": "x"}] * 51}, "samples is out of range"),
        ([], "The body must be an object"),
    ],
)
async def test_a_plan_that_cannot_be_read_is_a_problem_that_names_the_field(gateway, plan, words):
    answer = await assess(gateway, plan, await gateway.customer())
    assert (answer.status, answer.body["type"]) == (400, "/api/docs#unreadable")
    assert words in answer.body["detail"]


async def test_a_large_plan_is_cut_and_does_not_keep_others_waiting(gateway):
    customer = await gateway.customer()
    samples = [{"text": f"Acme: your parcel {number} is on its way. " + "x" * 300} for number in range(50)]
    plan = {
        **PLAN,
        "countries": ["BE", "NL", "FR", "DE", "IT", "ES"],
        "senders": ["Acme", "AcmeShop"],
        "samples": samples,
    }
    assessing = asyncio.ensure_future(assess(gateway, plan, customer))
    seen = 0
    while not assessing.done():
        assert (await gateway.call("GET", "/v1/auth", customer)).status == 200
        seen += 1
    answer = await assessing
    assert (answer.body["judged"], answer.body["cut"]) == (500, True)
    assert seen > 5
