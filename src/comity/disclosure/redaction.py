"""Owns keeping third parties out of what is told: their numbers, addresses and logins become pseudonyms (G3).

It must not know records, requests or stores. What looks like a number and is nobody's whom the request names goes, even
where it is an order's number, a date or hours: too much is hidden rather than one number told.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from comity.disclosure.spoken import digit_said
from comity.numbers.plan import calling_code, plan_of

# Shorter ones are services' short codes, times and amounts; no person is reached by them from abroad.
_LEAST_DIGITS: Final = 7
# What stands between two digits of one number, at the most.
_LONGEST_GAP: Final = 4
# The same behind a plus or a zero, with which a number begins: a word may stand there, in brackets or not.
_WIDEST_GAP: Final = 12
_ONE_DIGIT: Final = frozenset(range(10))
_LOOK_ALIKE: Final = {"o": "0", "O": "0", "l": "1", "I": "1"}
_WORD: Final = re.compile(r"[^\W\d_]+")
_SPLITS: Final = re.compile(r"[^\W\d_]|[,;:|\n\r\t+&]|\s\s")

_LOGIN: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{1,20}:/{2})([^/\s@?#]{1,256})@")
_MAIL: Final = re.compile(
    "([^\\s@\uff20<>()\"',;:/\\]]{1,64})(?:@|%40|\uff20)((?:[^\\W_](?:[\\w-]{0,61}[^\\W_])?\\.){1,8}[^\\W\\d_]{2,24})"
)
_HANDLE: Final = re.compile("(?<![\\w.\\]])[@\uff20]([A-Za-z0-9_.]{2,40})")
# An address in words: "ann at shop dot example", "ann (at) shop.example". A bare "at shop.example" is a place.
_AT: Final = r"(?:at|ät|apenstaart(?:je)?|arobase|arroba|chiocciola|ma[lł]pa)"
_DOT: Final = r"(?:dot|punt|punkt|point|punto|ponto|kropka)"
_IN_WORDS: Final = re.compile(
    r"([\w.+-]{1,64})"
    rf"(?:\s{{0,3}}[(\[{{<]\s?{_AT}\s?[)\]}}>]\s{{0,3}}(?=[\w-]{{1,63}}(?:\.|\s{{0,3}}[(\[{{<]?\s?{_DOT}))"
    rf"|\s{{1,3}}{_AT}\s{{1,3}}(?=[\w-]{{1,63}}\s{{0,3}}[(\[{{<]?\s?{_DOT}\b))"
    rf"([\w-]{{1,63}}(?:(?:\.|\s{{0,3}}[(\[{{<]?\s?{_DOT}\s?[)\]}}>]?\s{{0,3}})[\w-]{{1,63}}){{1,5}})",
    re.IGNORECASE,
)
# Where a path is a person: at services that reach people by it. Digits alone are a number, and found as one.
_PROFILE: Final = re.compile(
    r"(?<![\w-])((?:t\.me|telegram\.me|wa\.me|m\.me|facebook\.com|fb\.(?:com|me)|instagram\.com|instagr\.am|twitter\.com"
    r"|x\.com|tiktok\.com|snapchat\.com/add|linkedin\.com/in|vk\.com|signal\.me|paypal\.me|tikkie\.me)/@?)"
    r"(?=[\w.%-]{0,63}[^\W\d_])([\w.%-]{1,64})",
    re.IGNORECASE,
)


class _Digit(msgspec.Struct, frozen=True):
    """A digit in a text: where it begins and ends, its value, and whether it is a word."""

    place: int
    end: int
    value: str
    word: bool = False


class Redactor:
    """Pseudonyms that are stable in one package, and mean nothing outside of it.

    Args:
        subjects: numbers, as digits, that the request names: theirs stay, however they are written.
    """

    def __init__(self, subjects: Iterable[str]) -> None:
        self._own: dict[str, str] = {}
        for subject in subjects:
            self._own.update(dict.fromkeys(spellings(subject), subject))
        self._known: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._names: dict[tuple[str, str], str] = {}

    def number(self, number: str) -> str:
        """A number of a record, as digits: with its plus where the request names it, else a pseudonym."""
        if not number:
            return ""
        digits = number.lstrip("+")
        if digits in self._own:
            return f"+{self._own[digits]}"
        for spelled in spellings(digits):
            self._known.setdefault(spelled, digits)
        return self._pseudonym("number", self._known[digits])

    def text(self, text: str) -> str:
        """A text without anybody's number, address or login but those that the request names."""
        kept = _LOGIN.sub(lambda found: f"{found[1]}{self._pseudonym('login', found[2])}@", text)
        kept = _MAIL.sub(lambda found: self._pseudonym("address", f"{found[1]}@{found[2]}".casefold()), kept)
        kept = _IN_WORDS.sub(lambda found: self._pseudonym("address", f"{found[1]}@{found[2]}".casefold()), kept)
        kept = _PROFILE.sub(lambda found: f"{found[1]}{self._pseudonym('handle', found[2].casefold())}", kept)
        kept = _HANDLE.sub(lambda found: self._pseudonym("handle", found[1].casefold()), kept)
        return self._without_numbers(kept)

    def _without_numbers(self, text: str) -> str:
        written: list[str] = []
        end = 0
        for part in self._strangers(text):
            begin = part[0].place
            begin -= begin > end and text[begin - 1] in "+\uff0b("
            digits = _value(part)
            written += (text[end:begin], self._pseudonym("number", self._known.get(digits, digits)))
            end = part[-1].end
        return "".join((*written, text[end:]))

    def _strangers(self, text: str) -> Iterator[list[_Digit]]:
        """Digits that go: numbers of nobody who was asked about, with the short ones that stand close to them."""
        for run in _runs(text):
            whole = _value(run)
            parts = [run] if whole in self._own or whole in self._known else [*_parts(text, run)]
            others = [part for part in parts if _value(part) not in self._own]
            if any(len(part) >= _LEAST_DIGITS for part in others):
                yield from others

    def _pseudonym(self, kind: str, value: str) -> str:
        name = self._names.get((kind, value))
        if name is None:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            name = self._names[kind, value] = f"[{kind} {_letters(self._counts[kind])}]"
        return name


def spellings(digits: str) -> frozenset[str]:
    """How the digits of an international number are written: abroad, at home, with the zero that some write in it."""
    code = calling_code(digits)
    if code is None:
        return frozenset({digits, f"00{digits}"})
    national = plan_of(code).national(digits[len(code) :])
    at_home = {f"0{national}", f"8{national}"} if code == "7" else {f"0{national}"}
    whole = {f"{code}{national}", f"{code}0{national}", digits}
    every = whole | {f"{prefix}{number}" for prefix in ("00", "011") for number in whole} | at_home | {national}
    return frozenset(spelled for spelled in every if len(spelled) >= _LEAST_DIGITS)


def _runs(text: str) -> Iterator[list[_Digit]]:
    """Digits that stand so close together that they may be one number, or several."""
    run: list[_Digit] = []
    begun = False  # whether something in the run looks like the first digit of a number
    for digit in _digits(text):
        if run and not _is_near(text[run[-1].end : digit.place], begun=begun):
            yield run
            run, begun = [], False
        begun |= _begins(text, run, digit)
        run.append(digit)
    if run:
        yield run


def _begins(text: str, run: list[_Digit], digit: _Digit) -> bool:
    before = text[max(digit.place - 1, 0) : digit.place]
    return before in {"+", "\uff0b"} or (digit.value == "0" and not (run and run[-1].end == digit.place))


def _value(digits: Iterable[_Digit]) -> str:
    return "".join(digit.value for digit in digits)


def _is_near(between: str, *, begun: bool) -> bool:
    """Whether what stands between two digits may stand in a number; what nobody sees is not counted."""
    seen = "".join(sign for sign in between if unicodedata.category(sign) not in {"Cf", "Mn", "Me", "Cc"})
    if len(seen) <= _LONGEST_GAP and sum(sign.isalpha() for sign in seen) <= 1:
        return True
    return begun and len(seen) <= _WIDEST_GAP and len(_WORD.findall(seen)) <= 1


def _digits(text: str) -> Iterator[_Digit]:
    """Digits in their order, those that are words among them."""
    return iter(sorted((*_signs(text), *_spoken(text)), key=lambda digit: digit.place))


def _signs(text: str) -> Iterator[_Digit]:
    for place, sign in enumerate(text):
        # Not `digit`: the one sign that Chinese and Japanese write for a number has a numeric value alone.
        value = unicodedata.numeric(sign, None)
        if value is not None and value in _ONE_DIGIT:
            yield _Digit(place, place + 1, str(int(value)))
        elif sign in _LOOK_ALIKE and _among_digits(text, place):
            yield _Digit(place, place + 1, _LOOK_ALIKE[sign])


def _spoken(text: str) -> Iterator[_Digit]:
    """Digits as words, where such words follow each other: one alone is an article as often."""
    row: list[_Digit] = []
    for found in _WORD.finditer(text):
        value = digit_said(found[0])
        if value is None or (row and found.start() - row[-1].end > _LONGEST_GAP):
            yield from row if len(row) > 1 else ()
            row = []
        if value is not None:
            row.append(_Digit(found.start(), found.end(), value, word=True))
    yield from row if len(row) > 1 else ()


def _among_digits(text: str, place: int) -> bool:
    """Whether a letter that looks like a digit stands right beside one, and in no word."""
    before, after = text[max(place - 1, 0) : place], text[place + 1 : place + 2]
    return any(unicodedata.digit(sign, None) is not None for sign in before + after) and not any(
        sign.isalpha() and sign not in _LOOK_ALIKE for sign in before + after
    )


def _parts(text: str, run: list[_Digit]) -> Iterator[list[_Digit]]:
    """A run as the numbers it may hold.

    Where something parts its digits clearly, pieces that are long enough stand alone; short ones in a row
    are one number that was written in a queer way.
    """
    short: list[_Digit] = []
    for piece in _split(text, run):
        if len(piece) < _LEAST_DIGITS:
            short += piece
            continue
        if short:
            yield short
            short = []
        yield piece
    if short:
        yield short


def _split(text: str, run: list[_Digit]) -> list[list[_Digit]]:
    """At clear signs; and at single spaces, where all on both sides is long enough to be a number of its own."""
    pieces = [[run[0]]]
    for before, digit in itertools.pairwise(run):
        if before.word != digit.word or _SPLITS.search(text[before.end : digit.place]):
            pieces.append([])
        pieces[-1].append(digit)
    return [word for piece in pieces for word in _words(text, piece)]


def _words(text: str, piece: list[_Digit]) -> list[list[_Digit]]:
    words = [[piece[0]]]
    for before, digit in itertools.pairwise(piece):
        if any(sign.isspace() for sign in text[before.end : digit.place]):
            words.append([])
        words[-1].append(digit)
    return words if all(len(word) >= _LEAST_DIGITS for word in words) else [piece]


def _letters(count: int) -> str:
    """1 is A, 26 Z, 27 AA: letters, so that no pseudonym is taken for a number."""
    written = ""
    while count:
        count, rest = divmod(count - 1, 26)
        written = chr(ord("A") + rest) + written
    return written
