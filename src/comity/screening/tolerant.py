"""Owns reading a stored policy that another version of Comity wrote; must not know why it is read.

A release may rename a setting or drop a rule. The policy in the store still names it, and the gateway has to start all
the same: what this version does not know is left out, and named so that somebody publishes the policy anew. A policy
that is linted or published is never treated so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from comity.policy.document import Overlay, Policy, RuleChange, RuleSetting
from comity.screening.judging import Rule


def tolerated(policy: Policy, rulebook: Sequence[Rule]) -> tuple[Policy, tuple[str, ...]]:
    """The policy without rules and settings that this version does not know, and their names.

    Digest and text stay those of the policy as it was published: they name what was agreed, not what is understood.
    """
    known = {rule.id: frozenset(rule.settings.__struct_fields__ if rule.settings else ()) for rule in rulebook}
    document = policy.document
    unknown = list(_unknown(document.rules, known))
    for overlay in document.overlays.values():
        unknown += _unknown(overlay.rules, known)
    if not unknown:
        return policy, ()
    understood = msgspec.structs.replace(
        document,
        rules=_rules(document.rules, known),
        overlays={name: _overlay(overlay, known) for name, overlay in document.overlays.items()},
    )
    return msgspec.structs.replace(policy, document=understood), tuple(dict.fromkeys(unknown))


_Known = Mapping[str, frozenset[str]]


def _unknown(rules: Mapping[str, RuleSetting] | Mapping[str, RuleChange], known: _Known) -> Iterator[str]:
    for rule_id, said in rules.items():
        if rule_id not in known:
            yield f"the rule {rule_id}"
        else:
            yield from (f"{rule_id}: {name}" for name in said.settings if name not in known[rule_id])


def _rules(rules: Mapping[str, Any], known: _Known) -> dict[str, Any]:
    return {
        rule_id: msgspec.structs.replace(
            said, settings={name: value for name, value in said.settings.items() if name in known[rule_id]}
        )
        for rule_id, said in rules.items()
        if rule_id in known
    }


def _overlay(overlay: Overlay, known: _Known) -> Overlay:
    return msgspec.structs.replace(overlay, rules=_rules(overlay.rules, known))
