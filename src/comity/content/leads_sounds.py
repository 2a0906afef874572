"""Owns telling a name that was made by chance from one that people can say; must not know links."""

from __future__ import annotations

import re
from typing import Final

_LEAST: Final = 5
_FEWEST_RARE: Final = 2
_RARE_SHARE: Final = 0.3
_RUN: Final = 4
_LONG_RUN: Final = 5
_LONG_WITHOUT_VOWELS: Final = 6
_MANY_TURNS: Final = 3
_VOWELS: Final = re.compile("[aeiouy]")
# Consonants that are said as one, in the languages of most names, so that "rechtschreibung" can be said.
_AS_ONE: Final = re.compile(
    "tsch|sch|cht|ght|nst|rst|rts|rkt|ch|ck|th|ph|sh|st|sp|sk|ks|kt|ct|pt|pl|bl|cl|fl|gl|kl"
    "|tr|pr|br|cr|dr|fr|gr|kr|ng|nk|nd|nt|ns|ts|tz|rz|cz|sz|ll|ss|tt|mm|nn|pp|rr"
)
_CONSONANTS: Final = re.compile("[bcdfghjklmnpqrstvwxz]{4,63}")
_WITHIN: Final = re.compile("(?<=[aeiouy])[bcdfghjklmnpqrstvwxz]{4,63}(?=[aeiouy])")
_WORD: Final = re.compile("[a-z]{5,63}")
_TURN: Final = re.compile(r"(?=[a-z]\d|\d[a-z])")
# Pairs of letters that are fewer than 1 in 12,000 of those in the words of fifteen languages.
_RARE_PAIR: Final = re.compile(
    "(?=b[dfjkmpqvwxz]|c[bdfgmpqvwx]|d[fqx]|f[bcdhjkmpqvwxz]|g[cfjmpqvwxz]|h[cdfghjpqvxz]|i[w]|j[bcghjlpqrvwxyz]"
    "|k[bdfgjqwxz]|l[jqwx]|m[fghjqvwxz]|n[x]|p[bjkmqvwxz]|q[abcdefghijklmnopqrstvwxyz]|r[jqx]|s[x]|t[qx]|u[q]"
    "|v[cdfghjkmpqtvwxz]|w[bdfgjlmpqtvwxz]|x[bdfghjklmnoqrsvwxyz]|y[hqvxy]|z[fghjqsvx])"
)


def is_unspeakable(label: str) -> bool:
    """Whether a host's label, in small letters, looks made by chance: rare pairs, runs of consonants, many digits.

    Labels of up to four signs are as often somebody's initials, and say nothing.
    """
    if len(label) < _LEAST or not label.isascii():
        return False
    if not label.isalpha() and len(_TURN.findall(label)) >= _MANY_TURNS:
        return True
    return any(_cannot_be_said(word) for word in _WORD.findall(label))


def _cannot_be_said(word: str) -> bool:
    if word == word[0] * len(word):
        return False  # somebody blacked it out: "xxxxxxxx"
    rare = len(_RARE_PAIR.findall(word))
    if rare >= _FEWEST_RARE and rare >= _RARE_SHARE * (len(word) - 1):
        return True
    if not _CONSONANTS.search(word):
        return False
    if len(word) >= _LONG_WITHOUT_VOWELS and not _VOWELS.search(word):
        return True
    # Initials open or end many a name: "bbcgoodfood".
    runs = [run[0] for run in _WITHIN.finditer(_AS_ONE.sub("t", word))]
    longest = max(map(len, runs), default=0)
    return longest >= _LONG_RUN or (longest >= _RUN and rare > 0)
