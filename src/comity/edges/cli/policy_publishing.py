"""Owns publishing and withdrawing as the commands do it: now, with words to the operator; must not know SQL."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import asyncpg

if TYPE_CHECKING:
    from comity.edges.postgres.policy_store import PolicyVersion, StoredPolicy
    from comity.policy.diff import Change
    from comity.policy.document import Policy, PolicyDocument


async def publish_version(
    connection: asyncpg.Connection, read: Policy, by: str
) -> tuple[bool, PolicyVersion, list[str]]:
    """Publish in a person's name, if notice is given where it is due; with what the operator should know."""
    from comity.edges.postgres import policy_publishing

    done = await policy_publishing.publish_version(connection, read, by, datetime.now(UTC))
    notes = done.notes
    if done.told:
        told = policy_publishing.count(done.told, "account")
        notes.append(f"{told} told; see `comity policy notices {done.version.version}`.")
    return done.new, done.version, notes


async def withdraw_version(connection: asyncpg.Connection, name: str, by: str) -> tuple[StoredPolicy, int]:
    """Take a version back in a person's name, and tell everybody who was told of it; how many that were."""
    from comity.edges.postgres import policy_publishing

    return await policy_publishing.withdraw_version(connection, name, by, datetime.now(UTC))


def what_changes(old: PolicyDocument, new: PolicyDocument) -> list[Change]:
    """What changes from one policy to another, with the rules' defaults written out."""
    from comity.edges.postgres import policy_publishing

    return policy_publishing.what_changes(old, new)


def today() -> date:
    """The present day, UTC."""
    return datetime.now(UTC).date()
