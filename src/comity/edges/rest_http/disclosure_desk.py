"""Owns the desk's calls about requests for information: entered, prepared, decided; must not decide any."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

import asyncpg
import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from comity.cases.life import Role
from comity.disclosure.request import IdentityCheck, NewRequest, Scope, proposal
from comity.edges.postgres import disclosure_records, disclosure_release, disclosure_steps, disclosure_store
from comity.edges.postgres.disclosure_release import Closing
from comity.edges.postgres.disclosure_store import Disclosure, Step, find
from comity.edges.rest_http.desk_words import shaped
from comity.edges.rest_http.disclosure_shapes import (
    DelayBody,
    DisclosureLine,
    DisclosureWord,
    EnterDisclosure,
    IdentityBody,
    KindCount,
    MoreTime,
    PrepareBody,
    Proposal,
    ReleaseBody,
    ReleasedPackage,
    ShownBasis,
    ShownDisclosure,
    basis_of,
    line_of,
    scope_of,
)
from comity.edges.rest_http.disclosure_words import (
    account_names,
    as_problems,
    aware,
    bases,
    read_accounts,
    read_numbers,
    thing_id,
    whole,
)
from comity.edges.rest_http.paging import Page, cursor_of, place_of, size_of
from comity.edges.rest_http.repeated import once
from comity.edges.rest_http.services import AnyRequest, Services, Work, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, NOT_FOUND_ANSWER, spec
from comity.edges.rest_http.staff import Staff, Staffer

_MOST_BODY: Final = 64 * 1024
_TAGS: Final = ["Desk: disclosures"]
_FOUND: Final = {**ENTRY_ANSWERS, **NOT_FOUND_ANSWER}
_ANSWERS: Final = {**BODY_ANSWERS, **_FOUND, 409: spec("That does not happen to a request in its state.")}
Deed = Callable[[asyncpg.Connection, Disclosure, Step], Awaitable[Disclosure]]


@get(
    "/api/desk/disclosure-bases",
    tags=_TAGS,
    summary="The legal bases on which may be asked",
    response_description="Each with the least that answers it.",
    responses=ENTRY_ANSWERS,
)
async def list_disclosure_bases(services: Work, staffer: Staff) -> list[ShownBasis]:  # noqa: ARG001  lets staff in
    """As the policy in force has them; what it does not name is as it ships."""
    return [basis_of(name, basis) for name, basis in bases(services).items()]


@post(
    "/api/desk/disclosures",
    opt={"body": (EnterDisclosure,)},
    tags=_TAGS,
    summary="Enter a request for information",
    response_description="The request.",
    responses=_ANSWERS,
)
async def enter_disclosure(request: AnyRequest, services: Work, staffer: Staff) -> Response[ShownDisclosure]:
    """Its clock runs from when it reached the house: 10 days, or 8 hours in an emergency, as its basis says."""
    body = await read_json(request, _MOST_BODY)
    said: EnterDisclosure = shaped(body, EnterDisclosure)
    aware(said.received_at, said.delay_until, said.asked.since, said.asked.until)
    numbers = read_numbers(said.asked.numbers)

    async def work(connection: asyncpg.Connection) -> ShownDisclosure:
        now = services.clock.now()
        accounts = await read_accounts(connection, said.asked.accounts)
        asked = Scope(numbers, accounts, said.asked.since, said.asked.until, said.asked.fields)
        new = NewRequest(
            *(said.requester, said.basis, asked, said.received_at or now, staffer.person, said.emergency),
            *(said.delay_until, said.delay_order.strip()),
        )
        with as_problems():
            request_id = await disclosure_steps.enter(connection, new, bases(services), now)
            return await whole(connection, await find(connection, request_id))

    return await once(request, services, staffer.holder, body, work)


@get(
    "/api/desk/disclosures",
    tags=_TAGS,
    summary="The register of requests for information",
    response_description="Metadata, the newest first.",
    responses={**ENTRY_ANSWERS, 400: spec("limit or cursor cannot be one.")},
)
async def list_disclosures(
    services: Work,
    staffer: Staff,  # noqa: ARG001  lets staff in
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
    waiting: FromQuery[bool] = False,
) -> Page[DisclosureLine]:
    """All of them, or those that wait for an answer: no number, no text, nobody's name but an authority's."""
    most, before = size_of(limit), place_of(cursor, int)
    async with services.road.connection() as connection:
        rows = await disclosure_store.register(connection, waiting=waiting, before=before, most=most + 1)
    more = cursor_of(rows[most - 1]["number"]) if len(rows) > most else None
    return Page([line_of(row) for row in rows[:most]], more)


@get(
    "/api/desk/disclosures/{id_:str}",
    tags=_TAGS,
    summary="One request for information",
    response_description="The request, with what happened to it.",
    responses=_FOUND,
)
async def show_disclosure(services: Work, staffer: Staff, id_: FromPath[str]) -> ShownDisclosure:  # noqa: ARG001  lets staff in
    """With who asks, what for, and what would go out; never the records themselves."""
    request_id = thing_id(id_)
    async with services.road.connection() as connection:
        with as_problems():
            return await whole(connection, await find(connection, request_id))


@get(
    "/api/desk/disclosures/{id_:str}/proposal",
    tags=_TAGS,
    summary="The least that answers a request",
    response_description="What its basis proposes, and how much that is.",
    responses=_FOUND,
)
async def propose_disclosure(services: Work, staffer: Staff, id_: FromPath[str]) -> Proposal:  # noqa: ARG001  lets staff in
    """Counts, by account and kind; nothing of it is opened."""
    request_id = thing_id(id_)
    async with services.road.connection() as connection:
        with as_problems():
            found = await find(connection, request_id)
        scope = proposal(found.asked, found.terms)
        rows = await disclosure_records.counts(connection, scope)
        names = await account_names(connection, {*scope.accounts, *(row["account_id"] for row in rows)})
    counted = [KindCount(names[row["account_id"]], row["kind"], row["records"]) for row in rows]
    return Proposal(scope_of(scope, names), counted, found.terms.content)


async def _move(
    request: AnyRequest,
    services: Services,
    staffer: Staffer,
    kind: Any,  # noqa: ANN401  a type
    deed: Callable[[Any], Deed],
) -> Response[ShownDisclosure]:
    """Read what the person says, and move the request by it."""
    body = await read_json(request, _MOST_BODY)
    said = shaped(body, kind)
    request_id = thing_id(request.path_params["id_"])

    async def work(connection: asyncpg.Connection) -> ShownDisclosure:
        done = Step(staffer.person, services.clock.now(), getattr(said, "why", "").strip(), staffer.role)
        with as_problems():
            locked = await find(connection, request_id, lock=True)
            return await whole(connection, await deed(said)(connection, locked, done))

    return await once(request, services, staffer.holder, body, work)


def _stepping(name: str, words: tuple[str, str], kind: Any, deed: Callable[[Any], Deed], role: Role) -> Any:  # noqa: ANN401  a type, a handler
    """A call that moves a request; `words` are its summary and what it says of itself."""

    async def take(
        request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]
    ) -> Response[ShownDisclosure]:
        del id_
        return await _move(request, services, staffer, kind, deed)

    take.__name__ = take.__qualname__ = f"{name}_disclosure"
    take.__doc__ = words[1]
    return post(
        f"/api/desk/disclosures/{{id_:str}}/{name}",
        status_code=200,
        opt={"body": (kind,), "role": role},
        tags=_TAGS,
        summary=words[0],
        response_description="The request.",
        responses=_ANSWERS,
    )(take)


def _identified(said: IdentityBody) -> Deed:
    identity = IdentityCheck(said.how, said.found)
    return lambda connection, asked, done: disclosure_steps.check_identity(connection, asked, identity, done)


def _prepared(said: PrepareBody) -> Deed:
    aware(said.since, said.until)
    numbers = None if said.numbers is None else read_numbers(said.numbers)

    async def deed(connection: asyncpg.Connection, asked: Disclosure, done: Step) -> Disclosure:
        accounts = None if said.accounts is None else await read_accounts(connection, said.accounts)
        chosen = {
            "fields": said.fields, "numbers": numbers, "accounts": accounts, "since": said.since, "until": said.until,
        }  # fmt: skip
        proposed = proposal(asked.asked, asked.terms)
        scope = msgspec.structs.replace(proposed, **{name: one for name, one in chosen.items() if one is not None})
        return await disclosure_steps.prepare(connection, asked, scope, done)

    return deed


def _extended(said: MoreTime) -> Deed:
    return lambda connection, asked, done: disclosure_steps.extend(connection, asked, timedelta(hours=said.hours), done)


def _delayed(said: DelayBody) -> Deed:
    aware(said.until)
    return lambda connection, asked, done: disclosure_steps.delay(connection, asked, said.until, said.legal_order, done)


def _releasing(name: str, words: tuple[str, str], how: Any) -> Any:  # noqa: ANN401  a step of disclosure_release, a handler
    """A call that seals a package; no answer is kept under an Idempotency-Key, since it holds the link."""

    async def give(request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]) -> ReleasedPackage:
        said: ReleaseBody = shaped(await read_json(request, _MOST_BODY), ReleaseBody)
        request_id = thing_id(id_)
        closing = Closing(timedelta(days=said.days), said.passphrase, said.certificate)
        async with services.road.connection() as connection, connection.transaction():
            done = Step(staffer.person, services.clock.now(), said.why.strip(), staffer.role)
            with as_problems():
                locked = await find(connection, request_id, lock=True)
                _, sealed = await how(connection, locked, closing, done)
        told = {field: getattr(sealed, field) for field in ReleasedPackage.__struct_fields__ if field != "link"}
        return ReleasedPackage(f"/api/disclosures/{sealed.token}", **told)

    give.__name__ = give.__qualname__ = f"{name}_disclosure"
    give.__doc__ = words[1]
    return post(
        f"/api/desk/disclosures/{{id_:str}}/{name}",
        status_code=200,
        opt={"body": (ReleaseBody,), "role": Role.SENIOR},
        tags=_TAGS,
        summary=words[0],
        response_description="The package, with its link.",
        responses=_ANSWERS,
    )(give)


def _plainly(deed: Deed) -> Callable[[Any], Deed]:
    return lambda _said: deed


CALLS: Final = (
    list_disclosure_bases,
    enter_disclosure,
    list_disclosures,
    show_disclosure,
    propose_disclosure,
    _stepping(
        "identity",
        ("Say how you made sure who asks", "Nothing is prepared before. Call back a number that you found yourself."),
        *(IdentityBody, _identified, Role.REVIEWER),
    ),
    _stepping(
        "prepare",
        (
            "Choose what would go out",
            "The least, or less of it; more takes a reason, and texts a basis that allows them.",
        ),
        *(PrepareBody, _prepared, Role.REVIEWER),
    ),
    _stepping(
        "return",
        ("Have a request prepared otherwise", "By somebody who neither entered nor prepared it."),
        *(DisclosureWord, _plainly(disclosure_steps.send_back), Role.SENIOR),
    ),
    _stepping(
        "extend",
        ("Take more time", "With a reason: whoever asks agreed, or has a question to answer first."),
        *(MoreTime, _extended, Role.SENIOR),
    ),
    _stepping(
        "delay",
        (
            "Tell the accounts concerned later",
            "By a legal order, which they read on that day. Not once they were told.",
        ),
        *(DelayBody, _delayed, Role.SENIOR),
    ),
    _releasing(
        "release",
        (
            "Release what was prepared",
            "A senior who neither entered nor prepared it. The link in the answer works once, and is told this once.",
        ),
        disclosure_release.release,
    ),
    _releasing(
        "seal",
        (
            "Seal a released package anew",
            "When its link was lost, expired, or broke off: gathered anew, and the old link is dead.",
        ),
        disclosure_release.seal,
    ),
    _stepping(
        "refuse",
        ("Refuse a request", "With the reason, by somebody who neither entered nor prepared it."),
        *(DisclosureWord, _plainly(disclosure_steps.refuse), Role.SENIOR),
    ),
    _stepping(
        "withdraw",
        ("Take a request back", "Whoever asked asks no more; a package that waits is destroyed."),
        *(DisclosureWord, _plainly(disclosure_release.withdraw), Role.SENIOR),
    ),
)
