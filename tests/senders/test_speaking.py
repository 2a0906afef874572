import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.senders.phrases import Phrases
from comity.senders.speaking import probability, role_of

PHRASES = Phrases(["account", "online banking", "suspend*", "not at all"])


def weight(text, name="paypal", kind=""):
    start = text.index(name)
    return role_of(text, start, start + len(name), kind).weight


@pytest.mark.parametrize(
    ("more", "less"),
    [
        ("paypal: hello", "see paypal hello"),
        ("see you. regards, paypal", "see you paypal"),
        ("your paypal account", "a paypal account"),
        ("votre compte paypal", "un compte paypal"),
        ("su cuenta de paypal", "una cuenta de paypal"),
        ("akun paypal anda", "akun paypal"),
        ("paypal hesabiniz", "paypal hesabi"),
        ("this is paypal", "this was paypal"),
        ("paypal security team", "paypal"),
        ("your paypal is suspended", "your paypal is here"),
        ("the paypal account", "with paypal account"),
        ("our cat likes paypal", "our cat likes paypal or visa"),
        ("hello from paypal", "haha hello from paypal"),
        ("dear customer, paypal: hello", "see our paypal: hello"),
        ("all done. paypal: hello", "all done. see paypal hello"),
        ("ref 4471: paypal hello", "ref 4471 is on paypal hello"),
        ("dear anna, paypal: hello", "dear anna and bob, paypal: hello"),
        ("kindly be informed paypal: hello", "kindly be informed paypal hello"),
        ("kindly be informed paypal: hello", "kindly pay with paypal: hello"),
        ("paypal here. hello", "paypal hello"),
        ("paypal support team: hello", "paypal support team hello"),
        ("uw paypal verloopt", "een paypal verloopt"),
        ("paypal hat ihr paket", "paypal hat ihr paket bei uns abgegeben"),
    ],
)
def test_a_cue_moves_the_weight(more, less):
    assert weight(more) > weight(less)


def test_everybodys_cards_carry_the_names_of_means_of_payment():
    assert weight("your paypal card", kind="bank") > weight("your paypal card", kind="payment")


def test_chatter_counts_among_people_only():
    text, start = "haha hello from paypal", 16
    among_names = role_of(text, start, start + 6, among_people=False)
    assert among_names.weight > role_of(text, start, start + 6).weight


def test_the_name_itself_is_no_cue():
    assert weight("i n g: hello", "i n g") == weight("dhl: hello", "dhl")


@pytest.mark.parametrize(
    ("words", "begin", "end", "within"),
    [
        ("account", 1, 1, True),
        ("online banking", 2, 2, True),
        ("my account is", 0, 0, True),
        ("suspended now", 1, 0, True),
        ("now suspended", 0, 1, True),
        ("not at", 0, 0, False),
        ("not at all", 3, 3, True),
        ("online bank", 0, 0, False),
        ("", 0, 0, False),
    ],
)
def test_phrases_are_found_at_the_ends_and_within(words, begin, end, within):
    assert (PHRASES.begin(words.split()), PHRASES.end(words.split()), PHRASES.within(words.split())) == (
        begin,
        end,
        within,
    )


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_surroundings_have_a_weight(before, after):
    text = f"{before} paypal {after}".lower()
    start = text.index("paypal")
    assert 0 < probability(role_of(text, start, start + 6).weight) < 1


@given(st.floats(-30, 30))
def test_a_probability_lies_between_nothing_and_all(value):
    assert 0 < probability(value) < 1
    assert probability(value) + probability(-value) == pytest.approx(1)
