import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.numbers.emergency import emergency_number
from comity.screening.judging import MISS, Abstain, Hit
from comity.screening.rules.sender_forged import RULE
from comity.senders.read import Sender, read_sender
from support.judging import a_message, ask


@pytest.mark.parametrize(
    ("sender", "action"),
    [
        pytest.param("+32470000000", "refuse", id="the recipient's own number"),
        pytest.param("+324701234", "refuse", id="too short"),
        pytest.param("+324701234567", "refuse", id="too long"),
        pytest.param("+32600123456", "refuse", id="not given out"),
        pytest.param("+99912345678", "refuse", id="no country"),
        pytest.param("+3290412345", "refuse", id="premium"),
        pytest.param("5555555", "note", id="a short code that Belgium cannot have"),
    ],
)
def test_a_number_that_cannot_send_is_found(sender, action):
    answer = ask(RULE, a_message(sender))
    assert isinstance(answer, Hit)
    assert answer.action == action


@pytest.mark.parametrize(
    "sender", ["+32470000001", "+3222345678", "8850", "+447400999888", "+18005550188", "Acme", "112", "+3280012345"]
)
def test_a_number_that_can_send_passes(sender):
    assert ask(RULE, a_message(sender)) is MISS


@pytest.mark.parametrize(
    ("sender", "setting", "action"),
    [
        ("+32600123456", {"invalid": "hold"}, "hold"),
        ("+3290412345", {"never": "note"}, "note"),
        ("5555555", {"short_code": "refuse"}, "refuse"),
    ],
)
def test_the_settings_say_what_follows(sender, setting, action):
    assert ask(RULE, a_message(sender), **setting).action == action


def test_kinds_that_may_send_are_a_setting():
    assert ask(RULE, a_message("+3290412345"), never_kinds=["pager"]) is MISS


def test_no_evidence_holds_a_whole_number():
    assert "324701234567" not in repr(ask(RULE, a_message("+324701234567")).evidence)


def test_without_sender_or_country_it_abstains():
    assert isinstance(ask(RULE, a_message(None)), Abstain)
    assert isinstance(ask(RULE, a_message("8850", country=None)), Abstain)


def test_a_long_number_needs_no_country():
    assert isinstance(ask(RULE, a_message("+32600123456", country=None)), Hit)


@given(st.from_regex(r"\+?[1-9][0-9]{2,13}", fullmatch=True))
def test_nobody_sends_from_the_number_written_to(written):
    sender = read_sender(written)
    assert isinstance(sender, Sender)
    answer = ask(RULE, a_message(written, recipient=sender.key))
    own = sender.kind == "number" and emergency_number(sender.shown) is None
    assert not own or (isinstance(answer, Hit) and answer.action == "refuse")
