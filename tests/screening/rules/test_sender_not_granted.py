from comity.screening.judging import MISS, Abstain, Hit
from comity.screening.rules.sender_not_granted import RULE
from support.judging import a_message, ask, the_facts


def test_a_sender_of_others_is_hit_and_named():
    answer = ask(RULE, facts=the_facts(sender_granted=False))
    assert isinstance(answer, Hit)
    assert "Acme" in answer.sentence


def test_ones_own_sender_is_fine():
    assert ask(RULE, facts=the_facts(sender_granted=True)) is MISS


def test_without_a_sender_or_the_fact_it_abstains():
    assert ask(RULE, a_message(None)) == Abstain("sender_granted")
    assert ask(RULE, facts=the_facts(sender_granted=None)) == Abstain("sender_granted")
