"""Owns which words of a sentence name people as a group; must not know what is said of them.

"Black people" and "the blind" do; "black shoes", "women's shoes" and "the woman next door" do not, and those who are
wronged in the very sentence ("violence against women", "whoever hates gays") are not who it attacks.
"""

from __future__ import annotations

import re
from typing import Final

from comity.content.hate.grammar import UNKNOWN
from comity.content.hate.words import Sentences

_NOUN_FIRST: Final = frozenset({"fr", "es", "it", "pt"})
_FILLING: Final = "JjFaA"
_AFTER_NOUN: Final = frozenset("PRGSg")
_NAMED_ALONE: Final = frozenset('Q|,"&n')
_NO_MORE: Final = re.compile(r"[.oP]")
_WRONGED: Final = re.compile(r"(?P<hated>[GS])x|x(?:[Qdap&IFA.]{0,4}(?P<who>[GST])(?:[&,](?P<more>[GS]))?)")
_WRONGED_BY: Final = re.compile(
    r"(?:[cTPN]|(?<![^|,\"])\.)[anoF]{0,3}(?:[HhKUVE][QdapF]{0,3}(?P<who>[GS])|\.[QdapF]{0,3}(?P<whom>[GS])(?![BM]))"
    r"|c[ano]{0,2}\.[QdapF]{0,3}(?P<those>[GS])"
)
_POINTING: Final = frozenset(
    {"die", "diese", "les", "los", "las", "li", "le", "os", "as", "deze", "dat", "ze", "ce", "c", "das", "het", "ces"}
    | {"tous les", "toutes les", "todos los", "todas las"}
)
_DOING: Final = frozenset("BMmHKDWEkL")
_WHO_WRONG: Final = re.compile(
    r"(?:c[QdaF]{0,2}(?P<who>[GS])[aoQ]{0,2}[HhK]|[PR],?[QT][QdaF]{0,2}(?P<whom>[GS])[aoQ]{0,2}[HhKk])"
)
# "They are vermin, those ...": the group comes last.
_NAMED_LAST: Final = re.compile(r"^[^|\"]{1,12},[QdaF]{0,3}[GS](?:[|\"]|$)")
# "Expelling them is cruel": what is done to them is the subject, and they are not.
_DONE_TO: Final = re.compile(r"(?:^|[|,\"])(?:K[QdapF]{0,4}(?P<who>[GS])|[QdaF]{0,2}(?P<whom>[GS])[ao]{0,2}K)(?=B)")
_FEW_DIGITS: Final = 2
_PAUSES: Final = frozenset('|,b&"ci+')
_OWNED: Final = "'s"
# What makes a slur of a word that has another meaning too.
_SPITTING: Final = re.compile(r"(?:Y[BQdaF]{0,4}|[JFNj][QdaJFj]{0,2})$")
_NEUTER: Final = frozenset({"das", "het", "dat", "ce", "c"})
_SINGULAR: Final = frozenset({"ist", "is", "est", "es", "war", "was"})


def with_people(sentences: Sentences) -> str:
    """The kinds of words with those that name a group as "G", those that do not as "u", and pronouns for one as "G".

    As long as the string it was made of.
    """
    kinds = list(sentences.kinds)
    for at in range(len(kinds) - 1, -1, -1):
        if kinds[at] in "AgsG":
            kinds[at] = _named(sentences, kinds, at)
    read = "".join(kinds)
    if "Z" in read:  # "whoever beats them deserves a medal"
        _resolve_pronouns(sentences, kinds)
        return "".join(kinds)
    for match in (
        *_WRONGED.finditer(read),
        *_WRONGED_BY.finditer(read),
        *_WHO_WRONG.finditer(read),
        *_DONE_TO.finditer(read),
    ):
        for name in match.groupdict():
            if match.start(name) >= 0:
                kinds[match.start(name)] = "u"
    _resolve_pronouns(sentences, kinds)
    return "".join(kinds)


def _named(sentences: Sentences, kinds: list[str], at: int) -> str:
    """What a word for people comes to where it stands."""
    noun_first = sentences.grammar.language in _NOUN_FIRST
    if kinds[at] == "A":
        return _adjective(sentences, kinds, at)
    if kinds[at] == "g":
        of_people = noun_first and at > 0 and kinds[at - 1] in "PR"
        return "G" if of_people or _one_for_all(kinds, at, noun_first) else "u"
    if kinds[at] == "s":
        return "S" if _SPITTING.search("".join(kinds[max(0, at - 5) : at])) else "G"
    if noun_first and at > 1 and kinds[at - 1] == UNKNOWN and kinds[at - 2] in "Qd":
        return UNKNOWN  # "los zapatos negros"
    return "u" if _is_owner(sentences, kinds, at) else "G"


def _adjective(sentences: Sentences, kinds: list[str], at: int) -> str:
    noun_first = sentences.grammar.language in _NOUN_FIRST
    after = kinds[at + 1] if at + 1 < len(kinds) else "|"
    if after in "GSgA":
        return "J" if after == "S" else "Q"
    if after in "PR":
        kinds[at + 1] = "Q"
        return "G"
    before = next((kind for kind in reversed(kinds[max(0, at - 3) : at]) if kind not in _FILLING), "|")
    if noun_first and at and kinds[at - 1] in _AFTER_NOUN:
        if kinds[at - 1] == "g":
            return "Q"
        return "G" if kinds[at - 1] in "PR" else "Q"
    alone = before in _NAMED_ALONE or (before == "d" and not noun_first)
    if alone and before == "d" and after == UNKNOWN and sentences.texts[at + 1].endswith("s"):
        return "G"  # "every Muslim gets", where "s" shows a verb
    return "G" if alone and not _NO_MORE.match(after) else "."


def _one_for_all(kinds: list[str], at: int, noun_first: bool) -> bool:
    """Whether a singular speaks of all: "a woman", "no woman"; not "the woman"."""
    before = next((kind for kind in reversed(kinds[max(0, at - 4) : at]) if kind not in _FILLING), "|")
    return before in {"d", "n"} or (before == "w" and noun_first)


def _is_owner(sentences: Sentences, kinds: list[str], at: int) -> bool:
    return at + 1 < len(kinds) and sentences.texts[at + 1] == _OWNED and kinds[at + 2 : at + 3] not in (["J"], ["N"])


def _resolve_pronouns(sentences: Sentences, kinds: list[str]) -> None:
    """Write "G" where a pronoun takes up a group named before, in an earlier clause."""
    named = paused = False
    for at, kind in enumerate(kinds):
        if kind in "GS":
            named, paused = not _are_few(sentences, at), False
        elif kind in _PAUSES:
            paused = named
        elif kind == "O":
            named = False
        elif paused and (kind == "T" or _points(sentences, kinds, at)):
            kinds[at] = "T"
        elif kind == "T" and not _NAMED_LAST.search("".join(kinds[at:])):
            kinds[at] = "t"


def _are_few(sentences: Sentences, at: int) -> bool:
    """Whether women or men are counted ("4 girls"): those are persons, and "they" is no more than they."""
    before, ground = sentences.texts[at - 1] if at else "", sentences.grammar.ground.get(sentences.texts[at], "")
    return ground == "sex" and before.isdigit() and len(before) <= _FEW_DIGITS


def _points(sentences: Sentences, kinds: list[str], at: int) -> bool:
    if sentences.texts[at] not in _POINTING or at + 1 >= len(kinds) or kinds[at + 1] not in _DOING:
        return False
    return sentences.texts[at + 1] not in _SINGULAR and (sentences.texts[at] not in _NEUTER or kinds[at + 1] == "B")
