"""Owns to which numbers the policy in force lets reports be answered, in PostgreSQL; must not know what they say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final, cast

import asyncpg

from comity.edges.postgres.statements import load
from comity.messages.submission import Category
from comity.messages.verdict import Action
from comity.policy.document import Mode
from comity.policy.files import read_policy
from comity.screening.compiled import CompiledRule, compile_rule
from comity.screening.judging import Check, Facts, Hit, Message
from comity.screening.rules import destination_not_allowed, embargoed_destination

_RULES: Final = (destination_not_allowed.RULE, embargoed_destination.RULE)
_STOPPED: Final = frozenset({Action.HOLD.word, Action.REFUSE.word})


async def may_text(connection: asyncpg.Connection, number: str, country: str, now: datetime) -> bool:
    """Whether a number is of a kind and of a place that texts go to, by the rules about destinations.

    Args:
        connection: the road's or the operator's.
        number: digits.
        country: ISO 3166-1 alpha-2, as the number tells.
        now: the present.
    """
    source = await connection.fetchval(load("policy_in_force"))
    message = Message(
        sender=None,
        to=f"+{number}",
        recipient=number,
        country=country,
        text="",
        category=Category.TRANSACTIONAL,
        declared=Category.TRANSACTIONAL,
        at=now,
    )
    return not any(_stops(rule, message) for rule in _rules_of(source))


def _stops(rule: CompiledRule, message: Message) -> bool:
    # Neither reads what other rules said.
    check = cast("Check", rule.rule.check)
    answer = check(message, Facts(), rule.ready)
    return isinstance(answer, Hit) and (answer.action or rule.action) in _STOPPED


@lru_cache(maxsize=4)
def _rules_of(source: str) -> Sequence[CompiledRule]:
    document = read_policy(source).document
    settings = [(rule, document.rules[rule.id]) for rule in _RULES if rule.id in document.rules]
    compiled = [compile_rule(rule, setting, document, ("rules", rule.id)) for rule, setting in settings]
    return tuple(one for one in compiled if one is not None and one.mode is Mode.ENFORCE)
