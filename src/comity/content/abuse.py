"""Owns finding what a text does to its reader with words, act by act; must not know what an act weighs for a rule.

An act is a sentence of `data/abuse_<language>.toml`. Sentences are only looked for where a word of `data/abuse.toml`
is met, in the languages whose word it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

import msgspec

from comity.content.abuse_sentences import LANGUAGES, Sentences, sentences_of
from comity.content.abuse_setting import Setting, laughs, setting_of
from comity.content.analysis import Analysis
from comity.content.clauses import CLAUSE_ENDS
from comity.content.cues import tables
from comity.content.scores import Sign

_DOORS: Final = {
    category: {f"{door}_{language}": language for language in LANGUAGES}
    for category, door in (("harassment", "abuse"), ("threat", "menace"))
}
"""By category, which list of words opens which language."""
_SIGNS: Final = re.compile(r"[^\w'\",|*]")
_QUOTES: Final = re.compile(r"[«»“”„]|(?<!\w)'|'(?!\w)")
# A word with a digit inside it, as senders write who fear to be read: "w1ll", "h0us3". Ordinals and amounts stay.
_MIXED: Final = re.compile(r"(?<!\w)[a-z]{1,12}[013457][a-z013457]{0,12}(?!\w)")
_LETTERS: Final = str.maketrans("013457", "oieast")


class Act(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something people do to each other with words.

    Attributes:
        category: "harassment" or "threat".
        title: what is done, in words.
        weight: log-odds it adds, once.
        kind: the sort of threat; "" where there is but one.
        laughed: what laughter around it takes off.
        staged: what a game, a film or a drill in the same clause takes off.
        half: whether it is nothing without another act.
        bare: whether it is nothing without another act that is not bare.
    """

    category: str
    title: str
    weight: float
    kind: str = ""
    laughed: float = 0.0
    staged: float = 0.0
    half: bool = False
    bare: bool = False


class Done(msgspec.Struct, frozen=True):
    """An act found.

    Attributes:
        start: where, in offsets of the text searched.
        end: where it ends.
        name: of the act.
        act: what it is.
        setting: what is around it.
    """

    start: int
    end: int
    name: str
    act: Act
    setting: Setting


@cache
def acts() -> dict[str, Act]:
    """Every act, by name."""
    return {name: msgspec.convert(table, Act) for name, table in tables("abuse")["acts"].items()}


def is_touched(analysis: Analysis, category: str) -> bool:
    """Whether a text has any word for which it is worth looking at."""
    return not _DOORS[category].keys().isdisjoint(analysis.places)


def done_in(analysis: Analysis, category: str) -> tuple[Done, ...]:
    """Return each act of a category that a text does, where it is first done without excuse, or with."""
    line = line_of(analysis)
    found: dict[str, Done] = {}
    for door, language in _DOORS[category].items():
        if door in analysis.places:
            for done in _done(line, sentences_of(language), category):
                known = found.get(done.name)
                if known is None or (known.setting.excuse and not done.setting.excuse):
                    found[done.name] = done
    return tuple(sorted(found.values(), key=lambda one: (one.start, one.end)))


def laughs_in(analysis: Analysis, category: str) -> bool:
    """Whether the text laughs or is affectionate, in any language in which it is looked at."""
    line = line_of(analysis)
    read = (sentences_of(language) for door, language in _DOORS[category].items() if door in analysis.places)
    return any(laughs(analysis.text, line, sentences) for sentences in read)


def sign_of(analysis: Analysis, done: Done) -> Sign:
    """The act as a place that people can see."""
    return analysis.sign(done.start, done.end, done.act.title)


def line_of(analysis: Analysis) -> str:
    """The text searched, as long as it was, with "|" where a clause ends and a space for signs that mean nothing."""
    searched = analysis.searched
    read = _MIXED.sub(lambda word: word[0].translate(_LETTERS), searched.text)
    line = list(_SIGNS.sub(" ", _QUOTES.sub('"', read)))
    for end in searched.clause_ends(CLAUSE_ENDS):
        if 0 < end <= len(line):
            line[end - 1] = "|"
    return "".join(line)


def _done(line: str, sentences: Sentences, category: str) -> Iterator[Done]:
    """Yield an act once for its first excused and its first meant sentence."""
    for index in sorted(sentences.needs[category].possible(line)):
        name, sentence = sentences.acts[category][index]
        match: re.Match[str] | None = None
        for match in sentence.compiled.finditer(line):
            if not setting_of(line, match, sentences).excuse:
                break
        if match is not None:
            yield Done(*match.span(), name, acts()[name], setting_of(line, match, sentences))
