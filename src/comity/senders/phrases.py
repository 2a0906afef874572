"""Owns looking up words and short phrases among words; must not know what they mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_STEM_START = 4


class Phrases:
    """Phrases of a few words; a single word with "*" behind it stands for all that begin so, from four letters on."""

    __slots__ = ("_firsts", "_longest", "_stems", "_whole")

    def __init__(self, terms: Iterable[str]) -> None:
        listed = {term for term in terms if term}
        self._whole = frozenset(term for term in listed if not term.endswith("*"))
        self._firsts = frozenset(term.split(" ", 1)[0] for term in self._whole if " " in term)
        self._longest = max((term.count(" ") + 1 for term in self._whole), default=0)
        self._stems: dict[str, tuple[str, ...]] = {}
        for term in sorted(listed - self._whole):
            stem = term.removesuffix("*")
            self._stems[stem[:_STEM_START]] = (*self._stems.get(stem[:_STEM_START], ()), stem)

    def begin(self, words: Sequence[str]) -> int:
        """With how many words of a phrase these words begin; 0 where they begin with none."""
        if not words:
            return 0
        if words[0] in self._firsts:
            for length in range(min(self._longest, len(words)), 1, -1):
                if " ".join(words[:length]) in self._whole:
                    return length
        return int(words[0] in self._whole or self._is_of_stem(words[0]))

    def end(self, words: Sequence[str]) -> int:
        """With how many words of a phrase these words end; 0 where they end with none."""
        for length in range(min(self._longest, len(words)), 0, -1):
            if " ".join(words[-length:]) in self._whole:
                return length
        return int(bool(words) and self._is_of_stem(words[-1]))

    def within(self, words: Sequence[str]) -> bool:
        """Whether a phrase stands anywhere in these words."""
        if not self._whole.isdisjoint(words):
            return True
        for at, word in enumerate(words):
            if (word in self._firsts and self.begin(words[at : at + self._longest])) or self._is_of_stem(word):
                return True
        return False

    def _is_of_stem(self, word: str) -> bool:
        stems = self._stems.get(word[:_STEM_START])
        return stems is not None and word.startswith(stems)
