"""Owns what is around a sentence that makes it less than it says: denial, report, quotation, laughter, a game, the law.

It must not know which sentence it is, nor what that weighs.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from comity.content.abuse_sentences import Sentences

_NEAR: Final = 70
_CLOSE: Final = 28
_SIGNS_OF_LAUGHTER: Final = re.compile(
    r"[😂🤣😜😝😛😉😘🥰😍❤😅😆😄😁🙈😹🤪]|(?<!\w)[:;=x]-?[)dp](?![a-z])|<3|(?<!\w)xd(?!\w)"
)

DENIED: Final = "it is denied"
SUPPOSED: Final = "it is only supposed"
REPORTED: Final = "somebody else's words are reported"
QUOTED: Final = "it is a quotation or a title"
LAUGHED: Final = "there is laughter or affection around it"
STAGED: Final = "it is of a game, a film or a drill"
LAWFUL: Final = "it speaks of law, of an office or of work at the house"


class Setting(msgspec.Struct, frozen=True):
    """What is around a sentence.

    Attributes:
        excuse: why it says nothing to the reader, in words; "" where it does.
        staged: whether a game, a film or a drill is named in its clause.
        lawful: whether law, an office or work is named in its clause.
    """

    excuse: str = ""
    staged: bool = False
    lawful: bool = False


def setting_of(line: str, match: re.Match[str], sentences: Sentences) -> Setting:
    """Read what is around a sentence found in a line, clause by clause."""
    start = max(line.rfind("|", 0, match.start() + 1) + 1, match.start() - _NEAR, 0)
    stop = line.find("|", match.end())
    clause = line[start : len(line) if stop < 0 else stop]
    return Setting(
        _excuse(line, match, line[start : match.start()], sentences),
        bool(sentences.staged.search(clause)),
        bool(sentences.lawful.search(clause)),
    )


def laughs(text: str, line: str, sentences: Sentences) -> bool:
    """Whether a text laughs or is affectionate anywhere."""
    return bool(_SIGNS_OF_LAUGHTER.search(text) or sentences.laughs.search(line))


def _excuse(line: str, match: re.Match[str], before: str, sentences: Sentences) -> str:
    if _is_quoted(line, match, sentences):
        return QUOTED
    if sentences.reported.search(before):
        return REPORTED
    denied = list(sentences.denied.finditer(before.rpartition(",")[2]))
    if denied and len(before) - before.rfind(denied[-1][0]) <= _CLOSE:
        return DENIED
    supposed = before.rstrip(" ,").rpartition(" ")[2]
    return SUPPOSED if sentences.supposed.fullmatch(supposed) else ""


def _is_quoted(line: str, match: re.Match[str], sentences: Sentences) -> bool:
    """Whether the sentence lies in quotation marks beside words that say whose it is or where it is from."""
    inside = line.count('"', 0, match.start() + 1) % 2 == 1 and '"' in line[match.end() - 1 :]
    if not inside:
        return False
    opens, closes = line.rfind('"', 0, match.start() + 1), line.find('"', match.end() - 1)
    around = f"{line[max(0, opens - _NEAR) : opens]} | {line[closes + 1 : closes + _NEAR]}"
    return bool(sentences.quoting.search(around))
