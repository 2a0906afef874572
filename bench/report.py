"""Owns what a benchmark says: medians, ratios, tables, facts about the machine; must not start anything."""

from __future__ import annotations

import asyncio
import os
import platform
import statistics
import subprocess
from pathlib import Path

COLUMNS = (
    # heading, figure, decimals
    ("accepted/s", "accepted_per_s", 0),
    ("p50 ms", "p50_ms", 1),
    ("p99 ms", "p99_ms", 1),
    ("delivered/s", "delivered_per_s", 0),
    ("e2e p50", "e2e_p50_ms", 0),
    ("e2e p99", "e2e_p99_ms", 0),
    ("CPU s/1000", "cpu_s_per_1000", 3),
    ("PSS MiB", "pss_mib", 0),
)
# Added up over the runs, for one loss is one too many.
SUMS = (("lost", "lost"), ("dupl.", "duplicates"), ("errors", "errors"))
# What is better when it is more, and what when it is less.
RATIOS = (("accepted_per_s", "more"), ("delivered_per_s", "more"), ("p99_ms", "less"), ("cpu_s_per_1000", "less"))
PG_SETTINGS = ("fsync", "full_page_writes", "synchronous_commit", "wal_sync_method", "server_version")


def summarise(runs: list[dict]) -> list[dict]:
    """One row a gateway, number of connections and use of callbacks: medians of the runs, sums of what went wrong."""
    cells: dict[tuple[str, bool, int], list[dict]] = {}
    for run in runs:
        cells.setdefault((run["gateway"], run["callbacks_on"], run["c"]), []).append(run)
    return [_row(key, cell) for key, cell in sorted(cells.items(), key=lambda item: (item[0][1:], item[0][0]))]


def _row(key: tuple[str, bool, int], cell: list[dict]) -> dict:
    gateway, callbacks_on, connections = key
    row: dict = {"gateway": gateway, "callbacks_on": callbacks_on, "c": connections, "runs": len(cell)}
    for _, name, _ in COLUMNS:
        row[name] = _median([run.get(name) for run in cell])
    for _, name in SUMS:
        row[name] = sum(run.get(name) or 0 for run in cell)
    for group in ("cpu_s_per_1000_by", "pss_mib_by"):
        names = sorted({name for run in cell for name in run[group]})
        row[group] = {name: _median([run[group].get(name) for run in cell]) for name in names}
    return row


def _median(values: list) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None


def ratios(rows: list[dict]) -> list[dict]:
    """How many times better Comity is than each mode of Kannel, cell by cell; below 1 it is worse."""
    found = []
    for ours in (row for row in rows if row["gateway"] == "comity"):
        for peer in rows:
            if peer["gateway"] != "comity" and (peer["callbacks_on"], peer["c"]) == (ours["callbacks_on"], ours["c"]):
                ratio = {name: _ratio(ours[name], peer[name], way) for name, way in RATIOS}
                found.append(
                    {"against": peer["gateway"], "callbacks_on": ours["callbacks_on"], "c": ours["c"], **ratio}
                )
    return found


def _ratio(ours: float | None, peer: float | None, way: str) -> float | None:
    if not ours or not peer:
        return None
    return round(ours / peer if way == "more" else peer / ours, 2)


def show(result: dict) -> None:
    """Print everything for people."""
    print("\n" + "; ".join(f"{name} {value}" for name, value in result["machine"].items()))
    print("PostgreSQL: " + ", ".join(f"{name}={value}" for name, value in result["postgres"].items()))
    _show_rows(result["summary"])
    _show_processes(result["summary"])
    print("\nComity against Kannel (times better; below 1: worse)")
    names = [name for name, _ in RATIOS]
    _table(
        ["against", "callbacks", "c", *names],
        [[r["against"], _on(r), r["c"], *(r[name] for name in names)] for r in result["ratios"]],
    )
    _show_screening(result)


def _on(row: dict) -> str:
    return "on" if row["callbacks_on"] else "off"


def _show_rows(rows: list[dict]) -> None:
    print(f"\nMedians of {max(row['runs'] for row in rows)} runs; lost, duplicates and errors of all runs together")
    heads = ["callbacks", "c", "gateway", *(head for head, _, _ in COLUMNS), *(head for head, _ in SUMS)]
    lines = []
    for row in rows:
        figures = ["-" if row[name] is None else f"{row[name]:.{places}f}" for _, name, places in COLUMNS]
        lines.append([_on(row), row["c"], row["gateway"], *figures, *(row[name] for _, name in SUMS)])
    _table(heads, lines)


def _show_processes(rows: list[dict]) -> None:
    print("\nCPU s per 1,000 messages, and PSS in MiB, by process")
    lines = []
    for row in rows:
        memory = row["pss_mib_by"]
        shares = [f"{name} {cpu:.3f} ({memory[name]:.0f})" for name, cpu in row["cpu_s_per_1000_by"].items()]
        lines.append([_on(row), row["c"], row["gateway"], "  ".join(shares)])
    _table(["callbacks", "c", "gateway", "processes"], lines)


def _show_screening(result: dict) -> None:
    cost = result["screening"]
    print(
        f"\nscreening cost: {cost['total_us']} us a message: prepare {cost['prepare_us']}, decide {cost['decide_us']}"
        f"; {cost['share_of_cpu']:.1%} of a message's CPU at {cost['share_at_c']} connections"
    )
    for title, key in (("rules", "rules_us"), ("shared by rules", "shared_us"), ("prepare", "prepare_parts_us")):
        print(f"  {title}: " + ", ".join(f"{name} {us}" for name, us in cost[key].items()))
    p99 = ", ".join(f"callbacks {_on(r)} {r['p99_ms']} ms" for r in result["summary"] if _is_ours_at(r, 16))
    print(f"accept p99 of Comity with 16 connections: {p99}")


def _is_ours_at(row: dict, connections: int) -> bool:
    return row["gateway"] == "comity" and row["c"] == connections


def share_of_cpu(cost: dict, rows: list[dict]) -> dict:
    """Screening's share of all CPU a message takes, callbacks off, at the fewest connections."""
    ours = min((row for row in rows if row["gateway"] == "comity"), key=lambda row: (row["callbacks_on"], row["c"]))
    share = cost["total_us"] / (ours["cpu_s_per_1000"] * 1000) if ours["cpu_s_per_1000"] else 0.0
    return {**cost, "share_of_cpu": share, "share_at_c": ours["c"]}


def _table(heads: list[str], lines: list[list]) -> None:
    rows = [heads, *([str(cell) for cell in line] for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    for row in rows:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def machine_facts(folder: Path) -> dict:
    """What the figures depend on."""
    cpu = next((line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "")
    memory = next((int(line.split()[1]) // 2**20 for line in _lines("/proc/meminfo") if "MemTotal" in line), 0)
    disk = _said("df", "--output=fstype", str(folder)).split()[-1:]
    return {
        "CPU": f"{cpu or platform.machine()} x {os.cpu_count()}",
        "memory": f"{memory} GiB",
        "load before": f"{os.getloadavg()[0]:.2f}",
        "file system": " ".join(disk),
        "kernel": platform.release(),
        "Python": platform.python_version(),
        "Kannel": _said("dpkg-query", "-W", "-f", "${Version}", "kannel") or "not installed",
    }


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().split("\n")
    except OSError:
        return []


def _said(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=10, check=False).stdout.strip()
    except OSError:
        return ""


def postgres_settings(data: Path) -> dict[str, str]:
    """What the running server says of its durability, asked as the road's role."""
    from comity.edges.postgres.connect import Database  # noqa: PLC0415  only where Comity is measured
    from comity.edges.postgres.roles import Role  # noqa: PLC0415  the same

    async def ask() -> dict[str, str]:
        connection = await Database.from_file(data / "secrets" / "database.json").connect(
            Role.ROAD, application="bench"
        )
        try:
            return {name: await connection.fetchval(f"SHOW {name}") for name in PG_SETTINGS}
        finally:
            await connection.close()

    return asyncio.run(ask())
