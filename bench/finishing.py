"""Owns what ridding the files of an erased number costs: a day of messages written anew, and the log of changes."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Final

from comity.edges.postgres.embedded import Tenure, open_cluster
from comity.edges.postgres.leftovers import Rewritten, finish
from comity.edges.postgres.migrate import migrate
from comity.edges.postgres.roles import Role

_MESSAGES: Final = 500_000
_AT_ONCE: Final = 50_000
# As large as the road's: a box of 200 octets, a verdict of 700.
_FILL: Final = """
    INSERT INTO messages (account_id, id, door, sender, recipient, category, text, encoding, parts, micro_credits,
                          text_key, action, verdict, body)
    SELECT 1, uuidv7(), 'http', 'Acme', (32470000000 + random() * 1e7)::bigint::text, 'promotional', '', 'gsm', 1, 0, 0,
           'allow', jsonb_build_object('facts', repeat(md5(g::text), 20)), decode(repeat(md5(g::text), 12), 'hex')
    FROM generate_series(1, $1::int) g
"""


def main() -> None:
    """Print how long each table took, and the log of changes."""
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder:
        Path(folder).chmod(0o711)
        asyncio.run(_measure(Path(folder) / "data"))


async def _measure(data: Path) -> None:
    cluster = await open_cluster(data, tenure=Tenure.LASTING, durable=True)
    try:
        await migrate(cluster.database)
        owner = await cluster.database.connect(Role.OWNER)
        await owner.execute("SELECT make_message_partitions(current_date)")
        for _ in range(0, _MESSAGES, _AT_ONCE):
            await owner.execute(_FILL, _AT_ONCE)
        await owner.execute("SELECT note_leftovers(ARRAY[to_char(current_date, '\"messages_\"YYYYMMDD')])")
        finished = await finish(owner, 60.0, _tell)
        assert finished is not None
        print(f"log of changes {finished.wal_octets / 1e6:9.1f} MB written; all of it {finished.seconds:.1f} s")
        await owner.close()
    finally:
        await cluster.stop()


def _tell(one: Rewritten) -> None:
    if one.octets_before > 1_000_000:
        print(f"{one.table:<22} {one.octets_before / 1e6:9.1f} MB in {one.seconds:.1f} s", file=sys.stdout)


if __name__ == "__main__":
    main()
