"""The commands of the page on lists, run as they stand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.pages import DOCS, blocks
from support.shell import Shell, a_shell

PAGE = DOCS / "how-to" / "load-lists.md"
SAVED = re.compile(r"Save it as `([a-z.]+)`:$")


def _steps(text: str) -> list[tuple[str, str]]:
    """Commands, each with what the page shows it to print."""
    pieces = re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]
    return [(command, rest.strip()) for command, _, rest in (piece.partition("\n") for piece in pieces)]


def _pattern(expected: str) -> str:
    """What a listing shows, whatever the instant and the digest are; lines end where the page says "..."."""
    lines = (re.escape(line).replace(r"\.\.\.", ".*").replace(r"\ ", " +") for line in expected.splitlines())
    return r" *\n".join(lines)


async def _do(shell: Shell, command: str, expected: str) -> None:
    answer = await shell.run(command)
    said = "\n".join(line.rstrip() for line in answer.splitlines())
    assert re.fullmatch(_pattern(expected), said), f"{command}\nshould say {expected}\nand says   {said}"


@pytest.mark.timeout(180)
async def test_the_page_on_lists_runs_as_it_stands(tmp_path: Path) -> None:
    done = 0
    async with a_shell(tmp_path) as shell:
        await shell.run("export COMITY_DATA=$PWD/data")
        for block in blocks(PAGE):
            saved = SAVED.search(block.before)
            if saved:
                (tmp_path / saved[1]).write_text(block.text)
            elif block.kind == "console":
                for command, expected in _steps(block.text):
                    await _do(shell, command, expected)
                    done += 1
    assert done == 9
