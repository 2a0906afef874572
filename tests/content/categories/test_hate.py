"""Hate is judged by who is spoken of, what is said of them, and whose words it is."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content.analysis import Analysis
from comity.content.categories.hate import judge
from comity.content.cues import tables
from comity.content.hate.attacks import attacks
from comity.content.hate.frames import FRAMES
from comity.content.hate.grammar import KINDS, LANGUAGES, grammar_of
from comity.content.hate.people import with_people
from comity.content.hate.words import read
from comity.content.template import template_of
from comity.text.unmask import unmask

CASES = Path(__file__).parents[2] / "functional" / "dev" / "hate.jsonl"
NOTED, HELD, REFUSED = 0.5, 0.75, 0.95
LEAST_RIGHT = 0.9


def judged(text, learned=None):
    return judge(Analysis(template_of(text), learned=learned or {}))


ATTACKS = (
    "I hate all Muslims",
    "Women are nothing but vermin.",
    "Black people should be deported",
    "No immigrant should ever be given citizenship.",
    "You can't trust a Jew with money.",
    "Whoever shoots a refugee deserves a medal",
    "Deport them all. Immigrants don't deserve to be here.",
    "Immigrants? I hate them all",
    "they should all be gassed, those Jews",
    "Why don't women just shut up?",
    "Gay people are a stain on humanity.",
    "hope every single muslim gets cancer",
    "You Muslims are all terrorists",
    "Ik word kotsmisselijk van al die buitenlanders hier",
    "Van mij mogen alle moslims creperen.",
    "Homo's verdienen het niet om te leven.",
    "Vrouwen horen achter het aanrecht.",
    "Alle Asylanten zurück in ihr Land!",
    "Wer einen Ausländer verprügelt, verdient einen Orden",
    "Gestern sind Flüchtlinge eingezogen. So ein Dreckspack!",
    "Mir wird übel, wenn ich Schwule sehe.",
    "Ich finde, dass Ausländer vergast werden sollten",
    "Qu'ils crèvent tous, ces migrants",
    "Aucun musulman ne devrait avoir le droit de vote.",
    "Une famille arabe a emménagé. Ce sont des parasites.",
    "Ojalá se mueran todos los inmigrantes",
    "Los inmigrantes se mudaron al lado. Son escoria.",
    "Una mujer no pinta nada en política.",
    "Gli immigrati sono parassiti.",
    "Odeio todos os ciganos.",
    "Why do we still let Muslims breathe?",
    "Who would trust a Jew with money?",
    "When will we get rid of the immigrants?",
    "We do not rent to Muslims",
    "No Muslims in our club",
    "we are coming for you Muslims",
    "the next Muslim I see gets a knife",
    "A family of immigrants moved in. That scum must be exterminated.",
    "Waarom laten we moslims nog ademen?",
    "Wie zou een jood met geld vertrouwen?",
    "Wanneer raken we de buitenlanders eindelijk kwijt?",
    "Wij verhuren niet aan moslims",
    "Geen moslims in onze club",
    "de volgende moslim die ik zie krijgt een mes",
    "we komen jullie halen, moslims",
    "Pourquoi laisse-t-on encore les musulmans respirer ?",
    "Qui ferait confiance à un juif avec de l'argent ?",
    "On ne loue pas aux musulmans",
    "Pas de musulmans dans notre club",
    "le prochain musulman que je vois prend un coup de couteau",
    "on vient vous chercher, les musulmans",
    "Warum lassen wir Muslime noch atmen?",
    "Wer würde einem Juden sein Geld anvertrauen?",
    "Wann werden wir die Ausländer endlich los?",
    "Wir vermieten nicht an Muslime",
    "Keine Muslime in unserem Verein",
    "der nächste Muslim den ich sehe kriegt ein Messer",
    "wir kommen euch holen, ihr Muslime",
    "¿Por qué dejamos que los musulmanes sigan respirando?",
    "¿Quién le confiaría dinero a un judío?",
    "¿Cuándo nos vamos a librar de los inmigrantes?",
    "No alquilamos a musulmanes",
    "Nada de musulmanes en nuestro club",
    "al próximo musulmán que vea le clavo un cuchillo",
    "vamos a por vosotros, musulmanes",
    "le pego una paliza a cada musulmán que veo",
    "Una familia de inmigrantes se mudó. Esa escoria debe ser exterminada",
)
NO_ATTACKS = (
    "I don't hate Muslims",
    "Women are not vermin.",
    "Saying that black people should be deported is disgusting.",
    "People who hate gays are scum",
    '"I hate Muslims" is a terrible thing to write.',
    "He told me that all immigrants are criminals.",
    "Being called vermin as an immigrant is painful.",
    "I hate how badly refugees are treated.",
    "Violence against women is disgusting and must stop.",
    "The Nazis murdered six million Jews.",
    "Two women were killed in the crash, police say.",
    "I hate bankers. They are parasites.",
    "You are scum and I hate you",
    "The woman next door is so lazy",
    "I hate black coffee",
    "German trains are worthless rubbish",
    "We queers are proud of who we are.",
    "I'm a dyke and proud of it",
    "I fucking love being a woman",
    "There is a chink in the armour of their defence.",
    "Women's health clinic: your appointment is on Monday at 10:00.",
    "Mosque open day this Saturday, all welcome.",
    "I am a proud trans woman.",
    "Some people hate Jews",
    "My neighbours hate Jews",
    "Wie homo's haat, is niet welkom in mijn huis.",
    "Ik heb niets tegen buitenlanders.",
    "Geen enkele vrouw verdient het om te sterven.",
    "Ich hasse Frauen nicht.",
    "Wer Frauen schlägt, ist ein Feigling.",
    "Wie kann man nur Schwule hassen?",
    "Les immigrés ne sont pas de la vermine.",
    "Ceux qui frappent les femmes sont des lâches.",
    "Le vin allemand est dégueulasse.",
    "Los zapatos negros son feos.",
    "Quienes pegan a las mujeres son unos cobardes.",
    "No tengo nada contra los extranjeros.",
    "4 girls. They stop after dinner and must go home",
    "No more girl friends",
    "mode men",
    "Women in our club meet on Friday.",
    "No women in our club have complained.",
    "We do rent to Muslims.",
    "Laten we vrouwen helpen.",
    "Ik ben mijn sleutels kwijt, zeiden de vrouwen.",
)


@pytest.mark.parametrize("text", ATTACKS)
def test_an_attack_on_a_group_is_found_with_its_place(text):
    found = judged(text)
    assert found.score >= NOTED
    assert found.signs
    assert all(0 <= sign.start < sign.end <= len(text) for sign in found.signs)


@pytest.mark.parametrize("text", NO_ATTACKS)
def test_what_only_looks_like_an_attack_passes(text):
    assert judged(text).score < NOTED


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("I hate all immigrants", REFUSED),
        ("Gays should be shot", REFUSED),
        ("Women are inferior to us", HELD),
        ("A refugee family moved in. They are vermin.", HELD),
        ("lazy Mexicans", NOTED),
    ],
)
def test_a_plainer_attack_scores_higher(text, level):
    assert judged(text).score >= level


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I hate women", "sex"),
        ("I hate Muslims", "religion"),
        ("I hate immigrants", "origin"),
        ("I hate gay people", "orientation"),
        ("I hate disabled people", "disability"),
        ("I hate pensioners", "age"),
    ],
)
def test_it_says_what_people_are_attacked_for(text, kind):
    assert judged(text).kind == kind


@pytest.mark.parametrize(
    ("text", "against"),
    [
        ("I don't hate women", "it is denied"),
        ("He says that women are vermin", "somebody else's words are reported"),
        ("Women are vermin? What a racist thing.", "it is condemned or contradicted"),
        ("You hate women, don't you", "it is somebody else's doing that is told"),
        ("We queers are sinners", "the writer speaks of the own group"),
    ],
)
def test_it_says_why_an_attack_is_none(text, against):
    found = judged(text)
    assert found.score == 0
    assert against in found.against


@pytest.mark.parametrize(
    "text",
    [
        "I haet women",
        "I hate wmen",
        "Ihatewomen",
        "I h4te w0men",
        "I h a t e w o m e n",
        "I ha te women",
        "I hate w o m e n",
    ],
)
def test_a_disguise_of_the_spelling_is_seen_through(text):
    assert judged(text).score >= NOTED


@pytest.mark.parametrize("expect", ["hit", "pass"])
@pytest.mark.parametrize("lang", ["en", "nl", "fr", "de", "es"])
def test_functional_cases_are_right_on_both_sides_in_each_language(lang, expect):
    rows = [json.loads(line) for line in CASES.read_text("utf-8").splitlines()]
    rows = [row for row in rows if (row["lang"], row["expect"]) == (lang, expect)]
    right = [row for row in rows if (judged(row["text"]).score >= NOTED) is (expect == "hit")]
    assert len(right) >= LEAST_RIGHT * len(rows)


def test_functional_cases_hold_many_functions_in_five_languages():
    rows = [json.loads(line) for line in CASES.read_text("utf-8").splitlines()]
    assert len({row["function"] for row in rows}) >= 25
    assert {row["lang"] for row in rows} == {"en", "nl", "fr", "de", "es"}
    assert all(row["synthetic"] and row["category"] == "hate" for row in rows)


@pytest.mark.parametrize("attack", ["I hate Muslims.", "Women are vermin.", "Immigrants should be shot."])
@pytest.mark.parametrize(
    "clause", ["Have a nice day.", "Your code is 123456.", "I love pizza.", "My sister likes dogs.", "No worries."]
)
def test_another_sentence_does_not_save_an_attack(attack, clause):
    assert judged(f"{attack} {clause}").score >= HELD
    assert judged(f"{clause} {attack}").score >= HELD


HARMLESS = (
    "We will never ask for your code or password.",
    "I will report this.",
    "The weather is fine and the garden is green today,",
    "Bedankt voor uw bestelling en tot ziens, wij zijn er voor u.",
    "Merci pour votre commande, nous sommes là pour vous.",
    "Vielen Dank für Ihre Bestellung, wir sind für Sie da.",
    "Gracias por su pedido, estamos aquí para usted todos los días.",
)


@pytest.mark.parametrize(
    "attack",
    [
        "Ik haat vrouwen.",
        "Odio a los homosexuales.",
        "Dood alle joden",
        "Kill all jews",
        "Ichhassefrauen.",
        "M0slims zijn ong3dierte",
        "Les immigrés sont de la vermine.",
        "No se puede confiar en los homosexuales.",
    ],
)
@pytest.mark.parametrize("clause", HARMLESS)
def test_a_sentence_in_another_language_does_not_save_an_attack(attack, clause):
    assert judged(f"{clause} {attack}").score >= HELD
    assert judged(f"{attack} . {clause}").score >= HELD


@pytest.mark.parametrize("clause", HARMLESS)
@pytest.mark.parametrize("text", ["I don't hate women.", "Ik haat vrouwen niet.", "Retard de livraison.", "4 girls."])
def test_a_sentence_in_another_language_makes_no_attack(text, clause):
    assert judged(f"{clause}. {text}").score < NOTED
    assert judged(f"{text} {clause}").score < NOTED


def test_an_attack_is_found_in_one_run_with_words_of_another_language():
    assert judged("thank you for your order we will be there soon ik haat vrouwen").score >= HELD


@pytest.mark.parametrize("letter", list("GSH"))
def test_every_language_names_groups_and_hatred(letter):
    assert all(letter in set(grammar_of(language).words.values()) for language in LANGUAGES)


def test_each_kind_has_a_letter_of_its_own_except_where_two_are_judged_alike():
    assert len(set(KINDS.values())) >= len(KINDS) - 1


def test_a_text_that_names_no_group_is_not_read_at_all():
    assert judged("Your parcel arrives tomorrow between 10:00 and 12:00.").score == 0
    assert not attacks("your parcel arrives tomorrow")


@pytest.mark.parametrize(
    "text",
    [
        "British Gas: important information about your tariff",
        "Your British Gas engineer comes at 10",
        "The German execute the plan as agreed",
        "British Hit list: 20 songs for the weekend",
        "Irish stew after the French hunt on Sunday",
    ],
)
def test_a_word_for_violence_behind_a_people_is_none_where_verbs_do_not_end_sentences(text):
    assert judged(text).score == 0


def test_the_learned_model_alone_makes_no_case_and_moves_one_little():
    assert judged("Have a nice day, women of the choir", {"hate": 9.0}).score == 0
    high, low = judged("I hate women", {"hate": 9.0}).score, judged("I hate women", {"hate": -9.0}).score
    assert low < high
    assert low >= HELD


@pytest.mark.parametrize("name", sorted(tables("hate")["words"]))
def test_every_list_has_a_title_and_english_terms(name):
    table = tables("hate")["words"][name]
    assert table["title"]
    assert "en" in table["terms"] or name.startswith(("of_sex", "of_age"))


@given(st.text(max_size=300))
def test_any_text_is_judged_and_signs_lie_in_it(text):
    found = judge(Analysis(text))
    assert 0 <= found.score <= 1
    assert all(0 <= sign.start <= sign.end <= len(text) for sign in found.signs)


@given(st.text(alphabet=" .,'\"?hatewomndislikvrbgyIAé4", max_size=200))
def test_a_text_as_kinds_of_words_keeps_a_place_for_each(text):
    for sentences in read(unmask(text).plain):
        assert len(sentences.kinds) == len(sentences.spans) == len(sentences.texts)
        assert len(with_people(sentences)) == len(sentences.kinds)


@given(st.sampled_from(ATTACKS), st.sampled_from(("upper", "lower", "title")))
def test_capitals_change_nothing(text, case):
    assert judge(Analysis(getattr(text, case)())).score >= NOTED


@given(st.sampled_from(sorted(set(KINDS.values()) | set('.|,"tuT'))), st.integers(1, 400))
def test_no_attack_takes_long_on_one_kind_of_word_over_and_over(letter, times):
    for frame in FRAMES:
        frame.pattern.search(letter * times)
