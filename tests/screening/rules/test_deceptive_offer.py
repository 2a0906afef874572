import pytest

from comity.screening.judging import MISS, Facts
from comity.screening.rules.deceptive_offer import RULE
from support.judging import a_message, ask

TEXT = "You have won a prize, claim it now"


@pytest.mark.parametrize(
    ("settings", "action"),
    [
        ({"note_at": 0.1, "hold_at": 0.2, "refuse_at": 0.3}, "refuse"),
        ({"note_at": 0.1, "hold_at": 0.2, "refuse_at": 1.0}, "hold"),
        ({"note_at": 0.1, "hold_at": 1.0, "refuse_at": 1.0}, "note"),
        ({"note_at": 1.0, "hold_at": 1.0, "refuse_at": 1.0}, None),
    ],
)
def test_the_score_says_what_is_done(settings, action):
    answer = ask(RULE, a_message(text=TEXT), **settings)
    assert answer is MISS if action is None else answer.action == action


@pytest.mark.parametrize("settings", [{"note_at": 0.9, "hold_at": 0.8}, {"hold_at": 0.97, "refuse_at": 0.96}])
def test_thresholds_that_do_not_rise_are_refused(settings):
    with pytest.raises(ValueError, match="do not rise"):
        ask(RULE, **settings)


def test_no_fact_is_needed():
    assert ask(RULE, a_message(text=TEXT, at=None, country=None), Facts()) is not MISS


def test_a_threshold_met_exactly_is_a_hit():
    score = ask(RULE, a_message(text=TEXT)).score
    assert ask(RULE, a_message(text=TEXT), note_at=score, hold_at=score, refuse_at=score).action == "refuse"


def test_the_evidence_quotes_what_was_written():
    answer = ask(RULE, a_message(text=TEXT))
    spans = [one.span for one in answer.evidence if one.span]
    assert spans
    assert all(0 <= start < end <= len(TEXT) for start, end in spans)
    assert "a prize nobody entered for" in answer.sentence


@pytest.mark.parametrize("text", ["Your parcel arrives tomorrow.", "", "ok"])
def test_an_ordinary_text_passes(text):
    assert ask(RULE, a_message(text=text)) is MISS
