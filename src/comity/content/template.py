"""Owns what stays the same over the messages of one template; must not know what is judged of it.

Numbers, codes, names in a greeting and what is particular in a link's path are masked, so that a campaign of a million
messages is judged once. What is masked keeps its shape: as many digits, a link to the same host.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from functools import cache
from importlib import resources
from typing import Final

from comity.content.cues import is_listed

_HAS_DIGIT: Final = re.compile(r"\d").search
# A host without scheme or path ("paypa1.com"): its digits are a part of where it leads.
_HOST: Final = re.compile(r"[^\W_][\w-]{0,62}\.[A-Za-z]{2}").search
# One or two digits beside a letter may stand for letters ("p4ypal", "h0us3"): those are read as words, and stay.
_DIGITS: Final = re.compile(r"(?<![^\W_])\d+(?![^\W_])|\d{3,}")
# The path is of signs that links have; anything else beside a slash is text that people read.
_LINK: Final = re.compile(r"(\S{0,200}?[^\s/.:]{1,63}[.:][^\s/]{2,63})/([!-~]{1,400})")
_SPACES: Final = re.compile(r"(\s)")
# What a link's path has that no other message's need have: digits, or capitals within a word.
_PARTICULAR: Final = re.compile(r"[\w-]{0,200}\d[\w-]{0,200}|[\w-]{0,40}[a-z][A-Z][\w-]{0,200}", re.ASCII)
_LONG_NUMBER: Final = 9
_KEPT_OF_LONG: Final = 3
_SIGNS: Final = ",.!:;-"
_NAME: Final = "Robin"
_MOST_NAMES: Final = 2
_KEY_BYTES: Final = 8


def template_of(text: str) -> str:
    """Return the text with what differs from message to message masked. Linear in its length; never fails."""
    words = _SPACES.split(text)
    changed = False
    for place, word in enumerate(words):
        if word.isalpha() or word == " ":
            continue  # most of a text: nothing in it is masked
        if "/" in word and (link := _LINK.fullmatch(word)):
            words[place] = f"{link[1]}/{_PARTICULAR.sub('x', link[2])}"
            changed = True
        elif _HAS_DIGIT(word) and "://" not in word and not ("." in word and _HOST(word)):
            words[place] = _DIGITS.sub(_zeros, word)
            changed = True
    if words[0].lower() in _words()["greetings"]:
        words[2 : 2 + 2 * _MOST_NAMES : 2] = _unnamed(words[2 : 2 + 2 * _MOST_NAMES : 2])
        changed = True
    return "".join(words) if changed else text


def template_key(template: str) -> int:
    """Return a template's key, a signed 64-bit integer."""
    digest = hashlib.blake2b(template.encode("utf-8", "surrogatepass"), digest_size=_KEY_BYTES).digest()
    return int.from_bytes(digest, "big", signed=True)


@cache
def _words() -> dict[str, frozenset[str]]:
    source = resources.files("comity.content").joinpath("data", "template.toml").read_text(encoding="utf-8")
    return {name: frozenset(words.split()) for name, words in tomllib.loads(source).items()}


def _unnamed(words: list[str]) -> list[str]:
    """The words after a greeting, with a name in place of whoever is named.

    What somebody is stays, and so does a name before it ("Dear Acme customer"), and every word that a judge reads.
    """
    kept: list[str] = []
    if any(word.rstrip(_SIGNS).lower() in _words()["no_names"] or is_listed(word) for word in words):
        return words
    for word in words:
        bare = word.rstrip(_SIGNS)
        if not (bare.isalpha() and bare[0].isupper() and not bare.isupper()) or bare.lower() in _words()["no_names"]:
            return kept + words[len(kept) :]
        kept.append(_NAME + word[len(bare) :])
        if bare != word:
            break
    return kept + words[len(kept) :]


def _zeros(digits: re.Match[str]) -> str:
    run = digits[0]
    if len(run) < _LONG_NUMBER:
        return "0" * len(run)
    return run[:_KEPT_OF_LONG] + "0" * (len(run) - _KEPT_OF_LONG)
