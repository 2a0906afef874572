"""Owns the commands about people's decisions on texts, and about drift of scores; must not know SQL."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal

import asyncpg
import msgspec
import typer

from comity.base.ids import to_wire
from comity.content.scores import CATEGORIES
from comity.edges.cli.console import DatabaseOption, DataOption, JsonOption, fail, print_rows, with_connection
from comity.edges.cli.reading import read_line
from comity.edges.cli.verdicts import IdArgument, read_id

labels = typer.Typer(no_args_is_help=True, help="What people decided about texts, for training.")
scores = typer.Typer(no_args_is_help=True, help="What texts are scored.")

SinceOption = Annotated[str, typer.Option(metavar="DAY", help="Decisions made on this day (UTC) or later, 2026-03-04.")]
_COUNTED_BACK = timedelta(days=35)
_LONGEST_NOTE = 1_000


@labels.command("add")
def add(
    message_id: IdArgument,
    category: Annotated[str, typer.Argument(help=", ".join(CATEGORIES))],
    label: Annotated[Literal["yes", "no"], typer.Argument(help="Whether the text is of that category.")],
    by: Annotated[str, typer.Option(help="Who decided.")],
    note: Annotated[str, typer.Option(help="Why, for colleagues.")] = "",
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Keep what a person decided about a message's text. A later decision on the same counts instead; both are kept."""
    if category not in CATEGORIES:
        fail(f"There is no category {category!r}. Use one of {', '.join(CATEGORIES)}.")
    wanted, person = read_id(message_id), read_line(by, "person")
    why = read_line(note, "note", _LONGEST_NOTE) if note else ""

    async def work(connection: asyncpg.Connection) -> None:
        from comity.edges.postgres.label_store import decide_on

        await decide_on(connection, wanted, (category, label == "yes"), (person, why))

    with_connection(data, database, work)
    print(f"{message_id}: {category}, {label}")


@labels.command("list")
def list_all(
    since: SinceOption = "", data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False
) -> None:
    """List decisions in force, without texts."""
    rows = _rows(since, data, database)
    shown = [
        {
            "message": to_wire(row["message_id"]),
            "account": row["account"],
            "category": row["category"],
            "label": _word(row),
            "by": row["person"],
            "at": row["at"],
            "note": _escaped(row["note"]),
        }
        for row in rows
    ]
    print_rows(shown, as_json=as_json, empty="Nobody decided anything yet.")


@labels.command("export")
def export(since: SinceOption = "", data: DataOption = "", database: DatabaseOption = "") -> None:
    """Print decisions in force as lines of JSON that training reads: text, category, label, and the message's id.

    Texts are templates: digits, names in greetings and what is particular in links are masked. They are still what
    customers wrote; treat the file as such.
    """
    for row in _rows(since, data, database):
        line = {
            "id": to_wire(row["message_id"]),
            "text": row["template"],
            "category": row["category"],
            "label": _word(row),
        }
        print(msgspec.json.encode(line).decode())


@scores.command("drift")
def drift(data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False) -> None:
    """Compare how scores were spread over the last seven days with the four weeks before, by category.

    The figure is the population stability index: below 0.1 steady, from 0.25 on a change of traffic or of a model.
    Empty where one side has too few messages. Days are counted when they are over.
    """
    from comity.content.drift import BINS, stability_index

    today = datetime.now(UTC).date()

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        from comity.edges.postgres.label_store import count_scores, score_bins

        await count_scores(connection, today - _COUNTED_BACK, today)
        return await score_bins(connection, today, BINS)

    bins = with_connection(data, database, work)
    rows = [
        {
            "category": category,
            "drift": stability_index(*bins[category]),
            "messages": sum(bins[category][0]),
            "before": sum(bins[category][1]),
        }
        for category in CATEGORIES
        if category in bins
    ]
    print_rows(rows, as_json=as_json, empty="No day was counted yet: there are no messages of days that are over.")


def _rows(since: str, data: str, database: str) -> list[dict[str, Any]]:
    from comity.edges.postgres.label_store import list_labels

    try:
        first = date.fromisoformat(since) if since else date.min
    except ValueError:
        fail(f"{since!r} is not a day. Write it as 2026-11-22.")
    instant = datetime(first.year, first.month, first.day, tzinfo=UTC)
    return with_connection(data, database, lambda connection: list_labels(connection, instant))


def _word(row: dict[str, Any]) -> str:
    return "yes" if row["label"] else "no"


def _escaped(note: str) -> str:
    """A note as a terminal may show it; one that came by another way may hold control codes."""
    return "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in note)
