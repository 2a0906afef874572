"""Keyword replies: what must count as an opt-out, and what must not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.consent.replies import Reply, read_reply
from comity.countries.words import opt_out_words, words

STOPS = [
    # text, country, languages
    ("STOP", "US", ()),
    ("stop", None, ()),
    ("Stop.", "GB", ()),
    ("stop!!!", "GB", ()),
    ("S T O P", "US", ()),
    ("st op", "US", ()),
    ("sto p please", "US", ()),
    ("s.t.o.p.", "US", ()),
    ("S-T-O-P please", "US", ()),
    ("\uff33\uff34\uff2f\uff30", "JP", ()),
    ("\u201cSTOP\u201d", "GB", ()),
    ("'stop'", "BE", ()),
    ("STOP \U0001f64f", "US", ()),
    ("\U0001f6d1", "US", ()),
    ("\U0001f6d1 stop \U0001f6d1", "US", ()),
    ("stoppp", "US", ()),
    ("STOOOOP", "US", ()),
    ("STPO", "US", ()),
    ("St0p", "US", ()),
    ("Stop it", "US", ()),
    ("STOP please", "US", ()),
    ("please stop", "US", ()),
    ("Please STOP, thank you", "US", ()),
    ("STOP 12345", "US", ()),
    ("stop sms", "FR", ()),
    ("STOP ACME", "US", ()),
    ("Stop texting me", "US", ()),
    ("stop sending me these messages", "US", ()),
    ("STOP\nSent from my iPhone", "US", ()),
    ("Stop\n> 20% off this weekend only, visit our shop", "GB", ()),
    ("st\u00f3p", "ES", ()),
    ("st\u200bop", "US", ()),
    ("STOP!! I never signed up for this", "US", ()),
    ("stop. who is this", "US", ()),
    ("unsub", "US", ()),
    ("remove me", "US", ()),
    ("cancel texts", "US", ()),
    ("quit texting me", "US", ()),
    ("end these messages please", "US", ()),
    ("baja mensajes", "ES", ()),
    ("unsubscribe", "US", ()),
    ("Unsubscribe me from this list", "US", ()),
    ("opt out", "US", ()),
    ("OPT-OUT", "US", ()),
    ("optout now", "US", ()),
    ("cancel", "US", ()),
    ("END", "US", ()),
    ("quit", "US", ()),
    ("Revoke.", "US", ()),
    ("remove", "US", ()),
    ("ARRET", "FR", ()),
    ("Arr\u00eat", "BE", ()),
    ("se d\u00e9sabonner svp", "FR", ()),
    ("STOPP", "DE", ()),
    ("Stopp bitte", "DE", ()),
    ("abmelden", "AT", ()),
    ("Ende", "DE", ()),
    ("afmelden", "NL", ()),
    ("uit", "NL", ()),
    ("stoppen aub", "BE", ()),
    ("BAJA", "ES", ()),
    ("alto", "MX", ()),
    ("darme de baja", "AR", ()),
    ("SAIR", "BR", ()),
    ("disiscrivi", "IT", ()),
    ("AVSLUTA", "SE", ()),
    ("avslutt", "NO", ()),
    ("Afmeld tak", "DK", ()),
    ("lopeta", "FI", ()),
    ("PERU", "FI", ()),
    ("peru", "US", ("fi",)),
    ("L\u00f5peta", "EE", ()),
    ("lopeta", "EE", ()),
    ("odhl\u00e1sit", "CZ", ()),
    ("Leiratkoz\u00e1s", "HU", ()),
    ("REZYGNUJ\u0118", "PL", ()),
    ("koniec", "PL", ()),
    ("СТОП", "RU", ()),
    ("Отписаться", "RU", ()),
    ("стоп пожалуйста", "UA", ()),
    ("\u03a3\u03c4\u03bf\u03c0", "GR", ()),
    ("\u0394\u03b9\u03b1\u03b3\u03c1\u03b1\u03c6\u03ae", "GR", ()),
    ("İPTAL", "TR", ()),
    ("ret", "TR", ()),
    ("\u0625\u064a\u0642\u0627\u0641", "SA", ()),
    ("\u0627\u064a\u0642\u0627\u0641", "EG", ()),
    ("\u0627\u0644\u063a\u0627\u0621", "AE", ()),
    ("\u05d4\u05e1\u05e8", "IL", ()),
    ("रोकें", "IN", ()),
    ("बंद", "IN", ()),
    ("ยกเลิก", "TH", ()),
    ("停止", "JP", ()),
    ("수신거부", "KR", ()),
    ("退订", "CN", ()),
    ("T", "CN", ()),
    ("td", "TW", ()),
    ("HUY", "VN", ()),
    ("h\u1ee7y", "VN", ()),
    ("berhenti", "ID", ()),
    ("TIGIL", "PH", ()),
    ("SITISHA", "KE", ()),
    ("staak", "GB", ("af",)),
]

MISSES = [
    ("", "US", ()),
    ("   ", "US", ()),
    ("\u2764\ufe0f", "US", ()),
    ("!!!", "US", ()),
    ("please", "US", ()),
    ("YES", "US", ()),
    ("yes please", "GB", ()),
    ("oui", "FR", ()),
    ("ja", "DE", ()),
    ("NO", "US", ()),
    ("ok thanks", "US", ()),
    ("Please stop by the shop", "US", ()),
    ("stop by tomorrow at ten", "US", ()),
    ("non-stop", "US", ()),
    ("Flying non stop to Rome", "US", ()),
    ("bus stop", "GB", ()),
    ("I am at the bus stop", "GB", ()),
    ("full stop", "GB", ()),
    ("one stop shop", "US", ()),
    ("Stop & Shop", "US", ()),
    ("stop-loss", "US", ()),
    ("Stop sign at Main St", "US", ()),
    ("stop motion", "US", ()),
    ("Stop worrying", "GB", ()),
    ("Stop being silly, I am on my way home", "GB", ()),
    ("stop in the name of love", "US", ()),
    ("don't stop", "US", ()),
    ("do not unsubscribe me", "US", ()),
    ("Can't stop thinking of you", "US", ()),
    ("The rain won't stop today", "GB", ()),
    ("unstoppable", "US", ()),
    ("stopwatch", "US", ()),
    ("stopover in Doha", "US", ()),
    ("Cancel my appointment on Tuesday", "US", ()),
    ("Cancel\nthe order please", "US", ()),
    ("Cancel. My train is late", "US", ()),
    ("remove my name from the guest list", "US", ()),
    ("end my shift at ten", "US", ()),
    ("We stop. Then we go on", "US", ()),
    ("END 12345", "US", ()),
    ("The end of the story", "US", ()),
    ("quit smoking tips", "US", ()),
    ("I quit my job", "US", ()),
    ("weekend", "US", ()),
    ("remove the old battery first", "US", ()),
    ("help wanted", "US", ()),
    ("can you help with my order", "US", ()),
    ("helpful", "US", ()),
    ("for your info I am late", "GB", ()),
    ("informatie", "NL", ()),
    ("start tomorrow", "US", ()),
    ("We start at nine", "US", ()),
    ("restart", "US", ()),
    ("T", "US", ()),
    ("T", "FR", ("en",)),
    ("td", "GB", ()),
    ("PERU", "US", ()),
    ("Peru", "PE", ()),
    ("trip to Peru", "FI", ()),
    ("RET", "FR", ()),
    ("ret", None, ()),
    ("ALTO", "IT", ()),
    ("alto saxophone", "MX", ()),
    ("m\u00e1s alto por favor ahora", "ES", ()),
    ("ende", "NO", ()),
    ("Ende gut, alles gut", "DE", ()),
    ("uit de buurt", "NL", ()),
    ("stop met roken", "NL", ()),
    ("stoppen met roken", "NL", ()),
    ("arr\u00eat de bus", "FR", ()),
    ("arr\u00eater de fumer", "FR", ()),
    ("la fermata", "IT", ()),
    ("baja la m\u00fasica", "ES", ()),
    ("dar", "ES", ()),
    ("sair para jantar", "BR", ()),
    ("koniec \u015bwiata", "PL", ()),
    ("konec hry", "CZ", ()),
    ("peru reissu", "FI", ()),
    ("остановка", "RU", ()),
    ("автостоп", "RU", ()),
    ("помощь другу в беде", "RU", ()),
    ("dur bakalim", "TR", ()),
    ("停止使用", "JP", ()),
    ("거부", "US", ()),
    ("退", "CN", ()),
    ("acha nikuambie", "KE", ()),
    ("HUY", "PL", ()),
    ("بند", "AE", ()),
    ("बंदर", "IN", ()),
    ("stop a de roken", "NL", ()),
    ("contact", "US", ()),
    ("ABI", "DE", ()),
    ("1", "US", ()),
    ("911", "US", ()),
    ("STOPS at 9, 10 and 11", "GB", ()),
    ("st", "US", ()),
    ("top", "US", ()),
    ("p o t s", "US", ()),
    ("st ops", "US", ()),
]


@pytest.mark.parametrize(("text", "country", "languages"), STOPS)
def test_an_opt_out_in_any_spelling_counts(text, country, languages):
    assert read_reply(text, country=country, languages=languages) == Reply("stop", "sender")


@pytest.mark.parametrize(("text", "country", "languages"), MISSES)
def test_speech_that_only_holds_such_words_does_not_count(text, country, languages):
    assert read_reply(text, country=country, languages=languages) == Reply("none", "sender")


@pytest.mark.parametrize(
    "text",
    [
        "STOPALL",
        "STOP ALL",
        "stop all messages",
        "Stop everything",
        "unsubscribe all",
        "opt out all",
        "cancel all",
        "STOP ALLES",
        "stopp alle",
        "STOP TOUT",
        "stop todo",
        "стоп все",
        "STOPP ALLE bitte",
    ],
)
def test_a_stop_for_everything_has_the_scope_all(text):
    assert read_reply(text, country="DE") == Reply("stop", "all")


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("HELP", "US"),
        ("help?", "GB"),
        ("Help me", "US"),
        ("please help", "US"),
        ("info", "DE"),
        ("AIDE", "FR"),
        ("contact", "FR"),
        ("Hilfe!", "AT"),
        ("hj\u00e4lp", "SE"),
        ("hjaelp", "DK"),
        ("ayuda por favor", "MX"),
        ("помощь", "RU"),
        ("abi", "EE"),
        ("도움말", "KR"),
        ("ヘルプ", "JP"),
    ],
)
def test_a_call_for_help_is_read(text, country):
    assert read_reply(text, country=country) == Reply("help")


@pytest.mark.parametrize("text", ["START", "start!", "unstop", "Start please", "UNSTOP\nSent from my iPhone"])
def test_a_wish_to_hear_again_is_read(text):
    assert read_reply(text, country="US") == Reply("start")


def test_every_word_of_every_language_counts_alone_where_it_is_expected():
    for language, each in words().items():
        for word in (*each.lead, *each.whole, *each.local):
            for written in (word, word.lower(), f" {word.title()}! "):
                found = read_reply(written, country=None, languages=(language,))
                assert found.intent == "stop", (language, written)
        for word in (*each.help, *each.help_local):
            assert read_reply(word.lower(), country=None, languages=(language,)).intent == "help", (language, word)


def test_local_words_count_nowhere_else():
    for language, each in words().items():
        others = [other for other, known in words().items() if not set(known.local) & set(each.local)]
        for word in each.local:
            assert read_reply(word, country=None).intent == "none", (language, word)
            assert read_reply(word, country=None, languages=[o for o in others if o != language]).intent == "none"


def test_a_regional_language_tag_counts_as_its_language():
    assert read_reply("sair", country=None, languages=("pt-BR",)).intent == "stop"
    assert read_reply("sair", country=None, languages=("PT_br",)).intent == "stop"


def test_a_country_knows_its_words():
    assert {"STOP", "ARRET", "AFMELDEN", "ABMELDEN"} <= set(opt_out_words("BE"))
    assert "T" in opt_out_words("CN")
    assert "STOP" in opt_out_words("XX")


def test_there_are_words_for_more_than_forty_languages():
    assert len(words()) >= 40


@given(st.text(max_size=400), st.sampled_from([None, "US", "BE", "CN", "XX"]))
def test_any_text_gets_an_answer(text, country):
    assert read_reply(text, country=country).intent in {"stop", "start", "help", "none"}


@given(
    st.sampled_from(["stop", "STOP", "Unsubscribe", "стоп", "optout"]),
    st.text(alphabet=" .,!?\"'\u201e\u201c\U0001f621\t\n()-*", max_size=6),
    st.text(alphabet=" .,!?\"'\u201e\u201c\U0001f621\t\n()-*", max_size=6),
)
def test_punctuation_and_emoji_around_a_keyword_change_nothing(word, before, after):
    assert read_reply(f"{before}{word}{after}", country="US").intent == "stop"


@given(st.text(alphabet="abcdefghij klm", min_size=321, max_size=800))
def test_a_long_message_is_not_read_as_a_keyword(text):
    assert read_reply(f"we {text}", country="US").intent == "none"
