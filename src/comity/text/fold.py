"""Owns when two texts count as the same; must not know why anybody asks.

Source: Unicode Standard 3.13, D146 (compatibility caseless match), with default-ignorable characters left out.
"""

from __future__ import annotations

import re
import unicodedata
from hashlib import blake2b
from typing import Final

_KEY_OCTETS: Final = 8

# Default-ignorable code points: they take no room on a screen, so texts that differ in them look the same. Bidi
# controls, joiners, soft hyphen, variation selectors, tags and Hangul fillers are all among them.
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)


def fold(text: str) -> str:
    """Returns the text as compared: compatibility forms and case folded, invisible characters gone, spaces single.

    Folding twice gives the same as folding once. Texts may fold differently under another version of Unicode, only
    where they hold characters that the older one did not know.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    seen = unicodedata.normalize("NFD", _INVISIBLE.sub("", text))
    caseless = unicodedata.normalize("NFKC", seen.casefold())
    return " ".join(unicodedata.normalize("NFKC", caseless.casefold()).split())


def same_text_key(text: str) -> int:
    """Returns a signed 64-bit key that two texts share when they are the same to a reader.

    It is stable over processes and machines, and fits PostgreSQL's bigint. By chance two of a million different texts
    share one in 1 of 37 million cases; nobody is kept from searching for a pair.
    """
    folded = fold(text).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(folded, digest_size=_KEY_OCTETS).digest(), "big", signed=True)
