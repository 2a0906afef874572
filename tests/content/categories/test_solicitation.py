"""Who asks for confidential data is told from who only warns of it, gives a code, or asks for something else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content.analysis import Analysis
from comity.content.asking import requests_of
from comity.content.categories.solicitation import judge
from comity.content.scores import UNTOUCHED
from comity.content.template import template_of
from support.disguises import WORDS

ASKED = [
    "Per confermare il pacco ci serve il codice che ha appena ricevuto, risponda con il codice ricevuto",
    "could u pls read me the code that insta texted you, trying to win a contest",
    "Hi, ¿me ayudas? te va a llegar un código de Instagram, mándamelo porfa",
    "Je krijgt zo een code van WhatsApp, stuur die naar mij",
    "Envíe usuario y clave de banca para evitar el bloqueo",
    "Give us the 16 numbers on your card plus expiry and the 3 digits on the back, reply with the card number",
    "Send me the code you just received",
    "Please forward the 6 digit code we sent you to confirm your identity",
    "Read the code to our agent when he calls",
    "We accidentally sent a verification code to your phone, can you send me the code?",
    "Hi, I sent you a 6-digit code by accident, please send it to me",
    "Reply with the OTP to cancel the transaction",
    "To stop the payment reply with the security code you received",
    "Reply with your card number and CVV to confirm your refund",
    "Please text back your credit card number, expiry date and PIN",
    "Your card is locked. Reply with your PIN to unlock it",
    "Call 1-800-555-0100 and enter your card number and PIN to reactivate",
    "Send us your username and password to keep your mailbox",
    "Reply with your password so we can verify your account",
    "Send your seed phrase to support to restore your wallet",
    "Enter your 12 word recovery phrase at https://wallet-restore.example",
    "Reply with your SSN to receive your stimulus payment",
    "Please reply with your full name, date of birth and mother's maiden name",
    "Send a photo of your passport and your card, front and back, to this number",
    "Your Bank of America acct is locked. Reply your SSN last 4 & PIN to unlock",
    "Stuur ons de code die u zojuist heeft ontvangen",
    "Antwoord met uw pincode om uw pas te deblokkeren",
    "Antwoord met uw BSN en geboortedatum",
    "Geef de verificatiecode door aan onze medewerker",
    "Envoyez-nous le code que vous venez de recevoir",
    "Répondez avec votre numéro de carte et le cryptogramme",
    "Répondez avec votre mot de passe pour débloquer votre compte",
    "Communiquez le code reçu par SMS à notre conseiller",
    "Senden Sie uns den Code, den Sie gerade per SMS erhalten haben",
    "Antworten Sie mit Ihrer PIN und Kartennummer",
    "Nennen Sie unserem Mitarbeiter die TAN, die Sie erhalten",
    "Schick mir bitte den Code den du gerade bekommen hast",
    "Envíenos el código que acaba de recibir",
    "Responda con su número de tarjeta y CVV",
    "Responde con tu contraseña para no perder la cuenta",
    "Mándame el código que te llegó por SMS",
    "Inviaci il codice che hai ricevuto via SMS",
    "Rispondi con il numero della carta e il CVV",
    "Envie o código que recebeu por SMS",
    "Responda com a senha do cartão e CPF",
    "Telefonunuza gelen kodu bize gönderin",
    "Kart numaranızı ve CVV kodunu gönderin",  # noqa: RUF001  other scripts' own
    "Kirim kode OTP yang Anda terima ke nomor ini",
    "Balas dengan PIN ATM dan nomor kartu Anda",
    "Podaj nam kod z SMS, który właśnie otrzymałeś",
    "Odpowiedz podając numer karty i kod CVV",
    "Podaj PESEL i numer dowodu w odpowiedzi",
    "Отправьте код из СМС нашему оператору",  # noqa: RUF001  other scripts' own
    "Сообщите код из смс и данные карты",
    "请把您收到的验证码发送给我",
    "أرسل لنا رمز التحقق الذي وصلك",
    "Mujhe jo OTP aaya hai wo bhej do",
    "Your verification code is 482913. Send this code to our agent on WhatsApp to cancel the order",
    "Code 482913. Forward this code to +44 7700 900123 now",
    "Skicka koden du fick till oss",
    "Send koden du modtog til os",
    "Trimiteți-ne codul primit prin SMS",
    "Pošlete nám kód který jste obdrželi",
    "What is the verification code you got?",
    "Medicare: your new chip card is ready. Reply with your Medicare number to have it mailed",
    "Don't delay, send us the code you received now",
    "Not you? Send us the code you received to cancel",
]

LIKELY = [
    "Pls share ur OTP with me, bank is asking",
    "TV Licensing: your refund of £79.50 could not be paid. Enter your card details at tvl-refunds.com",
    ("DANA: Akun Anda akan dibekukan. Segera upgrade premium dan masukkan PIN di https://dana-upgrade-premium.site"),
    (
        "PicPay: detectamos chave pix suspeita. Confirme sua senha em "
        "https://picpay-confirmar.site ou sua conta sera bloqueada"
    ),
]

MAYBE = [
    "Please confirm your appointment with Dr Hale, reply with your date of birth",
    "can u send me ur netflix password",
]

NOT_ASKED = [
    "Never share this code with anyone. 482913",
    "We will never ask for your PIN",
    "Do not send your password to anyone",
    "Don't reply with card details",
    "No compartas este código con nadie",
    "Enter code 123456 to sign in",
    "Use 1234 as your PIN",
    "Reply YES to confirm",
    "Reply with your booking number to confirm",
    "Reply with your postcode to find your nearest branch",
    "Update your payment details in the app",
    "Acme will never call you and ask you to send the code you received",
    "If anyone asks you to send them your verification code, it is a scam.",
    "Beware: fraudsters pretend to be the bank and ask you to read out the code. Hang up.",
    "Stuur uw pincode nooit naar iemand",
    "Deel deze code met niemand, ook niet met medewerkers",
    "Wij vragen u nooit om uw wachtwoord door te geven",
    "Antwoord niet met je kaartgegevens",
    "N'envoyez jamais votre code à personne",
    "Ne répondez jamais avec votre numéro de carte",
    "Nous ne vous demanderons jamais de nous communiquer votre mot de passe",
    "Senden Sie uns niemals Ihre PIN",
    "Geben Sie Ihre TAN niemals weiter",
    "Antworten Sie nicht mit Ihren Kartendaten",
    "Nunca envíe su contraseña por SMS",
    "Nunca te pediremos que nos envíes tu PIN",
    "Non inviare mai il codice a nessuno",
    "Nunca envie a sua senha",
    "Kodu kimseyle paylaşmayın",  # noqa: RUF001  other scripts' own
    "Jangan kirim kode OTP kepada siapapun",
    "Nigdy nie podawaj kodu PIN",
    "Никому не сообщайте код из смс",
    "请勿将验证码发送给任何人",
    "لا ترسل رمز التحقق لأي شخص",
    "We will send you a verification code by SMS",
    "We have sent the code to your phone",
    "Give this code to the driver: 4821",
    "Show your pickup code at the counter: 4821",
    "Tell your Uber driver PIN 4821",
    "Your password was reset. If this wasn't you, reset your password at https://acme.example/reset",
    "Your PIN has been changed successfully",
    "Please bring your passport and ID card to the appointment",
    "Bring photo ID",
    "Upload a copy of your passport in the app",
    "Your card expires soon, update your card details in the app",
    "Netflix: your card was declined. Please update your payment method in the app under Account.",
    "Can you send me the address?",
    "send me the code for the gate when you get there",
    "what's the wifi password?",
    "lol i forgot my password again",
    "I'll send you the code when I get it",
    "Ask your pharmacist and give your name and date of birth",
    (
        "Dear Customer, please update your PAN at the branch to avoid restrictions "
        "on your account. Bank never asks for OTP/PIN."
    ),
    "Link your Aadhaar with PAN by 31 March at incometax.gov.in",
    "Pls provide this Delivery Authentication Code 3832 - Delhivery",
    "Send STOP to 12345",
    "Reply with your order number and the code from the receipt",
    "Wave: saisissez votre code secret sur *144#",
    "BCA: mohon perbarui data KTP Anda di cabang terdekat",
    ("Verifique su progreso con su ID de cliente o los últimos cuatro dígitos de su SSN/ITIN: https://getctc.org/x"),
    "DHL: je pakket ligt klaar. Neem je ID en code 4471 mee.",
    "Security notice: we have reset your password. Choose a new one in the app.",
]

KINDS = [
    ("Reply with the security code you received", "one-time code"),
    ("Reply with your card number and CVV", "card"),
    ("Send us your username and password", "password"),
    ("Send your seed phrase to support", "password"),
    ("Reply with your SSN", "identity number"),
]

UNRELATED = [
    "Have a nice day.",
    "Your code is 123456.",
    "Bring your umbrella, it rains in the app.",
    "We will never ask for your PIN.",
    "Thank you for your order.",
    "Terms apply.",
]


def _score(text):
    return judge(Analysis(template_of(text))).score


@pytest.mark.parametrize("text", ASKED)
def test_confidential_data_asked_for_is_plain(text):
    assert _score(text) >= 0.95


@pytest.mark.parametrize("text", LIKELY)
def test_a_likely_request_is_for_a_person(text):
    assert 0.75 <= _score(text) < 0.95


@pytest.mark.parametrize("text", MAYBE)
def test_a_possible_request_is_noted_at_most(text):
    assert 0.5 <= _score(text) < 0.75


@pytest.mark.parametrize("text", NOT_ASKED)
def test_what_asks_for_nothing_confidential_passes(text):
    assert _score(text) < 0.75 if "send me the code for the gate" in text else _score(text) < 0.5


@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_what_is_asked_for_is_told(text, kind):
    assert judge(Analysis(text)).kind == kind


def test_a_sign_shows_who_is_asked_for_what():
    text = "Hello. Reply with your card number today."
    sign = judge(Analysis(text)).signs[0]
    assert text[sign.start : sign.end] == "Reply with your card number"
    assert sign.title == "asked to hand over: a card's number"


def test_a_text_without_a_request_costs_nothing():
    assert judge(Analysis("See you at eight")) is UNTOUCHED


def test_what_is_done_in_person_excuses_its_own_sentence_alone():
    courier = "Give this code to the driver: 4821."
    assert _score(courier) < 0.5
    assert _score(f"{courier} Reply with your card number and CVV.") >= 0.95


def test_a_warning_in_another_clause_excuses_nothing():
    assert _score("We never ask for your PIN. Reply with your card number and CVV now.") >= 0.95


@pytest.mark.parametrize("never", ["Never", "Do not", "Don't", "Please never"])
@pytest.mark.parametrize("what", ["your PIN", "your password", "the code you received", "your card number"])
def test_a_denied_request_is_none(never, what):
    assert requests_of(Analysis(f"{never} send {what} to anybody.").searched) == ()


@given(st.sampled_from(ASKED), st.sampled_from(UNRELATED))
def test_an_unrelated_sentence_saves_no_request(text, unrelated):
    assert _score(f"{text}. {unrelated}") >= min(0.9, _score(text))


@given(st.sampled_from([text for text in ASKED if text.isascii()]), st.sampled_from(sorted(WORDS.keys() - {"spacing"})))
def test_disguise_saves_no_plain_request(text, disguise):
    judged = judge(Analysis(text))
    disguised = WORDS[disguise](text, [(sign.start, sign.end) for sign in judged.signs])
    assert judge(Analysis(disguised)).score >= 0.75


@given(st.text(max_size=400))
def test_every_text_has_a_score(text):
    assert 0 <= judge(Analysis(text)).score <= 1
