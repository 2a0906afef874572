"""The judge of explicit and foul texts: what it finds, what it leaves alone, and what must not sway it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content.analysis import Analysis
from comity.content.categories.obscene import judge
from comity.content.obscene_met import CARE, GOODS, QUOTED, REPORTED
from comity.content.scores import UNTOUCHED

NOTE, HOLD, REFUSE = 0.5, 0.75, 0.95

EXPLICIT = [
    "I want to fuck you tonight",
    "Watch free porn now https://x.example",
    "XXX videos: blowjobs, hardcore. 18+ https://x.example",
    "Horny housewives want to fuck tonight. Call 0909 000 0000",
    "I want you to suck my cock",
    "Your code is 123456. Suck my cock",
    "The doctor said hi. I want to lick your pussy",
    "Geile vrouwen willen nu met je neuken, kijk live",
    "Ich will dich ficken, du geile Sau",
    "Je veux te baiser, salope",
    "Putas calientes quieren follar ya, en vivo",
    "Voglio scopare con te, hai la fica bagnata",
    "Putas safadas querendo foder agora, veja ao vivo",
    "Canlı porno izle, azgın kadınlar",  # noqa: RUF001  Turkish
]
AT_LEAST_NOTED = [
    "send nudes",
    "you fucking bitch",
    "Fuck you",
    "Fuck off, you cunt",
    "Siktir git",
    "fuck this fucking shit",
]
MILD = [
    "damn I missed the bus",
    "holy shit you passed!!",
    "I hate this fucking traffic",
    "Fuck, I left my keys",
    "you fucking legend!!",
    "get your arse over here, pizza is getting cold",
    "you bastard haha congrats",
    "your ass better be on time tonight lol",
    "Verdomme, de trein is te laat",
    "Scheiße, Bus verpasst",
    "geil, wir haben gewonnen!",
    "putain je suis en retard",
    "joder qué frío hace",
    "cazzo che freddo",
    "caralho, que calor",
    "kurwa spóźnię się",
    "you looked so sexy in that dress",
    "My gran asked what a dildo is at dinner. I nearly died",
]
CLEAN = [
    "Scunthorpe v Cockfosters tickets now on sale at https://tickets.example",
    "Mr Cockburn, your appointment in Essex is confirmed for 3pm.",
    "Hi Dick, your parcel is on its way.",
    "Pub quiz tonight at The Cock Inn",
    "Tonight: The Naked Gun, 9pm",
    "Your chlamydia test result is negative. No treatment needed.",
    "Reminder: cervical screening. The nurse uses a small brush in the vagina.",
    "Check your testicles once a month and see a doctor about lumps.",
    "Nipple cream is back in stock. Breastfeeding mums love it.",
    "Blue tits are nesting at the reserve. Join our walk.",
    "Kate will meet you at 4",
    "E. coli found in water, boil before use",
    "Prostatavorsorge: Termin beim Urologen am 3.5.",
    "Dépistage IST gratuit pour femmes, appelez le 0800 000 000",
    "Cáncer de mama: mujeres de 50 a 69, llama para tu mamografía",
    "Exame de próstata: agende pelo posto de saúde.",
    "Lingerie sale: panties and thong sets 30% off https://x.example",
    "Oral sex can pass on STIs; use a condom. Free at the clinic.",
]
EXCUSED = [
    ("Oral sex can pass on STIs; use a condom. Free at the clinic.", CARE),
    ("We block porn sites on guest wifi by default.", REPORTED),
    ("He was sentenced for spraying fuck the police on a wall", REPORTED),
    ('Say "shit" and pay into the jar', QUOTED),
    ("Vibrator sale: 20% off, discreet shipping https://x.example", GOODS),
]


def score(text):
    return judge(Analysis(text)).score


@pytest.mark.parametrize("text", EXPLICIT)
def test_an_explicit_text_is_held_or_refused(text):
    assert score(text) >= HOLD


@pytest.mark.parametrize("text", AT_LEAST_NOTED)
def test_an_oath_at_somebody_is_noted(text):
    assert NOTE <= score(text) < REFUSE


@pytest.mark.parametrize("text", MILD)
def test_a_single_oath_among_friends_is_no_finding(text):
    assert score(text) < NOTE


@pytest.mark.parametrize("text", CLEAN)
def test_names_health_and_shops_are_left_alone(text):
    assert score(text) < 0.2


@pytest.mark.parametrize(("text", "excuse"), EXCUSED)
def test_what_excuses_a_word_is_told(text, excuse):
    judged = judge(Analysis(text))
    assert excuse in judged.against
    assert judged.score < NOTE


def test_a_text_without_such_words_is_untouched():
    assert judge(Analysis("Your parcel comes today between 2 and 4 pm.")) is UNTOUCHED


def test_signs_show_the_words_as_they_were_written():
    text = "Hi. I want you to suck my cock"
    judged = judge(Analysis(text))
    assert [text[sign.start : sign.end] for sign in judged.signs] == ["suck my cock"]
    assert judged.kind == "sexually explicit"


def test_the_kind_tells_oaths_from_explicit_words():
    assert judge(Analysis("Fuck off, you cunt")).kind == "foul language"


def test_more_oaths_score_more_and_the_same_again_hardly():
    one, again, other = "fuck this", "fuck this, fuck that", "fuck this, you cunt"
    assert score(one) < score(again) < score(other)


def test_what_advertises_may_swear_less_than_a_friend():
    assert score("What a fucking great day") < NOTE
    assert score("Fucking great sale! 50% off everything, buy now https://x.example") >= NOTE


@pytest.mark.parametrize(
    "excuse", ['The police said "no".', "Your clinic: test results are in.", "We block such words.", "Dr Smith called."]
)
@pytest.mark.parametrize("text", EXPLICIT[:5])
def test_an_excuse_in_another_sentence_saves_nothing(text, excuse):
    assert score(f"{excuse} {text}") >= HOLD
    assert score(f"{text}. {excuse}") >= HOLD


@pytest.mark.parametrize("frame", ['"{}"', "«{}»", "Your doctor: {}"])
def test_an_explicit_act_is_not_excused_by_quotes_or_medicine(frame):
    assert score(frame.format("I want you to suck my cock")) >= HOLD


@pytest.mark.parametrize("disguise", [
    "I want you to s u c k my c o c k",
    "I want you to suck my c0ck",
    "I want you to su\u200bck my co\u200bck",
    "I want you to ѕuсk my сосk",  # noqa: RUF001  the look-alikes are the case
    "I WANT YOU TO SUCK MY COCK",
    "I want you to suck my 𝐜𝐨𝐜𝐤",  # noqa: RUF001  as above
])  # fmt: skip
def test_a_disguise_is_seen_through(disguise):
    assert score(disguise) >= HOLD


@given(st.text(max_size=300))
def test_any_text_gets_a_probability(text):
    assert 0 <= score(text) < 1.001


@given(st.sampled_from(EXPLICIT), st.text(alphabet="abcdefghij ", max_size=60))
def test_harmless_letters_behind_change_little(text, more):
    assert score(f"{text}. {more}") >= score(text) - 0.05


@given(st.sampled_from(EXPLICIT + MILD), st.integers(0, 999_999))
def test_digits_change_nothing_but_by_their_number(text, number):
    assert score(f"{text} {number:06}") == score(f"{text} 000000")


@pytest.mark.parametrize("unit", ["fuck want to ", '"fuck', "a fuck (", "suck my ", "dick is so ", "hot women "])
def test_a_text_made_of_what_is_looked_for_gets_a_score_too(unit):
    assert 0 <= score((unit * 2000)[:2000]) <= 1
