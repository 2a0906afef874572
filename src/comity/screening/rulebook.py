"""Owns the list of rules, in the order they are judged and shown; must not know what the policy says of them.

Cheap and decisive rules stand first. To add a rule: write its file, put it here, give
it settings in the policy, a page in the docs, and a row in its test table.
"""

from __future__ import annotations

from typing import Final

from comity.screening.judging import Rule
from comity.screening.rules import (
    account_not_in_standing,
    emergency_destination,
    policy_not_accepted,
    promotion_without_consent,
    quiet_hours,
    recipient_opted_out,
    repeated_text,
    sender_not_granted,
    undeclared_promotion,
)

RULEBOOK: Final[tuple[Rule, ...]] = (
    account_not_in_standing.RULE,
    policy_not_accepted.RULE,
    emergency_destination.RULE,
    sender_not_granted.RULE,
    recipient_opted_out.RULE,
    undeclared_promotion.RULE,
    promotion_without_consent.RULE,
    repeated_text.RULE,
    quiet_hours.RULE,
)
