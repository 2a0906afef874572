"""Owns how likely a reply is a withdrawal where no form says so; must not know forms, senders or what is done.

A sum of learned weights over what the grammar hears: words, neighbours, and the classes of words that stand near each
other, so that what was learned in one language holds in the others. `bench/fit_intent.py` learns them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

import msgspec

from comity.consent.speech import Heard, heard_in, spares_messages
from comity.consent.speech_respelled import in_languages
from comity.consent.speech_words import words_of

_NEAR: Final = 4
"""So many places apart two classes are still heard together."""
_WALL: Final = "|"
_STRANGE: Final = "?"
_MOST_NAMED: Final = 3
_LENGTHS: Final = 4
"""Replies are as long as each other within so many words."""
_LONGEST: Final = 6


_ENDS_OR_DENIES: Final = frozenset(
    {
        "cease",
        "halt",
        "quit",
        "remove",
        "remove_me",
        "removed",
        "leave",
        "alone",
        "goaway",
        "enough",
        "revoke",
        "unwanted",
    }
    | {"forbid", "nolonger", "nomore", "not", "no", "plus", "dont", "modal", "cancel", "turned", "exit", "off", "hou"}
)
"""Without a word of one of these classes nothing is withdrawn from, whatever the sum: "pls call me"."""
_THINGS: Final = frozenset({"thing", "later", "update", "place"})
_OF_MESSAGES: Final = frozenset(
    {"message", "list", "send", "receive", "number", "me", "remove_me", "send_me", "alone", "leave", "goaway", "legal"}
    | {"revoke", "consent", "unwanted", "nomore", "abo", "quit", "enough", "gone", "from_you"}
)
"""Where a thing is named, one of these classes lets it be about messages all the same."""


class Learned(msgspec.Struct, frozen=True):
    """What was learned.

    Attributes:
        threshold: from this sum on a reply is taken for a withdrawal; in hundredths of log-odds, as are the others.
        bias: the sum that a reply begins with.
        weights: by feature.
    """

    threshold: int
    bias: int
    weights: dict[str, int]


class Likely(msgspec.Struct, frozen=True):
    """How likely a reply is a withdrawal.

    Attributes:
        score: hundredths of log-odds above what is taken for one; negative below, and where it is not weighed.
        words: those that say so most, the weightiest first.
    """

    score: int
    words: tuple[str, ...]


@cache
def learned() -> Learned:
    """The weights that ship."""
    written = (files("comity.consent") / "data" / "speech" / "learned.json").read_bytes()
    return msgspec.json.decode(written, type=Learned)


def features(text: str) -> dict[str, tuple[int, ...]]:
    """What of a reply is weighed, each with the places of the words that it is about."""
    return _features(_heard(text), "?" in text)


def likelihood(text: str) -> Likely:
    """How likely a reply is a withdrawal, and by which of its words.

    Args:
        text: the whole reply; its first 1,000 characters are read.
    """
    heard, known = _heard(text), learned()
    total = known.bias
    by_place: dict[int, int] = {}
    for feature, places in _features(heard, "?" in text).items():
        weight = known.weights.get(feature, 0)
        total += weight
        for place in places:
            by_place[place] = by_place.get(place, 0) + weight
    telling = sorted(((weight, place) for place, weight in by_place.items() if weight > 0), reverse=True)
    words = (heard.words[place] for _, place in telling if heard.words[place])
    above = total - known.threshold
    if not is_weighed(text):
        above = min(above, -1)
    return Likely(above, tuple(dict.fromkeys(words))[:_MOST_NAMED])


def is_weighed(text: str) -> bool:
    """Whether a reply may be a withdrawal that no form says.

    It is none without a word that ends, removes or denies; where that is denied itself or said of something else; and
    where a thing or a time is named, and nothing of messages or of the speaker: `delete the appointment`.
    """
    heard = _heard(text)
    if _ENDS_OR_DENIES.isdisjoint(heard.places) or spares_messages(text):
        return False
    return _THINGS.isdisjoint(heard.places) or not _OF_MESSAGES.isdisjoint(heard.places)


def _heard(text: str) -> Heard:
    words = words_of(text)
    for grammar, read in in_languages(words):
        return heard_in(read, grammar)
    return Heard(words, (), {}, [], 0, 0, 0)


def _features(heard: Heard, asks: bool) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    classes = _classes(heard)
    for place, names in enumerate(classes):
        found.setdefault(f"w:{heard.words[place]}", (place,))
        for feature, other in _pairs(classes, place):
            found.setdefault(feature, (place, other))
        for name in names:
            found.setdefault(f"k:{name}", (place,))
    for place, (word, following) in enumerate(pairwise(heard.words)):
        found.setdefault(f"w:{word or _WALL} {following or _WALL}", (place, place + 1))
    found[f"len:{min(_LONGEST, len(heard.words) // _LENGTHS)}"] = ()
    if asks:
        found["?"] = ()
    return found


def _classes(heard: Heard) -> list[list[str]]:
    """By place, the classes of its word."""
    named: list[list[str]] = [[] for _ in heard.words]
    for name, places in heard.places.items():
        left = 0 if name.startswith("=") else places
        while left:
            bit = left & -left
            named[bit.bit_length() - 1].append(name)
            left ^= bit
    return [
        names or [_WALL if not word or heard.walls >> place & 1 else _STRANGE]
        for place, (names, word) in enumerate(zip(named, heard.words, strict=True))
    ]


def _pairs(classes: list[list[str]], place: int) -> Iterator[tuple[str, int]]:
    """Two classes of one thought, `>` where one stands right before the other and `~` where it is further off."""
    for other in range(place + 1, min(place + 1 + _NEAR, len(classes))):
        if classes[other] == [_WALL] and other > place + 1:
            return
        joint = ">" if other == place + 1 else "~"
        for one in classes[place]:
            for two in classes[other]:
                yield f"k:{one}{joint}{two}", other
