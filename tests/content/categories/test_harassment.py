"""Harassment is judged by what a text does to its reader, sentence by sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content.abuse import acts, line_of
from comity.content.abuse_sentences import LANGUAGES, sentences_of
from comity.content.analysis import Analysis
from comity.content.categories.harassment import judge
from comity.content.scores import UNTOUCHED
from comity.content.template import template_of
from support.disguises import WORDS

NOTED, HELD, REFUSED = 0.5, 0.75, 0.95

PLAIN = (
    "You're a disgusting excuse for a human being and I hope you get hit by a bus",
    "Why are you even alive? Do everyone a favour and end it",
    "nobody at this school can stand you, ugly freak",
    "You fat slob, put the fork down you revolting pig",
    "you're such a waste of oxygen lol kill yourself",
    "No one wants you here. You're garbage and you always will be",
    "hope your kids grow up to hate you, you worthless drunk",
    "I'll call you day and night until you pick up, bitch",
    "Everyone is laughing at you behind your back, you pathetic little man",
    "ur so dumb it hurts. ugly too. go jump off a bridge",
    "You owe us money thief! Tomorrow we post your picture in your village so everyone sees what a fraud you are",
    "Shame on you! Your mother will get a call that her daughter is a loan defaulter and a prostitute",
    "You are an embarrassment to this family and I wish you had died instead",
    "You make me sick. Crawl away and die you filthy rat",
    "Drink bleach you ugly piece of trash",
    "You'll always be alone because you're repulsive",
    "loser loser loser, cry about it you little bitch",
    "Wat ben jij toch een lelijk dik varken, ga jezelf ophangen",
    "Niemand zit op jou te wachten, vieze slet",
    "Je bent een schande voor je familie en ik hoop dat je kanker krijgt",
    "Domme trut, houd je bek dicht",
    "Ik blijf je bellen tot je opneemt, hoer. Je komt niet van me af",
    "spring voor de trein, mislukkeling",
    "Sale pute, j'espère que tu vas crever seule",
    "Personne ne veut de toi ici, dégage grosse vache",
    "Je vais t'appeler toutes les heures jusqu'à ce que tu répondes, connard",
    "Tu es moche, tu es conne, suicide-toi",
    "T'es qu'un déchet, saute par la fenêtre",
    "Du fette Sau, alle lachen über dich",
    "Geh dich aufhängen, du Missgeburt",
    "Niemand wird dich je lieben, du hässliches Stück Dreck",
    "Ich rufe dich jede Stunde an, bis du antwortest, du Miststück",
    "Du bist so wertlos, die Welt wäre besser ohne dich",
    "Eres una gorda asquerosa, ojalá te mueras",
    "Pedazo de mierda, nadie te soporta",
    "Te voy a llamar cada hora hasta que contestes, zorra. No te vas a librar de mí",
    "Das asco, tírate de un puente",
    "Maldito idiota, hasta tu familia se avergüenza de ti",
    "No vales nada, cuélgate",
    "Brutta troia, spero che tu muoia",
    "Nessuno ti vuole, sei una nullità, buttati dal ponte",
    "Sei un fallito schifoso, fai schifo a tutti",
    "Sua vagabunda, ninguém gosta de você, morre logo",
    "Você é um lixo, tomara que morra",
    "Sen tam bir gerizekalısın, kendini öldür",  # noqa: RUF001  Turkish has it
    "Ty głupia suko, nikt cię nie chce, powieś się",
    "Dasar anjing tidak tahu malu, mati aja kamu",
    "Fuck you, you lying whore. I hope you rot.",
    "You worthless junkie, even the rats wouldn't want you. Just overdose already",
    "We will let all your neighbours know you are a thief who does not pay debts. Shame on you",
    "y0u are a p13ce of sh1t, k1ll y0urself",
    "Pleeg toch gewoon zelfmoord lelijke heks",
    "Jij gore hond, iedereen lacht om je",
    "Va te pendre sale chienne",
    "T'es qu'une merde, tout le monde rigole de toi",
    "Bring dich um, du wertloses Stück Scheiße",
    "Du bist eine Schande. Keiner braucht dich. Spring doch vom Dach",
    "Mátate ya, puta asquerosa",
    "Eres una vergüenza, das pena, todos se burlan de ti",
)
LIKELY = (
    "stupid cow, learn to read",
    "Block me all you want, I have 20 more numbers. You will never get rid of me",
    "what an absolute waste of space you are",
    "Slut. Homewrecker. Everybody knows what you did",
    "I'm standing outside your window right now. You look scared. You can't hide from me",
    "Pauvre conne, même ta mère a honte de toi",
    "Halt die Fresse du dumme Kuh, verpiss dich",
    "Look at yourself. Fat, ugly and alone. No wonder he left you",
    "U stupid b1tch answer ur phone",
    "I will follow you everywhere. You can block me but I always find you",
    "Betaal je schuld of we hangen posters op in je straat dat je een dief bent",
)
HARMLESS = (
    "He called me an idiot in front of everyone and I cried",
    "sorry I called you a bitch yesterday, I was angry",
    "I'm such an idiot lol, left my phone at yours",
    "you're not stupid, don't let anyone tell you that you are worthless",
    "If you are thinking of killing yourself, call 988 now. You are not alone.",
    "Don't kill yourself over it, the deadline moved to Monday",
    "Samaritans: whatever you're facing, we're here. Suicidal thoughts? Call 116 123",
    "This stupid printer is a piece of shit, can you fix it?",
    "That guy is such an asshole, he cut me off",
    "My boss is an absolute bastard",
    "omg you bitch you got the tickets!!! love you",
    "You idiot haha I nearly died laughing",
    "lol you're so dumb babe xx",
    'Quiz night: which film has the line "you are dead to me"?',
    'Tonight at 9: "I Know Where You Live", a new thriller on ITV',
    "I'll kill you haha",
    "Mum will kill you if you're late for dinner",
    "i will kill you if you eat my leftovers 😂",
    "gonna destroy you at fifa tonight",
    "I'm going to beat you at tennis on Saturday",
    "Your service will be suspended tomorrow unless payment is received.",
    "Final warning: your account will be closed if you do not pay by 3 May.",
    "My ex said he will kill me and my kids. What should I do?",
    'He texted me "I know where you live and I will kill you". I went to the police.',
    'If anyone threatens you with "we have a video of you", do not pay. Report it to Action Fraud.',
    'Scam alert: emails claiming "I recorded you through your webcam, pay in bitcoin" are fake. Delete them.',
    "Security awareness test: this was a simulated threat. Please report such messages to IT.",
    "This medicine will kill the pain within an hour",
    "The heat is killing me today",
    "I'd kill for a beer",
    "You're killing it! Great job on the presentation",
    "That joke killed me",
    "I'm coming to get you at 6, be ready",
    "I'll come to your house after work to drop off the books",
    "We'll be at your door at 10 with the new sofa",
    "I know where you live now, great neighbourhood! see you at the housewarming",
    "I have photos of you from the party, want me to send them to your mum?",
    "Can I send the photos to your family?",
    "You will regret missing this sale! 50% off ends tonight",
    "Watch your back when lifting heavy boxes. Physio tips inside.",
    "Your days of paying too much are over",
    "Drop dead gorgeous dresses from £20",
    "You look fat in that pic? no way you're gorgeous",
    "Shut up!! that's amazing news",
    "Get rid of bed bugs: we kill every pest, guaranteed",
    "fuck yeah, see you there",
    "Fuck I missed the bus",
    "The dog bit me, that little bastard haha",
    "You're a legend. don't be so hard on yourself, you're no loser",
    "If we don't receive payment we will tell the credit bureau about your debt",
    "Don't be a stranger you silly goose",
    "I saw you outside your house this morning, nice garden",
    "We will find you the best deal, no matter what",
    "don't mess with me lol",
    "We're coming for you, weekend! Beach party on Saturday",
    "I'll hunt you down a good price",
    "Pay your bill by Friday or we will send it to collections.",
    "You're dead right about that",
    "You're going to die when you hear what she said!",
    'New episode: "Kill You Tomorrow". Watch now on Netflix',
    "Hij zei dat hij me dood zou maken, ik durf niet naar huis",
    "Wij komen bij je langs om de meter te vervangen op dinsdag",
    "Sorry dat ik je een idioot noemde",
    "Denk je aan zelfmoord? Bel 113, gratis en anoniem",
    "Als u niet betaalt komt de deurwaarder bij u langs.",
    "haha sukkel je bent te laat",
    "Wat een klootzak is die vent van de garage",
    "Ik maak je af met fifa vanavond",
    "Je bent geen mislukkeling, dat weet je toch?",
    "Il m'a traité de connard devant tout le monde",
    "Désolé de t'avoir traitée d'idiote",
    "Pensées suicidaires ? Appelez le 3114, 24h/24",
    "Je vais te tuer mdr t'as mangé mon gâteau",
    "L'huissier viendra chez vous si la dette n'est pas réglée.",
    "Quel temps de merde aujourd'hui",
    "Tu n'es pas nulle, courage ma belle",
    "On arrive chez toi dans 10 minutes avec les pizzas",
    "Er hat mich Idiot genannt, das war gemein",
    "Du bist kein Versager, glaub mir",
    "Ich bring dich um haha, du hast meine Schokolade gegessen",
    "Der Techniker kommt am Dienstag zu Ihnen nach Hause.",
    "Denkst du an Suizid? Telefonseelsorge 0800 1110111",
    "Der Gerichtsvollzieher kommt zu Ihnen, wenn Sie nicht zahlen.",
    "So ein Scheisswetter, ich sterbe vor Kälte",
    "Wir kommen dich holen, Oma, um 15 Uhr am Bahnhof",
    "Me llamó idiota delante de todos",
    "Perdón por llamarte estúpida",
    "Te mato jajaja te comiste mi postre",
    "Vamos a tu casa a las 8 con las cervezas",
    "¿Piensas en el suicidio? Llama al 024",
    "Este calor me va a matar",
    "No eres tonta, eres genial",
    "El técnico irá a su casa mañana entre las 9 y las 11",
    "Mi ha chiamato stupido",
    "Ti ammazzo ahahah hai finito il gelato",
    "Veniamo a prenderti alle 8",
    "Non sei stupida, amore",
    "Vou te matar kkkkk comeu meu bolo",
    "Ele me chamou de idiota",
    "Vamos na sua casa às 8 levar o bolo",
    "Seni öldürürüm haha pastamı yemişsin",  # noqa: RUF001  Turkish has it
    "Yarın evine geliyoruz, anneme selam söyle",  # noqa: RUF001  Turkish has it
    "Zabije cie haha zjadłeś moje ciasto",
    "Uważaj na siebie, kocham cię",
    "Przyjedziemy do ciebie w niedzielę",
    "Nazwał mnie idiotą",
    "Saya datang ke rumah kamu jam 7 ya",
)

EXCUSES = (
    "Your order has shipped and arrives on Thursday.",
    "He said it was fine.",
    "I watched a film with my sister.",
    "This is not about work.",
    "See you at the match.",
)
DISGUISED = (
    "You are a worthless piece of shit, go kill yourself",
    "Everybody hates you, you pathetic loser. Drop dead",
)


def judged(text, learned=None, *, personal=True):
    return judge(Analysis(template_of(text), learned=learned or {}, personal=personal))


@pytest.mark.parametrize("text", PLAIN)
def test_a_plain_case_is_refused(text):
    assert judged(text).score >= REFUSED


@pytest.mark.parametrize("text", LIKELY)
def test_a_likely_case_is_held(text):
    assert HELD <= judged(text).score < REFUSED


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_like_it_is_not_even_noted(text):
    assert judged(text).score < NOTED


@pytest.mark.parametrize("text", [*PLAIN, *LIKELY])
def test_signs_lie_within_the_text_and_say_what_was_done(text):
    found = judge(Analysis(text))
    titles = {act.title for act in acts().values()}
    assert found.signs
    for sign in found.signs:
        assert 0 <= sign.start < sign.end <= len(text)
        assert sign.title in titles


@given(text=st.sampled_from(PLAIN), before=st.sampled_from(EXCUSES), after=st.sampled_from(EXCUSES))
def test_harmless_clauses_around_it_do_not_save_a_plain_case(text, before, after):
    assert judged(f"{before} {text.rstrip('.!?')}. {after}").score >= HELD


@pytest.mark.parametrize("name", sorted(WORDS))
@pytest.mark.parametrize("text", DISGUISED)
def test_a_disguise_changes_little(text, name):
    telling = [(sign.start, sign.end) for sign in judge(Analysis(text)).signs]
    assert judged(WORDS[name](text, telling)).score >= HELD


@given(text=st.text(max_size=200))
def test_any_text_gets_a_probability(text):
    assert 0 <= judged(text).score <= 1


@pytest.mark.parametrize("text", [*PLAIN, *LIKELY, *HARMLESS])
def test_no_sentence_is_passed_by_that_would_have_matched(text):
    line = line_of(Analysis(text))
    for language in LANGUAGES:
        sentences = sentences_of(language)
        possible = sentences.needs["harassment"].possible(line)
        matching = {index for index, (_, one) in enumerate(sentences.acts["harassment"]) if one.compiled.search(line)}
        assert matching <= possible


def test_every_act_of_every_sentence_is_known_and_of_its_category():
    for language in LANGUAGES:
        for name, _ in sentences_of(language).acts["harassment"]:
            assert acts()[name].category == "harassment"


@pytest.mark.parametrize("odds", [-12.0, 12.0])
def test_the_learned_model_moves_a_score_only_a_little_and_makes_none(odds):
    base = judged(LIKELY[0]).score
    assert abs(judged(LIKELY[0], {"harassment": odds}).score - base) < 0.1
    assert judged("See you at eight", {"harassment": odds}) is UNTOUCHED


def test_laughter_excuses_a_name_but_hardly_a_wish_that_somebody_die():
    assert judged("you idiot haha").score < judged("you idiot").score
    assert judged("go kill yourself haha").score >= HELD


def test_laughter_excuses_nothing_where_no_person_writes_to_another():
    assert judged("You stupid idiot haha", personal=False).score == judged("You stupid idiot").score


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("He said you are a worthless piece of shit", "You are a worthless piece of shit"),
        ("I don't think you are a worthless piece of shit", "I think you are a worthless piece of shit"),
        ('My ex texted: "you are a worthless piece of shit"', "you are a worthless piece of shit"),
        ("Sie hat gesagt du bist ein Haufen Dreck", "Du bist ein Haufen Dreck"),
        ('Hij noemde me altijd: "je bent een hoer"', "je bent een hoer"),
    ],
)
def test_a_report_or_a_denial_excuses_its_own_sentence(told, said):
    found = judged(told)
    assert found.score < NOTED
    assert found.against
    assert judged(said).score >= HELD
    assert judged(f"{told}. And you are a fat ugly bitch").score >= HELD
