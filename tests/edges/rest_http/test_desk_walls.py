"""What must not get out of the desk: messages of barred accounts, texts that were opened, faults that are not ours."""

from datetime import UTC, datetime

import pytest

from comity.accounts.standing import Reasons
from comity.edges.postgres.standing_desk import put_account
from support.desk import case_of, decide, ready_for_evidence, send_held, staff

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
async def node(own, tmp_path_factory):
    await ready_for_evidence(own, tmp_path_factory.mktemp("keys"))
    return own


async def test_what_a_reviewer_releases_waits_while_its_account_may_not_send(node):
    sue = await staff(node, "Sue", "senior")
    customer = await node.customer()
    await send_held(node, customer)
    case = (await case_of(node, sue, customer))["id"]
    async with node.directory_changed():
        why = Reasons("A carrier asked us to.", "U8")
        await put_account(node.connection, (customer.account_id, "suspended"), why, ("Ann", None), NOON)
    assert (await decide(node, sue, case, "overturn")).status == 200
    (row,) = await node.fetch("SELECT due_at FROM queue WHERE account_id = $1", customer.account_id)
    assert row["due_at"].year > 2900
    async with node.directory_changed():
        why = Reasons("The carrier takes it back.", "U8")
        await put_account(node.connection, (customer.account_id, "good"), why, ("Ann", None), NOON)
    (row,) = await node.fetch("SELECT due_at FROM queue WHERE account_id = $1", customer.account_id)
    assert row["due_at"] == NOON


async def test_no_text_that_was_opened_is_kept_for_a_repeated_call(node):
    sue = await staff(node, "Sue", "senior")
    customer = await node.customer()
    message = await send_held(node, customer)
    case = (await case_of(node, sue, customer))["id"]
    path, key = f"/api/desk/cases/{case}/messages/{message}/open", {"Idempotency-Key": "k"}
    for _ in range(2):
        opened = await node.call("POST", path, sue, json={"reason": "It was held."}, headers=key)
        assert (opened.status, opened.body["text"] != "") == (200, True)
    assert await node.fetch("SELECT FROM repeated_answers WHERE body IS NOT NULL") == []
    assert await node.value("SELECT count(*) FROM text_openings") == 2


@pytest.mark.parametrize(
    "path",
    [
        "/api/cases?cursor=OTIyMzM3MjAzNjg1NDc3NTgwOA",
        "/api/notices?cursor=OTIyMzM3MjAzNjg1NDc3NTgwOA",
        "/api/policy-changes/a%00b",
    ],
)
async def test_a_value_that_no_database_holds_is_the_callers_fault(node, path):
    answer = await node.call("GET", path, await node.customer())
    assert (answer.status, "cannot be kept" in answer.body["detail"]) == (400, True)
    assert node.trouble == []
