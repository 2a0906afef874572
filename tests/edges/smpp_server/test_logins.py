"""The commands of customers' SMPP logins, on a real database."""

from __future__ import annotations

import asyncio
import contextlib
import json

import pytest
from typer.testing import CliRunner

from comity.edges.cli import console
from comity.edges.cli.esme import esme
from comity.edges.postgres.roles import Role
from comity.smpp import events as ev


class _Runtime:
    """The application, as far as these commands need it."""

    def __init__(self, database):
        self.database = database

    @contextlib.asynccontextmanager
    async def operator_connection(self, _data, _database):
        connection = await self.database.connect(Role.ROAD)
        try:
            yield connection
        finally:
            await connection.close()


@pytest.fixture
async def run(empty_house, monkeypatch):
    await empty_house.account()
    monkeypatch.setattr(console, "_runtime", [_Runtime(empty_house.database)])

    async def command(*arguments):
        return await asyncio.to_thread(CliRunner().invoke, esme, list(arguments))

    return command


async def test_a_login_that_was_added_binds_and_is_listed_without_its_password(run, empty_house):
    added = await run("add", "bank", "bank-1", "pass word", "--binds", "3", "--no-tlv")
    assert (added.exit_code, added.stdout) == (0, "bank may bind over SMPP as bank-1.\n")
    await empty_house.open()
    customer = await empty_house.connected()
    assert isinstance(await customer.bind("bank-1", "pass word"), ev.Bound)
    listed = await run("list", "--json")
    (row,) = json.loads(listed.stdout)
    assert (row["system_id"], row["account"], row["max_binds"], row["options"]) == ("bank-1", "bank", 3, {"tlv": False})
    assert "pass" not in listed.stdout


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("nobody", "x", "y"), "There is no account named nobody"),
        (("bank", "a b", "y"), "A system id has 1 to 15"),
        (("bank", "x" * 16, "y"), "A system id has 1 to 15"),
        (("bank", "x", "y" * 65), "A password has 1 to 64"),
        (("bank", "x", "y", "--binds", "0"), "--binds is from 1"),
    ],
)
async def test_what_cannot_be_added_is_one_clear_line(run, arguments, line):
    result = await run("add", *arguments)
    assert result.exit_code == 1
    assert line in result.stderr
    assert len(result.stderr.splitlines()) == 1


async def test_a_system_id_is_taken_once_whatever_the_account(run, empty_house):
    await empty_house.account("shop", "Shop")
    assert (await run("add", "bank", "same", "one")).exit_code == 0
    result = await run("add", "shop", "same", "two")
    assert result.exit_code == 1
    assert "There is a login same already" in result.stderr


async def test_an_empty_list_says_how_to_add(run):
    assert "comity esme add" in (await run("list")).stdout
