"""Threats are judged by who will do what to whom, where, and for what, sentence by sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content.abuse import acts, line_of
from comity.content.abuse_sentences import LANGUAGES, sentences_of
from comity.content.analysis import Analysis
from comity.content.categories.threat import judge
from comity.content.scores import UNTOUCHED
from comity.content.template import template_of
from support.disguises import WORDS

NOTED, HELD, REFUSED = 0.5, 0.75, 0.95

PLAIN = (
    "If you show up in court tomorrow you won't make it home alive",
    "We know what school your kids go to. Pay what you owe",
    "I'm going to find you and slit your throat",
    "Keep talking and you'll end up in a ditch",
    "your house is going to burn tonight",
    "You have 24 hours to get my money or my guys break your kneecaps",
    "I've got your nudes. $300 by tonight or your boss and your mum see them",
    "send me more pics or i post the ones i have on facebook",
    "There's a bomb under your car. Don't move",
    "Stop seeing him or I'll cut your pretty face",
    "im gonna shoot up the office on monday",
    "You think you're safe? I've been watching your house. Tick tock",
    "Tell anyone and your little sister gets hurt",
    "We have your husband. Pay 50000 or he dies",
    "Drop the charges or we will kill your dog",
    "one more word and i'll put you in the ground",
    "Someone paid me to kill you. Pay me double and I'll spare you",
    "I will destroy your reputation. Every customer of yours will know unless you pay",
    "Last chance. Pay by friday or we pay your mother a visit",
    "I know what time you leave work. Look over your shoulder",
    "Als je morgen niet betaalt breken we je benen",
    "We weten waar je kinderen naar school gaan",
    "Ik steek je huis in de fik",
    "Morgen ontploft er een bom in jullie kantoor",
    "Ik zet je naaktfoto's online als je geen 500 euro overmaakt",
    "Ik snij je strot open",
    "Retire ta plainte ou on te casse les deux jambes",
    "On sait où tes enfants vont à l'école",
    "Je vais brûler ta voiture cette nuit",
    "Une bombe va exploser dans votre bureau demain",
    "Si tu ne paies pas, j'envoie tes photos à tous tes contacts",
    "Je vais te planter, fils de pute",
    "Zieh die Anzeige zurück oder wir brechen dir die Beine",
    "Wir wissen, wo deine Kinder zur Schule gehen",
    "Ich zünde dein Auto an",
    "In eurem Büro liegt eine Bombe, um 12 geht sie hoch",
    "Wenn du nicht zahlst, schicke ich deine Nacktbilder an alle deine Kontakte",
    "Retira la denuncia o te rompemos las piernas",
    "Sabemos a qué colegio van tus hijos",
    "Voy a quemar tu casa esta noche",
    "Hay una bomba en su oficina, explotará a las 12",
    "Si no me pagas mando tus fotos íntimas a todos tus contactos",
    "Te voy a meter un tiro en la cabeza",
    "Somos del cartel, deposita 20 mil o matamos a tu familia",
    "Ritira la denuncia o ti spezziamo le gambe",
    "Sappiamo dove vanno a scuola i tuoi figli",
    "Ti brucio la macchina",
    "Retira a queixa ou vamos quebrar suas pernas",
    "Sabemos onde seus filhos estudam",
    "Vou tocar fogo na sua casa",
    "Evini yakacağım, kimseye söyleme",  # noqa: RUF001  Turkish has it
    "Spalimy ci dom, jeśli nie zapłacisz",
    "Bayar hutangmu atau kami sebar foto kamu ke semua kontak",
    "Pay up or else. We know where your wife works",
    "You're next. We will gut you like a pig",
    "ill stab u if u come near her again",
    "Withdraw your complaint or your restaurant burns",
    "Hey, nice family. Pay $800 or something bad will happen to them",
    "i will beat you to death",
    "My cousins are coming to your place tonight to break your arms",
    "We hacked your phone and have your private photos. Pay 0.3 BTC or we send them to your husband",
    "I will throw acid in your face",
    "Ik maak je kapot. Ik weet waar je werkt",
    "Betaal voor vrijdag of je auto gaat in de fik",
    "Ta maison va cramer si tu continues",
    "Paie 500 euros ou je montre la vidéo à ta femme",
    "Dein Laden wird brennen, wenn du nicht zahlst",
    "Si vas a la policía te matamos",
    "Paga o le mando el video a tu esposa",
    "Te vamos a partir las piernas, sapo",
)
LIKELY = (
    "You're a dead man walking",
    "I hope you like hospital food because thats where you are going",
    "Trek die aangifte in of je gaat eraan",
    "On va s'occuper de ta famille si tu parles",
    "Ich stech dich ab du Hund",
    "Du wirst nicht mehr lange leben",
    "I'm outside your house with a gun",
    "Snitches end up dead. Keep your mouth shut",
    "Your son leaves school at 3. It would be a shame if something happened to him",
    "We komen vanavond langs met messen",
    "Je te jure je vais te crever",
    "Wenn du zur Polizei gehst, stirbst du",
    "Ich weiß, wo du wohnst. Wir kommen heute Nacht",
    "Sé dónde vives, cuídate",
)
HARMLESS = (
    "If you are thinking of killing yourself, call 988 now. You are not alone.",
    "Don't kill yourself over it, the deadline moved to Monday",
    "Samaritans: whatever you're facing, we're here. Suicidal thoughts? Call 116 123",
    "That guy is such an asshole, he cut me off",
    "lol you're so dumb babe xx",
    'Quiz night: which film has the line "you are dead to me"?',
    'Tonight at 9: "I Know Where You Live", a new thriller on ITV',
    "I'll kill you haha",
    "Mum will kill you if you're late for dinner",
    "i will kill you if you eat my leftovers 😂",
    "gonna destroy you at fifa tonight",
    "I'm going to beat you at tennis on Saturday",
    "We will take legal action if the balance is not paid by Friday.",
    "Enforcement agents will visit your home to remove goods unless you pay £412 in full. Marston, ref 8841",
    "Your service will be suspended tomorrow unless payment is received.",
    "Final warning: your account will be closed if you do not pay by 3 May.",
    "Life-threatening storm surge expected. Leave now or you may die. NWS",
    "Tornado warning: you could be killed by flying debris. Take shelter.",
    "Police: bomb threat reported at Central Station. Evacuate the building.",
    "Reminder: fire and bomb drill on Tuesday 10:00. Please leave the building when the alarm sounds.",
    "Our engineer will come to your house between 8 and 12. Please be home.",
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
    "Bath bombs are back in stock! 3 for 2 this weekend only",
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
    "Your parcel: the courier will be at your door in 10 min",
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
    "Pensées suicidaires ? Appelez le 3114, 24h/24",
    "Je vais te tuer mdr t'as mangé mon gâteau",
    "L'huissier viendra chez vous si la dette n'est pas réglée.",
    "Quel temps de merde aujourd'hui",
    "Tu n'es pas nulle, courage ma belle",
    "On arrive chez toi dans 10 minutes avec les pizzas",
    "Du bist kein Versager, glaub mir",
    "Ich bring dich um haha, du hast meine Schokolade gegessen",
    "Der Techniker kommt am Dienstag zu Ihnen nach Hause.",
    "Denkst du an Suizid? Telefonseelsorge 0800 1110111",
    "Der Gerichtsvollzieher kommt zu Ihnen, wenn Sie nicht zahlen.",
    "So ein Scheisswetter, ich sterbe vor Kälte",
    "Wir kommen dich holen, Oma, um 15 Uhr am Bahnhof",
    "Perdón por llamarte estúpida",
    "Te mato jajaja te comiste mi postre",
    "Vamos a tu casa a las 8 con las cervezas",
    "¿Piensas en el suicidio? Llama al 024",
    "Este calor me va a matar",
    "No eres tonta, eres genial",
    "El técnico irá a su casa mañana entre las 9 y las 11",
    "Ti ammazzo ahahah hai finito il gelato",
    "Veniamo a prenderti alle 8",
    "Vou te matar kkkkk comeu meu bolo",
    "Vamos na sua casa às 8 levar o bolo",
    "Seni öldürürüm haha pastamı yemişsin",  # noqa: RUF001  Turkish has it
    "Yarın evine geliyoruz, anneme selam söyle",  # noqa: RUF001  Turkish has it
    "Zabije cie haha zjadłeś moje ciasto",
    "Uważaj na siebie, kocham cię",
    "Przyjedziemy do ciebie w niedzielę",
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
    "I know where you live and I will kill you and your family",
    "We will kill you and burn your shop down tonight",
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
        possible = sentences.needs["threat"].possible(line)
        matching = {index for index, (_, one) in enumerate(sentences.acts["threat"]) if one.compiled.search(line)}
        assert matching <= possible


def test_every_act_of_every_sentence_is_known_and_of_its_category():
    for language in LANGUAGES:
        for name, _ in sentences_of(language).acts["threat"]:
            assert acts()[name].category == "threat"


@pytest.mark.parametrize("odds", [-12.0, 12.0])
def test_the_learned_model_moves_a_score_only_a_little_and_makes_none(odds):
    base = judged(LIKELY[0]).score
    assert abs(judged(LIKELY[0], {"threat": odds}).score - base) < 0.1
    assert judged("See you at eight", {"threat": odds}) is UNTOUCHED


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I will cut your throat", "violence"),
        ("We will burn your house down", "damage"),
        ("We know where your kids go to school", "stalking"),
        ("I have your nudes. Pay 300 or I send them to your boss", "extortion"),
        ("We have your husband. Pay 50000 or he dies", "hostage"),
        ("I will ruin your reputation, pay me or else", "reputation"),
    ],
)
def test_a_threat_is_told_by_kind(text, kind):
    found = judged(text)
    assert found.score >= HELD
    assert found.kind == kind


@pytest.mark.parametrize(
    ("alone", "together"),
    [
        ("We come to your house", "Pay us the money or we come to your house"),
        ("I have photos of you", "I have photos of you. Pay 300 or your boss sees them"),
        ("Pay by Friday or else", "Pay by Friday or else we break your legs"),
        ("Don't call the police", "Don't call the police. We have your wife"),
    ],
)
def test_parts_of_a_threat_mean_something_only_together(alone, together):
    assert judged(alone).score < NOTED
    assert judged(together).score >= HELD


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("He said I will kill you and then he left", "I will kill you and then you will see"),
        ('They keep writing "we will burn your house down", what can I do?', "We will burn your house down"),
        ("Er hat gesagt ich bringe dich um", "Ich bringe dich um"),
        ("Il a dit je vais te tuer", "Je vais te tuer"),
    ],
)
def test_a_report_excuses_its_own_sentence(told, said):
    found = judged(told)
    assert found.score < NOTED
    assert found.against
    assert judged(said).score >= HELD
    assert judged(f"{told}. I know where you live and I will stab you").score >= REFUSED


def test_what_follows_in_law_is_no_threat_but_violence_beside_it_is():
    lawful = "Enforcement agents will visit your home unless you pay"
    assert judged(lawful).score < NOTED
    assert judged(f"{lawful}. We will break your legs").score >= REFUSED
