"""Hits that are disguised still hit: at least 95 % of them, and no disguise lets more than one in ten through."""

from collections import defaultdict

import pytest

from support.adversarial import trials

LEAST = 0.95
LEAST_OF_A_DISGUISE = 0.90


@pytest.fixture(scope="module")
def tried():
    return list(trials())


def share(some):
    return sum(trial.still for trial in some) / len(some)


def test_disguised_hits_still_hit(tried):
    assert len(tried) >= 500
    assert share(tried) >= LEAST, [(t.disguise, t.row) for t in tried if not t.still]


def test_no_disguise_lets_many_through(tried):
    by_disguise = defaultdict(list)
    for trial in tried:
        by_disguise[trial.disguise].append(trial)
    assert len(by_disguise) >= 9
    assert {name: share(some) for name, some in by_disguise.items() if share(some) < LEAST_OF_A_DISGUISE} == {}
