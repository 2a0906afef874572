import pytest

from comity.messages.submission import Category
from comity.screening.judging import MISS, Hit
from comity.screening.rules.undeclared_promotion import RULE
from support.judging import a_message, ask

C = Category


@pytest.mark.parametrize("declared", [C.TRANSACTIONAL, C.OTP, C.ALERT])
def test_a_promotional_text_declared_as_something_else_is_noted(declared):
    answer = ask(RULE, a_message(category=C.PROMOTIONAL, declared=declared, promotion=0.97))
    assert isinstance(answer, Hit)
    assert answer.score == 0.97
    assert declared.value in answer.sentence


@pytest.mark.parametrize(
    ("declared", "promotion", "threshold", "hit"),
    [
        pytest.param(C.PROMOTIONAL, 1.0, 0.9, False, id="declared honestly"),
        pytest.param(C.TRANSACTIONAL, 0.0, 0.9, False, id="not promotional"),
        pytest.param(C.TRANSACTIONAL, 0.899, 0.9, False, id="just below"),
        pytest.param(C.TRANSACTIONAL, 0.9, 0.9, True, id="at the threshold"),
        pytest.param(C.TRANSACTIONAL, 0.5, 0.4, True, id="a stricter policy"),
        pytest.param(C.TRANSACTIONAL, 0.99, 1.0, False, id="a laxer policy"),
    ],
)
def test_the_policy_holds_the_threshold(declared, promotion, threshold, hit):
    answer = ask(RULE, a_message(declared=declared, promotion=promotion), threshold=threshold)
    assert isinstance(answer, Hit) if hit else answer is MISS
