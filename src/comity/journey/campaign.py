"""Owns what a file of messages comes to: how many would go, wait, be held or be refused, why, and how to mend it.

It must not know where the messages come from, nor how the account of them is shown. Summaries of parts add up in order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final, TypeVar

import msgspec

from comity.messages.submission import Judged
from comity.messages.verdict import Action, Result, Verdict
from comity.screening.rulebook import RULEBOOK

_T = TypeVar("_T")
MOST_TOLD: Final = 5
_MOST_NAMES: Final = 20
TITLES: Final = {rule.id: rule.title for rule in RULEBOOK}
FATES: Final = (
    ("go", (Action.ALLOW.word, Action.NOTE.word)),
    ("wait", (Action.DEFER.word,)),
    ("be held", (Action.HOLD.word,)),
    ("be refused", (Action.REFUSE.word,)),
)
"""What becomes of messages, in words for people, with the actions that lead to it."""


class Reason(msgspec.Struct):
    """What a rule said of several messages in one way.

    Attributes:
        messages: how many it was said of.
        deciding: for how many of them nothing stronger was found, so that this became of them.
        why: what the sender of the first is told.
        remedy: how to mend that.
        lines: the first few lines of the file that it was said of.
        varies: whether others are told something else, such as another country.
    """

    messages: int
    deciding: int
    why: str
    remedy: str
    lines: list[int]
    varies: bool = False


class Summary(msgspec.Struct):
    """What messages came to.

    Attributes:
        messages: how many were judged.
        unreadable: lines that hold no message, with what is wrong; the first few.
        broken: how many such lines there are.
        actions: messages by action.
        reasons: by rule and action.
        not_judged: by rule, messages that it could not judge because something is not known here.
        unsaid: those of them for which the file does not say it, by rule and what that is (to, sender, at).
        unsendable: what no door would take of messages that were judged all the same; the first few, with their lines.
        unread: names of fields that nothing reads, as they came.
        cost: micro-credits of what was judged; None where no account is known.
        available: micro-credits that the account could spend.
    """

    messages: int = 0
    broken: int = 0
    unreadable: list[str] = []
    actions: Counter[str] = msgspec.field(default_factory=Counter)
    reasons: dict[tuple[str, str], Reason] = {}
    not_judged: Counter[str] = msgspec.field(default_factory=Counter)
    unsaid: Counter[tuple[str, str]] = msgspec.field(default_factory=Counter)
    unsendable: list[str] = []
    unread: list[str] = []
    cost: int | None = None
    available: int | None = None

    def count(self, verdict: Verdict, line: int, unsaid: Mapping[str, str] | None = None) -> None:
        """Take in a verdict on the message in a line; `unsaid` as `journey.check.Looked` has it."""
        self.messages += 1
        self.actions[verdict.action] += 1
        self.not_judged.update(rule for rule, result in verdict.results.items() if result == Result.ABSTAIN.value)
        self.unsaid.update((unsaid or {}).items())
        for finding in verdict.told():
            decides = int(finding.action == verdict.action)
            reason = Reason(1, decides, finding.sentence, finding.remedy, [line])
            self._take((finding.rule, finding.action), reason)

    def count_priced(self, judged: Judged, line: int) -> None:
        """Take in what would become of the message in a line, with what it would cost."""
        self.count(judged.verdict, line)
        self.cost = (self.cost or 0) + judged.micro_credits

    def count_broken(self, what: str) -> None:
        """Take in a line that holds no message."""
        self.broken += 1
        _take_some(self.unreadable, (what,), MOST_TOLD)

    def count_unsendable(self, what: Iterable[str]) -> None:
        """Take in what no door would take of a message that was judged all the same."""
        _take_some(self.unsendable, what, MOST_TOLD)

    def count_unread(self, names: Iterable[str]) -> None:
        """Take in names of fields that nothing reads."""
        _take_some(self.unread, (name for name in names if name not in self.unread), _MOST_NAMES)

    def add(self, later: Summary) -> None:
        """Take in the summary of what comes after."""
        self.messages += later.messages
        self.broken += later.broken
        _take_some(self.unreadable, later.unreadable, MOST_TOLD)
        _take_some(self.unsendable, later.unsendable, MOST_TOLD)
        self.count_unread(later.unread)
        self.actions.update(later.actions)
        self.not_judged.update(later.not_judged)
        self.unsaid.update(later.unsaid)
        for key, reason in later.reasons.items():
            self._take(key, reason)
        if later.cost is not None:
            self.cost = (self.cost or 0) + later.cost
        self.available = self.available if later.available is None else later.available

    def fates(self) -> list[tuple[str, int]]:
        """How many would go, wait, be held, be refused."""
        return [(words, sum(self.actions[action] for action in actions)) for words, actions in FATES]

    def _take(self, key: tuple[str, str], later: Reason) -> None:
        held = self.reasons.get(key)
        if held is None:
            self.reasons[key] = msgspec.structs.replace(later, lines=list(later.lines))
            return
        held.messages += later.messages
        held.deciding += later.deciding
        held.varies |= later.varies or (held.why, held.remedy) != (later.why, later.remedy)
        _take_some(held.lines, later.lines, MOST_TOLD)


def _take_some(held: list[_T], more: Iterable[_T], most: int) -> None:
    """Add what there is room for."""
    for one in more:
        if len(held) >= most:
            return
        held.append(one)
