"""Owns how sender names and brand names are compared: what two spellings have in common to a reader's eye.

It must not know which names are protected or who may use one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from comity.senders.read import MAX_NAME
from comity.text.unmask import unmask

_NOT_IN_A_KEY: Final = re.compile(r"[^a-z0-9]+")
_SIGNS: Final = str.maketrans({"@": "a", "$": "s"})
# What is drawn alike in a message list: UTS #39 puts i, l, 1 and I in one class, and 0 with o; the other digits are
# those that disguises use.
_ALIKE: Final = str.maketrans("i", "l")
_DIGITS: Final = str.maketrans("0123456789", "olzeasgtbg")
_PAIRS: Final = (("rn", "m"), ("vv", "w"))
_TOKEN: Final = re.compile(r"[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z0-9]+|[0-9]+")


@lru_cache(maxsize=16384)
def name_key(written: str) -> str:
    """The letters and digits of a name, small and without accents: `Itaú` and `ITAU` have one key.

    Look-alike letters of other scripts and invisible characters are undone (`comity.text.unmask`), so that a Cyrillic
    spelling has the key of the Latin one. "" where nothing of the Latin alphabet is left.
    """
    plain = written.lower() if written.isascii() else unmask(written).plain
    return _NOT_IN_A_KEY.sub("", plain.translate(_SIGNS))


def alike_key(key: str) -> str:
    """A key in which letters that are drawn alike are one: `lng` and `ing`, `rnicrosoft` and `microsoft`."""
    seen = key.translate(_ALIKE)
    for pair, letter in _PAIRS:
        seen = seen.replace(pair, letter)
    return seen


def leet_key(key: str) -> str:
    """`alike_key` in which digits stand for the letters they look like too: `g00gle`, `paypa1`."""
    return alike_key(key.translate(_DIGITS))


def is_disguised(written: str) -> bool:
    """Whether a name is written with anything that does not show as it is: other scripts, invisible characters."""
    return not written.isascii() and bool(unmask(written).disguises)


@lru_cache(maxsize=8192)
def tokens_of(written: str) -> tuple[str, ...]:
    """The words of a sender name as keys: parted by signs, spaces and changes of case.

    `DHL-Info`, `DHLInfo` and `dhl info` give `dhl`, `info`; digits stay with the letters they follow.
    """
    plain = written if written.isascii() else unmask(written).cased
    return tuple(key for token in _TOKEN.findall(plain.translate(_SIGNS)) if (key := name_key(token)))


def cut_off(name: str) -> frozenset[str]:
    """The keys of a name cut at the eleven characters a sender may have, with and without its spaces.

    Only where the cut falls inside a word: "Department" is no trace of the "Department for Work and Pensions".
    """
    joined, cut = name_key(name), set()
    if len(name) > MAX_NAME and name[MAX_NAME - 1 : MAX_NAME + 1].isalnum():
        cut.add(name_key(name[:MAX_NAME]))
    if len(joined) > MAX_NAME and joined[:MAX_NAME] not in _word_ends(name):
        cut.add(joined[:MAX_NAME])
    return frozenset(cut)


def _word_ends(name: str) -> frozenset[str]:
    words = name.split()
    return frozenset(name_key("".join(words[:count])) for count in range(1, len(words)))
