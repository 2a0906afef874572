"""The tutorial's commands, run as they stand in one shell; only the ports are others."""

from __future__ import annotations

import asyncio
import contextlib
import re
from pathlib import Path

import pytest

from comity.edges.cli.reference.figures import names
from support.gateway import free_port
from support.pages import DOCS, Block, blocks
from support.shell import PATIENCE_S, Shell, a_shell

PAGE = DOCS / "tutorial.md"
PORTS = ("8080", "8090")
SAVED = re.compile(r"Save it as `([a-z.]+)`:$")
# What each run makes anew: ids, keys, secrets.
MADE = re.compile(r"\b(?:cid_[0-9a-f]{18}|sec_[\w-]{32}|[0-9a-f]{48}|[0-9a-z]{31})(?![\w-])")
MORE = "..."


class Reader:
    """Somebody who does what the page says, keeping their own ids where it shows others."""

    def __init__(self, shell: Shell, folder: Path) -> None:
        self._shell = shell
        self._folder = folder
        self._ports = {port: str(free_port()) for port in PORTS}
        self._mine: dict[str, str] = {}

    async def heed(self, block: Block) -> None:
        """Run a console block, or save a file."""
        saved = SAVED.search(block.before)
        if saved:
            (self._folder / saved[1]).write_text(self.translated(block.text))
        elif block.kind == "console":
            for command, expected in _steps(block.text):
                await self._do(self.translated(command), expected)

    async def _do(self, command: str, expected: str) -> None:
        """Run it, again while the answer is not there yet; only looking may be repeated."""
        looking = command.startswith(("cat ", "curl -s http"))
        answer = await self._shell.run(command)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                while looking and not self._is(expected, answer):
                    await asyncio.sleep(0.1)
                    answer = await self._shell.run(command)
        assert self._is(expected, answer), f"{command}\nshould say {expected}\nand says   {answer}"
        self._mine |= dict(zip(MADE.findall(expected), MADE.findall(answer), strict=False))

    def _is(self, expected: str, answer: str) -> bool:
        pattern = MADE.sub("MADE", expected)
        pattern = re.escape(pattern).replace(re.escape(MORE), ".*").replace("MADE", MADE.pattern)
        return re.fullmatch(pattern.replace(r"\ .*", ".*"), answer, re.DOTALL) is not None

    def translated(self, text: str) -> str:
        for port, free in self._ports.items():
            text = re.sub(rf"(?<!\d){port}(?!\d)", free, text)
        for shown, mine in self._mine.items():
            text = text.replace(shown, mine)
        return text


def _steps(text: str) -> list[tuple[str, str]]:
    """Commands, each with what the page shows it to print."""
    pieces = re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]
    return [(command, rest.strip()) for command, _, rest in (piece.partition("\n") for piece in pieces)]


@pytest.mark.timeout(180)
async def test_the_tutorial_runs_as_it_stands(tmp_path: Path) -> None:
    async with a_shell(tmp_path) as shell:
        reader = Reader(shell, tmp_path)
        for block in blocks(PAGE):
            if "kill %1" in block.text:
                await _compare_metrics(shell, reader)
            await reader.heed(block)
        left = await shell.run("jobs -p")
    assert left == ""


async def _compare_metrics(shell: Shell, reader: Reader) -> None:
    """While a whole node runs: the page of metrics names what it answers, no less and no more."""
    text = await shell.run(reader.translated("curl -s http://127.0.0.1:8080/metrics"))
    answered = {name.removesuffix("_total") for name in re.findall(r"^# TYPE (\S+) ", text, re.MULTILINE)}
    assert answered ^ {name for name in names() if not name.startswith("comity_smpp_")} == set()
