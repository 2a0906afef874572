"""Owns the words of invitations to a team; must not know how they are kept or sent."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import asyncpg

from comity.edges.mail.plain_letters import LetterKind
from comity.edges.postgres.letter_store import leave_letters

_SHOWN: Final = 60
_SUMMARY: Final = (
    "{account} invites you to its team at our SMS gateway, as {role}. To accept, send the token {token} to"
    " POST /api/invitations/accept within 7 days: you are answered a key of your own, once. If you expected no"
    " invitation, do nothing: it lapses by itself."
)


async def leave_invitation(
    connection: asyncpg.Connection, to: tuple[int, str], words: tuple[str, str, str], now: datetime
) -> None:
    """Have an invitation mailed, in place of one that still waits.

    Args:
        connection: of the road; part of the caller's transaction.
        to: the member's number, and the address.
        words: the account's name, the role and the token.
        now: the present.
    """
    member_id, address = to
    account, role, token = words
    summary = _SUMMARY.format(account=_plain(account), role=role, token=token)
    await leave_letters(connection, (LetterKind.TEAM_INVITATION, member_id), [(address, summary)], now)


def _plain(account: str) -> str:
    """An account's name without what could be read as an address: somebody else's words in a mail of ours."""
    kept = "".join(char if char.isalnum() or char in " -_" else " " for char in account)
    return " ".join(kept.split())[:_SHOWN] or "An account"
