"""Owns complaints in PostgreSQL: filed, linked to messages, joined to a case; must not know any door."""

from __future__ import annotations

from datetime import datetime

import asyncpg

from comity.complaints.complaint import Filed, NewComplaint, NewFreeze


async def file_complaint(connection: asyncpg.Connection, complaint: NewComplaint, now: datetime) -> Filed:
    """Take a complaint: number it, link it to messages, open or join its case; in the caller's transaction."""
    raise NotImplementedError


async def freeze(connection: asyncpg.Connection, what: NewFreeze, now: datetime) -> int:
    """Stop traffic: what waits is held, what comes is held on every node within a second; returns its number."""
    raise NotImplementedError


async def lift(connection: asyncpg.Connection, freeze_id: int, by: str, why: str, now: datetime) -> None:
    """End a freeze: what it held goes on its way."""
    raise NotImplementedError
