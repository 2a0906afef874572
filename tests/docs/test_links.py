"""No page, and no line of code, points to a page that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.pages import DOCS, ROOT, anchors, every_page, links

_POINTER = re.compile(r"\bdocs/[a-z0-9/_-]+\.md\b")


@pytest.mark.parametrize("page", every_page(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    broken = []
    for link in links(page):
        if link.startswith(("http://", "https://")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert not broken, f"{page.relative_to(ROOT)} links to what is not there"


def test_every_page_that_the_code_names_is_there() -> None:
    sources = [file for kind in ("py", "toml", "sql") for file in (ROOT / "src").rglob(f"*.{kind}")]
    named = {
        (pointer, str(file.relative_to(ROOT)))
        for file in [*sources, ROOT / "pyproject.toml"]
        for pointer in _POINTER.findall(file.read_text("utf-8"))
    }
    assert {one for one in named if not (ROOT / one[0]).exists()} == set()


def test_every_page_can_be_reached_from_the_readme() -> None:
    start = ROOT / "README.md"
    reached, waiting = {start}, [start]
    while waiting:
        page = waiting.pop()
        for link in links(page):
            target = (page.parent / link.partition("#")[0]).resolve()
            if target.is_dir():
                target /= "README.md"
            if target.suffix == ".md" and target.exists() and target not in reached:
                reached.add(target)
                waiting.append(target)
    assert {str(page.relative_to(ROOT)) for page in DOCS.rglob("*.md")} <= {
        str(page.relative_to(ROOT)) for page in reached
    }


def test_every_decision_is_listed() -> None:
    listed = set(links(DOCS / "decisions" / "README.md"))
    assert {file.name for file in (DOCS / "decisions").glob("0*.md")} <= listed
