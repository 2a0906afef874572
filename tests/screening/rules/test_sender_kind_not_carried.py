from datetime import date

import pytest

from comity.countries import countries, may_refuse, sender_verdict
from comity.messages.submission import Category
from comity.policy.files import default_policy
from comity.screening.judging import MISS, Abstain, Hit
from comity.screening.rules.sender_kind_not_carried import RULE
from support.judging import NOON, a_message, ask

P = Category.PROMOTIONAL
CODES = [record.iso2 for record in countries()]


@pytest.mark.parametrize(
    ("sender", "country", "action"),
    [
        ("Acme", "US", "refuse"),
        ("Acme", "CA", "refuse"),
        ("+32470999888", "FR", "refuse"),
        ("8850", "PL", "refuse"),
        ("Acme", "BE", "note"),
        ("Acme", "ZA", "note"),
        ("+32470999888", "CH", "note"),
    ],
)
def test_a_kind_that_is_not_carried_is_found(sender, country, action):
    answer = ask(RULE, a_message(sender, country=country))
    assert isinstance(answer, Hit)
    assert answer.action == action


@pytest.mark.parametrize(
    ("sender", "country"), [("Acme", "NL"), ("Acme", "GB"), ("+32470999888", "BE"), ("Acme", "IE"), ("Acme", "XX")]
)
def test_a_kind_that_is_carried_or_only_registered_passes(sender, country):
    assert ask(RULE, a_message(sender, country=country)) is MISS


@pytest.mark.parametrize(
    ("sender", "country", "category", "hit"),
    [
        ("Acme", "SA", P, True),
        ("Acme-AD", "SA", P, False),
        ("AD-Acme", "SA", P, True),
        ("Acme", "SA", Category.TRANSACTIONAL, False),
        ("AD-Acme", "AE", P, False),
        ("Acme-AD", "AE", P, True),
        ("Acme", "IN", P, False),
        ("Acme", "HK", P, False),
    ],
)
def test_promotional_names_have_the_letters_that_a_country_asks_for(sender, country, category, hit):
    answer = ask(RULE, a_message(sender, country=country, category=category))
    assert isinstance(answer, Hit) is hit
    assert not hit or answer.action == "hold"


@pytest.mark.parametrize(
    ("settings", "country", "action"),
    [
        ({"not_carried": "hold"}, "US", "hold"),
        ({"not_carried": "allow"}, "US", None),
        ({"replaced": "allow"}, "ZA", None),
        ({"replaced": "hold"}, "ZA", "hold"),
        ({"ours": ["US alpha"]}, "US", None),
        ({"ours": ["US numeric"]}, "US", "refuse"),
    ],
)
def test_the_settings_say_what_follows(settings, country, action):
    answer = ask(RULE, a_message(country=country), **settings)
    assert (answer.action if isinstance(answer, Hit) else None) == action


@pytest.mark.parametrize("wrong", ["BE", "BE names", "ZZ alpha", ""])
def test_what_ours_means_must_be_clear(wrong):
    with pytest.raises(ValueError, match="ours"):
        ask(RULE, a_message(), ours=[wrong])


def test_belgian_routes_keep_names_by_default():
    assert default_policy().document.rules["sender-kind-not-carried"].settings["ours"] == ["BE alpha"]


def test_without_sender_country_or_time_it_abstains():
    assert isinstance(ask(RULE, a_message(None)), Abstain)
    assert isinstance(ask(RULE, a_message(country=None)), Abstain)
    assert isinstance(ask(RULE, a_message(country="US", at=None)), Abstain)


@pytest.mark.parametrize("country", CODES)
@pytest.mark.parametrize(("sender", "kind"), [("Acme", "alpha"), ("+32470999888", "numeric"), ("8850", "short_code")])
def test_only_a_fact_that_may_refuse_refuses(country, sender, kind):
    answer = ask(RULE, a_message(sender, country=country))
    fact = sender_verdict(country, kind, date(NOON.year, NOON.month, NOON.day))
    assert isinstance(answer, Hit) is (fact.allowed in {"no", "replaced", "limited"})
    assert not isinstance(answer, Hit) or answer.action != "refuse" or may_refuse(fact.tier)
