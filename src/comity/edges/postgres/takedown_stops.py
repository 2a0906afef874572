"""Owns what a takedown stops in PostgreSQL, and what goes on when it is not right; must not know how one is decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import asyncpg
import msgspec

from comity.complaints.complaint import NewFreeze
from comity.complaints.linking import reported
from comity.complaints.takedown import Event, is_named
from comity.edges.postgres.complaint_freezes import freeze, lift
from comity.edges.postgres.statements import load
from comity.edges.postgres.takedown_store import Takedown, move, note
from comity.senders.brands import BrandIndex
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


def names_its_person(found: Takedown) -> bool:
    """Whether it is of the person that the text names."""
    return found.kind == "defamation" and is_named(found.holder, found.text)


async def hold(
    connection: asyncpg.Connection, found: Takedown, concerned: Sequence[Concerned], index: BrandIndex, now: datetime
) -> Takedown:
    """Stop what a verified holder names, until the case is decided; unchanged where nothing can be stopped."""
    freezes = [
        await freeze(connection, _of_sender(found, one.account_id), now)
        for one in concerned
        if one.holds and found.brands
    ]
    if found.text.strip() and (names_its_person(found) or _speaks_of(found, index)):
        freezes.append(await freeze(connection, _of_text(found, found.number, _by(found)), now))
    if not freezes:
        return found
    await _keep_freezes(connection, found, freezes)
    moved = await move(connection, found, Event.HOLD, (COMITY, "Its holder is verified."), now)
    return msgspec.structs.replace(moved, freezes=freezes)


async def uphold(connection: asyncpg.Connection, found: Takedown, said: tuple[str, str], now: datetime) -> None:
    """What infringes stays stopped: grants of the sender end, and the text is stopped without an end of its own."""
    rows = await connection.fetch(
        "UPDATE sender_grants g SET expires_at = $3 FROM takedown_answers a, sender_grants was"
        " WHERE a.takedown_id = $1 AND g.account_id = a.account_id AND g.sender_key = $2 AND $2 <> ''"
        " AND was.account_id = g.account_id AND was.sender_key = g.sender_key"
        " AND (g.expires_at IS NULL OR g.expires_at > $3)"
        " RETURNING g.account_id, g.sender_key, was.expires_at",
        *(found.takedown_id, _sender_key(found), now),
    )
    grants = [[row["account_id"], row["sender_key"], row["expires_at"]] for row in rows]
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
    for account_id, sender_key, expires_at in found.grants:
        await connection.execute(
            "UPDATE sender_grants SET expires_at = $3 WHERE account_id = $1 AND sender_key = $2",
            *(account_id, sender_key, expires_at),
        )
    await connection.execute(
        "UPDATE takedowns SET grants = '[]', freezes = '{}' WHERE takedown_id = $1", found.takedown_id
    )


def why_of(found: Takedown) -> str:
    """What is said, in a sentence that customers read."""
    return f"{found.holder} reported that it infringes a right ({found.kind}: {found.right_named})."


def _sender_key(found: Takedown) -> str:
    return found.sender.strip().removeprefix("+").lower()


def _speaks_of(found: Takedown, index: BrandIndex) -> bool:
    """Whether the text names a brand that the holder owns: a text that does not is nobody's to stop by a word."""
    named = {brand for naming in index.named_in(unmask(found.text)) for brand in naming.brands}
    return bool(named & set(found.brands))


def _by(found: Takedown) -> str:
    return f"takedown {found.number}"


def _of_sender(found: Takedown, account_id: int) -> NewFreeze:
    return NewFreeze(account_id, "sender", _sender_key(found), why_of(found), found.number, _by(found))


async def _for_good(connection: asyncpg.Connection, found: Takedown, by: str) -> list[NewFreeze]:
    """Stops of the text, of everybody where it was stopped for everybody before; else of those that it concerns."""
    if not found.text.strip():
        return []
    stop = _of_text(found, "", by)
    rows = await connection.fetch(
        "SELECT account_id FROM freezes WHERE freeze_id = ANY ($1) AND account_id IS NULL"
        " UNION ALL SELECT account_id FROM takedown_answers WHERE takedown_id = $2",
        *(found.freezes, found.takedown_id),
    )
    accounts = {row["account_id"] for row in rows}
    if None in accounts or names_its_person(found):
        return [stop]
    return [msgspec.structs.replace(stop, account_id=account_id) for account_id in sorted(accounts)]


def _of_text(found: Takedown, number: str, by: str) -> NewFreeze:
    """A stop of the text and what is nearly the same, of everybody; `number` ties it to the case of its complaint."""
    known = reported(found.text)
    return NewFreeze(None, "text", str(known.text_key), why_of(found), number, by, similarity=known.similarity)


async def _keep_freezes(connection: asyncpg.Connection, found: Takedown, freezes: Sequence[int]) -> None:
    await connection.execute(
        "UPDATE takedowns SET freezes = $2 WHERE takedown_id = $1", found.takedown_id, list(freezes)
    )
