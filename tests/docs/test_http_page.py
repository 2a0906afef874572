"""Every request on the page about HTTP gets the reply that stands under it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from comity.consent.records import Consent
from comity.edges.postgres import consent_store, operator_store
from comity.edges.smstools_http import calls
from support.gateway import MICRO, Customer, Gateway, running_gateway
from support.pages import REFERENCE, blocks

if TYPE_CHECKING:
    from comity.base.clock import SetClock
    from comity.edges.postgres.connect import Database

PAGE = REFERENCE / "http.md"
MORE = "..."
# What is made anew each time: message ids, webhook ids, webhook secrets.
_MADE = tuple(map(re.compile, (r"[0-9a-z]{31}", r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", r"[0-9a-f]{48}")))

# What the database's own clock says.
_SHAPES = {"GET /v1/optouts/list  [0] date": re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}")}


class Exchange(msgspec.Struct):
    """A request and its reply as the page has them."""

    method: str
    path: str
    headers: dict[str, str]
    body: str
    status: int
    reply_headers: dict[str, str]
    reply: Any


def exchanges() -> list[Exchange]:
    return [_read(block.text) for block in blocks(PAGE) if block.kind == "http"]


def _read(text: str) -> Exchange:
    asked, _, answered = text.partition("\n\n")
    (first, *rest), (status, *more) = asked.splitlines(), answered.splitlines()
    method, path = first.split()
    headers, body = _headers(rest)
    reply_headers, reply = _headers(more)
    return Exchange(method, path, headers, body, int(status), reply_headers, json.loads(reply))


def _headers(lines: list[str]) -> tuple[dict[str, str], str]:
    is_header = [bool(re.match(r"[A-Za-z-]+: ", line)) for line in lines]
    count = next((n for n, header in enumerate(is_header) if not header), len(lines))
    return dict(line.split(": ", 1) for line in lines[:count]), "\n".join(lines[count:])


async def acme(gateway: Gateway, at: datetime) -> Customer:
    """The account that the page says it has."""
    customer = await gateway.customer(
        name="acme", credits_=100, senders=("Acme",), time_zone="Europe/Brussels", accepted_by="Ann Example"
    )
    consent = Consent("61412345678", "Acme", "offers", "Yes, text me offers", "web form", at, "form 1001")
    await consent_store.add_consents(gateway.connection, customer.account_id, [consent])
    await gateway.connection.execute(
        "INSERT INTO inbox (account_id, sender, receiver, text, at) VALUES ($1, $2, $3, $4, $5)",
        customer.account_id, "32470123456", "32460000001", "Thank you!", at,
    )  # fmt: skip
    return customer


async def test_every_example_runs_as_it_stands(database: Database, clock: SetClock, tmp_path: Path) -> None:
    made: dict[str, str] = {}
    async with running_gateway(database, clock, tmp_path) as gateway:
        customer = await acme(gateway, datetime(2026, 3, 4, 12, tzinfo=UTC))
        for one in exchanges():
            path, body = _with(made, one.path), _with(made, one.body)
            more = {"data": body.encode()} if body else {}
            answer = await gateway.call(one.method, path, customer, headers=one.headers, **more)
            where = f"{one.method} {one.path} {one.body}"
            assert answer.status == one.status, f"{where}: {answer.body}"
            _compare(one.reply, answer.body, made, where)
            assert {name: answer.headers.get(name) for name in one.reply_headers} == one.reply_headers
        assert await operator_store.check_ledger(gateway.connection) == []
        assert await gateway.spendable(customer) * MICRO > 0


def test_every_call_that_is_served_has_an_example() -> None:
    shown = [(one.method, one.path.partition("?")[0]) for one in exchanges()]
    assert ("POST", "/v1/message/send") in shown
    missing = [
        (method, pattern.pattern)
        for method, pattern, _ in calls._TABLE
        if not any(method == other and pattern.fullmatch(path) for other, path in shown)
    ]
    assert missing == []


NOT_SERVED = (
    ("POST", "/v1/voice/send", 404, "139"),
    ("GET", "/v1/groups", 404, "139"),
    ("POST", "/v1/contact", 404, "139"),
    ("GET", "/v1/messagetemplates", 404, "139"),
    ("GET", "/v1/birthday-message", 404, "139"),
    ("GET", "/v1/subaccount", 404, "139"),
    ("GET", "/v1/customer", 404, "139"),
    ("GET", "/v1/vmn", 404, "139"),
    ("GET", "/v1/countrycodes/en", 404, "139"),
    ("GET", "/v1/statistics", 404, "139"),
    ("GET", "/v1/conversation/32470123456", 404, "139"),
    ("GET", "/v1/message/logging/subaccount/1", 404, "139"),
    ("GET", "/v1/message/inbox/1", 404, "139"),
    ("POST", "/v1/whatsapp/message/send", 501, "138"),
)


async def test_what_is_not_served_says_so(database: Database, clock: SetClock, tmp_path: Path) -> None:
    async with running_gateway(database, clock, tmp_path) as gateway:
        customer = await gateway.customer()
        answers = [(row, await gateway.call(row[0], row[1], customer)) for row in NOT_SERVED]
    assert [(*row[:2], answer.status, answer.code) for row, answer in answers] == list(NOT_SERVED), (
        "the page says that these are not served yet"
    )


def _with(made: dict[str, str], text: str) -> str:
    for written, now in made.items():
        text = text.replace(written, now)
    return text


def _compare(written: Any, now: Any, made: dict[str, str], where: str) -> None:
    if isinstance(written, dict):
        assert isinstance(now, dict), where
        named = {_known(name, list(now), made): value for name, value in written.items() if name != MORE}
        assert set(named) == set(now) or (MORE in written and set(named) <= set(now)), f"{where}: {now}"
        for name, value in named.items():
            _compare(value, now[name], made, f"{where} {name}")
    elif isinstance(written, list):
        assert isinstance(now, list), where
        assert len(written) == len(now), f"{where}: {now}"
        for place, pair in enumerate(zip(written, now, strict=True)):
            _compare(*pair, made, f"{where} [{place}]")
    elif where in _SHAPES:
        assert _SHAPES[where].fullmatch(written), where
        assert _SHAPES[where].fullmatch(now), where
    elif isinstance(written, str) and isinstance(now, str) and _alike(written, now):
        assert made.setdefault(written, now) == now, where
    elif isinstance(written, str) and written.endswith(MORE):
        assert now.startswith(written.removesuffix(MORE)), f"{where}: {now}"
    else:
        assert (type(written), written) == (type(now), now), where


def _known(name: str, candidates: list[str], made: dict[str, str]) -> str:
    """A key that is a message id stands for the one that was made."""
    return made.get(name, name) if made.get(name, name) in candidates else name


def _alike(written: str, now: str) -> bool:
    return any(kind.fullmatch(written) and kind.fullmatch(now) for kind in _MADE)
