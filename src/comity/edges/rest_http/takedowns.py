"""Owns takedown over the /api door: claims of right holders, their proof, customers' answers; must not decide one.

A claim is decided at the desk, on the case of its complaint.
"""

from __future__ import annotations

from typing import Any, Final

import asyncpg
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from comity.accounts.account import Account
from comity.base.errors import SettingsError
from comity.complaints.complaint import read_number
from comity.complaints.feed import BadReportError
from comity.complaints.reporters import network_of, reporter_key
from comity.complaints.takedown import COMPLAINTS, Claim, State, brands_proven, wanting
from comity.edges.postgres import takedown_steps, takedown_store
from comity.edges.postgres.complaint_rates import of_everybody, of_network, of_number
from comity.edges.postgres.takedown_steps import Proof
from comity.edges.postgres.takedown_store import Takedown, TakedownError
from comity.edges.rest_http.complaint_shapes import NewComplaintBody
from comity.edges.rest_http.complaint_words import read_complaint
from comity.edges.rest_http.complaints import limits_of, received_message, take
from comity.edges.rest_http.desk_words import shaped
from comity.edges.rest_http.paging import Page, cursor_of, place_of, size_of
from comity.edges.rest_http.problems import CONFLICT, NOT_FOUND, UNREADABLE, ProblemError
from comity.edges.rest_http.repeated import once
from comity.edges.rest_http.services import AnyRequest, Caller, PerhapsCaller, Services, Work, address_of, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, NOT_FOUND_ANSWER, spec
from comity.edges.rest_http.staff import Staff
from comity.edges.rest_http.takedown_shapes import (
    NEXT,
    DeskTakedown,
    OwnTakedown,
    TakedownAnswer,
    TakedownClaim,
    TakedownProof,
    TakedownState,
    TakedownTaken,
    TakedownVouched,
    desk,
    own,
)
from comity.journey.notices import read_email
from comity.senders.brands import BrandIndex

MOST_BODY: Final = 64 * 1024
_TAGS: Final = ["Takedown"]
_DESK: Final = ["Desk: complaints"]
_OFTEN: Final = {429: spec("Too many came from your network, or in all; wait for Retry-After.")}


@post(
    "/api/takedowns",
    opt={"body": (TakedownClaim,), "scope": "cases"},
    tags=_TAGS,
    summary="Say that a text, sender or link infringes your right",
    response_description="What the claim is known by, and what you do now.",
    responses={**BODY_ANSWERS, **_OFTEN, 401: spec("The credentials are wrong; none are needed.")},
)
async def claim_takedown(request: AnyRequest, services: Work, visitor: PerhapsCaller) -> Response[TakedownTaken]:
    """For anybody, about trademarks, copyright, portraits, private life, and defamation of the person who claims.

    We mail a token to your address; with it you show that it is yours, and a reviewer decides. Meanwhile a customer's
    text is stopped for a short while if it names a brand of the register that is shown to be yours, by a domain set
    apart for that or by your account; or if it names you, and you showed to have got it, by `message`, or by a code
    (POST /api/complaints/{number}/code) before you give back the token. The customer may answer.
    """
    asked: TakedownClaim = shaped(await read_json(request, MOST_BODY), TakedownClaim)
    claim = _read_claim(asked)
    address = address_of(request)
    await _count(services, claim.email, address, signed_in=visitor is not None)
    async with services.road.connection() as connection, connection.transaction():
        now = services.clock.now()
        hash_key: bytes = await connection.fetchval("SELECT hash_key FROM installation")
        who = f"account {visitor.account_id}" if visitor else f"network {network_of(address)}"
        message = await received_message(connection, asked.message, claim.recipient)
        filed = await takedown_store.file_claim(connection, claim, reporter_key(who, hash_key), message, now)
        state = State.UNPROVEN
        proof = await _by_account(connection, claim, visitor, services) if visitor else None
        if proof is not None:
            found = await takedown_store.find(connection, filed.number, lock=True)
            assert found is not None
            state = (await takedown_steps.prove(connection, found, proof, _index(services), now)).state
    return Response(TakedownTaken(filed.number, filed.token, state.value, NEXT[state]), status_code=201)


@post(
    "/api/takedowns/proof",
    opt={"body": (TakedownProof,)},
    status_code=200,
    tags=_TAGS,
    summary="Show that the address of a claim is yours",
    response_description="Where the claim is now.",
    responses={**BODY_ANSWERS, **_OFTEN, **NOT_FOUND_ANSWER, 409: spec("It is proven or decided already.")},
)
async def prove_takedown(request: AnyRequest, services: Work) -> TakedownState:
    """With the token that was mailed."""
    given: TakedownProof = shaped(await read_json(request, MOST_BODY), TakedownProof)
    limits = (await limits_of(services)).takedowns
    await take(services, of_network("takedown proof", address_of(request), limits.proofs_network_hour))
    async with services.road.connection() as connection, connection.transaction():
        found = await takedown_store.with_token(connection, _number(given.number), given.token)
        if found is None:
            raise _nothing()
        claim = Claim(found.kind, found.holder, found.right_named, "", found.sender, found.text)
        brands = brands_proven(claim, _index(services), domain=found.domain)
        moved = await _prove(connection, services, found, Proof("mail", brands))
    return TakedownState(moved.number, moved.state.value)


@get(
    "/api/takedowns",
    tags=_TAGS,
    summary="Claims that concern you",
    response_description="Claims, the newest first.",
    responses={**ENTRY_ANSWERS, 400: spec("limit or cursor cannot be one.")},
)
async def list_takedowns(
    services: Work, account: Caller, cursor: FromQuery[str | None] = None, limit: FromQuery[int | None] = None
) -> Page[OwnTakedown]:
    """Who has which right by their own word, what of yours they name, and until when you may answer."""
    most, before = size_of(limit), place_of(cursor, int)
    async with services.road.connection() as connection:
        rows = await takedown_store.list_own(connection, account.account_id, before, most + 1)
    more = cursor_of(rows[most - 1]["takedown_id"]) if len(rows) > most else None
    return Page([own(row) for row in rows[:most]], more)


@post(
    "/api/takedowns/{id_:str}/answers",
    opt={"body": (TakedownAnswer,), "scope": "cases"},
    status_code=200,
    tags=_TAGS,
    summary="Answer a claim that concerns you",
    response_description="The claim with your answer.",
    responses={**BODY_ANSWERS, **ENTRY_ANSWERS, **NOT_FOUND_ANSWER, 409: spec("It takes no answers any more.")},
)
async def answer_takedown(
    request: AnyRequest, services: Work, account: Caller, id_: FromPath[str]
) -> Response[OwnTakedown]:
    """The counter-notice: a licence, a right of your own, what the holder has wrong. The last answer counts."""
    body = await read_json(request, MOST_BODY)
    given: TakedownAnswer = shaped(body, TakedownAnswer)
    number = _number(id_)

    async def work(connection: asyncpg.Connection) -> OwnTakedown:
        if await takedown_store.find_own(connection, account.account_id, number) is None:
            raise _nothing()
        found = await takedown_store.find(connection, number, lock=True)
        assert found is not None
        now = services.clock.now()
        with_words = given.words.replace("\0", "")
        try:
            await takedown_steps.answer(connection, found, account.account_id, with_words, now)
        except TakedownError as error:
            raise ProblemError(CONFLICT, error.what, error.remedy) from None
        return own(await takedown_store.find_own(connection, account.account_id, number))

    return await once(request, services, f"account:{account.account_id}", body, work)


@get(
    "/api/desk/takedowns",
    tags=_DESK,
    summary="Claims of right holders",
    response_description="Claims, the newest first.",
    responses={**ENTRY_ANSWERS, 400: spec("limit or cursor cannot be one.")},
)
async def list_desk_takedowns(
    services: Work,
    staffer: Staff,  # noqa: ARG001  who may read it
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
    every: FromQuery[bool] = False,
) -> Page[DeskTakedown]:
    """Those that wait, or with `every` all. One is decided on its case: confirmed, what it names stays stopped."""
    most, before = size_of(limit), place_of(cursor, int)
    async with services.road.connection() as connection:
        rows = await takedown_store.list_takedowns(connection, every=every, before=before, most=most + 1)
    more = cursor_of(rows[most - 1].takedown_id) if len(rows) > most else None
    return Page([desk(found, [], []) for found in rows[:most]], more)


@get(
    "/api/desk/takedowns/{id_:str}",
    tags=_DESK,
    summary="One claim, with answers and what happened",
    response_description="The claim.",
    responses={**ENTRY_ANSWERS, **NOT_FOUND_ANSWER},
)
async def show_desk_takedown(
    services: Work,
    staffer: Staff,  # noqa: ARG001  who may read it
    id_: FromPath[str],
) -> DeskTakedown:
    """By the number of its complaint."""
    async with services.road.connection() as connection:
        return await _whole(connection, _number(id_))


@post(
    "/api/desk/takedowns/{id_:str}/proof",
    opt={"body": (TakedownVouched,)},
    status_code=200,
    tags=_DESK,
    summary="Vouch for a right holder",
    response_description="The claim.",
    responses={**BODY_ANSWERS, **ENTRY_ANSWERS, **NOT_FOUND_ANSWER, 409: spec("It is proven or decided already.")},
)
async def vouch_for_holder(
    request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]
) -> Response[DeskTakedown]:
    """You found out otherwise who they are, and perhaps which brands they own."""
    body = await read_json(request, MOST_BODY)
    given: TakedownVouched = shaped(body, TakedownVouched)
    number = _number(id_)

    async def work(connection: asyncpg.Connection) -> DeskTakedown:
        found = await takedown_store.find(connection, number, lock=True)
        if found is None:
            raise _nothing()
        unknown = set(given.brands) - services.readings().policy.policy.document.brands.keys()
        if unknown:
            raise ProblemError(UNREADABLE, "A brand is not in the register.", "Use ids of the register.")
        await _prove(connection, services, found, Proof(staffer.person, tuple(given.brands), vouched=True))
        return await _whole(connection, number)

    return await once(request, services, staffer.holder, body, work)


def _read_claim(asked: TakedownClaim) -> Claim:
    if not asked.good_faith:
        raise ProblemError(UNREADABLE, "You do not state good faith.", "Only claim what you believe; say so.")
    recipient = read_complaint(NewComplaintBody(COMPLAINTS[asked.kind], recipient=asked.recipient, words=asked.holder))
    try:
        email = read_email(asked.email)
        about = asked.sender, asked.text, asked.link, asked.words, recipient
        claim = Claim(asked.kind, asked.holder, asked.right, email, *about)
        lacks = wanting(claim)
    except (SettingsError, BadReportError) as error:
        raise ProblemError(UNREADABLE, error.what, error.remedy) from None
    if lacks:
        raise ProblemError(UNREADABLE, "The claim is not complete.", lacks)
    return claim


async def _count(services: Services, email: str, address: str, *, signed_in: bool) -> None:
    """Count that a claim is made; over all networks those alone that no account stands for."""
    limits = (await limits_of(services)).takedowns
    # The address gets mail: whoever's it is, nobody may have it flooded.
    mailed = of_number("takedown mail", email.lower(), limits.address_hour, limits.address_day)
    await take(services, [*of_network("takedown", address, limits.network_hour, limits.network_day), *mailed])
    if not signed_in:
        await take(services, of_everybody("takedown", limits.all_hour, limits.all_day))


async def _by_account(
    connection: asyncpg.Connection, claim: Claim, account: Account, services: Services
) -> Proof | None:
    """An account that the operator recorded with the brand needs no mail."""
    names = await takedown_store.names_of(connection, account.account_id, services.clock.now())
    brands = brands_proven(claim, _index(services), names=names)
    return Proof("account", brands, claimant=account.account_id) if brands else None


def _index(services: Services) -> BrandIndex:
    return BrandIndex.of(services.readings().policy.policy.document.brands)


async def _prove(connection: asyncpg.Connection, services: Services, found: Takedown, proof: Proof) -> Takedown:
    try:
        return await takedown_steps.prove(connection, found, proof, _index(services), services.clock.now())
    except TakedownError as error:
        raise ProblemError(CONFLICT, error.what, error.remedy) from None


async def _whole(connection: asyncpg.Connection, number: str) -> DeskTakedown:
    found = await takedown_store.find(connection, number)
    if found is None:
        raise _nothing()
    parties: list[dict[str, Any]] = await takedown_store.answers_of(connection, found.takedown_id)
    return desk(found, parties, await takedown_store.events_of(connection, found.takedown_id))


def _number(written: str) -> str:
    number = read_number(written)
    if number is None:
        raise _nothing()
    return number


def _nothing() -> ProblemError:
    return ProblemError(NOT_FOUND, "There is no such claim.", "Its number looks like C-7K2M-QW4P-XZ9A.")


CALLS: Final = (
    claim_takedown,
    prove_takedown,
    list_takedowns,
    answer_takedown,
    list_desk_takedowns,
    show_desk_takedown,
    vouch_for_holder,
)
