import pytest

from comity.messages.submission import Category
from comity.screening.judging import MISS, Abstain, Hit
from comity.screening.rules.opt_out_missing import RULE
from support.judging import a_message, ask

C = Category
NUMBER, CODE = "+32470123999", "8850"
BARE = "Acme: 20% off all shoes until Friday!"
ANSWER = f"{BARE} Reply STOP to opt out"
TO_NUMBER = f"{BARE} STOP to 1234"
LINK = f"{BARE} Opt out: acme.example/u"


def answer(text, sender="Acme", country="BE", category=C.PROMOTIONAL, **settings):
    return ask(RULE, a_message(sender, text=text, country=country, category=category), **settings)


@pytest.mark.parametrize(
    ("country", "settings", "action"),
    [
        pytest.param("BE", {}, "", id="asked for, and somebody read that"),
        pytest.param("DE", {}, "note", id="asked for, as far as anybody remembers"),
        pytest.param("DE", {"everywhere": True}, "", id="the policy asks for it"),
        pytest.param("JP", {"everywhere": True}, "", id="everywhere"),
        pytest.param(None, {"everywhere": True}, "", id="wherever that is"),
    ],
)
def test_a_text_without_a_way_to_stop_is_found_where_one_is_due(country, settings, action):
    found = answer(BARE, country=country, **settings)
    assert isinstance(found, Hit)
    assert found.action == action


@pytest.mark.parametrize("country", ["UY", "US", "JP", "ZZ", None])
def test_where_none_is_due_any_text_passes(country):
    assert answer(BARE, country=country) is MISS


@pytest.mark.parametrize(
    ("text", "sender", "hit"),
    [
        (TO_NUMBER, "Acme", False),
        (LINK, "Acme", False),
        (ANSWER, "Acme", True),
        (ANSWER, NUMBER, False),
        (ANSWER, CODE, False),
        pytest.param(f"{BARE} You can opt out at any time", "Acme", True, id="nobody learns how"),
        pytest.param(f"{BARE} acme.example Reply STOP to opt out", "Acme", True, id="the link is for shopping"),
        pytest.param(f"Call 0800 12345. {BARE} Reply STOP", "Acme", True, id="the number is for shopping"),
    ],
)
def test_nobody_can_answer_a_name(text, sender, hit):
    found = answer(text, sender, unanswerable_action="hold")
    assert isinstance(found, Hit) is hit
    assert not hit or found.action == "hold"


@pytest.mark.parametrize("category", [C.TRANSACTIONAL, C.OTP, C.ALERT])
def test_only_promotional_texts_are_judged(category):
    assert answer(BARE, category=category, everywhere=True) is MISS


def test_whether_an_unknown_sender_can_be_answered_is_not_guessed():
    assert answer(ANSWER, None) == Abstain("sender")
    assert answer(TO_NUMBER, None) is MISS
    assert isinstance(answer(BARE, None), Hit)
