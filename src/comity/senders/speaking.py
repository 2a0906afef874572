"""Owns telling whether a text speaks in a name or only mentions it; must not know whose name it is, or who sends.

The cues and their weights lie in `speaking.toml`, by language. A cue looks at the words before the name, those after
it, or the whole text; what speaks for and against is added up to a log-odds.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from typing import Final

import msgspec

from comity.text.unmask import unmask

_WINDOW: Final = 48
_NOBODY_SPEAKS: Final = "(?!)"
_GAP: Final = r"[\s\"'(*\[:,.-]{0,4}"
_OPENING: Final = re.compile(r"[\s\"'(\[<*!.#-]{0,4}(?:(?:re|fw|fwd|sms|info|msg|alert|from|van|de|von|da):?\s{1,2})?")
_COLON: Final = re.compile(r"\s{0,2}(?:[\])>]\s{0,2})?(?::|-\s|\|)|\s{0,2}[\])>]")
_FAREWELLS: Final = (
    "regards|greetings|thanks|groeten|groet|cordialement|gruss|grusse|saludos|saluti|atenciosamente|pozdrawiamy"
)
_SIGNED: Final = re.compile(rf"(?:[-\u2013\u2014~\n]|(?<![a-z])(?:{_FAREWELLS}))\W{{0,3}}$")
_CLOSING: Final = re.compile(r"\W{0,3}$")

_Words = dict[str, str]


class _File(msgspec.Struct, frozen=True):
    bias: float
    words: dict[str, _Words]
    things: dict[str, float]
    things_of_payment: dict[str, float]
    owned: dict[str, float | str]
    cues: dict[str, dict[str, float | str]]


class Role(msgspec.Struct, frozen=True):
    """How a name stands in a text.

    Attributes:
        weight: the log-odds, without what links and senders add.
        cues: what spoke for or against, in words.
        opens: whether the text opens with the name.
    """

    weight: float
    cues: tuple[str, ...]
    opens: bool


_OPENS_WITH_SIGN: Final = 3.3
_OPENS: Final = 1.3
_SIGNS: Final = 3.2


def probability(weight: float) -> float:
    """The probability of a log-odds."""
    return 1 / (1 + math.exp(-weight))


def role_of(plain: str, start: int, end: int, kind: str = "") -> Role:
    """How the name at `start:end` of a text stands in it.

    Args:
        plain: `comity.text.unmask.Unmasked.plain`.
        start: where the name begins.
        end: where it ends.
        kind: what the brand does; names of means of payment stand on everybody's cards.
    """
    cues = _cues()
    before, after = plain[max(0, start - _WINDOW) : start], plain[end : end + _WINDOW]
    found = [*_places(before, after, start, end == len(plain)), *_things(cues, before, after, kind)]
    found += [(name, weight) for name, weight, pattern in cues.before if pattern.search(before)]
    found += [(name, weight) for name, weight, pattern in cues.after if pattern.match(after)]
    found += [(name, weight) for name, weight, pattern in cues.anywhere if pattern.search(plain)]
    opens = any(name.startswith("opens") for name, _ in found)
    total = cues.bias + sum(weight for _, weight in found)
    return Role(total, tuple(name.replace("_", " ") for name, _ in found), opens)


def _places(before: str, after: str, start: int, is_end: bool) -> Iterator[tuple[str, float]]:
    if start <= _WINDOW and _OPENING.fullmatch(before):
        yield ("opens with a sign", _OPENS_WITH_SIGN) if _COLON.match(after) else ("opens", _OPENS)
    elif (is_end or _CLOSING.match(after)) and _SIGNED.search(before):
        yield "signs", _SIGNS


def _things(cues: _Cues, before: str, after: str, kind: str) -> Iterator[tuple[str, float]]:
    """The recipient's own thing with the name: the weightiest of them."""
    weights = cues.things_of_payment if kind == "payment" else cues.things
    found = [
        (f"your {thing}", weights[thing])
        for thing, patterns in cues.patterns_of_things
        if any(front.search(before) and back.match(after) for front, back in patterns)
    ]
    if cues.owned[1].match(after):
        found.append(("your own", cues.owned[0]))
    if found:
        yield max(found, key=lambda one: one[1])


_Weighed = tuple[str, float, re.Pattern[str]]


class _Cues:
    """The file, compiled."""

    def __init__(self, file: _File) -> None:
        self.bias = file.bias
        self.things = file.things
        self.things_of_payment = file.things_of_payment
        your = _either(file.words["your"].values())
        self.patterns_of_things = tuple(
            (thing, _patterns(your, _either(file.words[thing].values()))) for thing in file.things
        )
        owned = _either(str(terms) for language, terms in file.owned.items() if language != "weight")
        self.owned = (float(file.owned["weight"]), re.compile(rf"{_GAP}(?:{owned})"))
        self.before = tuple(_weighed(file, "before", r"(?:^|(?<![a-z0-9]))(?:{})" + _GAP + "$"))
        # "PayPal: o seu ..." is no "PayPal o Visa": what speaks against a name stands right behind it.
        self.after = (
            *_weighed(file, "after", _GAP + r"(?:{})(?![a-z0-9])"),
            *_weighed(file, "next", r"[ -]{1,2}(?:{})(?![a-z0-9])"),
        )
        self.anywhere = tuple(_weighed(file, "anywhere", r"(?<![a-z0-9'])(?:{})(?![a-z0-9'])"))


def _patterns(your: str, nouns: str) -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    anything = re.compile("")
    word = r"(?:[a-z0-9]{1,14} )?"
    begins = r"(?:^|(?<![a-z0-9]))"
    return (
        # your PayPal account, ihr neues PayPal-Konto
        (re.compile(rf"{begins}(?:{your}) {word}$"), re.compile(rf"{_GAP}{word}(?:{nouns})(?![a-z0-9])")),
        # votre compte PayPal, su cuenta de PayPal
        (
            re.compile(
                rf"{begins}(?:{your}) {word}(?:{nouns})(?: (?:de|du|di|da|do|bij|van|bei|chez|w|at|with|en|no))?{_GAP}$"
            ),
            anything,
        ),
        # akun PayPal anda
        (re.compile(rf"{begins}(?:{nouns}){_GAP}$"), re.compile(r" (?:anda|kamu|panstwa)(?![a-z])")),
    )


def _weighed(file: _File, where: str, frame: str) -> Iterator[_Weighed]:
    for name, cue in file.cues.items():
        if cue["where"] == where:
            terms = (str(words) for field, words in cue.items() if field not in {"weight", "where"})
            yield name, float(cue["weight"]), re.compile(frame.replace("{}", _either(terms)))


def _either(lists: Iterable[str]) -> str:
    terms = {unmask(term.strip()).plain for terms in lists for term in terms.split(",")}
    return "|".join(_expression(term) for term in sorted(terms, key=lambda term: (-len(term), term))) or _NOBODY_SPEAKS


def _expression(term: str) -> str:
    return re.escape(term.removesuffix("*")) + ("[a-z]{0,12}" if term.endswith("*") else "")


@cache
def _cues() -> _Cues:
    source = resources.files("comity.senders").joinpath("speaking.toml").read_text(encoding="utf-8")
    return _Cues(msgspec.convert(tomllib.loads(source), _File))
