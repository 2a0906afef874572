"""Owns what processes cost: CPU seconds and memory of process trees, from /proc; must not know what they do.

A process is named by its id or by a file that holds it. `tree:` (the default) counts it with all its descendants,
and those descendants that ended meanwhile; `only:` counts it alone.
"""

from __future__ import annotations

import os
import resource
from dataclasses import dataclass
from pathlib import Path

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """CPU seconds so far; resident and proportional memory in MiB just now."""

    cpu_s: float = 0.0
    rss_mib: float = 0.0
    pss_mib: float = 0.0


def tree(root: int) -> list[int]:
    """A process and its descendants that still run."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            stat = _stat(int(entry.name))
            if stat:
                children.setdefault(int(stat[1]), []).append(int(entry.name))
    found, todo = [], [root] if _stat(root) else []
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += children.get(pid, ())
    return found


def command_of(pid: int) -> str:
    """A process's command line; empty when it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""


def costs(watch: dict[str, str]) -> dict[str, Cost]:
    """What each of {name: [tree:|only:]PID or a file that holds it} cost so far."""
    return {name: _cost(where) for name, where in watch.items()}


def machine_cpu_s() -> tuple[float, float]:
    """Busy and stolen CPU seconds of the whole machine so far."""
    spent = [int(ticks) / CLOCK_TICKS for ticks in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    return spent[0] + spent[1] + spent[2] + spent[5] + spent[6], spent[7]


def own_cpu_s() -> float:
    """CPU seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _cost(where: str) -> Cost:
    way, _, named = where.rpartition(":")
    try:
        root = int(named) if named.isdigit() else int(Path(named).read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return Cost()
    cpu_s = rss = pss = 0.0
    for pid in [root] if way == "only" else tree(root):
        stat = _stat(pid)
        # 13..16 of proc(5): own user and system time, and that of children waited for.
        cpu_s += sum(int(ticks) for ticks in stat[11 : 13 if way == "only" else 15]) / CLOCK_TICKS
        memory = _memory(pid)
        rss, pss = rss + memory.get("Rss", 0.0), pss + memory.get("Pss", 0.0)
    return Cost(cpu_s, rss, pss)


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third on; empty when it has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _memory(pid: int) -> dict[str, float]:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().split("\n")[1:]
    except OSError:
        return {}
    return {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines if line.startswith(("Rss:", "Pss:"))}
