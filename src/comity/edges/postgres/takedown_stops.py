"""Owns what a takedown stops in PostgreSQL, and what goes on when it is not right; must not know how one is decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import asyncpg
import msgspec

from comity.accounts.standing import AUTOMATIC
from comity.complaints.complaint import NewFreeze
from comity.complaints.linking import reported
from comity.complaints.takedown import Event, is_named
from comity.edges.postgres.complaint_freezes import freeze, lift
from comity.edges.postgres.statements import load
from comity.edges.postgres.takedown_store import Takedown, move, note
from comity.senders.brands import BrandIndex
from comity.senders.names import name_key
from comity.text.unmask import unmask

COMITY: Final = "comity"
_SENT_WITHIN: Final = timedelta(days=30)


class Concerned(msgspec.Struct, frozen=True):
    """An account that a takedown concerns; `holds` where it holds the sender."""

    account_id: int
    holds: bool


async def concerned_by(
    connection: asyncpg.Connection, found: Takedown, index: BrandIndex, claimant: int | None, now: datetime
) -> list[Concerned]:
    """Whom it concerns: not the claimant, nor who holds the brand it is about."""
    rows = await connection.fetch(
        load("takedown_concerned"),
        *(_sender_key(found), reported(found.text).template, (now - _SENT_WITHIN).date(), now, found.number),
    )
    about = {*found.brands, *index.exact(found.holder), *index.exact(found.sender)}
    return [
        Concerned(row["account_id"], row["holds"])
        for row in rows
        if row["account_id"] != claimant and not about & index.held(row["names"])
    ]


async def hold_shortly(
    connection: asyncpg.Connection, found: Takedown, concerned: Sequence[Concerned], index: BrandIndex, now: datetime
) -> Takedown:
    """Stop the text of the one account whose message a claim names, for as long as any stop without a person lasts.

    Only where it is just that message's text, and names the person who is shown to have got it, or a brand that the
    claimant is shown to own; and only once. All else is a reviewer's to stop: unchanged then.
    """
    if not (found.brands or (found.received and found.kind == "defamation")):
        return found
    accounts = {one.account_id for one in concerned}
    said = reported(found.text)
    rows = await connection.fetch(load("takedown_linked"), found.number, said.text_key, said.similarity)
    meant = next(
        (row for row in rows if row["account_id"] in accounts and _is_about(found, row["sender"], index)), None
    )
    if meant is None:
        return found
    stop = _of_text(found, meant["account_id"], found.number, AUTOMATIC)
    why = "Its holder is shown; it ends by itself unless a reviewer confirms it."
    return await _held(connection, found, [await freeze(connection, stop, now)], why, now)


async def hold(
    connection: asyncpg.Connection, found: Takedown, concerned: Sequence[Concerned], index: BrandIndex, now: datetime
) -> Takedown:
    """Stop what a holder names for whom a reviewer vouched, of the accounts it concerns, until the case is decided.

    Unchanged where nothing can be stopped.
    """
    stops = [
        NewFreeze(one.account_id, "sender", _sender_key(found), why_of(found), found.number, found.proven_by)
        for one in concerned
        if one.holds and found.brands
    ]
    if _speaks_of(found, index) or _names_its_person(found, index):
        stops += [_of_text(found, one.account_id, found.number, found.proven_by) for one in concerned]
    if not stops:
        return found
    freezes = [await freeze(connection, one, now) for one in stops]
    return await _held(connection, found, freezes, "A reviewer vouched for its holder.", now)


async def uphold(connection: asyncpg.Connection, found: Takedown, said: tuple[str, str], now: datetime) -> None:
    """What infringes stays stopped: grants of the sender end, and the text of those concerned is stopped for good."""
    rows = await connection.fetch(load("takedown_uphold"), found.takedown_id, _sender_key(found), now)
    grants = [[row["account_id"], row["sender_key"], row["expires_at"], row["ended_at"]] for row in rows]
    # The stop until the decision ended with the case; these are the reviewer's own.
    freezes = [await freeze(connection, one, now) for one in await _for_good(connection, found, said[0])]
    await _keep_freezes(connection, found, freezes)
    await connection.execute(
        "UPDATE takedowns SET grants = $2 WHERE takedown_id = $1", found.takedown_id, msgspec.to_builtins(grants)
    )
    await note(connection, found.takedown_id, "stop", (said[0], f"{len(grants)} senders, {len(freezes)} texts"), now)


async def restore(connection: asyncpg.Connection, found: Takedown, said: tuple[str, str], now: datetime) -> None:
    """What was stopped goes on: stops are lifted, grants of the sender are as they were."""
    open_ = await connection.fetch(
        "SELECT freeze_id FROM freezes WHERE freeze_id = ANY ($1) AND ended_at IS NULL", found.freezes
    )
    for row in open_:
        await lift(connection, row["freeze_id"], said[0], said[1] or "The takedown was not found right.", now)
    for grant in found.grants:
        kept = msgspec.to_builtins([grant])
        await connection.execute(load("takedown_restore"), found.takedown_id, *grant, kept)
    await connection.execute(
        "UPDATE takedowns SET grants = '[]', freezes = '{}' WHERE takedown_id = $1", found.takedown_id
    )


def why_of(found: Takedown) -> str:
    """What is said, in a sentence that customers read."""
    return f"{found.holder} reported that it infringes a right ({found.kind}: {found.right_named})."


def _sender_key(found: Takedown) -> str:
    return found.sender.strip().removeprefix("+").lower()


def _is_about(found: Takedown, sender: str, index: BrandIndex) -> bool:
    """Whether the text names the brand that the holder owns, or the holder, who is not just who sent it."""
    if _speaks_of(found, index):
        return True
    return name_key(found.holder) != name_key(sender) and _names_its_person(found, index)


def _names_its_person(found: Takedown, index: BrandIndex) -> bool:
    """Whether it is of the person that the text names; a name of the register is no person's."""
    return found.kind == "defamation" and not index.exact(found.holder) and is_named(found.holder, found.text)


def _speaks_of(found: Takedown, index: BrandIndex) -> bool:
    """Whether a text names a brand that the holder owns: a text that does not is nobody's to stop by a word."""
    named = {brand for naming in index.named_in(unmask(found.text)) for brand in naming.brands}
    return bool(named & set(found.brands))


async def _for_good(connection: asyncpg.Connection, found: Takedown, by: str) -> list[NewFreeze]:
    """Stops of the text, of those that it concerns: a text is stopped for everybody only by who asks for just that."""
    if not found.text.strip():
        return []
    rows = await connection.fetch(
        "SELECT account_id FROM takedown_answers WHERE takedown_id = $1 ORDER BY account_id", found.takedown_id
    )
    return [_of_text(found, row["account_id"], "", by) for row in rows]


def _of_text(found: Takedown, account_id: int, number: str, by: str) -> NewFreeze:
    """A stop of the text and what is nearly the same; `number` ties it to the case of its complaint."""
    known = reported(found.text)
    return NewFreeze(account_id, "text", str(known.text_key), why_of(found), number, by, similarity=known.similarity)


async def _held(
    connection: asyncpg.Connection, found: Takedown, freezes: Sequence[int], why: str, now: datetime
) -> Takedown:
    await _keep_freezes(connection, found, freezes)
    moved = await move(connection, found, Event.HOLD, (COMITY, why), now)
    return msgspec.structs.replace(moved, freezes=list(freezes))


async def _keep_freezes(connection: asyncpg.Connection, found: Takedown, freezes: Sequence[int]) -> None:
    await connection.execute(
        "UPDATE takedowns SET freezes = $2 WHERE takedown_id = $1", found.takedown_id, list(freezes)
    )
