from datetime import timedelta

import pytest

from comity.accounts.record import AccountRecord, OwnBrand
from comity.policy.files import default_policy
from comity.screening.judging import MISS, Abstain, Hit
from comity.screening.rules.sender_generic import RULE
from support.judging import NOON, a_message, ask, the_facts

ACME = the_facts(account=AccountRecord(name="Acme", brands=(OwnBrand("Acme"),)))
OFFICIAL = default_policy().document.lists["sender-official"]


def holding(name, until=None):
    return the_facts(account=AccountRecord(name=name, brands=(OwnBrand(name, until),)))


@pytest.mark.parametrize(
    ("sender", "action"),
    [
        ("INFO", "note"),
        ("SMS", "note"),
        ("Verify", "note"),
        ("Bank", "note"),
        ("SMS Alert", "note"),
        ("MyBank", "note"),
        ("INFOSMS", "note"),
        ("smsinfo", "note"),
        ("Alert24", "note"),
        ("Police", "hold"),
        ("GOV", "hold"),
        ("TAX", "hold"),
        ("GOV-Alert", "hold"),
        ("TaxRefund", "hold"),
        ("taxrefund", "hold"),
        ("sms politie", "hold"),
        ("911 Alert", "hold"),
    ],
)
def test_a_name_that_names_nobody_is_found(sender, action):
    answer = ask(RULE, a_message(sender), ACME)
    assert isinstance(answer, Hit)
    assert answer.action == action


@pytest.mark.parametrize(
    "sender",
    ["Acme", "Polizei Ulm", "Tax Partner", "Bankett", "InfoPunt", "Acme Info", "Taxi Jan", "Courtois", "In It", "8850"],
)
def test_a_name_with_any_other_word_passes(sender):
    assert ask(RULE, a_message(sender), ACME) is MISS


@pytest.mark.parametrize("word", OFFICIAL)
def test_each_official_word_alone_is_held(word):
    sender = f"{word} info"[:11] if word.isdigit() else word
    assert ask(RULE, a_message(sender), ACME).action == "hold"


@pytest.mark.parametrize(
    ("until", "hit"), [(None, False), (NOON + timedelta(days=1), False), (NOON - timedelta(days=1), True)]
)
def test_an_authority_has_its_name_recorded(until, hit):
    assert isinstance(ask(RULE, a_message("Police"), holding("police", until)), Hit) is hit


def test_who_granted_a_name_on_purpose_is_not_told_at_each_message():
    assert ask(RULE, a_message("Info"), holding("Info")) == MISS
    assert isinstance(ask(RULE, a_message("Info"), holding("Acme")), Hit)


def test_without_the_account_only_authorities_are_left_open():
    assert isinstance(ask(RULE, a_message("Police"), the_facts(account=None)), Abstain)
    assert isinstance(ask(RULE, a_message("Info"), the_facts(account=None)), Hit)
    assert isinstance(ask(RULE, a_message(None), ACME), Abstain)


@pytest.mark.parametrize(
    ("sender", "settings", "action"),
    [
        ("Info", {"generic": "hold"}, "hold"),
        ("Info", {"generic": "allow"}, None),
        ("Police", {"official": "refuse"}, "refuse"),
        ("Police", {"official": "allow"}, None),
        ("Info", {"words": "sender-official"}, None),
    ],
)
def test_the_settings_say_what_follows(sender, settings, action):
    answer = ask(RULE, a_message(sender), ACME, **settings)
    assert (answer.action if isinstance(answer, Hit) else None) == action
