"""Owns recognising a genuine one-time code, in any language and whatever words surround it; must not know any score.

A code is genuine when it is given: a short token stands in a relation to words that name a code, and nothing else in
the text leads anywhere. Words that alarm are no reason to doubt it, since real ones alarm ("Your account was accessed
from a new device"); a link, or a number to call, in a sentence that has nothing to do with the code is one.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from comity.content.asking import wants_more
from comity.content.clauses import SENTENCE_ENDS
from comity.content.cues import Mark, Searched
from comity.content.reading import Reading
from comity.text.links import Link

NAMES: Final = frozenset({"code_named", "code_word"})
_PURPOSE: Final = "code_purpose"
_SAID: Final = NAMES | {_PURPOSE, "code_aside", "warns_never_share"}
_OTHER: Final = "other_code"
_SUPPORT: Final = (_PURPOSE, "code_aside", "warns_never_share")
_ASIDE: Final = "code_aside"
_LEADS_AS_CODE: Final = frozenset({"code_link", "code_named", "code_word"})
_LURE: Final = "code_lure"
PLAIN: Final = 3.0
"""Log-odds from which a text counts as a code."""
_STRONG: Final = 6.0
_CLEAR: Final = 4.5
_LOOSE: Final = 2.0
_ALONE: Final = 4.0
_BIAS: Final = -1.0
_EACH_SUPPORT: Final = 0.75
_FARTHEST_AFTER: Final = 80
_FARTHEST_BEFORE: Final = 60
# The farthest of these, and the longest name there is.
_NAMES_WITHIN: Final = 160
_NEAR: Final = 24
_BESIDE: Final = 3
_YEAR: Final = 4
# Digits in one or two groups ("105 876", "g 412157"), or mixed with letters ("39m4w"). Not part of a longer number, an
# amount, a date, a time, an address or a masked card ("*1234", "x1234").
_TOKEN: Final = re.compile(
    r"(?<![a-z0-9_/.,@=&?%+*€$£₹])(?<!\d )(?<!xx)"
    r"(?:(?:g )?\d{3} \d{3}|\d{4} \d{4}|\d{2} \d{2} \d{2}|(?:g )?\d{3,8}"
    r"|\d(?: \d){3,7}|(?=[a-z]{0,4}\d)[a-z0-9]{3,4} (?=[a-z]{0,4}\d)[a-z0-9]{3,4}"
    r"|(?!x{1,6}\d|\d{1,2}[a-z]{3}\b)(?=[a-z]{0,7}\d)(?=\d{0,7}[a-z])[a-z0-9]{5,8})"
    r"(?! ?\d)(?![a-z0-9_%/]|[.:]\d|,\d{1,3}\b|\*"
    r"| ?(?:euros?|eur|usd|gbp|tl|inr|rs|kr|zl|minut|min\b|mins|hours?|stunden|uur|dakika))"
)
# Between a code's name and the code: "is", "for Acme is", ":" in the languages that the lists know.
_COPULA: Final = (
    "is|are|was|luidt|ist|lautet|est|es|son|sono|e|eh|to|jest|to jest|ar|este|je|on|olarak|adalah|ialah|ye|hai|la|"
    "это|هو|هي|là|aqui|here|below"
)
_SAYS: Final = re.compile(rf"(?:^|[\s(])(?:{_COPULA})?\W{{0,6}}$")
_SAYS_AFTER: Final = re.compile(
    rf"\W{{0,3}}(?:{_COPULA}|as|als|como|comme|come|numarali|nolu|para|for|fur|voor|pour)\b"
)
_USE: Final = re.compile(
    r"\b(?:use|enter|type|gebruik|voer|utilisez|saisissez|entrez|verwende|verwenden sie|nutzen sie|usa|use|utilice|"
    r"ingresa|ingrese|utiliza|inserisci|digite|insira|gunakan|masukkan|wpisz|uzyj|anvand|ange|brug|indtast|zadejte|"
    r"folositi|introdu|введите)\s\W{0,3}$"
)
_STOPS: Final = re.compile(r"(?<!\bdvs)(?<!\bdn)(?<!\bnr)(?<!\bno)[.!?](?=\s)|[。！？]")  # noqa: RUF001  other scripts' own
# Forms only programs read: "@example.com #123456" (a web page takes the code), 11 signs at the end (an app does).
_FOR_PROGRAMS: Final = re.compile(r"@[\w.-]{3,80} #\w{3,12}|(?:^|\s)@\w[\w.-]{2,80} #|<#>|^\[#\]")
_HASH: Final = re.compile(r"\s(?=[A-Za-z0-9+/]{0,10}[a-z+/])(?=[A-Za-z0-9+/]{0,10}[A-Z0-9])[A-Za-z0-9+/]{11}\s*$")
_PHONE: Final = re.compile(
    r"(?:\b(?:call|bel|bellen|appele[rz]|tel|llam[ae]|llamar|chiam[ai]|chiamare|lig[ue]{1,3}|anrufen|an unter|arayin|"
    r"ara|hub|hubungi|zadzwon|dzwon|ring|dial|text|txt|whatsapp|sms|wa|contact|phone)\b|позвон\w{0,6}|звони\w{0,4}|致电|"
    r"اتصل)[^.!?]{0,30}?(\+?\(?\d[\d ().]{5,16}\d)"
)
# What stands before a host that is a name: nothing, a sign, "your", "for".
_NAMED_BY: Final = re.compile(
    r"(?:^\W{0,3}|[@\[(]|\b(?:your|ihr|dein|je|uw|votre|ton|tu|su|il tuo|seu|sua|for|from|by|fur|von|voor|van"
    r"|pour|de|du|para|por|per|di|da|do|dla|za|pro|til|ваш|для)\s)$"
)


class Code(msgspec.Struct, frozen=True):
    """A one-time code found in a text.

    Attributes:
        log_odds: that the text is there to give it; 0 where there is none.
        start: where the code begins, in offsets of the text searched.
        end: where it ends there.
        company: what else the text leads to: "" nothing; "linked" a link or number that goes with the code by its form,
            so that whose it is decides; "beside" one in a thought of its own, or a wish for the code or other
            confidential data, so that the code excuses nothing.
    """

    log_odds: float = 0.0
    start: int = 0
    end: int = 0
    company: str = ""

    @property
    def is_genuine(self) -> bool:
        """Whether the text gives a code and does nothing else: nobody may refuse it."""
        return self.log_odds >= PLAIN and not self.company

    @property
    def is_likely(self) -> bool:
        """Whether the text gives a code, perhaps with a link that belongs to it: words alone may not refuse it."""
        return self.log_odds >= PLAIN and self.company != "beside"


NO_CODE: Final = Code()


def code_of(text: Searched, reading: Reading, own_links: bool = False) -> Code:
    """Find the code that a text gives.

    Args:
        text: the text searched.
        reading: the same text's reading.
        own_links: whether its links are known to be those of the name it speaks in.
    """
    cues = {mark.cue for mark in text.marks}
    programs = "#" in text.text and _FOR_PROGRAMS.search(text.text) is not None
    if cues.isdisjoint(_SAID) and not programs:
        return NO_CODE
    tokens = list(_TOKEN.finditer(text.text))
    if not tokens or (cues.isdisjoint(NAMES) and not programs and not any(_is_used(text.text, one) for one in tokens)):
        return NO_CODE
    names = list(_names(text.marks))
    related, token = max(((_related(text.text, one, names), one) for one in tokens), key=lambda pair: pair[0])
    if not related and (programs or not NAMES.isdisjoint(name.cue for name in names)):
        alone = len(tokens) == 1 and token.end() - token.start() > _YEAR
        related = _ALONE if alone else _LOOSE
    support = sum(name in cues for name in _SUPPORT) + programs + bool(_HASH.search(reading.text))
    odds = _BIAS + related + _EACH_SUPPORT * support
    company = "beside" if wants_more(text, token.start()) else _company(text, reading, token.start(), own_links)
    return Code(round(odds, 2), token.start(), token.end(), company)


def _names(marks: Iterable[Mark]) -> Iterator[Mark]:
    """The names of one-time codes, without those that are part of another code's name."""
    others = [mark for mark in marks if mark.cue == _OTHER]
    for mark in marks:
        if (mark.cue in NAMES or mark.cue == _PURPOSE) and not any(
            o.start < mark.end and mark.start < o.end for o in others
        ):
            yield mark


def _related(text: str, token: re.Match[str], names: Sequence[Mark]) -> float:
    """How surely a token is what one of these names, given in the order of the text; only near ones can name it."""
    used = _is_used(text, token)
    if not names:
        return _CLEAR if used else 0.0
    first = bisect_left(names, token.start() - _NAMES_WITHIN, key=_start)
    near = names[first : bisect_right(names, token.end() + _NAMES_WITHIN, key=_start)]
    return max((_relation(text, token, name, used) for name in near), default=0.0)


def _start(mark: Mark) -> int:
    return mark.start


def _is_used(text: str, token: re.Match[str]) -> bool:
    return _USE.search(text[max(0, token.start() - _NEAR) : token.start()]) is not None


def _relation(text: str, token: re.Match[str], name: Mark, used: bool) -> float:
    after = name.end <= token.start()
    gap = text[name.end : token.start()] if after else text[token.end() : name.start]
    if name.cue == _PURPOSE:  # "use 4821 to log in"
        return _CLEAR if used and not after and len(gap) <= _BESIDE else 0.0
    if len(gap) > (_FARTHEST_AFTER if after else _FARTHEST_BEFORE) or _STOPS.search(gap):
        return 0.0
    clear = _SAYS.search(gap) is not None if after else used or _SAYS_AFTER.match(gap) is not None
    if name.cue == "code_named":
        return _STRONG if clear else _CLEAR
    return _CLEAR if clear else _LOOSE if len(gap) <= _NEAR else 0.0


def _company(text: Searched, reading: Reading, code: int, own_links: bool) -> str:
    """What else the text leads to; see `Code.company`."""
    leads = [(call.start(1), False) for call in _PHONE.finditer(text.text) if not call.start(1) <= code < call.end(1)]
    if not own_links:
        leads += [place for link in reading.links if (place := _place(text, link)) is not None]
    if not leads:
        return ""
    ends = text.clause_ends(SENTENCE_ENDS)
    said: dict[int, set[str]] = {bisect_right(ends, code): {"code_word"}}
    for mark in text.marks:
        said.setdefault(bisect_right(ends, mark.start), set()).add(mark.cue)
    kinds = {_kind_of(said, bisect_right(ends, place), is_link) for place, is_link in leads}
    return "beside" if "beside" in kinds else "linked" if "linked" in kinds else ""


def _kind_of(said: dict[int, set[str]], sentence: int, is_link: bool) -> str:
    here = said.get(sentence, set())
    if _LURE in here:
        return "beside"
    if _ASIDE in here or _ASIDE in said.get(sentence - 1, set()):
        return "linked" if is_link else ""
    return "linked" if is_link and not _LEADS_AS_CODE.isdisjoint(here) else "beside"


def _place(text: Searched, link: Link) -> tuple[int, bool] | None:
    """Where a link stands in the text searched; None for a host that stands as a name ("your Booking.com code")."""
    places = range(len(text.text))
    start = bisect_left(places, link.span[0], key=lambda at: text.span(at, at + 1)[0])
    is_bare = not link.scheme and link.path in {"", "/"}
    return None if is_bare and _NAMED_BY.search(text.text[max(0, start - _NEAR) : start]) else (start, True)
