"""Owns what other ways make of the same texts on the same splits, and what learning adds; must not know how they look.

Nothing that is measured was trained on: of a source that teaches, the cluster that is measured was left out, or the
whole source. UCI and Mishra-Soni hold the same texts and count as one source.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from comity.content.learned_features import BITS
from comity.content.reading import reading_of
from comity.content.template import template_of
from comity.training.corpora import Labelled
from comity.training.fitting import Effort, Matrix, fit
from comity.training.teaching import features_in_pieces, lesson_of
from evaluate_screening_judging import Judge
from evaluate_screening_tables import RANKING_HEAD, of_smishing, ranking_row, share, table, texts_of
from evaluate_screening_texts import Row, Sets

FOLDS = 3
EFFORT = Effort()
Score = Callable[[Sequence[str]], np.ndarray]
Train = Callable[[Sequence[Row], Sequence[int]], Score]


def baselines(sets: Sets, judge: Judge) -> None:
    """Reported smishing against genuine application texts, by other ways."""
    genuine = sets.rows("a2p_legit")
    origins = sorted({row["origin"] for row in genuine})
    by_origin = {row["id"]: origins.index(row["origin"]) % FOLDS for row in genuine}
    by_cluster = {row["id"]: row["cluster"] % FOLDS for row in genuine}
    rows: list[tuple[object, ...]] = []
    for name, train in (("TF-IDF and a linear SVM", tf_idf), ("hashed words and letters, linear (ours)", hashed)):
        rows += _trained(name + ", application texts unseen", sets, train, {})
        rows += _trained(name + ", the origin of an application text unseen", sets, train, by_origin)
        rows += _trained(name + ", application texts known but for the cluster", sets, train, by_cluster)
    listed = [row["text"] for row in sets.rows("brand_lists", "phishing_word")]
    alarms = _listed(listed, texts_of(genuine))
    own = [of_smishing(one) for one in judge.scores(texts_of(genuine))]
    for name, members in sets.smishing().items():
        rows.append(
            ranking_row(f"list of {len(listed)} phishing words: {name}", _listed(listed, texts_of(members)), alarms)
        )
    for name, members in sets.smishing().items():
        rows.append(ranking_row(f"Comity: {name}", [of_smishing(o) for o in judge.scores(texts_of(members))], own))
    table(RANKING_HEAD, rows)
    _word_lists(sets)


def _trained(name: str, sets: Sets, train: Train, folds: dict[str, int]) -> list[tuple[object, ...]]:
    """Rows of the ranking. Each fold's texts are scored by a model that saw none of their cluster."""
    genuine, reported = sets.rows("a2p_legit"), sets.smishing()
    first, other = reported.values()
    found: dict[str, list[float]] = {"genuine": [], "first": [], "other": []}
    for fold in range(FOLDS):
        taught = [row for row in genuine if folds.get(row["id"], fold) != fold]
        aside = [row for row in genuine if folds.get(row["id"], row["cluster"] % FOLDS) == fold]
        rows = [row for row in (*sets.rows("uci_sms"), *sets.rows("mishra_soni")) if row["cluster"] % FOLDS != fold]
        rows += taught
        score = train(rows, [int(row["label"] in {"spam", "smishing"}) for row in rows])
        for key, members in (
            ("genuine", aside),
            ("first", [row for row in first if row["cluster"] % FOLDS == fold]),
            ("other", [row for row in other if row["cluster"] % FOLDS == fold]),
        ):
            found[key] += score(texts_of(members)).tolist() if members else []
    names = list(reported)
    return [
        ranking_row(f"{name}: {names[0]}", found["first"], found["genuine"]),
        ranking_row(f"{name}: {names[1]}", found["other"], found["genuine"]),
    ]


def plain(text: str) -> str:
    return reading_of(template_of(text)).unmasked.plain


def tf_idf(rows: Sequence[Row], targets: Sequence[int]) -> Score:
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True)
    model = make_pipeline(make_union(words, letters), LinearSVC(class_weight="balanced", random_state=0))
    model.fit([plain(row["text"]) for row in rows], targets)
    return lambda texts: model.decision_function([plain(text) for text in texts])


def hashed(rows: Sequence[Row], targets: Sequence[float]) -> Score:
    """As the model that ships is fitted; a target between 0 and 1 is a share of votes."""
    known = [
        Labelled(row["text"], row["source"], row["cluster"], {"it": t}) for row, t in zip(rows, targets, strict=True)
    ]
    matrix = Matrix(features_in_pieces([plain(one.text) for one in known]), EFFORT.least_texts)
    weights, bias = fit(matrix, lesson_of("it", known), EFFORT)
    by_bucket = np.zeros(1 << BITS)
    by_bucket[matrix.columns] = weights

    def score(texts: Sequence[str]) -> np.ndarray:
        found = features_in_pieces([plain(text) for text in texts])
        return np.add.reduceat(by_bucket[found.buckets], found.starts) / np.sqrt(found.counts) + bias

    return score


def _listed(terms: Sequence[str], texts: Sequence[str]) -> list[float]:
    """How many terms of a list stand in each text, as words or in links."""
    return [float(sum(term in lowered for term in terms)) for lowered in map(str.lower, texts)]


def _word_lists(sets: Sets) -> None:
    """Lists of foul words: what they find, and what they flag."""
    foul = [row["text"].lower() for row in sets.rows("ldnoobw", lang="en")]
    severe = [row["text"].lower() for row in sets.rows("surge_profanity") if row["severity"] >= 2]
    rows = []
    for name, terms in (("ldnoobw, English", foul), ("surge, severity 2 and more", severe)):
        wanted = frozenset(terms)
        cells = [share(sum(_has(wanted, row["text"]) for row in members), len(members)) for members in _abuse(sets)]
        rows.append((name, *cells))
    table(
        ("list of words", "olid offence", "olid none", "davidson offence", "davidson none", "a2p_legit", "nus_sms"),
        rows,
    )


def _abuse(sets: Sets) -> list[list[Row]]:
    olid, davidson = (sets.rows(name) for name in ("olid", "davidson"))
    return [
        [row for row in olid if row["label"] == "OFF"],
        [row for row in olid if row["label"] == "NOT"],
        [row for row in davidson if row["label"] != "neither"],
        [row for row in davidson if row["label"] == "neither"],
        sets.rows("a2p_legit"),
        sets.rows("nus_sms", lang="en"),
    ]


def _has(terms: frozenset[str], text: str) -> bool:
    words = text.lower().split()
    bare = [word.strip(".,;:!?\"'()#") for word in words]
    return any(
        " ".join(bare[start : start + length]) in terms
        for length in (1, 2, 3)
        for start in range(len(bare) - length + 1)
    )
