"""Owns who says what a sentence says: the speaker, others who are quoted or contradicted, or nobody, being denied.

It must not know the attacks themselves.
"""

from __future__ import annotations

import re
from typing import Final

from comity.content.hate.frames import Frame, Speaker

_LATE_NEGATION: Final = {"de": 99, "nl": 99, "fr": 2}
_SUBJECT_DROPPED: Final = frozenset({"es", "it", "pt"})
# "No ... ningun", "ne ... aucun": several negations deny once.
_DOUBLED_NEGATION: Final = frozenset({"fr", "es", "it", "pt"})
_OWN_NAME: Final = re.compile(r"(?:^|[|,\"])I[QdaFJA]{1,3}[GS]$")
_COMPARED: Final = re.compile(r"n[aoMIB]{0,3}$")
_WINDOW_ENDS: Final = '|b"ci+'
_OTHERS: Final = frozenset("TtPRGguchSY")
_SPEAKING: Final = frozenset("Iy")
_CONDEMNED: Final = re.compile(r"C")
_NEAR: Final = 3
_REST: Final = re.compile(r"[^|,\"]")
_LEAST_AROUND: Final = 3
_PROUD: Final = re.compile(r"O")

CONTRADICTED: Final = "it is condemned or contradicted"
REPORTED: Final = "somebody else's words are reported"
DENIED: Final = "it is denied"
ANOTHERS: Final = "it is somebody else's doing that is told"
OWN_GROUP: Final = "the writer speaks of the own group"


def excuse_for(kinds: str, match: re.Match[str], frame: Frame, language: str) -> str:
    """Why an attack is none, in words; "" where nothing excuses it."""
    if _is_denied(kinds, match, frame, language):
        return DENIED
    if frame.speaker is not Speaker.ANYONES and not _is_speakers(kinds, match, frame, language):
        return ANOTHERS
    if _is_reported(kinds, match):
        return REPORTED
    if _is_condemned(kinds, match):
        return CONTRADICTED
    return OWN_GROUP if frame.speaker is Speaker.ANYONES and _is_own(kinds, match) else ""


def _is_denied(kinds: str, match: re.Match[str], frame: Frame, language: str) -> bool:
    start, end = match.span()
    begin = max((kinds.rfind(mark, 0, start) for mark in _WINDOW_ENDS), default=-1) + 1
    pause = kinds.rfind(",", begin, start)
    begin = pause + 1 if pause >= 0 and kinds[begin:pause].strip("ao") else begin
    until = end
    for _ in range(_LATE_NEGATION.get(language, 0)):
        if until >= len(kinds) or kinds[until] in '|,b&ci+"':
            break
        until += 1
    negations = sum(kinds.count(letter, begin, start if frame.denied else until) for letter in "nm")
    if kinds[start] == "w" and _COMPARED.search(kinds[begin:start]):
        negations -= 1  # "nothing worse than"
    if "?" in kinds[begin : start + 1] and not frame.denied:
        return False
    if language in _DOUBLED_NEGATION:
        negations = min(negations, 1)
    return negations % 2 == 1


def _is_speakers(kinds: str, match: re.Match[str], frame: Frame, language: str) -> bool:
    """Whether whoever feels, wants or does it in the clause is the speaker, all of us, or nobody named."""
    at = next((place for place in range(match.start(), match.end()) if kinds[place] in frame.needs), match.start())
    urged = frame.speaker is Speaker.URGED
    modal = False
    if urged and kinds[at + 1 : at + 2] == "I":
        return True
    for place in range(at - 1, -1, -1):
        kind = kinds[place]
        if kind in '|b;"':
            break
        if kind in _SPEAKING:
            return True
        if urged and kind in "Mm":
            return True
        if kind == "W":
            modal = True
        elif kind == ",":
            break
        elif kind in _OTHERS and place != match.start("who"):
            return urged and kind == "Y" and not {"i", "c"}.intersection(kinds[max(0, place - 6) : place])
        elif kind == "." and place == at - 1 and language not in _SUBJECT_DROPPED and not modal:
            return kinds[place - 1 : place] == "I"
    return True


def _is_reported(kinds: str, match: re.Match[str]) -> bool:
    start, end = match.span()
    if _is_quoted(kinds, start, end):
        return True
    begin = kinds.rfind("|", 0, start) + 1
    finish = kinds.find("|", end)
    finish = finish if finish >= 0 else len(kinds)
    for place in (*range(begin, start), *range(end, finish)):
        if kinds[place] == "V" or (kinds[place] == "v" and "I" not in kinds[max(begin, place - _NEAR) : place]):
            return True
    return False


def _is_quoted(kinds: str, start: int, end: int) -> bool:
    opened = kinds.rfind('"', 0, start + 1)
    closed = kinds.find('"', end - 1)
    if opened < 0 or closed < 0 or kinds.count('"', 0, start + 1) % 2 == 0:
        return False
    around = kinds[:opened] + kinds[closed + 1 :]
    return len(_REST.findall(around)) >= _LEAST_AROUND


def _is_condemned(kinds: str, match: re.Match[str]) -> bool:
    """Whether words against hate stand in the same sentence or one beside it, and are not said of the group itself."""
    start, end = match.span()
    begin = kinds.rfind("|", 0, max(0, kinds.rfind("|", 0, start))) + 1
    finish = kinds.find("|", end)
    for _ in range(2):
        finish = kinds.find("|", finish + 1) if finish >= 0 else -1
    for found in _CONDEMNED.finditer(kinds, begin, finish if finish >= 0 else len(kinds)):
        if start <= found.start() < end or "n" in kinds[max(begin, found.start() - _NEAR) : found.start()]:
            continue
        return True
    return False


def _is_own(kinds: str, match: re.Match[str]) -> bool:
    """Whether the writer is of the group: "we ... are", "I am a ...", "us ..."."""
    who = match.start("who")
    before = kinds[max(0, who - 4) : who].rstrip("daFJA")
    if before.endswith(("I", "IB")) or _OWN_NAME.search(kinds[: who + 1]):
        return True
    return kinds[who] == "S" and "I" in kinds and _PROUD.search(kinds) is not None
