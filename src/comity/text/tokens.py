"""Owns which words of a folded text belong to its template; must not know hashing or who sends it.

What differs from one recipient to the next is left out: links, addresses, anything with a digit, the name after a
greeting or before the first comma, the code after a word for code, and padding that is no word of any language.
"""
# ruff: noqa: RUF001  the words of many languages

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain, pairwise
from typing import Final

# Folded, like the texts they are compared with.
_GREETINGS: Final = frozenset(
    """
    hi hello hey dear greetings beste hallo hoi dag geachte liebe lieber moin tag bonjour bonsoir cher chère chere salut
    hola estimado estimada estimados querido querida ciao gentile caro cara buongiorno olá ola prezado prezada
    merhaba selam sayın sayin sn değerli degerli cześć czesc drogi droga szanowny szanowna witaj ahoj dobrý
    hej hei moi tere sveiki kedves szia bună buna dragă draga halo hai yth bpk kak namaste नमस्ते प्रिय
    привет здравствуйте уважаемый уважаемая дорогой дорогая вітаємо γεια αγαπητέ αγαπητή
    """.split()  # noqa: SIM905  words read and merge better without quotes
)
_TITLES: Final = frozenset(
    """
    mr mrs ms miss dr sir madam herr frau heer mevrouw meneer dhr mevr señor señora sr sra monsieur madame mme m sig
    signor signora pan pani bay bayan bey hanım bapak ibu pak bu
    """.split()  # noqa: SIM905  words read and merge better without quotes
)
_CODE_NOUNS: Final = frozenset(
    """
    code codes kod kodu kode codice código codigo voucher coupon kupon kupón promocode gutschein gutscheincode
    kortingscode kodom коду код कोड pin ref reference token
    """.split()  # noqa: SIM905  words read and merge better without quotes
)

_ENDINGS: Final = "[a-z]{2}|com|net|org|info|biz|app|link|shop|xyz|top|online|site|club"
_UNSPACED_SIGNS: Final = r"\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff"
# Not of a word: spaces, ASCII and Latin-1 punctuation, dandas, symbols, pictures. Combining marks are of it.
_BREAKS: Final = r"\s!-/:-@\[-`{-\u00bf\u0964\u0965\u2000-\u2bff\u3000-\u303f\uff00-\uff65\U0001f000-\U0001faff"
_TOKEN: Final = re.compile(
    rf"""
    https?://\S+ | www\.\S+
    | [^\s@]+@[^\s@]+\.\S+
    | [\w-]+(?:\.[\w-]+)+/\S*
    | [\w-]+(?:\.[\w-]+)*\.(?:{_ENDINGS})(?![\w.])
    | [{_UNSPACED_SIGNS}]+
    | [^\W\d_][^{_BREAKS}{_UNSPACED_SIGNS}]*
    | [\d_][^\s,:!;?]*
    | [,:!]
    """,
    re.VERBOSE,
)
_APOSTROPHES: Final = {ord("'"): None, ord("\u2019"): None}
# Of a token: a digit, a sign of a link, or nothing but consonants.
_PERSONAL: Final = re.compile(r".*[\d./@_]|[b-df-hj-np-tv-xz]{5,}\Z", re.DOTALL)
_UNSPACED: Final = re.compile(f"[{_UNSPACED_SIGNS}]")
_MASK: Final = "#"
_BEFORE_CODES: Final = frozenset({":", "is", "lautet", "est", "es", "è", "é", "adalah"})
_DELIMITERS: Final = frozenset(",:!")
_NO_WORDS: Final = _DELIMITERS | {_MASK}
_NAME_TOKENS: Final = 4
_SCHEMES: Final = ("https://", "http://", "www.")
_COMMON_CHUNK: Final = 24
_LONGEST_CHUNK: Final = 256
_MOST_CHARACTERS: Final = 8192


def _tokens(chunk: str) -> tuple[str, ...]:
    """Returns the tokens of what stands between two spaces, with a mask for each that is a recipient's own."""
    if chunk.isascii() and chunk.isalpha() and not _PERSONAL.match(chunk):
        return (chunk,)
    tokens: list[str] = []
    for token in _TOKEN.findall(chunk.translate(_APOSTROPHES)):
        if token in _DELIMITERS:
            tokens.append(token)
        elif _PERSONAL.match(token):
            tokens.append(_MASK)
        elif _UNSPACED.match(token):
            # Where no spaces are written, neighbouring signs stand for words.
            tokens += map("".join, pairwise(token)) if len(token) > 1 else (token,)
        else:
            tokens.append(token)
    return tuple(tokens)


# A few chunks make most texts, and reading one takes longer than all else that is done with it.
_known_tokens = lru_cache(maxsize=1 << 14)(_tokens)


def _chunk_tokens(chunk: str) -> tuple[str, ...]:
    if len(chunk) <= _COMMON_CHUNK:
        return _known_tokens(chunk)
    if chunk.startswith(_SCHEMES):
        return (_MASK,)
    # The pattern looks ahead to the end of a chunk from each token, so a chunk's length is bounded.
    pieces = (chunk[start : start + _LONGEST_CHUNK] for start in range(0, len(chunk), _LONGEST_CHUNK))
    return tuple(chain.from_iterable(map(_tokens, pieces)))


def content_words(folded: str) -> list[str]:
    """Returns the distinct words of the template that a text was made from, in their order.

    Args:
        folded: a text as `fold` returns it; what comes after 8,192 characters (over 50 parts) is left out.
    """
    chunks = folded[:_MOST_CHARACTERS].split()
    read = _known_tokens if max(map(len, chunks), default=0) <= _COMMON_CHUNK else _chunk_tokens
    tokens = list(chain.from_iterable(map(read, chunks)))
    _mask_own_words(tokens)
    words = dict.fromkeys(tokens)
    for sign in _NO_WORDS:
        words.pop(sign, None)
    return list(words)


def _mask_own_words(tokens: list[str]) -> None:
    """Masks, in place, the names and codes that only their neighbours give away."""
    masked_to = _opening_name_end(tokens)
    tokens[:masked_to] = [_MASK] * masked_to
    for index in [index for index, token in enumerate(tokens) if token in _LEADERS]:
        if index >= masked_to:
            masked_to = min(_LEADERS[tokens[index]](tokens, index + 1), len(tokens))
            tokens[index + 1 : masked_to] = [_MASK] * (masked_to - index - 1)


def _opening_name_end(tokens: list[str]) -> int:
    """Returns the end of a name of up to three words before a comma at the very start; 0 without one."""
    if not tokens or tokens[0] in _GREETINGS:
        return 0
    return next((index for index in (1, 2, 3) if tokens[index : index + 1] == [","]), 0)


def _name_end(tokens: list[str], start: int) -> int:
    """Returns where a name ends: at the next comma or the like if that is near, else after one word and its titles."""
    end = start
    for near in range(start, min(start + _NAME_TOKENS, len(tokens))):
        if tokens[near] in _DELIMITERS:
            return near
    while end < len(tokens) and tokens[end] in _TITLES:
        end += 1
    return end + 1


def _code_end(tokens: list[str], start: int) -> int:
    """Returns where a code ends: one token, after a colon, an "is" or nothing."""
    return start + 2 if tokens[start : start + 1] and tokens[start] in _BEFORE_CODES else start + 1


_LEADERS: Final = dict.fromkeys(_GREETINGS, _name_end) | dict.fromkeys(_CODE_NOUNS, _code_end)
"""Words that a recipient's own words follow, and how to find where those end."""
