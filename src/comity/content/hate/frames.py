"""Owns the table of attacks: what is said of a group, in which order of words, with what weight; not who says it.

Letters are the kinds of `grammar.KINDS`, with "G", "S" and "T" (a pronoun for a group named before) as `people` leaves
them. Every repetition is bounded.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

import msgspec
from msgspec.structs import replace


class Speaker(Enum):
    """Whose the attack must be."""

    ANYONES = "anyone's: it is said of the group itself"
    OWN = "the speaker's own feeling"
    URGED = "what the speaker urges, wishes or means to do"


class Frame(msgspec.Struct, frozen=True):
    """One way to attack people.

    Attributes:
        title: what it does, in words.
        pattern: on kinds of words; the group named `who` is who is attacked.
        needs: letters of which one must be there at all, tried first.
        weight: log-odds it adds.
        speaker: whose it must be.
        denied: whether it needs a negation, which its pattern then holds.
        languages: those whose word order it is; of all where none is named.
    """

    title: str
    pattern: re.Pattern[str]
    needs: frozenset[str]
    weight: float
    speaker: Speaker = Speaker.ANYONES
    denied: bool = False
    languages: frozenset[str] = frozenset()


_WHO: Final = "(?P<who>[GST])"
_FILL: Final = "[QdaFJjNAYo&I]"  # between a verb and whom it is for
_WIDE: Final = '[^|b"GSci+]'


def _frame(
    title: str, pattern: str, needs: str, weight: float, *, speaker: Speaker = Speaker.ANYONES, denied: bool = False
) -> Frame:
    return Frame(title, re.compile(pattern.replace("WHO", _WHO)), frozenset(needs), weight, speaker, denied)


def _only_in(languages: str, frame: Frame) -> Frame:
    return replace(frame, languages=frozenset(languages.split()))


_HATED: Final = "hatred of people for what they are"
_LOWERED: Final = "people called vermin, criminals or the like for what they are"
_BELITTLED: Final = "people called inferior or repulsive for what they are"
_VIOLENCE: Final = "violence or expulsion called for against people for what they are"
_DEATH: Final = "death wished on people for what they are"
_DENIED: Final = "worth or rights denied to people for what they are"
_CAST_OUT: Final = "people told to go for what they are"
_BLAMED: Final = "people blamed as a group for harm"
_CURSED: Final = "people cursed for what they are"
_SLURRED: Final = "a slur"
_OWN: Final = Speaker.OWN
_URGED: Final = Speaker.URGED

FRAMES: Final = (
    _frame(_HATED, rf"H{_FILL}{{0,5}}p?{_FILL}{{0,2}}\.?[QdFJjNA]{{0,3}}WHO", "H", 3.6, speaker=_OWN),
    _frame(_HATED, r"[Iy][^|b\"GS]{0,4}WHO[Qaop.An]{0,4}H", "H", 3.2, speaker=_OWN),
    _frame(_HATED, r"WHO[Qa]{0,2}H[a]{0,2}I", "H", 3.2),
    _frame(_HATED, r"WHO,?QH", "H", 3.2, speaker=_OWN),
    _frame(_HATED, r"(?P<who>T)a?H", "H", 3.2, speaker=_OWN),
    _frame(_HATED, rf"WHO{_WIDE}{{0,5}}Z", "Z", 3.4),
    _frame(_HATED, rf"Z{_WIDE}{{0,4}}WHO", "Z", 3.4),
    _frame(_HATED, r"WHO[QaoF.pA,nMI]{0,5}D", "D", 3.6),
    _frame(_HATED, r"D[QdaoFI]{0,3}WHO", "D", 3.6, speaker=_OWN),
    _frame(_HATED, r"D,?[ciaIo.]{0,4}f[QdaoF]{0,3}WHO", "D", 3.0, speaker=_OWN),
    _frame(_HATED, r"D,?[ciaIo]{0,4}[QdaF]{0,2}WHO[ao]{0,2}f", "D", 3.0, speaker=_OWN),
    _frame(_HATED, r"Dp[^|b\"GSci+OkX]{0,5}WHO(?![^|]{0,4}[XkO])", "D", 2.0, speaker=_OWN),
    _frame(_HATED, r"D,?i[QdaF]{0,3}WHO", "D", 2.6),
    _frame(_HATED, r"WHO[^|GS]{0,3}\|?,?[Iao]{0,3}D(?=[|,]|$)", "D", 1.8),
    _frame(_LOWERED, r"WHO[^|]{0,12}\|[cadQoF.wp]{0,4}[JFj]{0,3}(?:N|J[PR.])[^|GSTCIY]{0,3}(?:\||$)", "NJ", 2.2),
    _frame(_BELITTLED, r"WHO[Qdao]{0,3}B[Qdao]{0,3}w", "w", 2.2),
    _frame(_HATED, r"w[QdaoFp.AJj]{0,4}WHO", "w", 3.2),
    _frame(_BELITTLED, r"f[QdaoFpI]{0,3}WHO[QdaoFp.AnI]{0,5}[JjND]", "f", 3.0, speaker=_OWN),
    _frame(_LOWERED, r"WHO[^|b\"GSC]{0,5}?B[QdaoFcnjJApMI&wTtR]{0,5}\.?[QdaFjJ]{0,2}N", "N", 3.4),
    _frame(_LOWERED, r"WHO[QdaFAp.,on]{0,4}N[,a]{0,2}B", "N", 3.2),
    _frame(_LOWERED, r"(?:B|^|[|,])[QdaoF]{0,2}WHO[QdaoFnA.]{0,3}N", "N", 3.0),
    _frame(_LOWERED, r"WHO,?[FJ]{0,2}N", "N", 2.8),
    _frame(_LOWERED, r"WHO,[QdaJFjp.]{0,3}[NJ](?=\||$)", "NJ", 2.4),
    _frame(_LOWERED, r"(?:^|[|,])(?:nB|nor?)[aor]{0,2}[JjN][Qdw]{0,3}WHO", "JNj", 2.4, denied=True),
    _frame(_LOWERED, r"N[,QdaFJAop]{0,3}WHO(?![BM]?[QdaF]{0,3}[OP])", "N", 2.6),
    _frame(_BELITTLED, r"WHO[^|b\"GSC]{0,5}?B[QdaoFcnjNApMI&Tt]{0,6}\.?[QdaFj&]{0,2}J(?!\.)", "J", 3.0),
    _frame(_BELITTLED, r"WHO[QdaFAp.,on]{0,4}[Jj][,a]{0,2}B", "Jj", 2.4),
    _frame(_BELITTLED, r"B[Qdao]{0,2}WHO[QdaoFnA]{0,4}\.?[QaF]{0,2}[Jj]", "Jj", 2.0),
    _frame(_BELITTLED, r"WHO[QdaoFA.p]{0,3}B[QdaoFcnApTt]{0,4}j(?!\.)", "j", 1.6),
    _frame(_BELITTLED, r"[JNj]B[Qda]{0,2}WHO", "JNj", 2.4),
    _frame(_BELITTLED, r"(?:J[,FJaQp]{0,2}|(?<=[|,])J,?)WHO", "J", 2.2),
    _frame(_BELITTLED, r"j[,FJj]{0,2}WHO(?![.OMRk])", "j", 1.0),
    _frame(_BELITTLED, r"WHO,?[aFQ]{0,2}J(?!\.)", "J", 1.4),
    _frame(_VIOLENCE, r"K[QdaFJjAYopIN&]{0,4}\.?[QdaFJjA]{0,2}WHO", "K", 3.8, speaker=_URGED),
    _frame(_VIOLENCE, rf"WHO{_WIDE}{{0,5}}[MmWR]{_WIDE}{{0,5}}[Kk]", "Kk", 3.6),
    # "Ausländer erschiessen": elsewhere a verb behind a people is what the people do, or no verb ("British Gas").
    _only_in("de nl", _frame(_VIOLENCE, rf"WHO{_WIDE}{{0,5}}K", "K", 3.6, speaker=_URGED)),
    _frame(_VIOLENCE, rf"WHO{_WIDE}{{0,4}}[kK]{_WIDE}{{0,2}}[MmW]", "Kk", 3.4),
    _frame(_VIOLENCE, rf"I[Qdao]{{0,2}}WHO{_WIDE}{{0,3}}[KkX]", "KkX", 3.0, speaker=_URGED),
    _frame(_VIOLENCE, rf"[MmW][QdaoIy]{{0,3}}WHO{_WIDE}{{0,5}}[Kk]", "Kk", 3.6),
    _frame(_VIOLENCE, rf"[MmWI]{_WIDE}{{0,3}}k[Qdao.]{{0,3}}WHO", "k", 3.4, speaker=_URGED),
    _frame(_VIOLENCE, r"d[QA]{0,2}WHO[+cQ]{0,2}[Io]{0,2}[f.]a?K", "K", 3.4),
    _frame(_VIOLENCE, r"WHO[^|]{0,12}\|[cadQoF]{0,3}[NJ][Qa]{0,2}[MmW][^|b\"GS]{0,4}[kKX]", "kKX", 3.0),
    _frame(_VIOLENCE, r"q,?[QYF]{0,3}WHO", "q", 1.2),
    _frame(_DEATH, rf"WHO{_WIDE}{{0,4}}[MmW]{_WIDE}{{0,4}}X", "X", 3.6),
    _frame(_DEATH, r"[MmW][^|b\"GS]{0,4}WHO[^|b\"GS]{0,5}[XkL]", "XkL", 3.4),
    _frame(_DEATH, r"(?:^|[|,])[QdaF]{0,2}WHO[,aFQn]{0,2}X", "X", 2.8),
    _frame(_DEATH, r"d[QaFA]{0,2}WHO[If]{1,3}X", "X", 3.2),
    _frame(_DEATH, r"[MmW][^|b\"GS]{0,6}X[,QdaopF]{0,3}WHO", "X", 3.0),
    _frame(_DEATH, r"W[^|b\"GS]{0,3}WHO[^|b\"GSB]{0,4}N", "N", 2.8),
    _frame(_DEATH, r"(?:^|[|,])\+[QdaF]{0,3}WHO[^|b\"GS]{0,4}[XL]", "XL", 3.2),
    _frame(_DEATH, r"WHO[Qdao]{0,3}X[ao]?M", "X", 3.2),
    _frame(_DEATH, r"e[QdaFA]{0,3}WHO", "e", 3.4),
    _frame(_HATED, r"n[QaoI]{0,3}O[QdaopI]{0,3}WHO(?!\.)", "O", 1.8, speaker=_OWN, denied=True),
    _frame(_HATED, r"I[OM][Qdao]{0,3}WHO[Qao]{0,3}n(?=[|,]|$)", "OM", 1.8, speaker=_OWN, denied=True),
    _frame(_DENIED, rf"WHO{_WIDE}{{0,6}}(?:n|m)[^|b\"GSOCkX]{{0,6}}R", "R", 2.8, denied=True),
    _frame(_DENIED, r"n[^|b\"GSO]{0,3}WHO[^|b\"GSOCkX]{0,5}[MWB][^|b\"GSOCkX]{0,4}R", "R", 2.8, denied=True),
    _frame(_DENIED, r"(?:n[^|b\"GSOC]{0,4}R|R[^|b\"GSOC]{0,3}n)[QdaopF]{0,4}WHO", "R", 2.6, speaker=_OWN, denied=True),
    _frame(
        _DENIED,
        rf"WHO{_WIDE}{{0,4}}(?:M[^|b\"GSOCkX]{{0,4}}n|n[^|b\"GSOCkX]{{0,4}}M|m)[^|b\"GSOCkX]{{0,5}}[rR]",
        "rR",
        3.0,
        denied=True,
    ),
    _frame(_DENIED, rf"n[QdaopF]{{0,2}}WHO{_WIDE}{{0,3}}M[^|b\"GSOCkX]{{0,5}}[rR]", "rR", 3.0, denied=True),
    _frame(_DENIED, rf"WHO{_WIDE}{{0,3}}M[^|b\"GSOCkX]{{0,3}}r[^|b\"GSOCkX]{{0,3}}n", "r", 2.8, denied=True),
    _frame(_DENIED, r"M[^|b\"GSOCkX]{0,3}n[^|b\"GSOCkX]{0,4}WHO[^|b\"GSOCkX]{0,4}[rR]", "rR", 2.8, denied=True),
    _frame(_DENIED, r"n[QdaoMI]{0,3}[rR][QdapoF]{0,3}WHO", "rR", 2.6, denied=True),
    _frame(_DENIED, r"\?[^|b\"GS]{0,2}M[^|b\"GSO]{0,3}WHO[Qdao.M]{0,3}[rR]", "rR", 2.6),
    _frame(_DENIED, r"\?[Qda]{0,2}WHO[Qdao.]{0,2}M[TtQdaop]{0,4}[rR]", "rR", 2.6),
    _frame(_DENIED, r"\?M[^|b\"GSO]{0,3}[rR][Qdap]{0,3}WHO", "rR", 2.6),
    _frame(_CAST_OUT, r"(?:^|[|,])[K.M]?[QdaF]{0,2}WHO[|,]{0,3}l(?=[|,]|$)", "l", 3.0),
    _frame(_CAST_OUT, r"(?:^|[|,])n[QdaFAp]{0,2}WHOz(?=[|,]|$)", "z", 2.2, denied=True),
    _frame(_DENIED, r"(?:^|[|,])c[MW][Qda]{0,2}WHO[Qdaop.r]{0,4}R(?=[|,]|$)", "R", 2.4),
    _frame(_CAST_OUT, r"WHO[|,]{1,2}[Lw](?=[|,]|$)", "Lw", 2.8),
    _frame(_CAST_OUT, r"(?:^|[|,])l[QdaFJp]{0,3}WHO", "l", 2.8),
    _frame(_CAST_OUT, r"WHO[^|b\"GSci+]{0,3}[MmW][Qao]{0,2}l(?=[|,]|$)", "l", 3.0),
    _frame(
        _CAST_OUT, r"I[ao]{0,3}(?:W[ao]{0,2}n|n[ao]{0,2}W)[Qdap]{0,3}WHO(?![^|]{0,9}[OkKXJj])", "W", 2.0, denied=True
    ),
    _frame(_CAST_OUT, rf"WHO{_WIDE}{{0,6}}L", "L", 2.8),
    _frame(_CAST_OUT, rf"L{_WIDE}{{0,5}}WHO", "L", 2.6, speaker=_URGED),
    _frame(_BLAMED, r"WHO[^|\"GSC]{0,5}E", "E", 2.6),
    _frame(_BLAMED, r"E[Qdao,p]{0,3}WHO", "E", 1.8),
    _frame(_CURSED, r"U[QdaFJYop&,]{0,4}WHO", "U", 3.2, speaker=_URGED),
    _frame(_CURSED, r"F[FJj]{0,2}WHO(?![^|]{0,8}O)", "F", 1.4, speaker=_OWN),
    _frame(_SLURRED, r"(?P<who>S)", "S", 2.6),
)
"""Every attack, the most telling kinds first."""
