"""Owns the operator's calls about versions of the policy: listed, checked, published, withdrawn; must not decide.

What is done is what `comity policy` does, by the same deeds.
"""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any, Final

import asyncpg
import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from comity.accounts.acceptance import Answer
from comity.cases.life import Role
from comity.edges.postgres import policy_publishing, policy_store
from comity.edges.postgres.acceptance_store import answers_counted, told_and_answered
from comity.edges.rest_http.desk_policy_shapes import (
    AccountTold,
    DeskPolicyText,
    DeskPolicyVersion,
    NewPolicy,
    PolicyChanges,
    PolicyChecked,
    PolicyDifference,
    PolicyFlaw,
    PolicyPublished,
    PolicyWithdrawn,
)
from comity.edges.rest_http.desk_shapes import NoWords
from comity.edges.rest_http.desk_words import shaped
from comity.edges.rest_http.paging import Page, cursor_of, place_of, size_of
from comity.edges.rest_http.problems import CONFLICT, NOT_FOUND, UNREADABLE, ProblemError
from comity.edges.rest_http.repeated import once
from comity.edges.rest_http.services import AnyRequest, Services, Work, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, spec
from comity.edges.rest_http.staff import Staff
from comity.policy.dating import with_effective
from comity.policy.diff import Change
from comity.policy.document import IN_FORCE, Policy
from comity.policy.files import unbundle
from comity.policy.problems import PolicyError, Problem, errors_among
from comity.policy.telling import lines

_MOST_BODY: Final = 8 * 1024 * 1024
_MOST_WORDS: Final = 4 * 1024
_TAGS: Final = ["Desk: policy"]
_NAME: Final = "policy"
_NOT_ASKED: Final = "not asked"
_ANSWERS: Final = {_NOT_ASKED: "", **{one.value: one.value for one in Answer}}
_LIST: Final = {**ENTRY_ANSWERS, 400: spec("limit or cursor cannot be one.")}
_FOUND: Final = {**ENTRY_ANSWERS, 404: spec("There is no such version.")}


@get(
    "/api/desk/policy/versions",
    opt={"role": Role.SENIOR},
    tags=_TAGS,
    summary="Versions of the policy: in force, coming, past",
    response_description="A page of versions, the latest to begin first.",
    responses=_LIST,
)
async def list_policy_versions(
    services: Work, staffer: Staff, cursor: FromQuery[str | None] = None, limit: FromQuery[int | None] = None
) -> Page[DeskPolicyVersion]:
    """From when until when each was in force, who published it, and who took it back; in UTC."""
    del staffer
    most, after = size_of(limit), place_of(cursor, str)
    async with services.road.connection() as connection:
        listed = await policy_store.versions(connection)
    digests = [one.digest for one in listed]
    if after is not None and after not in digests:
        raise ProblemError(UNREADABLE, "This is no cursor of this list.", "Leave it out to begin.")
    begun = listed[digests.index(after) + 1 :] if after is not None else listed
    following = cursor_of(begun[most - 1].digest) if len(begun) > most else None
    return Page([DeskPolicyVersion(**msgspec.structs.asdict(one)) for one in begun[:most]], following)


@get(
    "/api/desk/policy/versions/{id_:str}",
    opt={"role": Role.SENIOR},
    tags=_TAGS,
    summary="A version of the policy, with its files",
    response_description="The version.",
    responses=_FOUND,
)
async def show_policy_version(services: Work, staffer: Staff, id_: FromPath[str]) -> DeskPolicyText:
    """By its name, the beginning of its digest, or `in-force`. Its files are what publishing takes: change and post."""
    del staffer
    async with services.road.connection() as connection:
        stored = await _stored(connection, id_)
        counted = await answers_counted(connection, stored.version)
        (one,) = [one for one in await policy_store.versions(connection) if one.digest == stored.digest]
    document = await asyncio.to_thread(policy_publishing.document_of, stored.source)
    return DeskPolicyText(
        **msgspec.structs.asdict(one),
        substantial=document.substantial,
        answers={answer or _NOT_ASKED: accounts for answer, accounts in counted.items()},
        files=unbundle(stored.source),
    )


@get(
    "/api/desk/policy/versions/{id_:str}/changes",
    opt={"role": Role.SENIOR},
    tags=_TAGS,
    summary="What changes from one version to another",
    response_description="Every difference.",
    responses=_FOUND,
)
async def compare_policy_versions(
    services: Work, staffer: Staff, id_: FromPath[str], against: FromQuery[str] = IN_FORCE
) -> PolicyChanges:
    """From the version `against`, the one in force when left out, to this one; order and comments change nothing."""
    async with services.heavy.turn(staffer.holder):
        async with services.road.connection() as connection:
            after, before = await _stored(connection, id_), await _stored(connection, against)
        found = await asyncio.to_thread(_compared, before.source, after.source)
    return PolicyChanges(before.version, after.version, [_difference(one) for one in found], lines(found))


@get(
    "/api/desk/policy/versions/{id_:str}/notices",
    opt={"role": Role.SENIOR},
    tags=_TAGS,
    summary="Who was told of a version, and what they said",
    response_description="A page of accounts, by name.",
    responses={**_FOUND, 400: spec("limit or cursor cannot be one, or there is no such answer.")},
)
async def list_policy_notices(
    services: Work,
    staffer: Staff,
    id_: FromPath[str],
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
    answer: FromQuery[str | None] = None,
) -> Page[AccountTold]:
    """By which way and when; with `answer` (accepted, declined, silent, asked, "not asked", ...) those alone."""
    del staffer
    most, after = size_of(limit), place_of(cursor, str)
    if answer is not None and answer not in _ANSWERS:
        raise ProblemError(UNREADABLE, "There is no such answer.", f"Take one of {', '.join(_ANSWERS)}.")
    async with services.road.connection() as connection:
        stored = await _stored(connection, id_)
        wanted = None if answer is None else _ANSWERS[answer]
        rows = await told_and_answered(connection, stored.version, (after, most + 1), wanted)
    following = cursor_of(rows[most - 1]["account"]) if len(rows) > most else None
    return Page([AccountTold(**row) for row in rows[:most]], following)


@post(
    "/api/desk/policy/check",
    opt={"role": Role.SENIOR, "body": (NewPolicy,)},
    status_code=200,
    tags=_TAGS,
    summary="Try publishing a policy, without doing it",
    response_description="What is wrong with it, what it changes, and whether it would be published.",
    responses={**BODY_ANSWERS, **ENTRY_ANSWERS},
)
async def check_policy(request: AnyRequest, services: Work, staffer: Staff) -> PolicyChecked:
    """By the checks and refusals of publishing itself. It changes nothing, so an Idempotency-Key does neither."""
    asked: NewPolicy = shaped(await read_json(request, _MOST_BODY), NewPolicy)
    now = services.clock.now()
    async with services.heavy.turn(staffer.holder):
        read, problems = await asyncio.to_thread(lambda: policy_publishing.checked(_files(asked), _NAME, now.date()))
        flaws = [_flaw(one) for one in problems]
        if read is None:
            return PolicyChecked(False, str(PolicyError(errors_among(problems))), flaws)
        async with services.road.connection() as connection:
            refused = await policy_publishing.refusal(connection, read, now)
            against, found = await policy_publishing.changes_from_force(connection, read.document)
            notes = await policy_publishing.notes_on(connection, read.document, now.date())
    return PolicyChecked(
        publishable=not refused,
        refused=refused,
        flaws=flaws,
        version=read.document.version,
        digest=read.digest,
        effective=read.document.effective,
        substantial=read.document.substantial,
        against=against,
        changes=[_difference(one) for one in found],
        lines=lines(found),
        notes=notes,
    )


@post(
    "/api/desk/policy/versions",
    opt={"role": Role.OPERATOR, "body": (NewPolicy,)},
    status_code=201,
    tags=_TAGS,
    summary="Publish a version of the policy",
    response_description="The version, and what it changes.",
    responses={**BODY_ANSWERS, **ENTRY_ANSWERS, 409: spec("Its name is taken, or it would never hold.")},
)
async def publish_policy(request: AnyRequest, services: Work, staffer: Staff) -> Response[PolicyPublished]:
    """It is checked first, never changes afterwards, and comes into force by itself on its day.

    Every account is told in the same commit. A substantial version wants an answer of each, and is announced ahead by
    the days that were promised. That you published it is kept with it. POST /api/desk/policy/check tries it.
    """
    body = await read_json(request, _MOST_BODY)
    asked: NewPolicy = shaped(body, NewPolicy)
    read = await _fit(services, staffer.holder, asked)

    async def work(connection: asyncpg.Connection) -> PolicyPublished:
        against, found = await policy_publishing.changes_from_force(connection, read.document)
        done = await policy_publishing.publish_version(connection, read, staffer.person, services.clock.now())
        return PolicyPublished(
            published=done.new,
            version=DeskPolicyVersion(**msgspec.structs.asdict(done.version)),
            told=done.told,
            against=against,
            changes=[_difference(one) for one in found],
            lines=lines(found),
            notes=done.notes,
        )

    return await once(request, services, staffer.holder, body, work)


@post(
    "/api/desk/policy/versions/{id_:str}/withdraw",
    opt={"role": Role.OPERATOR, "body": (NoWords,)},
    status_code=200,
    tags=_TAGS,
    summary="Take a version back before its day",
    response_description="The version, which never holds.",
    responses={**BODY_ANSWERS, **_FOUND, 409: spec("It has begun, or was taken back already.")},
)
async def withdraw_policy(
    request: AnyRequest, services: Work, staffer: Staff, id_: FromPath[str]
) -> Response[PolicyWithdrawn]:
    """Everybody who was told of it is told. That it was published stays on record, and its name is used up."""
    body = await read_json(request, _MOST_WORDS)
    shaped(body, NoWords)

    async def work(connection: asyncpg.Connection) -> PolicyWithdrawn:
        stored = await _stored(connection, id_)
        now = services.clock.now()
        try:
            gone, told = await policy_publishing.withdraw_version(connection, stored.digest, staffer.person, now)
        except policy_store.NotComingError as error:
            raise ProblemError(CONFLICT, error.what, error.remedy) from None
        return PolicyWithdrawn(gone.version, gone.effective, told)

    return await once(request, services, staffer.holder, body, work)


CALLS: Final[tuple[Any, ...]] = (
    list_policy_versions,
    show_policy_version,
    compare_policy_versions,
    list_policy_notices,
    check_policy,
    publish_policy,
    withdraw_policy,
)


async def _fit(services: Services, holder: str, asked: NewPolicy) -> Policy:
    """The policy that was posted, checked in a turn of one's own and off the event loop."""
    today: date = services.clock.now().date()
    async with services.heavy.turn(holder):
        try:
            return await asyncio.to_thread(lambda: policy_publishing.fit(_files(asked), _NAME, today))
        except PolicyError as error:
            raise ProblemError(UNREADABLE, error.what, "POST /api/desk/policy/check shows all problems.") from None


async def _stored(connection: asyncpg.Connection, name: str) -> policy_store.StoredPolicy:
    if name == IN_FORCE:
        found = await policy_store.in_force(connection)
    else:
        found = await policy_store.find(connection, name)
    if found is None:
        raise ProblemError(NOT_FOUND, "There is no such version.", "See GET /api/desk/policy/versions.")
    return found


def _files(asked: NewPolicy) -> dict[str, str]:
    files = dict(asked.files)
    return with_effective(files, asked.effective) if asked.effective is not None else files


def _compared(before: str, after: str) -> list[Change]:
    return policy_publishing.what_changes(policy_publishing.document_of(before), policy_publishing.document_of(after))


def _flaw(one: Problem) -> PolicyFlaw:
    file = one.file.removeprefix(f"{_NAME}/")
    return PolicyFlaw(file, one.line, one.what, one.remedy, one.severity.value)


def _difference(one: Change) -> PolicyDifference:
    return PolicyDifference(**msgspec.structs.asdict(one))
