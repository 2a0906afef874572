"""What is judged health data about a person, by which identifier, and what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content.health import judge_health
from comity.content.reading import Reading

THRESHOLD = 0.65
CONDITION = "diabetes test results"


@pytest.mark.parametrize(
    ("identifier", "text"),
    [
        ("a person's name", f"Hi Anna, your {CONDITION} are here"),
        ("a person's name", f"Dear Mr. Sample, your {CONDITION} are here"),
        ("a person's name", f"Patient Karl Sample: {CONDITION}"),
        ("a person's name", f"Peter, your {CONDITION} are here"),
        ("a person's name", f"Estimada Rosa, resultados de laboratorio: {CONDITION}"),
        ("a date of birth", f"DOB 03/14/1961: {CONDITION}"),
        ("a date of birth", f"Born on March 14, 1961: {CONDITION}"),
        ("a medical record number", f"MRN 4471982: {CONDITION}"),
        ("a social security number", f"123-45-6789: {CONDITION}"),
        ("the number of a plan, policy, account or licence", f"Member ID W88412377: {CONDITION}"),
        ("an e-mail address", f"For a.sample@acme.example: {CONDITION}"),
        ("a street address", f"{CONDITION} sent to your home at 12 Oak Lane"),
        ("a device's or vehicle's number", f"Pump serial AB-12345: {CONDITION}"),
        ("an age over 89", f"{CONDITION} of a 93-year-old"),
    ],
)
def test_each_identifier_beside_a_health_term_is_named(identifier, text):
    judged = judge_health(Reading(text))
    assert identifier in judged.identifiers


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"Your {CONDITION} are here",
        "Hi Anna, your parcel is here",
        "Hi Anna, your appointment is tomorrow at 10",
        "Hi there, your diabetes clinic is closed on Monday",
        "Dear Customer, our oncology clinic moves on Monday",
        f"Hi Anna, log in to view your {CONDITION} in the patient portal",
        "Hi Anna, the vet has the blood test of your dog",
        "Ref 4711-22-9: your order of insulin cases is here",
    ],
)
def test_a_term_or_an_identifier_alone_is_none(text):
    assert judge_health(Reading(text)).score < THRESHOLD


@pytest.mark.parametrize("name", ["Anna", "Jean Sample", "O'Neil"])
def test_the_place_of_a_name_is_that_of_the_text_as_written(name):
    text = f"Hi\u200b {name}, your {CONDITION} are here"
    assert name in [text[span.start : span.end] for span in judge_health(Reading(text)).spans]


@given(st.text(max_size=300))
def test_any_text_is_judged_within_bounds(text):
    judged = judge_health(Reading(f"HIV test {text}"))
    assert 0 <= judged.score <= 1
    assert (judged.score > 0) is bool(judged.identifiers)
