"""Owns where a key of a TOML text stands; must not judge the text, which `tomllib` has read already.

`tomllib` keeps no lines. This walks a text that is valid TOML once more and notes the line of each key and each
element of a list. Of a text that is not valid it notes what it can.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

Path = tuple[str | int, ...]
"""The keys from the document down; a number is the place in a list."""

_BLANK: Final = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_SPACES: Final = re.compile(r"[ \t]*")
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_QUOTED: Final = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'')
_LONG: Final = {
    '"""': re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}', re.DOTALL),
    "'''": re.compile(r"'''.*?'{3,5}", re.DOTALL),
}
_PLAIN: Final = re.compile(r"[^,\]}\n#]*")
_REST: Final = re.compile(r"[^\n]*")
_DEEPEST: Final = 100


def lines_of(text: str) -> dict[Path, int]:
    """The line of each key and list element of a TOML text, from 1, by path; a table's is where it is first named."""
    return _Walk(text).lines


class _Walk:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._tables: dict[Path, int] = {}  # how many tables a list of tables has so far
        self.lines: dict[Path, int] = {}
        prefix: Path = ()
        while self._skip(_BLANK) < len(text):
            before = self._at
            prefix = self._statement(prefix)
            if self._at == before:  # no TOML: go on with the next line
                self._skip(_REST)

    def _statement(self, prefix: Path) -> Path:
        """A header, which is the new prefix, or a key with its value."""
        if self._peek("[["):
            self._at += 2
            path = self._within(tuple(self._key()))
            number = self._tables[path] = self._tables.get(path, -1) + 1
            prefix = (*path, number)
            self._note(prefix)
            self._skip(_REST)
        elif self._peek("["):
            self._at += 1
            prefix = self._within(tuple(self._key()))
            self._note(prefix)
            self._skip(_REST)
        else:
            self._pair(prefix, 0)
            self._skip(_SPACES)
        return prefix

    def _within(self, path: Path) -> Path:
        """A header's path; a list of tables on the way stands for its last table."""
        found: Path = ()
        for place, key in enumerate(path):
            found = (*found, key)
            if place < len(path) - 1 and found in self._tables:
                found = (*found, self._tables[found])
        return found

    def _pair(self, prefix: Path, depth: int) -> None:
        path = (*prefix, *self._key())
        self._note(path)
        self._skip(_SPACES)
        if self._peek("="):
            self._at += 1
            self._skip(_SPACES)
            self._value(path, depth)

    def _value(self, path: Path, depth: int) -> None:
        if depth > _DEEPEST:
            self._at = len(self._text)
        elif self._peek("["):
            for number in self._items("]"):
                self._note((*path, number))
                self._value((*path, number), depth + 1)
        elif self._peek("{"):
            for _ in self._items("}"):
                self._pair(path, depth + 1)
        else:
            self._scalar()

    def _items(self, end: str) -> Iterator[int]:
        """Stand before each item of a list or inline table, then behind its end."""
        self._at += 1
        number = 0
        while self._skip(_BLANK) < len(self._text) and not self._peek(end):
            before = self._at
            yield number
            number += 1
            self._skip(_BLANK)
            if self._peek(","):
                self._at += 1
            elif self._at == before:  # no TOML
                return
        self._at += 1

    def _scalar(self) -> None:
        for quotes, pattern in _LONG.items():
            if self._peek(quotes):
                self._skip(pattern)
                return
        self._skip(_QUOTED if self._peek('"') or self._peek("'") else _PLAIN)

    def _key(self) -> Iterator[str]:
        """The parts of a dotted key."""
        while True:
            self._skip(_SPACES)
            quoted = self._peek('"') or self._peek("'")
            found = (_QUOTED if quoted else _BARE).match(self._text, self._at)
            if found is None:
                return
            self._at = found.end()
            yield found[0][1:-1] if quoted else found[0]
            self._skip(_SPACES)
            if not self._peek("."):
                return
            self._at += 1

    def _note(self, path: Path) -> None:
        line = bisect_right(self._starts, self._at)
        for length in range(1, len(path) + 1):
            self.lines.setdefault(path[:length], line)

    def _peek(self, word: str) -> bool:
        return self._text.startswith(word, self._at)

    def _skip(self, pattern: re.Pattern[str]) -> int:
        found = pattern.match(self._text, self._at)
        if found is not None:
            self._at = found.end()
        return self._at
