"""Owns what the door counts for operations; must not know where it is shown."""

from __future__ import annotations

import msgspec


class DoorCounters(msgspec.Struct):
    """What the door of this process counted since it started.

    Attributes:
        connections: taken; `turned_away` were over a limit.
        binds, binds_refused, binds_locked_out: binds by how they were answered.
        submits: submit_sm and data_sm that were looked at.
        parts: of them parts of long messages; `wholes` are the messages they made.
        stalled: connections cut because they did not read.
        sent: deliver_sm written; each ends as acknowledged, refused, timed out or given back.
        dropped: refused for good by the customer's application, or impossible to write.
        fenced: results that came after another process had taken over.
        store_errors: the database could not be used.
        by_status: answers to submissions by command_status, in hexadecimal.
    """

    connections: int = 0
    turned_away: int = 0
    binds: int = 0
    binds_refused: int = 0
    binds_locked_out: int = 0
    submits: int = 0
    parts: int = 0
    wholes: int = 0
    stalled: int = 0
    sent: int = 0
    acknowledged: int = 0
    refused: int = 0
    timed_out: int = 0
    given_back: int = 0
    dropped: int = 0
    fenced: int = 0
    expired: int = 0
    store_errors: int = 0
    by_status: dict[str, int] = {}

    def answered(self, status: int) -> None:
        """A submission was answered so."""
        key = f"0x{status:02X}"
        self.by_status[key] = self.by_status.get(key, 0) + 1
