"""Owns the replacement of typographic characters by GSM ones; must not know encodings' prices or parts.

One curly quote doubles the price of a message: it forces UCS-2 and 70 characters a part. The characters replaced
here are those that text editors put in unasked and that lose nothing when written plainly. Letters of a language
(ł, ş, č, œ) are never touched: they are the sender's spelling, and names suffer most.
"""
# ruff: noqa: RUF001  look-alikes are what this table is about

from __future__ import annotations

import unicodedata
from typing import Final

from comity.sms.alphabet import DEFAULT, Alphabet

_SAME_MEANING: Final = {
    "'": "‘’‚‛′‵‹›`´ʹʻʼˈ｀",
    '"': "“”„‟″‶«»〝〞",
    "-": "‐‑‒–—―−⁃﹘﹣•‣◦∙▪▫●○■□",
    "...": "…",
    "..": "‥",
    " ": "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    "\n": "\u0085\u2028\u2029\v",
    "/": "⁄∕",
    "*": "∗⁎",
    "x": "×",
    "ff": "ﬀ",
    "fi": "ﬁ",
    "fl": "ﬂ",
    "ffi": "ﬃ",
    "ffl": "ﬄ",
    "st": "ﬅﬆ",
    "!!": "‼",
    "??": "⁇",
    "(C)": "©",
    "(R)": "®",
    "TM": "™",
    "No": "№",
    # Nothing is seen of these: joiners, word joiners, marks of direction, soft hyphens, variation selectors.
    "": "\u00ad\u034f\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufe0e\ufe0f\ufeff",
}
_FULLWIDTH: Final = {chr(point): chr(point - 0xFEE0) for point in range(0xFF01, 0xFF5F)}
SUBSTITUTES: Final = _FULLWIDTH | {char: plain for plain, chars in _SAME_MEANING.items() for char in chars}
"""Each replaceable character and what stands for it."""

# Between letters of Arabic and Indic scripts these two change how the word is written.
_SHAPING: Final = ("\u200c", "\u200d")


def transliterate(text: str, alphabets: tuple[Alphabet, ...] = (DEFAULT,)) -> str:
    """Returns the text with typographic characters replaced, where that makes all of it fit one of the alphabets.

    The first alphabet that works is taken, and only characters outside it are replaced. When no alphabet works the
    text comes back as it was: it goes out in UCS-2 anyway, so touching it would cost fidelity and save nothing.
    """
    # Composing first turns e + accent into é, which the alphabet has; it is the same text by definition.
    composed = unicodedata.normalize("NFC", text)
    for alphabet in alphabets:
        replaced = _replace(composed, alphabet)
        if alphabet.units(replaced) is not None:
            return replaced
    return text


def _replace(text: str, alphabet: Alphabet) -> str:
    foreign = {char for char in text if char not in alphabet}
    kept = _SHAPING if alphabet.shapes_letters else ()
    return text.translate({ord(char): SUBSTITUTES.get(char, char) for char in foreign if char not in kept})
