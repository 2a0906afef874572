"""Upkeep by call: evidence signed, checked, written out; retention, partners, report numbers, networks, addresses."""

import asyncio
import io
import random
import shutil
import zipfile
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
import pytest_asyncio

from comity.base.clock import SetClock
from comity.edges.postgres.evidence_keys import KEY_FILE
from comity.edges.postgres.evidence_minutes import close_minutes
from comity.edges.postgres.feed_reading import told_since
from comity.edges.rest_http.desk_upkeep_evidence import _packed
from support.desk import staff
from support.gateway import running_gateway
from support.postgres import TEMPLATE, fresh_name

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
LOOPBACK, ELSEWHERE = "127.0.0.1/32", "192.0.2.0/24"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(server, tmp_path_factory):
    """A door whose data directory has the key of the evidence log."""
    name, folder = fresh_name(), tmp_path_factory.mktemp("door")
    shutil.copy(server.evidence_folder / KEY_FILE, folder / KEY_FILE)
    database = await server.make(name, TEMPLATE)
    async with running_gateway(database, SetClock(NOON), folder) as running:
        for person, role in {"rita": "reviewer", "sue": "senior", "olga": "operator"}.items():
            setattr(running, person, await staff(running, person.title(), role))
        yield running
        assert running.trouble == []
    await server.drop(name)


async def get(desk, who, path, **params):
    answer = await desk.call("GET", f"/api/desk/{path}", who, params=params)
    assert answer.status == 200, answer.body
    return answer.body


async def post(desk, who, path, status=200, **body):
    answer = await desk.call("POST", f"/api/desk/{path}", who, json=body)
    assert answer.status == status, answer.body
    return answer.body


async def with_evidence(desk):
    """An account with an entry in its log."""
    customer = await desk.customer()
    await post(desk, desk.sue, f"accounts/{customer.name}/networks", networks=[])
    return customer


# ---------------------------------------------------------------- evidence


async def test_a_checkpoint_is_signed_listed_and_known_again(desk):
    await with_evidence(desk)
    taken = await post(desk, desk.sue, "evidence/checkpoints")
    assert (taken["taken"], taken["public_key"].startswith("-----BEGIN PUBLIC KEY-----")) == (True, True)
    again = await post(desk, desk.sue, "evidence/checkpoints")
    assert (again["taken"], again["number"]) == (False, taken["number"])
    listed = await get(desk, desk.rita, "evidence/checkpoints", limit=1)
    assert listed["items"] == [{name: taken[name] for name in ("number", "at", "note", "signature")}]
    compared = [
        await post(desk, desk.rita, "evidence/checkpoints/compare", note=note)
        for note in (taken["note"], taken["note"].replace("1", "2"))
    ]
    assert [one["known"] for one in compared] == [True, False]


async def test_all_accounts_are_checked_some_at_a_time_and_a_changed_entry_is_named(desk):
    first, second = await with_evidence(desk), await with_evidence(desk)
    seen, cursor = 0, ""
    while cursor is not None:
        report = await get(desk, desk.sue, "evidence/check", limit=2, **({"cursor": cursor} if cursor else {}))
        assert (report["holds"], report["wrong"], report["payloads_looked_into"]) == (True, [], True)
        seen, cursor = seen + report["accounts"], report["next"]
    assert seen == await desk.value("SELECT count(*) FROM evidence_heads WHERE sequence > 0")
    lines = await get(desk, desk.sue, f"accounts/{first.name}/evidence")
    assert [one["kind"] for one in lines["items"]] == ["access"]
    assert lines["items"][0]["payload"] == "open"
    await desk.fetch("UPDATE evidence_heads SET hash = sha256('x') WHERE account_id = $1", second.account_id)
    report = await get(desk, desk.sue, "evidence/check", limit=200)
    assert (report["holds"], [str(second.account_id) in one for one in report["wrong"]]) == (False, [True])


async def test_an_export_for_a_court_says_in_the_log_who_made_it_and_why(desk):
    customer = await with_evidence(desk)
    await post(desk, desk.sue, "evidence/checkpoints")
    headers = {**desk.sue.credentials, "content-type": "application/json"}
    url = f"{desk.url}/api/desk/accounts/{customer.name}/evidence/export"
    body = msgspec.json.encode({"why": "For the court of Ghent, 2026/12."})
    async with desk.session.post(url, data=body, headers=headers) as answer:
        assert (answer.status, answer.headers["content-type"]) == (200, "application/zip")
        archive = zipfile.ZipFile(io.BytesIO(await answer.read()))
    names = archive.namelist()
    assert {"HOW-TO-CHECK.txt", "public-key.pem", "entries.jsonl"} <= set(names)
    entries = [msgspec.json.decode(line) for line in archive.read("entries.jsonl").splitlines()]
    assert [one["kind"] for one in entries] == ["access", "export"]
    payload = archive.read([name for name in names if name.startswith("payloads/")][-1]).decode()
    assert '"by":"Sue"' in payload
    assert "For the court of Ghent" in payload


async def test_while_an_export_is_packed_others_have_their_turns():
    turns, given = 0, 0

    async def files():
        nonlocal given
        for number in range(8):
            yield ("entries.jsonl" if number % 2 else f"{number}.txt"), random.Random(number).randbytes(500_000)
        given = turns

    async def others():
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(others())
    packed = await _packed(files())
    beside.cancel()
    archive = zipfile.ZipFile(io.BytesIO(packed))
    assert (len(archive.namelist()), len(archive.read("entries.jsonl"))) == (5, 2_000_000)
    assert turns > given + 1


async def test_a_verdict_is_proven_once_its_minute_is_closed(desk):
    customer = await desk.customer()
    answer = await desk.send(customer)
    path = f"/api/desk/messages/{answer.body['messageid']}/proof"
    missing = await desk.call("GET", path, desk.sue)
    assert (missing.status, "six minutes" in missing.body["detail"]) == (404, True)
    while await close_minutes(desk.connection, NOON + timedelta(minutes=8)):
        pass
    proof = await get(desk, desk.sue, path.removeprefix("/api/desk/"))
    assert (proof["account"], proof["holds"], proof["kept"]) == (customer.name, True, True)


# ---------------------------------------------------------------- retention, ledger


async def test_retention_is_shown_and_set_by_an_operator_with_a_reason(desk):
    asked = {"what": "texts", "category": "otp", "country": "be", "days": 3, "why": "Codes are worth nothing later."}
    made = await post(desk, desk.olga, "retention", **asked)
    assert (made["country"], made["days"], made["set_by"]) == ("BE", 3, "Olga")
    assert made in await get(desk, desk.rita, "retention")
    wrong = await post(desk, desk.olga, "retention", 400, **{**asked, "what": "replies"})
    assert "Only texts" in wrong["detail"]
    await post(desk, desk.olga, "retention", 400, **{**asked, "what": "dreams", "category": "", "country": ""})
    await post(desk, desk.sue, "retention", 403, **asked)


async def test_the_ledger_is_checked(desk):
    assert await get(desk, desk.olga, "ledger/check") == {"balanced": True, "problems": []}


# ---------------------------------------------------------------- partners


async def test_a_partner_is_let_in_listed_and_sent_away(desk):
    made = await post(desk, desk.olga, "feeds", 201, name="A network/BE", weight=3, proven=True)
    await post(desk, desk.olga, "feeds", 409, name="A network/BE")
    (row,) = [one for one in await get(desk, desk.sue, "feeds") if one["name"] == "A network/BE"]
    assert (row["weight"], row["proven"], row["client_id"], row["removed_at"]) == (3, True, made["client_id"], None)
    gone = await post(desk, desk.olga, f"feeds/{made['client_id']}/remove")
    assert gone["removed_at"] is not None
    await post(desk, desk.olga, f"feeds/{made['client_id']}/remove", 404)


async def test_people_report_texts_to_a_number_that_its_account_holds(desk):
    customer = await desk.customer(senders=("32460007726",))
    wrong = await post(desk, desk.olga, "report-numbers", 400, number="+32 460 00 77 27", account=customer.name)
    assert "does not hold this number" in wrong["detail"]
    await post(desk, desk.olga, "report-numbers", 404, number="+32460007726", account="nobody")
    link = "https://status.example/{number}#{token}"
    asked = {"number": "+32 460 00 77 26", "account": customer.name, "status_url": link}
    made = await post(desk, desk.olga, "report-numbers", **asked)
    assert (made["number"], made["account"], made["status_url"]) == ("32460007726", customer.name, link)
    assert made in await get(desk, desk.rita, "report-numbers")
    await post(desk, desk.olga, "report-numbers", 400, **{**asked, "status_url": "https://status.example/"})
    await post(desk, desk.olga, "report-numbers/32460007726/remove")
    await post(desk, desk.olga, "report-numbers/32460007726/remove", 404)


async def test_complaints_are_written_for_partners_a_page_at_a_time(desk):
    for n in range(3):
        body = {"kind": "spam", "sender": f"Shop{n}", "words": "I never asked for this."}
        assert (await desk.call("POST", "/api/complaints", json=body)).status == 201
    asked = {"since": "2020-01-01T00:00:00Z", "organisation": "A gateway", "contact": "abuse@gateway.example"}
    found, cursor = [], ""
    while cursor is not None:
        where = f"complaints/export?limit=2{f'&cursor={cursor}' if cursor else ''}"
        page = await post(desk, desk.sue, where, **asked)
        found += [one["xarf"] for one in page["items"]]
        cursor = page["next"]
    assert len(found) == 3
    # A page reads nothing of those before it.
    rows = [id_ async for id_, _ in told_since(desk.connection, NOON - timedelta(days=1), texts=True)]
    assert len(rows) == 3
    left = told_since(desk.connection, NOON - timedelta(days=1), texts=True, after=rows[1])
    assert [id_ async for id_, _ in left] == rows[2:]
    assert {one["reporter"]["org"] for one in found} == {"A gateway"}
    await post(desk, desk.rita, "complaints/export", 403, **asked)


# ---------------------------------------------------------------- networks, addresses


async def test_an_account_says_itself_whence_it_is_used_and_does_not_lock_itself_out_unsaid(desk):
    customer = await desk.customer()

    async def own(status, **body):
        answer = await desk.call("POST", "/api/networks", customer, json=body)
        assert answer.status == status, answer.body
        return answer.body

    shown = await desk.call("GET", "/api/networks", customer)
    assert shown.body == {"networks": [], "caller": "127.0.0.1", "caller_inside": True}
    refused = await own(409, networks=[ELSEWHERE])
    assert "127.0.0.1" in refused["detail"]
    assert (await own(200, networks=[ELSEWHERE, "127.0.0.1"]))["networks"] == [LOOPBACK, ELSEWHERE]
    await own(400, networks=["here"])
    async with desk.directory_changed():
        said = await own(200, networks=[ELSEWHERE], lock_me_out=True)
    assert said["caller_inside"] is False
    assert (await desk.call("GET", "/api/networks", customer)).status == 403
    path = f"accounts/{customer.name}/networks"
    assert await desk.value("SELECT count(*) FROM evidence_entries WHERE account_id = $1", customer.account_id) == 2
    assert (await get(desk, desk.sue, path))["networks"] == [ELSEWHERE]
    async with desk.directory_changed():
        freed = await post(desk, desk.sue, path, networks=[])
    assert freed == {"account": customer.name, "networks": []}
    assert (await desk.call("GET", "/api/networks", customer)).status == 200


async def test_the_desk_says_where_notices_are_mailed(desk):
    customer = await desk.customer()
    path = f"accounts/{customer.name}/notice-addresses"
    made = await post(desk, desk.sue, path, email="ann@shop.example", language="nl")
    assert [(one["email"], one["language"]) for one in made["items"]] == [("ann@shop.example", "nl")]
    assert await get(desk, desk.sue, path) == made
    await post(desk, desk.sue, path, 400, email="ann at shop")
    assert (await post(desk, desk.sue, f"{path}/remove", email="ann@shop.example"))["items"] == []
    await post(desk, desk.sue, f"{path}/remove", 404, email="ann@shop.example")
    await post(desk, desk.rita, path, 403, email="ann@shop.example")
    # Who did it is evidence, and those who were told so far are told that too.
    await post(desk, desk.sue, f"accounts/{customer.name}/networks", networks=[])
    told = (await desk.call("GET", "/api/notices", customer)).body["items"]
    assert [(one["kind"], one["notice"].get("notice_address")) for one in reversed(told)] == [
        ("access", "added"), ("access", "removed"), ("access", None),
    ]  # fmt: skip
    mailed = "SELECT state FROM notice_deliveries WHERE account_id = $1 AND address = 'ann@shop.example'"
    assert [row["state"] for row in await desk.fetch(mailed, customer.account_id)] == ["waiting"]
    held = await desk.call("GET", "/api/evidence", customer)
    bodies = [one["body"] for one in held.body["items"]]
    assert [(one.get("notice_address"), one.get("domain"), one["by"]) for one in bodies] == [
        ("added", "shop.example", "Sue"), ("removed", "shop.example", "Sue"), (None, None, "Sue"),
    ]  # fmt: skip


# ---------------------------------------------------------------- labels


async def test_what_reviewers_decide_about_texts_is_kept_and_the_latest_counts(desk):
    customer = await desk.customer()
    message = (await desk.send(customer)).body["messageid"]
    path = f"messages/{message}/labels"
    for label in (True, False):
        await post(desk, desk.rita, path, category="phishing", label=label, note="The bank's own.")
    (line,) = [one for one in (await get(desk, desk.sue, "labels"))["items"] if one["message"] == message]
    assert (line["label"], line["person"], line["account"]) == (False, "Rita", customer.name)
    await post(desk, desk.rita, path, 400, category="charm", label=True)
    await post(desk, desk.rita, f"messages/{'0' * 31}/labels", 404, category="phishing", label=True)
