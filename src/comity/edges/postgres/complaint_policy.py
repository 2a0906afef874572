"""Owns what the policy in force says of freezing, read from PostgreSQL; must not know any complaint."""

from __future__ import annotations

from functools import lru_cache

import asyncpg
import msgspec

from comity.edges.postgres.statements import load
from comity.policy.document import Mode
from comity.policy.files import read_policy
from comity.screening.rules import traffic_frozen


async def thresholds(connection: asyncpg.Connection) -> traffic_frozen.Settings | None:
    """The settings of the rule traffic-frozen; None where the policy in force has none, or only watches by it."""
    source = await connection.fetchval(load("policy_in_force"))
    return None if source is None else _thresholds_of(source)


@lru_cache(maxsize=4)
def _thresholds_of(source: str) -> traffic_frozen.Settings | None:
    setting = read_policy(source).document.rules.get(traffic_frozen.RULE.id)
    if setting is None or setting.mode is not Mode.ENFORCE:
        return None
    return msgspec.convert(setting.settings, traffic_frozen.Settings)
