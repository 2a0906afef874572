"""The life of a policy by call: listed, tried, published with notice, followed, taken back; never by the wrong role."""

from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from comity.base.clock import SetClock
from comity.edges.postgres import policy_store
from support.desk import ready_for_evidence, staff
from support.gateway import running_gateway
from support.policy_life import version_of
from support.postgres import TEMPLATE, fresh_name

pytestmark = pytest.mark.asyncio(loop_scope="module")

VERSIONS = "/api/desk/policy/versions"
CHECK = "/api/desk/policy/check"
TODAY = datetime.now(UTC).date()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(server, tmp_path_factory):
    """The database's own clock says which version holds, so ours is the present."""
    name, folder = fresh_name(), tmp_path_factory.mktemp("door")
    database = await server.make(name, TEMPLATE)
    async with running_gateway(database, SetClock(datetime.now(UTC)), folder) as running:
        await ready_for_evidence(running, folder)
        for person, role in {"rita": "reviewer", "sue": "senior", "olga": "operator"}.items():
            setattr(running, person, await staff(running, person.title(), role))
        # A small policy: what is looked at here are versions, and the one that ships takes long to read.
        await policy_store.publish(running.connection, version_of("base", 0, substantial=False))
        running.customers = [await running.customer() for _ in range(3)]
        yield running
    await server.drop(name)


async def changed(desk, version, days, *, substantial=True):
    """The policy in force with a name of its own, and one rule that is stricter."""
    held = await desk.call("GET", f"{VERSIONS}/in-force", desk.sue)
    assert held.status == 200, held.body
    files = dict(held.body["files"])
    root = files["policy.toml"].splitlines()
    kept = [line for line in root if not line.startswith(("version", "substantial"))]
    files["policy.toml"] = "\n".join([f'version = "{version}"', f"substantial = {str(substantial).lower()}", *kept, ""])
    return {"files": files, "effective": str(TODAY + timedelta(days=days))}


async def test_a_version_never_holds_from_another_day_than_was_asked_for(desk):
    body = await changed(desk, "2030-day", 40, substantial=False)
    root = body["files"]["policy.toml"]
    assert "effective = " in root
    body["files"]["policy.toml"] = root.replace("effective = ", '"effective" = ')
    for path in (CHECK, VERSIONS):
        refused = await desk.call("POST", path, desk.olga, json=body)
        assert (refused.status, "Write it as: effective" in str(refused.body)) == (400, True), refused.body
    body["files"]["policy.toml"] = "\n".join(
        'title = "a\u2028b"' if line.startswith("title") else line for line in root.split("\n")
    )
    assert "\u2028" in body["files"]["policy.toml"]
    made = await desk.call("POST", VERSIONS, desk.olga, json=body)
    assert (made.status, made.body["version"]["effective"]) == (201, body["effective"]), made.body
    taken = await desk.call("POST", f"{VERSIONS}/2030-day/withdraw", desk.olga, json={})
    assert taken.status == 200, taken.body


async def test_a_version_is_tried_published_followed_and_taken_back(desk):
    body = await changed(desk, "2030-life", 40)
    tried = await desk.call("POST", CHECK, desk.sue, json=body)
    assert (tried.status, tried.body["publishable"], tried.body["refused"]) == (200, True, ""), tried.body
    assert [one["severity"] for one in tried.body["flaws"]] == ["warning"] * len(tried.body["flaws"])
    assert {"name": "substantial", "before": False, "after": True}.items() <= next(
        one for one in tried.body["changes"] if one["name"] == "substantial"
    ).items()
    assert any(line.startswith("substantial") for line in tried.body["lines"])
    assert await desk.value("SELECT count(*) FROM policy_versions WHERE version = '2030-life'") == 0

    key = {"Idempotency-Key": "life"}
    made = [await desk.call("POST", VERSIONS, desk.olga, json=body, headers=key) for _ in range(2)]
    assert made[0].status == 201, made[0].body
    assert made[0].body == made[1].body
    assert made[0].headers.get("idempotency-replayed") != made[1].headers.get("idempotency-replayed")
    published = made[0].body
    assert (published["published"], published["told"], published["lines"]) == (True, 3, tried.body["lines"])
    assert (published["version"]["state"], published["version"]["published_by"]) == ("coming", "Olga")
    again = await desk.call("POST", VERSIONS, desk.olga, json=body)
    assert (again.status, again.body["published"], again.body["told"]) == (201, False, 0)

    first, second, _ = desk.customers
    for customer, said in ((first, "accept"), (second, "decline")):
        path = f"/api/policy-changes/2030-life/{said}"
        assert (await desk.call("POST", path, customer, json={"person": "Ann"})).status == 200
    shown = await desk.call("GET", f"{VERSIONS}/2030-life", desk.sue)
    assert shown.body["answers"] == {"accepted": 1, "declined": 1, "asked": 1}
    listed, cursor = [], ""
    while cursor is not None:
        params = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = await desk.call("GET", f"{VERSIONS}/2030-life/notices", desk.sue, params=params)
        listed += page.body["items"]
        cursor = page.body["next"]
    assert [one["account"] for one in listed] == sorted(one.name for one in desk.customers)
    assert all(one["told_at"] for one in listed)
    declined = await desk.call("GET", f"{VERSIONS}/2030-life/notices", desk.sue, params={"answer": "declined"})
    assert [(one["account"], one["person"]) for one in declined.body["items"]] == [(second.name, "Ann")]

    gone = await desk.call("POST", f"{VERSIONS}/2030-life/withdraw", desk.olga, json={})
    assert (gone.status, gone.body["told"]) == (200, 3), gone.body
    more = await desk.call("POST", f"{VERSIONS}/2030-life/withdraw", desk.olga, json={})
    assert (more.status, "withdrawn already" in more.body["detail"]) == (409, True)
    taken = await desk.call("POST", VERSIONS, desk.olga, json=body)
    assert (taken.status, "was withdrawn" in taken.body["detail"]) == (409, True)
    (row,) = [
        one
        for one in (await desk.call("GET", VERSIONS, desk.sue, params={"limit": 200})).body["items"]
        if one["version"] == "2030-life"
    ]
    assert (row["state"], row["withdrawn_by"]) == ("withdrawn", "Olga")


async def test_what_publishing_refuses_trying_tells(desk):
    hasty = await changed(desk, "2030-hasty", 3)
    tried = await desk.call("POST", CHECK, desk.sue, json=hasty)
    assert (tried.body["publishable"], "30 days ahead (G6)" in tried.body["refused"]) == (False, True)
    published = await desk.call("POST", VERSIONS, desk.olga, json=hasty)
    assert (published.status, tried.body["refused"]) == (400, published.body["detail"])

    broken = {"files": {**hasty["files"], "rules/mine.toml": '[no-such-rule]\naction = "hold"\n'}}
    tried = await desk.call("POST", CHECK, desk.sue, json=broken)
    (flaw,) = [one for one in tried.body["flaws"] if one["severity"] == "error"]
    assert (flaw["file"], flaw["line"], tried.body["publishable"]) == ("rules/mine.toml", 1, False)
    published = await desk.call("POST", VERSIONS, desk.olga, json=broken)
    assert (published.status, "rules/mine.toml" in published.body["detail"]) == (400, True)


@pytest.mark.parametrize(
    "files", [{}, {"policy.toml": "\0"}, {"policy.toml": "{{{"}, {"elsewhere": "x"}, {"../../etc/x.toml": "a = 1"}]
)
async def test_files_that_are_no_policy_are_refused_in_words(desk, files):
    published = await desk.call("POST", VERSIONS, desk.olga, json={"files": files})
    assert (published.status, published.body["type"]) == (400, "/api/docs#unreadable")


async def test_two_versions_are_compared(desk):
    body = await changed(desk, "2030-other", 90, substantial=False)
    body["files"]["rules/promotion.toml"] = body["files"].get("rules/promotion.toml", "")
    assert (await desk.call("POST", VERSIONS, desk.olga, json=body)).status == 201
    found = await desk.call("GET", f"{VERSIONS}/2030-other/changes", desk.sue)
    assert (found.status, found.body["after"]) == (200, "2030-other")
    assert {one["name"] for one in found.body["changes"]} == {"version", "effective"}
    same = await desk.call("GET", f"{VERSIONS}/in-force/changes", desk.sue)
    assert same.body["changes"] == []


@pytest.mark.parametrize(
    ("who", "method", "path", "status"),
    [
        ("rita", "GET", VERSIONS, 403),
        ("sue", "POST", VERSIONS, 403),
        ("sue", "POST", f"{VERSIONS}/x/withdraw", 403),
        ("olga", "POST", f"{VERSIONS}/x/withdraw", 404),
        ("sue", "GET", f"{VERSIONS}/no-such-version", 404),
        ("sue", "GET", f"{VERSIONS}?cursor=bm8", 400),
        ("sue", "GET", f"{VERSIONS}/in-force/notices?answer=perhaps", 400),
    ],
)
async def test_roles_and_names_that_are_not_there(desk, who, method, path, status):
    body = {"json": {"files": {"policy.toml": "x"}} if path == VERSIONS else {}} if method == "POST" else {}
    assert (await desk.call(method, path, getattr(desk, who), **body)).status == status
    assert desk.trouble == []
