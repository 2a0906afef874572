"""Owns reading a withdrawal out of plain speech by a language's grammar; must not know keywords, senders or stores.

Places of words are bits of a number, so a form is tried at all places at once: the cost grows with the words alone.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Final, Literal

import msgspec

from comity.consent.speech_grammar import (
    MESSAGES,
    PROMOTION,
    Form,
    Language,
    Step,
    Who,
    phrased,
)
from comity.consent.speech_respelled import in_languages
from comity.consent.speech_words import WALL, words_of

Withdrawn = Literal["everything", "brand", "category"]

_EXCUSES: Final = {"later": "more", "call": "more", "thing": MESSAGES}
"""What makes it unimportant that a class is there: "not now or ever again", "no messages about my order"."""
_BEFORE: Final = 6
"""So many words before an act may say whose it is."""
_SPEAKER_BEFORE: Final = 4
"""The speaker's own verb is nearer: "we sold the house months ago stop texting us"."""


_ALL_BEFORE: Final = 2
"""So many words before what it is all of: "all your promos", "all of the ads"."""


class Heard(msgspec.Struct):
    """A reply in one language.

    Attributes:
        words: its words and walls.
        known: words that the language's file has.
        places: by class, the places of its words, a bit each.
        thoughts: the places of each thought.
        walls, first, last: places between thoughts, where one begins and where one is over, politeness aside.
        acting: what was found out of who acts from a place on.
    """

    words: list[str]
    known: Container[str]
    places: dict[str, int]
    thoughts: list[int]
    walls: int
    first: int
    last: int
    acting: dict[tuple[Who, int], bool] = {}


def withdrawal(text: str) -> Withdrawn | None:
    """What a person who replies withdraws from in plain words; None when they withdraw from nothing.

    Args:
        text: the whole reply; its first 1,000 characters are read.

    `everything` where they say all, `category` where they name promotion alone or say what shall go on, else `brand`.
    People answer in their own language, whatever was sent: a reply is read in the one that knows most of its words.
    """
    for grammar, words in in_languages(words_of(text)):
        if not grammar.anchors.isdisjoint(words):
            found = _withdrawn(words, grammar)
            if found is not None:
                return found
    return None


def spares_messages(text: str) -> bool:
    """Whether a reply ends something else, or denies it: `stop sending parcels next door`, `don't unsubscribe me`."""
    return any(
        _thoughts_where(heard_in(words, grammar), form)
        for grammar, words in in_languages(words_of(text))
        for form in (*grammar.spare, *grammar.denied)
    )


def _withdrawn(words: list[str], grammar: Language) -> Withdrawn | None:
    heard = heard_in(words, grammar)
    for guard in (*grammar.denied, *grammar.guards, *grammar.spare):
        if thoughts := _thoughts_where(heard, guard):
            _silence(heard, thoughts, guard)
    said = 0
    for form in grammar.stop:
        said |= _thoughts_where(heard, form)
    if not said:
        return None
    if any(_thoughts_where(heard, form) for form in grammar.keep):
        return "category"
    if _means_all(heard, said):
        return "everything"
    return "category" if heard.places.get(PROMOTION, 0) & said and not _means_more(heard) else "brand"


def _means_all(heard: Heard, said: int) -> bool:
    """Whether all is meant: `all` in what withdraws, but for "all promos", or alone after it: "stop. all of it"."""
    every = heard.places.get("all", 0)
    promotion = promoted = heard.places.get(PROMOTION, 0)
    other = heard.places.get(MESSAGES, 0) & ~promotion
    for _ in range(_ALL_BEFORE):
        promoted |= ((promoted & ~other) >> 1) & ~heard.walls
    if every & ~promoted & said:
        return True
    if promotion & said:
        return False
    beside = every | heard.places.get("polite", 0)
    return any(thought & every and not thought & ~beside & ~heard.walls for thought in heard.thoughts)


def _means_more(heard: Heard) -> bool:
    """Whether no sort of text alone is meant: a consent is revoked, somebody is fed up, or "stop the ads and texts"."""
    if any(name in heard.places for name in ("revoke", "legal")):
        return True
    promotion = heard.places.get(PROMOTION, 0)
    other = heard.places.get(MESSAGES, 0) & ~promotion
    joined = heard.places.get("or", 0) << 1
    return bool((promotion << 2 & joined & other) | (other << 2 & joined & promotion))


def heard_in(words: list[str], grammar: Language) -> Heard:
    """A reply's words in one language: what stands where, before any form is tried."""
    joined = phrased(words, grammar)
    places: dict[str, int] = {}
    walls, thoughts, start = 0, [], 0
    for place, word in enumerate(joined):
        names = grammar.classes.get(word, ())
        for name in names:
            places[name] = places.get(name, 0) | 1 << place
        if word == WALL or "but" in names:
            walls |= 1 << place
            thoughts.append((1 << place) - (1 << start))
            start = place + 1
    polite = places.get("polite", 0)
    return Heard(joined, grammar.classes, places, thoughts, walls, _first(walls, polite), _last(walls, polite))


def _first(walls: int, polite: int) -> int:
    reached = walls << 1
    while more := ((reached & polite) << 1) & ~reached:
        reached |= more
    return reached


def _last(walls: int, polite: int) -> int:
    reached = walls
    while more := (reached >> 1) & polite & ~reached:
        reached |= more
    return reached


def _thoughts_where(heard: Heard, form: Form) -> int:
    """The places of all thoughts in which a form is said."""
    ends = _ends(heard, form)
    if not ends:
        return 0
    places = heard.places
    if form.near and not any(name in places for name in form.near):
        return 0
    if any(places.get(name) for name in form.without):
        return 0
    found = 0
    for thought in heard.thoughts:
        if not thought << 1 & ends:
            continue
        excused = any(places.get(name, 0) & thought for name in form.despite)
        if excused or not any(_undoes(name, places, thought) for name in form.unless):
            found |= thought
    return found


def _undoes(name: str, places: dict[str, int], thought: int) -> bool:
    """Whether a class is in a thought and nothing in it makes that unimportant."""
    excuse = _EXCUSES.get(name)
    return bool(places.get(name, 0) & thought) and not (excuse and places.get(excuse, 0) & thought)


def _ends(heard: Heard, form: Form) -> int:
    """The places after which a form is over."""
    reached = (1 << len(heard.words)) - 1
    if form.who:
        reached = _acting(heard, form)
    for step in form.steps:
        reached = _after(heard, step, reached)
        if not reached:
            return 0
    return reached


def _after(heard: Heard, step: Step, reached: int) -> int:
    if step.kind == "gap":
        open_places = ~(heard.walls | heard.places.get("bar", 0))
        for _ in range(step.most):
            reached |= (reached & open_places) << 1
        return reached
    if step.kind == "first":
        return reached & heard.first
    if step.kind == "last":
        return reached & heard.last
    said = 0
    for name in step.classes:
        said |= heard.places.get(name, 0)
    moved = (reached & said) << 1
    return moved | reached if step.kind == "maybe" else moved


def _acting(heard: Heard, form: Form) -> int:
    """The places where a form may begin, by who is said to act."""
    begins = 0
    begun = next((step for step in form.steps if step.classes), None)
    for name in begun.classes if begun else ():
        begins |= heard.places.get(name, 0)
    known = heard.acting
    told = 0
    while begins:
        bit = begins & -begins
        begins ^= bit
        asked = (form.who, bit)
        if asked not in known:
            known[asked] = _acts(heard, bit.bit_length() - 1, form.who)
        told |= bit if known[asked] else 0
    return told


def _acts(heard: Heard, place: int, who: Who) -> bool:
    """Whether what is said from a place on is asked of the sender, or is the speaker's own act or wish.

    The nearest word before it that names somebody decides. "I can't stop texting" is not asked of anybody, "I asked you
    to stop texting" is; "you never text me" complains of silence, "I told you never to text me" does not. A negation
    before a word of its own denies that one: "this is not Paul stop texting me".
    """
    asked = named = strange = False
    for before in range(place - 1, max(place - 1 - _BEFORE, -1), -1):
        bit = 1 << before
        if heard.walls & bit or _is(heard, "please", bit):
            break
        if _is(heard, "not", bit) and strange:
            break
        if _is(heard, "third", bit) or _is(heard, "not", bit):
            return False
        strange = strange or heard.words[before] not in heard.known
        if who == "any":
            continue
        if _is(heard, "ask", bit) or _is(heard, "want", bit):
            asked = True
        elif _is(heard, "you", bit):
            if who != "told":
                return who == "you"
            named = True
        elif _is(heard, "i", bit) and (asked or place - before <= _SPEAKER_BEFORE):
            return asked or who == "me"
    return asked or not named


def _is(heard: Heard, name: str, bit: int) -> bool:
    return bool(heard.places.get(name, 0) & bit)


def _silence(heard: Heard, thoughts: int, guard: Form) -> None:
    """Take the meaning from the words of a guard, in the thoughts in which it stands."""
    taken = 0
    for name in {name for step in guard.steps for name in step.classes}:
        taken |= heard.places.get(name, 0) & thoughts
    heard.places = {name: places & ~taken for name, places in heard.places.items()}
