"""Owns one try: an event made into a request, and its answer; must not know what follows from the answer."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import aiohttp
import yarl

from comity.edges.webhooks.lanes import Claimed
from comity.edges.webhooks.signing import signed_headers
from comity.journey.webhook_delivery import Answer, event_body, event_query

# What an answer's body may be before its connection is given up; nobody looks at it.
MAX_ANSWER_BYTES: Final = 64 * 1024
_BODY_LIMIT_S: Final = 2.0
_MOST_DIGITS: Final = 9
_NO_ANSWER: Final = Answer()
_JSON: Final = {"Content-Type": "application/json"}


async def send(session: aiohttp.ClientSession, event: Claimed, now: datetime) -> Answer:
    """Make one try; whatever the far end does, there is an answer within the session's total limit.

    Args:
        session: from `connector.open_session`.
        event: what to tell, and where.
        now: for the signatures and for a Retry-After that is a date.
    """
    content = (event.webhook_id, event.kind, event.username, event.body)
    body: bytes | None
    if event.method == "GET":
        joint = "&" if "?" in event.endpoint else "?"
        address, body, headers = event.endpoint + joint + event_query(*content), None, {}
        signed = address.partition("?")[2].encode()
    else:
        address, body, headers = event.endpoint, event_body(*content), _JSON
        signed = body
    signatures = signed_headers(event.secret, str(event.event_id), int(now.timestamp()), signed)
    try:
        async with session.request(
            event.method,
            yarl.URL(address, encoded=True),  # as it was checked, and not written anew
            data=body,
            headers={**headers, **signatures},
            allow_redirects=False,
        ) as answer:
            await _read_out(answer)
            return Answer(answer.status, _retry_after_s(answer.headers.get("Retry-After"), now))
    except (aiohttp.ClientError, OSError, ValueError):
        # Time-outs are OSErrors; ValueErrors are what a client library says to a malformed answer.
        return _NO_ANSWER


async def _read_out(answer: aiohttp.ClientResponse) -> None:
    """Take the body off the connection, which then serves the next event; of an endless one, only the beginning.

    The status has been given by now, so whatever the body does changes nothing.
    """
    if answer.content.at_eof():
        return
    left = MAX_ANSWER_BYTES
    with contextlib.suppress(aiohttp.ClientError, OSError, ValueError):
        async with asyncio.timeout(_BODY_LIMIT_S):
            while left > 0 and not answer.content.at_eof():
                left -= len(await answer.content.readany())
    if not answer.content.at_eof():
        answer.close()


def _retry_after_s(written: str | None, now: datetime) -> float | None:
    """Seconds, from either form of the header (RFC 9110, 10.2.3); None when it cannot be read."""
    if written is None:
        return None
    written = written.strip()
    if written.isascii() and written.isdecimal():
        return float(written[:_MOST_DIGITS])
    try:
        at = parsedate_to_datetime(written)
    except ValueError:
        return None
    return ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds()
