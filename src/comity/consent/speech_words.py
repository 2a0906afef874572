"""Owns a reply's words: folded, in thoughts, without quotations; must not know a language or what a word means."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

WALL: Final = ""
"""Stands where a thought ends. There is one before the first word and one after the last."""
_READ_CHARACTERS: Final = 1_000
_MOST_WORDS: Final = 200
_FEWEST_QUOTED: Final = 2
_QUOTED_LINE: Final = re.compile(r"^[ \t]{0,9}[>|].*$", re.MULTILINE)
_QUOTATION: Final = re.compile(
    '["\u201c\u201e\u201d](?P<double>[^"\u201c\u201d\u201e]{1,400})["\u201c\u201d]'
    "|\u00ab(?P<angled>[^\u00ab\u00bb]{1,400})\u00bb"
)
_LETTERS: Final = str.maketrans(
    {"\u0131": "i", "\u00f8": "o", "\u0142": "l", "\u00e6": "ae", "\u2019": "'", "\u00b4": "'"}
)
_MARKS: Final = re.compile("[\u0300-\u036f]+")
_IGNORED: Final = re.compile("[\u00ad\u200b-\u200d\u2060\ufe0e\ufe0f]+")
_STRETCHED: Final = re.compile(r"([^\W\d_])\1{2,}")
"""Sooo and pleeease: three of a letter are one, as no language here writes three."""
_JOINED: Final = re.compile(r"'(?=(?:t|s|m|d|ll|re|ve|je|jes|tje|tjes|er|ing|ed)\b)|(?<=\w\w)'(?=en\b)")
"""don't, sms'jes, sms'en: one word. m'envoyer, l'app, n'en: two."""
_SIGNS: Final = re.compile("[\U0001f6d1\U0001f6ab\u26d4\U0001f515]+")
"""Signs that say stop; crossed hands and faces say other things as well."""
_TOKEN: Final = re.compile(r"[^\W_]+|[.!?;:,()\n\u2026\u3002\u00bf\u00a1/]|\s-{1,2}\s|[\u2013\u2014]")
_HYPHENED: Final = re.compile(r"(?<=\w)-(?=\w)")


def words_of(text: str) -> list[str]:
    """The words of a reply in lower case without accents; `WALL` stands between thoughts and at both ends.

    Lines that quote (`> ...`) are left out, and so are quotations of two words and more beside other words: what
    somebody said to somebody is no wish. Only the first 1,000 characters and 200 words are read.
    """
    read = text[:_READ_CHARACTERS]
    own = without_quoted_lines(read)
    words = _parted(_QUOTATION.sub(_kept, own))
    return words if any(words) else _parted(own)


def without_quoted_lines(text: str) -> str:
    """A reply without the lines in which an older message is quoted."""
    return _QUOTED_LINE.sub(" ", text) if ">" in text or "|" in text else text


def _kept(quoted: re.Match[str]) -> str:
    """One quoted word is a name or a keyword and stays."""
    inside = str(quoted["double"] or quoted["angled"])
    return f" {inside} " if len(inside.split()) < _FEWEST_QUOTED else " , "


def fold_word(text: str) -> str:
    """One spelling for small and capital letters, with and without accents."""
    plain = unicodedata.normalize("NFKD", _IGNORED.sub("", text)).casefold().translate(_LETTERS)
    return _STRETCHED.sub(r"\1", _MARKS.sub("", unicodedata.normalize("NFKD", plain)))


def _parted(text: str) -> list[str]:
    folded = _HYPHENED.sub(" ", _JOINED.sub("", fold_word(_SIGNS.sub(" stop ", text))))
    parted = [WALL]
    for token in _TOKEN.findall(folded)[:_MOST_WORDS]:
        word = token if token[0].isalnum() else WALL
        if word or parted[-1]:
            parted.append(word)
    if parted[-1]:
        parted.append(WALL)
    return parted
