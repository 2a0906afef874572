"""Countries and the policy in force: documentation that needs no credentials and may be kept."""

import re

import pytest

from comity.countries import countries
from comity.screening.rulebook import RULEBOOK

pytestmark = pytest.mark.asyncio(loop_scope="module")
OPEN = ["/api/countries", "/api/countries/BE", "/api/policy", "/api/policy/clauses/U1", "/api/policy/rules/quiet-hours",
        "/api/assessment", "/api/openapi.json", "/api/docs"]  # fmt: skip


@pytest.mark.parametrize("path", OPEN)
async def test_documentation_needs_no_credentials(gateway, path):
    answer = await gateway.call("GET", path)
    assert answer.status == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", [path for path in OPEN if path != "/api/docs"])
@pytest.mark.parametrize("written", ["{etag}", "W/{etag}", '"other", {etag}', "*"])
async def test_what_a_caller_has_already_is_not_sent_again(gateway, path, written):
    first = await gateway.call("GET", path)
    assert first.headers["Cache-Control"] == "public, max-age=300"
    etag = first.headers["ETag"]
    again = await gateway.call("GET", path, headers={"If-None-Match": written.format(etag=etag)})
    assert (again.status, again.body, again.headers["ETag"]) == (304, None, etag)
    other = await gateway.call("GET", path, headers={"If-None-Match": '"other"'})
    assert (other.status, other.body) == (200, first.body)


async def test_every_country_has_its_page(gateway):
    listed = (await gateway.call("GET", "/api/countries")).body
    assert {one["iso2"] for one in listed} == {one.iso2 for one in countries()}
    page = (await gateway.call("GET", listed[0]["page"])).body
    assert (page["iso2"], page["name"]) == (listed[0]["iso2"], listed[0]["name"])
    assert "legal advice" in page["advice"]


@pytest.mark.parametrize("iso2", ["BE", "US", "AQ", "NR"])
async def test_that_nothing_was_found_is_said_only_where_nothing_was(gateway, iso2):
    answer = await gateway.call("GET", f"/api/countries/{iso2}")
    for section in answer.body.get("sections", ()):
        assert bool(section["lines"]) != bool(section["nothing"]), section["id"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/countries/be", 200),
        ("/api/countries/XX", 404),
        ("/api/countries/BEL", 404),
        ("/api/countries/ß", 404),
        ("/api/countries/%00%00", 404),
        ("/api/policy/clauses/u1", 200),
        ("/api/policy/clauses/U99", 404),
        ("/api/policy/rules/no-such-rule", 404),
        ("/api/policy/rules/" + "x" * 4_000, 404),
        ("/api/policy/", 200),
        ("/api", 404),
        ("/api/nothing", 404),
        ("/api/policy/rules/quiet-hours/settings", 404),
    ],
)
async def test_what_is_not_there_is_a_problem_that_says_so(gateway, path, status):
    answer = await gateway.call("GET", path)
    assert answer.status == status
    if status == 404:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert (answer.body["type"], answer.body["status"]) == ("/api/docs#not-found", 404)
        assert len(answer.body["detail"]) < 300


async def test_a_method_that_is_not_taken_is_a_problem(gateway):
    answer = await gateway.call("DELETE", "/api/policy")
    assert (answer.status, answer.body["type"]) == (405, "/api/docs#method")
    assert "GET" in answer.headers["Allow"]


async def test_the_policy_in_force_is_told_with_clauses_and_rules(gateway):
    held = gateway.directory.readings().policy.policy
    shown = (await gateway.call("GET", "/api/policy")).body
    assert (shown["version"], shown["digest"]) == (held.document.version, held.digest)
    assert [one["id"] for one in shown["clauses"]] == list(held.document.clauses)
    assert {one["id"] for one in shown["rules"]} == {rule.id for rule in RULEBOOK} & held.document.rules.keys()
    for one in shown["clauses"]:
        assert (await gateway.call("GET", f"/api/policy/clauses/{one['id']}")).body == one


async def test_thresholds_and_settings_are_not_told(gateway):
    shown = (await gateway.call("GET", "/api/policy")).body
    assert {frozenset(rule) for rule in shown["rules"]} == {frozenset({"id", "title", "mode", "action", "clauses"})}


async def test_the_page_of_the_door_runs_nothing_and_asks_nobody(gateway):
    answer = await gateway.call("GET", "/api/docs")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "<script" not in answer.body
    assert "src=" not in answer.body
    assert "http://" not in answer.body
    assert "https://" not in answer.body
    document = (await gateway.call("GET", "/api/openapi.json")).body
    for path in document["paths"]:
        assert f"{path}</code>" in answer.body
    places = re.findall(r"""\bid=['"]([^'"]+)""", answer.body)
    assert len(places) == len(set(places))
    assert set(re.findall(r"""href=['"]#([^'"]+)""", answer.body)) <= set(places)
