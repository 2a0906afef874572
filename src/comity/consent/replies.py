"""Owns recognising keyword replies: stop, start, help; must not know who replied, nor understand free speech.

A missed opt-out breaks the law and a wrong one silences somebody, so words that
mean nothing else count in any spelling and with words after them, and the rest
only as the whole message. Sources: 47 CFR 64.1200(a)(10) on revocation words,
the CTIA Messaging Principles on variants, and `comity.countries.words`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from comity.countries import country as country_record
from comity.countries.words import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Intent = Literal["stop", "start", "help", "none"]
Scope = Literal["sender", "all"]


class Reply(msgspec.Struct, frozen=True):
    """What a reply asks for.

    Attributes:
        intent: `none` when no keyword was found; an answer to a pending opt-in (YES) is none here.
        scope: `all` when a stop is for every sender of the account, else `sender`.
    """

    intent: Intent
    scope: Scope = "sender"


_NONE: Final = Reply("none")
_STOP: Final = Reply("stop")
_STOP_ALL: Final = Reply("stop", "all")
_START: Final = Reply("start")
_HELP: Final = Reply("help")

_READ_CHARACTERS: Final = 320
_MARKS: Final = re.compile("[\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u0655]")
"""Accents, Hebrew points, Arabic vowel signs, hamza and stretching: written or left out as people please."""
_LETTERS: Final = str.maketrans(
    {"\u0131": "i", "\u00f8": "o", "\u0142": "l", "\u0111": "d", "\u00e6": "ae", "'": "", "\u2019": ""}
)
_JOINERS: Final = "\u00ad\u200b\u200c\u200d\u2060\ufe0e\ufe0f"
_STOP_SIGNS: Final = "\U0001f6d1"
_STOP_SPELLED: Final = re.compile("s+t+(?:o|ooo+)p+")
_STOPS: Final = frozenset({"стоп", "στοπ", "st0p", "5top", "5t0p"})
"""STOP in other scripts and with digits: guarded like STOP itself."""
_STOP_MISSPELLED: Final = frozenset({"stpo", "sotp", "tsop", "stopo", "stopit", "stoop"})
_LONGEST_LEAD: Final = 3
_ENDS: Final = re.compile(r"[\r\n.!?\u3002]+")
_SIGNATURE: Final = re.compile(
    r"(?:^|\s)(?:sent from my|envoye de mon|von meinem|inviato da|enviado desde|verzonden)\b.*"
)

_FEW_WORDS: Final = 2


class _Around(msgspec.Struct, frozen=True):
    """Words beside a keyword, each a list parted by spaces.

    Attributes:
        polite: change nothing.
        objects: what people stop; they may begin a longer message after STOP.
        persons: may stand between a keyword and an object.
        all: widen a stop to every sender.
        otherwise: after STOP they make it speech about something else: `stop by the shop`, `stop sign`, `stop loss`.
    """

    polite: str
    objects: str
    persons: str
    all: str
    otherwise: str


def read_reply(text: str, *, country: str | None, languages: Sequence[str] = ()) -> Reply:
    """Read a reply by keywords alone.

    Args:
        text: the whole message as received; only its first 320 characters can hold a keyword.
        country: ISO 3166-1 alpha-2 of the person who replied, None when unknown.
        languages: ISO 639 codes of the texts that were sent to that person; `pt-BR` counts as `pt`.

    Short words (`T`, `PERU`, `RET`, `ALTO`) count only as the whole message and only in a language of the country, of
    the texts sent, or English. `YES` and its like answer a pending opt-in and nothing else: they are none here.
    """
    lines = _lines(text)
    if not lines:
        return _STOP if text.strip() and not text.strip().strip(f"{_STOP_SIGNS}{_JOINERS} ") else _NONE
    expected = _expected(country, tuple(languages))
    whole = _read(tuple(token for line in lines for token in line), expected)
    if whole.intent != "none" or len(lines) == 1:
        return whole
    # What follows an unambiguous word that is a line or sentence by itself is anger, a signature or a quotation.
    first = _core(lines[0])
    return (_leading_stop(first) if len(first) <= _FEW_WORDS else None) or _NONE


def _read(tokens: tuple[str, ...], expected: frozenset[str]) -> Reply:
    """The intent of a whole message."""
    core = _core(tokens)
    lead = _leading_stop(core)
    if lead is not None:
        return lead
    known = _whole_words(expected)
    rest = frozenset(core[1:])
    if rest and known.get(core[0]) is _STOP and rest <= _around("objects") | _around("persons") | _around("all"):
        return _STOP if rest.isdisjoint(_around("all")) else _STOP_ALL
    said = " ".join(core)
    return _STOP if said in _STOP_MISSPELLED else known.get(said, _NONE)


def _leading_stop(core: tuple[str, ...]) -> Reply | None:
    """The opt-out of an unambiguous word at the beginning; none of it when STOP begins plain speech."""
    for length in range(min(_LONGEST_LEAD, len(core)), 0, -1):
        head, rest = core[:length], core[length:]
        word = " ".join(head)
        stop = word in _STOPS or _STOP_SPELLED.fullmatch(word) is not None
        if stop and not _about_messages(rest):
            return _NONE
        if stop or word in _leads():
            return _STOP_ALL if "stopall" in word or not _around("all").isdisjoint((*head, *rest[:2])) else _STOP
    return None


def _about_messages(rest: tuple[str, ...]) -> bool:
    """Whether what follows STOP leaves it an opt-out: nothing, a brand or a number, or words for messages."""
    if not rest:
        return True
    first = rest[0]
    if first in _around("objects") or first in _around("all"):
        return True
    return len(rest) <= _FEW_WORDS and first not in _around("otherwise") and not first.endswith("ing")


def _core(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """The tokens without politeness at either end, and with `s t o p` and `st op` joined."""
    polite = _around("polite")
    start, end = 0, len(tokens)
    while start < end and tokens[start] in polite:
        start += 1
    while end > start and tokens[end - 1] in polite:
        end -= 1
    core = tokens[start:end]
    joined = "".join(core)
    return (joined,) if joined == "stop" or all(len(token) == 1 for token in core) else core


def _lines(text: str) -> list[tuple[str, ...]]:
    """The tokens of each line or sentence that has any, folded, without signatures."""
    folded = _fold(text[:_READ_CHARACTERS])
    lines = (_tokens(_SIGNATURE.sub("", line)) for line in _ENDS.split(folded))
    return [line for line in lines if line]


def _fold(text: str) -> str:
    """One form for every spelling: full width, case, accents."""
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", plain))
    return unicodedata.normalize("NFC", bare).replace("thank you", "thanks")


def _tokens(folded: str) -> tuple[str, ...]:
    """Runs of letters, digits and the vowel signs of Indic scripts; everything else parts them."""
    kept = (c if unicodedata.category(c)[0] in "LNM" else " " for c in folded if c not in _JOINERS)
    return tuple("".join(kept).split())


@cache
def _leads() -> frozenset[str]:
    return frozenset(_spelled(word for each in words().values() for word in each.lead))


@cache
def _around(what: Literal["polite", "objects", "persons", "all", "otherwise"]) -> frozenset[str]:
    written = (files("comity.consent") / "data" / "around.json").read_bytes()
    return frozenset(_tokens(_fold(getattr(msgspec.json.decode(written, type=_Around), what))))


@cache
def _expected(country: str | None, languages: tuple[str, ...]) -> frozenset[str]:
    record = country_record(country) if country else None
    said = (language.replace("_", "-").split("-")[0].lower() for language in languages)
    return frozenset({"en", *(record.languages if record else ()), *said})


@cache
def _whole_words(expected: frozenset[str]) -> dict[str, Reply]:
    """Keywords that count as the whole message where these languages are expected."""
    known: dict[str, Reply] = {}
    for language, each in words().items():
        here = language in expected
        known |= dict.fromkeys(_spelled(each.help + (each.help_local if here else ())), _HELP)
        known |= dict.fromkeys(_spelled(each.start), _START)
    for language, each in words().items():
        here = language in expected
        known |= dict.fromkeys(_spelled(each.lead + each.whole + (each.local if here else ())), _STOP)
    return known | {"help me": _HELP}


def _spelled(keywords: Iterable[str]) -> list[str]:
    return [" ".join(_tokens(_fold(word))) for word in keywords]
