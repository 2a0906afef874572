"""GET /api/evidence: an account's own log, page by page, checkable by whoever reads it."""

import hashlib
import shutil
from datetime import UTC, datetime

import pytest

from comity.edges.postgres.evidence_keys import KEY_FILE
from comity.edges.postgres.evidence_store import append, erase_number
from comity.edges.postgres.roles import Role
from comity.edges.postgres.staff_store import add_key
from comity.edges.rest_http.evidence import SHOWN
from comity.evidence.canonical import canonical
from support.gateway import Customer

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
PERSON = "32470000000"


@pytest.fixture
def tmp_path(tmp_path, server):
    """A data directory with the keys of the databases that tests have."""
    shutil.copy(server.evidence_folder / KEY_FILE, tmp_path / KEY_FILE)
    return tmp_path


@pytest.fixture
async def road(database):
    connection = await database.connect(Role.ROAD)
    yield connection
    await connection.close()


@pytest.fixture
async def customer(own, road):
    made = await own.customer()
    for number in range(5):
        body = {"recipient": PERSON, "n": number}
        await append(road, made.account_id, "consent", body, NOW, number=PERSON if number == 1 else "")
    return made


async def _items(own, customer, **params):
    answer = await own.call("GET", "/api/evidence", customer, params=params)
    assert answer.status == 200, answer.body
    return answer.body["items"], answer.body["next"]


async def test_entries_come_in_pages_with_their_payload(own, customer):
    gathered, cursor = [], ""
    while cursor is not None:
        items, cursor = await _items(own, customer, limit=2, **({"cursor": cursor} if cursor else {}))
        gathered += items
    consents = [item for item in gathered if item["kind"] == "consent"]
    assert [item["body"]["n"] for item in consents] == [0, 1, 2, 3, 4]
    assert [item["sequence"] for item in gathered] == list(range(1, len(gathered) + 1))


async def test_who_reads_can_check_hashes_and_commitments_alone(own, customer):
    items, _ = await _items(own, customer)
    before = "00" * 32
    for item in items:
        if item["payload"] == "open":
            payload = f"comity evidence payload 1\n{item['salt']}\n".encode() + canonical(item["body"])
            assert hashlib.sha256(payload).hexdigest() == item["commitment"]
            lines = (customer.account_id, item["sequence"], item["kind"], item["at"], item["commitment"], before)
            text = "comity evidence entry 1\n" + "".join(f"{line}\n" for line in lines)
            assert hashlib.sha256(text.encode()).hexdigest() == item["hash"]
        assert item["previous"] == before
        before = item["hash"]


async def test_what_was_erased_is_said_to_be(own, customer, road):
    await erase_number(road, customer.account_id, PERSON, NOW)
    items, _ = await _items(own, customer)
    consents = [item for item in items if item["kind"] == "consent"]
    assert [item["payload"] for item in consents] == ["open", "erased", "open", "open", "open"]
    assert consents[1]["body"] is None


async def test_the_operator_s_own_work_is_withheld_but_for_its_hashes(own, customer, road):
    sequence = await append(road, customer.account_id, "text-opening", {"person": "zzmarker"}, NOW)
    answer = await own.call("GET", "/api/evidence", customer)
    (item,) = [one for one in answer.body["items"] if one["sequence"] == sequence]
    assert (item["kind"], item["at"], item["payload"], item["body"]) == ("", None, "withheld", None)
    assert "zzmarker" not in str(answer.body)
    assert len(item["hash"]) == 64


async def test_nobody_sees_another_account_s_log(own, customer, road):
    other = await own.customer()
    await append(road, other.account_id, "consent", {"recipient": "zzother"}, NOW)
    answer = await own.call("GET", "/api/evidence", customer)
    assert "zzother" not in str(answer.body)
    assert (await own.call("GET", "/api/evidence")).status == 401


PLAIN = {"acceptance", "access", "erasure", "verdicts"}


@pytest.mark.parametrize(
    ("scopes", "open_"),
    [
        (("read",), PLAIN),
        (("read", "consents"), PLAIN | {"consent", "withdrawal", "proof"}),
        (("read", "billing"), PLAIN | {"payout", "transfer"}),
        (("read", "subaccounts"), PLAIN | {"subaccount"}),
        (("read", "cases"), PLAIN | {"challenge"}),
        (("read", "consents", "billing", "subaccounts", "cases"), SHOWN),
    ],
)
async def test_a_key_sees_what_its_scopes_allow_and_every_hash(own, customer, road, scopes, open_):
    for kind in SHOWN:
        await append(road, customer.account_id, kind, {"what": f"zz{kind}"}, NOW)
    client_id, secret = await add_key(own.connection, customer.account_id, scopes)
    answer = await own.call("GET", "/api/evidence", Customer(customer.name, customer.account_id, client_id, secret))
    whole, _ = await _items(own, customer)
    for seen, item in zip(answer.body["items"], whole, strict=True):
        may = item["kind"] in open_
        hidden = {**item, "payload": "withheld", "body": None, "salt": ""}
        assert seen == (item if may else hidden)
        assert (f"zz{item['kind']}" in str(answer.body)) == may


async def test_a_key_that_may_not_read_sees_nothing(own, customer):
    client_id, secret = await add_key(own.connection, customer.account_id, ("consents", "billing"))
    key = Customer(customer.name, customer.account_id, client_id, secret)
    assert (await own.call("GET", "/api/evidence", key)).status == 403


@pytest.mark.parametrize("params", [{"limit": 0}, {"limit": 201}, {"cursor": "zz"}, {"limit": "x"}])
async def test_what_is_out_of_bounds_is_a_problem(own, customer, params):
    assert (await own.call("GET", "/api/evidence", customer, params=params)).status == 400


async def test_a_server_without_the_key_says_that_payloads_are_sealed(own, customer, tmp_path):
    (tmp_path / KEY_FILE).unlink()
    items, _ = await _items(own, customer)
    assert {item["payload"] for item in items if item["kind"] == "consent"} == {"sealed"}
    assert own.trouble == []
