"""Owns addresses written without a scheme ("example.com/x"), and which of them are sentences; must not know schemes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from comity.text.links_endings import KNOWN_HOSTS, OPENERS, SURE, endings, registrable
from comity.text.links_found import Found, found_address
from comity.text.unmask import Unmasked

_DOT: Final = re.compile("[.\u3002\uff61][^\\W_]")
_ASCII_LABEL: Final = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?"
_ASCII_NAME: Final = re.compile(rf"{_ASCII_LABEL}(?:[.\u3002\uff61]{_ASCII_LABEL}){{1,12}}")
_LABEL: Final = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_NAME: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL}){{1,12}}")
_FOLLOWS: Final = re.compile(r"[/?#\\][^\s]|:\d{2,5}(?!\d)")
# Four numbers are a version or a date unless a path or port follows, or two of them have three digits.
_QUAD: Final = re.compile(
    r"(?<![\w.@-])(?:(?:\d{1,3}\.){3}\d{1,3}(?=(?::\d{1,5})?/|:\d{2,5}\b)"
    r"|(?=(?:\d{1,2}\.){0,2}\d{3}\.(?:\d{1,2}\.){0,2}\d{3}(?!\d))(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d))"
)
_SIX: Final = re.compile(r"\[(?:[0-9a-f]{0,4}:){2,7}[0-9a-f.]{0,15}\]")
_LONGEST_LEFT: Final = 128
_NO_WORDS: Final = frozenset({"com", "example"})
_DOTS_OF_QUAD: Final = 3
_LONG_NAME: Final = 9
_FEWEST_LETTERS: Final = 3
_FEWEST_DIGITS: Final = 4
_SIGNS: Final = str.maketrans({"\u3002": ".", "\uff61": "."})


def bare_addresses(read: Unmasked) -> Iterator[Found]:
    """Yield the addresses that begin with a host name whose ending is known, and with a numeric address."""
    plain, done = read.plain, 0
    for address in _numeric(plain):
        if found := found_address(read, (address.start(), *address.span()), "", frozenset()):
            yield found
    for dot in _DOT.finditer(plain):
        if dot.start() < done:
            continue
        name = _name_around(plain, dot.start(), done)
        if name is None:
            continue
        start, end = name
        done = end
        if (end := _address_end(read, start, end)) and (found := _found(read, start, end)):
            done = found.span[1]
            yield found


def _numeric(plain: str) -> Iterator[re.Match[str]]:
    if plain.count(".") >= _DOTS_OF_QUAD:
        yield from _QUAD.finditer(plain)
    if "[" in plain:
        yield from _SIX.finditer(plain)


def _found(read: Unmasked, start: int, end: int) -> Found | None:
    user_info = False
    if read.plain[end : end + 1] == "@":
        # "bank.example@evil.example/x" would be an e-mail address without its path.
        host = _ASCII_NAME.match(read.plain, end + 1)
        if host is None or not _FOLLOWS.match(read.plain, host.end()):
            return None
        user_info, end, host_start = True, host.end(), end + 1
    else:
        host_start = start
    name = read.plain[host_start:end]
    signs = {"dot-sign"} if name.translate(_SIGNS) != name else set()
    return found_address(read, (start, host_start, end), "", signs | ({"user-info"} if user_info else set()))


def _name_around(plain: str, dot: int, done: int) -> tuple[int, int] | None:
    """Return the stretch of the host name around a dot, in ASCII letters if there are any on both sides of it."""
    start = dot
    while start > max(done, dot - _LONGEST_LEFT) and _is_ascii_of_label(plain[start - 1]):
        start -= 1
    if start < dot:
        start += len(plain[start:dot]) - len(plain[start:dot].lstrip("-"))
        found = _ASCII_NAME.match(plain, start)
        if found and found.end() > dot:
            return _unless_address_before(plain, *found.span())
    if plain[dot] != "." or (plain[dot + 1].isascii() and plain[dot - 1 : dot].isascii()):
        return None
    while start > max(done, dot - _LONGEST_LEFT) and (plain[start - 1].isalnum() or plain[start - 1] == "-"):
        start -= 1
    found = _NAME.match(plain, start)
    return _unless_address_before(plain, *found.span()) if found and found.end() > dot else None


def _is_ascii_of_label(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char in "-_")


def _unless_address_before(plain: str, start: int, end: int) -> tuple[int, int] | None:
    """Leave out what stands behind a sign of an e-mail address, an escape or another name."""
    return None if start and plain[start - 1] in "@%." else (start, end)


def _address_end(read: Unmasked, start: int, end: int) -> int:
    """Return where the host name ends; 0 where it is no address. Labels behind it can be the next sentence."""
    if read.plain[end : end + 1] == "@" or _is_address(read.cased, start, end):
        return end
    shorter = read.plain.rfind(".", start, end)
    while shorter > start:
        ending = read.plain[read.plain.rfind(".", start, shorter) + 1 : shorter]
        if ending in SURE and "." in read.plain[start:shorter] and read.plain[end : end + 1] != "@":
            return shorter if _is_address(read.cased, start, shorter) else 0
        shorter = read.plain.rfind(".", start, shorter)
    return 0


def _is_address(cased: str, start: int, end: int) -> bool:
    written = cased[start:end].translate(_SIGNS)
    name = written.lower()
    before, _, ending = name.rpartition(".")
    if ending not in endings() or (cased[end - len(ending) - 1] != "." and not name.isascii()):
        return False
    follows = _FOLLOWS.match(cased, end) is not None
    if follows or name in KNOWN_HOSTS or before.startswith("www."):
        return True
    return _stands_alone(written, before, ending)


def _stands_alone(written: str, before: str, ending: str) -> bool:
    """Tells a name that nothing but its own look makes an address from two sentences without a space between."""
    label = before.rpartition(".")[2]
    if len(label) == 1 or (label.isdigit() and len(label) < _FEWEST_DIGITS):
        return False
    own = written[-len(ending) :]
    # "Hello.How are you", "Total.Net amount", "ok.CAN you": the next sentence opens with a capital.
    if ending not in _NO_WORDS and own != own.lower() and not written.isupper():
        return False
    if ending in SURE:
        return True
    if len(label) < _FEWEST_LETTERS and label.isascii() and "." not in before:
        return False
    return ending not in OPENERS or _is_no_word(label) or ("." in before and _is_registered_name(f"{before}.{ending}"))


def _is_registered_name(name: str) -> bool:
    """Tells a name under a domain of its own from three words: "off.lol.how"."""
    label = registrable(name).partition(".")[0]
    return len(label) > _FEWEST_LETTERS and label not in OPENERS


def _is_no_word(label: str) -> bool:
    return "-" in label or len(label) >= _LONG_NAME or (any(map(str.isdigit, label)) and not label[-1].isdigit())
