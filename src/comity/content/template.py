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

_HAS_DIGIT: Final = re.compile(r"\d").search
# A host without scheme or path ("paypa1.com"): its digits are a part of where it leads.
_HOST: Final = re.compile(r"[^\W_][\w-]{0,62}\.[A-Za-z]{2}").search
# A run of digits with letters on both sides may be a disguised word ("p4ypal"), and stays up to two digits.
_DIGITS: Final = re.compile(r"(?<![^\W_])\d+|\d+(?![^\W_])|\d{3,}")
_LINK: Final = re.compile(r"(.{0,200}?[^\s/.:]{1,63}[.:][^\s/]{2,63})/(.{1,400})", re.DOTALL)
# What a link's path has that no other message's need have: digits, or capitals within a word.
_PARTICULAR: Final = re.compile(r"[\w-]{0,200}\d[\w-]{0,200}|[\w-]{0,40}[a-z][A-Z][\w-]{0,200}")
_LONG_NUMBER: Final = 9
_KEPT_OF_LONG: Final = 3
_SIGNS: Final = ",.!:;-"
_NAME: Final = "Robin"
_MOST_NAMES: Final = 2
_KEY_BYTES: Final = 8


def template_of(text: str) -> str:
    """Return the text with what differs from message to message masked. Linear in its length; never fails."""
    tokens = text.split(" ")
    changed = False
    for place, token in enumerate(tokens):
        if token.isalpha():
            continue  # most words: nothing in them is masked
        if "/" in token and (link := _LINK.fullmatch(token)):
            tokens[place] = f"{link[1]}/{_PARTICULAR.sub('x', link[2])}"
            changed = True
        elif _HAS_DIGIT(token) and "://" not in token and not ("." in token and _HOST(token)):
            tokens[place] = _DIGITS.sub(_zeros, token)
            changed = True
    if tokens[0].lower() in _words()["greetings"] and len(tokens) > 1:
        tokens[1:] = _unnamed(tokens[1 : _MOST_NAMES + 1]) + tokens[_MOST_NAMES + 1 :]
        changed = True
    return " ".join(tokens) if changed else text


def template_key(template: str) -> int:
    """Return a template's key, a signed 64-bit integer."""
    digest = hashlib.blake2b(template.encode("utf-8", "surrogatepass"), digest_size=_KEY_BYTES).digest()
    return int.from_bytes(digest, "big", signed=True)


@cache
def _words() -> dict[str, frozenset[str]]:
    source = resources.files("comity.content").joinpath("data", "template.toml").read_text(encoding="utf-8")
    return {name: frozenset(words.split()) for name, words in tomllib.loads(source).items()}


def _unnamed(words: list[str]) -> list[str]:
    """The words after a greeting, with a name in place of whoever is named."""
    kept: list[str] = []
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
