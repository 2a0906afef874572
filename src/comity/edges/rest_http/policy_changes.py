"""Owns the calls by which an account reads, accepts and declines versions of the policy; must not decide anything."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Final

import asyncpg
import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from comity.accounts.acceptance import AnswerEvent
from comity.accounts.account import Account
from comity.edges.postgres import policy_store
from comity.edges.postgres.acceptance_store import GivenAnswer, NoVersionError, PolicyChange, give_answer, list_changes
from comity.edges.rest_http.problems import NOT_FOUND, UNREADABLE, ProblemError
from comity.edges.rest_http.repeated import once
from comity.edges.rest_http.services import AnyRequest, Caller, Services, Work, address_of, decoded, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, spec

_MOST_BODY: Final = 4 * 1024
_FOUND: Final = {**ENTRY_ANSWERS, 404: spec("There is no such version for your account.")}
_ANSWERED: Final = {
    **BODY_ANSWERS,
    **_FOUND,
    409: spec("It cannot be answered so, or no more; or the key is used otherwise."),
}


class OwnPolicyChange(msgspec.Struct, frozen=True):
    """A version of the acceptable use policy, and what your account said to it.

    Attributes:
        version: its name.
        digest: SHA-256 of its exact text.
        effective: the day (UTC) from which it holds.
        substantial: whether everybody must answer it.
        state: coming, in force or past.
        answer_wanted: whether your answer is wanted still.
        answer: asked, accepted, declined, silent (its day came without an answer), bound (accepted and in force), left
            (declined, and the account closed), withdrawn; empty where nothing is asked.
        person: who answered; empty while nobody has.
        answered_at: when; null while nobody has.
        changes: what it changes, in lines.
    """

    version: str
    digest: str
    effective: date
    substantial: bool
    state: str
    answer_wanted: bool
    answer: str
    person: str
    answered_at: datetime | None
    changes: tuple[str, ...]


class PolicyChangeText(OwnPolicyChange, frozen=True):
    """The same, with the exact text.

    Attributes:
        text: the whole policy as it was published (TOML); its digest is of these bytes.
    """

    text: str = ""


class PolicyChangeList(msgspec.Struct, frozen=True):
    """The versions that your account has to do with.

    Attributes:
        items: the latest to begin first.
    """

    items: list[OwnPolicyChange]


class PolicyAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer to a version.

    Attributes:
        person: the person who answers for the account, by name; kept as evidence with the instant and the address.
    """

    person: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


@get(
    "/api/policy-changes",
    opt={"scope": "read"},
    tags=["Policy"],
    summary="Versions of the policy that wait for you, hold, or were answered",
    response_description="The versions, the latest to begin first.",
    responses=ENTRY_ANSWERS,
)
async def list_policy_changes(services: Work, account: Caller) -> PolicyChangeList:
    """Until a version's day nothing changes. From it on only accounts that accepted it send."""
    async with services.road.connection() as connection:
        return PolicyChangeList([_own(one) for one in await list_changes(connection, account.account_id)])


@get(
    "/api/policy-changes/{version:str}",
    opt={"scope": "read"},
    tags=["Policy"],
    summary="A version of the policy, with its exact text",
    response_description="The version.",
    responses=_FOUND,
)
async def show_policy_change(services: Work, account: Caller, version: FromPath[str]) -> PolicyChangeText:
    """What it changes, and all it says."""
    async with services.road.connection() as connection:
        found = await _one(connection, account, version)
        stored = await policy_store.find(connection, found.digest)
    return PolicyChangeText(**msgspec.structs.asdict(_own(found)), text=stored.source if stored else "")


@post(
    "/api/policy-changes/{version:str}/accept",
    opt={"scope": "billing", "body": (PolicyAnswer,)},
    status_code=200,
    tags=["Policy"],
    summary="Accept a version for your account",
    response_description="The version, with your answer.",
    responses=_ANSWERED,
)
async def accept_policy_change(
    request: AnyRequest, services: Work, account: Caller, version: FromPath[str]
) -> Response[OwnPolicyChange]:
    """Who, when, whence and which text is kept as evidence. Until its day you may still decline."""
    return await _answer(request, services, account, (version, AnswerEvent.ACCEPT))


@post(
    "/api/policy-changes/{version:str}/decline",
    opt={"scope": "billing", "body": (PolicyAnswer,)},
    status_code=200,
    tags=["Policy"],
    summary="Decline a version: the account is closed on its day",
    response_description="The version, with your answer.",
    responses=_ANSWERED,
)
async def decline_policy_change(
    request: AnyRequest, services: Work, account: Caller, version: FromPath[str]
) -> Response[OwnPolicyChange]:
    """Until the day the account works as before, and you may still accept.

    On it, or at once when it has come, the account is closed, what waits is taken back, and what you bought and did
    not use is paid back.
    """
    return await _answer(request, services, account, (version, AnswerEvent.DECLINE))


CALLS: Final[tuple[Any, ...]] = (
    list_policy_changes,
    show_policy_change,
    accept_policy_change,
    decline_policy_change,
)


async def _answer(
    request: AnyRequest, services: Services, account: Account, answered: tuple[str, AnswerEvent]
) -> Response[OwnPolicyChange]:
    body = await read_json(request, _MOST_BODY)
    said: PolicyAnswer = decoded(body, PolicyAnswer)
    person = said.person.strip()
    if not person or not person.isprintable():
        raise ProblemError(UNREADABLE, "The person needs a name of printable characters.", "Name who answers.")
    version, event = answered
    given = GivenAnswer(account.account_id, version, event, person, address_of(request))

    async def work(connection: asyncpg.Connection) -> OwnPolicyChange:
        try:
            await give_answer(connection, given, services.clock.now())
        except NoVersionError as error:
            raise ProblemError(NOT_FOUND, error.what, error.remedy) from None
        return _own(await _one(connection, account, version))

    return await once(request, services, f"account:{account.account_id}", body, work)


async def _one(connection: asyncpg.Connection, account: Account, version: str) -> PolicyChange:
    found = await list_changes(connection, account.account_id, version) if version else []
    if not found:
        raise ProblemError(NOT_FOUND, "There is no such version for your account.", "See /api/policy-changes.")
    return found[0]


def _own(one: PolicyChange) -> OwnPolicyChange:
    fields = msgspec.structs.asdict(one)
    return OwnPolicyChange(answer_wanted=fields.pop("wanted"), **fields)
