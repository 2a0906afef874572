"""Owns the OpenAPI document of the /api door: Litestar's, with the bodies and credentials it cannot see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any, Final

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import Components, Reference, SecurityScheme, Tag

from comity.edges.rest_http.described import describe
from comity.edges.rest_http.paging import PAGE_OF
from comity.edges.rest_http.problems import MEDIA_TYPE as _PROBLEM
from comity.edges.rest_http.problems import Problem

_REF: Final = "#/components/schemas/"
_ABOUT: Final = """\
Messages are sent through /v1. This door is for all around them: how they are judged and by which policy, who agreed to
what and who asked to be left alone, what you are asked to prove, cases, standing and appeals, notices, and evidence.
Anybody may complain about a message and follow what becomes of it, claim a right of theirs, and fetch a package that
was disclosed to them, without credentials. What stands under /api/desk is for the operator's staff, with keys of their
own.

Errors are problem details (RFC 9457): `type` names the kind, `detail` what is wrong with this request and how to mend
it. Fields that a body does not have are refused by name.

Credentials are an API key's client id and secret, as HTTP Basic or in the headers of /v1. Ten wrong ones from one
address lock further guesses out for five minutes, at both doors.
"""
_SCHEMES: Final[dict[str, SecurityScheme | Reference]] = {
    "basic": SecurityScheme(type="http", scheme="basic", description="Client id as user, client secret as password."),
    "staff": SecurityScheme(type="http", scheme="basic", description="The key of a person of the operator's staff."),
    "feed": SecurityScheme(type="http", scheme="basic", description="The key of a partner that hands in complaints."),
    "clientId": SecurityScheme(type="apiKey", name="X-Client-Id", security_scheme_in="header"),
    "clientSecret": SecurityScheme(type="apiKey", name="X-Client-Secret", security_scheme_in="header"),
}
_SIGNED_IN: Final[list[dict[str, list[str]]]] = [{"basic": []}, {"clientId": [], "clientSecret": []}]
_STAFF: Final[list[dict[str, list[str]]]] = [{"staff": []}]
_FEED: Final[list[dict[str, list[str]]]] = [{"feed": []}]
# By what a call asks for: the caller's account, perhaps one, a person of the staff.
_SECURITY: Final = {"account": _SIGNED_IN, "visitor": [{}, *_SIGNED_IN], "staffer": _STAFF, "feed": _FEED}
_NAMES: Final = (
    (b"countries_page_shapes_Evidence", b"FactEvidence"),
    (b"messages_verdict_Evidence", b"Evidence"),
    (b"{id_}", b"{id}"),
    (b'"name":"id_"', b'"name":"id"'),
)
# Litestar names a generic struct by the module of what it is made of.
_PAGES: Final = re.compile(rb'Page_(?:[a-z_0-9]+\.)+(\w+)_(?=")')
_TAGS: Final = (
    ("Messages", "How messages are judged, before and after they are sent."),
    ("Policy", "What is asked of senders, and how it changes."),
    ("Countries", "What is asked of messages to a country."),
    ("Assessment", "Whether a planned use would keep to the policy."),
    ("Consents", "Who agreed to what, with the proof."),
    ("Opt-outs", "Who asked to be left alone, and with what."),
    ("Proof of opt-ins", "What you are asked to prove, and until when."),
    ("Cases", "What people at the desk look at, and who opened your texts."),
    ("Challenges", "Unusual use of the account, held until somebody vouches for it."),
    ("Takedown", "For right holders, and for whom they name."),
    ("Complaints: feeds", "For partners that hand in complaints by the many."),
    ("Complaints", "For anybody who got a message: reporting it, and what became of that."),
    ("Standing", "What the account may do, why, and how to appeal."),
    ("Subaccounts", "Accounts of your customers, for which you answer."),
    ("People and keys", "Who works for the account, keys of programs, and what was done in its name."),
    ("Access", "From where your keys and logins may be used."),
    ("Notices", "What the account was told."),
    ("Credits", "What was bought, sent, paid back and expired, by month."),
    ("Evidence", "What is kept of the account as proof, chained and signed."),
    ("Erasure", "Having a person forgotten, and what the law needs all the same."),
    ("Desk", "For the operator's staff: cases, decisions, appeals."),
    ("Desk: challenges", "For the operator's staff: unusual use of accounts that somebody must vouch for."),
    ("Desk: complaints", "For the operator's staff: complaints, and what is stopped after them."),
    ("Desk: proof of opt-ins", "For the operator's staff: asking for proof, and judging it."),
    ("Desk: standing", "For the operator's staff: how far accounts are trusted, sanctions, strikes, their evidence."),
    ("Desk: imports", "For the operator's staff: lists of opt-ins that look bought."),
    ("Desk: money", "For operators: what is owed, corrections, statements."),
    ("Desk: staff", "For operators: who works at the desk."),
    ("Desk: accounts", "For the operator's staff: whence accounts are used, where their notices are mailed."),
    ("Desk: evidence", "For the operator's staff: checkpoints, checks of all accounts, exports for courts."),
    ("Desk: upkeep", "For operators: how long what is kept."),
    ("Desk: policy", "For operators: versions of the policy, who was told of them, and what they said."),
    ("Disclosures", "What others were told of an account, packages by their link, the figures of a year."),
    ("Desk: disclosures", "For the operator's staff: who asks for information, what goes out, what is kept."),
)


def openapi_config() -> OpenAPIConfig:
    """What Litestar is told of the document."""
    return OpenAPIConfig(
        title="Comity",
        version=version("comity"),
        description=_ABOUT,
        tags=[Tag(name=name, description=says) for name, says in _TAGS],
        components=Components(security_schemes=_SCHEMES),
        use_handler_docstrings=True,
        operation_id_creator=lambda handler, _method, _path: handler.handler_name,
        path="/api/-",
    )


def document_of(app: Litestar) -> dict[str, Any]:
    """The OpenAPI 3.1 document, ready to be encoded."""
    made: dict[str, Any] = app.openapi_schema.to_schema()
    paths = made["paths"]
    every: list[Any] = []
    answers: list[Any] = [Problem]
    for path, method, handler in _calls(app):
        operation = paths.get(path, {}).get(method)
        if operation is None:
            continue
        asked = handler.parsed_fn_signature.parameters
        security = next((_SECURITY[name] for name in _SECURITY if name in asked), None)
        if security is not None:
            operation["security"] = security
        kinds = handler.opt.get("body", ())
        if kinds:
            shapes = [{"$ref": _REF + kind.__name__} for kind in kinds]
            schema = {"anyOf": shapes} if len(shapes) > 1 else shapes[0]
            operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
        every += kinds
        answers.append(handler.parsed_fn_signature.return_type.annotation)
    _, parts = msgspec.json.schema_components(every, ref_template=_REF + "{name}")
    held = made["components"].setdefault("schemas", {})
    for name, schema in parts.items():
        held.setdefault(name, schema)
    for methods in paths.values():
        for operation in methods.values():
            _tidy(operation["responses"])
    made["paths"] = dict(sorted(paths.items()))
    made["components"]["schemas"] = dict(sorted(held.items()))
    document: dict[str, Any] = msgspec.json.decode(_renamed(msgspec.json.encode(made)))
    describe(document["components"]["schemas"], [*every, *answers])
    return document


def _calls(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    """Every call: its path as the document writes it, its method in small letters, and what answers it.

    A call says its body's shapes itself, `opt={"body": (Shape,)}`: bodies are read and checked by the calls.
    """
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if isinstance(handler, HTTPRouteHandler):
                yield from ((route.path_format, method.lower(), handler) for method in handler.http_methods)


def _tidy(responses: dict[str, Any]) -> None:
    """Leave out the error that Litestar adds by itself, which is none of ours."""
    for status, answer in list(responses.items()):
        if not status.startswith("2") and _PROBLEM not in answer.get("content", {}):
            del responses[status]


def _renamed(document: bytes) -> bytes:
    """Names that people can use in the place of those that tell two types, or a built-in function, apart."""
    for made, known in _NAMES:
        document = document.replace(made, known)
    return _PAGES.sub(PAGE_OF.encode() + rb"\1", document)
