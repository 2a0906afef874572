import pytest

from comity.screening.judging import MISS, Hit
from comity.screening.rules.emergency_destination import RULE
from support.judging import a_message, ask


@pytest.mark.parametrize("to", ["112", "911", "999", "000", "110", " 112 ", "+112", "1 1 2", "+32112", "0032 112"])
def test_an_emergency_number_is_never_a_destination(to):
    answer = ask(RULE, a_message(to=to, recipient=""))
    assert isinstance(answer, Hit)
    assert answer.evidence[0].what == "recipient"


@pytest.mark.parametrize("sender", ["112", "911", "+112", "999"])
def test_an_emergency_number_is_never_a_sender(sender):
    answer = ask(RULE, a_message(sender))
    assert isinstance(answer, Hit)
    assert answer.evidence[0].what == "sender"


@pytest.mark.parametrize(
    "to", ["+32470000000", "32470112112", "+3225171100", "+14155550112", "+442079460999", "+491701121120"]
)
def test_a_number_that_only_holds_such_digits_is_ordinary(to):
    assert ask(RULE, a_message(to=to)) is MISS


@pytest.mark.parametrize("sender", ["Bank", "Info112", "8850", "+32470000112"])
def test_names_and_ordinary_numbers_may_be_senders(sender):
    assert ask(RULE, a_message(sender)) is MISS


def test_an_unknown_sender_does_not_matter():
    assert ask(RULE, a_message(None)) is MISS
