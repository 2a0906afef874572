"""The commands for backup and restore, run as the page has them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.pages import DOCS, blocks
from support.shell import Shell, a_shell

PAGE = DOCS / "how-to" / "operate.md"


def _block(command: str) -> list[str]:
    """The lines of the block that holds this command."""
    return next(block.text.splitlines() for block in blocks(PAGE) if command in block.text)


async def _serve(shell: Shell) -> None:
    """A node that does nothing but run the database."""
    await shell.run("comity serve --roles webhooks > node.log 2>&1 &")
    await shell.run("until grep -q 'is ready' node.log; do sleep 0.1; done")


@pytest.mark.timeout(180)
async def test_a_backup_is_made_and_restored_as_the_page_says(tmp_path: Path) -> None:
    backup, restore = _block("pg_dump"), _block("pg_restore")
    async with a_shell(tmp_path) as shell:
        await shell.run("export COMITY_DATA=$PWD/first")
        made = json.loads(await shell.run("comity accounts create acme --credits 5 --json"))
        await _serve(shell)
        for line in backup:
            await shell.run(line)
        for line in _block("comity keys backup"):
            await shell.run(line)
        await shell.run("kill %1; wait; export COMITY_DATA=$PWD/second")
        await _serve(shell)
        for line in backup[:-1]:
            await shell.run(line)
        said = [await shell.run(line) for line in restore]
        accounts = json.loads(await shell.run("comity accounts list --json"))
        keys = json.loads(await shell.run("$PGBIN/psql -At -c 'SELECT json_agg(client_id) FROM api_keys'"))
    assert said[-1] == "The ledger balances."
    assert [(account["account"], account["purchased"]) for account in accounts] == [("acme", 5.0)]
    assert keys == [made["client_id"]]
