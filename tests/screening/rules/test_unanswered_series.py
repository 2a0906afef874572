from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.messages.submission import Category
from comity.screening.judging import MISS, Abstain, ConsentFact, Heard, Hit, RecentText
from comity.screening.rules.unanswered_series import RULE
from support.judging import NOON, a_message, ask, the_facts

C = Category


def ago(days):
    return NOON - timedelta(days=days)


def answer(*days, heard=None, consent=None, category=C.PROMOTIONAL, of="promotional", **settings):
    facts = the_facts(
        recent=tuple(RecentText(ago(one), 1, 1, of) for one in days),
        heard=Heard(None if heard is None else ago(heard)),
        consent=None if consent is None else ConsentFact(ago(consent), "Acme", "offers"),
    )
    return ask(RULE, a_message(category=category), facts, **{"most": 3, "window_days": 30, **settings})


@pytest.mark.parametrize(
    ("days", "heard", "consent", "hit"),
    [
        pytest.param([1, 2, 3], None, None, True, id="never heard"),
        pytest.param([1, 2], None, None, False, id="one fewer"),
        pytest.param([1, 2, 3], 4, None, True, id="heard before the series"),
        pytest.param([1, 2, 3], 3, None, False, id="heard as the first went out"),
        pytest.param([1, 2, 3], 0.5, None, False, id="heard since"),
        pytest.param([1, 2, 3], None, 90, True, id="agreed long before"),
        pytest.param([1, 2, 3], None, 0.5, False, id="agreed anew"),
        pytest.param([1, 2, 3, 4, 5], 40, 3.5, True, id="a new series since they agreed anew"),
        pytest.param([1, 2, 30], None, None, False, id="the first has left the window"),
        pytest.param([1, 2, 29.9], None, None, True, id="not yet"),
    ],
)
def test_a_series_ends_when_nothing_was_heard_since_it_began(days, heard, consent, hit):
    assert isinstance(answer(*days, heard=heard, consent=consent), Hit) is hit


@pytest.mark.parametrize("of", ["transactional", "otp", "alert"])
def test_only_promotional_messages_make_a_series(of):
    assert answer(1, 2, 3, of=of) is MISS


def test_an_old_row_with_a_likeness_was_promotional():
    assert isinstance(answer(1, 2, 3, of=""), Hit)


@pytest.mark.parametrize("category", [C.TRANSACTIONAL, C.OTP, C.ALERT])
def test_only_promotional_messages_are_judged(category):
    assert answer(1, 2, 3, category=category) is MISS


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"recent": None}, "recent"),
        ({"recent": tuple(RecentText(ago(1), 1, 1, "promotional") for _ in range(10)), "heard": None}, "heard"),
    ],
)
def test_without_a_fact_it_abstains(changes, missing):
    assert ask(RULE, a_message(category=C.PROMOTIONAL), the_facts(**changes)) == Abstain(missing)


def test_without_a_time_it_abstains():
    assert ask(RULE, a_message(category=C.PROMOTIONAL, at=None)) == Abstain("recent")


def test_a_first_message_needs_nothing_looked_up():
    assert ask(RULE, a_message(category=C.PROMOTIONAL), the_facts(heard=None)) is MISS


def test_it_says_how_many_days_of_earlier_texts_it_needs():
    assert RULE.settings(window_days=45).days == 45


@given(st.lists(st.floats(0.01, 60), max_size=20), st.floats(0, 60), st.integers(1, 6))
def test_whoever_answers_the_last_message_gets_the_next(days, heard, most):
    assert answer(*days, heard=0.005, most=most) is MISS
    hit = isinstance(answer(*days, heard=heard, most=most), Hit)
    assert hit is (sum(one < min(heard, 30) for one in days) >= most)
