"""The pages about checking and assessing: their commands, run as they stand against a running door."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.gateway import running_gateway
from support.pages import DOCS, Block, blocks
from support.shell import Shell, a_shell

PAGES = pytest.mark.parametrize("page", ["check-before-sending.md", "assess-a-use-case.md"])
SAVED = re.compile(r"Save it as `([a-z.]+)`:$")


@PAGES
async def test_the_commands_of_the_page_print_what_it_shows(page: str, database, clock, tmp_path: Path) -> None:
    async with running_gateway(database, clock, tmp_path) as gateway, a_shell(tmp_path) as shell:
        customer = await gateway.customer(senders=("Acme",))
        await shell.run(f"export CLIENT_ID={customer.client_id} CLIENT_SECRET={customer.secret}")
        ran = 0
        for block in blocks(DOCS / "how-to" / page):
            ran += await _heed(block, shell, tmp_path, gateway.url)
        assert ran >= 3


async def _heed(block: Block, shell: Shell, folder: Path, url: str) -> int:
    """Save a file or run commands; how many."""
    saved = SAVED.search(block.before)
    if saved:
        (folder / saved[1]).write_text(block.text)
    pieces = re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:] if block.kind == "console" else []
    for command, _, expected in (piece.partition("\n") for piece in pieces):
        said = await shell.run(command.replace("http://127.0.0.1:8080", url))
        assert _is(expected.strip(), said), f"{command}\nshould say {expected}\nand says   {said}"
    return len(pieces)


def _is(expected: str, said: str) -> bool:
    """`...` stands for anything, also at the end of a page's excerpt."""
    pattern = re.escape(expected).replace(re.escape("..."), ".*")
    return re.fullmatch(pattern + (".*" if expected.endswith("...") else r"\s*"), said.strip(), re.DOTALL) is not None
