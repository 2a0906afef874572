"""Every `comity` command that a page shows is one that the command line takes."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer.main

from comity.edges.cli.main import app
from support.pages import ROOT, blocks, every_page

_COMMAND = typer.main.get_command(app)
# Stands for "anything else" in descriptions of a command; not a value.
_NOT_LITERAL = frozenset("[]|")
_LINE = re.compile(r"(?:[A-Z_]+=\S+ +)*comity (.*?)(?: +(?:2?>|[<|&]).*)?")


def shown() -> list[tuple[str, str]]:
    """Page and command, each once."""
    found = {}
    for page in every_page():
        if page.name == "cli.md":
            continue
        for block in blocks(page):
            for line in block.text.replace("\\\n", " ").splitlines():
                command = _command(line)
                if command:
                    found[str(page.relative_to(ROOT)), command] = None
    return list(found)


def _command(line: str) -> str:
    """The part of a shell line that begins with comity; variables before it and redirections behind it fall away."""
    found = _LINE.fullmatch(line.removeprefix("$ ").split(" # ", maxsplit=1)[0].strip())
    return f"comity {found[1]}".rstrip() if found else ""


@pytest.mark.parametrize(("page", "command"), shown())
def test_a_command_on_a_page_can_be_given(page: str, command: str) -> None:
    if _NOT_LITERAL & set(command):
        command = command.split(" [", maxsplit=1)[0]
    name, *words = shlex.split(command)
    assert name == "comity", page
    _resolve(_COMMAND, name, words)


def test_pages_show_commands() -> None:
    assert len(shown()) > 20


def _resolve(command: Any, path: str, words: list[str]) -> None:
    """Parse as the command line would; it raises a usage error for what it does not take."""
    below = getattr(command, "commands", None)
    if below is None:
        command.make_context(path, list(words))
        return
    assert words, f"{path} is not a whole command"
    assert words[0] in below, f"there is no command {path} {words[0]}"
    _resolve(below[words[0]], f"{path} {words[0]}", words[1:])


def test_a_wrong_command_is_noticed() -> None:
    with pytest.raises(Exception, match="No such option"):
        _resolve(typer.main.get_command(app), "comity", ["serve", "--sms", "x"])


def test_pages_that_show_commands_are_where_they_were_looked_for() -> None:
    assert {Path(page).name for page, _ in shown()} >= {"README.md", "tutorial.md", "operate.md", "scale.md"}
