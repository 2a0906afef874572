"""The page on declaring and clearing, run as it stands: each command prints what the page shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from support.pages import DOCS, blocks
from support.shell import a_shell

if TYPE_CHECKING:
    from pathlib import Path

PAGE = DOCS / "how-to" / "declare-and-clear.md"
SAVED = re.compile(r"Save it as `([a-z.]+)`:$")


def steps(text: str) -> list[tuple[str, str]]:
    """Commands, each with what the page shows it to print; ... stands for anything."""
    pieces = re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]
    return [(command, shown.strip()) for command, _, shown in (piece.partition("\n") for piece in pieces)]


@pytest.mark.timeout(180)
async def test_the_page_runs_as_it_stands(tmp_path: Path) -> None:
    ran = 0
    async with a_shell(tmp_path) as shell:
        await shell.run(f"export COMITY_DATA={tmp_path}/data")
        for block in blocks(PAGE):
            saved = SAVED.search(block.before)
            if saved:
                (tmp_path / saved[1]).write_text(block.text, "utf-8")
            for command, shown in steps(block.text) if block.kind == "console" else ():
                said = await shell.run(command)
                pattern = re.escape(shown).replace(re.escape("..."), ".*")
                assert re.fullmatch(pattern, said, re.DOTALL), f"{command}\nshould say {shown}\nand says   {said}"
                ran += 1
    assert ran == 12
