import pytest

from comity.messages.submission import Category
from comity.screening.judging import MISS, Abstain, ConsentFact, Hit
from comity.screening.rules.promotion_without_consent import RULE
from support.judging import NOON, a_message, ask, the_facts

PROMOTION = a_message(category=Category.PROMOTIONAL)


def test_a_promotion_to_who_never_agreed_is_hit():
    assert isinstance(ask(RULE, PROMOTION, the_facts(consent=None)), Hit)


def test_a_promotion_to_who_agreed_is_fine():
    assert ask(RULE, PROMOTION, the_facts(consent=ConsentFact(NOON, "Shop", "offers"))) is MISS


@pytest.mark.parametrize("category", [Category.TRANSACTIONAL, Category.OTP, Category.ALERT])
def test_other_categories_need_no_opt_in(category):
    assert ask(RULE, a_message(category=category), the_facts(consent_known=False)) is MISS


def test_not_looked_up_is_not_none():
    assert ask(RULE, PROMOTION, the_facts(consent_known=False)) == Abstain("consent")
