"""The self-assessment for people who have no account: bounded in size, time and number."""

PLAN = {"brand": "Acme", "recipients": "bought", "countries": ["BE"], "senders": ["Acme"], "content": []}


async def assess(gateway, plan, customer=None, **more):
    return await gateway.call("POST", "/api/assessment", customer, json=plan, **more)


async def test_a_plan_is_marked_by_clause_the_worst_first(own):
    answer = await assess(own, PLAN)
    assert (answer.status, answer.body["mark"], answer.body["clauses"][0]["clause"]) == (200, "change", "P4")
    assert "proof" in answer.body["unanswered"]


async def test_a_visitor_gets_less_and_must_wait_after_ten_plans(own):
    plan = {
        **PLAN,
        "samples": [{"text": f"Acme: parcel {number}"} for number in range(50)],
        "countries": ["BE", "NL", "FR"],
    }
    first = await assess(own, plan)
    assert (first.body["judged"], first.body["cut"]) == (100, True)
    statuses = [(await assess(own, {"brand": "Acme"})).status for _ in range(12)]
    assert statuses == [200] * 9 + [429] * 3
    late = await assess(own, {"brand": "Acme"})
    assert int(late.headers["Retry-After"]) in range(1, 8)
    customer = await own.customer()
    assert (await assess(own, {"brand": "Acme"}, customer)).status == 200


async def test_a_visitors_body_is_small(own):
    answer = await assess(own, {"brand": "x" * (128 * 1024)})
    assert (answer.status, answer.body["type"]) == (413, "/api/docs#too-large")
