"""Owns `POST /api/check`: messages judged with the account's own facts, without sending; must not judge itself.

All that can be read goes to the acceptor as one dry run, so that what is said here is what a send would get. What
cannot be read has an error of its own and does not spoil the rest.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import post

from comity.accounts.account import Account
from comity.edges.rest_http.models import CheckAnswer, CheckDraft, Checked
from comity.edges.rest_http.problems import CREDITS, LATER, UNREADABLE, ProblemError
from comity.edges.rest_http.services import AnyRequest, Caller, Services, Work, decoded, read_json
from comity.edges.rest_http.shown import BODY_ANSWERS, ENTRY_ANSWERS, checked, spec, summary
from comity.edges.rest_http.turns import Slices
from comity.journey.campaign import Summary
from comity.journey.misfit import misfit
from comity.journey.prepare import prepare
from comity.journey.texts import Texts
from comity.messages.submission import Answered, Door, Draft, InputFault, Judged, Malformed, Submission, TryLater
from comity.screening.compiled import CompiledPolicy

MOST_BODY: Final = 2 * 1024 * 1024
MOST_MESSAGES: Final = 1_000
_FIELDS: Final = CheckDraft.__struct_fields__
# A date may pass between being read here and by the acceptor; more than a few such cannot be.
_TRIES: Final = 3


@post(
    "/api/check",
    status_code=200,
    tags=["Messages"],
    summary="What would become of messages, without sending them",
    responses={**BODY_ANSWERS, **ENTRY_ANSWERS, 402: spec("The account could not pay for these messages.")},
)
async def check(request: AnyRequest, services: Work, account: Caller) -> CheckAnswer:
    """One message, or up to 1,000 of them in `messages`, at most 2 MB.

    They are judged with the account's grants, consents, opt-outs and earlier messages as if they were sent in one
    request, each for its own date. Nothing is written, sent or charged, though the account must hold what they would
    cost. The verdict is that of the send: policy and engine are the same.
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
        self._slices = Slices()
        self._ids: list[str | int | None] = []
        self._drafts: dict[int, Draft] = {}
        self._errors: dict[int, str] = {}

    async def answer(self, texts: list[msgspec.Raw]) -> CheckAnswer:
        """Read, judge and tell."""
        await self._read(texts)
        judged = await self._judge()
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
        return CheckAnswer(shown, summary(counted, list(judged.values())), *_named(policy, judged))

    async def _read(self, texts: list[msgspec.Raw]) -> None:
        """Read each message; what a send would not take is told here."""
        readings, now = self._services.readings(), self._services.clock.now()
        shared = Texts()
        for place, text in enumerate(texts):
            try:
                given: CheckDraft = decoded(text, CheckDraft)
            except msgspec.ValidationError as error:
                self._ids.append(_id_in(text))
                self._errors[place] = str(misfit(error, _FIELDS, "The message"))
                continue
            self._ids.append(given.id)
            draft = Draft(to=given.to, sender=given.sender, text=given.text, category=given.category, due_at=given.at)
            fault = prepare(draft, self._account, readings, now, shared)
            if isinstance(fault, Malformed):
                self._errors[place] = fault.what
            else:
                self._drafts[place] = draft
            await self._slices.breathe()

    async def _judge(self) -> dict[int, Judged]:
        for _ in range(_TRIES):
            if not self._drafts:
                return {}
            submission = Submission(self._account, Door.REST, tuple(self._drafts.values()), dry_run=True)
            outcome = await self._services.acceptor.accept(submission)
            if isinstance(outcome, Answered):
                return dict(zip(self._drafts, outcome.messages, strict=True))
            if isinstance(outcome, TryLater):
                break
            self._take_out(outcome)
        raise ProblemError(LATER, "Too much is waiting to be judged.", "Try again in a second.")

    def _take_out(self, fault: Malformed) -> None:
        """Set aside the message that is wrong after all.

        Raises:
            ProblemError: it is not about one message.
        """
        if fault.fault is InputFault.NOT_ENOUGH_CREDITS:
            raise ProblemError(CREDITS, fault.what, "Check fewer messages at once, or top the account up.")
        place = list(self._drafts)[fault.index]
        self._errors[place] = fault.what
        del self._drafts[place]


def _named(policy: CompiledPolicy, judged: dict[int, Judged]) -> tuple[str, str]:
    """Version and digest of the policy that judged; of the one in force where nothing was."""
    first = next(iter(judged.values()), None)
    if first is None:
        return policy.policy.document.version, policy.policy.digest
    return first.verdict.policy, first.verdict.digest


class _OnlyId(msgspec.Struct):
    id: str | int | None = None


def _id_in(text: msgspec.Raw) -> Any:  # noqa: ANN401  text, a whole number or None
    try:
        return msgspec.json.decode(text, type=_OnlyId).id
    except msgspec.ValidationError:
        return None
