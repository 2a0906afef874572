import pytest

from comity.accounts.account import Standing
from comity.screening.judging import MISS, Abstain, Hit
from comity.screening.rules.account_not_in_standing import RULE
from support.judging import ask, the_facts

BARRED = {Standing.SUSPENDED, Standing.DEACTIVATED}


@pytest.mark.parametrize("standing", sorted(BARRED))
def test_a_barred_account_is_hit_and_told_its_standing(standing):
    answer = ask(RULE, facts=the_facts(standing=standing.value))
    assert isinstance(answer, Hit)
    assert answer.evidence[0].observed == standing.value


@pytest.mark.parametrize("standing", sorted(set(Standing) - BARRED))
def test_every_other_standing_may_send(standing):
    assert ask(RULE, facts=the_facts(standing=standing.value)) is MISS


def test_an_unknown_standing_is_not_guessed():
    assert ask(RULE, facts=the_facts(standing=None)) == Abstain("standing")
