"""The commands about the evidence log, as an operator types them; exports checked by the tools a court has."""

import json
import re
import subprocess
import zipfile
from pathlib import Path

import pytest

from comity.base.clock import SystemClock
from comity.base.ids import IdMaker, to_wire
from comity.edges.cli import console
from comity.edges.postgres import operator_store
from comity.edges.postgres.evidence_store import append
from comity.edges.postgres.roles import Role
from support.postgres import in_own_loop

PERSON = "32470000000"


@pytest.fixture
def work(bare_server, account):
    """Do something with the database of the commands, and the account."""

    def run(function):
        async def connected():
            data = str(bare_server._folder / "data")
            async with console.runtime().operator_connection(data, "") as connection:
                return await function(connection, await operator_store.account_id_of(connection, account))

        return in_own_loop(connected())

    return run


@pytest.fixture
def log(work):
    """Entries in the account's chain; its id."""

    async def write(connection, account_id):
        now = SystemClock().now()
        await append(connection, account_id, "acceptance", {"person": "Ann", "words": "zz-é"}, now)
        for number in range(12):
            await append(connection, account_id, "consent", {"n": number}, now, number=f"{PERSON}{number % 2}")
        return account_id

    return work(write)


def _steps(exported):
    """The commands of HOW-TO-CHECK.txt, one script for each numbered step."""
    written = (exported / "HOW-TO-CHECK.txt").read_text()
    steps = re.split(r"^\d\. .*$", written, flags=re.MULTILINE)[1:]
    return ["\n".join(line[4:] for line in step.splitlines() if line.startswith("    ")) for step in steps]


def _checked(exported):
    """What the standard tools say, step by step."""
    said = []
    for step in _steps(exported):
        ran = subprocess.run(["/bin/sh", "-c", step], cwd=exported, capture_output=True, text=True, check=False)
        assert ran.stderr == ""
        said.append(ran.stdout)
    return said


@pytest.mark.usefixtures("log")
def test_entries_are_listed_and_shown(comity, account):
    listed = comity("evidence", "list", account, "--json").json
    assert [row["kind"] for row in listed][-13:] == ["acceptance", *["consent"] * 12]
    assert [row["sequence"] for row in listed] == list(range(1, len(listed) + 1))
    sequence = listed[-13]["sequence"]
    shown = comity("evidence", "show", account, sequence, "--json").json
    assert shown["body"] == {"person": "Ann", "words": "zz-é"}
    assert len(shown["hash"]) == 64
    assert "zz-é" in comity("evidence", "show", account, sequence).out
    assert len(comity("evidence", "list", account, "--after", sequence, "--most", 2, "--json").json) == 2
    missing = comity("evidence", "show", account, 999)
    assert (missing.status, "has no entry 999" in missing.err) == (1, True)


@pytest.mark.usefixtures("log")
def test_what_holds_is_said_to_hold(comity):
    comity("evidence", "checkpoint")
    ran = comity("evidence", "verify")
    assert (ran.status, ran.out.startswith("All holds")) == (0, True), ran.err
    said = comity("evidence", "verify", "--json").json
    assert (said["holds"], said["wrong"], said["payloads_looked_into"]) == (True, [], True)


@pytest.fixture
def forge(bare_server):
    """Change an entry as whoever holds the database can, round the guards."""

    def change(account_id, sequence, kind):
        async def connected():
            name = bare_server.postgres.database.logins[Role.ROAD]["database"]
            superuser = await bare_server.postgres.connect_superuser(name)
            await superuser.execute("SET session_replication_role = replica")
            await superuser.execute(
                "UPDATE evidence_entries SET kind = $3 WHERE account_id = $1 AND sequence = $2",
                account_id,
                sequence,
                kind,
            )
            await superuser.close()

        in_own_loop(connected())

    return change


def test_what_was_changed_is_named_by_account_and_entry(comity, log, account, forge):
    sequence = comity("evidence", "list", account, "--json").json[-5]["sequence"]
    forge(log, sequence, "forged")
    ran, said = comity("evidence", "verify"), comity("evidence", "verify", "--json")
    forge(log, sequence, "consent")
    assert (ran.status, said.status) == (1, 1)
    assert f"Account {log}: entry {sequence} was changed: its hash is another." in ran.err
    assert not said.json["holds"]
    assert {"account": log, "sequence": sequence}.items() <= said.json["wrong"][0].items()
    assert comity("evidence", "verify").status == 0


@pytest.mark.usefixtures("log")
def test_a_checkpoint_kept_elsewhere_is_looked_for(comity, tmp_path):
    made = comity("evidence", "checkpoint", "--out", tmp_path / "kept", "--json").json
    note = tmp_path / "kept" / f"{made['number']:06}.txt"
    assert note.read_text() == made["note"]
    assert comity("evidence", "verify", "--against", note).status == 0
    note.write_text(made["note"].replace("checkpoint 1", "checkpoint 2"))
    ran = comity("evidence", "verify", "--against", note)
    assert (ran.status, "written anew" in ran.err) == (1, True)
    assert comity("evidence", "verify", "--against", tmp_path / "none").status == 1


def test_an_export_is_checked_by_standard_tools(comity, account, log, tmp_path):
    comity("evidence", "erase", f"+{PERSON}1", "--account", account)
    comity("evidence", "checkpoint")
    exported = tmp_path / "export"
    done = comity("evidence", "export", exported, "--json").json
    chain, payloads, checkpoints, proofs = _checked(exported)
    assert not any("WRONG" in said for said in (chain, payloads, checkpoints, proofs))
    assert chain.count("ends with") == done["accounts"]
    assert checkpoints.count("Signature Verified Successfully") == len(list((exported / "checkpoints").glob("*.sig")))
    entries = [json.loads(line) for line in (exported / "entries.jsonl").read_text().splitlines()]
    mine = [entry for entry in entries if entry["account"] == log]
    assert [entry["payload"] for entry in mine if entry["kind"] == "consent"] == ["open", "erased"] * 6
    assert (exported / "payloads" / str(log) / f"{mine[-1]['sequence']:010}.txt").read_text().endswith("}")
    assert exported.stat().st_mode & 0o777 == 0o700


def test_an_export_of_one_account_proves_it_without_showing_others(comity, account, log, tmp_path):
    comity("evidence", "checkpoint")
    exported = tmp_path / "export"
    assert comity("evidence", "export", exported, "--account", account).status == 0
    assert [path.name for path in (exported / "chain").iterdir()] == [str(log)]
    assert "WRONG" not in "".join(_checked(exported))


def _flip(path):
    content = bytearray(path.read_bytes())
    content[-2] ^= 1
    path.write_bytes(bytes(content))


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize(
    "forgery",
    [
        ("chain/*/*03.txt", _flip, 0),
        ("chain/*/*03.txt", Path.unlink, 0),
        ("chain/*/*.txt", Path.unlink, 3),
        ("payloads/*/*05.txt", _flip, 1),
        ("checkpoints/*.txt", _flip, 2),
        ("checkpoints/*.sig", _flip, 2),
        ("proofs/*/*/00", _flip, 3),
    ],
)
def test_a_forged_export_is_told_by_standard_tools(comity, account, tmp_path, forgery):
    glob, forge, step = forgery
    comity("evidence", "checkpoint")
    exported = tmp_path / "export"
    comity("evidence", "export", exported, "--account", account)
    forge(max(exported.glob(glob)))
    ran = [
        subprocess.run(["/bin/sh", "-c", one], cwd=exported, capture_output=True, text=True, check=False)
        for one in _steps(exported)
    ]
    assert "WRONG" in ran[step].stdout


@pytest.mark.usefixtures("log")
def test_an_export_can_be_one_file(comity, account, tmp_path):
    archive = tmp_path / "export.zip"
    assert comity("evidence", "export", archive, "--account", account).status == 0
    assert archive.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(tmp_path / "unpacked")
    assert "WRONG" not in "".join(_checked(tmp_path / "unpacked"))


@pytest.mark.usefixtures("log")
def test_an_export_overwrites_nothing(comity, tmp_path):
    ran = comity("evidence", "export", tmp_path)
    assert (ran.status, "is there already" in ran.err) == (1, True)


@pytest.mark.usefixtures("log")
def test_erasing_a_number_needs_one(comity):
    ran = comity("evidence", "erase", "nobody")
    assert (ran.status, "no telephone number" in ran.err) == (1, True)


@pytest.mark.usefixtures("log")
def test_a_verdict_nobody_knows_has_no_proof(comity):
    ran = comity("evidence", "proof", to_wire(IdMaker().at(SystemClock().now())))
    assert (ran.status, "No tree holds" in ran.err) == (1, True)
