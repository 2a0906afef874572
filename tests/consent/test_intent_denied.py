"""A withdrawal that is denied is none, by no path: forms, keywords or the second opinion; and the like of it is one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.consent.intent import intent_of
from comity.consent.speech_learned import likelihood

DENIED = {
    "en": (
        ["don't {}", "do not {}", "never {}", "please don't ever {}", "I don't want to {}", "don't you dare {}"],
        ["unsubscribe me", "remove me", "take me off the list", "delete my number", "opt me out", "remove my number"],
        ["please", "pls", "thanks"],
    ),
    "nl": (
        ["{}", "nee {}", "hallo {}", "ik zeg {}", "zeker {}"],
        [
            "niet afmelden",
            "niet uitschrijven",
            "niet verwijderen",
            "schrijf me niet uit",
            "haal me niet van de lijst",
            "meld mij niet af",
            "verwijder mijn nummer niet",
            "stop niet",
            "haal me er niet af",
            "ik wil me niet afmelden",
            "ik wil niet uitgeschreven worden",
        ],
        ["aub", "hoor", "alstublieft"],
    ),
    "fr": (
        ["{}", "non {}", "bonjour {}", "surtout {}"],
        [
            "ne me désabonnez pas",
            "ne me désinscrivez pas",
            "ne me retirez pas de la liste",
            "ne supprimez pas mon numéro",
            "n'arrêtez pas",
            "me désabonnez pas",
            "ne me supprimez jamais",
            "ne pas me désabonner",
            "je ne veux pas me désabonner",
            "je veux pas être désabonné",
        ],
        ["svp", "s'il vous plaît", "merci"],
    ),
    "de": (
        ["{}", "nein {}", "hallo {}"],
        [
            "nicht abmelden",
            "mich nicht abmelden",
            "nicht löschen",
            "melden Sie mich nicht ab",
            "melde mich nicht ab",
            "nehmen Sie mich nicht aus dem Verteiler",
            "löschen Sie meine Nummer nicht",
            "tragt mich nicht aus",
            "hört nicht auf",
            "niemals abmelden",
            "ich will mich nicht abmelden",
            "ich möchte nicht abgemeldet werden",
            "meine Nummer nicht löschen",
        ],
        ["bitte", "danke", "bitte danke"],
    ),
    "es": (
        ["{}", "oigan {}", "hola {}"],
        [
            "no me den de baja",
            "no me borren",
            "no me eliminen",
            "no me quiten de la lista",
            "no borren mi número",
            "no me saquen",
            "no cancelen mi suscripción",
            "no dejen de escribirme",
            "no paren",
            "no quiero darme de baja",
            "no quiero que me borren",
            "nunca me den de baja",
        ],
        ["por favor", "porfa", "gracias"],
    ),
    "it": (
        ["{}", "no {}", "salve {}"],
        [
            "non cancellatemi",
            "non toglietemi dalla lista",
            "non eliminatemi",
            "non mi cancellate",
            "non cancellate il mio numero",
            "non disiscrivetemi",
            "non smettete",
            "non voglio disiscrivermi",
            "non rimuovetemi mai",
            "non voglio essere cancellato",
            "non voglio che mi cancelliate",
        ],
        ["per favore", "grazie", "vi prego"],
    ),
    "pt": (
        ["{}", "oi {}", "olá {}"],
        [
            "não me removam",
            "não me tirem da lista",
            "não me descadastrem",
            "não apaguem o meu número",
            "não cancelem a minha subscrição",
            "não parem",
            "não me excluam",
            "não quero sair da lista",
            "não quero me descadastrar",
            "nunca me removam",
            "não quero que me removam",
        ],
        ["por favor", "pfv", "obrigado"],
    ),
}
"""By language: what stands around, a negation with a verb of withdrawal, politeness."""

ROWS = [
    (code, f"{lead}{around.format(denied)}{end}")
    for code, (arounds, said, polite) in DENIED.items()
    for around in arounds
    for denied in said
    for lead, end in (
        ("", ""),
        ("", "!"),
        *((f"{each} ", "") for each in polite),
        *(("", f" {each}") for each in polite),
    )
]


@pytest.mark.parametrize("code", DENIED)
def test_a_withdrawal_that_is_denied_is_never_read_as_one(code: str):
    taken = [
        text for each, text in ROWS if each == code for lang in (code, "") if intent_of(text, (lang,)).intent == "stop"
    ]
    assert taken == []


def test_no_wording_of_a_denied_withdrawal_that_was_once_taken_for_one_is_again():
    written = Path(__file__).parent.parent / "corpora/replies/denied.jsonl"
    rows = [json.loads(line) for line in written.read_text("utf-8").splitlines()]
    assert [row["text"] for row in rows if intent_of(row["text"], (row["lang"],)).intent == "stop"] == []


@given(row=st.sampled_from(ROWS), shout=st.booleans(), end=st.sampled_from(["", "!", " !!!", ".", " 🙏", "\n", " 😂"]))
def test_capitals_and_signs_make_no_withdrawal_of_a_denied_one(row: tuple[str, str], shout: bool, end: str):
    code, text = row
    assert intent_of((text.upper() if shout else text) + end, (code,)).intent == "none"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("stop niet meer sturen", "stop"),
        ("if you don't unsubscribe me I will report you", "stop"),
        ("si no me dan de baja los denuncio", "stop"),
        ("wenn ihr mich nicht löscht gehe ich zum anwalt", "stop"),
        ("se non mi cancellate vi denuncio", "stop"),
        ("no quiero más mensajes borren mi número", "stop"),
        ("não quero mais mensagens apaguem meu número", "stop"),
        ("don't text me again remove me from your list", "stop"),
        ("I did not sign up remove me", "stop"),
        ("why don't you unsubscribe me", "stop"),
        ("waarom ben ik nog niet uitgeschreven", "stop"),
        ("don't unsubscribe me, just stop the ads", "stop"),
        ("schrijf me niet meer", "stop"),
    ],
)
def test_a_negation_of_something_else_leaves_a_withdrawal_one(text: str, intent: str):
    assert intent_of(text).intent == intent


@pytest.mark.parametrize(
    "text",
    [
        "i want out of this",
        "ik wil hier vanaf",
        "je me suis jamais inscrite enlevez moi",
        "jveu plu de vos sms",
        "jveux plu recevoir vos messages",
        "pourriez-vous ne plus me contacter ?",
        "ich möchte nichts mehr von Ihnen bekommen",
        "desistam de me escrever",
        "could you please not contact me again?",
        "would you kindly not text this number",
        "kunt u mij niet meer contacteren?",
        "zou u mij geen berichten meer willen sturen?",
        "könnten Sie mich bitte nicht mehr kontaktieren?",
        "¿podrían no escribirme más, por favor?",
        "potreste per favore non scrivermi più?",
        "poderiam não me contactar mais?",
    ],
)
def test_a_polite_question_or_a_hurried_wish_withdraws(text: str):
    assert intent_of(text).intent == "stop"


@pytest.mark.parametrize(
    "text",
    [
        "Termin bitte löschen",
        "haal het morgen af",
        "enlevez-moi les oignons svp",
        "take me off speaker",
        "hol mich bitte ab",
        "keine Lust",
        "waarom krijg ik geen sms meer van jullie",
        "warum bekomme ich keine Nachrichten mehr?",
        "pourquoi je ne reçois plus vos sms ?",
        "perché non ricevo più i vostri messaggi?",
        "why am I not getting your texts any more",
        "¿por qué ya no me llegan sus mensajes?",
        "porque é que já não recebo as vossas mensagens?",
    ],
)
def test_things_and_questions_why_nothing_comes_are_none(text: str):
    assert intent_of(text).intent == "none"
    assert likelihood(text).score < 0
