"""Owns coming versions of the policy in tests, and days that pass for the database, whose clock a test cannot move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from comity.policy.files import read_policy

if TYPE_CHECKING:
    from comity.policy.document import Policy
    from support.gateway import Operator

_TEXT = """
version = "{version}"
title = "A policy for tests"
effective = {effective}
acceptance_required = true
substantial = {substantial}
notice_days = 30

[clauses.G5]
category = "ground"
title = "Accepted by a person"
text = "A named person of the account accepts this policy."

[clauses.G6]
category = "ground"
title = "Changes are announced"
text = "Version {version}."

[rules.policy-not-accepted]
action = "refuse"

[rules.account-not-in-standing]
action = "refuse"
"""


def version_of(name: str, days: int, *, substantial: bool = True) -> Policy:
    """A small policy that holds in so many days; it refuses whoever has not accepted it."""
    day = datetime.now(UTC).date() + timedelta(days=days)
    return read_policy(_TEXT.format(version=name, effective=day, substantial=str(substantial).lower()))


async def pass_days(operator: Operator, days: int) -> None:
    """So many days pass for the versions: what was to come is nearer."""
    await operator.fetch("UPDATE policy_versions SET effective = effective - $1::int", days)
