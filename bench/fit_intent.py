"""Learn the second opinion on replies: `python bench/fit_intent.py` (dependency group `train`), writes `learned.json`.

It is learned from `dev` and `tuned` of tests/corpora/replies alone: never from `held` or `blind`. The threshold is the
lowest at which, of the others in tenths that were not learned from, no more than `FALSE` of a hundred are taken for a
withdrawal.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Final

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from comity.consent import speech_learned

REPLIES: Final = Path(__file__).parent.parent / "tests/corpora/replies"
LEARNED: Final = Path(speech_learned.__file__).parent / "data/speech/learned.json"
LEARNED_FROM: Final = ("dev", "tuned")
FEWEST: Final = 2
"""A feature must stand in so many replies."""
FALSE: Final = 2.0
LEAST_WEIGHT: Final = 3
"""Hundredths of log-odds; what weighs less is left out."""


def rows() -> list[dict]:
    paths = (REPLIES / f"{name}.jsonl" for name in LEARNED_FROM)
    return [json.loads(line) for path in paths for line in path.read_text("utf-8").split("\n") if line]


def fitted(matrix: csr_matrix, wanted: np.ndarray) -> LogisticRegression:
    return LogisticRegression(C=1.0, max_iter=5_000, class_weight="balanced").fit(matrix, wanted)


def threshold(matrix: csr_matrix, wanted: np.ndarray, weighed: np.ndarray) -> float:
    scores = np.zeros(len(wanted))
    for learn, ask in StratifiedKFold(10, shuffle=True, random_state=1).split(matrix, wanted):
        scores[ask] = fitted(matrix[learn], wanted[learn]).decision_function(matrix[ask])
    scores[~weighed] = scores.min()
    lowest = float(np.percentile(scores[~wanted], 100 - FALSE))
    found = 100 * float((scores[wanted] > lowest).mean())
    print(f"threshold {lowest:.2f}: of what was not learned from {found:.1f} % found, {FALSE} % false")
    return lowest


def main() -> None:
    read = rows()
    said = [set(speech_learned.features(row["text"])) for row in read]
    counts = Counter(feature for each in said for feature in each)
    names = sorted(feature for feature, count in counts.items() if count >= FEWEST)
    place = {feature: number for number, feature in enumerate(names)}
    at = [(row, place[feature]) for row, each in enumerate(said) for feature in each if feature in place]
    across, down = zip(*at, strict=True)
    matrix = csr_matrix((np.ones(len(at)), (across, down)), shape=(len(read), len(names)))
    wanted = np.array([row["intent"] == "stop" for row in read])
    weighed = np.array([speech_learned.is_weighed(row["text"]) for row in read])
    lowest, model = threshold(matrix, wanted, weighed), fitted(matrix, wanted)
    weights = {name: round(100 * float(weight)) for name, weight in zip(names, model.coef_[0], strict=True)}
    kept = {name: weight for name, weight in weights.items() if abs(weight) >= LEAST_WEIGHT}
    learned = {"threshold": round(100 * lowest), "bias": round(100 * float(model.intercept_[0])), "weights": kept}
    text = json.dumps(learned, ensure_ascii=False, separators=(",", ":")).replace(',"', ',\n"')
    LEARNED.write_text(text + "\n", encoding="utf-8")
    print(f"{len(read)} replies, {len(kept)} weights, {LEARNED.stat().st_size} bytes")


if __name__ == "__main__":
    main()
