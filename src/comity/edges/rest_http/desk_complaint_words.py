"""Owns how complaints and freezes look to staff; must not know any call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import asyncpg

from comity.base.ids import to_wire
from comity.edges.postgres.complaint_frozen import freezes_of_case
from comity.edges.postgres.complaint_records import Complaint, events_of, list_complaints, messages_of
from comity.edges.rest_http.desk_complaint_shapes import (
    ComplaintDetail,
    ComplaintEntry,
    ComplaintEvent,
    FreezeEntry,
    LinkedMessage,
)
from comity.numbers.mask import mask

_AS_THEY_ARE: Final = (
    "channel", "kind", "state", "outcome", "account", "sender", "received_at", "filed_at", "proven", "messages",
)  # fmt: skip
_OF_FREEZE: Final = (
    "account", "key", "codes", "state", "why", "by", "complaint", "begun_at", "lapses_at", "ended_at", "ended_by",
    "ended_why", "held",
)  # fmt: skip


def entry(row: Mapping[str, Any]) -> ComplaintEntry:
    """A complaint in a list."""
    return ComplaintEntry(**_entry(row))


async def detail(connection: asyncpg.Connection, found: Complaint) -> ComplaintDetail:
    """A complaint with all that is known of it."""
    (row,) = await list_complaints(connection, {}, found.complaint_id + 1, 1)
    freezes = await freezes_of_case(connection, found.case_id) if found.case_id is not None else []
    return ComplaintDetail(
        **_entry(row),
        text=found.text,
        words=found.words,
        has_contact=row["reporter_box"] is not None,
        links=[LinkedMessage(to_wire(id_), how) for _, id_, how in await messages_of(connection, found.complaint_id)],
        freezes=[freeze_entry(one) for one in freezes],
        events=[ComplaintEvent(**event) for event in await events_of(connection, found.complaint_id)],
    )


def freeze_entry(row: Mapping[str, Any]) -> FreezeEntry:
    """A freeze in a list."""
    return FreezeEntry(id=row["case_wire"], what=row["kind"], **{name: row[name] for name in _OF_FREEZE})


def _entry(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: row[name] for name in _AS_THEY_ARE},
        "id": row["number"],
        "recipient": mask(row["recipient"]) if row["recipient"] else "",
        "counts": round(row["weight"], 3),
        "same_as_another": row["same_as"] is not None,
        "score": round(row["score"], 3),
        "case": to_wire(row["case"]) if row["case"] else None,
    }
