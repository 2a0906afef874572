"""Owns what learning adds to what structure says, category by category; must not know how either works.

A candidate is taught by some sources and measured on others, that it never saw. "Both" adds the log-odds of the judge
and of the candidate. What does not come out ahead is not in the model that ships.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from math import log
from pathlib import Path

from comity.content.learned import judged_by, shipped_card
from comity.content.learned_model import Model
from comity.content.scores import CATEGORIES
from evaluate_screening_baselines import Score, hashed
from evaluate_screening_judging import Judge, without_learned
from evaluate_screening_tables import area, is_right, of_smishing, share, table, texts_of
from evaluate_screening_texts import OF_SMISHING, Row, Sets, functional

_ALLOWED = 0.01
_OF_MARGIN = 2.0  # log-odds for a margin of 1, about what calibration finds
_LEAST = 0.001
Target = Callable[[Row], float | None]


def _votes(row: Row, *places: int) -> float:
    return sum(row["votes"][place] for place in places) / sum(row["votes"])


# What teaches each candidate, and what each row says; genuine texts say no to all. German posts teach and are not
# measured: nothing else at hand teaches German.
TAUGHT: dict[str, dict[str, Target]] = {
    "smishing": {"mishra_soni": lambda row: {"smishing": 1.0, "ham": 0.0}.get(row["label"])},
    "spam": {
        "uci_sms": lambda row: float(row["label"] == "spam"),
        "mishra_soni": lambda row: float(row["label"] != "ham"),
    },
    "obscene": {
        "davidson": lambda row: _votes(row, 0, 1),
        "germeval2018": lambda row: {"profanity": 1.0, "other": 0.0}.get(row["fine"]),
    },
    "harassment": {
        "davidson": lambda row: _votes(row, 0, 1),
        "germeval2018": lambda row: float(row["label"] != "OTHER"),
    },
    "hate": {"davidson": lambda row: _votes(row, 0), "germeval2018": lambda row: float(row["fine"] == "abuse")},
}
GENUINE = (("a2p_legit", "legit"), ("nus_sms", "ham"), ("uci_sms", "ham"))


def learned(sets: Sets, judge: Judge, challenger: Path | None) -> None:
    """Each candidate on texts of sources it never saw, and on invented ones; then what a model changes in decisions."""
    with without_learned():
        alone = Judge()
        rows = [row for candidate in TAUGHT for row in _candidate(candidate, sets, alone)]
        table(("candidate", "measured on", "texts of it", "others", "area: judge", "learned", "both",
               "recall at 1 %: judge", "learned", "both"), rows)  # fmt: skip
        before = _decided(sets, alone)
    print(f"The model that ships knows of: {', '.join(shipped_card().categories) or 'nothing'}.\n")
    if challenger is not None:
        model = Model.load(challenger)
        print(f"The challenger, {model.card.sha256[:16]}, knows of: {', '.join(model.card.categories)}.\n")
        with judged_by(model):
            after = _decided(sets, Judge())
    elif shipped_card().categories:
        after = _decided(sets, judge)
    else:
        return
    rows = [(name, *cells, *after[name][1:]) for name, cells in before.items() if cells != after[name]]
    table(("set", "texts", "refused, without it", "held", "right", "refused, with it", "held", "right"), rows)
    print(f"Of {len(before)} sets, the others are decided alike.\n")


def _decided(sets: Sets, judge: Judge) -> dict[str, tuple[object, ...]]:
    """Of each set: texts, refused, held, and of functional ones how many came out right."""
    members = {name: rows for name, rows in sets.decided().items() if " kind " not in name and " lang " not in name}
    by_part: dict[str, list[Row]] = {}
    for part, row in functional():
        by_part.setdefault(f"functional {part}, {row['category']}, {row['expect']}", []).append(row)
    found: dict[str, tuple[object, ...]] = {}
    for name, rows in {**members, **by_part}.items():
        came = judge.judged(texts_of(rows))
        count = Counter(one.action for one in came)
        right = sum(is_right(row, one, judge) for row, one in zip(rows, came, strict=True)) if name in by_part else "-"
        found[name] = (len(rows), count["refuse"], count["hold"], right)
    return found


def _candidate(name: str, sets: Sets, judge: Judge) -> list[tuple[object, ...]]:
    found = []
    taught: dict[tuple[str, ...], Score] = {}
    for measured, wanted, others, left_out in _measured(name, sets):
        if left_out not in taught:
            taught[left_out] = hashed(*_lessons(name, sets, left_out))
        pairs = []
        for texts in (wanted, others):
            by_judge = [_log_odds(_of(name, one)) for one in judge.scores(texts)]
            by_learning = [_OF_MARGIN * margin for margin in taught[left_out](texts).tolist()]
            pairs.append((by_judge, by_learning, [a + b for a, b in zip(by_judge, by_learning, strict=True)]))
        areas = [f"{area(yes, no):.3f}" for yes, no in zip(*pairs, strict=True)]
        recalls = [share(_above(yes, no), len(yes)) for yes, no in zip(*pairs, strict=True)]
        found.append((name, measured, len(wanted), len(others), *areas, *recalls))
    return found


def _above(wanted: Sequence[float], others: Sequence[float]) -> int:
    limit = sorted(others, reverse=True)[int(_ALLOWED * len(others))]
    return sum(value > limit for value in wanted)


def _measured(name: str, sets: Sets) -> list[tuple[str, list[str], list[str], tuple[str, ...]]]:
    """What a candidate is measured on: a name, the texts of it, the others, and the sources that may not teach it."""
    genuine = texts_of(sets.rows("a2p_legit"))
    indonesian, turkish = ({key: texts_of(sets.rows(of, key)) for key in ("ham", "spam", "smishing")}
                           for of in ("indonesian_sms", "turkish_sms"))  # fmt: skip
    given: list[tuple[str, list[str], list[str], tuple[str, ...]]] = []
    if name == "smishing":
        given.append(("indonesian smishing, a2p_legit", indonesian["smishing"], genuine, ("a2p_legit",)))
    if name == "spam":
        given.append(("turkish spam, ham", turkish["spam"], turkish["ham"], ()))
        given.append(("indonesian spam, ham", indonesian["spam"], indonesian["ham"], ()))
        given.append(("turkish spam, a2p_legit", turkish["spam"], genuine, ("a2p_legit",)))
    for measured, (category, members, is_one) in sets.abusive().items():
        if category == name and members[0]["source"] == "olid":
            wanted = texts_of(row for row in members if is_one(row))
            others = texts_of(row for row in members if row["label"] == "NOT")
            given.append((measured + ", none", wanted, others, ()))
    hits = [row["text"] for _, row in functional() if row["category"] == name and row["expect"] == "hit"]
    passes = [row["text"] for _, row in functional() if _may_be_taken_for(row, name) and row["expect"] == "pass"]
    if hits and passes:
        given.append(("functional", hits, passes, ()))
    return given


def _may_be_taken_for(row: Row, name: str) -> bool:
    return row["category"] in ({name, "genuine", "code", *OF_SMISHING} if name == "smishing" else {name})


def _lessons(name: str, sets: Sets, left_out: Sequence[str]) -> tuple[list[Row], list[float]]:
    rows: list[Row] = []
    targets: list[float] = []
    for source, target in TAUGHT[name].items():
        if source not in left_out:
            known = [(row, says) for row in sets.rows(source) if (says := target(row)) not in {None, 0.5}]
            rows += [row for row, _ in known]
            targets += [says for _, says in known]
    for source, label in GENUINE:
        if source not in left_out and source not in TAUGHT[name]:
            rows += sets.rows(source, label)
            targets += [0.0] * len(sets.rows(source, label))
    return rows, targets


def _of(name: str, scores: object) -> float:
    return scores.of(name) if name in CATEGORIES else of_smishing(scores)


def _log_odds(score: float) -> float:
    kept = min(max(score, _LEAST), 1 - _LEAST)
    return log(kept / (1 - kept))
