import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.complaints.freezing import Frozen, Seen, stops
from comity.messages.submission import Category
from comity.screening.judging import MISS, Hit
from comity.screening.rules.traffic_frozen import RULE
from comity.text.similar import distance, similarity_hash
from support.judging import a_message, ask, the_facts

CASE = "0" * 31
TEXT = "Acme: your account is locked. Open acme-help.example to unlock it within the day, or it is closed"
MESSAGE = a_message(text=TEXT, template=11)
NEAR = TEXT.replace("within the day", "until tonight")
APART = distance(similarity_hash(TEXT), similarity_hash(NEAR))


def frozen(kind, key, **more):
    return the_facts(frozen=(Frozen(CASE, kind, str(key), **more),))


@pytest.mark.parametrize(
    ("message", "facts"),
    [
        (MESSAGE, frozen("template", MESSAGE.template)),
        (MESSAGE, frozen("text", MESSAGE.text_key)),
        (MESSAGE, frozen("sender", MESSAGE.sender.key)),
        (a_message(text=NEAR), frozen("template", 1, similarity=similarity_hash(TEXT), distance=APART)),
        (a_message(text=TEXT, template=11, category=Category.OTP), frozen("template", MESSAGE.template, codes=True)),
        (a_message(text=TEXT, template=11, category=Category.ALERT), frozen("sender", MESSAGE.sender.key, codes=True)),
    ],
    ids=["template", "text", "sender", "near", "a code, by a reviewer", "an alert, by a reviewer"],
)
def test_what_is_like_the_frozen_traffic_is_held_and_its_case_is_named(message, facts):
    answer = ask(RULE, message, facts)
    assert isinstance(answer, Hit)
    assert answer.evidence[0].observed == CASE


@pytest.mark.parametrize(
    ("message", "facts"),
    [
        (MESSAGE, the_facts()),
        (a_message(text="Acme: your parcel comes tomorrow.", template=12), frozen("template", MESSAGE.template)),
        (a_message(text=NEAR), frozen("template", 1, similarity=similarity_hash(TEXT), distance=APART - 1)),
        (a_message(text=NEAR, similarity=None), frozen("text", 1, similarity=similarity_hash(TEXT), distance=8)),
        (a_message(text="4711"), frozen("text", 1, similarity=similarity_hash(TEXT), distance=24)),
        (MESSAGE, frozen("sender", "another")),
        (a_message(text=TEXT, template=11, category=Category.OTP), frozen("template", MESSAGE.template)),
        (a_message(text=TEXT, template=11, category=Category.ALERT), frozen("sender", MESSAGE.sender.key)),
    ],
    ids=["no freeze", "another text", "not near enough", "never compared", "nothing to compare", "another sender",
         "a code", "an alert"],
)  # fmt: skip
def test_what_is_not_frozen_goes(message, facts):
    assert ask(RULE, message, facts) is MISS


@given(
    st.sampled_from(["template", "text", "sender"]), st.integers(-(2**63), 2**63 - 1), st.integers(0, 64),
    st.integers(-(2**63), 2**63 - 1), st.sampled_from(["otp", "alert"]),
)  # fmt: skip
def test_codes_and_alerts_are_never_stopped_without_a_persons_word(kind, similarity, apart, key, category):
    freeze = Frozen(CASE, kind, str(key), similarity, apart)
    assert not stops(freeze, Seen(category, str(key), key, key, similarity))
