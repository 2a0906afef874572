"""G2, G3, G5, P4, P5: what is kept as evidence can be shown years later, to somebody who trusts neither side."""

import asyncio
import json
import re
import shutil
import subprocess
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from comity.app.main import Application
from comity.base.clock import SystemClock
from comity.edges.cli import console
from comity.edges.cli.main import app
from comity.edges.postgres.evidence_checking import verify_account, verify_checkpoints
from comity.edges.postgres.evidence_keys import KEY_FILE, matching_master
from comity.edges.postgres.evidence_minutes import prove_verdict
from comity.edges.postgres.evidence_upkeep import EvidenceUpkeep
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.roles import Role
from comity.evidence.tree import leaf_hash, proven_root
from support.gateway import Customer, running_gateway

CONSENT = {
    "brand": "Acme",
    "purposes": ["offers"],
    "wording": "Tick to get offers by SMS",
    "channel": "web form",
    "at": "2026-01-05T10:00:00Z",
}


@pytest.fixture
def comity(bare_server):
    """Run a command where the gateway's data lies; what it prints."""
    console.install(Application())
    runner, data = CliRunner(), str(bare_server._folder / "data")

    async def run(*arguments):
        ran = await asyncio.to_thread(runner.invoke, app, [*map(str, arguments), "--data", data])
        assert ran.exit_code == 0, ran.stderr
        return ran.stdout

    return run


def court(exported):
    """What a court's own tools say of an export, by the steps that lie beside it."""
    written = (exported / "HOW-TO-CHECK.txt").read_text()
    commands = "\n".join(
        line[4:] for line in re.split(r"^1\. ", written, flags=re.MULTILINE)[1].splitlines() if line[:4] == "    "
    )
    return subprocess.run(["/bin/sh", "-c", commands], cwd=exported, capture_output=True, text=True, check=False).stdout


async def test_consents_are_kept_erased_on_demand_and_shown_to_a_court(comity, bare_server, tmp_path):
    created = await comity("accounts", "create", "acme of the court", "--accept-policy", "Ann Example", "--json")
    made = json.loads(created)
    acme = Customer(made["account"], 0, made["client_id"], made["client_secret"])
    async with running_gateway(bare_server.postgres.database, SystemClock(), bare_server._folder / "data") as gateway:
        for number in ("11", "12"):
            body = {**CONSENT, "recipient": f"+324700000{number}", "proof": f"form {number}"}
            answer = await gateway.call("POST", "/api/consents", acme, json=body)
            assert answer.status == 200, answer.body
    kept = tmp_path / "kept"
    await comity("evidence", "checkpoint", "--out", kept)

    # One of the two asks to be forgotten.
    assert json.loads(await comity("evidence", "erase", "+32470000012", "--json")) == {"erased": 1}
    assert json.loads(await comity("evidence", "verify", "--json"))["holds"]

    # The operator shows what there is; the court needs no software of ours, and what was erased is nowhere in it.
    await comity("evidence", "checkpoint")
    exported = tmp_path / "export"
    await comity("evidence", "export", exported, "--account", "acme of the court")
    said = court(exported)
    assert "WRONG" not in said
    assert said.count("Signature Verified Successfully") >= 2
    everything = b"".join(path.read_bytes() for path in exported.rglob("*") if path.is_file())
    assert b"form 11" in everything
    assert b"form 12" not in everything

    # Whoever changes one word of it is found out.
    (payload,) = [path for path in exported.glob("payloads/*/*") if b"form 11" in path.read_bytes()]
    payload.write_bytes(payload.read_bytes().replace(b"form 11", b"form 99"))
    assert f"WRONG: {payload.relative_to(exported)}" in court(exported)

    # The checkpoint that was kept elsewhere is still one of the gateway's own.
    (note,) = kept.glob("*.txt")
    assert json.loads(await comity("evidence", "verify", "--against", note, "--json"))["holds"]


@pytest.fixture
async def gateway(database, clock, server, tmp_path):
    shutil.copy(server.evidence_folder / KEY_FILE, tmp_path / KEY_FILE)
    async with running_gateway(database, clock, tmp_path) as running:
        yield running


async def test_how_a_message_was_judged_cannot_be_told_otherwise_later(gateway, database, clock, tmp_path):
    acme = await gateway.customer(senders=("Acme",))
    sent = await gateway.send(acme, sender="Acme", message="Your parcel is ready")
    refused = await gateway.send(acme, sender="Other", message="Your parcel is ready")
    assert (sent.status < 300, refused.status >= 400) == (True, True)

    # A few minutes later both verdicts are under one root in the account's chain, and a checkpoint has signed it.
    clock.advance(timedelta(minutes=7))
    held = HeldConnections(database, "comity-test-evidence")
    await EvidenceUpkeep(held, clock, tmp_path).once()
    road = await database.connect(Role.ROAD)
    ids = [row["id"] for row in await gateway.fetch("SELECT id FROM messages WHERE account_id = $1", acme.account_id)]
    assert len(ids) == 2
    for message_id in ids:
        proof = await prove_verdict(road, message_id)
        assert proven_root(leaf_hash(proof.leaf_text), proof.steps) == proof.root

    # The customer reads the same root.
    answer = await gateway.call("GET", "/api/evidence", acme)
    (entry,) = [item for item in answer.body["items"] if item["kind"] == "verdicts"]
    assert (entry["body"]["root"], entry["body"]["messages"]) == (proof.root.hex(), len(ids))

    # Somebody with the database in hand makes a message that was refused one that was allowed, and is found out.
    signed = (await verify_checkpoints(road)).hashes[acme.account_id]
    master = await matching_master(road, tmp_path)
    assert (await verify_account(road, acme.account_id, master, signed)).flaw is None
    await gateway.fetch("UPDATE messages SET action = 'allow' WHERE action = 'refuse'")
    flaw = (await verify_account(road, acme.account_id, master, signed)).flaw
    assert (flaw.sequence, "another verdict" in flaw.what) == (entry["sequence"], True)
    await road.close()
    await held.close()
