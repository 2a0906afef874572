"""Cues that are shapes, not words: amounts, percentages, links, short numbers, code words, capital letters.

It must not know what weight a shape carries.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

# Every repetition is bounded, so that no text can make a search quadratic.
_AMOUNT: Final = re.compile(
    r"[€$£]\s?\d[\d.,]{0,12}|(?<![a-z])(?:rp|rs|inr|usd|eur|gbp|brl|idr)\.?\s?\d[\d.,]{0,12}"
    r"|(?<!\d)\d[\d.,]{0,12}\s?(?:[€$£]|(?:tl|try|euros?|eur|usd|inr|lira|pounds?|pence|ribu|rb|juta|jt)(?![a-z]))"
)
_PERCENT: Final = re.compile(r"(?<!\d)\d{1,2}(?:[.,]\d)?\s?%|%\s?\d{1,2}(?!\d)")
_LINK: Final = re.compile(
    r"https?://\S{1,200}|\bwww\.\S{1,200}"
    r"|\b[a-z0-9-]{2,40}\.(?:com|co|net|org|nl|be|fr|de|es|it|pt|br|tr|id|uk|eu|io|me|ly|gl|st|shop|store|biz|example)"
    r"(?:\.[a-z]{2})?(?![a-z.@])(?:/\S{0,200})?"
    r"|\*\d{2,4}(?:\*\d{1,6}){0,6}\#|\b0(?:8\d{2}|90\d)[\s-]?\d{3}"
)
# Numbers of 7 digits and more are telephone numbers of banks ("SMS BLOCK 1234 to 9199...") and are left alone.
_KEYWORD: Final = re.compile(
    r"\b(?:txt|text|send|sms|reply|ketik|kirim|yazip?|yaz|envoyez|envia|stuur|sende|invia|envie)\b.{0,40}?"
    r"\b(?:to|ke|au|al|naar|an|para|>)\s?(?:no[.:]?\s?)?\d{3,6}(?![\d-])"
    r"|\byaz(?:ip?|arak)?\b.{0,12}?\d{4}\W{0,2}(?:y?[ae]\b|gonder|yolla)|\bd\W?[ae] gonder"
)
# Read in the original letters: BLACK25 and PAZKY8A272 are code words, 482913 and a plain word are not.
_CODEWORD: Final = re.compile(
    r"\b(?i:codes?|coupon|kod\w{0,8}|kode|kortingscode|gutscheincode|c[oó]digo|codice|sifre|cupom|cup[oó]n)"
    r"[\s:\"'«“]{1,3}(?:[A-Z]{4,20}\d{0,5}|[A-Z]{2,20}\d{1,5}|[A-Z]{1,20}\d{1,8}[A-Z0-9]{3,12})\b"
)
# "Use code 118824", "code: 5512", "771332 is your ... code": a number is given to be typed back.
_CODE_WORD: Final = "(?:code|codes|kode|kod|kodu|kodunuz|codigo|codice|pin|otp|tan|sifre|sifreniz)"
_CODE: Final = re.compile(
    rf"\b{_CODE_WORD}\b\W{{0,3}}(?:\w{{1,5}}\W{{1,3}}){{0,2}}\d{{2,4}}[ -]?\d{{1,6}}\b(?![.,]\d)"
    rf"|(?<![\d.,€$£*])\d{{3,4}}[ -]?\d{{1,4}}\b(?![.,%*]\d|\s?(?:tl|%|€)).{{1,25}}?\b{_CODE_WORD}\b"
)
# Ten digits and more are a reference, unless a leading 0 or + makes them a telephone number.
_REFERENCE: Final = re.compile(
    r"[x*]{2,8}\d{3}|\b(?:ref|utr|no|nr|n°|id|ending|eindigend|endend|terminada)\b[.: #]{1,4}\w{0,12}\d{4}"
    r"|#\d{5}|(?<![\d+])[1-9]\d{9}"
)
_SHOUTED_LETTERS: Final = 30
_SHOUTED_SHARE: Final = 0.6

_IN_PLAIN: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("link", _LINK),
    ("keyword", _KEYWORD),
    ("code", _CODE),
    ("reference", _REFERENCE),
)


def shapes(original: str, plain: str, place: Callable[[int, int], tuple[int, int]]) -> Iterator[tuple[str, int, int]]:
    """Yield (feature, start, end) in offsets of `original` for each shape found, once per feature.

    Args:
        original: the text as sent.
        plain: the same text as `unmask` makes it plain.
        place: maps a stretch of `plain` to offsets of `original`.
    """
    for feature, pattern in _IN_PLAIN:
        if found := pattern.search(plain):
            yield feature, *place(*found.span())
    if "%" in plain and (found := _PERCENT.search(plain)):
        yield "percent", *place(*found.span())
    amounts = list(_AMOUNT.finditer(plain))
    if amounts:
        yield "money", *place(*amounts[0].span())
    if len(amounts) > 2:  # noqa: PLR2004  two amounts are a payment and a balance; three are a price list
        yield "prices", *place(*amounts[-1].span())
    if found := _CODEWORD.search(original):
        yield "codeword", *found.span()
    if (mark := original.find("!")) >= 0:
        yield "exclamation", mark, mark + 1
    if _is_shouted(original):
        yield "shouting", 0, len(original)


def _is_shouted(text: str) -> bool:
    upper = sum(map(str.isupper, text))
    return upper >= _SHOUTED_LETTERS and upper >= _SHOUTED_SHARE * sum(map(str.isalpha, text))
