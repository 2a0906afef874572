#!/usr/bin/env python3
"""Load generator and meter for SMS gateways. Standard library only (uvloop when installed).

  load.py http --url URL --preset {json,jasmin,kannel} [-c 16] [-d 15] [--runs 3] ...
  load.py smpp --port 2775 --system-id U --password P [--window 50] [--binds 1] ...

Closed loop: every connection (or window slot) sends its next message when the last one is answered; --rate caps the
total. Each message carries "#<tag>.<seq>#" in its text. With --control (smsc.py's control port) a run also measures
what reached the SMSC: rate, backlog when the load stops, time to drain, receipts and callbacks, end-to-end latency,
losses and duplicates. With --watch NAME=[only:]PID the CPU time and memory of those processes are counted.

Prints one JSON line a run, then the median (min..max) of the runs.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import time
import urllib.request
from pathlib import Path

from http_load import http_worker, request_builder
from processes import costs, machine_cpu_s, own_cpu_s
from smpp_load import smpp_worker

SHOWN = (
    *("accepted_per_s", "p50_ms", "p99_ms", "errors", "arrived_per_s", "delivered_per_s", "backlog_at_stop", "drain_s"),
    *("lost", "duplicates", "callbacks", "receipts_received", "e2e_p50_ms", "e2e_p99_ms", "cpu_s_per_1000", "pss_mib"),
)


class Run:
    """What one run sent and what was answered."""

    def __init__(self, args: argparse.Namespace, tag: str) -> None:
        self.args, self.tag = args, tag
        self.sent_at: list[float] = []
        self.latency: list[float] = []
        self.status: list[int] = []  # 1 accepted, else what was answered, 0 not answered yet
        self.start = time.monotonic()
        self.stop_at = self.start + args.duration
        self.first_recipient = random.randrange(args.to_count) if args.to_start < 0 else args.to_start
        self.errors = self.receipts = 0
        self.last_error = ""

    def next_seq(self) -> int | float | None:
        """The next message's number; None when the run is over; minus the seconds to wait first."""
        now, n = time.monotonic(), len(self.sent_at)
        if now >= self.stop_at or (self.args.count and n >= self.args.count):
            return None
        if self.args.rate:
            ahead_s = n / self.args.rate - (now - self.start)
            if ahead_s > 0.002:
                return -ahead_s
        self.sent_at.append(now)
        self.status.append(0)
        self.latency.append(0.0)
        return n

    def answered(self, seq: int, status: int, *, accepted: bool) -> None:
        self.latency[seq] = time.monotonic() - self.sent_at[seq]
        self.status[seq] = 1 if accepted else status or -1
        self.errors += not accepted

    def recipient_of(self, seq: int) -> str:
        """A number of its own for each message of a run."""
        args = self.args
        return f"{args.to_prefix}{(self.first_recipient + seq) % args.to_count:0{12 - len(args.to_prefix)}d}"

    def text_of(self, seq: int) -> str:
        """The templates in turn, each with its token."""
        return self.args.texts[seq % len(self.args.texts)].replace("{token}", f"#{self.tag}.{seq}#")

    @property
    def accepted(self) -> list[int]:
        return [seq for seq, status in enumerate(self.status) if status == 1]

    @property
    def load_end(self) -> float:
        """When the last answer came."""
        return max((at + took for at, took in zip(self.sent_at, self.latency, strict=True)), default=self.start)


async def ask(args: argparse.Namespace, path: str) -> dict:
    """What the SMSC's control port says."""

    def fetch() -> dict:
        with urllib.request.urlopen(f"http://{args.control}{path}", timeout=60) as answer:
            return json.load(answer)

    return await asyncio.to_thread(fetch) if args.control else {}


async def settled(args: argparse.Namespace, tag: str, key: str, target: float) -> dict:
    """Wait until stats[key] reaches the target, stands still for --quiet s, or --drain s passed."""
    begin = moved = time.monotonic()
    last = None
    while True:
        seen = await ask(args, f"/stats?tag={tag}")
        now = time.monotonic()
        if seen[key] != last:
            last, moved = seen[key], now
        if last >= target or now - moved > args.quiet or now - begin > args.drain:
            return seen
        await asyncio.sleep(0.1)


def percentile_ms(values_s: list[float], q: float) -> float | None:
    if not values_s:
        return None
    ordered = sorted(values_s)
    return round(ordered[min(len(ordered) - 1, int(q * len(ordered)))] * 1000, 2)


async def one_run(args: argparse.Namespace, tag: str) -> dict:
    """Load, drain, and what came of it."""
    before = await ask(args, f"/stats?tag={tag}")
    costs_before, busy_before, own_before = costs(args.watch), machine_cpu_s(), own_cpu_s()
    run = Run(args, tag)
    await asyncio.gather(*workers_of(run))
    out = {"tag": tag, "mode": args.mode, **accepted_figures(run)}
    end: dict = {}
    if args.control:
        figures, end = await arrival_figures(run, before)
        out |= figures
    out["wall_s"] = round(time.monotonic() - run.start, 1)
    own = own_cpu_s() - own_before
    out |= cost_figures(args.watch, costs_before, out.get("arrived") or out["accepted"] or 1)
    smsc_s = end.get("cpu_s", 0.0) - before.get("cpu_s", 0.0)
    busy = machine_cpu_s()
    out["loader_cpu_s"], out["smsc_cpu_s"] = round(own, 2), round(smsc_s, 2)
    out["other_cpu_s"] = round(busy[0] - busy_before[0] - out["cpu_s"] - own - smsc_s, 2)
    out["steal_s"] = round(busy[1] - busy_before[1], 2)
    return out


def workers_of(run: Run) -> list:
    args = run.args
    if args.mode == "smpp":
        return [smpp_worker(run) for _ in range(args.binds)]
    build = request_builder(run)
    return [http_worker(run, build) for _ in range(args.concurrency)]


def accepted_figures(run: Run) -> dict:
    """What the gateway answered; the warm-up is left out of rates and latencies."""
    args, accepted, warm = run.args, run.accepted, run.start + run.args.warmup
    took = [run.latency[seq] for seq in accepted if run.sent_at[seq] >= warm]
    figures = {
        "c": args.concurrency if args.mode == "http" else args.window * args.binds,
        "sent": len(run.sent_at),
        "accepted": len(accepted),
        "errors": run.errors,
        "accepted_per_s": round(len(took) / max(1e-9, run.load_end - warm), 1),
        "p50_ms": percentile_ms(took, 0.5),
        "p99_ms": percentile_ms(took, 0.99),
        "max_ms": percentile_ms(took, 1.0),
    }
    if run.last_error:
        figures["last_error"] = run.last_error
    if args.mode == "smpp":
        figures["receipts_received"] = run.receipts
    return figures


async def arrival_figures(run: Run, before: dict) -> tuple[dict, dict]:
    """What reached the SMSC and what it reported back, once nothing moves any more; and the SMSC's last counters."""
    args, tag, accepted, load_end = run.args, run.tag, run.accepted, run.load_end
    await settled(args, tag, "tag_distinct", len(accepted))
    seen = {int(seq): at for seq, at in (await ask(args, f"/seen?tag={tag}")).items()}
    end = await settled(args, tag, "dlr_acked", before["dlr_acked"] + len(seen) * (args.receipts == "yes"))
    if args.callbacks:
        end = await settled(args, tag, "tag_callbacks", len(seen))
    last = max(seen.values(), default=load_end)
    arrived_s = max(1e-9, last - run.start)
    delivered_s = max(1e-9, end["tag_last_callback"] - run.start) if args.callbacks else arrived_s
    delivered = end["tag_callbacks"] if args.callbacks else len(seen)
    warm = run.start + args.warmup
    lag = [seen[seq] - run.sent_at[seq] for seq in accepted if seq in seen and run.sent_at[seq] >= warm]
    figures = {
        "arrived": len(seen),
        "arrived_per_s": round(len(seen) / arrived_s, 1),
        "delivered_per_s": round(delivered / delivered_s, 1),
        "backlog_at_stop": sum(seen.get(seq, 1e18) > load_end for seq in accepted),
        "drain_s": round(max(0.0, last - load_end), 2),
        "lost": sum(seq not in seen for seq in accepted),
        "unconfirmed_arrived": sum(run.status[seq] != 1 for seq in seen),
        "duplicates": end["tag_duplicates"],
        "receipts_sent": end["dlr_sent"] - before["dlr_sent"],
        "receipts_taken": end["dlr_acked"] - before["dlr_acked"],
        "callbacks": end["tag_callbacks"],
        "e2e_p50_ms": percentile_ms(lag, 0.5),
        "e2e_p99_ms": percentile_ms(lag, 0.99),
    }
    return figures, end


def cost_figures(watch: dict[str, str], before: dict, messages: int) -> dict:
    """CPU and memory of the watched processes since `before`."""
    after = costs(watch)
    spent = {name: after[name].cpu_s - before[name].cpu_s for name in watch}
    figures: dict = {"cpu_s": sum(spent.values())}
    if watch:
        figures["cpu_s_per_1000"] = round(sum(spent.values()) / messages * 1000, 3)
        figures["cpu_s_per_1000_by"] = {name: round(cpu_s / messages * 1000, 3) for name, cpu_s in spent.items()}
        figures["rss_mib"] = round(sum(cost.rss_mib for cost in after.values()), 1)
        figures["pss_mib"] = round(sum(cost.pss_mib for cost in after.values()), 1)
        figures["pss_mib_by"] = {name: round(cost.pss_mib, 1) for name, cost in after.items()}
    return figures


async def all_runs(args: argparse.Namespace) -> None:
    results = []
    for number in range(1, args.runs + 1):
        results.append(await one_run(args, f"{args.tag}{number}" if args.runs > 1 else args.tag))
        print(json.dumps(results[-1]), flush=True)
        if number < args.runs:
            await asyncio.sleep(args.pause)
    print(f"# {args.tag}: median (min..max) of {len(results)} runs", file=sys.stderr)
    for key in SHOWN:
        values = [result[key] for result in results if result.get(key) is not None]
        if values:
            median = statistics.median(values)
            print(f"#   {key:28} {median:>10.2f}  ({min(values)} .. {max(values)})", file=sys.stderr)


def common_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("-d", "--duration", type=float, default=15)
    add("--warmup", type=float, default=2, help="seconds at the start left out of rates and latencies")
    add("--count", type=int, default=0, help="stop after this many messages")
    add("--rate", type=float, default=0, help="messages/s in all, 0 = as fast as answered")
    add("--runs", type=int, default=1)
    add("--pause", type=float, default=2, help="seconds between runs")
    add("--tag", default=f"t{int(time.time()) & 0xFFFFFF:x}")
    add("--text", default="Your parcel {token} is ready for pickup at the depot on Main Street.")
    add("--texts", help="file of templates, one a line, {token} in each; instead of --text")
    add("--sender", default="12345")
    # Every number with this prefix is valid in the numbering plan of the United Kingdom; of 4479 some 0.5 % are not.
    add("--to-prefix", default="4478")
    add("--to-start", type=int, default=-1, help="first recipient; unless given a random one for each run")
    add("--to-count", type=int, default=100_000_000, help="distinct recipients, used in turn")
    add("--password", default="bench")
    add("--control", help="host:port of smsc.py's control side")
    add("--receipts", choices=("yes", "no"), default="yes", help="ask Kannel for receipts, and wait for them")
    add("--callbacks", action="store_true", help="wait for a callback (webhook) a message, and count delivery by them")
    add("--drain", type=float, default=120, help="longest wait for the backlog, seconds")
    add("--quiet", type=float, default=8, help="give up draining after this long without progress")
    add("--watch", action="append", default=[], metavar="NAME=[only:]PID")


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    modes = parser.add_subparsers(dest="mode", required=True)
    http, smpp = modes.add_parser("http"), modes.add_parser("smpp")
    common_options(http)
    common_options(smpp)
    http.add_argument("--url", required=True)
    http.add_argument("--preset", choices=("json", "jasmin", "kannel"), default="json")
    http.add_argument("-c", "--concurrency", type=int, default=16)
    http.add_argument("--user", default="bench")
    http.add_argument("--header", action="append", default=[], help='more headers, "Name: value"')
    http.add_argument("--dlr-url", default="", help="callback URL of a message; {tag} is filled in")
    smpp.add_argument("--host", default="127.0.0.1")
    smpp.add_argument("--port", type=int, default=2775)
    smpp.add_argument("--system-id", default="bench")
    smpp.add_argument("--window", type=int, default=50)
    smpp.add_argument("--binds", type=int, default=1)
    smpp.add_argument("--no-dlr", dest="dlr", action="store_false")
    smpp.add_argument("--linger", type=float, default=5, help="unbind after this many seconds without a receipt")
    args = parser.parse_args()
    args.watch = dict(named.split("=", 1) for named in args.watch)
    args.texts = Path(args.texts).read_text(encoding="utf-8").split("\n")[:-1] if args.texts else [args.text]
    return args


def main() -> None:
    args = read_arguments()
    try:
        import uvloop  # noqa: PLC0415  not everywhere
    except ImportError:
        asyncio.run(all_runs(args))
    else:
        uvloop.run(all_runs(args))


if __name__ == "__main__":
    main()
