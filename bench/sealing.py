"""Owns what sealing costs a message in its process: sealed for a new and for a known number, opened for a carrier."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from comity.edges.postgres.body_keys import Sealing
from comity.edges.postgres.sealed_rows import sealed_row
from comity.edges.postgres.vault_codecs import text_in
from comity.edges.vault import Vault
from comity.journey.ports import AcceptedRow

_MESSAGES: Final = 5000
_BATCH: Final = 50
_ROUNDS: Final = 7
_VERDICT: Final = (
    '{"action":"allow","findings":[],"results":{"opening-hours":"abstain"},"policy":"1","digest":"' + "a" * 64 + '",'
    '"facts":{"standing":"good"},"given":{"at":"2026-03-04T12:00:00Z","to":"+32470000000","scores":{"spam":0.1}}}'
)


def _rows() -> list[AcceptedRow]:
    blank: dict[str, Any] = dict.fromkeys(AcceptedRow.__struct_fields__)
    said: dict[str, Any] = {"account_id": 1, "text": "Your parcel 4711 is at the door, code 1234.", "verdict": _VERDICT}
    return [
        AcceptedRow(**{**blank, **said, "id": UUID(int=number), "recipient": str(32_470_000_000 + number)})
        for number in range(_MESSAGES)
    ]


def main() -> None:
    """Print the least of several rounds, microseconds of CPU for each message."""
    key = os.urandom(32)
    vault, rows = Vault(os.urandom(32), lambda: {1: key}), _rows()
    first = Sealing(vault, {})
    sealed = [sealed_row(row, first) for row in rows]
    held = first.held()
    wrapped = dict(zip(held[1], held[3], strict=True))
    known = first.kept()
    stored = [
        (wrapped[one.subject], 1, one.subject, row.id, one.box, "") for one, row in zip(sealed, rows, strict=True)
    ]
    _tell("sealed, a new number each", lambda: _seal(vault, rows, {}))
    _tell("sealed, known numbers", lambda: _seal(vault, rows, known))
    _tell("looked up by", lambda: [vault.subject(1, row.recipient) for row in rows])
    _tell("opened", lambda: [text_in(vault, one) for one in stored])


def _seal(vault: Vault, rows: list[AcceptedRow], known: dict[Any, Any]) -> None:
    for start in range(0, len(rows), _BATCH):
        sealing = Sealing(vault, known)
        for row in rows[start : start + _BATCH]:
            sealed_row(row, sealing)
        sealing.held()


def _tell(what: str, work: Callable[[], object]) -> None:
    least = min(_timed(work) for _ in range(_ROUNDS))
    print(f"{what}: {least / _MESSAGES * 1e6:.1f} us")


def _timed(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


if __name__ == "__main__":
    main()
