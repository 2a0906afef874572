from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from comity.complaints.report_number import (
    TRANSITIONS,
    Deed,
    Event,
    Heard,
    State,
    after,
    answer_for,
    read,
    without_code,
)

SPAM = "Your parcel waits, pay 1.99 at https://post.invalid"


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        (SPAM, Heard(Event.TEXT, SPAM)),
        (f"  {SPAM}\n", Heard(Event.TEXT, SPAM)),
        (f"FWD: {SPAM}", Heard(Event.TEXT, SPAM)),
        (f"Fw: Fwd: {SPAM}", Heard(Event.TEXT, SPAM)),
        (f"[Forwarded message]: {SPAM}", Heard(Event.TEXT, SPAM)),
        (f"Doorgestuurd bericht: {SPAM}", Heard(Event.TEXT, SPAM)),
        (f"From: +31612345678\n{SPAM}", Heard(Event.WHOLE, SPAM, "31612345678")),
        (f"FWD: From: +31 6 1234 5678\n{SPAM}", Heard(Event.WHOLE, SPAM, "31612345678")),
        (f"From: +31612345678 {SPAM}", Heard(Event.WHOLE, SPAM, "31612345678")),
        (f"From: +31612345678: {SPAM}", Heard(Event.WHOLE, SPAM, "31612345678")),
        (f"(From: +31612345678) {SPAM}", Heard(Event.WHOLE, SPAM, "31612345678")),
        (f"Van: PostNL\n{SPAM}", Heard(Event.WHOLE, SPAM, "PostNL")),
        (f"Absender: Ihre Bank\n{SPAM}", Heard(Event.WHOLE, SPAM, "Ihre Bank")),
        (f"{SPAM}\nFrom: +31612345678", Heard(Event.WHOLE, SPAM, "31612345678")),
        (f"{SPAM}\nvan: 8855", Heard(Event.WHOLE, SPAM, "8855")),
        ("+31612345678", Heard(Event.SENDER, "", "31612345678")),
        ("+31 (6) 1234-5678", Heard(Event.SENDER, "", "31612345678")),
        ("0612345678", Heard(Event.SENDER, "", "0612345678")),
        ("from +31612345678", Heard(Event.SENDER, "", "31612345678")),
        ("Van: 0612345678", Heard(Event.SENDER, "", "0612345678")),
        ("PostNL", Heard(Event.SENDER, "", "PostNL")),
        ("Your Bank", Heard(Event.SENDER, "", "Your Bank")),
        ("8855", Heard(Event.SENDER, "", "8855")),
        ("unknown", Heard(Event.UNKNOWN)),
        ("Onbekend.", Heard(Event.UNKNOWN)),
        ("weet ik niet", Heard(Event.UNKNOWN)),
        ("WEIß NICHT", Heard(Event.UNKNOWN)),
        ("I don't know!", Heard(Event.UNKNOWN)),
        ("?", Heard(Event.UNKNOWN)),
        ("", Heard(Event.UNKNOWN)),
        # What only looks like one of these.
        ("Call me on +31612345678 now please", Heard(Event.TEXT, "Call me on +31612345678 now please")),
        ("From now on: everything costs more", Heard(Event.TEXT, "From now on: everything costs more")),
        (
            "You won a prize worth a lot of money, text YES",
            Heard(Event.TEXT, "You won a prize worth a lot of money, text YES"),
        ),
        ("unknown caller? click https://x.invalid", Heard(Event.TEXT, "unknown caller? click https://x.invalid")),
    ],
)
def test_what_a_text_to_the_report_number_is(written, heard):
    assert read(written) == heard


@pytest.mark.parametrize(
    ("written", "rest", "proven"),
    [
        ("4711 PostNL", "PostNL", True),
        (" 4711: PostNL ", "PostNL", True),
        ("PostNL 4711.", "PostNL 4711.", False),
        ("PostNL, 4711", "PostNL", True),
        ("4711", "", True),
        ("4711 +31612345678", "+31612345678", True),
        ("47110", "47110", False),
        ("04711", "04711", False),
        ("PostNL4711", "PostNL4711", False),
        ("4712 PostNL", "4712 PostNL", False),
        ("", "", False),
    ],
)
def test_a_reply_shows_the_code_only_as_a_word_of_its_own(written, rest, proven):
    assert without_code(written, "4711") == (rest, proven)


def test_no_reply_shows_a_code_that_nobody_was_asked_for():
    assert without_code("4711", "") == ("4711", False)


@given(st.text(max_size=400))
def test_any_text_is_something_and_keeps_no_more_than_was_written(written):
    heard = read(written)
    assert len(heard.text) <= len(written)
    assert (heard.event in {Event.TEXT, Event.WHOLE}) == bool(heard.text)
    assert (heard.event in {Event.WHOLE, Event.SENDER}) == bool(heard.sender)


@pytest.mark.parametrize("piece", ["From: ", "Fwd:", "1 ", "(((", "- ", "van:", "\n", "1", "a b "])
def test_a_long_hostile_text_is_read_at_once(piece):
    assert read(piece * 2000)


def test_every_event_has_an_answer_in_every_state():
    assert set(TRANSITIONS) == set(itertools.product(State, Event))


@pytest.mark.parametrize(
    ("country", "starts"), [("NL", "Dank u"), ("BE", "Dank u"), ("DE", "Danke"), ("JP", "Thank you"), (None, "Thank")]
)
def test_who_reports_is_answered_in_a_language_of_their_country(country, starts):
    assert answer_for("ask", country).startswith(starts)


@pytest.mark.parametrize("country", ["US", "NL", "FR", "DE", "ES", "IT", "PT", "PL"])
def test_a_question_holds_its_code_in_every_language(country):
    assert answer_for("ask", country, code="4711").count("4711") == 2


def test_an_acknowledgement_tells_number_and_link():
    told = answer_for("filed", "NL", "C-1", "https://x.example/s")
    assert told.startswith("Uw melding heeft nummer C-1. https://x.example/s ")
    assert answer_for("filed", None, "C-1") == "Your report has number C-1."


@pytest.mark.parametrize(("country", "code"), [("US", "7726"), ("GB", "7726"), ("FR", "33700")])
def test_an_acknowledgement_points_to_the_authority_and_short_code_of_the_country(country, code):
    assert code in answer_for("filed", country, "C-1")
    assert code not in answer_for("ask", country)


class Talk(RuleBasedStateMachine):
    """Somebody writes what they like to the report number."""

    def __init__(self):
        super().__init__()
        self.state = State.NOTHING
        self.texts = self.filed = 0
        self.kept = False

    @rule(event=st.sampled_from(Event))
    def happens(self, event):
        self.texts += event in {Event.TEXT, Event.WHOLE}
        self.state, deeds = after(self.state, event)
        filed = 0
        for deed in deeds:
            if deed in {Deed.FILE_HALF, Deed.FILE_NAMED}:
                assert self.kept, "nothing is filed twice"
                self.kept = False
                filed += 1
            elif deed is Deed.FILE_WHOLE:
                filed += 1
            elif deed is Deed.KEEP:
                assert not self.kept, "no text is lost under another"
                self.kept = True
            elif deed is Deed.ACKNOWLEDGE:
                assert filed, "only what was filed is acknowledged"
            assert event is not Event.STOP or deed is Deed.FILE_HALF, "who said STOP hears nothing"
        self.filed += filed

    @invariant()
    def every_text_is_kept_or_filed_once(self):
        assert self.texts == self.filed + self.kept
        assert self.kept == (self.state is State.HALF)


TestTalk = Talk.TestCase
TestTalk.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
