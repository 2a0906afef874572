"""Owns the line "screening cost": microseconds a message of reading and judging, in this process; must not send.

The texts are those of the load. Nothing here is on the road: the same functions are called one by one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from comity.accounts.account import Account, Grant, Standing
from comity.content.cues import searched
from comity.content.promotion import judge_promotion
from comity.content.reading import reading_of
from comity.content.template import template_key, template_of
from comity.journey.prepare import Prepared, Readings, prepare
from comity.messages.submission import Draft
from comity.numbers.read import read_destination
from comity.policy.files import default_policy
from comity.routing.routes import PriceTable, Route, RouteTable
from comity.screening.compiled import CompiledPolicy, CompiledRule, compile_policy
from comity.screening.decide import decide
from comity.screening.judging import Facts, Message
from comity.screening.rulebook import RULEBOOK
from comity.senders.read import read_sender
from comity.sms.segment import plan
from comity.text.fold import same_text_key

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
SENDER = "12345"
# Each text is judged with so many different tokens and recipients, as on the road: no cache of texts may help.
COPIES = 4
ROUNDS = 3
# So many readings are kept at once (comity.content.reading), with room.
BLOCK = 500


def measure(texts: list[str]) -> dict:
    """Microseconds a message: `prepare`, `decide`, both together, each rule, and the parts of `prepare`."""
    policy = compile_policy(default_policy(), RULEBOOK)
    readings = Readings(policy, PriceTable({}), RouteTable([Route("", 1)]))
    account = _account(policy.policy.document.version)
    drafts = _drafts(texts)

    def read(draft: Draft) -> Prepared:
        one = prepare(draft, account, readings, NOW)
        assert isinstance(one, Prepared)
        return one

    prepared = [read(draft) for draft in drafts]
    facts = Facts(
        standing="good",
        policy_accepted=True,
        sender_granted=True,
        opted_out=False,
        recent=(),
        zones=("Europe/London",),
    )
    messages = [one.message for one in prepared]
    actions = {decide(message, facts, policy).action for message in messages}
    prepare_us = _microseconds(read, drafts)
    decide_us = _microseconds(lambda message: decide(message, facts, policy), messages)
    rules, shared = _each_rule(policy, messages, facts)
    parts: dict[str, Callable[[Draft], object]] = {
        "read_sender": lambda draft: read_sender(draft.sender),
        "read_destination": lambda draft: read_destination(draft.to),
        "segment": lambda draft: plan(draft.text),
        "template": lambda draft: template_key(template_of(draft.text)),
        "score a seen template": lambda draft: policy.scorer.scores_of((draft.text,)),
        "judge_promotion": lambda draft: judge_promotion(draft.text),
        "same_text_key": lambda draft: same_text_key(draft.text),
    }
    return {
        "messages": len(drafts),
        "actions": sorted(actions),
        "prepare_us": prepare_us,
        "decide_us": decide_us,
        "total_us": round(prepare_us + decide_us, 1),
        "rules_us": rules,
        "shared_us": shared,
        "prepare_parts_us": {name: _microseconds(part, drafts) for name, part in parts.items()},
    }


def _each_rule(policy: CompiledPolicy, messages: list[Message], facts: Facts) -> tuple[dict, dict]:
    """Microseconds of each rule by itself, and of the readings of a text that rules share, worked out once each."""
    spent = dict.fromkeys((compiled.rule.id for compiled in policy.rules), 0.0)
    shared = {"see through disguise": 0.0, "find links": 0.0, "find cues": 0.0}
    for start in range(0, len(messages), BLOCK):
        block = messages[start : start + BLOCK]
        reading_of.cache_clear()
        for name, read in (
            ("see through disguise", lambda message: message.reading.unmasked),
            ("find links", lambda message: message.reading.links),
            ("find cues", lambda message: searched(message.reading)),
        ):
            shared[name] += _seconds(read, block)
        for compiled in policy.rules:
            # Once: asked again, a rule would find its own answer where it keeps it for the next.
            spent[compiled.rule.id] += _seconds(lambda message, c=compiled: _ask(c, message, facts), block)
    each = 1e6 / len(messages)
    return (
        {name: round(seconds * each, 1) for name, seconds in spent.items()},
        {name: round(seconds * each, 1) for name, seconds in shared.items()},
    )


def _seconds(work: Callable[[Message], object], messages: list[Message]) -> float:
    start = time.perf_counter()
    for message in messages:
        work(message)
    return time.perf_counter() - start


def _ask(compiled: CompiledRule, message: Message, facts: Facts) -> object:
    more = ({},) if compiled.rule.reads else ()
    return compiled.rule.check(message, facts, compiled.ready, *more)


def _account(version: str) -> Account:
    sender = read_sender(SENDER)
    return Account(
        account_id=1,
        name="bench",
        standing=Standing.GOOD,
        category="transactional",
        time_zone="UTC",
        grants={sender.key: Grant(SENDER)},
        accepted_policies=frozenset({version}),
    )


def _drafts(texts: list[str]) -> list[Draft]:
    return [
        Draft(to=f"4478{number:08d}", sender=SENDER, text=text.replace("{token}", f"#cost.{number}#"))
        for number, text in enumerate(texts * COPIES)
    ]


def _microseconds(work: Callable[[object], object], things: list) -> float:
    """The quickest of some rounds over all things, a thing."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for thing in things:
            work(thing)
        best = min(best, time.perf_counter() - start)
    return round(best / len(things) * 1e6, 1)
