"""Prints how long a list takes to load and what looking messages up on it costs; nothing is asserted.

    python bench/lists.py [ENTRIES]

A cluster of its own is made and thrown away. Messages have a link or a recipient each, one in ten of which is listed.
"""

import asyncio
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

from comity.content.reading import reading_of
from comity.edges.cli.list_files import ListFile, Reading, read_keys
from comity.edges.postgres.embedded import open_cluster
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.lists_store import NewList, listed, load_list
from comity.edges.postgres.migrate import migrate
from comity.screening.rules.link_listed import link_keys

BATCHES = (1, 32, 256)
ROUNDS = 200
WORDS = (
    "login",
    "secure",
    "pay",
    "parcel",
    "bank",
    "update",
    "verify",
    "track",
    "offer",
    "win",
    "info",
    "my",
    "account",
)


def host(n: int) -> str:
    return f"{WORDS[n % len(WORDS)]}-{n * 2654435761 % 2**32:x}.example"


def number(n: int) -> str:
    return f"+1202{2000000 + n % 7_999_999}"


def written(folder: Path, kind: str, entries: int) -> ListFile:
    make = {"links": lambda n: host(n) if n % 4 else f"https://{host(n)}/a/{n}.php?x={n}", "numbers": number}[kind]
    file = folder / f"{kind}.txt"
    file.write_text("".join(f"{make(n)}\n" for n in range(entries)))
    return ListFile(file, kind, "US" if kind == "numbers" else None)


def messages(kind: str, entries: int, count: int) -> list[list[str]]:
    """The keys of some messages, one in ten on the list."""
    numbers = [random.randrange(entries) + (0 if random.random() < 0.1 else entries) for _ in range(count)]
    if kind == "numbers":
        return [[number(n)[1:]] for n in numbers]
    texts = [f"Your parcel {n} is here: https://{host(n)}/a/{n}.php?x={n}" for n in numbers]
    return [[key for link in reading_of(text).links for key in link_keys(link)] for text in texts]


async def look_up(connections: HeldConnections, kind: str, entries: int, batch: int) -> float:
    """Microseconds a message."""
    rounds = [messages(kind, entries, batch) for _ in range(ROUNDS)]
    async with connections.connection() as connection:
        began = time.perf_counter()
        for some in rounds:
            await listed(connection, [(place, kind, key) for place, keys in enumerate(some) for key in keys])
        return (time.perf_counter() - began) / ROUNDS / batch * 1e6


async def measure(folder: Path, entries: int) -> None:
    async with await open_cluster(folder / "data") as cluster:
        await migrate(cluster.database)
        connections = HeldConnections(cluster.database, "bench")
        for kind in ("links", "numbers"):
            file = written(folder, kind, entries)
            async with connections.connection() as connection:
                began = time.perf_counter()
                keys = sum(1 for _ in read_keys(file, Reading()))
                read_s = time.perf_counter() - began
                began = time.perf_counter()
                stored = await load_list(connection, NewList(kind, kind), read_keys(file, Reading()))
                load_s = time.perf_counter() - began
                size = await connection.fetchval("SELECT pg_total_relation_size('list_entries')")
                print(f"entries and their index: {size / 1e6:.0f} MB so far")
                print(f"{kind}: {keys} lines, {stored.entries} entries; read {read_s:.1f} s, loaded {load_s:.1f} s")
                began = time.perf_counter()
                await load_list(connection, NewList(kind, kind), read_keys(file, Reading()))
                print(f"{kind}: replaced {time.perf_counter() - began:.1f} s")
            for batch in BATCHES:
                cost = await look_up(connections, kind, entries, batch)
                print(f"{kind}: look-up {cost:.1f} us a message in batches of {batch}")
        await connections.close()


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="comity-bench-lists-"))
    folder.chmod(0o711)
    try:
        asyncio.run(measure(folder, int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
