import pytest

from comity.messages.submission import Category
from comity.screening.judging import MISS, Abstain, Hit
from comity.screening.rules.recipient_opted_out import RULE
from support.judging import a_message, ask, the_facts

C = Category


@pytest.mark.parametrize("category", [C.PROMOTIONAL, C.TRANSACTIONAL, C.ALERT])
def test_who_opted_out_is_left_alone(category):
    assert isinstance(ask(RULE, a_message(category=category), the_facts(opted_out=True)), Hit)


@pytest.mark.parametrize(
    ("category", "clearance", "settings"),
    [
        pytest.param(C.OTP, False, {}, id="a code they ask for themselves"),
        pytest.param(C.ALERT, True, {}, id="an alert with a clearance"),
        pytest.param(C.TRANSACTIONAL, False, {"exempt": ["transactional"]}, id="what the policy exempts"),
    ],
)
def test_what_may_reach_them_still(category, clearance, settings):
    facts = the_facts(opted_out=True, alert_clearance=clearance)
    assert ask(RULE, a_message(category=category), facts, **settings) is MISS


@pytest.mark.parametrize("category", [C.PROMOTIONAL, C.TRANSACTIONAL])
def test_a_clearance_for_alerts_is_for_alerts_only(category):
    facts = the_facts(opted_out=True, alert_clearance=True)
    assert isinstance(ask(RULE, a_message(category=category), facts), Hit)


def test_a_policy_may_exempt_nothing():
    assert isinstance(ask(RULE, a_message(category=C.OTP), the_facts(opted_out=True), exempt=[]), Hit)


@pytest.mark.parametrize("category", Category)
def test_who_did_not_opt_out_is_not_hit(category):
    assert ask(RULE, a_message(category=category), the_facts(opted_out=False)) is MISS


def test_not_knowing_is_not_a_refusal():
    assert ask(RULE, facts=the_facts(opted_out=None)) == Abstain("opted_out")
