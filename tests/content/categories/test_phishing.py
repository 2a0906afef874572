"""Phishing is judged by what a text is made of; see the module of the judge."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from comity.content.analysis import Analysis
from comity.content.categories.phishing import judge
from comity.content.cues_weighed import weights_of
from comity.content.scores import UNTOUCHED
from comity.policy.files import default_policy
from comity.screening.scoring import Scorer

SCORER = Scorer.of(default_policy().document)
REFUSED = 0.95
HELD = 0.75
NOTED = 0.5

PLAIN = [
    ("parcel", "USPS: Your package is held because of an unpaid fee of $1.99. Pay now: https://usps-feecenter.top/us"),
    ("parcel", "Your parcel is held at customs. Pay 2.49 today or it goes back to sender: https://customs-pay.info"),
    ("parcel", "Uw pakket kon niet worden bezorgd, adres onvolledig. Bevestig uw adres: https://pakket-adres.info"),
    ("parcel", "Votre colis est bloqué. Réglez les frais de douane de 2,99 € : https://colis-douane.site"),
    ("parcel", "Ihr Paket konnte nicht zugestellt werden. Zollgebühr 2,99 EUR zahlen: https://paket-zoll.info"),
    ("parcel", "Su paquete esta retenido. Pague la tasa de aduana de 1,79: https://paquete-aduana.site"),
    ("parcel", "Il tuo pacco e' in giacenza. Paga le spese doganali: https://sblocco-pacco.top"),
    ("parcel", "Sua encomenda foi retida. Pague a taxa para liberar: https://taxa-encomenda.site"),
    ("parcel", "Twoja paczka zostala wstrzymana. Doplata 1,32 zl: https://paczka-doplata.site"),
    ("toll", "Unpaid toll of $6.99 on your record. Avoid a late fee of $50, pay now: https://tolls-bill.xin/us"),
    (
        "traffic fine",
        "DMV final notice: outstanding traffic ticket. Pay at https://dmv.gov-office.vip or lose your license",
    ),
    ("tax", "You are eligible for a tax refund of £436.27. Claim it before it expires: https://taxrebate-claim.com"),
    ("bank", "Your bank account has been suspended. Verify your details here: https://secure-bank-login.top"),
    ("bank", "Sua conta bancária será bloqueada hoje. Atualize seus dados: https://atualizar-conta.site"),
    ("subscription", "Your Netflix payment failed. Update your card to keep watching: https://netflix.billing-help.cc"),
    ("crypto", "Your crypto wallet will be suspended. Verify your seed phrase: https://wallet-kycverify.com"),
    ("telephone", "Your SIM card will be deactivated today. Update your KYC: https://sim-kyc-update.online"),
    ("something to look at", "Is this you in the video?? https://vid-you.top/a8d"),
    ("relative", "Hi mum, I dropped my phone. This is my new number, text me back on WhatsApp please x"),
    ("relative", "Hallo Mama, mein Handy ist kaputt, das ist meine neue Nummer. Schreib mir auf WhatsApp"),
    ("superior", "It's your CEO. I'm in a meeting, are you available? Get some gift cards and text me back"),
]
"""With the kind of phishing: refused."""

LIKELY = [
    "Your card has been locked for suspicious activity. Call 202-555-0143 immediately to unlock it",
    "Thank you for your order! Antivirus renewed for $349.99. To cancel or get refund call 1-855-555-0133",
    "Your bank account is restricted until you confirm your details. Follow the link",
    "Hi David, I'm Lisa, we met at the charity dinner last month. Do you remember me?",
    "Scan the QR code to pay your parking fine today or your car will be towed",
    "Your withdrawal code for your crypto wallet is 493221. If you did not request this call us at 1-888-555-0100",
]
"""Held at least."""

HONEST = [
    "482913 is your Acme code. Never share it.",
    "G-482113 is your verification code",
    "Acme Bank: you used your card ending 4410 for 52.10 at Shell. Not you? Call the number on your card.",
    "We've limited your card because of an unusual payment. Open the app to see what happened.",
    "Did you spend $412.80 at TARGET on card ending 4410? Reply YES or NO.",
    "A/c XX4410 debited by Rs.2,500.00 on 12-06-24. If not u? call 1800111109. -SBI",
    "Royal Mail: customs of £12.80 are due. Pay at royalmail.com/pay-a-fee before 2 July or it will be returned.",
    "CRA: you have new mail in My Account. Sign in at canada.ca/my-cra-account to read it.",
    "Sorry we missed you. Your parcel is with your neighbour at no. 14.",
    "Your order has shipped! Track it: https://acme.example/t/48821",
    "Lowell: your account is overdue by £118.40. We can help you set up a plan at lowell.co.uk",
    "Reminder: your appointment is on Tuesday at 9:30. Reply C to confirm.",
    "Your bill of £31.00 is ready. It'll be taken by Direct Debit on 14 June.",
    "Uw betaalpas is op uw verzoek geblokkeerd. Een nieuwe pas wordt binnen 5 werkdagen bezorgd.",
    "Ihre Karte *3320 wurde nach dreimaliger Falscheingabe gesperrt. Bitte wenden Sie sich an Ihre Filiale.",
    "Votre colis est arrivé au Tabac du Port. Retirez-le avant le 14/06 avec une pièce d'identité.",
    "Scam warning: texts about an unpaid parcel fee are going round. We never send a link to pay.",
    "Waspada penipuan! Bank tidak pernah meminta PIN, OTP atau menyuruh mengisi formulir.",
    "Hi mum, running late, be there at 6. Can you put the oven on?",
    "hey its tom, got a new phone so save this number",
    "haha ok see you later, my phone is broken so ring me at home",
    "Scan the QR code on your ticket at the gate. Doors open at 19:00",
]
"""Not held, whatever they alarm about."""

CASE = "Your parcel is held at customs. Pay 2.49 today or it goes back to sender: https://customs-pay.info"
HARMLESS = [
    "Your code is 123456.",
    "Your appointment is on Tuesday.",
    "Thank you for your payment.",
    "No action is needed.",
    "Open the app to see your order.",
    "Call the number on the back of your card.",
    "Reply STOP to opt out.",
    "Our shop has 20% off today.",
    "We never ask for your PIN.",
]


def judged(text):
    return SCORER.judge(text, "phishing")


@pytest.mark.parametrize(("kind", "text"), PLAIN)
def test_a_plain_case_is_refused_and_named(kind, text):
    found = judged(text)
    assert found.score >= REFUSED
    assert found.kind == kind
    assert found.signs


@pytest.mark.parametrize("text", LIKELY)
def test_a_likely_case_is_held(text):
    assert judged(text).score >= HELD


@pytest.mark.parametrize("text", HONEST)
def test_an_honest_text_is_not_held(text):
    assert judged(text).score < HELD


@pytest.mark.parametrize("text", [text for _, text in PLAIN] + LIKELY + HONEST)
def test_the_template_scores_about_as_the_text_does(text):
    assert SCORER.scores_of([text])[0].phishing == pytest.approx(judged(text).score, abs=0.3)


@pytest.mark.parametrize("clause", HARMLESS)
@pytest.mark.parametrize("place", ["{clause} {case}", "{case} {clause}"])
def test_a_harmless_clause_before_or_behind_a_case_does_not_save_it(clause, place):
    assert judged(place.format(clause=clause, case=CASE)).score >= HELD


@pytest.mark.parametrize(
    "disguised",
    [
        CASE.replace("a", "\u0430"),
        CASE.replace("parcel", "p a r c e l"),
        CASE.replace("customs.", "cust0ms."),
        CASE.replace("Pay", "P\u200bay"),
        CASE.replace("https://customs-pay.info", "customs-pay[.]info"),
    ],
)
def test_a_disguise_does_not_save_a_case(disguised):
    assert judged(disguised).score >= REFUSED


def test_a_plan_taken_for_agreed_with_a_stranger_is_noted_and_not_held():
    assert NOTED <= judged("Hi Anna, are we still on for golf on Saturday?").score < HELD
    assert judged("Hi Anna, are we still on for lunch on Saturday?").score < NOTED


def test_a_link_alone_without_a_story_is_not_refused():
    assert HELD <= judged("Your parcel: https://usps.parcel-login.top").score < REFUSED


def test_a_link_to_the_domain_of_the_name_it_speaks_in_unmakes_a_case():
    text = "DHL: your parcel is held. Pay 7.43 in customs fees today at {}"
    assert judged(text.format("https://dhl-customs.top/de")).score >= REFUSED
    assert judged(text.format("dhl.de/zoll")).score < NOTED


def test_a_link_cut_off_or_blacked_out_counts_as_one():
    text = "Your bank account is locked for unusual activity. Verify your details at {}"
    for gone in ("<URL>", "[link removed]", "https://xxxxxx.com", "XXXX"):
        assert judged(text.format(gone)).score >= HELD


def test_a_genuine_code_is_never_refused_whatever_stands_around_it():
    text = "Alert: your wallet was opened on a new device. 482913 is your security code. Do not share it."
    assert judged(text).score == 0
    called = "Your Coinbase withdrawal code is 493221. Not you? Call us immediately at 1-888-555-0100"
    assert judged(called).score < REFUSED


def test_signs_lie_in_the_text_as_written_and_what_speaks_against_is_told():
    text = "Ihr  Pa\u0441ket wurde gesperrt, in der App bestätigen: https://paket-zoll.info"
    found = judged(text)
    assert all(0 <= sign.start <= sign.end <= len(text) for sign in found.signs)
    assert "points to the app or account people already have" in found.against


def test_a_text_in_which_nothing_speaks_for_it_is_not_looked_at():
    assert judge(Analysis("See you at the match on Sunday")) is UNTOUCHED


@given(st.text(max_size=300))
@example("")
@example("your parcel " * 50)
def test_any_text_gets_a_probability(text):
    found = judge(Analysis(text))
    assert 0 <= found.score <= 1
    assert all(0 <= sign.start <= sign.end <= len(text) for sign in found.signs)


@given(st.sampled_from([text for _, text in PLAIN]), st.sampled_from(["", "!", " ", "\n", "..."]))
def test_what_trails_a_text_changes_nothing(text, tail):
    assert judged(text + tail).score >= HELD


@pytest.mark.parametrize("file", ["phishing", "posing"])
def test_every_weight_is_of_something_that_has_a_title(file):
    model = weights_of(file)
    assert all(model.title(name) for name in model.weights)


@pytest.mark.parametrize(
    "text",
    [
        "O2 priority: your 14,200 pts will be cleared o2-priority.cc",
        "DUO: studiefinanciering stopgezet, bevestig rekeningnummer duo-studie.top",
        "SLC: your maintenance payment can't be released, update bank details: slc-payment.top",
        "City Parking: you have an unpaid session, pay by scanning this code",
        "Hola soy el repartidor, responda SI para recibir instrucciones de pago",
        "Hi mum this is your oldest child xx phone fell in sink. message me on this num",
    ],
)
def test_a_case_in_passing_words_is_held(text):
    assert judged(text).score >= HELD


@pytest.mark.parametrize(
    "text",
    [
        "LensCo: time to reorder contacts? lensco-online.com/reorder Txt STOP to opt out",
        "Fit24: your card was declined for May dues. Update it at members.fit24.com or at front desk.",
        "MetroStorage: final notice, unit B12 $94 past due, auction 6/30. Pay metrostorage.net",
        "Scan the QR code at the door to check in to your class.",
        'Warnung: Betr\u00fcger schreiben "Hallo Mama, das ist meine neue Nummer". Ihre Polizei',
        "Mum my phone is dead, pick me up at 5",
    ],
)
def test_passing_words_alone_make_no_case(text):
    assert judged(text).score < HELD
