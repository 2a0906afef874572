"""Owns disguising texts as senders do who know that somebody reads along; must not know any rule.

Each disguise takes a text and the stretches that give it away, and returns the text with them disguised. The same
text is always disguised in the same way.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import quote

Spans = Sequence[tuple[int, int]]
Disguise = Callable[[str, Spans], str]

_HOMOGLYPHS: Final = dict(zip("aceiopxysABCEHIKMOPTX", "асеіорхуѕАВСЕНІКМОРТХ", strict=True))  # noqa: RUF001  that is the point
_LEET: Final = {"a": "4", "e": "3", "i": "1", "o": "0", "s": "5", "t": "7"}
_ZERO_WIDTH: Final = ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad")
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_ASCII_WORD: Final = re.compile(r"[A-Za-z]{3,}")
_GAP: Final = re.compile("\0 \0")
_ADDRESS: Final = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}(?:/[^\s]*)?", re.IGNORECASE)


def _chance(text: str) -> random.Random:
    return random.Random(text)


def _words_in(text: str, spans: Spans, pattern: re.Pattern[str] = _WORD) -> list[re.Match[str]]:
    """Words that touch a stretch, but none of an address: those are disguised in ways of their own."""
    addresses = [m.span() for m in _ADDRESS.finditer(text)]
    return [
        word
        for word in pattern.finditer(text)
        if any(word.start() < end and start < word.end() for start, end in spans)
        and not any(word.start() < end and start < word.end() for start, end in addresses)
    ]


def _replaced(text: str, words: list[re.Match[str]], change: Callable[[str], str]) -> str:
    for word in reversed(words):
        text = text[: word.start()] + change(word[0]) + text[word.end() :]
    return text


def homoglyphs(text: str, spans: Spans) -> str:
    """Latin letters become Cyrillic ones that look the same, about half of those there are in each word."""
    chance = _chance(text)

    def change(word: str) -> str:
        places = [n for n, sign in enumerate(word) if sign in _HOMOGLYPHS]
        chosen = set(chance.sample(places, (len(places) + 1) // 2))
        return "".join(_HOMOGLYPHS[sign] if n in chosen else sign for n, sign in enumerate(word))

    return _replaced(text, _words_in(text, spans, _ASCII_WORD), change)


def mixed_scripts(text: str, spans: Spans) -> str:
    """One letter of each word comes from another script."""
    chance = _chance(text)

    def change(word: str) -> str:
        places = [n for n, sign in enumerate(word) if sign in _HOMOGLYPHS]
        if not places:
            return word
        place = chance.choice(places)
        return word[:place] + _HOMOGLYPHS[word[place]] + word[place + 1 :]

    return _replaced(text, _words_in(text, spans, _ASCII_WORD), change)


def leetspeak(text: str, spans: Spans) -> str:
    """Letters become digits that look alike: one or two in each word."""
    chance = _chance(text)

    def change(word: str) -> str:
        places = [n for n, sign in enumerate(word) if sign.lower() in _LEET]
        chosen = set(chance.sample(places, min(2, len(places))))
        return "".join(_LEET[sign.lower()] if n in chosen else sign for n, sign in enumerate(word))

    return _replaced(text, _words_in(text, spans, _ASCII_WORD), change)


def zero_width(text: str, spans: Spans) -> str:
    """Signs without width stand inside every word."""
    chance = _chance(text)

    def change(word: str) -> str:
        place = chance.randrange(1, len(word))
        return word[:place] + chance.choice(_ZERO_WIDTH) + word[place:]

    return _replaced(text, _words_in(text, spans), change)


def spacing(text: str, spans: Spans) -> str:
    """The words that give it away are spaced out, with a gap between two of them: without one nobody could read it."""
    spaced = _replaced(text, _words_in(text, spans), lambda word: f"\0{' '.join(word)}\0")
    return _GAP.sub("  ", spaced).replace("\0", "")


def mathematical(text: str, spans: Spans) -> str:
    """Letters of the mathematical sans-serif bold alphabet."""

    def change(word: str) -> str:
        return "".join(
            chr(0x1D5EE + ord(s) - 97) if "a" <= s <= "z" else chr(0x1D5D4 + ord(s) - 65) if "A" <= s <= "Z" else s
            for s in word
        )

    return _replaced(text, _words_in(text, spans, _ASCII_WORD), change)


def full_width(text: str, spans: Spans) -> str:
    """Letters as wide as East Asian ones."""
    return _replaced(
        text, _words_in(text, spans, _ASCII_WORD), lambda word: "".join(chr(ord(sign) + 0xFEE0) for sign in word)
    )


def marks(text: str, spans: Spans) -> str:
    """Combining marks over the letters."""
    return _replaced(text, _words_in(text, spans, _ASCII_WORD), lambda word: "".join(f"{sign}\u0336" for sign in word))


def encoded_links(text: str, _spans: Spans) -> str:
    """Addresses are percent-encoded, or written so that they are no links to a machine."""
    chance = _chance(text)

    def change(found: re.Match[str]) -> str:
        address = found[0]
        scheme, host, path = _parted(address)
        ways = (
            f"{scheme or 'http://'}{_percent(host)}{path}",
            f"{scheme}{host.replace('.', '[.]')}{path}",
            f"hxxp://{host}{path}",
            f"{scheme}{host.replace('.', ' . ', 1)}{path}",
        )
        return chance.choice(ways)

    return _ADDRESS.sub(change, text)


def _parted(address: str) -> tuple[str, str, str]:
    scheme, mark, rest = address.rpartition("://")
    host, slash, path = rest.partition("/")
    return scheme + mark, host, slash + path


def _percent(host: str) -> str:
    middle = len(host) // 2
    return "".join(f"%{ord(sign):02X}" if n in {0, middle} and sign.isalnum() else quote(sign, safe=".")
                   for n, sign in enumerate(host))  # fmt: skip


WORDS: Final[dict[str, Disguise]] = {
    "homoglyphs": homoglyphs,
    "mixed scripts": mixed_scripts,
    "leetspeak": leetspeak,
    "zero-width": zero_width,
    "spacing": spacing,
    "mathematical": mathematical,
    "full-width": full_width,
    "marks": marks,
}
"""Disguises of words."""

LINKS: Final[dict[str, Disguise]] = {"encoded links": encoded_links}
"""Disguises of addresses."""
