"""Owns disguising the corpus' hits and judging them again; must not know what counts as enough."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from support.corpus import judge_row, rows
from support.disguises import LINKS, WORDS

# Disguising what hits for being disguised would prove nothing.
_ABOUT_DISGUISE: Final = frozenset({"text-disguised"})


class Trial(msgspec.Struct, frozen=True):
    """One hit in one disguise, and whether its rule still hits."""

    disguise: str
    rule: str
    row: str
    text: str
    still: bool


def trials() -> Iterator[Trial]:
    """Every hit whose rule points at the text, in every disguise that changes its text."""
    for row in rows():
        if row["kind"] != "hit" or row["rule"] in _ABOUT_DISGUISE:
            continue
        spans = _spans(row)
        if not spans:
            continue
        disguises = LINKS if row["rule"].startswith("link-") else WORDS
        for name, disguise in disguises.items():
            text = disguise(row["text"], spans)
            if text != row["text"]:
                yield Trial(name, row["rule"], row["id"], text, row["rule"] in _rules_hit({**row, "text": text}))


def _spans(row: dict[str, Any]) -> list[tuple[int, int]]:
    """The stretches of the text that the rule gives as evidence."""
    findings = [finding for finding in judge_row(row).findings if finding.rule == row["rule"]]
    return [one.span for finding in findings for one in finding.evidence if one.span is not None]


def _rules_hit(row: dict[str, Any]) -> set[str]:
    return {finding.rule for finding in judge_row(row).findings}
