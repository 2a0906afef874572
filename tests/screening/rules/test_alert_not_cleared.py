from datetime import date

import pytest

from comity.accounts.record import AccountRecord, Clearance
from comity.messages.submission import Category
from comity.screening.judging import MISS, Abstain, Hit
from comity.screening.rules.alert_not_cleared import RULE
from support.judging import NOON, a_message, ask, the_facts

DAY = NOON.date()


def an_alert(**changes):
    return a_message(**{"text": "Flood warning.", "category": Category.ALERT, **changes})


def cleared(*clearances):
    return the_facts(account=AccountRecord(name="Acme", clearances=clearances))


@pytest.mark.parametrize(
    ("clearances", "hit"),
    [
        pytest.param((), True, id="none"),
        pytest.param((Clearance("alert"),), False, id="everywhere"),
        pytest.param((Clearance("alert", "BE"),), False, id="for the country"),
        pytest.param((Clearance("alert", "NL"),), True, id="for another country"),
        pytest.param((Clearance("alert", until=DAY),), False, id="until today"),
        pytest.param((Clearance("alert", until=date(2026, 3, 3)),), True, id="until yesterday"),
        pytest.param((Clearance("gambling"),), True, id="for something else"),
    ],
)
def test_an_alert_needs_a_clearance_that_holds(clearances, hit):
    answer = ask(RULE, an_alert(), cleared(*clearances))
    assert isinstance(answer, Hit) is hit
    assert not hit or answer.action == ""


def test_the_advice_to_build_a_second_channel_is_given():
    assert "second channel" in ask(RULE, an_alert()).remedy
    assert "second channel" in ask(RULE, an_alert(promotion=0.95)).remedy


@pytest.mark.parametrize("clearances", [(), (Clearance("alert"),)])
@pytest.mark.parametrize(
    "changes", [{"promotion": 0.9}, {"category": Category.PROMOTIONAL, "declared": Category.ALERT}]
)
def test_an_offer_is_no_alert_whatever_the_clearance(clearances, changes):
    assert ask(RULE, an_alert(**changes), cleared(*clearances)).action == "hold"


@pytest.mark.parametrize("action", ["note", "hold", "refuse"])
def test_the_policy_says_what_is_done_with_an_offer(action):
    assert ask(RULE, an_alert(promotion=0.95), promotional_action=action).action == action


@pytest.mark.parametrize("category", [c for c in Category if c is not Category.ALERT])
def test_other_categories_are_left_alone(category):
    assert ask(RULE, a_message(text="Flood warning.", category=category)) is MISS


def test_the_looked_up_clearance_counts_as_well():
    assert ask(RULE, an_alert(), the_facts(alert_clearance=True)) is MISS


def test_what_is_not_known_is_not_guessed():
    assert ask(RULE, an_alert(), the_facts(account=None)) == Abstain("account")
    assert ask(RULE, an_alert(at=None), cleared(Clearance("alert"))) == Abstain("at")
