import pytest

from comity.accounts.record import AccountRecord
from comity.screening.judging import MISS, Abstain, Facts, Hit
from comity.screening.rules.health_data import RULE
from support.judging import a_message, ask, the_facts

TEXT = "Hi Anna, your HIV test results are ready."


def facts(position):
    return the_facts(account=AccountRecord(name="Acme", health_data=position))


@pytest.mark.parametrize(("position", "action"), [("note", ""), ("refuse", "refuse")])
def test_the_account_says_whether_it_is_refused(position, action):
    assert ask(RULE, a_message(text=TEXT, country="US"), facts(position)).action == action


def test_without_the_account_it_is_noted_as_the_policy_says():
    assert ask(RULE, a_message(text=TEXT, country="US", at=None), Facts()).action == ""


@pytest.mark.parametrize(("country", "hit"), [("US", True), ("PR", True), ("GU", True), ("BE", False), ("CA", False)])
def test_it_holds_where_the_law_does(country, hit):
    assert isinstance(ask(RULE, a_message(text=TEXT, country=country)), Hit) is hit


def test_the_policy_may_name_other_countries():
    assert isinstance(ask(RULE, a_message(text=TEXT, country="CA"), countries=["CA"]), Hit)
    assert ask(RULE, a_message(text=TEXT, country="US"), countries=["CA"]) is MISS


def test_without_a_country_it_abstains_and_without_health_data_it_does_not_ask():
    assert ask(RULE, a_message(text=TEXT, country=None)) == Abstain("country")
    assert ask(RULE, a_message(text="Your parcel arrives.", country=None)) is MISS


def test_the_evidence_names_the_identifier_and_quotes_the_terms():
    answer = ask(RULE, a_message(text=TEXT, country="US"))
    assert [one.observed for one in answer.evidence if one.what == "identifier"] == ["a person's name"]
    assert {"Anna", "HIV test"} <= {TEXT[slice(*one.span)] for one in answer.evidence if one.span}
    assert "portal" in answer.remedy
