import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.numbers.plan import Kind
from comity.numbers.read import BadNumber, read_destination
from comity.screening.judging import MISS, Abstain, Facts, Hit
from comity.screening.rules.destination_not_allowed import RULE
from support.judging import a_message, ask

ORDINARY = {Kind.MOBILE, Kind.FIXED, Kind.FIXED_OR_MOBILE, Kind.UNKNOWN}


def to(number):
    """A message to a number, as an offline check reads it."""
    try:
        read = read_destination(number)
    except BadNumber:
        return a_message(to=number, recipient="", country=None)
    return a_message(to=number, recipient=read.e164, country=read.country)


KINDS = [
    ("+3290212345", "premium", "refuse"),
    ("+491805123456", "shared_cost", "refuse"),
    ("+3278151212", "uan", "refuse"),
    ("+447640123456", "pager", "refuse"),
    ("+870773111632", "satellite", "hold"),
    ("+80012345678", "toll_free", "hold"),
    ("+447012345678", "personal", "hold"),
    ("8850", "short_code", "refuse"),
    ("+8850", "short_code", "refuse"),
    ("123456", "short_code", "refuse"),
    ("+99912345678", "unallocated", "refuse"),
    ("+3247012345", "unallocated", "refuse"),
    ("+447700900123", "unallocated", "refuse"),
    ("call me", "unallocated", "refuse"),
    ("1234567", "unallocated", "refuse"),
]


@pytest.mark.parametrize(("number", "kind", "action"), KINDS)
def test_each_kind_has_an_action_of_its_own(number, kind, action):
    assert ask(RULE, to(number)).action == action
    assert ask(RULE, to(number), **{kind: "note"}).action == "note"
    assert ask(RULE, to(number), **{kind: "allow"}) is MISS


@pytest.mark.parametrize("kind", set(Kind) - ORDINARY)
def test_what_the_door_found_counts_without_looking_again(kind):
    assert isinstance(ask(RULE, a_message(kind=kind), voip="note"), Hit)


@pytest.mark.parametrize("kind", ORDINARY)
def test_ordinary_kinds_pass(kind):
    assert ask(RULE, a_message(kind=kind)) is MISS


@pytest.mark.parametrize("number", ["+32470123456", "+442071234567", "+12025550123", "+33912345678", "+2908123"])
def test_ordinary_numbers_pass(number):
    assert ask(RULE, to(number)) is MISS


@pytest.mark.parametrize("number", ["112", "911", "+112", "999"])
def test_emergency_numbers_are_left_to_their_own_rule(number):
    assert ask(RULE, to(number)) is MISS


@pytest.mark.parametrize("number", ["8850", " 88-50 ", "+8850"])
def test_a_short_code_may_be_opened(number):
    assert ask(RULE, to(number), open_short_codes=["8850"]) is MISS
    assert isinstance(ask(RULE, to(number), open_short_codes=["8851"]), Hit)


@pytest.mark.parametrize("number", ["", "  "])
def test_without_a_recipient_it_abstains(number):
    assert ask(RULE, to(number)) == Abstain("recipient")


@pytest.mark.parametrize("settings", [{"premium": "defer"}, {"open_short_codes": ["1234567"]}, {"satelite": "hold"}])
def test_wrong_settings_are_refused(settings):
    with pytest.raises(msgspec.ValidationError):
        ask(RULE, **settings)


def test_the_number_is_masked():
    said = msgspec.json.encode(ask(RULE, to("+3290212345"))).decode()
    assert "90212345" not in said
    assert "a premium number" in said


@given(st.text(max_size=40))
def test_whatever_is_written_is_judged(written):
    assert RULE.check(to(written), Facts(), _READY) is not None


_READY = RULE.prepare(RULE.settings(), None)
