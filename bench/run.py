#!/usr/bin/env python3
"""Comity and Kannel under the same load, in the same run: `python bench/run.py [--quick]`.

HTTP in, everything the gateway does, SMPP out to `smsc.py`, receipts back; with and without a callback (webhook) a
message. Rounds take turns (Comity, Kannel with its store on disk, Kannel without a store, Comity ...), so that noise
hits all alike; one gateway runs at a time. Prints tables and writes everything to bench/results/.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import report
from gateways import HERE, Comity, Kannel, Place, Smsc, until
from make_texts import templates

PREFIX, NUMBERS, NUMBERS_A_RUN = "4478", 100_000_000, 1_000_000
MOST_S = 3600


class Bench:
    """One benchmark: its place, its gateways, its runs so far."""

    def __init__(self, options: argparse.Namespace, place: Place) -> None:
        self.options, self.place = options, place
        self.smsc = Smsc(place)
        self.texts = place.folder / "texts.txt"
        self.texts.write_text("\n".join(templates()) + "\n", encoding="utf-8")
        self.runs: list[dict] = []
        self.postgres: dict[str, str] = {}
        self._next_number = random.randrange(NUMBERS)

    def gateways(self) -> list[Comity | Kannel]:
        every = [Comity(self.place), Kannel(self.place, "spool"), Kannel(self.place, "none")]
        return [gateway for gateway in every if gateway.name in self.options.gateways]

    def play(self) -> None:
        """All rounds."""
        with stopping(self.smsc):
            gateways = self.gateways()
            for gateway in gateways:
                gateway.prepare()
            for number in range(1, self.options.runs + 1):
                for gateway in gateways:
                    self._round(gateway, number)

    def _round(self, gateway: Comity | Kannel, number: int) -> None:
        """Start a gateway, load it in every way, stop it."""
        with stopping(gateway):
            until(lambda: self.smsc.sessions() > 0, f"{gateway.name}'s link")
            if isinstance(gateway, Comity) and not self.postgres:
                self.postgres = report.postgres_settings(self.place.folder / "comity")
            for callbacks_on in self.options.callbacks:
                for connections in self.options.connections:
                    run = self._load(gateway, connections, callbacks_on=callbacks_on)
                    self.runs.append({"gateway": gateway.name, "callbacks_on": callbacks_on, "round": number, **run})
                    self._tell(self.runs[-1])
        until(lambda: self.smsc.sessions() == 0, f"the end of {gateway.name}'s link")

    def _load(self, gateway: Comity | Kannel, connections: int, *, callbacks_on: bool) -> dict:
        """One run of load.py, in a process of its own."""
        options = self.options
        tag = f"b{len(self.runs)}x{os.getpid()}"
        callback = f"http://127.0.0.1:{self.place.control}/dlr?tag={tag}" if callbacks_on else ""
        secret = gateway.add_callback(callback) if callbacks_on else ""
        command = [
            *(sys.executable, str(HERE / "load.py"), "http", *gateway.load_options(callback)),
            *("-c", str(connections), "-d", str(options.duration), "--warmup", str(options.warmup), "--tag", tag),
            *("--texts", str(self.texts), "--control", f"127.0.0.1:{self.place.control}"),
            *("--to-prefix", PREFIX, "--to-start", str(self._next_number), "--drain", str(options.drain)),
            *(word for name, pid in gateway.watch().items() for word in ("--watch", f"{name}={pid}")),
            *(["--callbacks"] if callbacks_on else []),
        ]
        self._next_number = (self._next_number + NUMBERS_A_RUN) % NUMBERS
        limit_s = options.duration + 3 * options.drain + 60
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit_s, check=False)
        if done.returncode:
            raise RuntimeError(f"load.py: {done.stderr.strip()[-400:]}")
        if secret:
            gateway.remove_callback(secret)
        return json.loads(done.stdout)

    def _tell(self, run: dict) -> None:
        way = "on " if run["callbacks_on"] else "off"
        at = f"round {run['round']}  {run['gateway']:12} c={run['c']:<3} callbacks {way}"
        print(
            f"{at}  {run['accepted_per_s']:>7.0f} accepted/s  {run['delivered_per_s']:>7.0f} delivered/s"
            f"  p99 {run['p99_ms']} ms  lost {run['lost']}  duplicates {run['duplicates']}  errors {run['errors']}",
            flush=True,
        )
        if run.get("last_error"):
            print(f"  last error: {run['last_error']}", flush=True)


@contextlib.contextmanager
def stopping(thing: Smsc | Comity | Kannel) -> Iterator[None]:
    """A thing started for a while, and stopped however the while ends."""
    try:
        thing.start()
        yield
    finally:
        thing.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def made_place(folder: str, *, kept: bool) -> Iterator[Place]:
    """A fresh directory on a real disk, removed at the end."""
    made = Path(tempfile.mkdtemp(prefix="comity-bench-", dir=folder))
    made.chmod(0o711)  # PostgreSQL runs as a user of its own
    try:
        yield Place(made, free_port(), free_port(), free_port())
    finally:
        if kept:
            print(f"Kept: {made}")
        else:
            shutil.rmtree(made, ignore_errors=True)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--quick", action="store_true", help="one run of 5 s each, for a first impression")
    add("--runs", type=int, default=3, help="rounds; what is shown is their median")
    add("-d", "--duration", type=float, default=8, help="seconds of load in a run")
    add("--warmup", type=float, default=2, help="of which the first are left out of rates and latencies")
    add("--drain", type=float, default=60, help="longest wait for what is left, seconds")
    add("-c", "--connections", type=int, nargs="+", default=[16, 64])
    add("--callbacks", choices=("off", "on"), nargs="+", default=["off", "on"])
    add("--gateways", nargs="+", default=["comity", "kannel-spool", "kannel-none"])
    add("--folder", default="/var/tmp", help="where to make the working directory: on a disk, not in memory")
    add("--keep", action="store_true", help="keep the working directory, with logs and databases")
    options = parser.parse_args()
    if options.quick:
        options.runs, options.duration, options.warmup = 1, 5.0, 1.0
    options.callbacks = [which == "on" for which in options.callbacks]
    if not shutil.which("bearerbox"):
        options.gateways = [name for name in options.gateways if not name.startswith("kannel")]
        print("Kannel is not installed (apt-get install kannel): Comity alone.", file=sys.stderr)
    return options


def conclude(bench: Bench, machine: dict) -> dict:
    """Everything that was found."""
    from screening_cost import measure  # noqa: PLC0415  its imports cost memory that the load needs not share

    rows = report.summarise(bench.runs)
    cost = measure(bench.texts.read_text(encoding="utf-8").split("\n")[:-1])
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine,
        "postgres": bench.postgres,
        "options": {key: value for key, value in vars(bench.options).items() if key != "folder"},
        "summary": rows,
        "ratios": report.ratios(rows),
        "screening": report.share_of_cpu(cost, rows),
        "runs": bench.runs,
    }


def main() -> int:
    options = read_options()
    # However it is ended, what it started is ended too; and it ends by itself.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    signal.signal(signal.SIGALRM, lambda *_: sys.exit(f"The benchmark took more than {MOST_S} s."))
    signal.alarm(MOST_S)
    with made_place(options.folder, kept=options.keep) as place:
        machine = report.machine_facts(place.folder)
        bench = Bench(options, place)
        bench.play()
        result = conclude(bench, machine)
    report.show(result)
    results = HERE / "results"
    results.mkdir(exist_ok=True)
    file = results / f"{time.strftime('%Y%m%d-%H%M%S')}.json"
    file.write_text(json.dumps(result, indent=1) + "\n")
    print(f"\nWritten to {file}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
