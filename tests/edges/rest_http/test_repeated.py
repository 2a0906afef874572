"""An Idempotency-Key of a POST stands for one effect and one answer, whoever repeats it and however fast."""

import asyncio
from datetime import timedelta

import pytest
import pytest_asyncio

from support.desk import case_of, ready_for_evidence, send_held, staff

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(gateway, tmp_path_factory):
    await ready_for_evidence(gateway, tmp_path_factory.mktemp("evidence"))
    gateway.ann, gateway.bob = await staff(gateway, "Ann"), await staff(gateway, "Bob")
    return gateway


async def a_path(desk):
    customer = await desk.customer()
    await send_held(desk, customer)
    return f"/api/desk/cases/{(await case_of(desk, desk.ann, customer))['id']}/steps"


async def ask(desk, path, key, who=None, **changes):
    body = {"event": "ask", "words": "Why?", **changes}
    return await desk.call("POST", path, who or desk.ann, json=body, headers={"Idempotency-Key": key})


def asked(answer):
    return sum(event["event"] == "ask" for event in answer.body["events"])


async def test_fifty_at_once_have_one_effect_and_one_answer(desk):
    path = await a_path(desk)
    came = await asyncio.gather(*(ask(desk, path, "k") for _ in range(50)))
    assert {answer.status for answer in came} == {200}
    assert {asked(answer) for answer in came} == {1}
    assert sum("Idempotency-Replayed" in answer.headers for answer in came) == 49


async def test_another_body_or_path_with_the_key_is_a_conflict_and_does_nothing(desk):
    path, other = await a_path(desk), await a_path(desk)
    first = await ask(desk, path, "k2")
    for answer in (await ask(desk, path, "k2", words="What?"), await ask(desk, other, "k2")):
        assert (answer.status, answer.body["type"]) == (409, "/api/docs#conflict")
    assert asked(await ask(desk, path, "k2")) == asked(first) == 1


async def test_a_key_is_its_holders(desk):
    path = await a_path(desk)
    await ask(desk, path, "k3")
    assert asked(await ask(desk, path, "k3", desk.bob)) == 2


async def test_without_a_key_each_is_done(desk):
    path = await a_path(desk)
    for _ in range(2):
        answer = await desk.call("POST", path, desk.ann, json={"event": "ask", "words": "Why?"})
    assert asked(answer) == 2


async def test_what_could_not_be_done_leaves_the_key_free(desk):
    path = await a_path(desk)
    assert (await ask(desk, path, "k4", event="close")).status == 409
    assert (await ask(desk, path, "k4")).status == 200


@pytest.mark.parametrize("key", ["x" * 256, "a\tb", "é"])
async def test_what_cannot_be_a_key_is_a_problem(desk, key):
    answer = await ask(desk, await a_path(desk), key)
    assert (answer.status, answer.body["type"]) == (400, "/api/docs#unreadable")


async def test_old_keys_leave_as_new_ones_come(desk):
    path, clock = await a_path(desk), desk.acceptor._clock
    await ask(desk, path, "old")
    clock.advance(timedelta(hours=49))
    try:
        for number in range(60):
            await ask(desk, path, f"new {number}")
    finally:
        clock.advance(timedelta(hours=-49))
    assert await desk.value("SELECT count(*) FROM repeated_answers WHERE key = 'old'") == 0


async def test_what_is_refused_costs_no_connection_to_the_database(desk):
    path = await a_path(desk)
    await ask(desk, path, "k5")
    pids = "SELECT array_agg(pid ORDER BY pid) FROM pg_stat_activity WHERE application_name = 'comity-test-road'"
    before = await desk.value(pids)
    for _ in range(5):
        assert (await desk.call("POST", path, desk.ann, json={"event": "close"})).status == 409
    assert await desk.value(pids) == before
