"""Owns requests to prove opt-ins as reviewers make and judge them; must not know any clock."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from comity.cases.life import Role
from comity.consent.proof_request import Wanted
from comity.edges.postgres import operator_store, proof_deeds, proof_steps, proof_store
from comity.edges.postgres.operator_store import NotThereError
from comity.edges.postgres.proof_steps import NewProofRequest, Step
from comity.edges.postgres.proof_store import ProofRequest, ProofRequestError
from comity.edges.rest_http.desk_words import shaped
from comity.edges.rest_http.paging import Page, cursor_of, place_of, size_of
from comity.edges.rest_http.problems import CONFLICT, NOT_FOUND, UNREADABLE, ProblemError
from comity.edges.rest_http.proof_requests import read_id, read_recipient, whole
from comity.edges.rest_http.proof_shapes import (
    AskForProof,
    Extension,
    Judgement,
    ProofRequestLine,
    Serving,
    ShownProofRequest,
    line_of,
)
from comity.edges.rest_http.repeated import once
from comity.edges.rest_http.services import AnyRequest, Services, Work, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, NOT_FOUND_ANSWER, spec
from comity.edges.rest_http.staff import Staff, Staffer

_MOST_BODY: Final = 64 * 1024
_TAGS: Final = ["Desk: proof of opt-ins"]
_ANSWERS: Final = {
    **BODY_ANSWERS,
    **ENTRY_ANSWERS,
    **NOT_FOUND_ANSWER,
    409: spec("That does not happen to a request in its state."),
}
Deed = Callable[[asyncpg.Connection, ProofRequest, Step], Awaitable[ProofRequest]]


@post(
    "/api/desk/proof-requests",
    opt={"body": (AskForProof,)},
    tags=_TAGS,
    summary="Ask an account to prove opt-ins",
    response_description="The request.",
    responses=_ANSWERS,
)
async def ask_for_proof(request: AnyRequest, services: Work, staffer: Staff) -> Response[ShownProofRequest]:
    """For recipients that you name, or for some drawn by lot from those that offers went to.

    The account is told by its webhooks, by e-mail and at /api/proof-requests; its 24 hours run from the first of these
    that reaches it. What reaches nobody within 4 hours pauses its sending, and opens a case to serve it otherwise.
    """
    body = await read_json(request, _MOST_BODY)
    asked: AskForProof = shaped(body, AskForProof)

    async def work(connection: asyncpg.Connection) -> ShownProofRequest:
        now = services.clock.now()
        try:
            account_id = await operator_store.account_id_of(connection, asked.account)
            numbers = tuple(read_recipient(one) for one in asked.recipients)
            if asked.sample and not numbers:
                since = now - timedelta(days=asked.days)
                numbers = tuple(await proof_store.draw_sample(connection, account_id, since, asked.sample))
            wanted = Wanted(numbers, asked.wants_purpose, asked.wants_sample_text)
            new = NewProofRequest(account_id, wanted, asked.about, staffer.person, asked.on_deadline)
            request_id = await proof_steps.ask(connection, new, now)
        except NotThereError as error:
            raise ProblemError(NOT_FOUND, error.what, error.remedy) from None
        except ProofRequestError as error:
            raise ProblemError(CONFLICT, error.what, error.remedy) from None
        return await whole(connection, await proof_store.lock(connection, account_id, request_id), to_staff=True)

    return await once(request, services, staffer.holder, body, work)


@get(
    "/api/desk/proof-requests",
    tags=_TAGS,
    summary="Requests to prove opt-ins",
    response_description="Requests, the newest first.",
    responses={**ENTRY_ANSWERS, 400: spec("limit or cursor cannot be one.")},
)
async def list_desk_proof_requests(
    services: Work,
    staffer: Staff,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
    only_open: FromQuery[bool] = False,
) -> Page[ProofRequestLine]:
    """Of all accounts."""
    del staffer  # that it is one is all that counts
    most = size_of(limit)
    async with services.road.connection() as connection:
        rows = await proof_store.list_requests(
            connection, None, only_open=only_open, before=place_of(cursor, UUID), most=most + 1
        )
    more = cursor_of(rows[most - 1]["request_id"]) if len(rows) > most else None
    return Page([line_of(row) for row in rows[:most]], more)


@get(
    "/api/desk/proof-requests/{id_:str}",
    tags=_TAGS,
    summary="One request",
    response_description="The request.",
    responses={**ENTRY_ANSWERS, **NOT_FOUND_ANSWER},
)
async def show_desk_proof_request(services: Work, staffer: Staff, id_: FromPath[str]) -> ShownProofRequest:
    """With who did what."""
    del staffer
    request_id = read_id(id_)
    async with services.road.connection() as connection:
        account_id = await proof_store.account_of(connection, request_id)
        request = None if account_id is None else await proof_store.find(connection, account_id, request_id)
        if request is None:
            raise _no_request()
        return await whole(connection, request, to_staff=True)


async def _move(
    request: AnyRequest,
    services: Services,
    staffer: Staffer,
    kind: Any,  # noqa: ANN401  a type
    deed: Callable[[Any], Deed],
) -> Response[ShownProofRequest]:
    """Read what the reviewer says, and move the request by it."""
    body = await read_json(request, _MOST_BODY)
    said = shaped(body, kind)
    request_id = read_id(request.path_params["id_"])

    async def work(connection: asyncpg.Connection) -> ShownProofRequest:
        locked = await _locked(connection, request_id)
        step = Step(staffer.person, services.clock.now(), getattr(said, "why", ""))
        try:
            moved = await deed(said)(connection, locked, step)
        except ProofRequestError as error:
            raise ProblemError(CONFLICT, error.what, error.remedy) from None
        return await whole(connection, moved, to_staff=True)

    return await once(request, services, staffer.holder, body, work)


def _judging(name: str, summary: str, says: str, deed: Deed, role: Role = Role.REVIEWER) -> Any:  # noqa: ANN401  a handler
    """A call that judges a request, with a reason."""

    async def judge(
        request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]
    ) -> Response[ShownProofRequest]:
        del id_
        return await _move(request, services, staffer, Judgement, lambda _said: deed)

    judge.__name__ = judge.__qualname__ = f"{name}_proof_request"
    judge.__doc__ = says
    return post(
        f"/api/desk/proof-requests/{{id_:str}}/{name}",
        status_code=200,
        opt={"body": (Judgement,), "role": role},
        tags=_TAGS,
        summary=summary,
        response_description="The request.",
        responses=_ANSWERS,
    )(judge)


@post(
    "/api/desk/proof-requests/{id_:str}/extend",
    status_code=200,
    opt={"body": (Extension,), "role": Role.SENIOR},
    tags=_TAGS,
    summary="Give more time",
    response_description="The request.",
    responses=_ANSWERS,
)
async def extend_proof_request(
    request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]
) -> Response[ShownProofRequest]:
    """A senior reviewer's, with a reason that the account reads."""
    del id_

    def deed(said: Extension) -> Deed:
        return lambda connection, asked, step: proof_steps.extend(connection, asked, timedelta(hours=said.hours), step)

    return await _move(request, services, staffer, Extension, deed)


@post(
    "/api/desk/proof-requests/{id_:str}/serve",
    status_code=200,
    opt={"body": (Serving,)},
    tags=_TAGS,
    summary="Say how a request was served that reached nobody",
    response_description="The request.",
    responses=_ANSWERS,
)
async def serve_proof_request(
    request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]
) -> Response[ShownProofRequest]:
    """From the instant that you give the clock runs, and sending goes on."""
    del id_

    def deed(said: Serving) -> Deed:
        if said.at.tzinfo is None or said.at > services.clock.now():
            raise ProblemError(UNREADABLE, "The time has no offset, or lies in the future.", "Say when it was served.")
        return lambda connection, asked, step: proof_deeds.serve_by_hand(connection, asked, said.how, said.at, step)

    return await _move(request, services, staffer, Serving, deed)


def _no_request() -> ProblemError:
    return ProblemError(NOT_FOUND, "There is no such request.", "See /api/desk/proof-requests.")


async def _locked(connection: asyncpg.Connection, request_id: UUID) -> ProofRequest:
    account_id = await proof_store.account_of(connection, request_id)
    if account_id is None:
        raise _no_request()
    return await proof_store.lock(connection, account_id, request_id)


CALLS: Final = (
    ask_for_proof,
    list_desk_proof_requests,
    show_desk_proof_request,
    extend_proof_request,
    serve_proof_request,
    _judging("accept", "Find the opt-ins proven", "What was suspended for it goes on.", proof_deeds.accept),
    _judging("reject", "Find the proofs wanting", "The clock runs on, or is over.", proof_deeds.reject),
    _judging("withdraw", "Take a request back", "As if it had not been asked.", proof_deeds.withdraw),
    _judging(
        "confirm",
        "Close the account after the deadline",
        "Where the policy waits for that.",
        proof_deeds.confirm,
        Role.SENIOR,
    ),
)
