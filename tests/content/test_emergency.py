"""What is judged an offer to reach emergency services, and what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content.emergency import judge_emergency_offer
from comity.content.reading import Reading

THRESHOLD = 0.7
OFFERS = [
    "Reply SOS and we send an ambulance",
    "Instead of calling 112, text us and we alert the police",
    "Text 112 to this number in an emergency",
    "Heart attack? Text HEART to 55512 and paramedics will be on the way",
    "Antworten Sie 1 für Polizei, 2 für Feuerwehr, 3 für Rettungswagen. Hilfe in 8 Minuten",
    "Non chiamare il 118: scrivici e mandiamo subito un'ambulanza",
    "Wandelaars: stuur uw coordinaten en wij laten de reddingshelikopter opstijgen",
    "Pożar albo włamanie? Napisz POMOC na ten numer, wzywamy straż i policję",
]


def score(text):
    return judge_emergency_offer(Reading(text)).score


@pytest.mark.parametrize("text", OFFERS)
def test_a_way_to_write_with_help_is_an_offer(text):
    assert score(text) >= THRESHOLD


@pytest.mark.parametrize("text", OFFERS)
def test_saying_that_it_reaches_nobody_undoes_it(text):
    assert score(f"{text}? No: this number cannot be used to reach emergency services.") < THRESHOLD


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Reply SOS",
        "In an emergency call 112",
        "Reply HELP for help",
        "Text us for opening hours",
        "An ambulance is on the scene",
        "Reply YES to confirm. For emergencies dial 911.",
        "ADT: your alarm was triggered. Police have been called. Reply CANCEL if false",
        "Police: officers are on the scene. If you saw anything text 88788. In an emergency call 999",
        "RAC: your patrol is 10 minutes away. Reply HELP if you are in danger or call 999",
    ],
)
def test_half_of_it_is_no_offer(text):
    assert score(text) < THRESHOLD


@given(st.text(max_size=300))
def test_any_text_is_judged_within_bounds(text):
    judged = judge_emergency_offer(Reading(text))
    assert 0 <= judged.score <= 1
    assert all(0 <= span.start < span.end <= len(text) for span in judged.spans)
