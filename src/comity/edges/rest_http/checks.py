"""Owns `POST /api/check`: messages judged with the account's own facts, without sending; must not judge itself.

All that can be read goes to the acceptor as one dry run, so that what is said here is what a send would get. What
cannot be read has an error of its own and does not spoil the rest.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import post

from comity.accounts.account import Account
from comity.edges.rest_http.models import CheckAnswer, CheckBody, CheckDraft, Checked, CheckId
from comity.edges.rest_http.problems import UNREADABLE, ProblemError
from comity.edges.rest_http.services import AnyRequest, Caller, Services, Work, decoded, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, checked, summary
from comity.journey.campaign import Summary
from comity.journey.misfit import misfit
from comity.journey.rehearse import Rehearsed, rehearse
from comity.journey.slices import SLICE_S, Slices
from comity.messages.submission import Draft, Judged
from comity.screening.compiled import CompiledPolicy

MOST_BODY: Final = 2 * 1024 * 1024
MOST_MESSAGES: Final = 1_000
_FIELDS: Final = CheckDraft.__struct_fields__


@post(
    "/api/check",
    opt={"body": (CheckDraft, CheckBody)},
    status_code=200,
    tags=["Messages"],
    summary="What would become of messages, without sending them",
    response_description="What would become of each message, in order, and what they come to together.",
    responses={**BODY_ANSWERS, **ENTRY_ANSWERS},
)
async def check(request: AnyRequest, services: Work, account: Caller) -> CheckAnswer:
    """One message, or up to 1,000 of them in `messages`, at most 2 MB.

    They are judged with the account's grants, consents, opt-outs and earlier messages as if they were sent in one
    request, each for its own date. Nothing is written, sent or charged, and no credits are needed: the summary says
    what they would cost and whether the account holds that. The verdict is that of the send: policy and engine are the
    same. One check of an account is under way at a time; who sends meanwhile goes first.
    """
    texts = _messages(await read_json(request, MOST_BODY))
    async with services.heavy.turn(account.account_id):
        one = _Check(services, account)
        return await one.answer(texts)


def _messages(body: bytes) -> list[msgspec.Raw]:
    """Each message's JSON."""
    try:
        fields: dict[str, msgspec.Raw] = decoded(body, dict[str, msgspec.Raw])
        if "messages" not in fields:
            return [msgspec.Raw(body)]
        unknown = [name for name in fields if name != "messages"]
        if unknown:
            raise ProblemError(UNREADABLE, f"There is no field {unknown[0][:100]!r} beside messages.", "Leave it out.")
        messages: list[msgspec.Raw] = decoded(fields["messages"], list[msgspec.Raw])
    except msgspec.ValidationError:
        raise ProblemError(
            UNREADABLE, "The body is neither a message nor an object with a list of messages.", "See /api/docs."
        ) from None
    if not 1 <= len(messages) <= MOST_MESSAGES:
        raise ProblemError(
            UNREADABLE, f"The list holds {len(messages)} messages.", f"Send 1 to {MOST_MESSAGES} at once."
        )
    return messages


class _Check:
    """One request: what was read, what was wrong, and what came of it, by place."""

    def __init__(self, services: Services, account: Account) -> None:
        self._services = services
        self._account = account
        self._slices = Slices(SLICE_S)
        self._ids: list[str | int | None] = []
        self._drafts: dict[int, Draft] = {}
        self._errors: dict[int, str] = {}

    async def answer(self, texts: list[msgspec.Raw]) -> CheckAnswer:
        """Read, judge and tell."""
        await self._read(texts)
        rehearsed = await self._judge()
        judged = {place: found for place, found in rehearsed.came.items() if isinstance(found, Judged)}
        policy = self._services.readings().policy
        counted = Summary()
        shown: list[Checked] = []
        for place, id_ in enumerate(self._ids):
            found = judged.get(place)
            if found is None:
                counted.count_broken(f"message {place + 1}: {self._errors[place]}")
                shown.append(Checked(id_, error=self._errors[place]))
            else:
                counted.count(found.verdict, place + 1)
                shown.append(checked(id_, found))
            await self._slices.breathe()
        told = summary(counted, list(judged.values()), available=rehearsed.available)
        return CheckAnswer(shown, told, *_named(policy, judged))

    async def _read(self, texts: list[msgspec.Raw]) -> None:
        for place, text in enumerate(texts):
            try:
                given: CheckDraft = decoded(text, CheckDraft)
            except msgspec.ValidationError as error:
                self._ids.append(_id_in(text))
                self._errors[place] = str(misfit(error, _FIELDS, "The message"))
                continue
            self._ids.append(given.id)
            self._drafts[place] = Draft(
                to=given.to, sender=given.sender, text=given.text, category=given.category, due_at=given.at
            )
            await self._slices.breathe()

    async def _judge(self) -> Rehearsed:
        """What was judged; what a send would not take is set down among the errors."""
        services = self._services
        rehearsed = await rehearse(
            services.acceptor,
            self._account,
            services.readings(),
            services.clock.now(),
            self._drafts,
            self._slices.breathe,
        )
        self._errors |= {place: what for place, what in rehearsed.came.items() if isinstance(what, str)}
        return rehearsed


def _named(policy: CompiledPolicy, judged: dict[int, Judged]) -> tuple[str, str]:
    """Version and digest of the policy that judged; of the one in force where nothing was."""
    first = next(iter(judged.values()), None)
    if first is None:
        return policy.policy.document.version, policy.policy.digest
    return first.verdict.policy, first.verdict.digest


class _OnlyId(msgspec.Struct):
    id: CheckId = None


def _id_in(text: msgspec.Raw) -> Any:  # noqa: ANN401  text, a whole number or None
    try:
        return msgspec.json.decode(text, type=_OnlyId).id
    except msgspec.ValidationError:
        return None
