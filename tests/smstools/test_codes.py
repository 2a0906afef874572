import pytest

from comity.screening.rulebook import RULEBOOK
from comity.smstools import codes
from comity.smstools.codes import Code, DialectError, envelope, policy_code
from support.golden import check_golden

ALL = {name: value for name, value in vars(codes).items() if isinstance(value, Code)}


def test_errors_stay_word_for_word():
    told = {name: {"status": code.status, **envelope(code)} for name, code in ALL.items()}
    check_golden("errors", told)


def test_the_number_is_written_as_a_string():
    assert envelope(codes.CREDENTIALS) == {"error": "104", "errorMsg": "Invalid credentials"}


def test_an_error_may_say_what_is_wrong_in_this_request():
    assert envelope(codes.PARAMETERS, "x")["errorMsg"] == "x"
    assert DialectError(codes.PARAMETERS).what == codes.PARAMETERS.words


@pytest.mark.parametrize("code", ALL.values(), ids=ALL)
def test_every_error_answers_with_the_status_of_an_error(code):
    assert 400 <= code.status < 600


@pytest.mark.parametrize(
    ("clauses", "number"),
    [
        (("U1",), 2001),
        (("U20",), 2020),
        (("P1",), 2031),
        (("P7", "P1"), 2037),
        (("G5",), 2055),
        (("D5", "U19"), 2065),
        ((), 2000),
        (("X",), 2000),
        (("Ux",), 2000),
    ],
)
def test_a_policy_refusal_is_numbered_by_its_leading_clause(clauses, number):
    assert policy_code(clauses).number == number


@pytest.mark.parametrize("rule", RULEBOOK, ids=lambda rule: rule.id)
def test_every_rules_code_lies_in_the_range_kept_for_policy(rule):
    assert 2000 < policy_code(rule.clauses).number < 2100
    assert policy_code(rule.clauses).status == 403
