"""What the desk does by command it does by call: standing, strikes, imports, money, staff, a check of evidence."""

from uuid import UUID

import pytest
import pytest_asyncio

from comity.base.ids import to_wire
from comity.consent.records import Consent
from comity.credits.lots import MICRO
from comity.edges.postgres import consent_imports
from comity.edges.postgres.refund_store import pay_back
from support.desk import decide, ready_for_evidence, staff

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOWHERE = "no-such-account"
WHY = "Carriers rejected half of Monday's messages."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(gateway, tmp_path_factory):
    await ready_for_evidence(gateway, tmp_path_factory.mktemp("door"))
    people = {"rita": "reviewer", "sue": "senior", "sam": "senior", "olga": "operator", "omar": "operator"}
    for person, role in people.items():
        setattr(gateway, person, await staff(gateway, person.title(), role))
    return gateway


async def ask(desk, who, method, path, **more):
    answer = await desk.call(method, f"/api/desk/{path}", who, **more)
    return answer.status, answer.body


async def post(desk, who, path, **body):
    return await ask(desk, who, "POST", path, json=body)


async def standing(desk, customer):
    status, body = await ask(desk, desk.rita, "GET", f"accounts/{customer.name}/standing")
    assert status == 200, body
    return body


async def proposed(desk, customer, to="limited"):
    status, body = await post(desk, desk.sue, f"accounts/{customer.name}/standing", to=to, reason=WHY, clause="U8")
    assert status == 202, body
    return body["case"]


# ---------------------------------------------------------------- standing


async def test_a_standing_changes_when_a_second_person_confirms_it(desk):
    customer = await desk.customer()
    case = await proposed(desk, customer)
    assert (await standing(desk, customer))["standing"] == "good"
    assert (await decide(desk, desk.sue, case, "confirm")).status == 403
    assert (await decide(desk, desk.sam, case, "confirm")).status == 200
    shown = await standing(desk, customer)
    assert (shown["standing"], shown["statements"][0]["facts"]) == ("limited", WHY)


async def test_a_proposal_that_is_overturned_changes_nothing(desk):
    customer = await desk.customer()
    case = await proposed(desk, customer)
    assert (await decide(desk, desk.sam, case, "overturn")).status == 200
    shown = await standing(desk, customer)
    assert (shown["standing"], shown["statements"]) == ("good", [])


async def test_what_was_confirmed_ends_when_it_is_overturned_later(desk):
    customer = await desk.customer()
    case = await proposed(desk, customer)
    assert (await decide(desk, desk.sam, case, "confirm")).status == 200
    reopened = await post(desk, desk.sue, f"cases/{case}/steps", event="reopen", words="Once more.")
    assert reopened[0] == 200, reopened
    third = await staff(desk, f"Third {customer.account_id}", "senior")
    assert (await decide(desk, third, case, "overturn")).status == 200
    assert (await standing(desk, customer))["standing"] == "good"


async def test_a_term_counts_from_the_decision_and_the_standing_can_be_lifted(desk):
    customer = await desk.customer()
    path = f"accounts/{customer.name}/standing"
    _, made = await post(desk, desk.sue, path, to="suspended", reason=WHY, days=7)
    await decide(desk, desk.sam, made["case"], "confirm")
    assert await desk.value("SELECT until - at FROM sanctions WHERE account_id = $1", customer.account_id) is not None
    _, made = await post(desk, desk.sam, path, to="good", reason="The list was cleaned.")
    assert (await decide(desk, desk.sue, made["case"], "confirm")).status == 200
    assert (await standing(desk, customer))["standing"] == "good"


async def test_accounts_are_listed_by_standing(desk):
    await desk.customer()
    customer = await desk.customer()
    await decide(desk, desk.sam, await proposed(desk, customer, "watched"), "confirm")
    listed = []
    for wanted in ("", "watched", "good", "all"):
        _, page = await ask(desk, desk.rita, "GET", "accounts", params={"standing": wanted, "limit": 200})
        listed.append(customer.name in [one["account"] for one in page["items"]])
    assert listed == [True, True, False, True]
    _, page = await ask(desk, desk.rita, "GET", "accounts", params={"standing": "all", "limit": 1})
    _, following = await ask(
        desk, desk.rita, "GET", "accounts", params={"standing": "all", "limit": 1, "cursor": page["next"]}
    )
    assert page["items"][0]["id"] < following["items"][0]["id"]


async def test_an_account_is_named_by_its_number_too(desk):
    customer = await desk.customer()
    status, body = await ask(desk, desk.rita, "GET", f"accounts/~{customer.account_id}/standing")
    assert (status, body["account"]) == (200, customer.name)


async def test_a_proposal_comes_once_for_its_key(desk):
    customer = await desk.customer()
    call = {"json": {"to": "watched", "reason": WHY}, "headers": {"Idempotency-Key": "one"}}
    path = f"accounts/{customer.name}/standing"
    first, second = [await ask(desk, desk.sue, "POST", path, **call) for _ in range(2)]
    assert first == second
    assert await desk.value("SELECT count(*) FROM cases WHERE account_id = $1", customer.account_id) == 1


async def test_a_strike_counts_at_once_until_its_sum_would_limit_the_account(desk):
    customer, given = await desk.customer(), []
    for _ in range(10):
        status, body = await post(desk, desk.sue, f"accounts/{customer.name}/strikes", reason=WHY, clause="U12")
        assert status == 200, body
        given.append(body)
        if body["case"]:
            break
    *counting, last = given
    assert (last["strike"], len(counting) > 0) == (None, True)
    assert (await standing(desk, customer))["standing"] in {"good", "watched"}
    assert len((await standing(desk, customer))["strikes"]) == len(counting)
    assert (await decide(desk, desk.sue, last["case"], "confirm")).status == 403
    assert (await decide(desk, desk.sam, last["case"], "confirm")).status == 200
    shown = await standing(desk, customer)
    assert (shown["standing"], shown["weight"]) == ("limited", len(given))
    taken = await post(desk, desk.sue, f"strikes/{shown['strikes'][0]['strike']}/remove", reason="It was ours.")
    assert taken == (200, {"strike": shown["strikes"][0]["strike"]})
    assert (await standing(desk, customer))["standing"] in {"good", "watched"}


# ---------------------------------------------------------------- imports


async def held_import(desk, customer):
    """A list in which everybody agreed at the same time, from the same address."""
    now = desk.acceptor._clock.now()
    rows = [Consent(f"3247{n:07d}", "Shop", "offers", "Yes.", "web form", now, "f", "192.0.2.1") for n in range(150)]
    async with desk.connection.transaction():
        into = await consent_imports.open_import(desk.connection, customer.account_id, "list.csv", "d" * 64, now)
        sample = await consent_imports.sample_for(desk.connection)
        for row in rows:
            sample.add(row.recipient, row.at, row.address)
        await consent_imports.write_rows(desk.connection, into, rows, now)
        settled = await consent_imports.settle_import(desk.connection, into, sample, (0, 0), now)
    assert settled.case is not None
    return into.import_id


@pytest.mark.parametrize(("deed", "state", "counts"), [("release", "released", True), ("drop", "dropped", False)])
async def test_a_held_list_is_decided_with_a_reason(desk, deed, state, counts):
    customer = await desk.customer()
    number = await held_import(desk, customer)
    _, page = await ask(desk, desk.rita, "GET", "imports", params={"account": customer.name})
    ((one),) = page["items"]
    assert (one["number"], one["state"], one["counts"], one["signals"] != []) == (number, "held", False, True)
    status, body = await post(desk, desk.rita, f"imports/{number}/{deed}", why="We saw the forms.")
    assert (status, body["state"], body["counts"], body["settled_by"]) == (200, state, counts, "Rita")
    reason = await desk.value("SELECT reason FROM cases WHERE account_id = $1", customer.account_id)
    assert reason == "We saw the forms."
    assert (await post(desk, desk.rita, f"imports/{number}/{deed}", why="Again."))[0] == 409
    assert (await ask(desk, desk.rita, "GET", "imports", params={"account": customer.name}))[1]["items"] == []


# ---------------------------------------------------------------- money


async def test_a_payout_is_booked_as_paid_once(desk):
    customer = await desk.customer(credits_=12)
    async with desk.connection.transaction():
        await pay_back(desk.connection, customer.account_id, "left", desk.acceptor._clock.now())
    _, page = await ask(desk, desk.olga, "GET", "payouts", params={"limit": 200})
    (owed,) = [one for one in page["items"] if one["account"] == customer.name]
    assert (owed["micro_credits"], owed["buyer"], owed["paid_at"]) == (12 * MICRO, customer.name, None)
    status, body = await post(desk, desk.olga, f"payouts/{owed['id']}/paid", reference="transfer 12")
    assert (status, body["paid_by"], body["reference"]) == (200, "Olga", "transfer 12")
    assert (await post(desk, desk.olga, f"payouts/{owed['id']}/paid", reference="transfer 13"))[0] == 404
    _, page = await ask(desk, desk.olga, "GET", "payouts", params={"only_open": "false", "limit": 200})
    assert owed["id"] in [one["id"] for one in page["items"]]


async def test_a_large_correction_takes_a_second_operator(desk):
    customer = await desk.customer()
    wanted = {"account": customer.name, "micro_credits": 2_000 * MICRO, "reason": "Lost in the move."}
    status, made = await post(desk, desk.olga, "corrections", **wanted)
    assert (status, made["state"]) == (201, "proposed")
    _, page = await ask(desk, desk.omar, "GET", "corrections")
    assert made["id"] in [one["id"] for one in page["items"]]
    own = await post(desk, desk.olga, f"corrections/{made['id']}/decide", outcome="approve")
    assert own[0] == 409
    status, body = await post(desk, desk.omar, f"corrections/{made['id']}/decide", outcome="approve")
    assert (status, body["state"], body["settled_by"]) == (200, "booked", "Omar")
    _, shown = await ask(desk, desk.olga, "GET", f"accounts/{customer.name}/statement", params={"month": "2026-03"})
    assert {one["kind"]: one["micro_credits"] for one in shown["sums"]}["correction"] == 2_000 * MICRO
    assert (await post(desk, desk.omar, f"corrections/{made['id']}/decide", outcome="reject"))[0] == 409


async def test_a_small_correction_is_booked_at_once(desk):
    customer = await desk.customer(credits_=10)
    wanted = {"account": customer.name, "micro_credits": -MICRO, "reason": "Given twice."}
    status, made = await post(desk, desk.olga, "corrections", **wanted)
    assert (status, made["state"], made["settled_by"]) == (201, "booked", None)
    too_much = await post(desk, desk.olga, "corrections", **{**wanted, "micro_credits": -20 * MICRO})
    assert too_much[0] == 409


async def test_the_month_is_this_one_where_none_is_named(desk):
    customer = await desk.customer()
    status, shown = await ask(desk, desk.olga, "GET", f"accounts/{customer.name}/statement")
    assert (status, shown["month"], shown["final"]) == (200, "2026-03", False)


# ---------------------------------------------------------------- staff


async def test_who_lets_whom_in_or_out_is_kept(desk):
    status, made = await post(desk, desk.olga, "staff", person="Nina", role="senior")
    assert (status, made["role"]) == (201, "senior")
    assert (await post(desk, desk.olga, "staff", person="nina"))[0] == 409
    status, gone = await post(desk, desk.omar, "staff/Nina/remove")
    assert (status, gone["removed_at"] is not None) == (200, True)
    _, page = await ask(desk, desk.olga, "GET", "staff/history", params={"limit": 2})
    told = [(one["person"], one["event"], one["by"]) for one in page["items"]]
    assert told == [("Nina", "remove", "Omar"), ("Nina", "add", "Olga")]
    _, people = await ask(desk, desk.olga, "GET", "staff")
    assert {one["person"]: one["removed_at"] is None for one in people} == {
        **{one["person"]: one["removed_at"] is None for one in people},
        "Nina": False,
        "Olga": True,
    }
    assert "client_secret" not in people[0]


# ---------------------------------------------------------------- evidence


async def test_an_accounts_evidence_is_checked_by_call(desk):
    customer = await desk.customer()
    given = await post(desk, desk.sue, f"accounts/{customer.name}/strikes", reason=WHY, clause="U12")
    assert given[1]["strike"], given
    status, body = await ask(desk, desk.sue, "GET", f"accounts/{customer.name}/evidence/check")
    assert (status, body["holds"], body["wrong"], body["entries"] > 0) == (200, True, [], True)
    await desk.connection.execute(
        "UPDATE evidence_heads SET hash = sha256('x') WHERE account_id = $1", customer.account_id
    )
    status, body = await ask(desk, desk.sue, "GET", f"accounts/{customer.name}/evidence/check")
    assert (status, body["holds"], len(body["wrong"])) == (200, False, 1)


# ---------------------------------------------------------------- who may, what is not there, what is wrong

STANDING = {"to": "limited", "reason": WHY}
STRIKE = {"reason": WHY, "clause": "U12"}
CORRECTION = {"account": NOWHERE, "micro_credits": 1, "reason": "A slip."}
NONE = to_wire(UUID(int=7))
TOO_LOW = [
    ("rita", "POST", "accounts/a/standing", STANDING),
    ("rita", "POST", "accounts/a/strikes", STRIKE),
    ("rita", "POST", "strikes/1/remove", {"reason": "x"}),
    ("rita", "GET", "accounts/a/evidence/check", None),
    ("sue", "GET", "payouts", None),
    ("sue", "POST", f"payouts/{NONE}/paid", {"reference": "x"}),
    ("sue", "GET", "corrections", None),
    ("sue", "POST", "corrections", CORRECTION),
    ("sue", "POST", f"corrections/{NONE}/decide", {"outcome": "approve"}),
    ("sue", "GET", "accounts/a/statement", None),
    ("sue", "GET", "staff", None),
    ("sue", "GET", "staff/history", None),
    ("sue", "POST", "staff", {"person": "Eve", "role": "operator"}),
    ("sue", "POST", "staff/Olga/remove", {}),
]
NOT_THERE = [
    ("rita", "GET", f"accounts/{NOWHERE}/standing", None),
    ("rita", "GET", "accounts/~999999999/standing", None),
    ("rita", "GET", "accounts/~x/standing", None),
    ("sue", "POST", f"accounts/{NOWHERE}/standing", STANDING),
    ("sue", "POST", f"accounts/{NOWHERE}/strikes", STRIKE),
    ("sue", "POST", "strikes/999999/remove", {"reason": "x"}),
    ("sue", "POST", "strikes/x/remove", {"reason": "x"}),
    ("sue", "GET", f"accounts/{NOWHERE}/evidence/check", None),
    ("rita", "GET", f"imports?account={NOWHERE}", None),
    ("rita", "POST", "imports/999999/release", {"why": "x"}),
    ("rita", "POST", "imports/x/drop", {"why": "x"}),
    ("olga", "POST", f"payouts/{NONE}/paid", {"reference": "x"}),
    ("olga", "POST", "payouts/x/paid", {"reference": "x"}),
    ("olga", "POST", "corrections", CORRECTION),
    ("olga", "POST", f"corrections/{NONE}/decide", {"outcome": "approve"}),
    ("olga", "GET", f"accounts/{NOWHERE}/statement", None),
    ("olga", "POST", "staff/Nobody/remove", {}),
]
WRONG = [
    ("rita", "GET", "accounts?standing=poor", None),
    ("rita", "GET", "accounts?limit=0", None),
    ("sue", "POST", "accounts/a/standing", {**STANDING, "to": "poor"}),
    ("sue", "POST", "accounts/a/standing", {**STANDING, "reason": "  "}),
    ("sue", "POST", "accounts/a/standing", {**STANDING, "days": -1}),
    ("sue", "POST", "accounts/a/strikes", {**STRIKE, "weight": 11}),
    ("sue", "POST", "accounts/a/strikes", {"reason": WHY}),
    ("sue", "POST", "strikes/1/remove", {}),
    ("rita", "GET", "imports?cursor=%25", None),
    ("rita", "POST", "imports/1/release", {"why": ""}),
    ("olga", "GET", "payouts?limit=1000", None),
    ("olga", "POST", f"payouts/{NONE}/paid", {"reference": ""}),
    ("olga", "POST", "corrections", {**CORRECTION, "micro_credits": 0}),
    ("olga", "POST", "corrections", {**CORRECTION, "lot_kind": "gift"}),
    ("olga", "POST", f"corrections/{NONE}/decide", {"outcome": "maybe"}),
    ("olga", "POST", "staff", {"person": "Eve", "role": "king"}),
    ("olga", "POST", "staff", {"person": "Eve\nAdam"}),
    ("olga", "POST", "staff/Olga/remove", {"why": "x"}),
]


@pytest.mark.parametrize(
    ("who", "method", "path", "body", "expected"),
    [(*row, status) for status, rows in ((403, TOO_LOW), (404, NOT_THERE), (400, WRONG)) for row in rows],
)
async def test_what_cannot_be_is_said(desk, who, method, path, body, expected):
    status, answer = await ask(desk, getattr(desk, who), method, path, json=body)
    assert (status, answer["status"]) == (expected, expected), answer


async def test_a_month_that_is_none_is_said(desk):
    customer = await desk.customer()
    path = f"accounts/{customer.name}/statement"
    assert (await ask(desk, desk.olga, "GET", path, params={"month": "March"}))[0] == 400


async def test_an_end_that_has_come_is_not_proposed_again(desk):
    customer = await desk.customer()
    assert (await post(desk, desk.sue, f"accounts/{customer.name}/standing", to="good", reason=WHY))[0] == 409
