"""Owns a process that opens a data directory's database and holds it until its standard input ends; run as a script.

Usage: python holder.py DATA lasting|brief
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from comity.edges.postgres.embedded import Tenure, open_cluster


async def main(data: str, tenure: str) -> None:
    """Open, say how, wait, let go."""
    async with await open_cluster(Path(data), tenure=Tenure(tenure), durable=False) as postgres:
        sys.stdout.write("owner\n" if postgres.is_owner else "attached\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
