"""Owns judging many messages as one account would send them, without sending; must not know who asks.

All that can be read goes to the acceptor as one dry run, so that what is said here is what a send would get: with the
account's grants, consents, opt-outs and earlier messages. What cannot be read has an error of its own and does not
spoil the rest. Credits are not asked for: that they would not do is part of the answer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import msgspec

from comity.accounts.account import Account
from comity.journey.accept import Acceptor
from comity.journey.prepare import Prepared, Readings, prepare, score_ahead
from comity.journey.texts import Texts
from comity.messages.submission import Door, Draft, Judged, Malformed, Submission


class Rehearsed(msgspec.Struct, frozen=True):
    """What would become of messages.

    Attributes:
        came: by its place, what would become of each, or what is wrong with it.
        available: micro-credits that the account could spend; None when nothing was judged.
    """

    came: dict[int, Judged | str]
    available: int | None = None


async def rehearse(
    acceptor: Acceptor,
    account: Account,
    readings: Readings,
    now: datetime,
    drafts: Mapping[int, Draft],
    breathe: Callable[[], Awaitable[None]],
) -> Rehearsed:
    """What would become of each draft.

    Args:
        acceptor: judges.
        account: who would send.
        readings: policy, prices and routes of this moment.
        now: this moment.
        drafts: by their place; at most as many as a submission may have.
        breathe: awaited after each draft that is read, so that others get their turn.

    Raises:
        StoreError: what the store knows could not be asked.
    """
    came: dict[int, Judged | str] = {}
    sound: dict[int, Prepared] = {}
    shared, ordered = Texts(), tuple(drafts.values())
    for index, (place, draft) in enumerate(drafts.items()):
        if score_ahead(ordered, index, shared, readings.policy):
            await breathe()
        read = prepare(draft, account, readings, now, shared)
        if isinstance(read, Malformed):
            came[place] = read.what
        else:
            sound[place] = read
        await breathe()
    if not sound:
        return Rehearsed(came)
    asked = Submission(account, Door.REST, tuple(one.draft for one in sound.values()), dry_run=True)
    answered = await acceptor.rehearse(asked, list(sound.values()), readings.policy)
    return Rehearsed(came | dict(zip(sound, answered.messages, strict=True)), answered.available)
