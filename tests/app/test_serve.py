"""A whole node as an operator runs it: ready, useful, discreet in its log, and gone within four seconds."""

import asyncio
import json
import os
import signal
import socket
from pathlib import Path

import pytest

from support.serving import Served, alive, make_account, run_comity, until_gone

TEXT = "Zebrafish umbrella 7391 quixotic"
NUMBER = "32470987654"


async def test_a_node_serves_and_ends_and_nothing_secret_is_in_its_log(served):
    await served.start()
    assert "ready" in await served.announced()
    assert (await served.get("/readyz"))[0] == (await served.get("/healthz"))[0] == 200
    credentials = await make_account(served.data)
    body = {"message": TEXT, "to": NUMBER, "sender": "Bank"}
    status, sent = await served.post("/v1/message/send", json=body, headers=credentials)
    assert (status, len(sent["messageid"])) == (200, 31)
    wrong = {**credentials, "X-Client-Secret": "wrong-secret-word"}
    assert (await served.post("/v1/message/send", json=body, headers=wrong))[0] == 401
    assert (await served.post("/v1/message/send", data=b"{" + TEXT.encode(), headers=credentials))[0] == 400
    refused = {**body, "sender": "Rival"}
    assert (await served.post("/v1/message/send", json=refused, headers=credentials))[0] == 403
    query = {"client_id": credentials["X-Client-Id"], "client_secret": credentials["X-Client-Secret"]}
    assert (await served.get("/v1/message/logging", params=query))[0] == 200

    family = served.family()
    assert len(family) > 4
    assert await served.end() < 4
    assert served.process.returncode == 0
    assert alive(family) == set()
    assert served.cluster() == []

    log = served.log.read_text()
    for secret in (TEXT, "Zebrafish", NUMBER, credentials["X-Client-Secret"], "wrong-secret-word", "Traceback"):
        assert secret not in log
    assert all(json.loads(line)["event"] for line in log.splitlines())


async def test_before_any_account_or_carrier_exists_it_is_ready(served):
    await served.start()
    await served.announced()
    assert await served.get("/readyz") == (200, '{"status":"ready"}')
    status, figures = await served.get("/metrics")
    assert status == 200
    assert "# TYPE" in figures or not figures
    assert (await served.get("/nothing"))[0] == 404


async def test_commands_reach_the_running_node_and_work_without_one(served):
    await served.start()
    await served.announced()
    await make_account(served.data, "while it runs")
    assert await served.end() < 4
    await make_account(served.data, "while it does not")
    status, out, _ = await run_comity("accounts", "list", "--json", data=served.data)
    assert status == 0
    assert [row["account"] for row in json.loads(out)] == ["while it runs", "while it does not"]
    assert served.cluster() == []


async def test_a_process_that_dies_is_started_again(served):
    await served.start()
    await served.announced()
    credentials = await make_account(served.data)
    workers = [pid for pid in served.family() if b"comity.app.node" in _command(pid)]
    assert workers
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    await until_gone(workers, 5)
    await served.ready()
    body = {"message": "Hello", "to": NUMBER, "sender": "Bank"}
    assert (await served.post("/v1/message/send", json=body, headers=credentials))[0] == 200
    assert await served.end() < 4


async def test_when_the_supervisor_is_killed_nothing_is_left_behind_for_long(served):
    await served.start()
    await served.announced()
    family = served.family()
    await served.end(signal.SIGKILL)
    await until_gone(family, 10)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_told_to_end_while_it_starts_it_ends(served, number):
    await served.start()
    while not served.cluster():
        assert served.process.returncode is None
        await _turn()
    await served.end(number)
    assert served.process.returncode in {0, 1, -number}
    assert served.cluster() == []
    await until_gone(served.family() - {served.process.pid}, 5)


async def test_a_second_node_on_the_same_data_is_refused(served):
    await served.start()
    await served.announced()
    second = Served(served.data)
    second.log = served.data.parent / "second.log"
    await second.start()
    assert await second.process.wait() == 1
    (line,) = second.log.read_text().splitlines()
    assert line.startswith("comity: Another `comity serve`")
    assert (await served.get("/readyz"))[0] == 200
    assert await served.end() < 4


async def test_a_port_that_is_taken_is_one_clear_line(served):
    status, out, err = await _on_taken_port(served)
    assert (status, out) == (1, "")
    (line,) = err.splitlines()
    assert line.startswith("comity: 127.0.0.1:")
    assert "Choose another" in line


async def _on_taken_port(served):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        return await run_comity("serve", "--http", address, data=served.data)


def _command(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


async def _turn():
    await asyncio.sleep(0.02)


async def test_what_lies_where_it_was_started_is_not_run(served, tmp_path, monkeypatch):
    (tmp_path / "dis.py").write_text("raise SystemExit('somebody else')\n")
    monkeypatch.chdir(tmp_path)
    await served.start()
    assert "ready" in await served.announced()
    await served.ready()
