import pytest

from comity.accounts.record import AccountRecord, OwnBrand
from comity.messages.submission import Category
from comity.screening.judging import MISS, Abstain, Hit
from comity.screening.rules.brand_not_named import RULE
from support.judging import a_message, ask, the_facts

C = Category
NUMBER = "+32470123999"


def answer(text, sender=NUMBER, brands=("Acme Shoes",), country="BE", category=C.PROMOTIONAL, **settings):
    facts = the_facts(account=AccountRecord("Acme", brands=tuple(map(OwnBrand, brands))))
    return ask(RULE, a_message(sender, text=text, country=country, category=category), facts, **settings)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Acme Shoes: 20% off", id="in full"),
        pytest.param("ACME: 20% off", id="shortened"),
        pytest.param("20% off at AcmeShoes", id="run together"),
        pytest.param("20% off: acme.example/sale", id="in a link"),
        pytest.param("Acme's sale is here", id="with an ending"),
        pytest.param("\u0410\u0441m\u0435: 20% off", id="with look-alike letters"),
        pytest.param("A\u200bc\u200bme: 20% off", id="with invisible signs"),
        pytest.param("\U0001d400\U0001d41c\U0001d426\U0001d41e: 20% off", id="in bold letters"),
    ],
)
def test_a_brand_in_the_text_counts_however_it_is_written(text):
    assert answer(text) is MISS


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("20% off all shoes until Friday!", id="only its general word"),
        pytest.param("Your placemed order: 20% off", id="inside another word"),
        pytest.param("Rival: 20% off", id="another brand"),
    ],
)
def test_a_text_that_names_no_brand_of_the_account_is_found(text):
    assert isinstance(answer(text), Hit)


@pytest.mark.parametrize(
    ("sender", "country", "settings", "hit"),
    [
        pytest.param("Acme", "BE", {}, False, id="the sender is the brand"),
        pytest.param("AcmeShoes", "BE", {}, False, id="run together"),
        pytest.param("Rival", "BE", {}, True, id="another name"),
        pytest.param("Acme", "BE", {"sender_counts": False}, True, id="the policy wants it in the text"),
        pytest.param("Acme", "KR", {}, True, id="the country wants it in the text"),
        pytest.param("Acme", "DE", {}, False, id="nobody has checked that the country does"),
        pytest.param("Acme", None, {}, False, id="no country"),
    ],
)
def test_a_sender_that_is_the_brand_counts_unless_the_text_itself_must_name_it(sender, country, settings, hit):
    assert isinstance(answer("20% off until Friday!", sender, country=country, **settings), Hit) is hit


def test_any_brand_of_the_account_will_do():
    assert answer("Bean Street: free coffee", brands=("Acme Shoes", "Bean Street")) is MISS


def test_an_account_without_brands_is_known_by_its_senders_name():
    assert answer("20% off until Friday!", "Acme", brands=()) is MISS
    assert answer("20% off until Friday!", NUMBER, brands=()) == Abstain("account")


@pytest.mark.parametrize("category", [C.TRANSACTIONAL, C.OTP, C.ALERT])
def test_only_promotional_texts_are_judged(category):
    assert answer("20% off", category=category) is MISS


def test_without_account_or_sender_it_abstains():
    assert ask(RULE, a_message(category=C.PROMOTIONAL), the_facts(account=None)) == Abstain("account")
    assert ask(RULE, a_message(None, category=C.PROMOTIONAL)) == Abstain("sender")
