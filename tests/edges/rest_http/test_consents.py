"""Consents and opt-outs over HTTP: recorded, found, withdrawn, proven, each with evidence; nobody else's."""

import hashlib
import io
from datetime import UTC, datetime, timedelta

import pytest
from yarl import URL

from comity.base.clock import SetClock
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.inbound_store import PostgresInboundStore
from comity.journey.counters import Counters
from comity.journey.inbound import Inbound
from comity.smpp.pdu import DeliverSm

NUMBER = "3228000000"
pytestmark = pytest.mark.asyncio(loop_scope="module")

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
PERSON = "32470000000"
BODY = {
    "recipient": "+32 470 00 00 00",
    "brand": "Shop",
    "purposes": ["offers", "news"],
    "wording": "Yes, text me offers.",
    "channel": "web form",
    "proof": "form 4711",
    "address": "https://shop.example/join",
}


async def says(gateway, text):
    connections = HeldConnections(gateway.database, "comity-test")
    inbound = Inbound(PostgresInboundStore(connections), gateway.directory, SetClock(NOW), Counters())
    await inbound.take([(1, DeliverSm(source_addr=PERSON, destination_addr=NUMBER, short_message=text.encode()))])
    await connections.close()


async def consent(gateway, customer, **changes):
    answer = await gateway.call("POST", "/api/consents", customer, json={**BODY, **changes})
    assert answer.status == 200, answer.body
    return answer.body


async def kinds(gateway, customer):
    rows = await gateway.fetch(
        "SELECT kind FROM evidence_entries WHERE account_id = $1 ORDER BY sequence", customer.account_id
    )
    return [row["kind"] for row in rows if row["kind"] in {"consent", "withdrawal"}]


async def found_rules(gateway, customer, draft):
    (judged,) = (await gateway.call("POST", "/api/check", customer, json=draft)).body["messages"]
    return {one["rule"] for one in judged["findings"]}


async def standing(gateway, customer, **asked):
    asked = {"brand": "Shop", "category": "promotional", **asked}
    answer = await gateway.call("GET", f"/api/recipients/{PERSON}/consent", customer, params=asked)
    assert answer.status == 200, answer.body
    (ruling,) = answer.body["rulings"]
    return ruling["standing"]


async def test_a_consent_is_recorded_once_with_evidence(gateway):
    customer = await gateway.customer()
    made = await consent(gateway, customer, at="2026-03-01T12:30:00+01:00")
    assert (made["recipient"], made["purposes"], made["counts"]) == (PERSON, ["offers", "news"], True)
    again = await consent(gateway, customer, at="2026-03-01T12:30:00+01:00")
    assert again == made
    assert await kinds(gateway, customer) == ["consent"]
    assert (await gateway.call("GET", f"/api/consents/{made['id']}", customer)).body == made


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("recipient", "nobody"),
        ("at", "2999-01-01T00:00:00Z"),
        ("expires", "2020-01-01T00:00:00Z"),
        ("purposes", []),
        ("wording", ""),
        ("brand", "x" * 101),
        ("unknown", 1),
    ],
)
async def test_a_field_that_is_wrong_is_refused(gateway, field, value):
    customer = await gateway.customer()
    answer = await gateway.call("POST", "/api/consents", customer, json={**BODY, field: value})
    assert answer.status == 400
    assert await kinds(gateway, customer) == []


async def test_a_page_ends_where_the_next_begins(gateway):
    customer = await gateway.customer()
    made = [(await consent(gateway, customer, brand=f"Shop {n}"))["id"] for n in range(5)]
    seen, after = [], None
    while True:
        asked = {"limit": 2, **({"after": after} if after else {})}
        page = (await gateway.call("GET", "/api/consents", customer, params=asked)).body
        seen += [one["id"] for one in page["items"]]
        after = page["next"]
        if not after:
            break
    assert seen == made[::-1]
    named = (await gateway.call("GET", "/api/consents", customer, params={"brand": "shop 3"})).body["items"]
    assert [one["id"] for one in named] == [made[3]]


async def test_a_withdrawal_ends_what_was_agreed_before_and_what_is_told_of_it_later(gateway):
    customer = await gateway.customer()
    first = await consent(gateway, customer, at="2026-03-01T12:00:00Z")
    second = await consent(gateway, customer, at="2026-03-02T12:00:00Z", purposes=["news"])
    other = await consent(gateway, customer, brand="Other")
    answer = await gateway.call("POST", f"/api/consents/{first['id']}/withdraw", customer, json={"how": "by telephone"})
    assert answer.body["ended"] == [first["id"], second["id"]]
    assert await standing(gateway, customer) == "withdrawn"
    await consent(gateway, customer, at="2026-03-03T12:00:00Z")
    assert await standing(gateway, customer) == "withdrawn"
    assert await standing(gateway, customer, brand="Other") == "granted"
    assert (await gateway.call("GET", f"/api/consents/{other['id']}", customer)).body["withdrawn_at"] is None
    assert await kinds(gateway, customer) == ["consent"] * 3 + ["withdrawal", "consent"]


SPELLINGS = ("AcmeShop", "Acme Shop", "ACME  shop")


@pytest.mark.parametrize("taken", SPELLINGS)
@pytest.mark.parametrize("known", [True, False], ids=["known before", "told later"])
async def test_a_withdrawal_holds_however_its_brand_is_written_in_acceptance_too(gateway, taken, known):
    customer = await gateway.customer(senders=("AcmeShop",))
    before = SPELLINGS if known else (taken,)
    made = {one: (await consent(gateway, customer, brand=one, at="2026-03-02T12:00:00Z"))["id"] for one in before}
    draft = {"text": "AcmeShop: 20% off all shoes today. STOP to 8850", "to": f"+{PERSON}", "sender": "AcmeShop"}
    assert "promotion-without-consent" not in await found_rules(gateway, customer, draft)
    path = f"/api/consents/{made[taken]}/withdraw"
    ended = await gateway.call("POST", path, customer, json={"how": "by telephone"})
    assert sorted(ended.body["ended"]) == sorted(made.values())
    for one in SPELLINGS:
        await consent(gateway, customer, brand=one, at="2026-03-02T13:00:00Z")
        assert await standing(gateway, customer, brand=one) == "withdrawn"
    assert "promotion-without-consent" in await found_rules(gateway, customer, draft)


async def test_a_file_that_proves_a_consent_is_kept_by_its_digest(gateway):
    customer = await gateway.customer()
    made = await consent(gateway, customer)
    path = f"/api/consents/{made['id']}/proof"
    body, headers = b"%PDF-1.7 a form", {"Content-Type": "application/pdf"}
    for _ in range(2):
        answer = await gateway.call("POST", path, customer, data=body, params={"name": "form.pdf"}, headers=headers)
        assert answer.status == 200, answer.body
    (proof,) = answer.body["proofs"]
    assert proof["digest"] == hashlib.sha256(body).hexdigest()
    assert (proof["name"], proof["media_type"], proof["octets"]) == ("form.pdf", "application/pdf", len(body))
    async with gateway.session.get(gateway.url + f"{path}/{proof['digest']}", headers=customer.credentials) as got:
        assert await got.read() == body
        assert got.headers["Content-Disposition"] == "attachment"
    assert await kinds(gateway, customer) == ["consent", "consent"]


@pytest.mark.parametrize(
    ("size", "name", "status"), [(5 * 1024 * 1024 + 1, "a", 413), (0, "a", 400), (1, "../a", 400), (1, "a\nb", 400)]
)
async def test_a_file_that_cannot_be_kept_is_refused(gateway, size, name, status):
    customer = await gateway.customer()
    made = await consent(gateway, customer)
    answer = await gateway.call(
        "POST", f"/api/consents/{made['id']}/proof", customer, data=io.BytesIO(b"x" * size), params={"name": name}
    )
    assert answer.status == status


async def test_what_is_anothers_is_not_there(gateway):
    customer, other = await gateway.customer(), await gateway.customer()
    made = await consent(gateway, customer)
    stop = (await gateway.call("POST", "/api/opt-outs", customer, json={"recipient": PERSON})).body
    paths = [
        ("GET", f"/api/consents/{made['id']}", {}),
        ("POST", f"/api/consents/{made['id']}/withdraw", {"json": {"how": "x"}}),
        ("POST", f"/api/consents/{made['id']}/proof", {"data": b"x"}),
        ("GET", f"/api/consents/{made['id']}/proof/{'0' * 64}", {}),
        ("DELETE", f"/api/opt-outs/{stop['id']}", {}),
        ("GET", "/api/consents/x", {}),
        ("GET", "/api/consents/99999999999999999999", {}),
    ]
    for method, path, more in paths:
        assert (await gateway.call(method, path, other, **more)).status == 404, path
    assert (await gateway.call("GET", "/api/consents", other)).body == {"items": [], "next": None}
    assert (await gateway.call("GET", "/api/opt-outs", other)).body["items"] == []


@pytest.mark.parametrize(
    ("scope", "subject", "closed"),
    [
        ("everything", "", {(one, kind) for one in ("Shop", "Other") for kind in ("promotional", "transactional")}),
        ("brand", "shop", {("Shop", "promotional"), ("Shop", "transactional")}),
        ("category", "promotional", {("Shop", "promotional"), ("Other", "promotional")}),
    ],
)
async def test_an_opt_out_closes_its_scope_alone_until_it_is_taken_back(gateway, scope, subject, closed):
    customer = await gateway.customer()
    for brand in ("Shop", "Other"):
        await consent(gateway, customer, brand=brand, at="2026-03-01T12:00:00Z")
    body = {"recipient": "+" + PERSON, "scope": scope, "subject": subject, "memo": "asked at the till"}
    stop = await gateway.call("POST", "/api/opt-outs", customer, json=body)
    assert stop.status == 200, stop.body
    assert (await gateway.call("POST", "/api/opt-outs", customer, json=body)).body == stop.body
    asked = [(brand, kind) for brand in ("Shop", "Other") for kind in ("promotional", "transactional", "otp")]
    found = {one for one in asked if await standing(gateway, customer, brand=one[0], category=one[1]) == "opted_out"}
    assert found == closed
    listed = (await gateway.call("GET", "/api/opt-outs", customer, params={"recipient": PERSON})).body["items"]
    assert listed == [stop.body]
    assert (await gateway.call("DELETE", f"/api/opt-outs/{stop.body['id']}", customer)).status == 200
    assert await standing(gateway, customer) == "granted"
    assert await kinds(gateway, customer) == ["consent", "consent", "withdrawal", "consent"]


@pytest.mark.parametrize(
    "change",
    [
        {"scope": "brand"},
        {"subject": "x"},
        {"scope": "category", "subject": "jokes"},
        {"scope": "all"},
        {"recipient": "nobody"},
        {"memo": "x" * 256},
    ],
)
async def test_an_opt_out_that_cannot_be_one_is_refused(gateway, change):
    customer = await gateway.customer()
    answer = await gateway.call("POST", "/api/opt-outs", customer, json={"recipient": "+" + PERSON, **change})
    assert answer.status == 400


async def test_what_a_person_asked_for_themselves_is_theirs_to_take_back(gateway):
    customer = await gateway.customer()
    number = await gateway.value(
        "INSERT INTO opt_outs (account_id, recipient, source, at) VALUES ($1, $2, 'reply', $3) RETURNING number",
        customer.account_id,
        PERSON,
        NOW,
    )
    assert (await gateway.call("DELETE", f"/api/opt-outs/{number}", customer)).status == 409
    assert await standing(gateway, customer, category="transactional") == "opted_out"


async def test_a_stop_after_the_accounts_own_opt_out_is_theirs_to_take_back_too(gateway):
    customer = await gateway.customer(senders=("Bank", f"+{NUMBER}"))
    made = await gateway.call("POST", "/api/opt-outs", customer, json={"recipient": "+" + PERSON})
    await says(gateway, "STOP")
    assert (await gateway.call("DELETE", f"/api/opt-outs/{made.body['id']}", customer)).status == 409
    assert await standing(gateway, customer, category="transactional") == "opted_out"
    assert await kinds(gateway, customer) == ["withdrawal", "withdrawal"]


@pytest.mark.parametrize(
    ("days", "brand", "rules"),
    [
        (1, "Shop", set()),
        (-1, "Shop", {"promotion-without-consent"}),
        (None, "Shop", set()),
        (None, "Other", {"consent-not-for-this"}),
    ],
)
async def test_acceptance_heeds_the_ledger(gateway, days, brand, rules):
    customer = await gateway.customer(senders=("Shop",))
    await gateway.fetch(
        "INSERT INTO account_brands (account_id, name, brand_key) SELECT $1, b, lower(b)"
        " FROM unnest('{Shop,Other}'::text[]) AS b ON CONFLICT DO NOTHING",
        customer.account_id,
    )
    expires = {} if days is None else {"expires": (NOW + timedelta(days=days)).isoformat()}
    await consent(gateway, customer, at="2026-01-01T00:00:00Z", brand=brand, **expires)
    draft = {"text": "Shop: 20% off all shoes today. STOP to 8850", "to": f"+{PERSON}", "sender": "Shop"}
    found = await found_rules(gateway, customer, draft)
    assert "undeclared-promotion" in found
    assert found & {"promotion-without-consent", "consent-not-for-this"} == rules


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/consents?brand=%00", 200),
        ("GET", "/api/consents?after=OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", 400),
        ("GET", "/api/consents?after=x", 400),
        ("GET", "/api/consents?limit=0", 400),
        ("GET", "/api/opt-outs?after=LTE", 400),
        ("GET", "/api/consents/1/proof/%00", 404),
        ("GET", "/api/recipients/nobody/consent", 400),
        ("GET", f"/api/recipients/{PERSON}/consent?brand=%00&category=otp", 200),
        ("GET", f"/api/recipients/{PERSON}/consent?category=jokes", 400),
    ],
)
async def test_whatever_is_asked_for_is_nobodys_fault_but_the_callers(gateway, method, path, status):
    customer = await gateway.customer()
    async with gateway.session.request(
        method, URL(gateway.url + path, encoded=True), headers=customer.credentials
    ) as answer:
        assert answer.status == status
