"""Owns the files of an export of the evidence log, for standard tools to check; must not know where they are written.

Each file that is hashed or signed holds just the octets that were, so that `sha256sum` and `openssl` need nothing else.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from importlib import resources
from typing import Final

import asyncpg
import msgspec

from comity.edges.postgres.evidence_checkpoints import checkpoints
from comity.edges.postgres.evidence_keys import MasterKey
from comity.edges.postgres.evidence_reading import Payload, Written, read
from comity.evidence.canonical import written_instant
from comity.evidence.chain import Head, entry_text
from comity.evidence.checkpoint import head_text, leaves_of, public_pem
from comity.evidence.tree import leaf_octets, node_octets, proof_of, proven_root

_AT_ONCE: Final = 500
HOW_TO: Final = "HOW-TO-CHECK.txt"
ENTRIES: Final = "entries.jsonl"

File = tuple[str, bytes]
"""A path, with / between its parts, and content; content of the same path follows what came before."""


async def export_files(
    connection: asyncpg.Connection, accounts: Sequence[int], master: MasterKey | None
) -> AsyncIterator[File]:
    """All files of an export, in one snapshot; not within a transaction.

    Args:
        connection: of the road.
        accounts: whose chains.
        master: the installation's keys; without them no payload can be exported.
    """
    yield HOW_TO, resources.files(__package__).joinpath("evidence_how_to.txt").read_bytes()
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        public_key = await connection.fetchval("SELECT signing_key FROM evidence_installation")
        yield "public-key.pem", public_pem(public_key)
        for account_id in accounts:
            async for file in _account_files(connection, account_id, master):
                yield file
        number, heads = 0, dict[int, Head]()
        async for checkpoint in checkpoints(connection):
            number = checkpoint.number
            heads.update(checkpoint.moved)
            yield f"checkpoints/{number:06}.txt", checkpoint.note
            yield f"checkpoints/{number:06}.sig", checkpoint.signature
        for account_id in accounts:
            if account_id in heads:
                for place, content in enumerate(_proof_contents(heads, account_id)):
                    yield f"proofs/{account_id}/{number:06}/{place:02}", content


async def _account_files(
    connection: asyncpg.Connection, account_id: int, master: MasterKey | None
) -> AsyncIterator[File]:
    after, rows = 0, list[Written]()
    while not after or len(rows) == _AT_ONCE:
        rows = await read(connection, account_id, master, after=after, most=_AT_ONCE)
        for written in rows:
            name = f"{account_id}/{written.entry.sequence:010}.txt"
            yield ENTRIES, _line(written)
            yield f"chain/{name}", entry_text(written.entry)
            if written.payload is Payload.OPEN:
                yield f"payloads/{name}", written.octets
        if not rows:
            return
        after = rows[-1].entry.sequence


def _line(written: Written) -> bytes:
    entry = written.entry
    return (
        msgspec.json.encode(
            {
                "account": entry.account_id,
                "sequence": entry.sequence,
                "kind": entry.kind,
                "at": written_instant(entry.at),
                "commitment": entry.commitment.hex(),
                "previous": entry.previous.hex(),
                "hash": entry.hash.hex(),
                "payload": written.payload,
                "body": written.body,
            }
        )
        + b"\n"
    )


def _proof_contents(heads: dict[int, Head], account_id: int) -> list[bytes]:
    """What is hashed from an account's leaf up to the root, one after the other."""
    leaves, place = leaves_of(heads), sorted(heads).index(account_id)
    contents, reached = [leaf_octets(head_text(account_id, heads[account_id]))], leaves[place]
    for step in proof_of(leaves, place):
        contents.append(node_octets(step.hash, reached) if step.left else node_octets(reached, step.hash))
        reached = proven_root(reached, [step])
    return contents
