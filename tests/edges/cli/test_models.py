"""The commands about learned models, as an operator types them."""

from __future__ import annotations

import json
import shutil

import pytest
from typer.testing import CliRunner

from comity.content.learned import shipped_directory, shipped_model
from comity.edges.cli.main import app


@pytest.fixture
def run():
    def with_input(*arguments, given=""):
        ran = CliRunner().invoke(app, ["model", *map(str, arguments)], input=given)
        return ran.exit_code, ran.stdout, ran.stderr

    return with_input


def test_the_model_that_ships_is_shown(run):
    status, out, _ = run("show")
    assert status == 0
    assert shipped_model().card.sha256 in out


def test_a_model_is_shown_for_machines(run):
    status, out, _ = run("show", shipped_directory(), "--json")
    assert status == 0
    assert json.loads(out)["sha256"] == shipped_model().card.sha256


def test_a_copy_decides_as_the_model_that_ships(run, tmp_path):
    shutil.copytree(shipped_directory(), tmp_path / "copy")
    given = '{"id": "a", "text": "Hello"}\n\n{"text": "Goodbye"}\n'
    status, out, _ = run("compare", tmp_path / "copy", given=given)
    assert (status, out) == (0, "No decision differs.\n2 texts, 0 with another decision.\n")
    status, out, _ = run("compare", tmp_path / "copy", "--json", given=given)
    assert json.loads(out) == {"texts": 2, "differing": 0, "changes": []}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ('{"id": 1}\n', "Line 1 holds no text"),
        ('{"text": "a"}\n{"text": 5}\n', "Line 2 holds no text"),
        ('{"text": "a"}\nnot json\n', "Line 2 holds no text (not JSON"),
    ],
)
def test_a_line_without_text_is_one_clear_line_and_exit_code_1(run, given, told):
    status, out, err = run("compare", shipped_directory(), given=given)
    assert (status, out) == (1, "")
    assert told in err


def test_a_directory_without_a_model_is_one_clear_line_and_exit_code_1(run, tmp_path):
    for command in ("show", "compare"):
        status, out, err = run(command, tmp_path)
        assert (status, out) == (1, "")
        assert "No model can be read" in err
