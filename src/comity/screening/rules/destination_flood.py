"""Nobody's telephone is drowned: messages of many accounts at one number are slowed or stopped (U14, P7).

Whoever wants to flood a person lets many accounts do it: sign-up forms that each send one code, or accounts bought for
it. Each stays under its own caps, so what reaches a number is counted over all accounts, those of one line as one.
Three things are too many: more accounts than a person meets for the first time in so short a time, more messages than
that from others than the one that sends most, and more messages of one line.

The guard must not be what silences a person's bank. So only strangers to a number are judged, and by what strangers
send: accounts that reached it before the storm, or to which the person wrote, pass, and their own caps judge them. Of
offers, which only wait, nobody asks who is a stranger: all count.
What is to go out later can be taken back for nothing; it counts against what is to go out later alone, and nothing else
counts against it.

Codes are refused, since a late code is no code; what can wait waits until there is room. What was refused or held does
not count, so that nobody can lock a person out by trying on. Alerts of accounts that are cleared for them pass.

The sender learns that the number gets too much now, and nothing of who writes to it: moments are told in fives of
minutes, what is only tried is not judged by this rule at all, and what accounts that the person knows send shows in no
answer to a stranger.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Final, Literal

import msgspec

from comity.messages.submission import Category
from comity.messages.verdict import Evidence
from comity.numbers.read import BadNumber, read_destination
from comity.policy.document import PolicyDocument
from comity.policy.lists import entries_of, wrong_entry
from comity.screening.judging import MISS, Abstain, Answer, Arrival, Facts, Hit, Message, Rule

LONGEST_MIN: Final = 60
"""No window is longer: nothing older is looked up."""

_Most = Annotated[int, msgspec.Meta(ge=1, le=100)]
_OWN: Final = 0
_STEP_MIN: Final = 5


class _Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """In `window_min` minutes so many `accounts`, and so many `messages` from others than the one that sends most.

    Messages of these `categories` are counted, and judged by the limit. Of one account with its line there may be `own`
    messages where any other account, or another of the line, writes too; 0 for no limit.
    """

    categories: tuple[Literal["otp", "transactional", "promotional", "alert"], ...]
    window_min: Annotated[int, msgspec.Meta(ge=1, le=LONGEST_MIN)]
    accounts: _Most
    messages: _Most
    action: Literal["note", "defer", "hold", "refuse"]
    own: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0


_CODES: Final = ("otp",)
_NEWS: Final = ("transactional", "alert")
_OFFERS: Final = ("promotional",)
_DEFAULT: Final = (
    _Limit(_CODES, 10, 4, 8, "refuse", 10),
    _Limit(_CODES, 60, 10, 20, "refuse", 30),
    _Limit(_NEWS, 10, 6, 15, "defer", 100),
    _Limit(_NEWS, 60, 15, 40, "defer"),
    _Limit(_OFFERS, 10, 6, 15, "defer"),
    _Limit(_OFFERS, 60, 15, 40, "defer"),
)
# What is counted, by what the account at hand is to the number. Verdicts from when nobody asked are judged as then.
_COUNTED: Final[dict[str | None, frozenset[str]]] = {
    "stranger": frozenset({"stranger"}),
    # Nor does it show, to who takes it back, what strangers send.
    "later": frozenset({"later"}),
    None: frozenset({"stranger", "later", "known", ""}),
}


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`spared` names a list of the policy with numbers that are never judged; empty for none."""

    limits: tuple[_Limit, ...] = _DEFAULT
    spared: str = ""


class _Ready(msgspec.Struct, frozen=True):
    limits: dict[str, tuple[_Limit, ...]]
    spared: frozenset[str]


def _prepare(settings: _Settings, document: PolicyDocument) -> _Ready:
    by_category = {
        one.value: tuple(limit for limit in settings.limits if one.value in limit.categories) for one in Category
    }
    return _Ready(by_category, _numbers(settings.spared, document) if settings.spared else frozenset())


def _numbers(name: str, document: PolicyDocument) -> frozenset[str]:
    numbers = set()
    for place, entry in enumerate(entries_of(document, name)):
        try:
            numbers.add(read_destination(entry).e164)
        except BadNumber:
            raise wrong_entry(name, place, "no number", "Write it with its plus: +32470000000.") from None
    return frozenset(numbers)


def _check(message: Message, facts: Facts, ready: _Ready) -> Answer:
    limits = ready.limits[message.category.value]
    if not limits or facts.alert_clearance:
        return MISS
    if facts.arrivals is None:
        return Abstain("arrivals")
    if not facts.arrivals or facts.bearing == "known" or message.recipient in ready.spared:
        return MISS
    arrivals = _counted(facts)
    passed = [limit for limit in limits if _is_over(arrivals, limit, 0)]
    if not passed:
        return MISS
    stopping = next((limit for limit in passed if limit.action != "defer"), None)
    if stopping is not None:
        return _told(stopping, f"The next may go in {stopping.window_min} minutes. {_CARE}", arrivals, None)
    until = _rounded(message.at, max(_room_in(arrivals, limit) for limit in passed)) if message.at else None
    return _told(passed[0], f"It waits until the number has room. {_CARE}", arrivals, until)


_CARE: Final = "See that forms of yours that send messages cannot be filled in by programs."


def _counted(facts: Facts) -> list[Arrival]:
    """What may stand against the message; of its own line all but what goes to whom it knows."""
    counted = _COUNTED[facts.bearing]
    return [
        one for one in facts.arrivals or () if one.bearing in counted or (one.family == _OWN and one.bearing != "known")
    ]


def _is_over(arrivals: Collection[Arrival], limit: _Limit, wait_min: int) -> bool:
    """Whether one more, so many minutes from now, is too many."""
    sent: dict[int, int] = {_OWN: 1}
    for one in arrivals:
        if one.category in limit.categories and -limit.window_min < one.ago_min + wait_min < limit.window_min:
            sent[one.family] = sent.get(one.family, 0) + one.messages
    if limit.own and sent[_OWN] > limit.own:
        return True
    if len(sent) == 1:
        return False
    return len(sent) > limit.accounts or sum(sent.values()) - max(sent.values()) > limit.messages


def _room_in(arrivals: Sequence[Arrival], limit: _Limit) -> int:
    """Minutes until there is room for one more; what is put off already goes before it."""
    moments = sorted({limit.window_min - one.ago_min for one in arrivals if one.ago_min < limit.window_min})
    # Each of these moments is one at which something leaves the window; behind the last nothing is left in it.
    return next((wait for wait in moments if wait > 0 and not _is_over(arrivals, limit, wait)), limit.window_min)


def _rounded(at: datetime, wait_min: int) -> datetime:
    """So many minutes on, at a full five of the hour or later: the minute would tell when others wrote."""
    minute = at.replace(second=0, microsecond=0) + timedelta(minutes=wait_min)
    return minute + timedelta(minutes=-minute.minute % _STEP_MIN)


def _told(limit: _Limit, remedy: str, arrivals: Sequence[Arrival], until: datetime | None) -> Hit:
    inside = [one for one in arrivals if one.category in limit.categories and abs(one.ago_min) < limit.window_min]
    families = {one.family for one in inside} | {_OWN}
    messages = sum(one.messages for one in inside) + 1
    return Hit(
        # Who writes to a person, and how much, is nobody's business but the reviewer's.
        evidence=(Evidence("messages to this number", observed="too many now"),),
        sentence="This number gets too many messages now.",
        remedy=remedy,
        reviewer=f"{messages} messages of {len(families)} accounts reach this number within {limit.window_min} minutes,"
        " those left out that it knows;"
        f" the most is {limit.accounts} accounts, and {limit.messages} messages of others than the busiest.",
        until=until,
        action=limit.action,
    )


RULE: Final = Rule(
    id="destination-flood",
    clauses=("U14", "P7"),
    title="Many accounts at one number",
    needs=("arrivals",),
    check=_check,
    settings=_Settings,
    prepare=_prepare,
)
