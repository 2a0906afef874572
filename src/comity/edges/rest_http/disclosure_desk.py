"""Owns the desk's calls about requests for information: entered, prepared, decided; must not decide any."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

import asyncpg
import msgspec
from litestar import Response, post
from litestar.params import FromPath

from comity.cases.life import Role
from comity.disclosure.request import IdentityCheck, NewRequest, Scope, proposal
from comity.edges.postgres import disclosure_release, disclosure_steps
from comity.edges.postgres.disclosure_release import Closing
from comity.edges.postgres.disclosure_store import Disclosure, Step, find
from comity.edges.rest_http.desk_words import shaped
from comity.edges.rest_http.disclosure_bodies import (
    DelayBody,
    DisclosureWord,
    EnterDisclosure,
    IdentityBody,
    MoreTime,
    PrepareBody,
    RefuseBody,
    ReleaseBody,
    SealBody,
)
from comity.edges.rest_http.disclosure_shapes import PreviewedPackage, ReleasedPackage, ShownDisclosure
from comity.edges.rest_http.disclosure_words import (
    as_problems,
    aware,
    bases,
    read_accounts,
    read_numbers,
    thing_id,
    whole,
)
from comity.edges.rest_http.repeated import once
from comity.edges.rest_http.services import AnyRequest, Services, Work, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, NOT_FOUND_ANSWER, spec
from comity.edges.rest_http.staff import Staff, Staffer

_MOST_BODY: Final = 64 * 1024
_TAGS: Final = ["Desk: disclosures"]
_FOUND: Final = {**ENTRY_ANSWERS, **NOT_FOUND_ANSWER}
_ANSWERS: Final = {**BODY_ANSWERS, **_FOUND, 409: spec("That does not happen to a request in its state.")}
Deed = Callable[[asyncpg.Connection, Disclosure, Step], Awaitable[Disclosure]]


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
        why, seen = getattr(said, "why", "").strip(), getattr(said, "preparation", "")
        done = Step(staffer.person, services.clock.now(), why, staffer.role, seen)
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


def _releasing(name: str, words: tuple[str, str], kind: type[SealBody], how: Any) -> Any:  # noqa: ANN401  a step of disclosure_release, a handler
    """A call that seals a package; no answer is kept under an Idempotency-Key, since it holds the link."""

    async def give(request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]) -> ReleasedPackage:
        said: SealBody = shaped(await read_json(request, _MOST_BODY), kind)
        request_id = thing_id(id_)
        closing = Closing(timedelta(days=said.days), said.passphrase, said.certificate)
        async with services.road.connection() as connection, connection.transaction():
            seen = said.preparation if isinstance(said, ReleaseBody) else ""
            done = Step(staffer.person, services.clock.now(), said.why.strip(), staffer.role, seen)
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
        opt={"body": (kind,), "role": Role.SENIOR},
        tags=_TAGS,
        summary=words[0],
        response_description="The package, with its link.",
        responses=_ANSWERS,
    )(give)


@post(
    "/api/desk/disclosures/{id_:str}/preview",
    status_code=200,
    opt={"body": (DisclosureWord,), "role": Role.SENIOR},
    tags=_TAGS,
    summary="Read what would go out",
    response_description="The document as its recipient would read it, redacted.",
    responses=_ANSWERS,
)
async def preview_disclosure(
    request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]
) -> PreviewedPackage:
    """For whoever decides. Texts in it are opened like any other: their accounts read by whom, and for which request.

    No answer is kept under an Idempotency-Key, since it holds the texts.
    """
    said: DisclosureWord = shaped(await read_json(request, _MOST_BODY), DisclosureWord)
    request_id = thing_id(id_)
    async with services.road.connection() as connection, connection.transaction():
        done = Step(staffer.person, services.clock.now(), said.why.strip(), staffer.role)
        with as_problems():
            locked = await find(connection, request_id, lock=True)
            document = await disclosure_release.preview(connection, locked, done)
            return PreviewedPackage(document, locked.preparation)


def _plainly(deed: Deed) -> Callable[[Any], Deed]:
    return lambda _said: deed


CALLS: Final = (
    enter_disclosure,
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
    preview_disclosure,
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
        *(ReleaseBody, disclosure_release.release),
    ),
    _releasing(
        "seal",
        (
            "Seal a released package anew",
            "When its link was lost, expired, or broke off, up to 60 days from the release: the old link is dead.",
        ),
        *(SealBody, disclosure_release.seal),
    ),
    _stepping(
        "refuse",
        (
            "Refuse a request",
            "With the reason, which the accounts concerned read, by somebody who neither entered nor prepared it.",
        ),
        *(RefuseBody, _plainly(disclosure_steps.refuse), Role.SENIOR),
    ),
    _stepping(
        "withdraw",
        ("Take a request back", "Whoever asked asks no more; a package that waits is destroyed."),
        *(DisclosureWord, _plainly(disclosure_release.withdraw), Role.SENIOR),
    ),
)
