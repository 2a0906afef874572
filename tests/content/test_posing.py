"""Who poses as a person: a relative, a superior, a stranger with the wrong number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content.analysis import Analysis
from comity.content.posing import posed

RELATIVES = [
    "Hi mum, my phone broke, this is my new number, text me back",
    "Mum ive lost my phone this is a friends number text me back asap",
    "Hoi pap, dit is mijn nieuwe nummer, mijn oude telefoon is kapot. App me even",
    "Coucou maman, mon téléphone est cassé, voici mon nouveau numéro. Envoie moi un message",
    "Hola mamá, se me ha roto el móvil, este es mi nuevo número. Escríbeme",
    "Ciao mamma, mi si è rotto il telefono, questo è il mio nuovo numero. Scrivimi",
    "Oi mãe, troquei de número, salva esse. Faz um pix pra mim?",
    "Hej mamma, min telefon är trasig. Detta är mitt nya nummer, skriv till mig",
]


@pytest.mark.parametrize("text", RELATIVES)
def test_a_relative_with_another_telephone_is_told(text):
    found = posed(Analysis(text))
    assert found is not None
    assert found.kind == "relative"
    assert found.odds > 2


def test_a_superior_with_an_errand_is_told():
    found = posed(Analysis("It's your CEO, I'm in a meeting. Are you available? I need some gift cards"))
    assert found is not None
    assert found.kind == "superior"
    assert found.odds > 2


def test_a_stranger_is_told_but_never_surely():
    found = posed(Analysis("Hi, do you remember me? We met at the charity dinner, golf on Saturday?"))
    assert found is not None
    assert found.kind == "wrong number"
    assert 1 < found.odds <= 2


@pytest.mark.parametrize(
    "text",
    [
        "Hi mum, running late",
        "Hi, this is my new number. Sarah from work",
        "i broke my phone haha, see you later",
        "Got a new phone, love it",
        "Get a $20 gift card with your next order. Reply STOP to opt out",
    ],
)
def test_people_who_only_talk_are_not(text):
    found = posed(Analysis(text))
    assert found is None or found.odds < 0


def test_a_way_of_chatting_excuses_only_those_who_may_be_people():
    text = "hahaha Hi mum, my phone broke, this is my new number, text me back"
    among_people = posed(Analysis(text))
    from_a_company = posed(Analysis(text, personal=False))
    assert among_people is not None
    assert from_a_company is not None
    assert among_people.odds < from_a_company.odds


@given(st.text(max_size=200))
def test_any_text_can_be_judged(text):
    found = posed(Analysis(text))
    assert found is None or found.kind in {"relative", "superior", "wrong number", "friend"}
