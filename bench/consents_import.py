"""Measures `comity consents import`: lines a second and peak memory, for a list without faults, and for it once more.

    .venv/bin/python bench/consents_import.py [--lines 1000000]

It uses a gateway's data directory of its own, which it removes again.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

_COLUMNS = "recipient,brand,purpose,wording,channel,at,proof,address"
_COMITY = (str(Path(sys.executable).with_name("comity")),)


def main() -> None:
    """Run, and print a line for each pass."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--lines", type=int, default=1_000_000)
    lines = options.parse_args().lines
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        file, data = Path(folder) / "list.csv", str(Path(folder) / "data")
        write_list(file, lines)
        run(("accounts", "create", "bench", "--json", "--data", data))
        for what in ("first", "again"):
            took, peak, told = run(("consents", "import", "bench", str(file), "--json", "--data", data))
            print(
                f"{what}: {lines} lines in {took:.1f} s, {lines / took:,.0f} a second, {peak / 1024:.0f} MB at most;"
                f" {told['imported']} new, {told['known']} known, {told['rejected']} rejected, {told['state']}"
            )


def write_list(file: Path, lines: int) -> None:
    """People who agreed at times and addresses of their own."""
    begin = datetime(2024, 1, 1, tzinfo=UTC)
    with file.open("w", encoding="utf-8") as out:
        out.write(_COLUMNS + "\n")
        for line in range(lines):
            at = (begin + timedelta(seconds=line * 37)).isoformat()
            address = f"2001:db8::{line >> 16:x}:{line & 0xFFFF:x}"
            out.write(
                f'+3247{line % 10_000_000:07d},Shop {line // 10_000_000},offers,"Yes, text me offers and news.",'
                f"web form,{at},form {line},{address}\n"
            )


def run(arguments: tuple[str, ...]) -> tuple[float, int, dict[str, object]]:
    """Seconds, peak memory of the command's own process in KB, and what it told."""
    begun = time.monotonic()
    # wait4 tells of this one process, not of PostgreSQL, which it starts for the while.
    with tempfile.TemporaryFile("w+") as told:
        process = subprocess.Popen([*_COMITY, *arguments], stdout=told)
        _, status, usage = os.wait4(process.pid, 0)
        took = time.monotonic() - begun
        told.seek(0)
        answer = told.read()
    if status:
        raise SystemExit(f"{' '.join(arguments)} failed")
    return took, usage.ru_maxrss, json.loads(answer)


if __name__ == "__main__":
    main()
