"""Owns judging many messages as one account would send them, without sending; must not know who asks.

All that can be read goes to the acceptor as one dry run, so that what is said here is what a send would get: with the
account's grants, consents, opt-outs and earlier messages. What cannot be read has an error of its own and does not
spoil the rest.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Final

from comity.accounts.account import Account
from comity.journey.accept import Acceptor
from comity.journey.prepare import Readings, prepare
from comity.journey.texts import Texts
from comity.messages.submission import Answered, Door, Draft, InputFault, Judged, Malformed, Submission, TryLater

# A date may pass between being read here and by the acceptor; more than a few such cannot be.
_TRIES: Final = 3


class NotRehearsedError(Exception):
    """Nothing was judged, for a reason that is not about one message: too much is waiting, or credits are short."""

    def __init__(self, outcome: Malformed | TryLater) -> None:
        super().__init__(type(outcome).__name__)
        self.outcome = outcome


async def rehearse(
    acceptor: Acceptor,
    account: Account,
    readings: Readings,
    now: datetime,
    drafts: Mapping[int, Draft],
    breathe: Callable[[], Awaitable[None]],
) -> dict[int, Judged | str]:
    """What would become of each draft, or what is wrong with it, by its place.

    Args:
        acceptor: judges.
        account: who would send.
        readings: policy, prices and routes of this moment.
        now: this moment.
        drafts: at most as many as a submission may have.
        breathe: awaited after each draft that is read, so that others get their turn.

    Raises:
        NotRehearsedError: nothing was judged.
    """
    came: dict[int, Judged | str] = {}
    sound: dict[int, Draft] = {}
    shared = Texts()
    for place, draft in drafts.items():
        read = prepare(draft, account, readings, now, shared)
        if isinstance(read, Malformed):
            came[place] = read.what
        else:
            sound[place] = draft
        await breathe()
    for _ in range(_TRIES):
        if not sound:
            return came
        outcome = await acceptor.accept(Submission(account, Door.REST, tuple(sound.values()), dry_run=True))
        if isinstance(outcome, Answered):
            return came | dict(zip(sound, outcome.messages, strict=True))
        if isinstance(outcome, TryLater) or outcome.fault is InputFault.NOT_ENOUGH_CREDITS:
            raise NotRehearsedError(outcome)
        place = list(sound)[outcome.index]
        came[place] = outcome.what
        del sound[place]
    raise NotRehearsedError(TryLater(1))
