"""Owns counting what accounts and senders send: messages, busiest minute, distinct recipients; must not know any store.

Recipients are counted by a bitmap: each sets one of 4,096 bits by its hash, and the share of bits that are left tells
how many there were (linear counting; Whang, Vander-Zanden and Taylor, 1990). Bitmaps of hours and of batches are joined
by "or". The estimate is right to about 1 % up to 5,000 recipients and 2 % up to 10,000; 30,000 and more are not told
apart well, and every number above is far above any limit.
"""

from __future__ import annotations

import math
from datetime import datetime
from hashlib import blake2b
from typing import Final

import msgspec

from comity.screening.judging import Traffic

BITS: Final = 4096
ALL_SENDERS: Final = ""
"""Stands for all senders of an account together."""


class Sent(msgspec.Struct):
    """What went over a sender: messages, and a bitmap of recipients."""

    messages: int = 0
    recipients: int = 0

    def add(self, other: Sent) -> None:
        """Both together."""
        self.messages += other.messages
        self.recipients |= other.recipients


class SenderTraffic(msgspec.Struct):
    """What was sent up to some seconds ago; see `screening.judging.Traffic` for the periods.

    Attributes:
        busiest: messages in the busiest minute, the one at hand included.
        in_minute: messages in the minute at hand.
        minute: when that began.
        recipients: a bitmap.
    """

    minute: datetime
    account_day: int = 0
    sender_day: int = 0
    busiest: int = 0
    in_minute: int = 0
    recipients: int = 0
    replies: int = 0

    def in_minute_of(self, now: datetime) -> int:
        """Messages in the minute of `now`."""
        return self.in_minute if self.minute == minute_of(now) else 0

    def add(self, sent: Sent, account_messages: int, now: datetime) -> None:
        """So much more was sent at that instant: by the sender, and by its account."""
        self.in_minute = self.in_minute_of(now) + sent.messages
        self.minute = minute_of(now)
        self.busiest = max(self.busiest, self.in_minute)
        self.sender_day += sent.messages
        self.account_day += account_messages
        self.recipients |= sent.recipients

    def with_more(self, sent: Sent, account_messages: int, now: datetime) -> Traffic:
        """The fact, with what was sent beside."""
        return Traffic(
            account_day=self.account_day + account_messages,
            sender_day=self.sender_day + sent.messages,
            sender_minute=max(self.busiest, self.in_minute_of(now) + sent.messages),
            recipients=count_marks(self.recipients | sent.recipients),
            replies=self.replies,
        )


class Tally:
    """Counts what a batch sends, by account and sender."""

    def __init__(self) -> None:
        self.by_sender: dict[tuple[int, str], Sent] = {}
        self.by_account: dict[int, int] = {}

    def add(self, account_id: int, sender_key: str, sent: Sent) -> None:
        """Count this too."""
        held = self.by_sender.get((account_id, sender_key))
        if held is None:
            held = self.by_sender[account_id, sender_key] = Sent()
        held.add(sent)
        self.by_account[account_id] = self.by_account.get(account_id, 0) + sent.messages

    def update(self, other: Tally) -> None:
        """Count all of that too."""
        for (account_id, sender_key), sent in other.by_sender.items():
            self.add(account_id, sender_key, sent)


def mark(recipient: str) -> int:
    """The bitmap of one recipient (E.164 digits)."""
    digest = blake2b(recipient.encode("utf-8", "surrogatepass"), digest_size=2).digest()
    return 1 << int.from_bytes(digest, "big") % BITS


def count_marks(bitmap: int) -> int:
    """How many distinct recipients a bitmap stands for, about."""
    left = BITS - bitmap.bit_count()
    # The last free bit says no more than that there are very many.
    return round(-BITS * math.log(max(left, 1) / BITS))


def minute_of(at: datetime) -> datetime:
    """The beginning of its minute."""
    return at.replace(second=0, microsecond=0)


def hour_of(at: datetime) -> datetime:
    """The beginning of its hour."""
    return at.replace(minute=0, second=0, microsecond=0)
