"""Pictures and asterisks inside a word are undone; those between words, in sums and for decency stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.text.unmask import Unmasked, unmask
from comity.text.unmask_vocabulary import disguised_words

LONG_WORDS = sorted(word for word in disguised_words() if len(word) > 6)
PICTURES = "🔥✨★♥🎁❤→"


def kinds(read: Unmasked) -> list[str]:
    return [disguise.kind for disguise in read.disguises]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("gi🔥rls", "girls"),
        ("GI🔥RLS", "girls"),
        ("gi🔥🔥rls", "girls"),
        ("gi❤️rls", "girls"),
        ("cas✨ino", "casino"),
        ("ca★si★no", "casino"),
        ("b🔥onus", "bonus"),
        ("bon🔥us", "bonus"),
        ("g🔥i🔥r🔥l🔥s", "girls"),
        ("Mus🔥lims", "muslims"),
        ("wei👩‍🚀terlei", "wei👩‍🚀terlei"),
        ("g*rls", "girls"),
        ("G*RLS", "girls"),
        ("gi*rls", "girls"),
        ("cas*no", "casino"),
        ("c*s*no", "casino"),
        ("ca*ino", "casino"),
        ("esc*rt", "escort"),
        ("v*agra", "viagra"),
        ("p*ssword", "password"),
        ("к*зино", "казино"),
    ],
)
def test_what_stands_inside_a_word_is_undone(text, plain):
    read = unmask(text)
    assert read.plain == plain
    assert kinds(read) == ["split"] * (plain != text)


@pytest.mark.parametrize(
    "text",
    [
        # pictures between words and names
        "anna❤tom",
        "love❤you",
        "happy🎉birthday",
        "rock★n★roll",
        "good👏morning",
        "free🔥gift",
        "lol😂haha",
        "go→home",
        "brussels→paris",
        "hi🔥",
        "🔥sale🔥",
        # sums, notes, prices, what stands for figures
        "a*b",
        "2*3",
        "width*height",
        "5*hotel",
        "a* grade",
        "**** 1234",
        "card **1234",
        "ending *1234",
        "free*terms apply",
        "*bold*",
        "**bold** text",
        # a hidden name, an address, a path
        "j*hn@mail.example",
        "https://shop.example/g*rls",
        "g*rls.example",
        "m***a",
        # starred for decency
        "sh*t",
        "f*ck",
        "f*cking",
        "f**k",
        "d*mn",
        "cr*p",
        "b*tch",
        # no known word, or more than one
        "xq*zt",
        "wom*n",
    ],
)
def test_what_stands_between_words_or_for_decency_stays(text):
    read = unmask(text)
    assert read.plain == text
    assert not kinds(read)


def test_a_name_behind_a_picture_is_a_name():
    assert unmask("Rose❤Marie").plain == "rose❤marie"


def test_the_evidence_is_the_word_as_it_was_written():
    text = "Hot g*rls and gi🔥rls here"
    read = unmask(text)
    assert read.plain == "hot girls and girls here"
    assert [text[slice(*disguise.span)] for disguise in read.disguises] == ["g*rls", "gi🔥rls"]
    at = read.plain.index("girls here")
    assert text[slice(*read.span(at, at + 5))] == "gi🔥rls"


@given(st.sampled_from(LONG_WORDS), st.sampled_from(PICTURES), st.data())
def test_a_word_with_a_picture_near_its_ends_comes_back(word, picture, data):
    at = data.draw(st.sampled_from([1, 2, 3, len(word) - 2, len(word) - 1]))
    assert unmask(f"{word[:at]}{picture}{word[at:]}").plain == word


@given(st.sampled_from(LONG_WORDS), st.data())
def test_a_starred_word_comes_back_or_stays(word, data):
    at = data.draw(st.integers(1, len(word) - 2))
    starred = f"{word[:at]}*{word[at + 1 :]}"
    plain = unmask(starred).plain
    assert plain == starred or len(plain) in {len(word), len(word) - 1}
    assert "*" not in plain or plain == starred


@given(st.text(st.sampled_from("fre girls*🔥❤.-@3"), max_size=60))
def test_reading_again_what_was_read_changes_nothing(text):
    read = unmask(text)
    assert unmask(read.plain).plain == read.plain
    assert len(read.leet) == len(read.plain)


@pytest.mark.parametrize("unit", ["g*rls ", "g*r*s ", "gi🔥rls ", "a🔥", "aaa*", "🔥", "*", "fr*e*", "gi🔥r*s"])
@pytest.mark.timeout(10)  # what grows with the square of the length takes minutes
def test_signs_inside_words_cost_time_in_proportion_to_the_text(unit):
    unmask((unit * 100_000)[:100_000])
