"""What people see behind a disguise, and what is left alone."""
# ruff: noqa: RUF001  disguises are the point

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content.cues import folded, words
from comity.text.unmask import Unmasked, unmask
from comity.text.unmask_segments import parted
from comity.text.unmask_signs import LATIN_LIKE, STYLED
from comity.text.unmask_vocabulary import disguised_words, known_words

WORDS = sorted(disguised_words())


def kinds(read: Unmasked) -> set[str]:
    return {disguise.kind for disguise in read.disguises}


@pytest.mark.parametrize(
    ("text", "plain", "kind"),
    [
        # invisible characters inside words
        ("f\u200bree", "free", "invisible"),
        ("f\u200dr\u200ce\u2060e", "free", "invisible"),
        ("pass\u00adword", "password", "invisible"),
        ("pay\ufeffpal", "paypal", "invisible"),
        ("vi\U000e0061agra", "viagra", "invisible"),
        ("wi\u180enner", "winner", "invisible"),
        ("lo\u3164an", "loan", "invisible"),
        ("скид\u200bка", "скидка", "invisible"),
        # look-alikes in a word of another alphabet
        ("рaypаl", "paypal", "homoglyph"),
        ("Your раураl account", "your paypal account", "homoglyph"),
        ("ΡΑΥΡΑL", "paypal", "homoglyph"),
        ("gοοgle", "google", "homoglyph"),
        ("Αpple", "apple", "homoglyph"),
        ("bаnk", "bank", "homoglyph"),
        ("amazօn", "amazon", "homoglyph"),
        ("free ѕех now", "free sex now", "homoglyph"),
        ("lоttеrу", "lottery", "homoglyph"),
        ("cаѕіnо", "casino", "homoglyph"),
        ("скидкa для вас", "скидка для вас", "homoglyph"),
        ("бaнк", "банк", "homoglyph"),
        ("fгee", "free", "homoglyph"),
        ("Ꮲaypal", "paypal", "homoglyph"),
        ("ꓐank", "bank", "homoglyph"),
        # letters in another dress
        ("𝓕𝓻𝓮𝓮 money", "free money", "styled"),
        ("𝐅𝐑𝐄𝐄", "free", "styled"),
        ("𝔣𝔯𝔢𝔢", "free", "styled"),
        ("𝟜𝟟𝟙𝟙", "4711", "styled"),
        ("ｆｒｅｅ", "free", "styled"),
        ("ⓕⓡⓔⓔ", "free", "styled"),
        ("🄵🅁🄴🄴", "free", "styled"),
        ("🅵🆁🅴🅴", "free", "styled"),
        ("🅕🅡🅔🅔", "free", "styled"),
        ("⒡⒭⒠⒠", "free", "styled"),
        ("ᶠʳᵉᵉ", "free", "styled"),
        ("ꜰʀᴇᴇ", "free", "styled"),
        ("fr𝓮e", "free", "styled"),
        ("①②③④", "1234", "styled"),
        ("🇫🇷🇪", "fre", "styled"),
        # marks
        ("f\u0336r\u0336e\u0336e\u0336", "free", "marks"),
        ("f\u0300\u0301\u0302ree", "free", "marks"),
        ("w\u0338i\u0338n\u0338", "win", "marks"),
        ("f\u20ddr\u20dde\u20dde\u20dd", "free", "marks"),
        # apart
        ("f r e e cash", "free cash", "spacing"),
        ("F R E E   C A S H", "free cash", "spacing"),
        ("F.R.E.E money", "free money", "spacing"),
        ("f-r-e-e money", "free money", "spacing"),
        ("v_i_a_g_r_a", "viagra", "spacing"),
        ("v*i*a*g*r*a", "viagra", "spacing"),
        ("b•i•t•c•o•i•n", "bitcoin", "spacing"),
        ("w  i  n  n  e  r", "winner", "spacing"),
        ("g r a t i s voor u", "gratis voor u", "spacing"),
        ("k ö p e n", "kopen", "spacing"),
        ("v 1 a g r a", "v1agra", "spacing"),
        # a wider gap is where a word ends
        ("H o u s e  f o r  r e n t", "house for rent", "spacing"),
        ("W e  h i r e  y o u  t o d a y", "we hire you today", "spacing"),
        ("H.o.u.s.e f.o.r r.e.n.t", "house for rent", "spacing"),
        ("g r a t i s  s p e l e n nu m e e", "gratis spelen nu mee", "spacing"),
        ("F R E E  C A R  T O D A Y", "free car today", "spacing"),
        ("c o n t o  e  p r e m i o", "conto  e  premio", "spacing"),
        ("w i n  5 0 0  e u r o s", "win  5 0 0  euros", "spacing"),
        # letters of every alphabet
        ("р у б л е й", "рублей", "spacing"),
        ("в ы и г р а л и  п р и з", "выиграли приз", "spacing"),
        ("κ ε ρ δ ί σ α τ ε  τ ώ ρ α", "κερδίσατε τώρα", "spacing"),
        ("ا ر ب ح  ا ل ا ن", "اربح الان", "spacing"),
        ("v o u s  a v e z  g a g n é  u n  l o t", "vous avez gagne un lot", "spacing"),
        ("恭 喜 您 中 奖 了", "恭喜您中奖了", "spacing"),
        ("恭 喜 您 中 奖10000元，登 录 S O S", "恭喜您中奖10000元,登录 sos", "spacing"),
        ("대 출 상 담 문 의", "대출상담문의", "spacing"),
        # words of one letter beside a word spaced out
        ("send a t e x t to", "send a text to", "spacing"),
        ("r e c e i v e a f r e e phone", "receive a free phone", "spacing"),
        ("U h e b t  g e w o n n e n", "u hebt gewonnen", "spacing"),
        ("p a s d'é t r a n g e r s", "pas d'etrangers", "spacing"),
        ("v o i l é e s s'a b s t e n i r", "voilees s'abstenir", "spacing"),
        ("o w n e r's h o u s e", "owner's house", "spacing"),
        # no gap between words
        ("y o u h a v e w o n a p r i z e", "you have won a prize", "spacing"),
        ("Y O U H A V E W O N", "you have won", "spacing"),
        ("y.o.u.h.a.v.e.w.o.n", "you have won", "spacing"),
        ("n o M u s l i m s", "no muslims", "spacing"),
        ("N e u e V e r k ä u f e r H e u t e", "neue verkaufer heute", "spacing"),
        ("v o t r e c o m p t e e s t b l o q u e", "votre compte est bloque", "spacing"),
        ("w i n 5 0 0 e u r o today", "win 500 euro today", "spacing"),
        # letters that make no known word
        ("k l a r i n e t", "klarinet", "spacing"),
        ("V e r k ä u f e r", "verkaufer", "spacing"),
        # cut
        ("ca*sino", "casino", "split"),
        ("pay-pal", "paypal", "split"),
        ("vi.agra", "viagra", "split"),
        ("bit_coin now", "bitcoin now", "split"),
        ("lot|tery", "lottery", "split"),
        ("ge-win-ner", "gewinner", "split"),
        ("gra/tis", "gratis", "split"),
        # order
        ("\u202eeerf\u202c now", "free now", "bidi"),
        ("go \u202eonisac", "go casino", "bidi"),
        ("\u202eknab\nnow", "bank\nnow", "bidi"),
    ],
)
def test_a_disguise_is_undone_and_named(text, plain, kind):
    read = unmask(text)
    assert read.plain == plain
    assert kinds(read) - {"leet"} == {kind}


@pytest.mark.parametrize(
    ("text", "leet"),
    [
        ("v1agra", "viagra"),
        ("fr33 money", "free money"),
        ("c@sino", "casino"),
        ("pa$$word", "password"),
        ("b1tc0in", "bitcoin"),
        ("W1NNER", "winner"),
        ("1oan", "loan"),
        ("l0an", "loan"),
        ("p0rn", "porn"),
        ("s3x shop", "sex shop"),
        ("kl1k h1er", "klik hier"),
        ("gr4tis", "gratis"),
        ("Pr!ze", "prize"),
        ("cr3dit!", "credit!"),
        ("p@yp@l", "paypal"),
        ("a1ert", "alert"),
        ("b1ll", "bill"),
        ("k0nt0", "konto"),
        ("0nly und3r", "only under"),
        ("di4bet3s", "diabetes"),
        ("c4s0 de em3rgenc1a", "caso de emergencia"),
        ("r3spond4", "responda"),
        ("h1r3 w0m3n", "hire women"),
        ("T1ME", "time"),
        ("l1v0rce", "livorce"),
    ],
)
def test_signs_for_letters_are_undone_in_the_second_view_only(text, leet):
    read = unmask(text)
    assert read.leet == leet
    assert read.plain == text.lower()


@pytest.mark.parametrize(
    "text",
    [
        "4711",
        "ref 9X8Y",
        "the 2nd of May",
        "4U",
        "24h",
        "10mins",
        "at 3pm",
        "1GB and 20mb",
        "SAVE20",
        "COVID19",
        "covid19",
        "A1B2C3",
        "H1N1",
        "MP3",
        "4G",
        "K9",
        "iPhone15",
        "ps5000",
        "room5",
        "gate12",
        "XK4PLQ",
        "NL91ABNA0417164300",
        "3SABCD123456789",
        "call 0800 123 456",
        "$100 or €50",
        "info@bank.example",
        "B2B",
        "win!",
        "Great!!",
        "1st 2nd 3rd 4th",
    ],
)
def test_codes_amounts_and_ordinals_stay_in_both_views(text):
    read = unmask(text)
    assert read.plain == text.lower()
    assert read.leet == read.plain
    assert not read.disguises


GENUINE = [
    # plain texts
    ("Hello, your order 4711 has shipped.", "hello, your order 4711 has shipped."),
    ("", ""),
    ("U.S.A., e.g. at 3.50 a.m. (P.S. R.S.V.P.)", "u.s.a., e.g. at 3.50 a.m. (p.s. r.s.v.p.)"),
    ("A B C D", "a b c d"),
    ("a-b-c-d", "a-b-c-d"),
    ("code 1 2 3 4 5 6", "code 1 2 3 4 5 6"),
    ("I a m", "i a m"),
    ("code: A 7 F K 2", "code: a 7 f k 2"),
    ("J. R. R. Tolkien and J R R Tolkien", "j. r. r. tolkien and j r r tolkien"),
    ("P S the U S A won", "p s the u s a won"),
    ("grades A B B C, seats A B B C A D B", "grades a b b c, seats a b b c a d b"),
    ("answers: A C B D A C E", "answers: a c b d a c e"),
    ("form: W D L W W", "form: w d l w w"),
    ("vitamins A B D E K", "vitamins a b d e k"),
    ("X O X O X O", "x o x o x o"),
    ("2 a + 3 b = c, x y z w", "2 a + 3 b = c, x y z w"),
    ("1 a 2 b 3 c 4 d", "1 a 2 b 3 c 4 d"),
    ("А Б В Г Д", "а б в г д"),
    ("א ב ג ד ה ו", "א ב ג ד ה ו"),
    ("你 好 吗", "你 好 吗"),
    ("Nhà tôi ở số 5 A B", "nha toi o so 5 a b"),
    ("나 는 너 를", "나 는 너 를"),
    ("self-service, co-op, e-mail, don't", "self-service, co-op, e-mail, don't"),
    ("cash-back and on-line", "cash-back and on-line"),
    ("and/or 24/7 12/05/2026", "and/or 24/7 12/05/2026"),
    ("*bold* _it_ ~no~", "*bold* _it_ ~no~"),
    ("Mr.Smith,ok", "mr.smith,ok"),
    ("1.2.3.4", "1.2.3.4"),
    ("N.A.T.O. and U.N.", "n.a.t.o. and u.n."),
    ("x = y + z", "x = y + z"),
    # accents
    ("Straße für Łódź café", "strasse fur lodz cafe"),
    ("İstanbul'da ılık gün, şeker", "istanbul'da ilik gun, seker"),
    ("Ça va? Œuvre, naïve, été", "ca va? oeuvre, naive, ete"),
    ("e\u0301te\u0301 u\u0308ber", "ete uber"),
    ("Tiếng Việt", "tieng viet"),
    ("Cơm ngon, nước Đức", "com ngon, nuoc duc"),
    ("Ƙaƙa ɗan ɓera", "kaka dan bera"),
    ("Ẹ káàárọ̀", "e kaaaro"),
    ("smørrebrød på ø", "smorrebrod pa o"),
    ("“Hi” – it’s…", '"hi" - it\'s...'),
    ("5 m² for 3½ €", None),
    ("São Paulo, señor, garçon", "sao paulo, senor, garcon"),
    # other alphabets
    ("Привет, ваш код 1234", "привет, ваш код 1234"),
    ("Ваша карта VISA готова", "ваша карта visa готова"),
    ("Ёжик и йод", "ёжик и йод"),
    ("Καλημέρα, ο κωδικός σας είναι 99", "καλημέρα, ο κωδικός σας είναι 99"),
    ("Ваш SMS-код", "ваш sms-код"),
    ("мама", "мама"),
    ("сор", "сор"),
    ("Ваш Wi-Fi и оса", "ваш wi-fi и оса"),
    ("مرحبا بك في متجرنا", "مرحبا بك في متجرنا"),
    ("می‌خواهم", "می‌خواهم"),
    ("שלום, הקוד שלך", "שלום, הקוד שלך"),
    ("您的验证码是 1234。", "您的验证码是 1234。"),
    ("ご注文ありがとうございます", "ご注文ありがとうございます"),
    ("ＳＭＳを送信", "smsを送信"),
    ("안녕하세요", "안녕하세요"),
    ("आपका कोड 1234 है", "आपका कोड 1234 है"),
    ("क्‍ष", "क्‍ष"),
    ("สวัสดีค่ะ", "สวัสดีค่ะ"),
    ("Բարեւ ձեզ", "բարեւ ձեզ"),
    ("გამარჯობა", "გამარჯობა"),
    ("10 kΩ, 5 µm, Δt and π", None),
    # signs and emoji
    ("❤️ family 👨‍👩‍👧 👍🏽", None),
    ("🇫🇷 🇩🇪🇳🇱", "🇫🇷 🇩🇪🇳🇱"),
    ("1️⃣ first 2️⃣ second", "1 first 2 second"),
    ("Comity™ ©2026 ®", "comity™ ©2026 ®"),
    ("① one", "1 one"),
    ("1ª e 2º", "1a e 2o"),
    ("\u200fשלום\u200e ok", "שלום ok"),
    ("\u2068Anna\u2069 sent", "anna sent"),
    ("\ufeffHello", "hello"),
]


@pytest.mark.parametrize(("text", "plain"), GENUINE)
def test_genuine_writing_is_no_disguise(text, plain):
    read = unmask(text)
    assert read.disguises == ()
    if plain is not None:
        assert read.plain == plain


def test_a_disguise_is_placed_where_it_stood():
    text = "Dear user, f.r.e.e v1agra at раураl"
    read = unmask(text)
    assert [(d.kind, text[slice(*d.span)]) for d in read.disguises] == [
        ("spacing", "f.r.e.e"),
        ("leet", "v1agra"),
        ("homoglyph", "раураl"),
    ]


def test_a_stretch_of_the_plain_text_is_found_in_the_original():
    text = "Go: f\u200br\u200be e and ca*sino"
    read = unmask(text)
    at = read.plain.index("casino")
    assert text[slice(*read.span(at, at + 6))] == "ca*sino"


def test_a_word_spaced_out_among_others_is_found_in_the_original():
    text = "go  y.o.u.h.a.v.e.w.o.n  F r e e  C a s h"
    read = unmask(text)
    at = read.plain.index("have")
    assert text[slice(*read.span(at, at + 4))] == "h.a.v.e"
    at = read.plain.index("cash")
    assert text[slice(*read.span(at, at + 4))] == "C a s h"


def test_the_words_that_content_rules_weigh_tell_where_words_end():
    terms = [t.strip() for listed in words().values() for each in listed.terms.values() for t in each.split(",")]
    whole = {word for term in terms if "*" not in term for word in re.findall("[a-z]{4,}", folded(term))}
    missing = sorted(whole - known_words())
    assert len(missing) < len(whole) / 50, missing


@given(st.lists(st.sampled_from(WORDS), min_size=2, max_size=6), st.sampled_from([" ", ".", "*"]))
def test_words_spaced_out_with_gaps_between_them_come_back(some, gap):
    read = unmask((gap * (gap == " ") + " ").join(gap.join(word) for word in some))
    assert read.plain == " ".join(some)


@given(st.text(st.sampled_from("abcdeion4ABEов 中."), min_size=1, max_size=60), st.booleans())
def test_letters_parted_into_words_stay_the_same_letters(letters, has_gaps):
    assert sum(parted(letters, has_gaps=has_gaps).lengths) == len(letters)


def test_a_turned_stretch_is_found_in_the_original():
    text = "see \u202eonisac\u202c now"
    read = unmask(text)
    at = read.plain.index("casino")
    assert text[slice(*read.span(at, at + 6))] == "onisac"


TEXTS = st.one_of(
    st.text(max_size=80),
    st.text(st.sampled_from("fre .*-@31$ aеоé\u200b\u200d\u202e\u202c\u0301\u0336𝓕ＦⓕßЖß…\n中ا"), max_size=60),
)


@given(TEXTS)
def test_reading_again_what_was_read_changes_nothing(text):
    plain = unmask(text).plain
    assert unmask(plain).plain == plain


@given(TEXTS)
def test_views_are_as_long_as_each_other(text):
    read = unmask(text)
    assert len(read.plain) == len(read.leet) == len(read.cased)


@given(TEXTS)
def test_every_stretch_has_its_place_in_the_original(text):
    read = unmask(text)
    for at in range(len(read.plain)):
        start, end = read.span(at, at + 1)
        assert 0 <= start < end <= len(text)
    if read.plain:
        start, end = read.span(0, len(read.plain))
        assert 0 <= start < end <= len(text)
    for disguise in read.disguises:
        start, end = disguise.span
        assert 0 <= start < end <= len(text)


@given(st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzABCXYZ"), min_size=2), st.data())
def test_words_of_letters_are_left_alone(word, data):
    text = " ".join([word] * data.draw(st.integers(1, 5)))
    read = unmask(text)
    assert (read.plain, read.disguises) == (text.lower(), ())


@given(st.sampled_from(WORDS), st.sampled_from([" ", "  ", ".", "-", "_", "*", "|", "•"]))
def test_a_word_spaced_out_comes_back(word, gap):
    read = unmask(f"get it: {gap.join(word)} (now)")
    assert word in read.plain
    assert "spacing" in kinds(read)


@given(st.sampled_from(WORDS), st.sampled_from("\u200b\u200c\u200d\u2060\u00ad\ufeff"), st.data())
def test_a_word_with_invisible_signs_comes_back(word, sign, data):
    at = data.draw(st.integers(1, len(word) - 1))
    read = unmask(f"now {word[:at]}{sign}{word[at:]} here")
    assert read.plain == f"now {word} here"
    assert kinds(read) == {"invisible"}


@given(st.sampled_from(WORDS), st.sampled_from([0x1D400, 0x1D434, 0x1D5A0, 0x1D670, 0xFF21, 0x24B6, 0x1F150]))
def test_a_styled_word_comes_back(word, capital_a):
    dressed = "".join(chr(capital_a + ord(c) - ord("a")) if c.isalpha() else c for c in word)
    read = unmask(f"now {dressed} here")
    assert read.plain == f"now {word} here"
    assert kinds(read) == {"styled"}


EXACT = {"a": "а", "c": "с", "e": "е", "o": "о", "p": "р", "x": "х", "y": "у", "i": "і", "s": "ѕ", "j": "ј"}


@given(st.sampled_from([word for word in WORDS if set(word) & EXACT.keys()]))
def test_a_word_with_look_alikes_comes_back(word):
    read = unmask("get " + "".join(EXACT.get(char, char) for char in word) + " now")
    assert read.plain == f"get {word} now"
    assert kinds(read) == {"homoglyph"}


@given(st.sampled_from(WORDS), st.text(st.characters(min_codepoint=0x300, max_codepoint=0x36F), min_size=3, max_size=5))
def test_a_word_under_stacked_marks_comes_back(word, marks):
    stacked = "".join(char + marks for char in word)
    assert unmask(f"now {stacked} here").plain == f"now {word} here"


SIGNS = {"a": "@4", "e": "3", "i": "1!", "o": "0", "s": "$5", "t": "7", "l": "1"}


@given(st.sampled_from(WORDS), st.data())
def test_a_word_in_leet_comes_back(word, data):
    places = [at for at, char in enumerate(word) if char in SIGNS and 0 < at < len(word) - 1]
    if not places:
        return
    at = data.draw(st.sampled_from(places))
    read = unmask(f"now {word[:at]}{data.draw(st.sampled_from(SIGNS[word[at]]))}{word[at + 1 :]} here")
    known = read.leet[4:].split()[0] in disguised_words()
    assert known
    assert "leet" in kinds(read)


@given(st.sampled_from(WORDS), st.sampled_from(".*|~_+"), st.data())
def test_a_cut_word_comes_back(word, sign, data):
    at = data.draw(st.integers(1, len(word) - 1))
    read = unmask(f"now {word[:at]}{sign}{word[at:]} here")
    assert read.plain == f"now {word} here"


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        ".",
        "a.",
        "a ",
        "f r e e ",
        "\u200b",
        "a\u0336",
        "а",
        "aа",
        "𝓕",
        "1a",
        "@",
        "\u202ea",
        "a.a",
        "-a",
        "e a s t ",
        "中 ",
        "a  ",
    ],
)
@pytest.mark.timeout(10)  # what grows with the square of the length takes minutes
def test_reading_takes_time_in_proportion_to_the_text(unit):
    unmask((unit * 100_000)[:100_000])


def test_the_tables_hold_what_their_names_say():
    assert all(len(plain) == 1 and plain.isascii() and plain.isalnum() for plain in STYLED.values())
    assert all(len(plain) == 1 and plain.isascii() and plain.isalnum() for plain in LATIN_LIKE.values())
    assert all(word.isascii() and word.isalnum() and len(word) > 3 for word in WORDS)
