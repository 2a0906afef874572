"""Owns what people decided about texts, and how scores are spread, in PostgreSQL; must not know how either is found."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from comity.base.errors import ComityError
from comity.base.ids import to_wire
from comity.content.drift import EDGES
from comity.content.scores import CATEGORIES
from comity.content.template import template_of
from comity.edges.postgres.artefact_store import find_stored
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.operator_store import NotThereError
from comity.edges.postgres.statements import load

_MOST_A_DAY: Final = 200_000
"""About so many messages of a day are looked at: their shares are known to a fraction of a percent."""


class NothingToLearnError(ComityError):
    """The text that was decided about is not there any more."""


class NewLabel(msgspec.Struct, frozen=True):
    """A decision on a message's text.

    Attributes:
        category: of `comity.content.scores.CATEGORIES`.
        label: whether the text is of it.
        person: who decided.
        note: why, for colleagues.
        template: the text with what is particular masked (`comity.content.template`).
    """

    message_id: UUID
    category: str
    label: bool
    person: str
    note: str
    template: str


async def add_label(connection: asyncpg.Connection, new: NewLabel) -> bool:
    """Keep a decision; False where no message has the id."""
    label_id = await connection.fetchval(
        "INSERT INTO labels (account_id, message_id, category, label, person, note, template)"
        " SELECT account_id, id, $2, $3, $4, $5, $6 FROM messages WHERE id = $1 RETURNING label_id",
        *msgspec.structs.astuple(new),
    )
    return label_id is not None


async def decide_on(
    connection: asyncpg.Connection, message_id: UUID, decided: tuple[str, bool], said: tuple[str, str]
) -> None:
    """Keep what a person decided about a message's text; a later decision on the same counts instead.

    Args:
        connection: of the road.
        message_id: which message.
        decided: the category, and whether the text is of it.
        said: who decided, and why.

    Raises:
        NotThereError: no message has the id.
        NothingToLearnError: its text is erased or sealed.
    """
    stored = await find_stored(connection, message_id)
    if stored is None:
        raise NotThereError(f"No message has the id {to_wire(message_id)}.", "Take the id that sending it answered.")
    if not stored.text:
        raise NothingToLearnError("The text of this message is erased or sealed: there is nothing to learn from.")
    await add_label(connection, NewLabel(message_id, *decided, *said, template_of(stored.text)))


async def label_page(connection: asyncpg.Connection, before: int | None, most: int) -> list[dict[str, Any]]:
    """The decisions in force, the newest first, without templates; those below a number, if one is given."""
    return [dict(row) for row in await connection.fetch(load("labels_page"), before, most)]


async def list_labels(connection: asyncpg.Connection, since: datetime) -> list[dict[str, Any]]:
    """The decisions in force, each with account, template and who made it."""
    return [dict(row) for row in await connection.fetch(load("labels_list"), since)]


async def count_scores(connection: asyncpg.Connection, first: date, until: date) -> int:
    """Count the scores of the days from `first` to before `until` that nobody counted yet; returns how many days."""
    days = [row["day"] for row in await connection.fetch(load("scores_uncounted"), first, until)]
    for day in days:
        await connection.execute(load("scores_count_day"), day, list(CATEGORIES), list(EDGES), _MOST_A_DAY)
    return len(days)


async def score_bins(
    connection: asyncpg.Connection, until: date, bins: int
) -> dict[str, tuple[tuple[int, ...], tuple[int, ...]]]:
    """By category, messages in each bin: in the week before `until`, and in the four weeks before that week."""
    found: dict[str, tuple[list[int], list[int]]] = {}
    for row in await connection.fetch(load("scores_bins"), until):
        lately, before = found.setdefault(row["category"], ([0] * bins, [0] * bins))
        lately[row["bin"]], before[row["bin"]] = row["lately"], row["before"]
    return {category: (tuple(lately), tuple(before)) for category, (lately, before) in found.items()}


class PostgresScoreStore:
    """Counts scores for those who watch them.

    Args:
        connections: connections of the road.
    """

    def __init__(self, connections: HeldConnections) -> None:
        self._connections = connections

    async def count_scores(self, first: date, until: date) -> int:
        """Count the scores of days from `first` to before `until` that nobody counted yet; returns how many days."""
        async with self._connections.connection() as connection:
            return await count_scores(connection, first, until)

    async def score_bins(self, until: date, bins: int) -> dict[str, tuple[tuple[int, ...], tuple[int, ...]]]:
        """By category, messages in each bin: in the week before `until`, and in the four weeks before that week."""
        async with self._connections.connection() as connection:
            return await score_bins(connection, until, bins)
