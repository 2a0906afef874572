"""Owns the calls that ask a person to confirm an opt-in by text; must not know how their reply is read.

The question goes the ordinary road: it is judged, charged and sent like any message, while the transaction that writes
the request is open. So what may not go at once was never asked.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from comity.accounts.account import Account
from comity.base.ids import IdMaker, from_wire, to_wire
from comity.consent.asking import question
from comity.consent.life import RequestState
from comity.consent.records import PURPOSES_APART
from comity.edges.postgres import consent_requests
from comity.edges.postgres.cancel_store import cancel_one
from comity.edges.postgres.consent_requests import NewRequest
from comity.edges.rest_http.consents import MOST_BODY
from comity.edges.rest_http.consents_models import RequestBody, ShownRequest
from comity.edges.rest_http.consents_shown import nothing, number_of, read_body_as
from comity.edges.rest_http.paging import Page, cursor_of, place_of, size_of
from comity.edges.rest_http.problems import CONFLICT, LATER, UNREADABLE, ProblemError
from comity.edges.rest_http.repeated import once
from comity.edges.rest_http.services import AnyRequest, Caller, Services, Work, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, NOT_FOUND_ANSWER, spec
from comity.messages.life import State
from comity.messages.submission import Answered, Category, Door, Draft, Judged, Malformed, Submission
from comity.messages.verdict import Action
from comity.numbers import read_destination
from comity.senders.read import Sender, SenderKind, read_sender

_SCOPE: Final = {"scope": "consents"}
_TAG: Final = ["Consents"]
_IDS: Final = IdMaker()
_STOPPED: Final = frozenset({State.REFUSED, State.HELD, State.DEFERRED, State.CANCELLED})


class _TurnedBackError(ProblemError):
    """The question may not go now; the message that asks it is there."""

    def __init__(self, message: Judged) -> None:
        stopping = {Action.REFUSE.word, Action.HOLD.word, Action.DEFER.word}
        found = [one for one in message.verdict.told() if one.action in stopping]
        why = " ".join(f"{one.sentence} ({one.rule})" for one in found)
        super().__init__(CONFLICT, f"The question may not go: {why}", found[0].remedy if found else "")
        self.message = message


@post(
    "/api/consents/requests",
    status_code=200,
    tags=_TAG,
    summary="Ask a person to confirm an opt-in by text",
    response_description="The request, which waits for the person's answer.",
    responses={
        **BODY_ANSWERS,
        **ENTRY_ANSWERS,
        409: spec("The person was asked for the brand today, another question waits, or the policy lets none go."),
    },
    opt={**_SCOPE, "body": (RequestBody,)},
)
async def ask(request: AnyRequest, services: Work, account: Caller) -> Response[ShownRequest]:
    """A text asks whether they want the brand's messages. Their YES is the consent, with the reply as its proof.

    It is an ordinary message of yours, judged and charged as such, once for a person and brand in 24 hours. NO, STOP or
    no answer in time make no consent. What would be held or would have to wait is taken back, and costs nothing.
    """
    body = await read_json(request, MOST_BODY)
    asked: RequestBody = read_body_as(body, RequestBody)
    sender, now = _sender(asked.sender), services.clock.now()
    new = _request(asked, sender, _IDS.at(now))
    submission = _submission(account, asked.sender, new, _mark(request, body, now))

    async def work(connection: asyncpg.Connection) -> ShownRequest:
        expires_at = now + timedelta(hours=asked.hours)
        if not await consent_requests.add_request(connection, account.account_id, new, now, expires_at):
            raise ProblemError(
                CONFLICT, "This person was asked already, or has a question to answer.", "Ask again tomorrow."
            )
        message = await _send(services, submission)
        await consent_requests.name_message(connection, account.account_id, new.id, message.id)
        (row,) = await consent_requests.list_requests(connection, account.account_id, (new.id, None))
        return _shown(row, services)

    try:
        return await once(request, services, f"account:{account.account_id}", body, work)
    except _TurnedBackError as error:
        async with services.road.connection() as connection:
            await cancel_one(connection, account.account_id, error.message.id, now)
        raise


@get(
    "/api/consents/requests",
    tags=_TAG,
    summary="Whom you asked to confirm",
    response_description="A page of requests, the newest first.",
    responses={**ENTRY_ANSWERS, 400: BODY_ANSWERS[400]},
    opt=_SCOPE,
)
async def list_requests(
    services: Work,
    account: Caller,
    recipient: FromQuery[str | None] = None,
    after: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Page[ShownRequest]:
    """All, or those of a person. `after` takes the `next` of the page before."""
    wanted = (None, number_of(recipient) if recipient else None)
    before, most = place_of(after, UUID), size_of(limit)
    async with services.tenants.account(account.account_id) as connection:
        rows = await consent_requests.list_requests(connection, account.account_id, wanted, before, most + 1)
    more = cursor_of(rows[most - 1]["id"]) if len(rows) > most else None
    return Page([_shown(row, services) for row in rows[:most]], more)


@get(
    "/api/consents/requests/{id_:str}",
    tags=_TAG,
    summary="What became of asking a person",
    response_description="The request.",
    responses={**ENTRY_ANSWERS, **NOT_FOUND_ANSWER},
    opt=_SCOPE,
)
async def show_request(services: Work, account: Caller, id_: FromPath[str]) -> ShownRequest:
    """pending, confirmed, declined or expired; confirmed names the consent."""
    request_id = from_wire(id_)
    if request_id is None:
        raise nothing()
    return await _found(services, account, request_id)


CALLS: Final[tuple[Any, ...]] = (ask, list_requests, show_request)


def _sender(written: str) -> Sender:
    sender = read_sender(written)
    if not isinstance(sender, Sender) or sender.kind is SenderKind.NAME:
        raise ProblemError(UNREADABLE, "The sender cannot be answered.", "Use a number of yours that takes replies.")
    return sender


def _request(body: RequestBody, sender: Sender, id_: UUID) -> NewRequest:
    purposes = [purpose.replace(";", ",").strip() for purpose in body.purposes]
    recipient = number_of(body.recipient)
    text = question(body.brand, purposes, read_destination(recipient).country)
    for words in (body.brand, body.wording, body.address, *purposes):
        if "\0" in words or (not words.strip() and words is not body.address):
            raise ProblemError(UNREADABLE, "A field is empty or holds a NUL.", "Fill in brand, purposes and wording.")
    return NewRequest(
        id_, recipient, body.brand, PURPOSES_APART.join(purposes)[:200], body.wording, body.address, sender.shown,
        sender.key, text,
    )  # fmt: skip


def _mark(request: AnyRequest, body: bytes, now: datetime) -> bytes:
    """What the message is known by when the same is asked again; b"" for a request without a key.

    An answer that was lost before the request was written must not cost a second message. Of that day alone: a key may
    mean something new when it is forgotten.
    """
    key = request.headers.get("idempotency-key", "")
    return hashlib.blake2b(f"{now.date()}\n{key}\n".encode() + body, digest_size=32).digest() if key else b""


def _submission(account: Account, sender: str, new: NewRequest, mark: bytes) -> Submission:
    draft = Draft(new.recipient, sender, new.text, Category.TRANSACTIONAL, reference="opt-in request")
    key = f"opt-in request {mark.hex()}" if mark else ""
    return Submission(account, Door.REST, (draft,), idempotency_key=key, fingerprint=mark)


async def _send(services: Services, submission: Submission) -> Judged:
    outcome = await services.acceptor.accept(submission)
    if isinstance(outcome, Answered) and outcome.replayed and outcome.messages[0].state in _STOPPED:
        # That one was turned back, and asked nobody.
        outcome = await services.acceptor.accept(msgspec.structs.replace(submission, idempotency_key=""))
    if isinstance(outcome, Malformed):
        raise ProblemError(UNREADABLE, outcome.what, "Correct the request.")
    if not isinstance(outcome, Answered):
        raise ProblemError(LATER, "Too much is waiting at the moment.", "Try again in a second.")
    (judged,) = outcome.messages
    if judged.state in _STOPPED:
        raise _TurnedBackError(judged)
    return judged


async def _found(services: Services, account: Account, id_: UUID) -> ShownRequest:
    async with services.tenants.account(account.account_id) as connection:
        rows = await consent_requests.list_requests(connection, account.account_id, (id_, None))
    if not rows:
        raise nothing()
    return _shown(rows[0], services)


def _shown(row: dict[str, Any], services: Services) -> ShownRequest:
    # It is over at its instant, whenever somebody comes to write that down.
    over = row["state"] == RequestState.PENDING and row["expires_at"] <= services.clock.now()
    return ShownRequest(
        id=to_wire(row["id"]),
        recipient=row["recipient"],
        brand=row["brand"],
        purposes=row["purpose"].split(PURPOSES_APART),
        wording=row["wording"],
        sender=row["sender"],
        text=row["text"],
        state=RequestState.EXPIRED.value if over else row["state"],
        message=to_wire(row["message_id"]) if row["message_id"] else None,
        asked_at=row["at"],
        expires_at=row["expires_at"],
        settled_at=row["settled_at"],
        consent=str(row["consent"]) if row["consent"] else None,
    )
