import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.text.unmask import unmask

WORDS = ["your", "parcel", "is", "held", "at", "the", "customs", "pay", "here"]


@pytest.mark.parametrize("gap", [" / ", "/", ".", " | ", "*", " ~ ", "…", " 😀 ", "😀", "::", " + "])
def test_a_sentence_parted_by_a_sign_is_read_as_what_it_says(gap):
    seen = unmask(gap.join(WORDS))
    assert seen.plain == " ".join(WORDS)
    assert {one.kind for one in seen.disguises} == {"spacing"}


@pytest.mark.parametrize(
    "text",
    [
        "red / blue / green / white / black / grey",
        "Mon - Tue - Wed - Thu - Fri",
        "en / fr / de / es / it / nl",
        "https://acme.example/how-to/get/the/best/of/your/money",
        "acme.example/this/is/the/way/to/our/shop",
        "www.how.to.be.the.best.example",
        "info@the.best.of.the.town.example",
        "an in-and-out-of-the-box idea",
        "2026-11-23 at 10:00. We are in. Be on time.",
        "Stop. It is the end. We are done. You may go. All is well.",
        "Reply YES / NO / STOP / HELP / MORE",
        "the code, the link, the name, the date, the place",
        "N.o.t 3/4/5/6/7/8",
    ],
)
def test_what_signs_part_in_plain_writing_stays(text):
    assert unmask(text).plain == text.lower()


def test_spans_lead_back_to_the_original():
    text = "Now: your / parcel / is / held / at / the / door"
    seen = unmask(text)
    at = seen.plain.index("parcel is held")
    assert text[slice(*seen.span(at, at + len("parcel is held")))] == "parcel / is / held"


@given(st.lists(st.sampled_from([*WORDS, "/", " / ", ".", "😀", ";", "a", "THE ", "x" * 40]), max_size=60).map("".join))
def test_reading_it_again_changes_nothing(text):
    plain = unmask(text).plain
    assert unmask(plain).plain == plain


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "unit", ["a;", "the/", "the / ", "the the the ;", "the:the;", "a.a.a.a ", "?!?", "x" * 30 + "/"]
)
def test_hostile_texts_take_no_time_to_speak_of(unit):
    for _ in range(50):
        unmask((unit * 2000)[:2000])
