"""Owns reading the documentation's pages: their links, anchors and fenced blocks; must not know what they say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"

_FENCE = re.compile(r"^```([^\n`]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_ANCHOR = re.compile(r'<a id="([^"]+)">')
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


class Block(NamedTuple):
    """A fenced block: the word after the fence, what it holds, and the line of text before it."""

    kind: str
    text: str
    before: str


def every_page() -> list[Path]:
    """All pages, the ones at the root too."""
    return [*sorted(DOCS.rglob("*.md")), *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"))]


def blocks(page: Path) -> list[Block]:
    """The page's fenced blocks, in order."""
    text = page.read_text("utf-8")
    return [
        Block(found[1].strip(), found[2], text[: found.start()].rstrip().rpartition("\n")[2])
        for found in _FENCE.finditer(text)
    ]


def prose(page: Path) -> str:
    """The page without its fenced blocks."""
    return _FENCE.sub("", page.read_text("utf-8"))


def links(page: Path) -> list[str]:
    """Where the page links to, outside of code."""
    return _LINK.findall(re.sub(r"`[^`\n]*`", "`code`", prose(page)))


def anchors(page: Path) -> set[str]:
    """What may stand behind a # in a link to the page: its marks and its headings as GitHub names them."""
    text = prose(page)
    return {*_ANCHOR.findall(text), *map(_slug, _HEADING.findall(text))}


def _slug(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
