from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.accounts.record import AccountRecord, OwnBrand
from comity.messages.submission import Category
from comity.screening.judging import MISS, Abstain, ConsentFact, Heard, Hit
from comity.screening.rules.consent_not_for_this import RULE
from support.judging import NOON, a_message, ask, the_facts

C = Category
OFFER = "Acme: 20% off all shoes until Friday! STOP to 1234"
NUMBER = "+32470123999"


def answer(brand="Acme", purpose="offers", days=10.0, heard=None, **changes):
    """What the rule says of a consent; changes are `brands`, of the message, and settings."""
    facts = the_facts(
        consent=ConsentFact(NOON - timedelta(days=days), brand, purpose),
        heard=Heard(None if heard is None else NOON - timedelta(days=heard)),
        account=AccountRecord("Acme", brands=tuple(map(OwnBrand, changes.pop("brands", ("Acme",))))),
    )
    message = {name: changes.pop(name) for name in ("text", "country", "category") if name in changes}
    sender = changes.pop("sender", "Acme")
    return ask(RULE, a_message(sender, **{"text": OFFER, "category": C.PROMOTIONAL, **message}), facts, **changes)


@pytest.mark.parametrize(
    ("brand", "text", "sender", "brands", "hit"),
    [
        pytest.param("Acme", OFFER, "Acme", ("Acme",), False, id="the brand itself"),
        pytest.param("ACME Shoes NV", OFFER, "Acme", ("Acme",), False, id="its full name"),
        pytest.param("", OFFER, "Acme", ("Acme",), False, id="none was written down"),
        pytest.param("Rival", OFFER, "Acme", ("Acme",), True, id="another"),
        pytest.param("Bean Street", OFFER, "Acme", ("Acme", "Bean Street"), True, id="another of the account's own"),
        pytest.param("Bean Street", "Free coffee", "BeanStreet", ("Acme", "Bean Street"), False, id="its sender"),
        pytest.param("Acme", "Free coffee", "BeanStreet", ("Acme", "Bean Street"), True, id="another's sender"),
        pytest.param("Acme", "Free coffee", NUMBER, ("Acme", "Bean Street"), False, id="a number may be either's"),
        pytest.param("Rival", "Free coffee", NUMBER, ("Acme", "Bean Street"), True, id="but nobody else's"),
        pytest.param("Rival", OFFER, "Acme", (), True, id="only the sender is known"),
        pytest.param("Rival", OFFER, NUMBER, (), False, id="nothing is known"),
    ],
)
def test_a_consent_is_for_one_brand(brand, text, sender, brands, hit):
    found = answer(brand, text=text, sender=sender, brands=brands)
    assert isinstance(found, Hit) is hit
    plain = text == OFFER or brand in brands  # the text names Acme, or the account holds both
    assert not hit or found.action == ("hold" if plain else "note")


@pytest.mark.parametrize(
    ("purpose", "hit"),
    [
        ("offers", False),
        ("newsletter and offers", False),
        ("order updates and promotions", False),
        ("Angebote", False),
        ("acties en nieuws", False),
        ("Publicité", False),
        ("акции и скидки", False),
        ("", False),
        ("dogs", False),
        ("delivery alerts", True),
        ("Appointment reminders", True),
        ("one-time codes", True),
        ("Lieferung", True),
        ("afspraakherinneringen", True),
        ("rappels de rendez-vous", True),
        ("напоминания", True),
        ("配送通知", True),
        ("a\u200blerts", True),
    ],
)
def test_a_consent_is_for_a_purpose(purpose, hit):
    assert isinstance(answer(purpose=purpose), Hit) is hit


@pytest.mark.parametrize(
    ("days", "heard", "country", "settings", "hit"),
    [
        pytest.param(1825, None, "BE", {}, False, id="the last day"),
        pytest.param(1825.01, None, "BE", {}, True, id="after it"),
        pytest.param(1900, 100, "BE", {}, False, id="they wrote since"),
        pytest.param(1900, 1850, "BE", {}, True, id="they wrote long ago"),
        pytest.param(1000, None, "FR", {"max_age_in": [{"country": "FR", "days": 900}]}, True, id="less in a country"),
        pytest.param(1000, None, "BE", {"max_age_in": [{"country": "FR", "days": 900}]}, False, id="not in others"),
        pytest.param(36_000, None, "BE", {"max_age_days": 0}, False, id="no limit"),
    ],
)
def test_a_consent_grows_old(days, heard, country, settings, hit):
    found = answer(days=days, heard=heard, country=country, **settings)
    assert isinstance(found, Hit) is hit
    assert not hit or found.action == "hold"


@given(st.floats(0, 4000), st.floats(0, 4000), st.integers(1, 3650))
def test_age_is_counted_from_the_later_of_consent_and_last_word(days, heard, most):
    found = answer(days=days, heard=heard, max_age_days=most)
    age = NOON - max(NOON - timedelta(days=days), NOON - timedelta(days=heard))
    assert isinstance(found, Hit) is (age > timedelta(days=most))


@pytest.mark.parametrize("category", [C.TRANSACTIONAL, C.OTP, C.ALERT])
def test_only_promotional_messages_are_judged(category):
    assert answer("Rival", category=category) is MISS


def test_no_consent_at_all_is_for_another_rule():
    assert ask(RULE, a_message(category=C.PROMOTIONAL), the_facts(consent=None)) is MISS


def test_without_facts_it_abstains():
    facts = the_facts(consent=None, consent_known=False)
    assert ask(RULE, a_message(category=C.PROMOTIONAL), facts) == Abstain("consent")
    facts = the_facts(consent=ConsentFact(NOON, "", ""))
    assert ask(RULE, a_message(category=C.PROMOTIONAL, at=None), facts) == Abstain("at")


def test_a_list_that_the_policy_lacks_is_said_when_it_is_compiled():
    with pytest.raises(ValueError, match="no list 'gone'"):
        ask(RULE, for_offers="gone")
