"""Owns gathering what a scope holds: how much of which account, and the records; must not know who may have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import asyncpg
import msgspec

from comity.base.ids import to_wire
from comity.disclosure.fields import content_of
from comity.disclosure.request import BadRequestError, Scope
from comity.edges.postgres.statements import load

MOST_RECORDS: Final = 5000
"""Of each kind, in one package."""
_KINDS: Final = {
    "message": "disclosure_messages",
    "reply": "disclosure_replies",
    "consent": "disclosure_consents",
    "opt_out": "disclosure_opt_outs",
}


class Gathered(msgspec.Struct, frozen=True):
    """What a scope holds.

    Attributes:
        records: by kind, with the names that fields have.
        texts: account and id of each message whose text is among them.
        by_account: of each account, how many records and texts there are of it.
    """

    records: Mapping[str, Sequence[dict[str, Any]]]
    texts: Sequence[tuple[int, Any]]
    by_account: Mapping[int, Mapping[str, int]]

    @property
    def count(self) -> int:
        """How many records there are."""
        return sum(len(found) for found in self.records.values())


async def counts(connection: asyncpg.Connection, scope: Scope) -> list[dict[str, Any]]:
    """How many records of each kind each account has: kind, account_id, records."""
    rows = await connection.fetch(load("disclosure_counts"), *_where(scope))
    kinds = _kinds_of(scope) - {"account"}
    return [dict(row) for row in rows if row["kind"] in kinds or not kinds]


async def accounts_in(connection: asyncpg.Connection, scope: Scope) -> set[int]:
    """Which accounts have something in a scope."""
    return {row["account_id"] for row in await counts(connection, scope)}


async def gather(connection: asyncpg.Connection, scope: Scope) -> Gathered:
    """The records of a scope.

    Raises:
        BadRequestError: there are more than a package holds.
    """
    told = _kinds_of(scope)
    found = {kind: await _records(connection, kind, scope) for kind in _KINDS if kind in told}
    concerned = {record["account_id"] for records in found.values() for record in records} | set(scope.accounts)
    if not found:  # nothing but who they are is told: of those who have something of the numbers
        concerned |= await accounts_in(connection, scope)
    if "account" in told:
        rows = await connection.fetch(load("disclosure_holders"), sorted(concerned))
        found["account"] = [dict(row) for row in rows]
    texts = [
        (record["account_id"], record["message_id"])
        for record in found.get("message", ())
        if "message.text" in scope.fields and record["text"]
    ]
    return Gathered(found, texts, _by_account(found, scope))


async def _records(connection: asyncpg.Connection, kind: str, scope: Scope) -> list[dict[str, Any]]:
    rows = await connection.fetch(load(_KINDS[kind]), *_where(scope), MOST_RECORDS + 1)
    if len(rows) > MOST_RECORDS:
        raise BadRequestError(
            f"There are more than {MOST_RECORDS} records of the kind {kind}.",
            "Narrow the period, and disclose in parts.",
        )
    records = [dict(row) for row in rows]
    for record in records:
        if "message_id" in record:
            record["id"] = to_wire(record["message_id"])
    return records


def _by_account(found: Mapping[str, Sequence[dict[str, Any]]], scope: Scope) -> dict[int, dict[str, int]]:
    counted: dict[int, dict[str, int]] = {}
    content = {field.partition(".")[0] for field in content_of(scope.fields)}
    for kind, records in found.items():
        for record in records:
            of = counted.setdefault(record["account_id"], {"records": 0, "texts": 0})
            of["records"] += 1
            of["texts"] += bool(kind in content and record["text"])
    return counted


def _kinds_of(scope: Scope) -> set[str]:
    return {field.partition(".")[0] for field in scope.fields}


def _where(scope: Scope) -> tuple[Any, ...]:
    return list(scope.numbers), list(scope.accounts), scope.since, scope.until
