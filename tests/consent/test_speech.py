"""The grammars of plain speech: every file reads, forms mean what they say, quotations and thoughts are kept apart."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.consent import speech_grammar
from comity.consent.speech import withdrawal
from comity.consent.speech_grammar import LANGUAGES, File, language, phrased, spoken_in
from comity.consent.speech_respelled import in_languages, sought
from comity.consent.speech_spelling import meant, real_words, sounds, spelling
from comity.consent.speech_words import WALL, words_of


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_language_reads_and_has_forms(code: str):
    grammar = language(code)
    assert len(grammar.stop) > 30
    assert grammar.anchors < grammar.vocabulary


def test_a_form_with_a_class_without_words_is_told():
    file = File(words={"cease": "stop"}, guards=[], stop=[speech_grammar.Written(["cease massage"])], keep=[])
    with pytest.raises(ValueError, match="massage"):
        speech_grammar.made(file)


def test_a_form_may_ask_that_a_class_stands_nowhere():
    written = speech_grammar.Written(["stop"], without="thing")
    grammar = speech_grammar.made(File(words={"stop": "stop", "thing": "bus"}, guards=[], stop=[written], keep=[]))
    assert grammar.stop[0].without == ("thing",)


def _read_in(code: str, words: str) -> list[str]:
    """As one language reads words; the words as they are where it is not among those that know most of them."""
    return next((read for grammar, read in in_languages(words.split()) if grammar is language(code)), words.split())


@pytest.mark.parametrize(
    ("code", "written", "read"),
    [
        ("de", "hoeren auf", "horen auf"),
        ("de", "belaestigen", "belastigen"),
        ("en", "poesie", "poesie"),
        ("de", "abmeldne", "abmelden"),
        ("de", "anmelden", "anmelden"),
        ("nl", "aanmelden", "aanmelden"),
        ("nl", "geen berigten", "geen berichten"),
        ("nl", "haalme", "haal me"),
        ("fr", "jveux pas menvoyer", "jveux pas m envoyer"),
        ("es", "escribirme", "escribirme"),
        ("es", "olvidarlos", "olvidar los"),
        ("es", "no me escribes", "no me escribes"),
        ("it", "disturbarmi cancelatemi", "disturbarmi cancellatemi"),
        ("en", "i wnat brother massage", "i want brother massage"),
    ],
)
def test_a_word_is_read_as_what_it_stands_for_and_words_of_their_own_as_they_are(code: str, written: str, read: str):
    assert _read_in(code, written) == read.split()


@pytest.mark.parametrize(
    ("one", "other"), [("suprimer", "supprimer"), ("kiero", "quiero"), ("borenme", "vorrenme"), ("photo", "foto")]
)
def test_what_sounds_alike_is_one_word(one: str, other: str):
    assert sounds(one) == sounds(other)


@given(place=st.integers(0, 10), word=st.sampled_from(["unsubscribe", "uitschrijven", "desabonner", "disiscrivermi"]))
def test_a_letter_left_out_or_swapped_with_the_next_is_forgiven(place: int, word: str):
    place %= len(word) - 1
    for slip in (word[:place] + word[place + 1 :], word[:place] + word[place + 1] + word[place] + word[place + 2 :]):
        assert slip == word or slip in real_words() or word in meant(slip, spelling([word]))


@given(word=st.text("abcdehinorstu", max_size=30))
def test_a_misspelt_word_is_only_taken_for_one_that_is_looked_for(word: str):
    index = sought()
    assert {*meant(word, index)} <= {each for words in index.sounded.values() for each in words} | {
        each for words in index.shortened.values() for each in words
    }
    assert not meant(word, index) or word not in real_words()


def test_words_of_their_own_are_none_of_those_that_are_looked_for():
    assert real_words().isdisjoint(spoken_in())


@pytest.mark.parametrize("form", ["stop ... ...", "", "^ $"])
def test_odd_forms_read(form: str):
    file = File(words={"stop": "stop"}, guards=[], stop=[speech_grammar.Written([form])], keep=[])
    assert speech_grammar.made(file).stop


def test_a_field_nobody_knows_is_told():
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"say": [], "unles": "me"}, speech_grammar.Written)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don't STOP", ["dont", "stop"]),
        ("pleeeease stooop", ["please", "stop"]),
        ("n'écrivez plus", ["n", "ecrivez", "plus"]),
        ("sms'jes", ["smsjes"]),
        ("hi, you. there\nnow", ["hi", WALL, "you", WALL, "there", WALL, "now"]),
        ('the "list" here', ["the", "list", "here"]),
        ('he said "leave me alone" ok', ["he", "said", WALL, "ok"]),
        ('"leave me alone"', ["leave", "me", "alone"]),
        ("> leave me alone", []),
        ("", []),
    ],
)
def test_a_reply_comes_to_words_in_thoughts(text: str, words: list[str]):
    assert [*_trimmed(words_of(text))] == words


def test_what_is_in_quotation_marks_as_a_whole_is_the_reply():
    assert withdrawal('"please stop texting me"') == "brand"


def _trimmed(words: list[str]) -> list[str]:
    return words[1:-1] if words[-1] == WALL and len(words) > 1 else words[1:]


@given(st.text(max_size=2_000))
def test_words_are_bounded_and_walled(text: str):
    words = words_of(text)
    assert words[0] == words[-1] == WALL
    assert len(words) <= 202
    assert not any(one == other == WALL for one, other in pairwise(words))


@pytest.mark.parametrize("code", LANGUAGES)
@given(words=st.lists(st.sampled_from(sorted(spoken_in())), max_size=60))
def test_phrases_join_words_and_lose_none(code: str, words: list[str]):
    assert " ".join(phrased(words, language(code))).split() == words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("stop texting me", "brand"),
        ("I can't stop texting you", None),
        ("I want you to stop texting me", "brand"),
        ("I don't want you to stop texting me", None),
        ("you never text me", None),
        ("never text me", "brand"),
        ("if you don't stop I will sue", "brand"),
        ("if the parcel isn't here tomorrow I will sue", None),
        ("stop the ads", "category"),
        ("stop all the ads, I only want order updates", "category"),
        ("no más mensajes pls", "brand"),
        ("stop all promos", "category"),
        ("stop all of your ads", "category"),
        ("stop all ads and all texts", "everything"),
        ("stop all texts & promos", "everything"),
        ("stop the ads and texts", "brand"),
        ("stop. all of it", "everything"),
        ("stop the ads. all of them", "category"),
        ("I don't want to unsubscribe", None),
        ("I no longer want to be on your list", "brand"),
        ("don't text or call me", "brand"),
        ("don't call me, text me instead", None),
        ("smettetela", "brand"),
        ("smettetela. il pacco non arriva", None),
        ("hört auf, die Pakete zum Nachbarn zu bringen", None),
        ("hoert endlich auf mit dem spam", "brand"),
        ("no texts yet", None),
        ("take the lid off", None),
        ("this is not Paul stop texting me", "brand"),
        ("I am not Paul. Stop.", "brand"),
        ("stop or I report you", "brand"),
        ("n'envoyez plus à l'ancienne adresse", None),
        ("n'envoyez plus de sms à cette adresse", "brand"),
    ],
)
def test_who_acts_and_what_is_denied_decide(text: str, found: str | None):
    assert withdrawal(text) == found
