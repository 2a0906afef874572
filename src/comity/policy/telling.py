"""Owns how changes of a policy read for people, a line each; must not know where they are shown."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec

from comity.policy.diff import Change

WIDTH: Final = 100
_MOST_ENTRIES: Final = 8
_LISTED: Final = ", "
_WRAPPED: Final = " " * 6
_PARTS: Final = {
    "policy": "The policy itself",
    "rules": "Rules",
    "clauses": "Clauses",
    "overlays": "Overlays",
    "brands": "Protected names",
    "lists": "Lists",
    "triggers": "When accounts are acted on",
    "proof": "Requests to prove opt-ins",
    "complaints": "Complaints",
}


def changes(found: Sequence[Change]) -> Iterator[str]:
    """Differences, part by part."""
    for part, heading in _PARTS.items():
        of_part = [one for one in found if one.part == part]
        if of_part:
            yield from ("", heading)
        for one in of_part:
            yield from _change(one)


def lines(found: Sequence[Change]) -> list[str]:
    """One line a change, without headings: each says itself what it is about; what was wrapped is whole again."""
    return _whole(changes(found))


def written(value: Any) -> str:  # noqa: ANN401  whatever a document holds
    """A value as a person would write it."""
    return msgspec.json.encode(value).decode()


def _whole(wrapped: Iterable[str]) -> list[str]:
    found: list[str] = []
    for line in wrapped:
        if line.startswith(_WRAPPED) and found:
            found[-1] = f"{found[-1]} {line.strip()}"
        elif line.startswith(" "):
            found.append(line.strip())
    return found


def _change(one: Change) -> Iterator[str]:
    where = f"{one.name}{f' {one.field}' if one.field else ''}"
    effect = f" ({one.effect})" if one.effect else ""
    if one.added or one.removed:
        both = (("adds", one.added), ("removes", one.removed))
        said = "; ".join(f"{word} {_some(entries)}" for word, entries in both if entries)
    elif one.before is None and one.field == "":
        said = f"is new: {_summary(one.after)}"
    elif one.after is None and one.field == "":
        said = "is gone"
    else:
        said = f"{_side(one.before)} -> {_side(one.after)}{effect}"
    # Names of rules hold hyphens: they stay whole.
    yield from textwrap.wrap(
        f"{where}: {said}", WIDTH, initial_indent="  ", subsequent_indent=_WRAPPED, break_on_hyphens=False
    )


def _some(entries: Sequence[str]) -> str:
    """How many, and the first of them."""
    more = ", ..." if len(entries) > _MOST_ENTRIES else ""
    return f"{len(entries)}: {', '.join(entries[:_MOST_ENTRIES])}{more}"


def _side(value: Any) -> str:  # noqa: ANN401  whatever a document holds
    return "nothing" if value is None else written(value)


def _summary(value: Any) -> str:  # noqa: ANN401  a clause, overlay or brand as plain values
    title = value.get("title") or ", ".join(value.get("names", ()))
    rules = value.get("rules")
    return f"{title}{f'; changes {_LISTED.join(rules)}' if rules else ''}"
