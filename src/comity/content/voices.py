"""Owns in whose name and in which language texts speak, as far as many of them together show it (U12).

It must not judge a message by it: one text tells little, and a name that opens it may be a heading. What is found is
compared over all that an account sent, and by people.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Final

from comity.content.hate.grammar import LANGUAGES, grammar_of
from comity.senders.names import name_key
from comity.senders.speaking import leads_in

_OPENING: Final = re.compile(r"\s{0,3}[\[(]?([^\W\d_][\w&'\u2019. ]{1,28})(?:[\])]\s|\s?[:|]|\s[-\u2013\u2014]\s)")
_WORD: Final = re.compile(r"[^\W\d_]+")
_SHORTEST: Final = 3
_MOST_WORDS: Final = 4
_READ: Final = 400
_LEAST_COMMON: Final = 3
_LATIN: Final = "LATIN"


def speaker_of(text: str) -> str:
    """The key (`comity.senders.names`) of the name that a text opens with and sets off; "" where there is none.

    "Acme Shop: ...", "[Acme] ...", "Acme - ...". Greetings, "urgent" and their like, and words that are not written as
    names, are none.
    """
    found = _OPENING.match(text)
    if found is None:
        return ""
    words = found[1].split()
    if len(words) > _MOST_WORDS or any(map(str.isdigit, found[1])) or not all(word[0].isupper() for word in words):
        return ""
    if any(leads_in(word.lower()) for word in words):
        return ""
    key = name_key(found[1])
    return key if len(key) >= _SHORTEST else ""


def language_of(text: str) -> str:
    """The language of a text, of seven by their common words; of others its script; "" where it does not show.

    Other languages in Latin letters are not told apart, and are none.
    """
    words = _WORD.findall(text[:_READ].lower())
    scripts = Counter(unicodedata.name(word[0], "").partition(" ")[0] for word in words)
    script = scripts.most_common(1)[0][0] if scripts else ""
    if script != _LATIN:
        return script.lower()
    known = set(words)
    counts = {language: len(grammar_of(language).common & known) for language in LANGUAGES}
    most = max(counts.values())
    likely = [language for language, count in counts.items() if count == most]
    return likely[0] if most >= _LEAST_COMMON and len(likely) == 1 else ""
