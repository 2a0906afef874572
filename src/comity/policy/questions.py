"""Owns the questions of the self-assessment and what each answer to them means; must not know the engine."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal

import msgspec

Mark = Literal["fine", "mind", "change"]
"""What an answer or a sample comes to: nothing to do; something to see to; not allowed as it is planned."""


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One possible answer: how it reads, what it comes to, why, and how to mend it."""

    say: str
    mark: Mark
    why: str = ""
    remedy: str = ""


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is asked.

    Attributes:
        clauses: the clauses it is about, the leading one first.
        ask: the question.
        kind: one_of (one of `options`), name, contents, categories, countries, senders, number.
        options: by short name.
        only_to: asked only of plans for one of these countries; of all when empty.
        only_for: asked only of plans with one of these categories; of all when empty.
    """

    clauses: tuple[str, ...]
    ask: str
    kind: Literal["one_of", "name", "contents", "categories", "countries", "senders", "number"]
    options: dict[str, Option] = {}
    only_to: tuple[str, ...] = ()
    only_for: tuple[str, ...] = ()

    def is_asked_of(self, countries: tuple[str, ...] | None, categories: tuple[str, ...] | None) -> bool:
        """Whether a plan must answer it; one that has not said where or what yet must."""
        there = not self.only_to or not countries or not set(self.only_to).isdisjoint(countries)
        such = not self.only_for or not categories or not set(self.only_for).isdisjoint(categories)
        return there and such


@cache
def questions() -> Mapping[str, Question]:
    """The questions by short name, in their order."""
    written = resources.files(__package__).joinpath("assessment", "questions.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(written), dict[str, Question])
