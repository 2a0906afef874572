"""Owns the list of rules, in the order they are judged and shown; must not know what the policy says of them.

Cheap and decisive rules stand first, those that read others' hits last. To add a rule: write its file, put it
here, give it settings in the policy, a table of tests, and labelled cases in tests/corpora/policy.
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
    # account
    account_not_in_standing.RULE,
    policy_not_accepted.RULE,
    undeclared_promotion.RULE,
    # destination
    emergency_destination.RULE,
    # sender
    sender_not_granted.RULE,
    # links
    # content
    # recipient
    recipient_opted_out.RULE,
    promotion_without_consent.RULE,
    repeated_text.RULE,
    # timing
    quiet_hours.RULE,
    # combinations
)
