"""Owns the text that asks a person to confirm an opt-in, and reading their yes or no; must not know who asks.

A yes opens a person's telephone to advertising, so only a whole reply that says so in a language of their country, or
in English, is one; whatever else they write is none.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

from comity.consent.life import RequestEvent
from comity.countries import country as country_record

_LONGEST_PURPOSES: Final = 60
_LONGEST_BRAND: Final = 40
_LONGEST_REPLY: Final = 40
_DEFAULT_LANGUAGE: Final = "en"
_IGNORED: Final = " \t\r\n.!,'\"\u2019\u3002\uff01\u00a1\U0001f44d\U0001f64f\u2705\ufe0f"


class _Words(msgspec.Struct, frozen=True):
    texts: dict[str, str]
    yes: dict[str, str]
    no: dict[str, str]


def question(brand: str, purposes: Sequence[str], country: str | None) -> str:
    """The text that asks, in the first language of the country that there is one in, else in English."""
    texts = _words().texts
    text = next(texts[language] for language in _languages(country) if language in texts)
    return text.format(brand=brand[:_LONGEST_BRAND], purposes=", ".join(purposes)[:_LONGEST_PURPOSES])


def read_answer(text: str, country: str | None) -> RequestEvent | None:
    """Whether a whole reply says yes or no; None when it says neither."""
    said = _plain(text[:_LONGEST_REPLY])
    if not said or len(text) > _LONGEST_REPLY:
        return None
    known = _words()
    for words, event in ((known.yes, RequestEvent.YES), (known.no, RequestEvent.NO)):
        if any(said in map(_plain, words.get(language, "").split()) for language in _languages(country)):
            return event
    return None


@cache
def _words() -> _Words:
    written = files("comity.consent").joinpath("data/answers.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(written), _Words)


def _languages(country: str | None) -> tuple[str, ...]:
    record = country_record(country) if country else None
    spoken = record.languages if record else ()
    return (*(language.partition("-")[0] for language in spoken), _DEFAULT_LANGUAGE)


def _plain(text: str) -> str:
    """Small letters without accents, blanks and stops around."""
    folded = unicodedata.normalize("NFKD", text.strip(_IGNORED).casefold().replace("\u0131", "i"))
    return "".join(letter for letter in folded if not ("\u0300" <= letter <= "\u036f")).strip(_IGNORED)
