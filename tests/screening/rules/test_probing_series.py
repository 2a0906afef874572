import pytest

from comity.screening.judging import MISS, Hit
from comity.screening.rules.probing_series import RULE
from comity.text.similar import similarity_hash
from support.judging import a_message, ask, the_facts

FELT_OUT = "Acme: win a free phone today, click to claim your prize now before it ends"
SERIES = the_facts(
    probing=(similarity_hash("Something else that was felt out the other day"), similarity_hash(FELT_OUT))
)


@pytest.mark.parametrize(
    "text",
    [FELT_OUT, FELT_OUT.replace("prize", "reward"), FELT_OUT.replace("phone", "handset").replace("prize", "gift")],
)
def test_a_version_of_what_was_felt_out_is_hit(text):
    answer = ask(RULE, a_message(text=text), SERIES)
    assert isinstance(answer, Hit)
    assert "bits" not in answer.sentence + answer.remedy


@pytest.mark.parametrize(
    "message",
    [
        a_message(text="Acme: your parcel arrives tomorrow between ten and noon, our driver calls you"),
        a_message(text=FELT_OUT, similarity=None),
        a_message(text="4711"),
    ],
)
def test_what_is_no_version_of_it_is_not_hit(message):
    assert ask(RULE, message, SERIES) is MISS


def test_without_an_open_series_nothing_is_hit():
    assert ask(RULE, a_message(text=FELT_OUT), the_facts()) is MISS
