"""Owns what becomes of what a freeze held, once it has ended: released or refused, in pieces, each a commit of its own.

It must not know who ends a freeze, or any door. The first piece is part of the end itself; a deed follows for as long
as something is left, so that no commit keeps the account's sending, or its lots, for longer than a moment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import asyncpg

from comity.cases.life import Event, State
from comity.complaints.life import FreezeState
from comity.edges.postgres.case_holds import settle_hold
from comity.edges.postgres.case_store import Happened, Row
from comity.edges.postgres.case_store import move as move_case
from comity.edges.postgres.complaint_freeze_telling import Word
from comity.edges.postgres.complaint_frozen import Freeze
from comity.edges.postgres.complaint_parking import AGAIN, END
from comity.edges.postgres.deadline_store import NewDeadline, set_deadline
from comity.edges.postgres.statements import load

TO_COME: Final = "to_come"
"""Among the numbers of what was done: how many messages the deed still has to do the same to."""
_AT_ONCE: Final = 2_000


async def settle_piece(
    connection: asyncpg.Connection, found: Freeze, cases: Sequence[Row], word: Word, state: FreezeState
) -> Mapping[str, int]:
    """Decide locked cases of a freeze that nobody has, and do to some thousand messages in them what was decided.

    Where more are left, the deed of `freeze-again` does the next ones.

    Args:
        connection: with the freeze locked.
        found: the freeze.
        cases: all that hold what it stopped.
        word: whose, why and when.
        state: how the freeze ended.

    Returns:
        What was done, in numbers; `TO_COME` among them where something is left.
    """
    event = Event.CONFIRM if state is FreezeState.UPHELD else Event.OVERTURN
    decided = {case["case_id"]: await _decided(connection, case, event, word) for case in cases}
    effects: Counter[str] = Counter()
    room = _AT_ONCE
    for case_id in await _holding(connection, list(decided)):
        if room <= 0:
            break
        done = await _settled(connection, decided[case_id], event, word, room)
        effects.update(done)
        room -= sum(done.values())
    if await _holding(connection, list(decided)):
        again = NewDeadline(AGAIN, f"{found.freeze_id} {END} rest", found.account_id, word.at)
        await set_deadline(connection, again)
        effects[TO_COME] = await connection.fetchval(
            "SELECT count(*) FROM case_messages WHERE case_id = ANY ($1::bigint[]) AND effect = ''", list(decided)
        )
    return dict(effects)


async def _decided(connection: asyncpg.Connection, case: Row, event: Event, word: Word) -> Row:
    if State(case["state"]) in (State.DECIDED, State.CLOSED):
        return case
    return await move_case(connection, case, Happened(event, word.by, word.role, word.why), word.at)


async def _holding(connection: asyncpg.Connection, cases: Sequence[int]) -> list[int]:
    """Which of the cases hold something still, in order."""
    rows = await connection.fetch(
        "SELECT c.case_id FROM unnest($1::bigint[]) WITH ORDINALITY AS c (case_id, nth)"
        " WHERE EXISTS (SELECT FROM case_messages n WHERE n.case_id = c.case_id AND n.effect = '') ORDER BY c.nth",
        cases,
    )
    return [row["case_id"] for row in rows]


async def _settled(connection: asyncpg.Connection, case: Row, event: Event, word: Word, most: int) -> dict[str, int]:
    """Release or refuse the oldest so many of a case; what another freeze stops goes over to that one's case."""
    if event is Event.OVERTURN:
        return await settle_hold(connection, case, event, word.at, most=most)
    handed: int = await connection.fetchval(load("complaint_hand_on"), case["case_id"], word.at, most)
    done = await settle_hold(connection, case, event, word.at, most=most - handed)
    return {**done, "none": done["none"] + handed}
