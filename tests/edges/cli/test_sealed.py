"""The commands about sealed texts, as an operator types them."""

import json
from itertools import count

import pytest

from comity.base.clock import SystemClock
from comity.base.ids import IdMaker
from comity.edges.cli import console
from comity.edges.postgres import operator_store, sealed_store
from comity.journey.ports import Sealed
from support.postgres import in_own_loop

BODY = json.dumps({"text": "zzmarker", "sender": "Acme"}).encode()
_numbers = count(1)


@pytest.fixture
def reader(comity, tmp_path):
    """A reader whom no other test knows, with the file of their key."""
    person, key = f"Reader {next(_numbers)}", tmp_path / "reader.key"
    ran = comity("sealed", "add-reader", person, "--key", key)
    assert ran.status == 0, ran.err
    yield person, key
    comity("sealed", "remove-reader", person)


@pytest.fixture
def case(bare_server, account, reader):  # noqa: ARG001  a reader must be named first
    async def seal():
        data = str(bare_server._folder / "data")
        async with console.runtime().operator_connection(data, "") as connection:
            account_id = await operator_store.account_id_of(connection, account)
            sealed = Sealed(account_id, IdMaker().at(SystemClock().now()), "child-safety", BODY)
            async with connection.transaction():
                await sealed_store.write_sealed(connection, [sealed])
            return await connection.fetchval("SELECT case_id FROM sealed_cases WHERE account_id = $1", account_id)

    return in_own_loop(seal())


def _open(comity, case, person, key):
    return comity("sealed", "open", case, "--key", key, "--by", person, "--reason", "a report")


def test_a_reader_opens_a_case_and_that_is_kept(comity, case, reader):
    listed = {row["case"]: row for row in comity("sealed", "list", "--json").json}
    assert reader[0] in listed[case]["readers"]
    assert "zzmarker" not in json.dumps(listed)
    assert _open(comity, case, *reader).json["text"] == "zzmarker"
    (opening,) = comity("sealed", "openings", case, "--json").json
    assert (opening["person"], opening["reason"]) == (reader[0], "a report")


def test_nobody_else_opens_it(comity, case, reader, tmp_path):
    person, key = reader
    stranger = _open(comity, case, "Somebody", key)
    assert (stranger.status, stranger.out) == (1, "")
    assert "is no reader" in stranger.err
    wrong = tmp_path / "wrong.key"
    sealed_store.write_key(wrong, b"\x07" * 32)
    assert "does not open case" in _open(comity, case, person, wrong).err
    assert "holds no key" in _open(comity, case, person, tmp_path / "none").err
    assert comity("sealed", "openings", case, "--json").json == []


def test_a_closed_case_leaves_the_list_and_its_text_is_destroyed_on_demand(comity, case, reader):
    closed = comity("sealed", "close", case, "--by", reader[0], "--closing", "reported, no. 1", "--destroy")
    assert closed.out == f"Case {case} is closed, and its text destroyed.\n"
    assert case not in [row["case"] for row in comity("sealed", "list", "--json").json]
    assert "is no reader" in _open(comity, case, *reader).err


def test_a_key_is_never_written_over_a_file(comity, tmp_path):
    path = tmp_path / "there"
    path.write_text("mine")
    ran = comity("sealed", "add-reader", "Zoe", "--key", path)
    assert ran.status == 1
    assert "is there already" in ran.err
    assert path.read_text() == "mine"


@pytest.mark.parametrize("place", ["dangling", "file/below.key"])
def test_nobody_is_named_whose_key_cannot_be_written(comity, tmp_path, place):
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "file").touch()
    person = f"Reader {next(_numbers)}"
    ran = comity("sealed", "add-reader", person, "--key", tmp_path / place)
    assert (ran.status, ran.out, len(ran.err.splitlines())) == (1, "", 1)
    assert str(tmp_path / place) in ran.err
    assert person not in [row["person"] for row in comity("sealed", "readers", "--json").json]


def test_a_name_that_was_taken_leaves_no_key(comity, reader, tmp_path):
    ran = comity("sealed", "add-reader", reader[0], "--key", tmp_path / "second.key")
    assert ran.status == 1
    assert "was named before" in ran.err
    assert not (tmp_path / "second.key").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("add-reader", "", "--key", "/nowhere/key"),
        ("remove-reader", "two\nlines"),
        ("open", "1", "--key", "/nowhere/key", "--by", "A", "--reason", "\x1b]0;"),
        ("close", "1", "--by", "A" * 101, "--closing", "x"),
        ("close", "1", "--by", "A", "--closing", "two\nlines"),
    ],
)
def test_an_odd_name_or_reason_is_one_clear_line(comity, arguments):
    ran = comity("sealed", *arguments)
    assert (ran.status, ran.out, len(ran.err.splitlines())) == (1, "", 1)
    assert "printable characters" in ran.err
