"""What a recipient agreed to and asked back, as facts about a message: what the ledger says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.consent.ledger import Grant, Question, Standing, Withdrawal, rule
from comity.journey.consenting import consent_for, is_opted_out
from comity.journey.ports import Found, Granted
from comity.messages.submission import Category
from comity.text.naming import same_name
from support.judging import a_message

START = datetime(2026, 1, 1, tzinfo=UTC)
BRANDS = (
    "AcmeShop",
    "Acme Shop",
    "ACME  shop",
    "acme shop",
    "Acme Shop Ltd",
    "Acme",
    "Acme Bank",
    "Éclair",
    "ÉCLAIR",
    "Other",
)


def at(hours: int) -> datetime:
    return START + timedelta(hours=hours)


times = st.integers(0, 20).map(at)
brands = st.sampled_from(BRANDS)
consents = st.lists(st.builds(Granted, times, brands, st.just("offers")), max_size=5)
withdrawals = st.lists(st.tuples(brands.map(str.lower), times), max_size=4)


def found(given: list[Granted], taken: list[tuple[str, datetime]]) -> Found:
    return Found(consents=tuple(sorted(given, key=lambda one: one.at, reverse=True)), withdrawals=tuple(taken))


@given(st.sampled_from(["AcmeShop", "Acme", "AcmeBank", "Other"]), consents, withdrawals)
def test_a_message_rests_on_a_consent_for_its_brand_where_the_ledger_says_there_is_one(
    sender: str, given: list[Granted], taken: list[tuple[str, datetime]]
):
    fact = consent_for(found(given, taken), a_message(sender, category=Category.PROMOTIONAL), None)
    ruling = rule(
        Question(sender, "promotional", at(99)),
        [Grant(one.at, one.brand) for one in given],
        [Withdrawal(when, brand) for brand, when in taken],
        same_name,
    )
    assert (fact is not None and same_name(fact.brand, sender)) == (ruling.standing is Standing.GRANTED)


@pytest.mark.parametrize(
    ("given", "taken", "stands"),
    [
        ("AcmeShop", "acme shop", False),
        ("Acme Shop", "acmeshop", False),
        ("ACME  shop", "acme shop", False),
        ("Acme Shop", "acme  shop", False),
        ("Éclair", "éclair", False),
        ("ÉCLAIR", "e\u0301clair", False),
        ("Acme", "acme shop", False),
        ("Acme Shop", "other", True),
        ("Bank", "bank of acme", True),
    ],
)
def test_a_withdrawal_holds_however_its_brand_is_written(given: str, taken: str, stands: bool):
    message = a_message("+3228000000", category=Category.PROMOTIONAL)
    for hours, left in ((2, stands), (0, True)):
        fact = consent_for(found([Granted(at(1), given, "offers")], [(taken, at(hours))]), message, None)
        assert (fact is not None) == left


def test_a_consent_that_was_taken_back_gives_way_to_one_of_another_brand():
    both = [Granted(at(2), "Acme Shop", "offers"), Granted(at(1), "Other", "offers")]
    fact = consent_for(found(both, [("acmeshop", at(3))]), a_message("AcmeShop", category=Category.PROMOTIONAL), None)
    assert fact is not None
    assert fact.brand == "Other"


def test_a_consent_that_was_taken_back_opts_nobody_out():
    message = a_message("AcmeShop", category=Category.PROMOTIONAL)
    assert not is_opted_out(found([Granted(at(1), "Acme Shop", "offers")], [("acmeshop", at(2))]), message, None)
