"""Precision and recall on tests/corpora/near_duplicates.jsonl never fall below what the documentation states."""

import json
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from comity.text.similar import NEAR_DUPLICATE_DISTANCE, distance, similarity_hash

CORPUS = Path(__file__).parents[1] / "corpora" / "near_duplicates.jsonl"
ROWS = [json.loads(line) for line in CORPUS.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def hashes():
    return {row["id"]: similarity_hash(row["text"]) for row in ROWS}


@pytest.fixture(scope="module")
def near(hashes):
    """How many pairs are near, by whether they are of one cluster."""
    counts = Counter()
    for one, other in combinations(ROWS, 2):
        near = distance(hashes[one["id"]], hashes[other["id"]]) <= NEAR_DUPLICATE_DISTANCE
        counts[one["cluster"] == other["cluster"], near] += 1
    return counts


def test_the_corpus_is_as_large_as_the_documentation_says():
    clusters = Counter(row["cluster"] for row in ROWS)
    assert sum(size > 1 for size in clusters.values()) >= 60
    assert sum(size == 1 for size in clusters.values()) >= 60
    assert len({row["lang"] for row in ROWS}) >= 12


def test_no_unrelated_texts_are_near(near):
    assert near[False, True] == 0


def test_most_fillings_of_a_template_are_near_whatever_was_done_to_them(near):
    assert near[True, True] / (near[True, True] + near[True, False]) >= 0.92


@pytest.mark.parametrize(
    ("how", "least"),
    [
        ("filled again", 0.97),
        ("a token behind", 0.95),
        ("a word and a token behind", 0.90),
        ("a token before", 0.94),
        ("zero width", 0.97),
        ("look-alikes", 0.95),
        ("leet", 0.90),
        ("spaced", 0.80),
        ("full width", 0.95),
        ("capitals", 0.94),
    ],
)
def test_what_is_done_to_a_copy_hides_few(hashes, how, least):
    plain = {row["cluster"]: hashes[row["id"]] for row in ROWS if row["how"] == "filled"}
    apart = [distance(plain[row["cluster"]], hashes[row["id"]]) for row in ROWS if row["how"] == how]
    assert sum(one <= NEAR_DUPLICATE_DISTANCE for one in apart) / len(apart) >= least
