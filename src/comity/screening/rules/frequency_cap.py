"""Don't spam: only so many promotional messages to one person in a day, a week and a month (P7, P1).

Promotional messages are counted over windows that end at the moment of sending: one sent exactly 24 hours ago no longer
counts. A country's own cap counts beside the policy's. A message too many waits until the windows have room for it and
for those that wait already; one that would wait too long is refused. Codes have a rate cap alone, so that a loop or a
joker cannot flood a phone with them, and are refused rather than sent late. Transactional messages and alerts are not
counted. Only this account's messages are known, and they count from the moment they were accepted or, where the cap
itself made them wait, from the moment they were put off to.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Final, Literal

import msgspec

from comity.countries import may_refuse, spoken_name
from comity.countries.hours import schedule
from comity.messages.submission import Category
from comity.messages.verdict import Evidence
from comity.screening.judging import MISS, Abstain, Answer, Facts, Hit, Message, RecentText, Rule

# The store looks up no more than the newest 50 texts to a recipient.
_Most = Annotated[int, msgspec.Meta(ge=0, le=40)]
_DAY_H: Final = 24
_WEEK_D: Final = 7
_MONTH_D: Final = 30
_PROMOTIONAL: Final = "promotional"
_OTP: Final = Category.OTP.value


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Counts of 0 are no limit; `gap_min` minutes lie between two promotional messages to one person."""

    per_24h: _Most = 2
    per_7d: _Most = 5
    per_30d: _Most = 12
    gap_min: Annotated[int, msgspec.Meta(ge=0, le=60 * 24)] = 30
    country_caps: bool = True
    longest_wait_h: Annotated[int, msgspec.Meta(ge=0, le=24 * 31)] = 72
    too_long_action: Literal["hold", "refuse"] = "refuse"
    otp_most: _Most = 5
    otp_window_min: Annotated[int, msgspec.Meta(ge=1, le=60 * 24)] = 10
    otp_action: Literal["note", "defer", "hold", "refuse"] = "refuse"

    @property
    def days(self) -> int:
        """How many days of earlier texts are needed."""
        return max(_MONTH_D if self.per_30d else 0, _WEEK_D if self.per_7d else 0, 1)


class _Window(msgspec.Struct, frozen=True):
    """At most so many messages within a time.

    Attributes:
        says: the same in words; a limit that is a gap between two messages says how far they are apart.
        gap: whether it is one.
        refuses: whether what it rests on is sure enough to refuse a message.
    """

    most: int
    length: timedelta
    says: str
    gap: bool = False
    refuses: bool = True


def _check(message: Message, facts: Facts, settings: _Settings) -> Answer:
    if message.category is Category.PROMOTIONAL:
        windows = _promotional_windows(settings, _place(message, facts) if settings.country_caps else "")
    elif message.category is Category.OTP:
        windows = _otp_windows(settings)
    else:
        return MISS
    if facts.recent is None or message.at is None:
        return Abstain("recent")
    if not facts.recent:
        return MISS
    earlier = sorted(one.at for one in facts.recent if _counts(one, message.category))
    until, window = _room(_moments(earlier, windows), message.at, windows)
    if window is None:
        return MISS
    if message.category is Category.OTP:
        return _too_many_codes(window, until, settings)
    return _too_many(message.at, until, window, settings)


def _place(message: Message, facts: Facts) -> str:
    return f"{message.country}-{facts.us_state}" if facts.us_state else message.country or ""


@lru_cache(maxsize=1024)
def _promotional_windows(settings: _Settings, place: str) -> tuple[_Window, ...]:
    windows = [
        _Window(settings.per_24h, timedelta(hours=_DAY_H), f"{settings.per_24h} in 24 hours"),
        _Window(settings.per_7d, timedelta(days=_WEEK_D), f"{settings.per_7d} in 7 days"),
        _Window(settings.per_30d, timedelta(days=_MONTH_D), f"{settings.per_30d} in 30 days"),
        _Window(
            int(settings.gap_min > 0),
            timedelta(minutes=settings.gap_min),
            f"{_minutes(settings.gap_min)} apart",
            gap=True,
        ),
    ]
    rule = schedule(place, _PROMOTIONAL)
    if rule.cap_24h:
        says = f"{rule.cap_24h} in 24 hours in {spoken_name(place)}"
        windows.append(_Window(rule.cap_24h, timedelta(hours=_DAY_H), says, refuses=may_refuse(rule.tier)))
    return tuple(window for window in windows if window.most)


@lru_cache(maxsize=64)
def _otp_windows(settings: _Settings) -> tuple[_Window, ...]:
    if not settings.otp_most:
        return ()
    says = f"{settings.otp_most} in {_minutes(settings.otp_window_min)}"
    return (_Window(settings.otp_most, timedelta(minutes=settings.otp_window_min), says),)


def _minutes(count: int) -> str:
    return "1 minute" if count == 1 else f"{count} minutes"


def _counts(earlier: RecentText, category: Category) -> bool:
    """Whether it is of the same kind; of old rows without a category only promotional ones have a likeness."""
    if earlier.category:
        return earlier.category == (_PROMOTIONAL if category is Category.PROMOTIONAL else _OTP)
    return category is Category.PROMOTIONAL and earlier.similarity is not None


def _moments(accepted: Sequence[datetime], windows: tuple[_Window, ...]) -> list[datetime]:
    """When messages accepted at these moments, in order, go out: some of them were made to wait by this rule."""
    sent: list[datetime] = []
    for at in accepted:
        sent.append(_room(sent, at, windows)[0])
    return sent


def _room(sent: Sequence[datetime], at: datetime, windows: tuple[_Window, ...]) -> tuple[datetime, _Window | None]:
    """The first moment from `at` on with room in every window, and the window that has room last.

    `sent` is in order. A window has room once the message that stands `most` before the newest has left it.
    """
    until, last = at, None
    for window in windows:
        if len(sent) >= window.most and sent[-window.most] + window.length > until:
            until, last = sent[-window.most] + window.length, window
    return until, last


def _too_many(at: datetime, until: datetime, window: _Window, settings: _Settings) -> Hit:
    too_long = until - at > timedelta(hours=settings.longest_wait_h)
    action = (settings.too_long_action if window.refuses else "hold") if too_long else ""
    # What becomes of the message is the policy's and the other rules' to say: these words hold for all of it.
    return Hit(
        evidence=(Evidence("promotional messages to this recipient", observed="one more", limit=window.says),),
        sentence=f"This promotional message follows too soon on another: they go at least {window.says} to a recipient."
        if window.gap
        else f"This is one promotional message too many for this recipient: the most is {window.says}.",
        remedy=f"There is room for one more from {_second(until)} on. Send each recipient only what they would miss.",
        reviewer=f"Room for one more from {_second(until)} on ({window.says})."
        + (f" That is more than {settings.longest_wait_h} hours away." if too_long else ""),
        until=None if too_long else until,
        action=action,
    )


def _second(moment: datetime) -> str:
    """In UTC, no earlier than the moment."""
    return f"{moment.astimezone(UTC) + timedelta(microseconds=999_999):%Y-%m-%dT%H:%M:%SZ}"


def _too_many_codes(window: _Window, until: datetime, settings: _Settings) -> Hit:
    return Hit(
        evidence=(Evidence("codes to this recipient", observed="one more", limit=window.says),),
        sentence=f"This is one code too many for this recipient: the most is {window.says}.",
        remedy=f"Let people ask less often; the next code may go at {_second(until)}.",
        until=until,
        action=settings.otp_action,
    )


RULE: Final = Rule(
    id="frequency-cap",
    clauses=("P7", "P1"),
    title="Too many messages to one person",
    needs=("recent",),
    check=_check,
    settings=_Settings,
)
