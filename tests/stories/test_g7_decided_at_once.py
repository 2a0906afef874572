"""G7: what several people do to the complaints of one case at the same moment is done one after the other, and done."""

import asyncio

import pytest

from support.complaints import PLAIN, arrive, complain
from support.desk import staff
from support.gateway import running_gateway

SHOP = {"sender": "Acme"}
COMPLAINTS = 4
RULING = {"decision": "uphold", "why": "Nobody agreed to it."}


@pytest.fixture
async def gateway(database, clock, tmp_path):
    async with running_gateway(database, clock, tmp_path) as running:
        yield running


@pytest.fixture
async def filed(gateway, clock):
    """Complaints of several people about one text: one case, and what it stopped."""
    acme = await gateway.customer(senders=("Acme",))
    made = []
    for place in range(COMPLAINTS):
        number = f"3247000000{place}"
        await arrive(gateway, acme, number, PLAIN, scores={"phishing": 0.9}, **SHOP)
        made.append(
            await complain(gateway, clock, recipient=number, text=PLAIN, proven=True, reporter_key=number.encode())
        )
    assert len({one.case for one in made}) == 1
    return made


async def test_reviewers_who_decide_complaints_of_one_case_at_once_do_not_stop_each_other(gateway, filed):
    people = [await staff(gateway, f"{name} Example") for name in ("Rita", "Sam", "Tess")]
    freeze = await gateway.value("SELECT case_wire FROM freezes")
    calls = [
        gateway.call("POST", f"/api/desk/complaints/{one.number}/decide", people[place % 2], json=RULING)
        for place, one in enumerate(filed)
    ]
    lift = gateway.call("POST", f"/api/desk/freezes/{freeze}/lift", people[2], json={"why": "It is fine."})
    withdrawn = [
        gateway.call("POST", f"/api/complaints/{one.number}/withdraw", headers={"X-Complaint-Token": one.token})
        for one in filed
    ]
    answers = await asyncio.gather(*calls, lift, *withdrawn)
    # One decides; to the others it is decided already, or taken back, and nobody's connection is given up.
    assert {one.status for one in answers} <= {200, 409}, [(one.status, one.body) for one in answers]
    states = await gateway.fetch("SELECT DISTINCT state FROM complaints")
    assert {row["state"] for row in states} <= {"upheld", "withdrawn"}
    assert await gateway.value("SELECT count(*) FROM freezes WHERE ended_at IS NULL") == 0


async def test_a_plan_that_was_said_of_one_decision_is_not_carried_out_by_the_next(gateway, filed):
    rita, sam = await staff(gateway, "Rita Example"), await staff(gateway, "Sam Example", "senior")
    path = f"/api/desk/complaints/{filed[0].number}/decide"
    ruled = await gateway.call("POST", path, rita, json={"decision": "abuse", "why": "A competitor's numbers."})
    assert (ruled.status, ruled.body["state"]) == (200, "abusive")
    case = f"/api/desk/cases/{ruled.body['case']}"
    reopened = {"event": "reopen", "words": "New facts."}
    assert (await gateway.call("POST", f"{case}/steps", sam, json=reopened)).status == 200
    decided = await gateway.call("POST", f"{case}/decision", sam, json={"decision": "overturn", "words": "Not right."})
    assert decided.status == 200, decided.body
    states = await gateway.fetch("SELECT DISTINCT state FROM complaints")
    assert {row["state"] for row in states} == {"rejected"}
