"""Owns writing out what a policy leaves to the rules: settings with their defaults; must not judge by them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from comity.policy.document import Mode, PolicyDocument, RuleSetting
from comity.screening.judging import Rule


def with_defaults(document: PolicyDocument, rulebook: Iterable[Rule]) -> PolicyDocument:
    """The document with every rule of the rulebook named and every setting written out; what does not fit stays."""
    rules = {rule.id: written_out(rule, document.rules.get(rule.id, RuleSetting(mode=Mode.OFF))) for rule in rulebook}
    return msgspec.structs.replace(document, rules={**document.rules, **rules})


def written_out(rule: Rule, setting: RuleSetting) -> RuleSetting:
    """What a policy says of a rule with every setting written out; as it is where it does not fit."""
    if rule.settings is None:
        return setting
    try:
        settings = msgspec.convert(setting.settings, rule.settings)
    except msgspec.ValidationError:
        return setting
    return msgspec.structs.replace(setting, settings=msgspec.structs.asdict(settings))
