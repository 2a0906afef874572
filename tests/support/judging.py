"""Owns messages, facts and policies for tests of rules: a plain case, of which a test changes what matters to it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from comity.accounts.record import AccountRecord, OwnBrand
from comity.messages.submission import Category
from comity.policy.document import Policy, PolicyDocument, RuleSetting
from comity.policy.files import default_policy
from comity.screening.compiled import CompiledPolicy, compile_policy
from comity.screening.judging import Facts, Heard, Message, Spread, Traffic
from comity.screening.rulebook import RULEBOOK
from comity.senders.read import read_sender
from comity.text.fold import same_text_key
from comity.text.similar import similarity_hash

if TYPE_CHECKING:
    from comity.screening.judging import Answer, Rule

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
TEXT = "Your parcel 4711 arrives between 14:00 and 16:00."
ALL_WELL = Facts(
    standing="good",
    policy_accepted=True,
    sender_granted=True,
    opted_out=False,
    consent_known=True,
    recent=(),
    zones=("Europe/Brussels",),
    account=AccountRecord(name="Acme", brands=(OwnBrand("Acme"),)),
    carrier="main",
    listed=(),
    heard=Heard(NOON - timedelta(days=2)),
    spread=Spread(senders=1, accounts=1),
    traffic=Traffic(account_day=200, sender_day=100, sender_minute=5, recipients=80, replies=60),
    arrivals=(),
)


def a_message(sender: str | None = "Acme", **changes: Any) -> Message:
    """A transactional message to Belgium at noon, with these changes."""
    text = changes.get("text", TEXT)
    category = changes.get("category", Category.TRANSACTIONAL)
    plain: dict[str, Any] = {
        "sender": read_sender(sender) if sender is not None else None,
        "to": "+32470000000",
        "recipient": "32470000000",
        "country": "BE",
        "text": text,
        "category": category,
        "declared": category,
        "at": NOON,
        "text_key": same_text_key(text),
        "similarity": similarity_hash(text),
    }
    return Message(**{**plain, **changes})


def the_facts(**changes: Any) -> Facts:
    """Facts with which nothing is wrong, with these changes."""
    return msgspec.structs.replace(ALL_WELL, **changes)


def ask(rule: Rule, message: Message | None = None, facts: Facts = ALL_WELL, **settings: Any) -> Answer:
    """What a rule answers, under the default policy's document with these settings."""
    converted = msgspec.convert(settings, rule.settings) if rule.settings else None
    ready = rule.prepare(converted, default_policy().document) if rule.prepare else converted
    return rule.check(message or a_message(), facts, ready)


def a_policy(*rulebook: Rule, **rules: RuleSetting) -> CompiledPolicy:
    """A policy with these rules; underscores in names stand for dashes."""
    settings = {name.replace("_", "-"): setting for name, setting in rules.items()}
    document = PolicyDocument("test", "A policy for tests", date(2026, 1, 1), settings)
    return compile_policy(Policy(document, "00" * 32, ""), rulebook or RULEBOOK)


def shipped() -> CompiledPolicy:
    """The policy that ships with Comity."""
    return compile_policy(default_policy(), RULEBOOK)
