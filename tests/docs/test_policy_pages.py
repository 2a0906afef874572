"""The pages about policies: their commands run as they stand, and their files are such as lint takes."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from comity.policy import document
from comity.policy.files import default_files
from comity.policy.problems import errors_among
from comity.screening.lint import lint
from comity.screening.rulebook import RULEBOOK
from support.pages import DOCS, REFERENCE, blocks
from support.shell import a_shell

ADAPT = DOCS / "how-to" / "adapt-the-policy.md"
BIND = DOCS / "how-to" / "bind-a-carriers-policy.md"
SAVED = re.compile(r"Save as `([\w./-]+\.toml)`:$")
FAILED = re.compile(r"^comity: |Traceback", re.MULTILINE)


async def follow(page: Path, folder: Path) -> str:
    """What the commands of a page print, one after the other, in a shell of their own; files are saved as it says."""
    said = ""
    async with a_shell(folder) as shell:
        await shell.run("export COMITY_DATA=$PWD/data")
        for block in blocks(page):
            saved = SAVED.search(block.before)
            if saved:
                (folder / saved[1]).write_text(block.text)
            elif block.kind == "sh":
                for line in block.text.splitlines():
                    printed = await shell.run(f"{line} 2>&1; echo exit=$?")
                    assert printed.endswith("exit=0"), f"{line}\n{printed}"
                    said += printed + "\n"
    return said


@pytest.mark.timeout(180)
async def test_a_policy_is_adapted_and_published_as_the_page_says(tmp_path: Path) -> None:
    said = await follow(ADAPT, tmp_path)
    assert 'repeated-text mode: "enforce" -> "monitor" (looser)' in said
    assert "Published version 2027-01, effective 2027-01-01" in said
    assert "files written to earlier" in said
    assert not FAILED.search(said)


@pytest.mark.timeout(180)
async def test_a_carriers_policy_is_bound_as_the_page_says(tmp_path: Path) -> None:
    said = await follow(BIND, tmp_path)
    assert "example-carrier: is new: Example Carrier" in said
    assert "overlay example-events (categories promotional and accounts Example Events" in said
    assert "Note: an overlay is for the carrier example-carrier, which does not exist." in said
    assert "has passed" not in said
    assert not FAILED.search(said)


def test_the_overlay_on_the_page_of_the_document_is_one() -> None:
    (block,) = (one for one in blocks(REFERENCE / "policy.md") if "when.accounts" in one.text)
    files = {**default_files(), "overlays/example.toml": block.text}
    assert errors_among(lint(files, "shipped", RULEBOOK, date(2026, 11, 22))) == []


@pytest.mark.parametrize("part", ["Clause", "Overlay", "When", "RuleSetting", "Brand", "Basis", "PolicyDocument"])
def test_the_page_names_every_field(part: str) -> None:
    text = (REFERENCE / "policy.md").read_text("utf-8")
    assert [field for field in getattr(document, part).__struct_fields__ if f"`{field}`" not in text] == []
