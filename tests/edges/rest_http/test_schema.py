"""The OpenAPI document is one, every call keeps to it, and no request that it allows, or does not, is our fault."""

import asyncio
import contextlib
import json

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from comity.edges.rest_http.app import api_document, litestar
from comity.edges.rest_http.problems import KINDS
from support.gateway import running_gateway

DOCUMENT = api_document()
CALLS = [(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods]
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
# Calls that need no credentials.
OPEN = (
    "/api/assessment",
    "/api/countries",
    "/api/policy/",
    "/api/complaints",
    "/api/disclosures/{token}",
    "/api/transparency/",
    "/api/takedowns/proof",
    "/api/invitations/accept",
    "/api/disclosures/",
)
# What any call may answer besides: methods that are not taken, and the limit on visitors.
NOT_TOLD = {405, 429}


def test_the_document_is_openapi_3_1_and_has_every_call():
    assert DOCUMENT["openapi"].startswith("3.1")
    registered = {
        (route.path_format.replace("{id_}", "{id}"), method.lower())
        for route in litestar().routes
        for handler in getattr(route, "route_handlers", ())
        if getattr(handler, "include_in_schema", True) is not False
        for method in handler.http_methods
        if method != "OPTIONS" and not route.path_format.startswith("/api/-")
    }
    assert set(CALLS) == registered
    assert registered >= {
        ("/api/assessment", "get"),
        ("/api/assessment", "post"),
        ("/api/check", "post"),
        ("/api/countries", "get"),
        ("/api/countries/{iso}", "get"),
        ("/api/messages/{id}/verdict", "get"),
        ("/api/policy", "get"),
        ("/api/policy/clauses/{clause}", "get"),
        ("/api/policy/rules/{rule}", "get"),
        ("/api/cases/{id}/answers", "post"),
        ("/api/desk/cases", "get"),
        ("/api/desk/cases/{id}/decision", "post"),
        ("/api/text-openings", "get"),
    }


def test_every_shape_that_is_named_is_there():
    written = json.dumps(DOCUMENT)
    named = {part.partition('"')[0] for part in written.split("#/components/schemas/")[1:]}
    assert named <= DOCUMENT["components"]["schemas"].keys()


def test_calls_say_what_credentials_they_need():
    needs = {(path, method): DOCUMENT["paths"][path][method].get("security") for path, method in CALLS}
    signed_in = [{"basic": []}, {"clientId": [], "clientSecret": []}]
    for both in ("/api/assessment", "/api/takedowns"):
        assert needs.pop((both, "post")) == [{}, *signed_in]
    for feed in ("/api/complaints/feeds/xarf", "/api/complaints/feeds/arf"):
        assert needs.pop((feed, "post")) == [{"feed": []}]
    for (path, method), asked in needs.items():
        open_to_all = path == "/api/policy" or path.startswith(OPEN)
        expected = [{"staff": []}] if path.startswith("/api/desk/") else None if open_to_all else signed_in
        assert asked == expected, (path, method)


def fields():
    for name, schema in DOCUMENT["components"]["schemas"].items():
        yield name, schema
        yield from ((f"{name}.{field}", kind) for field, kind in schema.get("properties", {}).items())


def test_every_shape_and_field_is_described():
    assert [name for name, kind in fields() if "enum" not in kind and not kind.get("description")] == []


def test_every_answer_is_described_as_what_it_is():
    words = [
        answer["description"]
        for path, method in CALLS
        for status, answer in DOCUMENT["paths"][path][method]["responses"].items()
        if status.startswith("2")
    ]
    assert len(words) == len(CALLS)
    assert all(words)
    assert "The answer." not in words


def test_every_problem_that_is_described_is_one_that_there_is():
    known = {kind.status for kind in KINDS}
    told = {
        int(status)
        for path, method in CALLS
        for status, answer in DOCUMENT["paths"][path][method]["responses"].items()
        if "application/problem+json" in answer.get("content", {})
    }
    assert told <= known


@pytest.mark.timeout(240)
async def test_calls_keep_to_the_document_whatever_they_are_sent(database, clock, tmp_path):
    async with running_gateway(database, clock, tmp_path) as gateway:
        customer = await gateway.customer(credits_=10_000)
        schema = schemathesis.openapi.from_dict(DOCUMENT)
        await asyncio.to_thread(_try_all, schema, gateway.url, customer.credentials)
        assert gateway.trouble == []


def _try_all(schema, url, credentials):
    for path, method in CALLS:
        for mode in schemathesis.GenerationMode:
            _try_call(schema[path][method.upper()].as_strategy(generation_mode=mode), url, credentials)


def _try_call(strategy, url, credentials):
    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(case=strategy)
    def ask(case):
        response = case.call(base_url=url, headers=credentials)
        if response.status_code not in NOT_TOLD:
            case.validate_response(response, checks=CHECKS, headers=credentials)

    with contextlib.suppress(Unsatisfiable):  # a call that takes nothing cannot be asked wrongly
        ask()
