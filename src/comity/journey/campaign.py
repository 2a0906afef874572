"""Owns what a file of messages comes to: how many would go, wait, be held or be refused, why, and how to mend it.

It must not know where the messages come from, nor how the account of them is shown. Summaries of parts add up in order.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

import msgspec

from comity.messages.verdict import Action, Verdict
from comity.screening.rulebook import RULEBOOK

_FIRST_LINES: Final = 5
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
        messages: how many.
        why: what the sender of the first is told.
        remedy: how to mend that.
        lines: the first few lines of the file that it was said of.
    """

    messages: int
    why: str
    remedy: str
    lines: list[int]


class Summary(msgspec.Struct):
    """What messages came to.

    Attributes:
        messages: how many were judged.
        unreadable: lines that hold no message, with what is wrong; the first few.
        broken: how many such lines there are.
        actions: messages by action.
        reasons: by rule and action.
        not_judged: by rule, messages that it could not judge because something is not known here.
    """

    messages: int = 0
    broken: int = 0
    unreadable: list[str] = []
    actions: Counter[str] = msgspec.field(default_factory=Counter)
    reasons: dict[tuple[str, str], Reason] = {}
    not_judged: Counter[str] = msgspec.field(default_factory=Counter)

    def count(self, verdict: Verdict, line: int) -> None:
        """Take in a verdict on the message in a line."""
        self.messages += 1
        self.actions[verdict.action] += 1
        self.not_judged.update(rule for rule, result in verdict.results.items() if result == "abstain")
        for finding in verdict.findings:
            if not finding.enforced:
                continue
            key = (finding.rule, finding.action)
            held = self.reasons.get(key)
            if held is None:
                held = self.reasons[key] = Reason(0, finding.sentence, finding.remedy, [])
            held.messages += 1
            if len(held.lines) < _FIRST_LINES:
                held.lines.append(line)

    def count_broken(self, what: str) -> None:
        """Take in a line that holds no message."""
        self.broken += 1
        if len(self.unreadable) < _FIRST_LINES:
            self.unreadable.append(what)

    def add(self, later: Summary) -> None:
        """Take in the summary of what comes after."""
        self.messages += later.messages
        self.broken += later.broken
        self.unreadable += later.unreadable[: _FIRST_LINES - len(self.unreadable)]
        self.actions.update(later.actions)
        self.not_judged.update(later.not_judged)
        for key, reason in later.reasons.items():
            held = self.reasons.setdefault(key, Reason(0, reason.why, reason.remedy, []))
            held.messages += reason.messages
            held.lines += reason.lines[: _FIRST_LINES - len(held.lines)]

    def fates(self) -> list[tuple[str, int]]:
        """How many would go, wait, be held, be refused."""
        return [(words, sum(self.actions[action] for action in actions)) for words, actions in FATES]

    def told(self) -> str:
        """The summary for people."""
        lines = [f"{self.messages} messages were checked."]
        lines += [f"  {count:>8} would {words}" for words, count in self.fates()]
        if self.broken:
            lines.append(f"  {self.broken:>8} lines hold no message: {'; '.join(self.unreadable)}")
        for action in reversed(Action):
            lines += self._reasons_of(action.word)
        if self.not_judged:
            lines += ["", "Not judged here, because what it takes is not known without the gateway's store:"]
            lines += [f"  {TITLES.get(rule, rule)} ({rule}): {n}" for rule, n in sorted(self.not_judged.items())]
        return "\n".join(lines)

    def _reasons_of(self, action: str) -> list[str]:
        found = sorted(
            ((rule, reason) for (rule, acted), reason in self.reasons.items() if acted == action),
            key=lambda pair: (-pair[1].messages, pair[0]),
        )
        lines = ["", _HEADS[action]] if found else []
        for rule, reason in found:
            where = ", ".join(map(str, reason.lines)) + (", ..." if reason.messages > len(reason.lines) else "")
            lines += [
                f"  {reason.messages:>8}  {TITLES.get(rule, rule)} ({rule}), line {where}",
                f"            why: {reason.why}",
                f"            to mend it: {reason.remedy}",
            ]
        return lines


_HEADS: Final = {
    Action.ALLOW.word: "Said without consequence:",
    Action.NOTE.word: "Goes, but note:",
    Action.DEFER.word: "Waits for a better hour:",
    Action.HOLD.word: "Is held until a person has looked:",
    Action.REFUSE.word: "Is refused:",
}
