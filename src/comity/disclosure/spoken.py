"""Owns which words stand for a digit, in the languages of the texts that are read; must not know why anybody asks.

Words from ten on are not here: in most of these languages they are put together in too many ways for a table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_ROWS: Final = """
nl nul een|één twee drie vier vijf zes zeven acht negen
en zero|oh one two three four five six seven eight nine
fr zéro|zero un|une deux trois quatre cinq six sept huit neuf
de null ein|eins|eine zwei|zwo drei vier fünf|fuenf sechs sieben acht neun
es cero uno|una dos tres cuatro cinco seis siete ocho nueve
it zero uno|una due tre quattro cinque sei sette otto nove
pt zero um|uma dois|duas três|tres quatro cinco seis|meia sete oito nove
pl zero jeden|jedna dwa|dwie trzy cztery pięć|piec sześć|szesc siedem osiem dziewięć|dziewiec
"""


def _table() -> Mapping[str, str]:
    said: dict[str, str] = {}
    for row in _ROWS.split("\n"):
        for value, words in enumerate(row.split()[1:]):
            said.update(dict.fromkeys(words.split("|"), str(value)))
    return said


_SAID: Final = _table()


def digit_said(word: str) -> str | None:
    """The digit that a word stands for, in any of the languages; None for any other word."""
    return _SAID.get(word.casefold())
