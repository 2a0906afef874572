import pytest

from comity.accounts.challenges import Challenged
from comity.screening.judging import MISS, Hit
from comity.screening.rules.key_from_new_country import RULE
from support.judging import a_message, ask, the_facts

COUNTRY, VOLUME = Challenged("c-1", "country", "BR"), Challenged("c-2", "volume")


@pytest.mark.parametrize("challenged", [(COUNTRY,), (VOLUME, COUNTRY)], ids=["alone", "beside another"])
def test_what_comes_from_a_new_country_is_held_and_its_challenge_named_first(challenged):
    answer = ask(RULE, a_message(), the_facts(challenged=challenged))
    assert isinstance(answer, Hit)
    assert [one.observed for one in answer.evidence] == ["c-1", "BR"]


@pytest.mark.parametrize(("held", "action"), [(9, ""), (10, "refuse")])
def test_as_many_as_are_held_already_are_refused_for_what_is_held_is_paid_for(held, action):
    one = Challenged("c-1", "country", "BR", held)
    assert ask(RULE, a_message(), the_facts(challenged=(one,)), most_held=10).action == action


@pytest.mark.parametrize("challenged", [(), (VOLUME,)], ids=["none", "of volume"])
def test_without_such_a_challenge_nothing_is_held(challenged):
    assert ask(RULE, a_message(), the_facts(challenged=challenged)) is MISS
