from datetime import timedelta

import msgspec
import pytest

from comity.accounts.record import AccountRecord, OwnBrand
from comity.policy.files import default_policy
from comity.screening.judging import MISS, Abstain, Hit
from comity.screening.rules.sender_look_alike import RULE
from comity.senders.read import Sender, SenderKind
from support.judging import NOON, a_message, ask, the_facts

ACME = the_facts(account=AccountRecord(name="Acme", brands=(OwnBrand("Acme"),)))
OFFLINE = the_facts(account=None)


def holding(name, until=None):
    return the_facts(account=AccountRecord(name="Acme", brands=(OwnBrand("Acme"), OwnBrand(name, until))))


@pytest.mark.parametrize(
    ("sender", "action", "how"),
    [
        ("PayPal", "refuse", "the name itself"),
        ("PayPa1", "refuse", "drawn alike"),
        ("RaboBnk", "refuse", "nearly the name"),
        ("DHL-Info", "refuse", "with words added"),
        ("ING.BE", "refuse", "with words added"),
        ("Belastingdi", "refuse", "cut short"),
        ("DHL Acme", "hold", "the name among others"),
        ("Netflx", "hold", "nearly the name"),
        ("Orange", "hold", "the name itself"),
    ],
)
def test_a_sender_that_resembles_a_protected_name_is_found(sender, action, how):
    answer = ask(RULE, a_message(sender), ACME)
    assert isinstance(answer, Hit)
    assert answer.action == action
    assert how in answer.evidence[0].limit


@pytest.mark.parametrize(
    "shown", ["\u0410m\u0430zon", "Pay\u200bPal", "\uff30\uff41\uff59\uff30\uff41\uff4c", "\u0420\u0430y\u0420\u0430l"]
)
def test_other_scripts_and_invisible_characters_hide_nothing(shown):
    sender = Sender(shown, shown.casefold(), SenderKind.NAME)
    answer = ask(RULE, msgspec.structs.replace(a_message(), sender=sender), ACME)
    assert isinstance(answer, Hit)
    assert answer.action == "refuse"


@pytest.mark.parametrize("sender", ["Acme", "Ingrid", "Postbode", "Argentina", "Lindenhof", "+32470999888", "8850"])
def test_other_senders_are_left_alone(sender):
    assert ask(RULE, a_message(sender), ACME) is MISS


@pytest.mark.parametrize(
    ("until", "hit"),
    [(None, False), (NOON + timedelta(seconds=1), False), (NOON, True), (NOON - timedelta(days=1), True)],
)
def test_a_brand_is_held_until_its_letter_ends(until, hit):
    assert isinstance(ask(RULE, a_message("PayPal"), holding("PayPal", until)), Hit) is hit


@pytest.mark.parametrize(("brand", "sender"), [("ING", "ING Bank"), ("PayPal", "PayPal-Info"), ("ING Bank", "ING.BE")])
def test_whoever_holds_a_brand_may_use_its_other_senders(brand, sender):
    assert ask(RULE, a_message(sender), holding(brand)) is MISS


@pytest.mark.parametrize(
    ("own", "hit"),
    [pytest.param("Netflx", False, id="near by chance"), pytest.param("PayPa1", True, id="nobody is called that")],
)
def test_an_own_name_that_is_near_anothers_is_its_own_but_one_drawn_like_it_is_not(own, hit):
    assert isinstance(ask(RULE, a_message(own), holding(own)), Hit) is hit


@pytest.mark.parametrize(
    ("sender", "country", "hit"),
    [
        ("Chase", "GB", True),
        ("Chase", "BE", False),
        ("KBC", "BE", True),
        ("KBC", "ID", False),
        ("Rabobank", "ID", True),
        ("Chase", None, True),
    ],
)
def test_ordinary_and_short_names_count_where_the_brand_is_known(sender, country, hit):
    assert isinstance(ask(RULE, a_message(sender, country=country), ACME), Hit) is hit


@pytest.mark.parametrize(
    ("sender", "answer"), [("PayPal", Abstain), ("RaboBnk", Abstain), ("PayPa1", Hit), ("Acme", type(MISS))]
)
def test_without_the_account_only_what_is_drawn_alike_is_found(sender, answer):
    assert isinstance(ask(RULE, a_message(sender), OFFLINE), answer)


def test_without_a_sender_it_abstains():
    assert isinstance(ask(RULE, a_message(None), ACME), Abstain)


@pytest.mark.parametrize(
    ("settings", "action"),
    [({}, "hold"), ({"refuse_from": 0.6}, "refuse"), ({"hold_from": 0.61}, None), ({"genuine": ("dhl acme",)}, None)],
)
def test_the_settings_say_what_follows_from_which_score(settings, action):
    answer = ask(RULE, a_message("DHL Acme"), ACME, **settings)
    assert (answer.action if isinstance(answer, Hit) else None) == action


@pytest.mark.parametrize("name", default_policy().document.rules["sender-look-alike"].settings["genuine"])
def test_names_that_the_policy_calls_genuine_pass(name):
    genuine = default_policy().document.rules["sender-look-alike"].settings["genuine"]
    assert ask(RULE, a_message(name), ACME, genuine=genuine) is MISS
