"""Owns the schemes of fraud that take several parts at once; must not know who sends a text or what else speaks in it.

A scheme names what must be there (somebody, something wanted, a way for the money) and weighs what else is. Each is a
small model of its own, in `data/fraud.toml` or `data/fraud_id.toml` under `[schemes.NAME]`, so that the parts of one
never add up to another.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from typing import Final, NamedTuple

import msgspec

from comity.content.cues import Searched, tables, words
from comity.content.cues_shapes import Places

_FILE: Final = "fraud"
_FILES: Final = (_FILE, "fraud_id")
_AGAINST: Final = "against"
_FLOOR: Final = -6.0
# Numbers as templates keep them: their length alone tells. No part of a longer number, a time, a date or an address.
_LARGE: Final = re.compile(
    r"(?<![\d.,:/+#*-])(?<!\d )\d{1,3}(?:[.,]\d{3}){1,3}(?![\d:/])|(?<![\d.,:/+#*-])(?<!\d )\d{3,7}(?![\d:/]| \d)"
)
_SHORTENED: Final = re.compile(
    r"(?<![\d.,])\d{1,3}(?:[.,]\d{1,3})? ?"
    r"(?:k|mil|bin|rb|ribu|jt|juta|lakh|tys|mille|mila|tausend|hazaar|hajar|btc|eth|usdt)(?![a-z])"
)
_FORTUNE: Final = re.compile(
    r"(?<![\d.,])\d{1,3}(?:[.,]\d{3}){2,4}(?![\d:/])|(?<![\d.,])\d{2,3}[.,]\d{3}(?![\d:/])"
    r"|(?<![\d.,:/+#*-])(?<!\d )\d{6,9}(?![\d:/]| \d)"
    r"|(?<![\d.,])\d{1,3}(?:[.,]\d{1,3})? ?"
    r"(?:m|mn|mln|mio|million\w{0,3}|milh\S{2,4}|millon\w{0,2}|milion\w{0,2}|milyon|miliar|juta|lakh|crore|cr)(?![a-z])"
)
_PHONE_LIKE: Final = re.compile(r"\+?\d[\d ().]{7,16}\d")
_SEVERAL: Final = 2
_BETWEEN: Final = 30
_OR: Final = re.compile(
    r"\d[^.!?]{0,40}\b(?:or|otherwise|oder|sonst|ou|sinon|of|anders|si no|senao|se nao|yoksa|atau|kalau tidak|albo|"
    r"inaczej|before i|warna|nahi to|o)\b"
)
_BY_DAY: Final = re.compile(
    r"\d ?(?:[€$£₹₺]|usd|eur|aud|gbp|euros?|tl|reais|zl|rb)? ?/ ?(?:day|tag|jour|dia|hari|dag|dzien|giorno|gun)\b"
)


Groups = Sequence[tuple[frozenset[str], ...]]


class Scheme(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One scheme.

    Attributes:
        kind: the sort of fraud, in words.
        bias: log-odds of a text that has what must be there and nothing else.
        needs: of each group one list of words or shape must be there.
        weights: log-odds by list of words or shape; below 0 it speaks against.
    """

    kind: str
    bias: float
    needs: tuple[frozenset[str], ...]
    weights: dict[str, float]

    def is_met(self, present: Collection[str]) -> bool:
        """Whether all that must be there is."""
        return not any(group.isdisjoint(present) for group in self.needs)

    def log_odds(self, present: Collection[str], against: dict[str, float]) -> float:
        """Add up what is present, what speaks against all schemes with it."""
        odds = self.bias + sum(weight for name, weight in self.weights.items() if name in present)
        return odds + max(_FLOOR, sum(weight for name, weight in against.items() if name in present))


class Met(NamedTuple):
    """The scheme that a text is most likely, and its log-odds."""

    odds: float
    scheme: Scheme


def worst_scheme(places: Places) -> Met | None:
    """Return the scheme whose parts are there and weigh most; None where no scheme is complete."""
    against = _speaking_against()
    begun = dict.fromkeys(place for word in places for place in _by_first().get(word, ()))
    met = [Met(one.log_odds(places, against), one) for one in map(_schemes().__getitem__, begun) if one.is_met(places)]
    return max(met, key=lambda one: one.odds, default=None)


def may_be_met(met: Collection[str], others: Groups = ()) -> bool:
    """Whether the words of any scheme are there, whatever the shapes in the text.

    Args:
        met: lists of words.
        others: what else makes a case: groups of which each must be met.
    """
    return any(not any(group.isdisjoint(met) for group in groups) for groups in (*_needs_of_words(), *others))


def wants(shapes: Collection[str], met: Collection[str]) -> bool:
    """Whether a scheme that begins with one of the words met asks for or weighs any of these shapes."""
    return not _beginnings_with(frozenset(shapes)).isdisjoint(met)


def begins_with() -> frozenset[str]:
    """Words of which a text must have one to be any scheme, and where its case begins."""
    return _beginnings()


def weighed() -> frozenset[str]:
    """Every list of words and shape that a scheme asks for or weighs."""
    return _weighed()


def sums_of(text: Searched) -> Places:
    """Return where sums are met: any, of three digits or more, of a fortune, several, or with "or" behind one."""
    bare = _PHONE_LIKE.sub(lambda found: "x" * len(found[0]), text.text)
    large = [found.span() for pattern in (_LARGE, _SHORTENED) for found in pattern.finditer(bare)]
    found: Places = {}
    if large:
        found["sum"] = found["large"] = min(large)
        if len(large) >= _SEVERAL:
            found["sums"] = min(large)
    for name, pattern in (("fortune", _FORTUNE), ("or_else", _OR), ("by_day", _BY_DAY)):
        if match := pattern.search(text.text if name == "fortune" else bare):
            found[name] = match.span()
    return found


@cache
def _schemes() -> tuple[Scheme, ...]:
    """All schemes.

    Raises:
        ValueError: a scheme asks for or weighs a list of words that does not exist.
        msgspec.ValidationError: a scheme has an unknown or ill-typed key.
    """
    listed = (one for file in _FILES for one in tables(file)["schemes"].items())
    found = tuple(msgspec.convert(one, Scheme) for name, one in listed if name != _AGAINST)
    known = words().keys() | tables(_FILE)["shapes"].keys()
    unknown = {name for one in found for name in (*one.weights, *frozenset[str]().union(*one.needs))} - known
    if unknown:
        raise ValueError(f"a scheme weighs what is not there: {', '.join(sorted(unknown))}")
    return found


@cache
def _by_first() -> dict[str, tuple[int, ...]]:
    """The schemes by each word of their first group."""
    found: dict[str, tuple[int, ...]] = {}
    for place, one in enumerate(_schemes()):
        for word in one.needs[0]:
            found[word] = (*found.get(word, ()), place)
    return found


@cache
def _speaking_against() -> dict[str, float]:
    return msgspec.convert(tables(_FILE)["schemes"][_AGAINST], dict[str, float])


@cache
def _needs_of_words() -> tuple[tuple[frozenset[str], ...], ...]:
    shapes = tables(_FILE)["shapes"].keys()
    return tuple(tuple(group for group in one.needs if group.isdisjoint(shapes)) for one in _schemes())


@cache
def _beginnings() -> frozenset[str]:
    return frozenset[str]().union(*(groups[0] for groups in _needs_of_words()))


@cache
def _beginnings_with(shapes: frozenset[str]) -> frozenset[str]:
    asking = (
        one for one in _schemes() if not shapes.isdisjoint(one.weights) or any(shapes & group for group in one.needs)
    )
    return frozenset[str]().union(*(one.needs[0] for one in asking))


@cache
def _weighed() -> frozenset[str]:
    return frozenset(_names())


def _names() -> Iterator[str]:
    yield from _speaking_against()
    for one in _schemes():
        yield from one.weights
        yield from frozenset[str]().union(*one.needs)
