"""Owns which pages are generated, and which parts of written pages are; must not know how a part is made."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

from comity.edges.cli.reference.api import api_page
from comity.edges.cli.reference.clauses import clauses_page
from comity.edges.cli.reference.codes import error_codes, policy_codes
from comity.edges.cli.reference.commands import command_page
from comity.edges.cli.reference.countries import country_pages
from comity.edges.cli.reference.figures import metrics_page
from comity.edges.cli.reference.rules import rule_page, rules_page
from comity.screening.rulebook import RULEBOOK

_PAGES: Final[dict[str, Callable[[], str]]] = {
    "clauses.md": clauses_page,
    "api.md": api_page,
    "cli.md": command_page,
    "metrics.md": metrics_page,
    "rules.md": rules_page,
}
# Written pages with generated parts between <!-- NAME --> and <!-- end NAME -->.
_PARTS: Final[dict[str, dict[str, Callable[[], str]]]] = {
    "http.md": {"error codes": error_codes, "policy codes": policy_codes},
}

_KINDS: Final = ("rules", "countries")


def pages(folder: Path) -> dict[str, str]:
    """Every generated page by its name in docs/reference, as it should read now.

    Args:
        folder: where the written pages are whose parts are generated.
    """
    made = dict(_whole())
    for name, parts in _PARTS.items():
        text = (folder / name).read_text("utf-8")
        for part, make in parts.items():
            text = _replaced(text, part, make())
        made[name] = text
    return made


@cache
def _whole() -> dict[str, str]:
    """The pages that hang on no folder."""
    made = {name: make() for name, make in _PAGES.items()}
    return made | {f"rules/{rule.id}.md": rule_page(rule) for rule in RULEBOOK} | country_pages()


def stale(folder: Path) -> list[str]:
    """Pages of rules and countries that are no more."""
    known = {f"rules/{rule.id}.md" for rule in RULEBOOK} | country_pages().keys()
    found = (file.relative_to(folder).as_posix() for kind in _KINDS for file in (folder / kind).glob("*.md"))
    return sorted(name for name in found if name not in known)


def _replaced(text: str, part: str, content: str) -> str:
    pattern = re.compile(f"(<!-- {part}\\b[^>]*-->\n).*?(<!-- end {part} -->)", re.DOTALL)
    return pattern.sub(lambda found: f"{found[1]}\n{content}\n{found[2]}", text)
