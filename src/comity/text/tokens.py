"""Owns which words of a text belong to its template; must not know hashing or who sends it.

What differs from one recipient to the next is left out: links, addresses, anything with a digit, the name after a
greeting or before the first comma, the code after a word for code, and padding that is no word of any language.
"""
# ruff: noqa: RUF001  the words of many languages

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import chain, pairwise
from typing import Final

from comity.text.fold import fold
from comity.text.unmask import unmask
from comity.text.unmask_signs import ACCENTS
from comity.text.unmask_vocabulary import known_words


def _words(written: str) -> frozenset[str]:
    """Words as people read them, like the texts they are compared with."""
    return frozenset(written.translate(ACCENTS).split())


_GREETINGS: Final = _words(
    """
    hi hello hey dear greetings beste hallo hoi dag geachte liebe lieber moin tag bonjour bonsoir cher chère chere salut
    hola estimado estimada estimados querido querida ciao gentile caro cara buongiorno olá ola prezado prezada
    merhaba selam sayın sayin sn değerli degerli cześć czesc drogi droga szanowny szanowna witaj ahoj dobrý
    hej hei moi tere sveiki kedves szia bună buna dragă draga halo hai yth bpk kak namaste नमस्ते प्रिय
    привет здравствуйте уважаемый уважаемая дорогой дорогая вітаємо γεια αγαπητέ αγαπητή
    """
)
_TITLES: Final = _words(
    """
    mr mrs ms miss dr sir madam herr frau heer mevrouw meneer dhr mevr señor señora sr sra monsieur madame mme m sig
    signor signora pan pani bay bayan bey hanım bapak ibu pak bu
    """
)
_CODE_NOUNS: Final = _words(
    """
    code codes kod kodu kode codice código codigo voucher coupon kupon kupón promocode gutschein gutscheincode
    kortingscode kodom коду код कोड pin ref reference token
    """
)

_ENDINGS: Final = "[a-z]{2}|com|net|org|info|biz|app|link|shop|xyz|top|online|site|club"
_UNSPACED_SIGNS: Final = r"\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff"
# Not of a word: spaces, ASCII and Latin-1 punctuation, dandas, symbols, pictures. Combining marks are of it.
_BREAKS: Final = r"\s!-/:-@\[-`{-\u00bf\u0964\u0965\u2000-\u2bff\u3000-\u303f\uff00-\uff65\U0001f000-\U0001faff"
# Addresses are looked for once, where they may start: a pattern that looks ahead from each place inside a long chunk
# takes time by the square of its length.
_NAME_START: Final = r"(?<![\w-])(?<![\w-]\.)"
_TOKEN: Final = re.compile(
    rf"""
    https?://\S+ | www\.\S+
    | (?<![^\s@])[^\s@]++@[^\s@]+\.\S+
    | {_NAME_START}[\w-]++(?:\.[\w-]++)++/\S*
    | {_NAME_START}[\w-]++(?:\.[\w-]++)*\.(?:{_ENDINGS})(?![\w.])
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
_BEFORE_CODES: Final = frozenset({":", "is", "lautet", "est", "es", "e", "adalah"})
_DELIMITERS: Final = frozenset(",:!")
_NO_WORDS: Final = _DELIMITERS | {_MASK}
_NAME_TOKENS: Final = 4
_SCHEMES: Final = ("https://", "http://", "www.")
_COMMON_CHUNK: Final = 24
_LONGEST_CHUNK: Final = 256
_MOST_CHARACTERS: Final = 8192

_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]+")
# What undoing disguise costs is paid only where something looks like it: letters each by itself, signs for letters
# inside a word, marks that belong to no letter, letters of another alphabet that pose as Latin ones.
_SPACED: Final = re.compile(r" [^\W_](?: [^\W_]){2}(?![^ ])")
_SIGN: Final = "[0134578@$!|\u20ac]"
_GAP: Final = r"[.\-_*|~,+]"
_POSING: Final = "[\u0180-\u02af\u0370-\u058f\u10a0-\u10ff\u13a0-\u13ff\u2c80-\u2cff\ua4d0-\ua4ff\uab30-\uabbf]"
_DISGUISED: Final = re.compile(
    rf"""
    [a-z] {_SIGN}{{1,3}} [a-z] | (?<![^"'(]) {_SIGN}{{1,2}} [a-z]{{3}} | [a-z]{{3}} [34$](?!\w)
    | (?<![^\W_]) [^\W_] (?:{_GAP} [^\W_]){{3}} (?![^\W_])
    | [a-z] {_POSING} | {_POSING} [a-z]
    | [a-z] [*\u2600-\u27bf\U0001f300-\U0001faff\u200d\ufe0f]{{1,4}} [a-z]
    | [\u0300-\u036f\u0489\u1d00-\u1d2b\u20d0-\u20f0\U0001f130-\U0001f189] | [\U0001f1e6-\U0001f1ff]{{3}}
    """,
    re.VERBOSE,
)
# In a text with disguise, what is left of it is undone more boldly than where a word must be right: here a wrong guess
# costs a word's vote, the same for every copy. Not at the ends: that is where padding stands.
_LETTERS_APART: Final = re.compile(r"(?<!\S)[^\W\d_](?: [^\W\d_]){2,40}(?!\S)")
_LEET_LEFT: Final = re.compile(r"\A(?=[013-578@$!]{0,20}[a-z])[a-z013-578@$!]{2,20}[a-z013-578@$](?=[,.:;?!]{0,3}\Z)")
_LEET: Final = str.maketrans("0134578@$!", "oieastbasi")
# A known word may stand at the ends as well, and may have signs that stand for a letter less often.
_SIGNED: Final = re.compile(r"\A(?=[0-9@$!+|]{0,20}[a-z])[a-z0-9@$!+|]{1,20}[a-z0-9@$+|](?=[,.:;?!]{0,3}\Z)")
_READINGS: Final = tuple(
    str.maketrans("0345789@$62+1!|", f"oeastbgasgzt{ones}{marks}{marks}") for ones in "il" for marks in "il"
)
_LINK: Final = re.compile(r"/|www\.|\.[a-z]{2}|@.*\.")
_OTHER_ALPHABET: Final = re.compile(_POSING)
_LATIN: Final = re.compile("[a-z]")


def read_as_people_do(text: str) -> str:
    """Returns a text folded, without accents, and with disguise undone where there is any."""
    written = text[:_MOST_CHARACTERS]
    folded = fold(_without_accents(written))
    if any(map(_may_be_disguised, folded.split())) or _SPACED.search(f" {folded}") or _may_pose(folded):
        seen = fold(_without_accents(unmask(written).leet))
        joined = _LETTERS_APART.sub(lambda letters: letters[0].replace(" ", ""), seen)
        chunks = joined.split()
        chunks = [chunk if chunk.isalpha() else _SIGNED.sub(_known_letters, chunk) for chunk in chunks]
        chunks[1:-2] = [_LEET_LEFT.sub(lambda word: word[0].translate(_LEET), chunk) for chunk in chunks[1:-2]]
        return " ".join(chunks)
    return folded


def _known_letters(written: re.Match[str]) -> str:
    """Returns the known word that letters and signs stand for; unchanged where there is none."""
    return next((word for word in map(written[0].translate, _READINGS) if word in known_words()), written[0])


@lru_cache(maxsize=1 << 14)
def _may_be_disguised(chunk: str) -> bool:
    """Whether something in what stands between two spaces looks like disguise; links have digits as they please."""
    if chunk.isascii() and (chunk.isalpha() or chunk.isdigit() or _LINK.search(chunk)):
        return False
    return _DISGUISED.search(chunk[:_LONGEST_CHUNK]) is not None


def _without_accents(text: str) -> str:
    if text.isascii():
        return text
    return _NOT_ASCII.sub(lambda stretch: stretch[0].translate(ACCENTS), unicodedata.normalize("NFC", text))


def _may_pose(folded: str) -> bool:
    """Whether letters of another alphabet may stand for Latin ones: where they are few in a Latin text."""
    if folded.isascii() or not _OTHER_ALPHABET.search(folded):
        return False
    return len(_LATIN.findall(folded)) > len(_OTHER_ALPHABET.findall(folded))


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
    return _tokens(chunk)


def content_words(folded: str) -> list[str]:
    """Returns the distinct words of the template that a text was made from, in their order.

    Args:
        folded: a text as `read_as_people_do` returns it, of 8,192 characters (over 50 parts) at most.
    """
    chunks = folded.split()
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
