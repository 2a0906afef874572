"""Owns telling a name that somebody made up by chance from one that people can say; must not know links."""

from __future__ import annotations

import re
from typing import Final

_LEAST: Final = 5
_LONGEST_RUN: Final = 4
_MANY_TURNS: Final = 3
# Consonants that are said as one, in the languages of most names, so that "rechtschreibung" can be said.
_AS_ONE: Final = re.compile(
    r"tsch|sch|cht|ght|nst|rst|rts|ch|ck|th|ph|sh|st|sp|sk|tr|pr|br|cr|dr|fr|gr|kr|ng|nk|nd|nt|ns|ts|tz|rz|cz|sz|ll|ss|tt|mm|nn|pp|rr"
)
_CONSONANTS: Final = re.compile(r"[bcdfghjklmnpqrstvwxz]+")
_TURN: Final = re.compile(r"[a-z]\d|\d[a-z]")
_RARE: Final = re.compile(
    r"q[^uai]|[jvwx][qxzjk]|[zk]x|j[bcdfghlmpqrtvwxz]|[bcdfgmpt]q|vb|vf|vg|vh|vm|vp|vw|wq|wv|xg|xj|xk|fq|hx|gx|zf|zg|zj|zv|kz[^a-z]|mq|mx|px|bx|cx|dx"
)


def is_unspeakable(label: str) -> bool:
    """Whether a label of a host looks made by chance: runs of consonants, rare pairs, digits among letters.

    Labels of up to four signs are as often somebody's initials, and say nothing.
    """
    if len(label) < _LEAST or not label.isascii():
        return False
    if len(_TURN.findall(label)) >= _MANY_TURNS:
        return True
    letters = label.replace("-", " ")
    for word in letters.split():
        if len(word) < _LEAST or not word.isalpha():
            continue
        as_said = _AS_ONE.sub("t", word)
        if any(len(run) >= _LONGEST_RUN for run in _CONSONANTS.findall(as_said)) or len(_RARE.findall(word)) > 1:
            return True
    return False
