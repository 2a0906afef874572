"""Owns what the messages of one batch know of each other; must not know how any of them is judged or written.

What a unit adds counts for the unit itself at once, and for those after it once it is sure to be written.
"""

from __future__ import annotations

from typing import Final

from comity.journey.arrivals import Arrivals
from comity.journey.spread import Near
from comity.journey.templates import TemplateTally
from comity.journey.traffic import Sent, Tally, mark
from comity.journey.volume import Stopped
from comity.journey.wanted import Wanted
from comity.messages.submission import Category
from comity.screening.judging import Message, RecentText

MOST_RECENT: Final = 60
"""As many earlier texts to one recipient count as the store looks up: those of the message's category first."""

_Recent = dict[tuple[int, str], tuple[RecentText, ...]]


class BatchMemory:
    """What was judged in this batch and not refused; `arrivals` counts what reaches its numbers.

    `stopped` counts what challenges hold.
    """

    def __init__(self, arrivals: Arrivals, stopped: Stopped) -> None:
        self.arrivals = arrivals
        self.stopped = stopped
        self._recent: _Recent = {}
        self._recent_of_unit: _Recent = {}
        self.near = Near()
        self.tally = Tally()
        self.templates = TemplateTally()
        self._near_of_unit = Near()
        self._tally_of_unit = Tally()
        self._templates_of_unit = TemplateTally()

    def begin_unit(self) -> None:
        """Forget what a unit added that was not kept."""
        self._recent_of_unit = {}
        self._near_of_unit = Near()
        self._tally_of_unit = Tally()
        self._templates_of_unit = TemplateTally()
        self.arrivals.begin_unit()
        self.stopped.begin_unit()

    def keep_unit(self) -> None:
        """What the unit added counts for all after it."""
        for key, texts in self._recent_of_unit.items():
            self._recent[key] = _newest(self._recent.get(key, ()) + texts)
        self.near.update(self._near_of_unit.entries())
        self.tally.update(self._tally_of_unit)
        self.templates.update(self._templates_of_unit)
        self.arrivals.keep_unit()
        self.stopped.keep_unit()
        self.begin_unit()

    def add(self, account_id: int, message: Message, recent: RecentText, wanted: Wanted) -> None:
        """A message of the unit at hand goes out."""
        key = (account_id, message.recipient)
        self._recent_of_unit[key] = _newest((*self._recent_of_unit.get(key, ()), recent))
        if wanted.spread and message.category is Category.PROMOTIONAL and message.similarity is not None:
            self._near_of_unit.add(message.similarity, account_id, _sender_key(message))

    def count(self, account_id: int, message: Message, wanted: Wanted) -> None:
        """A message of the unit at hand counts as what its account sends."""
        if wanted.traffic or wanted.volume is not None:
            self._tally_of_unit.add(account_id, _sender_key(message), Sent(1, mark(message.recipient)))

    def let_through(self, account_id: int, template: int) -> None:
        """A message of the unit at hand is neither held nor refused."""
        self._templates_of_unit.add(account_id, template)

    def recent(self, account_id: int, recipient: str) -> tuple[RecentText, ...]:
        """Texts to that recipient."""
        key = (account_id, recipient)
        return self._recent.get(key, ()) + self._recent_of_unit.get(key, ())

    def alike(self, similarity: int, most: int) -> frozenset[tuple[int, str]]:
        """Accounts and sender keys over which texts like that went."""
        return self.near.of(similarity, most) | self._near_of_unit.of(similarity, most)

    def sent(self, account_id: int, sender_key: str) -> tuple[Sent, int]:
        """What went over a sender, and how many messages of its account."""
        sent = Sent()
        messages = 0
        for tally in (self.tally, self._tally_of_unit):
            held = tally.by_sender.get((account_id, sender_key))
            if held is not None:
                sent.add(held)
            messages += tally.by_account.get(account_id, 0)
        return sent, messages

    def messages_of(self, account_id: int) -> int:
        """How many messages of an account went out."""
        return self.tally.by_account.get(account_id, 0) + self._tally_of_unit.by_account.get(account_id, 0)

    def of_template(self, account_id: int, template: int) -> tuple[int, int]:
        """How many messages of a template were let through, and how many of its account."""
        tallies, key = (self.templates, self._templates_of_unit), (account_id, template)
        return (
            sum(tally.by_template.get(key, 0) for tally in tallies),
            sum(tally.by_account.get(account_id, 0) for tally in tallies),
        )


def _sender_key(message: Message) -> str:
    return message.sender.key if message.sender is not None else ""


def _newest(texts: tuple[RecentText, ...]) -> tuple[RecentText, ...]:
    """The newest of each category: as many as the store would find for a message of that category."""
    if len(texts) <= MOST_RECENT:
        return texts
    counts: dict[str, int] = {}
    kept = []
    for text in reversed(texts):
        counts[text.category] = counts.get(text.category, 0) + 1
        if counts[text.category] <= MOST_RECENT:
            kept.append(text)
    return tuple(reversed(kept))
