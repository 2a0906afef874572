"""What a reply asks for, by keyword or in plain speech: the labelled replies, and the bounds that hold for all."""

from __future__ import annotations

import asyncio
import json
import sys
from importlib.resources import files
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.consent.intent import Intent, intent_of
from comity.consent.speech_learned import learned, likelihood

REPLIES = Path(__file__).parent.parent / "corpora/replies"
COMITY = Path(sys.executable).with_name("comity")


def _rows(name: str) -> list[dict]:
    return [json.loads(line) for line in (REPLIES / f"{name}.jsonl").read_text("utf-8").split("\n") if line]


@pytest.mark.parametrize("row", _rows("dev"), ids=lambda row: row["id"])
def test_a_reply_is_understood(row: dict):
    asked = intent_of(row["text"], (row["lang"],))
    assert (asked.intent, asked.scope) == (row["intent"], row["scope"])


@pytest.mark.parametrize(
    ("name", "recall", "false"),
    [("tuned", 0.955, 0.01), ("held", 0.99, 0.015), ("blind", 0.88, 0.045), ("second", 0.99, 0.01)],
)
def test_replies_are_understood_as_well_as_is_documented(name: str, recall: float, false: float):
    found = [(row["intent"] == "stop", intent_of(row["text"], (row["lang"],)).intent == "stop") for row in _rows(name)]
    stops, others = [got for wanted, got in found if wanted], [got for wanted, got in found if not wanted]
    assert sum(stops) / len(stops) >= recall
    assert sum(others) / len(others) <= false


def test_a_second_opinion_names_the_words_it_is_from():
    asked = intent_of("could somebody there please stop these coming through to my phone")
    assert (asked.intent, asked.scope, asked.by) == ("stop", "brand", "speech")
    assert "stop" in asked.words
    assert intent_of("please stop texting me").words == ()


@given(
    st.lists(
        st.sampled_from(
            ["pls", "call", "me", "send", "the", "sms", "again", "my", "phone", "number", "text", "messages"]
        ),
        max_size=40,
    )
)
def test_nothing_is_withdrawn_from_without_a_word_that_ends_or_denies(words: list[str]):
    assert likelihood(" ".join(words)).score < 0


@given(st.text(max_size=2_000))
def test_any_text_is_weighed_by_words_of_its_own(text: str):
    assert len(likelihood(text).words) <= 3


def test_what_was_learned_is_small():
    assert len(learned().weights) < 8_000
    assert len((files("comity.consent") / "data/speech/learned.json").read_bytes()) < 200_000


def test_a_keyword_before_another_thing_asks_for_no_second_opinion():
    assert intent_of("stop sending my parcels to the neighbour, he never gives them to me").intent == "none"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("STOP", Intent("stop", "brand", "keyword")),
        ("STOP ALL", Intent("stop", "everything", "keyword")),
        ("START", Intent("start", "", "keyword")),
        ("HELP", Intent("help", "", "keyword")),
        ("YES", Intent("none")),
        ("", Intent("none")),
        ("please leave me alone", Intent("stop", "brand", "speech")),
        ("no more ads but keep the delivery updates", Intent("stop", "category", "speech")),
        ("take me off all your lists", Intent("stop", "everything", "speech")),
    ],
)
def test_keywords_and_speech_come_to_one_answer(text: str, asked: Intent):
    assert intent_of(text) == asked


@pytest.mark.parametrize(
    "text",
    [
        "please don't text me at work, mail me instead",
        "Please call, don't text me any more",
        "don't text me now or ever again",
    ],
)
def test_another_channel_or_place_is_a_stop_as_only_silence_heeds_it(text: str):
    assert intent_of(text).intent == "stop"


@pytest.mark.parametrize("text", ["don't text me after 10 pm", "please don't text me while I'm driving"])
def test_a_bound_in_time_is_none(text: str):
    assert intent_of(text).intent == "none"


@pytest.mark.parametrize(
    "text",
    [
        'she said "please stop texting me" and I laughed',
        "he told him to stop texting him",
        "> please stop texting me\nwhat is this about?",
        "can my sister unsubscribe by replying?",
    ],
)
def test_what_others_say_or_want_is_none(text: str):
    assert intent_of(text).intent == "none"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("stop sending the driver to the wrong door", Intent("none")),
        ("stop sending my parcels to the neighbour", Intent("none")),
        ("unsubscribe me from the gym membership", Intent("none")),
        ("stop all payments", Intent("none")),
        ("stop alle leveringen", Intent("none")),
        ("unsubscribe me from this shop", Intent("stop", "brand", "keyword")),
        ("stop sending mail at work", Intent("stop", "brand", "keyword")),
        ("stop sending me parcels", Intent("stop", "brand", "keyword")),
        ("stop sending the parcel updates", Intent("stop", "brand", "keyword")),
        ("stop texting me about my parcels", Intent("stop", "brand", "keyword")),
        ("unsubscribe me from the magazine's texts", Intent("stop", "brand", "keyword")),
        ("stop sending the driver to the wrong door. And stop texting me", Intent("stop", "brand", "keyword")),
    ],
)
def test_a_keyword_before_things_that_are_no_messages_withdraws_nothing(text: str, asked: Intent):
    assert intent_of(text) == asked


@given(st.text(max_size=2_000))
def test_any_text_is_answered(text: str):
    asked = intent_of(text)
    assert (asked.intent == "stop") == (asked.scope != "")
    assert (asked.intent == "none") == (asked.by == "")


_WORDS = sorted({word for row in _rows("dev") for word in row["text"].split()})


@given(
    st.lists(st.sampled_from([*_WORDS, "\n", ".", '"', ">", "'"]), max_size=300),
    st.sampled_from(["", "nl", "pt-BR", "??"]),
)
def test_any_row_of_words_that_mean_something_is_answered(words: list[str], lang: str):
    intent_of(" ".join(words), (lang,), "BE")


@given(text=st.sampled_from([row["text"] for row in _rows("dev") if row["intent"] == "stop"]))
def test_capitals_accents_typed_apart_and_thanks_change_nothing(text: str):
    assert intent_of(text.upper()).intent == intent_of(f"  {text}  ").intent == "stop"


@pytest.mark.parametrize(
    "piece",
    [
        "stop ",
        "don't ",
        "no more ",
        "me ",
        '"',
        "«",
        "\n>",
        "'",
        "a-",
        "not not ",
        "stop texting not ",
        "é",
        "🛑",
        "if you ",
    ],
)
def test_hostile_texts_cost_no_more_than_their_length(piece: str):
    quickest = []
    for length in (500, 2_000):
        text = (piece * length)[:length]
        runs = []
        for _ in range(5):
            begun = perf_counter()
            intent_of(text)
            runs.append(perf_counter() - begun)
        quickest.append(min(runs))
    assert quickest[1] < 0.2
    assert quickest[1] < 40 * quickest[0] + 0.02


async def _intent(lines: bytes) -> list[dict]:
    process = await asyncio.create_subprocess_exec(
        COMITY, "intent", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await process.communicate(lines)
    assert process.returncode == 0, err
    return [json.loads(line) for line in out.splitlines()]


async def test_the_command_answers_each_line_in_order_and_bad_ones_too():
    lines = [
        b'{"id":1,"text":"laat me met rust","lang":"nl"}',
        b"nonsense, really",
        b"",
        b'{"id":"b","text":5}',
        b'{"id":"c","text":"ok"}' + b" " * (1 << 20),
        b'{"id":"d","text":"no more ads but keep the delivery updates","lang":["en","fr"],"country":"GB"}',
        b'{"id":"e","text":"hi","lang":7}',
        b'{"id":"f","text":"hi","country":"Belgium"}',
        b'{"id":"g","text":"could somebody there please stop these coming through to my phone"}',
    ]
    first, broken, text, long, category, lang, country, learnt = await _intent(b"\n".join(lines))
    assert first == {"id": 1, "intent": "stop", "scope": "brand"}
    assert (broken["id"], "line 2" in broken["error"]) == (None, True)
    assert (text["id"], "text" in text["error"]) == ("b", True)
    assert long["id"] == "c"
    assert category == {"id": "d", "intent": "stop", "scope": "category"}
    assert (lang["id"], "lang" in lang["error"]) == ("e", True)
    assert (country["id"], "country" in country["error"]) == ("f", True)
    assert (learnt["intent"], "stop" in learnt["words"]) == ("stop", True)


async def test_the_command_answers_a_line_before_the_next_is_written():
    process = await asyncio.create_subprocess_exec(
        COMITY, "intent", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin
    assert process.stdout
    for text, intent in (("STOP", "stop"), ("thanks", "none")):
        process.stdin.write(json.dumps({"id": text, "text": text}).encode() + b"\n")
        async with asyncio.timeout(30):
            assert json.loads(await process.stdout.readline())["intent"] == intent
    process.stdin.close()
    assert await process.wait() == 0
