from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.journey.notices import (
    GIVEN_UP_AFTER,
    JITTER,
    RETRY_AFTER_S,
    MailAnswer,
    MailFate,
    judge_mail,
    read_language,
)

YOUNG = timedelta(minutes=1)
ANSWERS = st.builds(MailAnswer, st.none() | st.integers(200, 599), ours=st.booleans())


@pytest.mark.parametrize(
    ("answer", "age", "fate"),
    [
        pytest.param(MailAnswer(250), YOUNG, MailFate.DELIVERED, id="taken"),
        pytest.param(MailAnswer(250), GIVEN_UP_AFTER, MailFate.DELIVERED, id="taken late"),
        pytest.param(MailAnswer(451), YOUNG, MailFate.RETRY, id="asked for patience"),
        pytest.param(MailAnswer(None), YOUNG, MailFate.RETRY, id="not reached"),
        pytest.param(MailAnswer(550), YOUNG, MailFate.FAILED, id="refused for good"),
        pytest.param(MailAnswer(535, ours=True), YOUNG, MailFate.RETRY, id="our login refused"),
        pytest.param(MailAnswer(451), GIVEN_UP_AFTER, MailFate.FAILED, id="patience at its end"),
        pytest.param(MailAnswer(535, ours=True), GIVEN_UP_AFTER, MailFate.FAILED, id="our login refused for days"),
    ],
)
def test_what_becomes_of_a_mail(answer, age, fate):
    assert judge_mail(answer, 1, age, 0.0).fate is fate


@given(answer=ANSWERS, attempt=st.integers(1, 40_000), luck=st.floats(0, 1, exclude_max=True))
def test_a_retry_waits_as_the_schedule_says_with_jitter_that_only_adds(answer, attempt, luck):
    judged = judge_mail(answer, attempt, YOUNG, luck)
    if judged.fate is MailFate.RETRY:
        planned = RETRY_AFTER_S[min(attempt, len(RETRY_AFTER_S)) - 1]
        assert planned <= judged.delay_s <= planned * (1 + JITTER)


@given(answer=ANSWERS, attempt=st.integers(1, 100))
def test_nothing_is_tried_for_ever(answer, attempt):
    assert judge_mail(answer, attempt, GIVEN_UP_AFTER, 0.0).fate is not MailFate.RETRY


@given(ANSWERS)
def test_what_is_kept_of_an_answer_is_its_code(answer):
    assert answer.remark in {"unreachable", str(answer.status)}


@pytest.mark.parametrize("written", ["", "e", "eng", "12", "e\n"])
def test_what_is_no_language_is_refused(written):
    with pytest.raises(Exception, match="two letters"):
        read_language(written)
