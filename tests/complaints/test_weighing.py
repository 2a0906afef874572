"""What complaints weigh, and when there is enough to freeze."""

from itertools import combinations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.complaints.weighing import Said, enough_to_freeze, independent, score_of, weight_of
from comity.content.scores import CATEGORIES
from comity.policy.files import default_policy
from comity.policy.watching import figures_of
from comity.screening.rules.traffic_frozen import Settings

SETTINGS = Settings()
FIGURES = figures_of(default_policy().document)
PAIRS = st.lists(st.tuples(st.sampled_from([b"a", b"b", b"c", b"d"]), st.sampled_from("1234")), max_size=7)


@pytest.mark.parametrize(
    ("said", "freezes"),
    [
        (Said(0.5, 1, 0), True),
        (Said(0.49, 1, 1), False),
        (Said(0.0, 2, 2), False),
        (Said(0.0, 3, 3), True),
        (Said(1.0, 0, 0), False),
        (Said(0.0, 50, 1), False),
    ],
    ids=["proven and likely", "proven and unlikely", "two", "three", "unproven", "fifty that may be one"],
)
def test_a_proof_and_a_score_or_three_independent_people_freeze(said, freezes):
    assert (enough_to_freeze(said, SETTINGS) is not None) is freezes


@pytest.mark.parametrize(
    ("pairs", "many"),
    [
        ([], 0),
        ([(b"a", "1")], 1),
        ([(b"a", "1"), (b"a", "2"), (b"a", "3")], 1),
        ([(b"a", "1"), (b"b", "1"), (b"c", "1")], 1),
        ([(b"a", "1"), (b"a", "2"), (b"a", "3"), (b"b", "1"), (b"c", "1")], 2),
        ([(b"a", "1"), (b"b", "2"), (b"c", "3")], 3),
        ([(b"a", "1"), (b"b", "1"), (b"b", "2"), (b"c", "2"), (b"c", "3")], 3),
    ],
    ids=["nobody", "one", "many numbers", "many networks", "a flood of both", "three", "three that cross"],
)
def test_neither_many_numbers_nor_many_networks_make_one_reporter_several(pairs, many):
    assert independent(pairs) == many


@given(PAIRS)
def test_independent_is_the_largest_set_of_reports_that_share_nothing(pairs):
    def shares_nothing(some):
        return len({a for a, _ in some}) == len({b for _, b in some}) == len(some)

    distinct = list(dict.fromkeys(pairs))
    largest = max(n for n in range(len(distinct) + 1) if any(map(shares_nothing, combinations(distinct, n))))
    assert independent(pairs) == largest


@given(PAIRS, st.permutations(range(7)))
def test_the_order_of_reports_does_not_matter(pairs, order):
    shuffled = [pairs[place] for place in order if place < len(pairs)]
    assert independent(shuffled) == independent(pairs)


@pytest.mark.parametrize("channel", ["form", "api", "sms", "xarf", "arf", "staff"])
@given(proven=st.booleans(), linked=st.booleans(), counted=st.booleans())
def test_what_is_not_proven_fits_nothing_or_counts_already_weighs_nothing(channel, proven, linked, counted):
    weight = weight_of(channel, FIGURES.weights, proven=proven, linked=linked, counted=counted)
    assert (weight > 0) == (proven and linked and not counted)
    assert weight <= weight_of(channel, FIGURES.weights, proven=True, linked=True, counted=False)


def test_the_scores_of_each_kind_are_some_that_texts_have():
    named = {name for kind in FIGURES.kinds.values() for name in kind.scores}
    assert named <= set(CATEGORIES)


def test_the_clauses_of_the_kinds_are_clauses_of_the_policy():
    assert {kind.clause for kind in FIGURES.kinds.values()} <= set(default_policy().document.clauses)


@given(st.dictionaries(st.sampled_from(CATEGORIES), st.floats(0, 1)))
def test_the_score_of_a_complaint_is_one_that_speaks_for_it(scores):
    score = score_of(FIGURES.kinds["phishing"], scores)
    assert score == max((scores.get(name, 0.0) for name in ("phishing", "fraud", "solicitation")), default=0.0)


def test_the_shipped_policy_has_the_settings_of_the_rule():
    setting = default_policy().document.rules["traffic-frozen"]
    assert msgspec.convert(setting.settings, Settings) == SETTINGS
