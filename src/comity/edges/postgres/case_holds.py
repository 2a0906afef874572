"""Owns what decisions do to held messages: refused with their charge back, or queued once; must not know who decides.

Everything is done in the caller's transaction: with the decision, or not at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from comity.cases.life import Event
from comity.content.scores import CATEGORIES
from comity.content.template import template_of
from comity.countries.hours import Wait, next_allowed
from comity.edges.postgres.announcing import WebhookEar, announce, wanted_accounts
from comity.edges.postgres.case_store import Row
from comity.edges.postgres.esme_ear import EsmeEar
from comity.edges.postgres.label_store import NewLabel, add_label
from comity.edges.postgres.statements import load
from comity.journey.notify import StateChange
from comity.messages.life import Detail, State
from comity.numbers.read import BadNumber, read_destination
from comity.numbers.zones import place_of, zones_of

Counts = dict[str, int]
# A campaign is one template; a case of texts that are all different teaches by so many of them.
_MOST_LABELS: Final = 50


async def settle_hold(
    connection: asyncpg.Connection, row: Row, event: Event, now: datetime, *, most: int | None = None
) -> Counts:
    """Do to the messages of a hold what was decided; how many were released or refused, and were held no more.

    With `most`, to the oldest so many; what is done leaves the rest to the next time. What goes over to a freeze's case
    is held here no more.
    """
    work = _release if event is Event.OVERTURN else _refuse
    counts = await work(connection, row["case_id"], now, most)
    await _label(connection, row, event)
    return counts


async def _release(connection: asyncpg.Connection, number: int, now: datetime, most: int | None) -> Counts:
    """Queue what is still held; promotional texts wait for their recipients' hours."""
    # So does what somebody must vouch for.
    await connection.execute(load("challenge_hand_on"), number, now)
    # What a freeze stops besides waits for that one's end.
    handed: int = await connection.fetchval(load("complaint_hand_on"), number, now, most)
    most = None if most is None else most - handed
    rows = await connection.fetch(load("case_hours"), number, most)
    late = await asyncio.to_thread(_late, [(row["id"], row["recipient"]) for row in rows], now)
    done = await connection.fetchrow(load("case_release"), number, now, list(late), list(late.values()), most)
    await connection.execute("SELECT pg_notify('comity_queue', '')")
    return {"released": done["done"], "none": done["named"] - done["done"] + handed}


def _late(messages: Sequence[tuple[UUID, str]], now: datetime) -> dict[UUID, datetime]:
    """Until when messages wait whose recipients' hours are closed now."""
    late: dict[UUID, datetime] = {}
    for id_, recipient in messages:
        try:
            to = read_destination(recipient)
        except BadNumber:
            continue
        answer = next_allowed(place_of(to), zones_of(to), "promotional", now)
        if isinstance(answer, Wait):
            late[id_] = answer.until
    return late


async def _refuse(connection: asyncpg.Connection, number: int, now: datetime, most: int | None) -> Counts:
    """Refuse what is still held, give back what it cost, and tell its customer."""
    rows = await connection.fetch(load("case_refuse"), number, now, int(Detail.REFUSED_BY_POLICY), most)
    ended = [_change(row, now) for row in rows if row["ended"]]
    ears = (WebhookEar(), EsmeEar())
    await wanted_accounts(connection, ears)
    await announce(connection, ears, ended)
    return {"refused": len(ended), "none": len(rows) - len(ended)}


def _change(row: Any, now: datetime) -> StateChange:  # noqa: ANN401  asyncpg's record
    return StateChange(
        account_id=row["account_id"],
        message_id=row["message_id"],
        state=State.REFUSED,
        detail=Detail.REFUSED_BY_POLICY,
        at=now,
        submitted_at=None,
        sender=row["sender"],
        recipient=row["recipient"],
        text=row["text"],
        reference=row["reference"],
        receipt=row["receipt"],
        system_id=row["system_id"],
    )


async def _label(connection: asyncpg.Connection, row: Row, event: Event) -> None:
    """Keep the decision as labelled examples, where what the rule says is what texts are scored for."""
    category = row["facts"].get("rule", "")
    if category not in CATEGORIES:
        return
    for sample in await connection.fetch(load("case_samples"), row["case_id"], _MOST_LABELS):
        note = f"case {row['case_id']}: {event}"
        label = NewLabel(
            sample["id"], category, event is Event.CONFIRM, row["decided_by"], note, template_of(sample["text"])
        )
        await add_label(connection, label)
