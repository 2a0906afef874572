import json
from itertools import count

import pytest
from typer.testing import CliRunner

from comity.app.main import Application
from comity.edges.cli import console
from comity.edges.cli.main import app

_number = count(1)


class Ran:
    """What a command did."""

    def __init__(self, result):
        self.status, self.out, self.err = result.exit_code, result.stdout, result.stderr

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture(scope="session")
def comity(bare_server):
    """Run a command on the run's PostgreSQL, with the real application behind it: `comity("accounts", "list")`."""
    console.install(Application())
    runner = CliRunner()
    data = str(bare_server._folder / "data")

    def run(*arguments, data=data):
        return Ran(runner.invoke(app, [*map(str, arguments), *(("--data", data) if data else ())]))

    return run


@pytest.fixture
def name():
    """A name that no other test uses: commands share one database."""
    return f"customer {next(_number)}"


@pytest.fixture
def account(comity, name):
    made = comity("accounts", "create", name, "--credits", "10", "--accept-policy", "Ann", "--json")
    assert made.status == 0, made.err
    return name
