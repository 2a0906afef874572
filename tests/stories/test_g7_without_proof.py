"""G7: what comes without proof does not crowd the desk, nor tell its reporter whether a number got a message."""

from datetime import timedelta

import pytest

from comity.policy.files import default_policy
from comity.policy.watching import figures_of
from support.complaints import PLAIN, arrive, complain
from support.desk import staff
from support.gateway import running_gateway

ONE, TWO = "32470000001", "32470000002"
SHOP = {"sender": "Acme"}


@pytest.fixture
async def gateway(database, clock, tmp_path):
    async with running_gateway(database, clock, tmp_path) as running:
        yield running


async def test_what_one_reporter_says_of_a_day_and_fits_nothing_is_one_case_behind_all_others(gateway, clock):
    filed = [await complain(gateway, clock, words=f"It was number {place}.") for place in range(5)]
    other = await complain(gateway, clock, words="Another.", reporter_key=b"two")
    assert len({one.case for one in filed}) == 1
    assert other.case != filed[0].case
    priorities = await gateway.fetch("SELECT priority FROM cases WHERE kind = 'complaint'")
    assert {row["priority"] for row in priorities} == {95}


async def test_more_reporters_than_the_policy_lets_have_a_case_of_a_day_share_one(gateway, clock):
    most = figures_of(default_policy().document).limits.unlinked_cases_day
    keys = [f"reporter {place}".encode() for place in range(most + 4)]
    cases = [(await complain(gateway, clock, words="Bad.", reporter_key=key)).case for key in keys]
    assert (len(set(cases[:most])), len(set(cases[most:])), len(set(cases))) == (most, 1, most + 1)
    # Who has a case keeps it, and the next day everybody may have one again.
    again = await complain(gateway, clock, words="Again.", reporter_key=keys[0])
    assert again.case == cases[0]
    clock.advance(timedelta(days=1))
    assert (await complain(gateway, clock, words="Bad.", reporter_key=keys[-1])).case not in cases


async def test_a_status_does_not_tell_of_a_strike_whether_a_number_got_the_message(gateway, clock):
    acme = await gateway.customer(senders=("Acme",))
    rita = await staff(gateway, "Rita Example")
    await arrive(gateway, acme, ONE, PLAIN, **SHOP)
    told = []
    for number in (ONE, TWO):
        filed = await complain(gateway, clock, kind="spam", recipient=number, text=PLAIN, reporter_key=number.encode())
        ruling = {"decision": "uphold", "why": "Right.", "strike": 1}
        decided = await gateway.call("POST", f"/api/desk/complaints/{filed.number}/decide", rita, json=ruling)
        assert decided.status == 200, decided.body
        token = {"X-Complaint-Token": filed.token}
        told.append((await gateway.call("GET", f"/api/complaints/{filed.number}", headers=token)).body)
    assert [(one["found"], one["done"]) for one in told] == [(None, [])] * 2


async def test_a_complaint_does_not_join_a_case_that_was_decided(gateway, clock):
    acme = await gateway.customer(senders=("Acme",))
    rita = await staff(gateway, "Rita Example")
    for number in (ONE, TWO):
        await arrive(gateway, acme, number, PLAIN, **SHOP)
    first = await complain(gateway, clock, recipient=ONE, text=PLAIN)
    ruling = {"decision": "uphold", "why": "Right."}
    decided = await gateway.call("POST", f"/api/desk/complaints/{first.number}/decide", rita, json=ruling)
    assert decided.status == 200, decided.body
    second = await complain(gateway, clock, recipient=TWO, text=PLAIN, reporter_key=b"two")
    assert second.case != first.case
