import pytest

from comity.messages.submission import Category
from comity.screening.judging import MISS, Facts, Hit
from comity.screening.rules.emergency_offer import RULE
from support.judging import a_message, ask

TEXT = "In danger? Reply SOS and we send an ambulance."


@pytest.mark.parametrize("category", Category)
def test_an_offer_to_reach_emergency_services_is_a_hit_in_every_category(category):
    assert isinstance(ask(RULE, a_message(text=TEXT, category=category)), Hit)


def test_no_fact_is_needed():
    assert isinstance(ask(RULE, a_message(None, text=TEXT, at=None, country=None), Facts()), Hit)


def test_the_threshold_is_the_policys():
    score = ask(RULE, a_message(text=TEXT)).score
    assert isinstance(ask(RULE, a_message(text=TEXT), threshold=score), Hit)
    assert ask(RULE, a_message(text=TEXT), threshold=1.0) is MISS


@pytest.mark.parametrize("text", ["In an emergency call 112.", "Reply HELP for help, STOP to end.", ""])
def test_telling_to_call_passes(text):
    assert ask(RULE, a_message(text=text)) is MISS


def test_the_evidence_quotes_what_was_written():
    quoted = {TEXT[slice(*one.span)] for one in ask(RULE, a_message(text=TEXT)).evidence}
    assert {"Reply SOS", "we send an ambulance"} <= quoted
