"""Owns how tests read what is sealed, over a connection that has the vault; must not know what any test is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comity.edges.postgres.complaint_boxes import opened
from comity.edges.postgres.complaint_records import SELECT

if TYPE_CHECKING:
    from support.gateway import Gateway

MESSAGE = "sealed_text_of(account_id, subject, id, body, text) AS text"
REPLY = "sealed_text_of(account_id, subject, box_id, body, text) AS text"


async def complaints(gateway: Gateway, *columns: str) -> list[dict[str, Any]]:
    """These columns of all complaints, in their order, with what is sealed of them."""
    rows = await gateway.fetch(f"{SELECT} ORDER BY c.complaint_id")
    return [{name: row[name] for name in columns} for row in map(opened, rows)]
