import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.messages.submission import Category
from comity.screening.judging import MISS, Abstain, Hit, Spread
from comity.screening.rules.snowshoe import RULE
from support.judging import a_message, ask, the_facts

C = Category


def answer(senders, accounts, category=C.PROMOTIONAL, **settings):
    return ask(RULE, a_message(category=category), the_facts(spread=Spread(senders, accounts)), **settings)


@pytest.mark.parametrize(
    ("senders", "accounts", "hit"),
    [(1, 1, False), (3, 1, False), (4, 1, True), (1, 2, False), (1, 3, True), (3, 2, False), (40, 9, True)],
)
def test_more_senders_or_accounts_than_the_policy_says_are_too_many(senders, accounts, hit):
    assert isinstance(answer(senders, accounts), Hit) is hit


@given(st.integers(1, 50), st.integers(1, 50), st.integers(1, 50), st.integers(1, 50))
def test_as_many_as_the_policy_says_may_and_one_more_may_not(senders, accounts, most_senders, most_accounts):
    facts = the_facts(spread=Spread(senders, accounts))
    found = ask(RULE, a_message(category=C.PROMOTIONAL), facts, senders=most_senders, accounts=most_accounts)
    hit = isinstance(found, Hit)
    assert hit is (senders > most_senders or accounts > most_accounts)


def test_the_sender_is_not_told_of_other_accounts():
    found = answer(1, 7)
    assert "account" not in found.sentence
    assert "7 accounts" in found.reviewer


@pytest.mark.parametrize("category", [C.TRANSACTIONAL, C.OTP, C.ALERT])
def test_other_texts_are_not_judged(category):
    assert answer(40, 9, category) is MISS


def test_without_the_spread_it_abstains():
    assert ask(RULE, a_message(category=C.PROMOTIONAL), the_facts(spread=None)) == Abstain("spread")
