"""The reference pages hold the tables that the code has."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from comity.edges.carriers.simulator import SimulatorOptions
from comity.edges.carriers.tables import magic_table, options_table
from comity.smpp.correlation import IdForm

if TYPE_CHECKING:
    from collections.abc import Callable

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"


@pytest.mark.parametrize(
    ("page", "table"), [("carriers.md", options_table), ("simulator.md", magic_table)], ids=["options", "magic numbers"]
)
def test_a_page_holds_its_table(page: str, table: Callable[[], str]) -> None:
    assert table() in (REFERENCE / page).read_text()


def test_the_page_names_every_id_form() -> None:
    text = (REFERENCE / "carriers.md").read_text()
    assert [form.value for form in IdForm if f"`{form.value}`" not in text] == []


def test_the_page_names_every_option_of_the_simulator() -> None:
    text = (REFERENCE / "simulator.md").read_text()
    defaults = SimulatorOptions()
    flags = {
        name: f"--{'no-' if getattr(defaults, name) is True else ''}{name.replace('_', '-')}"
        for name in msgspec.structs.asdict(defaults)
        if name != "haste"  # for tests alone
    }
    assert [flag for flag in flags.values() if flag not in text] == []
