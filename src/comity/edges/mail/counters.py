"""Owns what the mailing of notices counts."""

from __future__ import annotations

import msgspec


class Counters(msgspec.Struct):
    """Mails since the start: taken by the server, tried again later, given up; and failures of the store."""

    delivered: int = 0
    retried: int = 0
    failed: int = 0
    store_errors: int = 0
