"""Owns telling whether a text speaks in a name or only mentions it; must not know whose name it is, or who sends.

The cues and their weights lie in `speaking.toml`, by language. A cue looks at the words before the name, those after
it, or the whole text; what speaks for and against is added up to a log-odds.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from typing import Final

import msgspec

from comity.senders.opening import place_of
from comity.senders.phrases import Phrases
from comity.text.unmask import unmask

_WINDOW: Final = 48
_WORD: Final = re.compile(r"[^\W_]+(?:['/-][^\W_]+)*")
_GAP: Final = re.compile(r"[\s\"'(*\[:,.-]{0,4}")
_NEXT: Final = re.compile("[ -]{1,2}")
_NO_WORD: Final = " \n. "
"""Stands where the name stood, so that no word of it is a cue."""

_TALK: Final = "personal"
"""The cue that counts among people only: anybody can put "haha" before a text."""

_Words = dict[str, str]


class _Cue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A cue of the file: `where` is before, after, next or anywhere; terms by language."""

    weight: float
    where: str
    terms: _Words


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    bias: float
    words: dict[str, _Words]
    things: dict[str, float]
    things_of_payment: dict[str, float]
    owned: _Cue
    cues: dict[str, _Cue]


class Role(msgspec.Struct, frozen=True):
    """How a name stands in a text.

    Attributes:
        weight: the log-odds that the text speaks in the name, without what links and senders add.
        cues: what spoke for or against, in words.
        opens: whether the text opens with the name, or a sentence does that is set off by a sign.
    """

    weight: float
    cues: tuple[str, ...]
    opens: bool


class _Around(msgspec.Struct, frozen=True):
    """What stands around a name: words on both sides, where those behind it end, and whether they belong to it."""

    words_before: Sequence[str]
    words_after: Sequence[str]
    ends_after: Sequence[int]
    joined_before: bool
    joined_after: bool
    next_after: bool


def probability(weight: float) -> float:
    """The probability of a log-odds."""
    return 1 / (1 + math.exp(-weight))


def role_of(plain: str, start: int, end: int, kind: str = "", *, among_people: bool = True) -> Role:
    """How the name at `start:end` of a text stands in it. Linear in the length of the text.

    Args:
        plain: `comity.text.unmask.Unmasked.plain`.
        start: where the name begins.
        end: where it ends.
        kind: what the brand does; names of means of payment stand on everybody's cards.
        among_people: whether the sender may be somebody who chats: a number, not a name.
    """
    cues = _cues()
    around = _around(plain, start, end)
    titled = end + around.ends_after[cues.titles(around) - 1] if cues.titles(around) else end
    place = list(place_of(plain, start, end, titled=titled, leads_in=cues.leads_in))
    found = [*place, *_thing(cues, around, kind)]
    if around.joined_before:
        found += [(name, weight) for name, weight, terms in cues.before if terms.end(around.words_before)]
    if around.joined_after:
        found += [(name, weight) for name, weight, terms in cues.after if terms.begin(around.words_after)]
    if around.next_after:
        found += [(name, weight) for name, weight, terms in cues.next if terms.begin(around.words_after)]
    words = _WORD.findall(f"{plain[:start]}{_NO_WORD}{plain[end:]}")
    found += [
        (name, weight)
        for name, weight, terms in cues.anywhere
        if (among_people or name != _TALK) and terms.within(words)
    ]
    total = cues.bias + sum(weight for _, weight in found)
    return Role(
        total, tuple(name.replace("_", " ") for name, _ in found), any(name.startswith("opens") for name, _ in place)
    )


def leads_in(word: str) -> bool:
    """Whether a word, in small letters, says nothing but that something follows: a greeting, "urgent", "ref"."""
    return _cues().leads_in(word)


def _around(plain: str, start: int, end: int) -> _Around:
    before, after = plain[max(0, start - _WINDOW) : start], plain[end : end + _WINDOW]
    words_before, words_after = list(_WORD.finditer(before)), list(_WORD.finditer(after))
    gap_before = before[words_before[-1].end() :] if words_before else before
    gap_after = after[: words_after[0].start()] if words_after else after
    return _Around(
        [word[0] for word in words_before],
        [word[0] for word in words_after],
        [word.end() for word in words_after],
        joined_before=_GAP.fullmatch(gap_before) is not None,
        joined_after=_GAP.fullmatch(gap_after) is not None,
        next_after=_NEXT.fullmatch(gap_after) is not None,
    )


def _thing(cues: _Cues, around: _Around, kind: str) -> Iterator[tuple[str, float]]:
    """The recipient's own thing with the name: the weightiest of them."""
    weights = cues.things_of_payment if kind == "payment" else cues.things
    found = [(f"your {thing}", weights[thing]) for thing, nouns in cues.nouns if cues.is_yours(around, nouns)]
    if around.joined_after and cues.owned[1].begin(around.words_after):
        found.append(("your own", cues.owned[0]))
    if cues.is_itself_yours(around):
        found.append(("yours itself", weights["itself"]))
    if found:
        yield max(found, key=lambda one: one[1])


_Weighed = tuple[str, float, Phrases]


class _Cues:
    """The file, ready to be asked."""

    def __init__(self, file: _File) -> None:
        self.bias = file.bias
        self.things = file.things
        self.things_of_payment = file.things_of_payment
        self.nouns = tuple((thing, _phrases(file.words[thing])) for thing in file.things if thing != "itself")
        self.owned = (file.owned.weight, _phrases(file.owned.terms))
        self.before, self.after, self.next, self.anywhere = (
            tuple(_weighed(file, where)) for where in ("before", "after", "next", "anywhere")
        )
        self._your = _phrases(file.words["your"])
        self._of = _phrases(file.words["of"])
        self._yours = _phrases(file.words["yours"])
        self._itself = _phrases(file.words["itself"])
        self._titles = _phrases(file.cues["team"].terms)
        self._lead_ins = _phrases(file.words["lead_in"])

    def leads_in(self, word: str) -> bool:
        """Whether a word says nothing but that something follows: a greeting, "urgent", "ref"."""
        return self._lead_ins.begin((word,)) > 0

    def titles(self, around: _Around) -> int:
        """How many words behind a name are a part of it: "support team", "fraud dept"."""
        return self._titles.begin(around.words_after) if around.next_after else 0

    def is_itself_yours(self, around: _Around) -> bool:
        """Whether the name itself is said to be the recipient's own: "your DigiD expires"."""
        return (
            around.joined_before
            and around.joined_after
            and self._your.end(around.words_before) > 0
            and self._itself.begin(around.words_after) > 0
        )

    def is_yours(self, around: _Around, nouns: Phrases) -> bool:
        """Whether one of these things is said to be the recipient's own, with the name beside it."""
        before, after = around.words_before, around.words_after
        if not around.joined_before:
            return False
        # your PayPal account, ihr neues PayPal-Konto, your ING debit card
        behind = around.joined_after and (nouns.begin(after) or nouns.begin(after[1:]))
        if behind and (self._your.end(before) or self._your.end(before[:-1])):
            return True
        # votre compte PayPal, su cuenta de PayPal, akun PayPal anda
        return self._is_named(before, after, nouns) or self._is_named(
            before[: len(before) - self._of.end(before)], after, nouns
        )

    def _is_named(self, before: Sequence[str], after: Sequence[str], nouns: Phrases) -> bool:
        length = nouns.end(before)
        rest = before[: len(before) - length]
        return bool(length and (self._your.end(rest) or self._your.end(rest[:-1]) or self._yours.begin(after)))


def _weighed(file: _File, where: str) -> Iterator[_Weighed]:
    for name, cue in file.cues.items():
        if cue.where == where:
            yield name, cue.weight, _phrases(cue.terms)


def _phrases(words: _Words) -> Phrases:
    return Phrases(unmask(term.strip()).plain for terms in words.values() for term in terms.split(","))


@cache
def _cues() -> _Cues:
    source = resources.files("comity.senders").joinpath("speaking.toml").read_text(encoding="utf-8")
    return _Cues(msgspec.convert(tomllib.loads(source), _File))
