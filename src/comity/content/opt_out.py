"""Owns recognising how a text says that it can be stopped; must not know who sends it or who must say so.

Two things count: a phrase that means nothing else ("unsubscribe", "Afmelden", "退订"), and a keyword of
`comity.countries.words` that people are asked to send ("Reply STOP", "STOP au 36105"). What stands beside it tells
which way is offered: a number, a link, or no more than an answer.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Final, Literal

import msgspec
from ahocorasick_rs import AhoCorasick

from comity.countries.words import words
from comity.text.links import Link
from comity.text.unmask import Unmasked, unmask

Way = Literal["number", "link", "reply", "unsaid"]
"""`number`: to a number or short code named; `reply`: by answering; `unsaid`: the text says that, and not how."""


class Wording(msgspec.Struct, frozen=True):
    """What says how to stop.

    Attributes:
        way: the first that is offered of numbers and links, else an answer.
        span: where, in offsets of the original.
    """

    way: Way
    span: tuple[int, int]


class _Cues(msgspec.Struct, frozen=True):
    """The automaton, and what each of its patterns is."""

    automaton: AhoCorasick
    kinds: tuple[str, ...]


_WORKS_FOR_ALL: Final = frozenset({"number", "link"})
_SURE: Final = frozenset({"stop", "stopp", "стоп", "στοπ", "arret", "stopall", "stop all"})
# As far before a keyword may the verb stand ("reply to this message with the word STOP"), and the way after it.
_VERB_REACH: Final = 40
_WAY_REACH: Final = 48
_NO_SENTENCE_END: Final = re.compile(r"[^.!?\n]*\Z")
_NUMBER: Final = re.compile(
    r"(?<![\d.,€$£%/#-])(?:[*#]\d{1,6}(?:[*#]\d{1,6}){0,4}#?|[+(]{0,2}\d(?:[\d() -]{1,18})\d)(?!\d|\s?%|[.,]\d|[€$£/:])"
)
_TOO_SHORT: Final = 3
_NUMBER_BEFORE: Final = 24
_AFTER_KEYWORD: Final = re.compile(
    r"[\"'»”\u2019)\]]?\s{0,2}(?:(?:sms|pub|mms)\s)?"
    r"(?:=|/|(?:2|to|and|pour|para|per|om|fur|fuer|zum|za|for|att|aby|icin|чтобы)\s+\w|(?:to|at|an|au|al|a|naar|na|til|till"
    r"|no|en|in|la|σε|στο|на|do|pe|ke|ila|->|>|:|-)?\s{0,2}[:=]?\s{0,2}[(+]?\d{3})"
)
_ALONE_BEFORE: Final = re.compile(r"(?:[.!?:;,/|(\[>»\"“-]|\bsms|\n)\s*\Z")
_ALONE_AFTER: Final = re.compile(r"\s*(?:[.?;,/|)\]»\"”]|\Z|\n)")
_NOT: Final = re.compile(
    r"(?:\bdon.?t|\bnever|\bnon|\bcan.?t|\bwon.?t|\bnot|\bne|\bniet|\bnicht|\bno|\bpit|\bbus)[\s-]*\Z"
)
_LINK_SAYS: Final = re.compile(
    r"(?:^|[/?&=._-])(?:stop|unsub|unsubscribe|optout|opt-out|afmelden|abmelden|desabo\w*|baja)\b"
)
_UNSPACED: Final = re.compile("[\u0590-\u06ff\u0900-\u0fff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def read_opt_out(seen: Unmasked, links: Sequence[Link]) -> Wording | None:
    """How a text says that it can be stopped; None when it does not.

    Args:
        seen: the text as people read it.
        links: the links in it; one that leads to `/stop` or the like says so by itself.
    """
    best: Wording | None = None
    for wording in chain(_by_words(seen, links), _by_links(links)):
        if wording.way in _WORKS_FOR_ALL:
            return wording
        if best is None or best.way == "unsaid":
            best = wording
    return best


def _by_links(links: Iterable[Link]) -> Iterator[Wording]:
    for link in links:
        if _LINK_SAYS.search(f"{link.host}{link.path}".lower()):
            yield Wording("link", link.span)


def _by_words(seen: Unmasked, links: Sequence[Link]) -> Iterator[Wording]:
    cues, text = _cues(), seen.plain
    matches = [
        (cues.kinds[index], start, end) for index, start, end in cues.automaton.find_matches_as_indexes(text, True)
    ]
    verbs = sorted(end for kind, start, end in matches if kind == "verb" and _begins_word(text, start))
    for kind, start, end in matches:
        if kind == "verb" or not _begins_word(text, start):
            continue
        asked = _is_asked_for(text, start, verbs)
        if kind == "phrase" or _is_keyword(seen, (start, end), kind, asked):
            yield Wording(_way(seen, (start, end), links, asked or kind != "phrase"), seen.span(start, end))


def _begins_word(text: str, start: int) -> bool:
    """Whether nothing but a sign stands before; scripts that write no spaces have no such beginnings."""
    before = text[start - 1 : start]
    return not before.isalnum() or _UNSPACED.match(text[start]) is not None


def _is_asked_for(text: str, start: int, verbs: Sequence[int]) -> bool:
    """Whether a verb for sending stands before, in the same sentence."""
    place = bisect_left(verbs, start + 1) - 1
    if place < 0 or start - verbs[place] > _VERB_REACH:
        return False
    return _NO_SENTENCE_END.match(text[verbs[place] : start]) is not None


def _is_keyword(seen: Unmasked, place: tuple[int, int], kind: str, asked: bool) -> bool:
    """Whether a word that people send to stop stands here as one."""
    start, end = place
    text = seen.plain
    if text[end : end + 1].isalnum() or _NOT.search(text[max(0, start - 12) : start]):
        return False
    followed = _AFTER_KEYWORD.match(text, end) is not None
    if kind == "keyword":
        alone = start * 2 > len(text) and _ALONE_BEFORE.search(text, max(0, start - 8), start) is not None
        return asked or followed or (alone and _ALONE_AFTER.match(text, end) is not None)
    # "end", "baja", "uit" are words of everyday speech: in capitals they are meant to be sent.
    written = seen.cased[start:end]
    return (asked or followed) and (written.isupper() or _UNSPACED.match(written) is not None)


def _way(seen: Unmasked, place: tuple[int, int], links: Sequence[Link], by_answer: bool) -> Way:
    start, end = place
    if _number_near(seen.plain, start, end, by_answer):
        return "number"
    first, last = seen.span(start, end)
    for link in links:
        if 0 <= link.span[0] - last <= _WAY_REACH or (not by_answer and 0 <= first - link.span[1] <= _WAY_REACH):
            return "link"
        if link.span[0] <= first < link.span[1]:
            return "link"
    return "reply" if by_answer else "unsaid"


def _number_near(text: str, start: int, end: int, by_answer: bool) -> bool:
    begin = start if by_answer else max(0, start - _NUMBER_BEFORE)
    return any(
        sum(map(str.isdigit, number[0])) >= _TOO_SHORT for number in _NUMBER.finditer(text, begin, end + _WAY_REACH)
    )


@cache
def _cues() -> _Cues:
    """Made when first needed; a keyword that is also a phrase is the phrase."""
    listed = tomllib.loads((files(__package__) / "opt_out.toml").read_text("utf-8"))
    kinds: dict[str, str] = {}
    for language in words().values():
        kinds |= {_plain(word): "ambiguous" for word in (*language.whole, *language.local) if len(word) > 1}
        kinds |= {_plain(word): "keyword" for word in language.lead}
    kinds |= dict.fromkeys(_SURE, "keyword")
    kinds |= {_plain(word): "phrase" for each in listed["phrases"].values() for word in each}
    kinds |= {_plain(word): "verb" for each in listed["replies"].values() for word in each}
    return _Cues(AhoCorasick(list(kinds)), tuple(kinds.values()))


def _plain(word: str) -> str:
    return unmask(word).plain
