"""Owns what the policy in force says of complaints and freezes, read from PostgreSQL; must not know any complaint."""

from __future__ import annotations

from typing import Final

import asyncpg
import msgspec

from comity.complaints.figures import Figures
from comity.edges.postgres.policy_terms import document_of
from comity.edges.postgres.statements import load
from comity.policy.document import Mode, PolicyDocument
from comity.policy.files import default_policy
from comity.policy.watching import figures_of
from comity.screening.rules import traffic_frozen

_KEPT: Final = 4
# By digest, so that a policy's long text is fetched once and not for each complaint.
_read: dict[str, PolicyDocument] = {}


async def figures(connection: asyncpg.Connection) -> Figures:
    """What complaints weigh, how they are linked and how often one may be made, by the policy in force."""
    return figures_of(await _in_force(connection) or default_policy().document)


async def thresholds(connection: asyncpg.Connection) -> traffic_frozen.Settings | None:
    """The settings of the rule traffic-frozen; None where the policy in force has none, or only watches by it."""
    document = await _in_force(connection)
    setting = None if document is None else document.rules.get(traffic_frozen.RULE.id)
    if setting is None or setting.mode is not Mode.ENFORCE:
        return None
    return msgspec.convert(setting.settings, traffic_frozen.Settings)


async def _in_force(connection: asyncpg.Connection) -> PolicyDocument | None:
    """The document that holds; None before there is any."""
    digest: str | None = await connection.fetchval(f"SELECT p.digest FROM ({load('policy_in_force')}) p")  # noqa: S608  ours
    if digest is not None and digest not in _read:
        row = await connection.fetchrow(load("policy_in_force"))
        while len(_read) >= _KEPT:
            _read.pop(next(iter(_read)))
        _read[row["digest"]] = document_of(row["digest"], row["source"])
        digest = row["digest"]
    return None if digest is None else _read[digest]
