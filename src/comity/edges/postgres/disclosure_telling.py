"""Owns what accounts learn of disclosures that concern them: evidence, a list, a notice (G2, G3); must not decide any.

Nobody is told while a request is undecided: until then nothing is told of them either, and whoever asks may be about to
bring an order that delays it. From then on every step is told, those before too; where a legal order says so, from its
date on. An entry of the evidence log is read by its account, so it is appended no sooner.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec

from comity.base.ids import to_wire
from comity.disclosure.redaction import Redactor
from comity.edges.postgres.deadline_store import NewDeadline, drop_deadline, set_deadline
from comity.edges.postgres.disclosure_store import Disclosure, named
from comity.edges.postgres.evidence_store import NewEntry, append_many
from comity.edges.postgres.notice_store import leave_notice
from comity.edges.postgres.statements import load

TELL: Final = "disclosure-tell"
NOTICE: Final = "disclosure"
_OWN: Final = "accounts"
# What staff write for each other may name who was harmed; the reason of a refusal is written for who reads it.
_COLLEAGUES: Final = frozenset({_OWN, "widened_why"})
_FOR_ACCOUNTS: Final = frozenset({"refuse"})


async def tell(connection: asyncpg.Connection, request: Disclosure, now: datetime) -> None:
    """Tell each account concerned what it was not told yet, if it may know; else see that it is told on the day."""
    if request.decided_at is None and request.ended_at is None:
        return
    if request.delay_until is not None and now < request.delay_until:
        await set_deadline(connection, NewDeadline(TELL, request.key, None, request.delay_until))
        return
    await drop_deadline(connection, TELL, request.key)
    rows = await connection.fetch(load("disclosure_untold"), request.request_id)
    for account_id, untold in itertools.groupby(rows, key=lambda row: row["account_id"]):
        await _tell_account(connection, request, account_id, list(untold), now)


async def _tell_account(
    connection: asyncpg.Connection, request: Disclosure, account_id: int, untold: Sequence[Any], now: datetime
) -> None:
    bodies = [_body(request, account_id, row) for row in untold]
    await connection.executemany(
        "INSERT INTO disclosures_told (account_id, request_id, number, event, at, told_at, body)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        [
            (account_id, request.request_id, row["number"], row["event"], row["at"], now, body)
            for row, body in zip(untold, bodies, strict=True)
        ],
    )
    entries = [NewEntry(account_id, "disclosure", body) for body in bodies]
    entries += await _openings(connection, request, account_id, untold)
    await append_many(connection, entries, now)
    if untold[0]["told_at"] is None:
        summary = "Somebody asked us for information that concerns your account: see GET /api/disclosures."
        await leave_notice(connection, account_id, NOTICE, {"summary": summary, **named(request)}, now)
    await connection.execute(
        "UPDATE disclosure_accounts SET told_through = $3, told_at = coalesce(told_at, $4)"
        " WHERE request_id = $1 AND account_id = $2",
        *(request.request_id, account_id, untold[-1]["number"], now),
    )


async def _openings(
    connection: asyncpg.Connection, request: Disclosure, account_id: int, untold: Iterable[Any]
) -> list[NewEntry]:
    """Texts that were opened for it, at the instants of these events."""
    sealed = [row["at"] for row in untold if row["event"] in {"seal", "preview"}]
    if not sealed:
        return []
    rows = await connection.fetch(
        "SELECT message_id, person, reason, at FROM text_openings"
        " WHERE case_id = $1 AND account_id = $2 AND at = ANY ($3::timestamptz[]) ORDER BY opening_id",
        *(request.case_id, account_id, sealed),
    )
    return [
        NewEntry(
            account_id,
            "text-opening",
            {**named(request), "by": row["person"], "message": to_wire(row["message_id"]), "reason": row["reason"]},
        )
        for row in rows
    ]


def _body(request: Disclosure, account_id: int, row: Any) -> dict[str, Any]:  # noqa: ANN401  a row
    """What an account reads of one event: what is its own, and no word that staff wrote for each other."""
    facts = {name: value for name, value in row["facts"].items() if name not in _COLLEAGUES}
    own = row["facts"].get(_OWN, {}).get(str(account_id))
    requester: dict[str, Any] = {"kind": request.requester.kind, "country": request.requester.country}
    if request.requester.kind == "authority":
        requester |= {"name": request.requester.name, "reference": request.requester.reference}
    delayed = {"until": request.delay_until, "legal_order": request.delay_order} if request.delay_until else None
    body = {
        **named(request),
        "event": row["event"],
        "state": row["state"],
        "at": row["at"],
        **({"why": Redactor(()).text(row["why"])} if row["event"] in _FOR_ACCOUNTS else {}),
        "requester": requester,
        **facts,
        **({"yours": own} if own else {}),
        **({"delayed": delayed} if delayed else {}),
    }
    plain: dict[str, Any] = msgspec.to_builtins(body)
    return plain
