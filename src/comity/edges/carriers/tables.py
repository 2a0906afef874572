"""Owns the tables in docs/reference that are made from code; must not know files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.edges.carriers.options import rows
from comity.edges.carriers.simulator.magic import FATES

if TYPE_CHECKING:
    from collections.abc import Iterable


def options_table() -> str:
    """The options of a carrier, as Markdown."""
    return _table(
        ("option", "takes", "default", "meaning"),
        ((f"`{row.name}`", row.takes, f"`{row.default}`" if row.default else "", row.meaning) for row in rows()),
    )


def magic_table() -> str:
    """The magic numbers, as Markdown."""
    return _table(
        ("last digits", "what becomes of the message"),
        ((f"`{digits}`", fate.meaning) for digits, fate in FATES.items()),
    )


def _table(head: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ("---",) * len(head), *lines))
