"""How a text says that it can be stopped, read in texts of our own."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content.opt_out import read_opt_out
from comity.content.reading import Reading

CORPUS = Path(__file__).parents[1] / "corpora" / "opt_out_wording.jsonl"
ROWS = [json.loads(line) for line in CORPUS.read_text("utf-8").splitlines()]
SAYS = [row for row in ROWS if row["way"]]


def read(text):
    reading = Reading(text)
    return read_opt_out(reading.unmasked, reading.links)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"])
def test_a_text_says_how_it_can_be_stopped_or_does_not(row):
    found = read(row["text"])
    assert (found and found.way) == row["way"]


def test_texts_in_over_thirty_languages_are_understood():
    assert len({row["lang"] for row in SAYS}) > 30


@pytest.mark.parametrize("row", SAYS, ids=lambda row: row["text"])
def test_it_is_understood_in_small_letters_but_for_words_of_everyday_speech(row):
    if row["text"].isascii() and "stop" in row["text"].lower():
        assert read(row["text"].lower()) is not None


@pytest.mark.parametrize(
    "disguise",
    [
        pytest.param("\u200b".join, id="invisible signs"),
        pytest.param(lambda text: text.replace("O", "\u041e").replace("o", "\u043e"), id="look-alikes"),
        pytest.param(
            lambda text: "".join(chr(ord(c) + 0x1D400 - 65) if "A" <= c <= "Z" else c for c in text), id="bold"
        ),
    ],
)
@pytest.mark.parametrize("text", ["Acme: 20% off. Reply STOP to end", "Acme: 20% off shoes. STOP to 1234"])
def test_it_is_understood_in_disguise(text, disguise):
    assert read(disguise(text)) is not None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Acme: 20% off. Reply STOP to 1234", "STOP"),
        ("Acme: 20% off. Unsubscribe at acme.example/u", "Unsub"),
        ("Acme: 20% off, acme.example/optout?u=1", "optout"),
    ],
)
def test_it_tells_where(text, place):
    start, end = read(text).span
    assert text[start:end] == place


@given(st.text(max_size=200))
def test_any_text_is_read(text):
    found = read(text)
    assert found is None or 0 <= found.span[0] <= found.span[1] <= len(text)


@pytest.mark.parametrize("text", ["stop " * 400, "reply " * 330, "1" * 2000, "STOP 1 " * 280, "( " * 1000])
@pytest.mark.timeout(5)
def test_hostile_text_is_read_in_time(text):
    read(text)
