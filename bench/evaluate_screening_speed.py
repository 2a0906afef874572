"""Owns how quick screening is: microseconds a text alone, in batches, and again; must not judge what comes of it."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from comity.content.analysis import Analysis
from comity.content.categories import JUDGES
from comity.content.cues import searched
from comity.content.learned import judged_by, learned_of, shipped_directory
from comity.content.learned_model import Model
from comity.content.reading import reading_of
from comity.content.template import template_of
from comity.policy.files import default_policy
from comity.screening.scoring import Scorer
from evaluate_screening_tables import table, texts_of
from evaluate_screening_texts import Sets

_TEXTS = 192
_ROUNDS = 7
_LOAD = """
import sys, time
from pathlib import Path
import numpy
started = time.perf_counter()
from comity.content.learned_model import Model
Model.load(Path(sys.argv[1]))
print(time.perf_counter() - started)
"""


def speed(sets: Sets, challenger: Path | None) -> None:
    """Microseconds a text: of a2p_legit and reported smishing, 100 to 180 characters, each another template."""
    with judged_by(Model.load(challenger)) if challenger is not None else contextlib.nullcontext():
        _speed(sets, challenger or shipped_directory())


def _speed(sets: Sets, directory: Path) -> None:
    rows = [*sets.rows("a2p_legit"), *sets.rows("mishra_soni", "smishing")]
    texts = {template_of(text): text for text in texts_of(rows) if 100 <= len(text) <= 180}
    some = list(texts.values())[:_TEXTS]
    document = default_policy().document
    scorers = [Scorer(document) for _ in range(_ROUNDS)]
    known = Scorer(document)
    known.scores_of(some)

    def scored(size: int) -> Callable[[], None]:
        def work() -> None:
            scorer = scorers.pop() if len(scorers) > 1 else Scorer(document)
            for start in range(0, len(some), size):
                scorer.scores_of(some[start : start + size])

        return work

    def each(work: Callable[[str], object]) -> Callable[[], None]:
        return lambda: [work(text) for text in some] and None

    print(f"{len(some)} texts, {sum(map(len, some)) / len(some):.0f} characters on average; best of {_ROUNDS} rounds\n")
    measured = [
        ("unseen templates, in batches of 32: everything", _us(scored(32), len(some), _forget)),
        ("unseen templates, one by one: everything", _us(scored(1), len(some), _forget)),
        ("templates seen before: everything", _us(lambda: known.scores_of(some) and None, len(some))),
        ("reading (disguise undone, links found)", _us(each(_read), len(some), _forget)),
        ("searching for all words", _us(each(_search), len(some), _forget_searches)),
        ("the learned model, in batches of 32", _us(_batches(some, 32), len(some))),
        ("the learned model, one by one", _us(_batches(some, 1), len(some))),
    ]
    for category, judge in JUDGES.items():
        analyses = [Analysis(text) for text in some]
        for analysis in analyses:
            _ = analysis.places, analysis.shapes

        def judging(analyses: Sequence[Analysis] = analyses, judge: Callable[[Analysis], object] = judge) -> None:
            for analysis in analyses:
                judge(analysis)

        measured.append((f"judging {category}, read and searched before", _us(judging, len(some))))
    table(("", "microseconds a text"), [(name, f"{us:.1f}") for name, us in measured])
    load = subprocess.run(
        [sys.executable, "-c", _LOAD, str(directory)], capture_output=True, text=True, check=True
    ).stdout
    size = sum(path.stat().st_size for path in directory.iterdir())
    print(f"The model loads in {1000 * float(load):.0f} ms (numpy imported before) and is {size:,} octets large.\n")


def _batches(texts: Sequence[str], size: int) -> Callable[[], None]:
    def work() -> None:
        for start in range(0, len(texts), size):
            learned_of(texts[start : start + size])

    return work


def _forget() -> None:
    reading_of.cache_clear()
    searched.cache_clear()


def _forget_searches() -> None:
    searched.cache_clear()


def _read(text: str) -> object:
    reading = reading_of(text)
    return reading.unmasked, reading.links


def _search(text: str) -> object:
    return searched(reading_of(text))


def _us(work: Callable[[], None], texts: int, before: Callable[[], None] = lambda: None) -> float:
    best = float("inf")
    for _ in range(_ROUNDS):
        before()
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
    return best / texts * 1e6
