"""Owns requests to prove opt-ins as the accounts that are asked see them; must not judge an answer."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import asyncpg
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from msgspec.structs import replace

from comity.base.ids import from_wire
from comity.edges.postgres import proof_steps, proof_store
from comity.edges.postgres.notice_store import open_notice
from comity.edges.postgres.proof_ledger import ledger_proofs
from comity.edges.postgres.proof_store import ProofRequest, ProofRequestError
from comity.edges.rest_http.desk_words import shaped
from comity.edges.rest_http.paging import Page, cursor_of, place_of, size_of
from comity.edges.rest_http.problems import CONFLICT, NOT_FOUND, UNREADABLE, ProblemError
from comity.edges.rest_http.proof_shapes import GivenProofs, ProofRequestLine, ShownProofRequest, line_of, shown
from comity.edges.rest_http.repeated import once
from comity.edges.rest_http.services import AnyRequest, Caller, Work, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, NOT_FOUND_ANSWER, spec
from comity.numbers.read import BadNumber, read_destination

MOST_BODY: Final = 1024 * 1024
_TAGS: Final = ["Proof of opt-ins"]


@get(
    "/api/proof-requests",
    tags=_TAGS,
    summary="What you are asked to prove",
    response_description="Requests, the newest first.",
    responses={**ENTRY_ANSWERS, 400: spec("limit or cursor cannot be one.")},
)
async def list_proof_requests(
    services: Work,
    account: Caller,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
    only_open: FromQuery[bool] = False,
) -> Page[ProofRequestLine]:
    """Requests to prove opt-ins (P5). A request that you open here by its id counts as delivered."""
    most = size_of(limit)
    before = place_of(cursor, UUID)
    async with services.tenants.account(account.account_id) as connection:
        rows = await proof_store.list_requests(
            connection, account.account_id, only_open=only_open, before=before, most=most + 1
        )
    more = cursor_of(rows[most - 1]["request_id"]) if len(rows) > most else None
    return Page([line_of(row) for row in rows[:most]], more)


@get(
    "/api/proof-requests/{id_:str}",
    tags=_TAGS,
    summary="One request, with what is still wanted",
    response_description="The request.",
    responses={**ENTRY_ANSWERS, **NOT_FOUND_ANSWER},
)
async def show_proof_request(services: Work, account: Caller, id_: FromPath[str]) -> ShownProofRequest:
    """The clock of a request runs from the first of: webhook answered, mail accepted, opened here."""
    request_id = read_id(id_)
    async with services.tenants.account(account.account_id) as connection:
        request = await proof_store.find(connection, account.account_id, request_id)
        if request is None:
            raise ProblemError(NOT_FOUND, "You have no such request.", "See /api/proof-requests.")
        answer = await whole(connection, request)
    if request.notice_id is not None and request.delivered_at is None:
        async with services.road.connection() as connection:
            await open_notice(connection, account.account_id, request.notice_id, services.clock.now())
    return answer


@post(
    "/api/proof-requests/{id_:str}/answers",
    status_code=200,
    opt={"body": (GivenProofs,)},
    tags=_TAGS,
    summary="Prove opt-ins",
    response_description="The request, with what is still wanted.",
    responses={
        **BODY_ANSWERS,
        **ENTRY_ANSWERS,
        **NOT_FOUND_ANSWER,
        409: spec("The request takes no answers any more."),
    },
)
async def answer_proof_request(
    request: AnyRequest, services: Work, account: Caller, id_: FromPath[str]
) -> Response[ShownProofRequest]:
    """Answers may come in parts: the last proof of a recipient counts, and the clock ends when nothing is wanted.

    A proof has the wording, the channel, the time, and the proof itself: a reference or the digest of a file that you
    keep at `/api/consents`. With an Idempotency-Key a repeated call has one effect.
    """
    request_id = read_id(id_)
    body = await read_json(request, MOST_BODY)
    given: GivenProofs = shaped(body, GivenProofs)

    async def work(connection: asyncpg.Connection) -> ShownProofRequest:
        if await proof_store.find(connection, account.account_id, request_id) is None:
            raise ProblemError(NOT_FOUND, "You have no such request.", "See /api/proof-requests.")
        asked = await proof_store.lock(connection, account.account_id, request_id)
        proofs = tuple(replace(proof, recipient=read_recipient(proof.recipient)) for proof in given.proofs)
        if given.from_ledger:
            named = {proof.recipient for proof in proofs}
            known = await ledger_proofs(connection, account.account_id, request_id)
            proofs += tuple(proof for proof in known if proof.recipient not in named)
        answer = proof_steps.Answer(proofs, given.purpose, given.sample)
        try:
            answered = await proof_steps.answer(connection, asked, answer, services.clock.now())
        except ProofRequestError as error:
            raise ProblemError(CONFLICT, error.what, error.remedy) from None
        return await whole(connection, answered)

    return await once(request, services, f"account:{account.account_id}", body, work)


def read_id(written: str) -> UUID:
    """The id of a request.

    Raises:
        ProblemError: it is none.
    """
    request_id = from_wire(written)
    if request_id is None:
        raise ProblemError(NOT_FOUND, "This is no id of a request.", "An id has 31 lower-case letters and digits.")
    return request_id


def read_recipient(written: str) -> str:
    """A recipient's number as digits.

    Raises:
        ProblemError: it is none.
    """
    try:
        return read_destination(written).e164
    except BadNumber as error:
        raise ProblemError(UNREADABLE, f"A recipient cannot be read: {error}", "Write +, country and number.") from None


async def whole(connection: asyncpg.Connection, request: ProofRequest, *, to_staff: bool = False) -> ShownProofRequest:
    """A request with all that is shown of it."""
    key: tuple[Any, ...] = (request.account_id, request.request_id)
    return shown(
        request,
        await proof_store.wanted_still(connection, request),
        await proof_store.recipients_of(connection, *key),
        await proof_store.events_of(connection, *key),
        to_staff=to_staff,
    )


CALLS: Final = (list_proof_requests, show_proof_request, answer_proof_request)
