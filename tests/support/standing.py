"""Owns the shortest way to a standing, for tests of what follows from one; must not know how one comes about."""

from __future__ import annotations

_EVENTS = {"good": "lift", "watched": "watch", "limited": "limit", "suspended": "suspend", "deactivated": "deactivate"}


def to_standing(standing: str, account_id: int | None = None) -> str:
    """The statement that puts an account, or all of them, in a standing: a sanction with hardly any reasons."""
    whose = "" if account_id is None else f" AND account_id = {account_id:d}"
    return f"""
        INSERT INTO sanctions (statement_id, account_id, event, standing_before, standing_after, ends, by, reasons,
                               statement, at)
        SELECT uuidv7(), a.account_id, '{_EVENTS[standing]}', a.standing, '{standing}',
               ARRAY(SELECT s.sanction_id FROM sanctions s WHERE s.account_id = a.account_id), 'Ann',
               '{{"facts": "a test", "clause": "D5", "policy": "1", "digest": "ab"}}', '{{}}', now()
        FROM accounts a
        WHERE a.standing <> '{standing}'{whose}
    """
