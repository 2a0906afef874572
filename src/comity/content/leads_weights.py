"""Owns reading the lists and weights of `data/leads.toml`; must not know how a link is looked at."""

from __future__ import annotations

from functools import cache
from typing import Final

import ahocorasick_rs
import msgspec

from comity.content.cues import tables

LEAST_WITHIN: Final = 6
"""Words of so many letters are looked for within others too."""


class Part(msgspec.Struct, frozen=True):
    """Something that a link shows: its kind, the odds it adds, and what it is in words."""

    kind: str
    odds: float
    title: str

    @staticmethod
    def of_imitation(name: str, likeness: float) -> Part:
        """A protected name imitated, how surely from 0 to 1."""
        weighed = weights().imitation
        odds = max(weighed.least, weighed.first + weighed.step * likeness)
        return Part("imitation", odds, f"{weighed.title} {name}")


class _Odds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    odds: float
    title: str


class _Imitation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    first: float
    step: float
    least: float
    title: str


class Weights:
    """The file, ready to be asked.

    Attributes:
        wholly: kinds of link that say all by themselves.
        parts: what is added up.
        imitation: what a likeness says.
        hosts: the list on which a host stands; "name.*" for that under any country's ending.
        endings: the list on which a last label stands.
        words: the list on which a word of a name stands.
        program: endings of files that install or run.
        page: names of pages that stolen sites have.
        bait: words that say what one should do.
        long: words looked for within others, in the order of `within`.
        within: those, searched for at once.
    """

    def __init__(self) -> None:
        file = tables("leads")
        self.wholly = _parts(file["wholly"])
        self.parts = _parts(file["parts"])
        self.imitation = msgspec.convert(file["imitation"], _Imitation)
        lists = {name: words.split() for name, words in file["lists"].items()}
        self.hosts = {
            host: kind
            for kind in ("hosting", "nameless", "form", "messenger", "store", "established")
            for host in lists[kind]
        }
        self.endings = {ending: kind for kind in ("national", "abused", "much_abused") for ending in lists[kind]}
        self.words = {word: kind for kind in ("subject", "public_body", "bait") for word in lists[kind]}
        self.program = frozenset(lists["program"])
        self.page = frozenset(lists["page"])
        self.bait = frozenset(lists["bait"])
        long = tuple(word for word in self.words if len(word) >= LEAST_WITHIN)
        self.long = long
        self.within = ahocorasick_rs.AhoCorasick(long, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)


def _parts(table: dict[str, object]) -> dict[str, Part]:
    found = msgspec.convert(table, dict[str, _Odds])
    return {kind: Part(kind, one.odds, one.title) for kind, one in found.items()}


@cache
def weights() -> Weights:
    """The file; read once."""
    return Weights()
