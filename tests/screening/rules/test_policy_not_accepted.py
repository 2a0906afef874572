from comity.screening.judging import MISS, Abstain, Hit
from comity.screening.rules.policy_not_accepted import RULE
from support.judging import ask, the_facts


def test_an_account_that_nobody_accepted_for_is_hit():
    assert isinstance(ask(RULE, facts=the_facts(policy_accepted=False)), Hit)


def test_an_account_that_somebody_accepted_for_may_send():
    assert ask(RULE, facts=the_facts(policy_accepted=True)) is MISS


def test_not_knowing_is_not_a_refusal():
    assert ask(RULE, facts=the_facts(policy_accepted=None)) == Abstain("policy_accepted")
