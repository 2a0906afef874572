"""Schemes that are after people's money are told from lawful texts with the same words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content.analysis import Analysis, NamedBrand
from comity.content.categories.fraud import judge
from comity.content.cues import tables
from comity.content.cues_weighed import weights_of
from comity.content.scores import UNTOUCHED
from comity.content.template import template_of
from support.disguises import WORDS

# Words as a hurried hand writes them. Letters set apart are read only in part where words of one letter stand beside
# them ("u g e t it"), so that these are not tried in that disguise.
IN_PASSING = [
    "Renewal receipt: Norton Family Pack USD 299.49 posted to your card. Wish to end? Call 1 (866) 555-0147",
    "Su plan McAfee se renovó por 299 USD, si desea reembolso marque 800 555 0144",
    "it's your principal, can u go to the shop and get google play cards worth 400? take a photo of the back",
    "Make 400 today. I just need ur debit card n pin for a few hours, u get it back",
    "Agent płatności: przelewy na Twoje konto, przesyłasz dalej, 8% prowizji",
    "Envoie 200€ en Transcash ou je balance tes photos à tout le lycée",
    "Uw nummer heeft 1 miljoen euro gewonnen in de Europese loterij. Stuur naam en adres naar de notaris",
    "Je prête de 1 000 à 50 000 € à toute personne sérieuse, taux 2%. Contact par e-mail",
    "Soy viuda sin hijos y quiero dejarle 2 millones de euros. Respóndame",
    "Mama ich hab ne neue Nummer, meine Karte ist gesperrt, brauche 600 Euro",
    "Ich nehme den Schrank, DHL bringt das Geld im Umschlag, Sie zahlen nur die Versicherung",
]
FRAUDS = [
    "Use your account for one day: we put money on your account, you keep 20 %. Message me on Telegram",
    "Your number won 900,000 USD in the anniversary draw. Send your full name and address to agent Bello",
    "I need you to get some Steam gift cards, I'm tied up in a meeting",
    "Wij storten geld op jouw rekening, jij houdt 15 %. App me",
    "I paid for your bike, receive the money here: https://bike-payout.top/a",
    ("I am Barrister James Okoro. My late client shares your surname and left USD 8.4 million. Reply for details."),
    "Your inheritance of $2.1M is ready. Pay the transfer fee of $350 by Western Union to release the funds.",
    (
        "Congratulations, your number won 500,000 GBP in the national lottery. "
        "Contact our claims agent on WhatsApp to claim."
    ),
    "You won a car in the lucky draw! Send Rs 12,500 as tax to receive your prize.",
    "Hi, this is your CEO. I'm in a meeting, can't talk. Buy gift cards for a client and send me the codes.",
    "Are you available? I need you to pick up some gift cards for the staff, keep it between us. Pastor John",
    ("Hello, I'm Lisa, HR manager from Indeed. Part time remote job, earn $200-$500 daily. Contact me on WhatsApp."),
    "Work from home! Like YouTube videos and earn 3000 per day. Message us on Telegram",
    "Join our VIP trading group on Telegram. Guaranteed 30% weekly profit, no risk.",
    "Invest $500 and receive $5,000 in 48 hours, 100% guaranteed. WhatsApp our account manager.",
    (
        "This is your bank's fraud department. Your account is at risk, move your "
        "money to a safe account now. Call 020 7946 0111."
    ),
    ("Mum, new number, my phone broke. I need to pay a bill today, can you transfer 900? I'll pay you back tomorrow"),
    "Dad I lost my phone, this is my friend's phone. I need money urgently, can you send £600?",
    (
        "Your electricity will be disconnected tonight at 9.30 because your "
        "previous month bill was not updated. Call our officer 98765 43210"
    ),
    "Your power will be cut in 30 minutes. Pay with prepaid card or Zelle, call 555-010-9876",
    "Your Norton subscription has been renewed for $499.99. To cancel call +1 808 555 0137",
    "Geek Squad: $399 has been charged to your card. For refund call 1-888-555-0199 within 24 hours",
    "Loan approved! $10,000, bad credit OK, no documents. Pay the processing fee of $199 to receive funds.",
    "Instant loan without collateral sanctioned. Send your Aadhaar and ATM card number",
    "My love, I am stuck at the airport, my wallet was stolen. Please send $700 by Western Union.",
    "Honey the customs seized my package, pay the fee in Bitcoin so I can come home to you",
    "Help the earthquake victims, send Bitcoin or gift cards to this number",
    "Earn 10% for letting us use your bank account to receive transfers. Message on Telegram",
    "I recorded you through your webcam. Pay $900 in Bitcoin or everyone in your contacts gets the video",
    "Lost money to scam? Our recovery expert can recover your crypto. WhatsApp us",
    "There is an arrest warrant in your name. Pay the bail in gift cards or call 555-017-1000 now",
    "Ik ben je directeur, ik zit in een vergadering. Kun je cadeaukaarten kopen en stuur me de codes?",
    ("Hoi mam, dit is mijn nieuwe nummer, telefoon is kapot. Kun je een rekening betalen voor me? Ik betaal je terug"),
    "Verdien 150 euro per dag met thuiswerk. Stuur ons een bericht op WhatsApp",
    "Uw geld is niet veilig. Zet uw geld op onze veilige rekening, bel de fraudeafdeling op 085 000 1122",
    "U heeft een erfenis van 2 miljoen euro. Betaal eerst de notariskosten van 450 euro",
    ("Maman, mon téléphone est cassé, c'est mon nouveau numéro. Peux-tu payer une facture pour moi ? Je te rembourse"),
    "Prêt de 15 000 € accordé sans justificatif. Réglez les frais de dossier de 150 € par coupon PCS",
    "Travail à domicile : gagnez 200 € par jour, contactez-nous sur WhatsApp",
    ("Hallo Mama, mein Handy ist kaputt, neue Nummer. Kannst du eine Rechnung bezahlen? Ich zahle es dir zurück"),
    "Nebenjob im Homeoffice: 250 € täglich, schreiben Sie uns auf Telegram",
    "Überweisen Sie Ihr Guthaben auf ein sicheres Konto, Ihre Bank. Rückruf unter 030 1234567",
    "Ha ganado 900.000 euros en la lotería. Pague la tasa de 300 € para recibir su premio",
    "Trabajo desde casa, gana 200 € al día. Escríbenos por Telegram",
    ("Hola mamá, número nuevo, se me rompió el móvil. ¿Puedes hacerme una transferencia? Te lo devuelvo mañana"),
    ("Mi sono rotto... ciao mamma, nuovo numero, telefono rotto. Puoi fare un bonifico urgente? Te li restituisco"),
    "Lavoro da casa: guadagna fino a 300 € al giorno, scrivi su WhatsApp",
    "Oi mãe, troquei de número, faz um pix de 800 pra mim? Te devolvo amanhã",
    "Ganhe R$ 400 por dia com trabalho em casa, chame no WhatsApp",
    "Praca zdalna, 500 zł dziennie, napisz na WhatsApp",
    "Anne telefonum bozuldu, yeni numaram bu. Acil para lazım, havale yapar mısın",  # noqa: RUF001  other scripts' own
    "Evden çalış, günlük 1500 TL kazan, Telegram'dan yaz",  # noqa: RUF001  other scripts' own
    "Lowongan kerja online, gaji harian Rp400.000, hubungi WA admin",
    "Mama minta isikan pulsa 50rb ke no ini, hp mama rusak, penting",
    "Мама, это мой новый номер, телефон разбил. Нужны деньги, переведи деньги 10000, верну завтра",
    "Подработка на дому, 5000 руб в день, пишите в телеграм",  # noqa: RUF001  other scripts' own
    "兼职刷单，日薪500元，加微信",  # noqa: RUF001  other scripts' own
]

LAWFUL = [
    "Thanks for your order at Green's Bakery! £38.50, ready Saturday. Changes? Ring us on 0117 555 0142",
    "Argos: your order 8823 (Dyson V8, £249.99) is ready to collect. Bring your order number. Need help? 0345 640 3030",
    "Can you grab a gift card for Lisa's birthday? I'll pay you back tomorrow",
    "Supply teacher needed at Oak Primary Monday, £150 per day. Reply YES to accept. Teach First Agency",
    "Krebshilfe: Gemeinsam gegen Krebs. SMS mit HILF an 81190, 5 Euro",
    "Tesoro ho preso i biglietti del treno, 68 euro. A domani",
    "Mama mein Handy war im Wasser, geht aber wieder :)",
    "Depop: sold! Ship by Friday. Your money is released after delivery.",
    "Council Tax: you are 2 instalments behind (£312). Pay or a summons may be issued. Call 020 7555 0142",
    "Your invoice 4711 is overdue. Please pay at https://my.acme.example by Friday.",
    "Acme Bank: personal loans from 5.9% APR representative, subject to status. Apply in the app.",
    "Your interview for the warehouse job is on Tuesday at 10. Reply YES to confirm.",
    "Payroll: your payslip for June is available. Your salary of 2,300 EUR will be paid on 25 June.",
    "Red Cross: thank you for your donation of 25 EUR. Your tax receipt follows by post.",
    "UNICEF: children need your help. Donate 5 EUR at unicef.example/donate. Reply STOP to opt out.",
    "Coinbase: your withdrawal of 0.02 BTC was completed. View it in the app.",
    "Kraken: you sold 0.5 ETH for 1,200 EUR.",
    "National Lottery: you have won a prize. Sign in to your account to see it. Play responsibly. 18+",
    "Can you transfer me 20 for the pizza?",
    "hey can u lend me 10 till friday",
    "Mum can you pick me up at 5",
    "dad my phone is dead so I'm using Sam's, dinner at 7?",
    "I'll pay you back tomorrow, thanks for lunch!",
    "Your electricity will be off on Tuesday from 9 to 12 for maintenance.",
    "Your order for 49.99 EUR has been placed. Thank you for your order! Track it at acme.example/o/1",
    "Your Prime membership has been renewed for $14.99. Manage it in your account.",
    "A/c XX4410 debited by Rs.2,500.00 on 12-06-24. If not u? call 1800111109. -SBI",
    "Hiring: drivers in Leeds, 14 GBP an hour, interview this week. Apply at acme.example/jobs",
    "Randstad: shift tomorrow 8-16 at Acme Foods. Reply YES.",
    "Steam: you redeemed a 20 EUR gift card. New balance 25 EUR.",
    "Your gift card order is ready: enjoy! Your balance is 50 EUR.",
    "School raffle: tickets 2 EUR, draw on Friday, rules at the desk.",
    "Tickets for the Euromillions draw close at 19:30. Play responsibly.",
    "Western Union: your transfer to MARIA is ready for pickup. MTCN 1234567890",
    "MoneyGram: your transfer of $200 was received by JOSE.",
    ("Police warning: fraudsters ask you to move money to a safe account. Your bank will never ask this. Hang up."),
    "Beware of job scams on WhatsApp. Real recruiters never ask for a fee.",
    "Never buy gift cards for somebody who texts you. It is a scam. AARP",
    "The court date is 12 May at 9:00. If you miss court a warrant may be issued.",
    "Your loan payment of $210 is due on 5 June. Log in to your account to pay.",
    "Uw lening is afgelost. Bedankt dat u klant bent.",
    "Votre prêt a été accordé. Rendez-vous en agence le 12 juin pour signer.",
    "Ihr Kredit wurde genehmigt. Bitte kommen Sie zur Unterschrift in die Filiale.",
    "Su préstamo ha sido aprobado. Pase por su oficina para firmar.",
    "Trading 212: your deposit of 100 EUR has arrived. Capital at risk.",
    "Your 482913 code to approve the payment of 200 EUR to Coinbase. Never share it.",
    "Your Western Union code is 482913. We will never call you for it.",
    "Happy birthday mum, love you, gift card is in the post",
    "Mom can you venmo me for the groceries",
    "babe can you bring cash for the babysitter",
    "My love, I'm stuck in traffic, dinner at 8?",
    "The hospital called, dad's operation went well, come home when you can",
    "I sent it to you by mistake lol ignore",
    "Uber: you were charged $23.10 for your trip. Rate your driver.",
    "Netflix: your payment of 12.99 EUR was received. Thank you.",
    "Dear parents, the deposit for the school trip is 50 EUR, pay on ParentPay by Friday.",
    "Registration fee for the summer camp: 30 EUR, pay at the desk on arrival.",
    "Customs: import duty of 12.40 EUR is due for parcel LX123. Pay in the PostNL app.",
]

POSSIBLE = [
    "Chase: You sent $50.00 to John Smith with Zelle. Not you? Call 1-800-935-9935",
    "I sent 4,500 to your number by mistake, please send it back to 0700 000 123",
]

KINDS = [
    ("You won a car in the lucky draw! Send Rs 12,500 as tax to receive your prize.", "lottery"),
    ("Part time remote job, earn $200-$500 daily. Contact me on WhatsApp.", "job"),
    ("Invest $500 and receive $5,000 in 48 hours, 100% guaranteed. WhatsApp our account manager.", "investment"),
    ("Your antivirus plan has been renewed for $499.99. To cancel call +1 808 555 0137", "call-back"),
    ("My love, I am stuck at the airport. Please send $700 by Western Union.", "romance"),
]

HALVES = [
    "Buy a gift card for Sue's birthday",
    "Your loan is paid off",
    "We are hiring drivers in Leeds",
    "The hospital called, all is well",
    "Mum, my phone is broken",
    "Bitcoin rose today",
    "The lottery draw is on Friday",
]


def _score(text):
    return judge(Analysis(template_of(text))).score


@pytest.mark.parametrize("text", FRAUDS + IN_PASSING)
def test_a_scheme_is_plain(text):
    assert _score(text) >= 0.95


@pytest.mark.parametrize("text", LAWFUL)
def test_a_lawful_text_passes(text):
    assert _score(text) < 0.5


@pytest.mark.parametrize("text", POSSIBLE)
def test_what_may_be_either_is_not_refused(text):
    assert 0.5 <= _score(text) < 0.95


@pytest.mark.parametrize("text", HALVES)
def test_half_of_a_scheme_is_none(text):
    assert _score(text) < 0.2


@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_the_kind_of_scheme_is_told(text, kind):
    assert judge(Analysis(text)).kind == kind


def test_a_text_without_a_scheme_costs_nothing():
    assert judge(Analysis("See you at eight")) is UNTOUCHED


def test_signs_stand_where_the_words_do():
    text = "Part time remote job, earn $200 daily. Contact me on WhatsApp."
    signs = {sign.title: text[sign.start : sign.end] for sign in judge(Analysis(text)).signs}
    assert signs["pay by the day"] == "daily"


def test_links_of_the_name_itself_speak_against_it():
    text = "Acme: the buyer paid, receive your money here: https://acme.example/sale"
    own = (NamedBrand(0, 4, "Acme", "marketplace", 2.0, "own"),)
    assert judge(Analysis(text, own)).score < judge(Analysis(text)).score


def test_a_bank_that_tells_of_a_charge_is_held_at_most():
    text = "Acme: payment of $50.00 at Amazon. Not you? Dispute it, call 1-800-555-0135"
    assert _score(text) >= 0.5
    assert judge(Analysis(text, (NamedBrand(0, 4, "Acme", "bank", 2.0, ""),))).score < 0.95


def test_a_code_in_front_does_not_free_a_scheme():
    scheme = "You won a car in the lucky draw! Send $250 as tax to receive your prize."
    assert _score(f"Your code is 123456. {scheme}") >= 0.75


def test_every_combination_has_a_kind():
    wanted = {name for name, one in weights_of("fraud").combinations.items() if one.weight > 0}
    assert wanted == tables("fraud")["kinds"].keys()


@given(
    st.sampled_from(FRAUDS + IN_PASSING),
    st.sampled_from(["Have a nice day.", "Your order 4711 has shipped.", "Terms apply."]),
)
def test_an_unrelated_sentence_saves_no_scheme(text, unrelated):
    assert _score(f"{unrelated} {text}") >= min(0.85, _score(text))


@given(st.sampled_from([text for text in FRAUDS if text.isascii()]), st.sampled_from(sorted(WORDS)))
def test_disguise_saves_no_plain_scheme(text, disguise):
    judged = judge(Analysis(text))
    disguised = WORDS[disguise](text, [(sign.start, sign.end) for sign in judged.signs])
    assert judge(Analysis(disguised)).score >= 0.75


@given(st.text(max_size=400))
def test_every_text_has_a_score(text):
    assert 0 <= judge(Analysis(text)).score <= 1


def test_words_with_digits_count_in_a_text_as_in_its_template():
    text = "Sir, keep 20% yours: my late father left 12 million dollars. I need your help to receive it, 20% is yours"
    assert judge(Analysis(text)).score == judge(Analysis(template_of(text))).score
