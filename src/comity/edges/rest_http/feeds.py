"""Owns the calls by which partners hand in complaints by the many, as XARF or ARF; must not judge a complaint.

A partner has a key of its own (`comity complaints feeds add`) that opens these calls and nothing else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

import msgspec
from litestar import post
from litestar.di import NamedDependency

from comity.complaints import arf, xarf
from comity.complaints.complaint import Channel
from comity.complaints.feed import BadReportError, FedReport
from comity.edges.http_server.asgi import read_body
from comity.edges.postgres import feed_store
from comity.edges.postgres.feed_store import Feed, Taken
from comity.edges.rest_http.problems import CREDENTIALS, MEDIA, UNREADABLE, ProblemError
from comity.edges.rest_http.services import AnyRequest, Services, Work, address_of, credentials, decoded
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS

MOST_BODY: Final = 4 * 1024 * 1024
MOST_REPORTS: Final = 1_000
_TAGS: Final = ["Complaints: feeds"]
_LINES: Final = ("application/x-ndjson", "application/jsonl", "application/x-jsonlines")
_MAIL: Final = ("message/rfc822", "multipart/report")


class FeedItem(msgspec.Struct, frozen=True):
    """What became of one report.

    Attributes:
        report_id: its id; empty where it could not be read.
        state: filed, duplicate, no-complaint (it says that nothing is wrong) or refused.
        number: the complaint's number, by which both sides know it.
        matched: how many messages it was linked to.
        error: what is wrong with it.
    """

    report_id: str
    state: str
    number: str
    matched: int
    error: str


class FeedAnswer(msgspec.Struct, frozen=True):
    """What became of the reports of a request.

    Attributes:
        filed: how many are complaints now.
        duplicates: how many you handed in before; they count once.
        no_complaint: how many say that nothing is wrong.
        refused: how many could not be taken; their items say why.
        items: each, in the order they came.
    """

    filed: int
    duplicates: int
    no_complaint: int
    refused: int
    items: list[FeedItem]


Partner = NamedDependency[Feed]


async def partner(request: AnyRequest, services: Work) -> Feed:
    """The feed that calls.

    Raises:
        EntryRefusedError, ProblemError: it may not come in.
    """
    client_id, secret = credentials(request)
    if not client_id and not secret:
        raise ProblemError(
            CREDENTIALS,
            "This call is for partners that hand in complaints.",
            "Send the client id and secret that `comity complaints feeds add` printed, as HTTP Basic.",
        )
    known: Feed = await services.gate.recognise(client_id, secret, address_of(request), _finder(services))
    return known


def _finder(services: Services) -> Callable[[str], Awaitable[Feed | None]]:
    async def find(client_id: str) -> Feed | None:
        async with services.road.connection() as connection:
            return await feed_store.find_feed(connection, client_id)

    return find


@post(
    "/api/complaints/feeds/xarf",
    status_code=200,
    tags=_TAGS,
    summary="Hand in complaints as XARF v4",
    response_description="What became of each report.",
    responses={**BODY_ANSWERS, **ENTRY_ANSWERS},
)
async def take_xarf(request: AnyRequest, services: Work, feed: Partner) -> FeedAnswer:
    """One report, a JSON list of up to 1,000, or as many lines of NDJSON; at most 4 MB, and 256 KB a report.

    Reports of `messaging` over `sms`, and of phishing and fraud, are taken; the text is the first evidence of
    `text/plain`, the sender is `source_identifier`. A report whose `report_id` you handed in before counts once. What
    cannot be taken is said for each, and does not spoil the rest.
    """
    kind = _kind_of(request)
    if kind != "application/json" and kind not in _LINES:
        raise ProblemError(MEDIA, "The body is neither JSON nor lines of it.", "Send application/json or x-ndjson.")
    body = await read_body(request.receive, MOST_BODY)  # type: ignore[arg-type]  # ASGI's, by Litestar's name
    pieces = _lines_of(body) if kind in _LINES else _list_of(body)
    if not 1 <= len(pieces) <= MOST_REPORTS:
        raise ProblemError(UNREADABLE, f"There are {len(pieces)} reports.", f"Send 1 to {MOST_REPORTS} at once.")
    return await _take(services, feed, "xarf", [lambda one=piece: _of_xarf(one) for piece in pieces])  # type: ignore[misc]  # a default binds each


@post(
    "/api/complaints/feeds/arf",
    status_code=200,
    tags=_TAGS,
    summary="Hand in a complaint as ARF",
    response_description="What became of the report.",
    responses={**BODY_ANSWERS, **ENTRY_ANSWERS},
)
async def take_arf(request: AnyRequest, services: Work, feed: Partner) -> FeedAnswer:
    """One mail as `message/rfc822` (RFC 5965), at most 256 KB; the fields X-SMS-From and X-SMS-To name the numbers.

    A mail whose Message-ID you handed in before counts once.
    """
    if _kind_of(request) not in _MAIL:
        raise ProblemError(MEDIA, "The body is no mail.", "Send Content-Type: message/rfc822.")
    body = await read_body(request.receive, arf.MOST_OCTETS)  # type: ignore[arg-type]  # ASGI's, by Litestar's name
    return await _take(services, feed, "arf", [lambda: _of_arf(body)])


async def _take(services: Services, feed: Feed, channel: Channel, reads: list[Callable[[], FedReport]]) -> FeedAnswer:
    taken: list[Taken] = []
    async with services.heavy.turn(f"feed {feed.feed_id}"), services.road.connection() as connection:
        for read in reads:
            try:
                report = read()
            except BadReportError as error:
                taken.append(Taken("", "refused", error=str(error)))
                continue
            # Each in a transaction of its own: what is filed stays, whatever comes of the rest.
            taken.append(await feed_store.take(connection, feed, channel, report, services.clock.now()))
    counts = feed_store.summed(taken)
    items = [FeedItem(one.report_id, one.state, one.number, one.matched, one.error) for one in taken]
    return FeedAnswer(counts["filed"], counts["duplicate"], counts["no-complaint"], counts["refused"], items)


def _kind_of(request: AnyRequest) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _lines_of(body: bytes) -> list[bytes]:
    return [line for line in body.splitlines() if line.strip()]


def _list_of(body: bytes) -> list[bytes]:
    if not body.lstrip().startswith(b"["):
        return [body]
    try:
        pieces: list[msgspec.Raw] = decoded(body, list[msgspec.Raw])
    except msgspec.ValidationError:
        raise ProblemError(UNREADABLE, "The list cannot be read.", "Send a JSON list of reports.") from None
    return [bytes(piece) for piece in pieces]


def _of_xarf(octets: bytes) -> FedReport:
    return xarf.told(xarf.read_report(octets))


def _of_arf(octets: bytes) -> FedReport:
    return arf.told(arf.read_report(octets))


CALLS: Final = (take_xarf, take_arf)
