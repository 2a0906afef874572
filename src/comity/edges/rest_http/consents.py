"""Owns the calls about consents: recorded, found, withdrawn, proven; must not know how they are kept.

A write is made on the road, after the caller was let in, since the evidence log is no account's to write: each
statement names the account.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

import asyncpg
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from comity.accounts.account import Account
from comity.consent.ledger import Question, rule
from comity.consent.records import PURPOSES_APART, BadConsentError, Consent, read_consent
from comity.edges.http_server.asgi import read_body
from comity.edges.postgres import consent_store
from comity.edges.postgres.consent_store import ProofFile, Row
from comity.edges.rest_http.consents_models import (
    ConsentBody,
    RecipientConsent,
    ShownConsent,
    WithdrawAnswer,
    WithdrawBody,
)
from comity.edges.rest_http.consents_shown import (
    RowPlace,
    brands_of,
    nothing,
    number_of,
    read_body_as,
    row_of,
    shown_consent,
    shown_ruling,
)
from comity.edges.rest_http.paging import Page, cursor_of, place_of, size_of
from comity.edges.rest_http.problems import UNREADABLE, ProblemError
from comity.edges.rest_http.repeated import note_call, once
from comity.edges.rest_http.services import AnyRequest, Caller, Work, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, NOT_FOUND_ANSWER
from comity.messages.submission import Category
from comity.text.naming import same_name

MOST_BODY: Final = 32 * 1024
MOST_PROOF: Final = 5 * 1024 * 1024
_FILE_NAME: Final = re.compile(r"[\w][\w .()+-]{0,99}")
_MEDIA_TYPE: Final = re.compile(r"[a-z]{1,20}/[a-z0-9.+-]{1,80}")
_SCOPE: Final = {"scope": "consents"}
_TAG: Final = ["Consents"]
_ANSWERS: Final = {**ENTRY_ANSWERS, **NOT_FOUND_ANSWER}


@post(
    "/api/consents",
    status_code=200,
    tags=_TAG,
    summary="Record that a person agreed",
    response_description="The consent; the same again, where it was recorded before.",
    responses={**BODY_ANSWERS, **ENTRY_ANSWERS},
    opt={**_SCOPE, "body": (ConsentBody,)},
)
async def record_consent(request: AnyRequest, services: Work, account: Caller) -> Response[ShownConsent]:
    """To whom, for what, shown which words, where and when, and where the proof is. Promotional messages need it."""
    body = await read_json(request, MOST_BODY)
    consent = _consent(read_body_as(body, ConsentBody), services.clock.now())

    async def work(connection: asyncpg.Connection) -> ShownConsent:
        (number,) = await consent_store.record_consents(connection, account.account_id, [consent], services.clock.now())
        if number is None:
            number = await consent_store.number_of(connection, account.account_id, consent)
        return shown_consent(await _found(connection, account, str(number)))

    return await once(request, services, f"account:{account.account_id}", body, work)


@get(
    "/api/consents",
    tags=_TAG,
    summary="Your consents",
    response_description="A page of consents, the newest first.",
    responses={**ENTRY_ANSWERS, 400: BODY_ANSWERS[400]},
    opt=_SCOPE,
)
async def list_consents(
    services: Work,
    account: Caller,
    recipient: FromQuery[str | None] = None,
    brand: FromQuery[str | None] = None,
    after: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Page[ShownConsent]:
    """All, or those of a person, with a brand. `after` takes the `next` of the page before."""
    # No brand holds a NUL, which the store cannot be asked for.
    wanted = (number_of(recipient) if recipient else None, brand.replace("\0", " ") if brand else None)
    before, most = place_of(after, RowPlace) or consent_store.LAST, size_of(limit)
    async with services.tenants.account(account.account_id) as connection:
        rows = await consent_store.list_consents(connection, account.account_id, wanted, before, most + 1)
    more = cursor_of(rows[most - 1]["number"]) if len(rows) > most else None
    return Page([shown_consent(row) for row in rows[:most]], more)


@get(
    "/api/consents/{id_:str}",
    tags=_TAG,
    summary="One of your consents",
    response_description="The consent.",
    responses=_ANSWERS,
    opt=_SCOPE,
)
async def show_consent(services: Work, account: Caller, id_: FromPath[str]) -> ShownConsent:
    """As it was recorded, whether it was withdrawn, and the files that prove it."""
    async with services.tenants.account(account.account_id) as connection:
        return shown_consent(await _found(connection, account, id_))


@post(
    "/api/consents/{id_:str}/withdraw",
    status_code=200,
    tags=_TAG,
    summary="Record that a person asked a consent back",
    response_description="What that ended.",
    responses={**BODY_ANSWERS, **_ANSWERS},
    opt={**_SCOPE, "body": (WithdrawBody,)},
)
async def withdraw_consent(
    request: AnyRequest, services: Work, account: Caller, id_: FromPath[str]
) -> Response[WithdrawAnswer]:
    """From now on. It ends all that they agreed to with that brand before, also what is reported only later."""
    body = await read_json(request, MOST_BODY)
    how = read_body_as(body, WithdrawBody).how.strip()
    if not how or "\0" in how:
        raise ProblemError(UNREADABLE, "how is empty, or holds a NUL.", "Say how the person asked.")

    async def work(connection: asyncpg.Connection) -> WithdrawAnswer:
        consent = await _found(connection, account, id_)
        about = (consent["recipient"], consent["brand"])
        ended = await consent_store.withdraw(connection, account.account_id, about, how, services.clock.now())
        return WithdrawAnswer(*about, [str(number) for number in ended])

    return await once(request, services, f"account:{account.account_id}", body, work)


@post(
    "/api/consents/{id_:str}/proof",
    status_code=200,
    tags=_TAG,
    summary="Keep a file that proves a consent",
    response_description="The consent, with its files.",
    responses={**_ANSWERS, **{status: BODY_ANSWERS[status] for status in (400, 408, 413)}},
    opt=_SCOPE,
)
async def add_proof(
    request: AnyRequest, services: Work, account: Caller, id_: FromPath[str], name: FromQuery[str] = "proof"
) -> ShownConsent:
    """The file is the body, of any type, at most 5 MB. Its SHA-256 enters the evidence log; it is kept as it is."""
    if not _FILE_NAME.fullmatch(name):
        raise ProblemError(UNREADABLE, "The name is none of a file.", "Use at most 100 letters, digits and . - _ ( ).")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    async with services.tenants.account(account.account_id) as connection:
        await _found(connection, account, id_)  # before five megabytes are read
    body = await read_body(request.receive, MOST_PROOF)  # type: ignore[arg-type]  # ASGI's, by Litestar's name for its messages
    if not body:
        raise ProblemError(UNREADABLE, "The file is empty.", "Send the file as the body.")
    proof = ProofFile(name, kind if _MEDIA_TYPE.fullmatch(kind) else "application/octet-stream", body)
    async with services.road.connection() as connection, connection.transaction():
        consent = await _found(connection, account, id_)
        await consent_store.store_proof(connection, account.account_id, consent, proof, services.clock.now())
        await note_call(request, services, account.account_id, connection)
        return shown_consent(await _found(connection, account, id_))


@get(
    "/api/consents/{id_:str}/proof/{digest:str}",
    tags=_TAG,
    summary="A file that proves a consent",
    response_description="The file, as it was given.",
    responses=_ANSWERS,
    opt=_SCOPE,
    media_type="application/octet-stream",
)
async def show_proof(services: Work, account: Caller, id_: FromPath[str], digest: FromPath[str]) -> Response[bytes]:
    """By its SHA-256. It comes as a download, whatever it is."""
    async with services.tenants.account(account.account_id) as connection:
        proof = await consent_store.find_proof(connection, account.account_id, row_of(id_), digest.replace("\0", ""))
    if proof is None:
        raise nothing()
    headers = {"content-disposition": "attachment", "content-security-policy": "sandbox"}
    return Response(proof["body"], media_type="application/octet-stream", headers=headers)


@get(
    "/api/recipients/{number:str}/consent",
    tags=_TAG,
    summary="What a person is to your messages, and why",
    response_description="By brand and category: whether a message may go to them.",
    responses={**ENTRY_ANSWERS, 400: BODY_ANSWERS[400]},
    opt=_SCOPE,
)
async def show_recipient(
    services: Work,
    account: Caller,
    number: FromPath[str],
    brand: FromQuery[str | None] = None,
    category: FromQuery[Category | None] = None,
) -> RecipientConsent:
    """As of now: of a brand and a category, or of all that are known."""
    recipient, now = number_of(number), services.clock.now()
    async with services.tenants.account(account.account_id) as connection:
        grants, withdrawals = await consent_store.events_of(connection, account.account_id, recipient)
    known = [grant.brand for grant in grants] + [one.brand for one in withdrawals if one.brand]
    cleared = account.record.is_cleared("alert", now.date())
    questions = [
        Question(one, kind.value, now, cleared)
        for one in brands_of(brand, known)
        for kind in ([category] if category else Category)
    ]
    rulings = [shown_ruling(one, rule(one, grants, withdrawals, same_name)) for one in questions]
    return RecipientConsent(recipient, now, rulings)


CALLS: Final[tuple[Any, ...]] = (
    record_consent,
    list_consents,
    show_consent,
    withdraw_consent,
    add_proof,
    show_proof,
    show_recipient,
)


def _consent(body: ConsentBody, now: datetime) -> Consent:
    fields = {
        "recipient": body.recipient,
        "brand": body.brand,
        "purpose": PURPOSES_APART.join(purpose.replace(";", ",").strip() for purpose in body.purposes)[:200],
        "wording": body.wording,
        "channel": body.channel,
        "at": (body.at or now).isoformat(),
        "proof": body.proof,
        "address": body.address,
        "expires": body.expires.isoformat() if body.expires else "",
    }
    try:
        return read_consent(fields, now)
    except BadConsentError as error:
        raise ProblemError(UNREADABLE, error.what, error.remedy) from None


async def _found(connection: asyncpg.Connection, account: Account, id_: str) -> Row:
    row = await consent_store.find_consent(connection, account.account_id, row_of(id_))
    if row is None:
        raise nothing()
    return row
