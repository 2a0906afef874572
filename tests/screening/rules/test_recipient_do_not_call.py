from datetime import timedelta

import pytest

from comity.messages.submission import Category
from comity.screening.judging import MISS, Abstain, ConsentFact, Hit, Listed
from comity.screening.rules.link_listed import list_label
from comity.screening.rules.recipient_do_not_call import RULE
from support.judging import NOON, a_message, ask, the_facts

ENTRY = Listed("no calls", "numbers", "32470000000")
PROMOTION = a_message(category=Category.PROMOTIONAL)
OWN = ConsentFact(NOON - timedelta(days=100), "ACME", "offers")
OTHER = ConsentFact(NOON - timedelta(days=100), "Other shop", "offers")


def known(consent=None, *entries, **changes):
    return the_facts(listed=entries or (ENTRY,), consent=consent, **changes)


@pytest.mark.parametrize(
    ("settings", "consent", "refused"),
    [
        pytest.param({}, None, True, id="no consent"),
        pytest.param({}, OWN, False, id="asked for by this brand"),
        pytest.param({}, OTHER, True, id="asked for by another brand"),
        pytest.param({"consent_overrides": "any"}, OTHER, False, id="any consent"),
        pytest.param({"consent_overrides": "none"}, OWN, True, id="the register has the last word"),
        pytest.param({"consent_days": 100}, OWN, False, id="just young enough"),
        pytest.param({"consent_days": 99}, OWN, True, id="too old"),
        pytest.param({"consent_days": 99, "consent_overrides": "any"}, OTHER, True, id="too old, any"),
    ],
)
def test_which_consent_stands_above_an_entry_is_for_the_policy(settings, consent, refused):
    assert isinstance(ask(RULE, PROMOTION, known(consent), **settings), Hit) is refused


def test_a_consent_towards_the_senders_name_is_explicit_without_an_account():
    assert ask(RULE, PROMOTION, known(OWN, account=None)) is MISS


def test_a_consent_cannot_be_young_enough_on_a_day_that_is_not_known():
    message = a_message(category=Category.PROMOTIONAL, at=None)
    assert isinstance(ask(RULE, message, known(OWN), consent_days=100), Hit)


@pytest.mark.parametrize("category", [Category.TRANSACTIONAL, Category.OTP, Category.ALERT])
def test_what_promotes_nothing_is_not_for_registers(category):
    assert ask(RULE, a_message(category=category), known()) is MISS


@pytest.mark.parametrize(
    "entries",
    [
        pytest.param((), id="nothing"),
        pytest.param((Listed("feed", "links", "32470000000"),), id="another kind"),
        pytest.param((Listed("no calls", "numbers", "32470000001"),), id="another number"),
    ],
)
def test_who_stands_on_no_register_is_sent_promotions(entries):
    assert ask(RULE, PROMOTION, the_facts(listed=entries)) is MISS


@pytest.mark.parametrize(
    ("changes", "missing"),
    [({"listed": None}, "listed"), ({"listed": (ENTRY,), "consent_known": False}, "consent")],
)
def test_when_something_was_not_looked_up_it_abstains(changes, missing):
    assert ask(RULE, PROMOTION, the_facts(**changes)) == Abstain(missing)


def test_no_whole_number_is_told():
    answer = ask(RULE, PROMOTION, known())
    assert "32470000000" not in repr(answer)
    assert "no calls" in answer.sentence


def test_a_register_that_is_overdue_is_named_to_the_reviewer():
    answer = ask(RULE, PROMOTION, known(None, Listed(list_label("no calls", 2), "numbers", "32470000000")))
    assert "no calls (overdue by 2 days)" in answer.reviewer
    assert "overdue" not in answer.sentence
