"""Owns what limits of triggers, terms of proof and figures of complaints may get wrong; must not know any rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from comity.accounts.standing import IMPOSED, ORDER, Event
from comity.accounts.triggers import Drift, Probing, Rate, Strikes
from comity.complaints.figures import CHANNELS, KINDS
from comity.content.scores import CATEGORIES
from comity.policy.document import PolicyDocument
from comity.policy.places import Path
from comity.policy.problems import Problem
from comity.policy.shape import dotted, nearest
from comity.policy.tree import Tree

_TABLE: Final = "triggers"
_BY_STRIKES: Final = tuple(event.value for event in IMPOSED if event is not Event.DEACTIVATE)


def nonsense_in_watching(tree: Tree, document: PolicyDocument, clauses: Iterable[str]) -> Iterator[Problem]:
    """Everything that makes no sense there."""
    said = document.triggers
    known = set(clauses)
    cited: list[tuple[Path, Rate | Probing | Drift | None]] = [
        ((_TABLE, "probing"), said.probing),
        ((_TABLE, "drift"), said.drift),
        *(((_TABLE, "rates", name), rate) for name, rate in said.rates.items()),
    ]
    for path, one in cited:
        if one is not None and one.clause not in known:
            what = f"{path[-1]} cites a clause that does not exist: {one.clause}."
            yield tree.problem((*path, "clause"), what, nearest(one.clause, known))
    for name, rate in said.rates.items():
        path = (_TABLE, "rates", name, "steps")
        yield from _falling(tree, path, [step.over for step in rate.steps], [step.weight for step in rate.steps])
    if said.strikes is not None:
        yield from _of_strikes(tree, said.strikes)
    yield from _of_complaints(tree, document, known)
    terms = document.proof
    for place, hours in enumerate(terms.reminders_h):
        if hours >= terms.window_h:
            what = f"A reminder {hours} hours before the end comes before the beginning: there are {terms.window_h}."
            yield tree.problem(("proof", "reminders_h", place), what, "Give fewer hours.")


def _of_complaints(tree: Tree, document: PolicyDocument, clauses: set[str]) -> Iterator[Problem]:
    weights = document.complaints.weights
    ways = weights.channels if weights is not None else {}
    yield from _unknown(tree, ("complaints", "weights", "channels"), ways, CHANNELS)
    yield from _unknown(tree, ("complaints", "kinds"), document.complaints.kinds, KINDS)
    for name, kind in document.complaints.kinds.items():
        path: Path = ("complaints", "kinds", name)
        if kind.clause not in clauses:
            what = f"{name} cites a clause that does not exist: {kind.clause}."
            yield tree.problem((*path, "clause"), what, nearest(kind.clause, clauses))
        for place, score in enumerate(kind.scores):
            if score not in CATEGORIES:
                what = f"There is no score {score!r}."
                yield tree.problem((*path, "scores", place), what, nearest(score, CATEGORIES))
    limits = document.complaints.limits
    if limits is None:
        return
    sums = {table: getattr(limits, table) for table in ("codes", "answers", "takedowns")}
    for table, ceilings in sums.items():
        if ceilings.all_hour > ceilings.all_day:
            what = f"More {table} may come in an hour than in a day."
            yield tree.problem(("complaints", "limits", table, "all_hour"), what, "Give the number of a day, or less.")


def _unknown(tree: Tree, path: Path, named: Iterable[str], known: Iterable[str]) -> Iterator[Problem]:
    for name in named:
        if name not in known:
            yield tree.problem((*path, name), f"{dotted(path)} has no {name!r}.", nearest(name, known))


def _of_strikes(tree: Tree, strikes: Strikes) -> Iterator[Problem]:
    path: Path = (_TABLE, "strikes", "steps")
    for place, step in enumerate(strikes.steps):
        if step.event.value not in _BY_STRIKES:
            what = f"Strikes cannot ask for {step.event.value}: it takes a person."
            yield tree.problem((*path, place, "event"), what, f"Write one of {', '.join(_BY_STRIKES)}.")
            return
    ranks = [ORDER.index(IMPOSED[step.event]) for step in strikes.steps]
    yield from _falling(tree, path, [step.sum for step in strikes.steps], ranks)


def _falling(tree: Tree, path: Path, limits: Sequence[float], follows: Sequence[int]) -> Iterator[Problem]:
    for place in range(1, len(limits)):
        if limits[place] <= limits[place - 1] or follows[place] <= follows[place - 1]:
            what = f"Step {place + 1} does not ask for more than the step before it, at more."
            yield tree.problem((*path, place), what, "Write the mildest step first.")
