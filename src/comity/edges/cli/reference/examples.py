"""Owns the messages that the rules' pages show, hits and misses; must not know what comes of them.

They lie in `examples/RULE-ID.jsonl`, a case a line: what `comity check` takes, with a title, what matters of the facts
in words (`given`), and the facts that differ from an account with which all is well.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Any, Final

import msgspec

from comity.accounts.record import AccountRecord, OwnBrand
from comity.journey.check import Case, offline_facts, read_case
from comity.policy.files import default_policy
from comity.screening.compiled import compile_policy
from comity.screening.judging import ConsentFact, Facts, Heard, Message, RecentText, Spread, Traffic
from comity.screening.rulebook import RULEBOOK
from comity.text.fold import same_text_key
from comity.text.similar import similarity_hash

NOON: Final = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)  # a Wednesday
_PLAIN: Final[dict[str, Any]] = {"to": "+32470123456", "sender": "Acme", "at": NOON.isoformat()}
_POLICY: Final = compile_policy(default_policy(), RULEBOOK)


class Example(msgspec.Struct, frozen=True):
    """A message under its title, the facts around it, and what of them matters, in words."""

    title: str
    message: Message
    facts: Facts
    given: str = ""


def judged_case(row: dict[str, Any]) -> tuple[Message, Facts]:
    """A case as the rules see it: a message to Belgium at noon from an account with which all is well, but for the row.

    In `facts`, `recent` takes texts: `[{"ago_h": 2, "text": "...", "category": "promotional"}]`.
    """
    case = msgspec.convert({**_PLAIN, **row}, Case, strict=False)
    read = read_case(case, _POLICY)
    at = case.at or NOON
    known = _with(_all_well(case.sender, at), dict(row.get("facts", {})), at)
    return read.message, offline_facts(read, known)


def examples_of(rule_id: str) -> list[Example]:
    """The examples of a rule, in their order."""
    file = resources.files(__package__).joinpath("examples", f"{rule_id}.jsonl")
    if not file.is_file():
        return []
    rows = [msgspec.json.decode(line) for line in file.read_bytes().splitlines() if line.strip()]
    return [Example(row["title"], *judged_case(row), given=row.get("given", "")) for row in rows]


def _all_well(sender: str, at: datetime) -> Facts:
    brands = (OwnBrand(sender),) if any(map(str.isalpha, sender)) else (OwnBrand("Acme"),)
    return Facts(
        standing="good",
        policy_accepted=True,
        sender_granted=True,
        opted_out=False,
        consent=ConsentFact(at - timedelta(days=90), brands[0].name, "offers"),
        consent_known=True,
        recent=(),
        account=AccountRecord(name=brands[0].name, brands=brands),
        carrier="main",
        listed=(),
        heard=Heard(at - timedelta(days=2)),
        spread=Spread(senders=1, accounts=1),
        traffic=Traffic(account_day=200, sender_day=100, sender_minute=5, recipients=80, replies=60),
        arrivals=(),
    )


def _with(facts: Facts, changes: dict[str, Any], at: datetime) -> Facts:
    recent = changes.pop("recent", None)
    plain = msgspec.to_builtins(facts, builtin_types=(datetime,))
    changed = msgspec.convert({**plain, **changes}, Facts, strict=False)
    if recent is None:
        return changed
    return msgspec.structs.replace(changed, recent=recent and tuple(_earlier(one, at) for one in recent))


def _earlier(one: dict[str, Any], at: datetime) -> RecentText:
    text = one.get("text", "")
    return RecentText(
        at - timedelta(hours=one["ago_h"]), same_text_key(text), similarity_hash(text), one.get("category", "")
    )
