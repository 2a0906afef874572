import asyncio
import os
import subprocess
import sys

import msgspec
import pytest

from comity.app.metrics import Figure, Snapshots, figures_of


class Counters(msgspec.Struct):
    sent: int = 3
    by_action: dict[str, int] = {}


def lines(snapshots):
    return [line for line in snapshots.exposition().decode().splitlines() if line and not line.startswith("#")]


def put(folder, pid, *figures):
    folder.mkdir(exist_ok=True)
    (folder / f"{pid}.json").write_bytes(msgspec.json.encode(figures))


@pytest.fixture
def other():
    """Another process that lives as long as the test."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield process.pid
    process.communicate(b"\n")


def test_counters_become_figures_a_mapping_one_for_each_key():
    figures = figures_of("accept", Counters(by_action={"hold": 2, "allow": 5}), "action")
    assert [(f.name, f.value, f.labels) for f in figures] == [
        ("accept_sent", 3, {}),
        ("accept_by_action", 2, {"action": "hold"}),
        ("accept_by_action", 5, {"action": "allow"}),
    ]


def test_figures_of_all_processes_are_added_up(tmp_path, other):
    put(tmp_path, os.getpid(), Figure("sent", 3), Figure("backlog", 1, counter=False))
    put(tmp_path, other, Figure("sent", 4), Figure("backlog", 2, counter=False))
    assert lines(Snapshots(tmp_path)) == ["comity_backlog 3.0", "comity_sent_total 7.0"]


def test_labels_keep_figures_apart(tmp_path):
    put(tmp_path, os.getpid(), *(Figure("sent", n, {"carrier": name}) for n, name in ((1, "a"), (2, 'b"\n'))))
    assert lines(Snapshots(tmp_path)) == [
        'comity_sent_total{carrier="a"} 1.0',
        'comity_sent_total{carrier="b\\"\\n"} 2.0',
    ]


def test_what_a_dead_process_left_is_not_counted_and_taken_away(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    put(tmp_path, process.pid, Figure("sent", 3))
    assert lines(Snapshots(tmp_path)) == []
    assert not (tmp_path / f"{process.pid}.json").exists()


@pytest.mark.parametrize("content", [b"", b"{", b'[{"name": 1}]'])
def test_a_damaged_snapshot_is_left_out(tmp_path, content):
    (tmp_path / f"{os.getpid()}.json").write_bytes(content)
    assert lines(Snapshots(tmp_path)) == []


def test_without_any_snapshot_there_are_no_figures(tmp_path):
    assert lines(Snapshots(tmp_path / "nothing")) == []


async def test_a_process_writes_its_own_until_it_ends(tmp_path):
    snapshots, asked = Snapshots(tmp_path / "run"), asyncio.Event()

    def source():
        asked.set()
        return [Figure("sent", 3)]

    writing = asyncio.create_task(snapshots.keep_writing([source]))
    await asked.wait()
    await asyncio.sleep(0)
    assert lines(snapshots) == ["comity_sent_total 3.0"]
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    assert lines(snapshots) == []
