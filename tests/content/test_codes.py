"""A one-time code is told from everything else, in every language and whatever words surround it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content.analysis import Analysis
from comity.content.categories import JUDGES
from comity.content.codes import NO_CODE, code_of
from comity.content.cues import searched
from comity.content.reading import reading_of
from comity.content.template import template_of

GENUINE = [
    "Your account was accessed from a new device. If it wasn't you, change your password. Code 123456",
    "123456 is your Acme code. It expires in 5 minutes.",
    "Acme: use 4821 to log in.",
    "Use code 482 913 to sign in to Acme. Never share it.",
    "Your Acme login code: AB12CD",
    "FB-48291 is your Facebook code",
    "<#> 123456 is your ExampleApp code. FA+9qCX9VSu",
    "Your code is 123456.\n\n@example.com #123456",
    "Acme: Your security code is 839201. Not you? Call 0800 123 4567",
    (
        "Acme Bank: We detected a payment of EUR 1,250.00 to SHOP LTD. To approve, "
        "enter OTP 903412. If this wasn't you, call 020 7946 0000 now."
    ),
    "Je verificatiecode is 482913. Deel deze code met niemand.",
    "Uw inlogcode voor Mijn Gemeente: 482913. Geldig tot 14:35.",
    "Votre code de vérification est 482913. Il expire dans 10 minutes.",
    "Code 482913 : à saisir pour valider votre achat de 59,90 EUR. Ne le communiquez jamais.",
    "Ihr Bestätigungscode lautet 482913. Geben Sie ihn niemals weiter.",
    "mTAN: 482913 für Überweisung von 500,00 EUR auf DE12...3456",
    "Die TAN für Ihren Auftrag über 120,00 EUR lautet: 482913",
    "Tu código de verificación es 482913. No lo compartas con nadie.",
    "Clave dinámica 482913 para operación por $5.000",
    "Il tuo codice di verifica è 482913. Non condividerlo.",
    ("Codice OTP 482913 per il pagamento di 45,00 EUR presso SHOP. Se non sei stato tu blocca la carta al 800123456"),
    "Seu código de verificação é 482913. Não compartilhe com ninguém.",
    "O seu código de confirmação: 482913",
    "Doğrulama kodunuz: 482913. Kimseyle paylaşmayınız. B002",  # noqa: RUF001  other scripts' own
    "482913 onay kodu ile giriş yapabilirsiniz. Mersis 0123456789012345 B001",
    "Giriş için şifreniz 482913",
    "Kode OTP Anda 482913. JANGAN BERIKAN kepada siapa pun.",
    "Kode verifikasi Gojek: 4821. Berlaku 5 menit.",
    "Twój kod weryfikacyjny: 482913. Nie udostępniaj go nikomu.",
    "Haslo SMS nr 3 z dn. 12-05-2024: 48291345",
    "Din verifieringskod är 482913",
    "Din bekræftelseskode er 482913",
    "Codul dvs. de verificare este 482913",
    "Váš ověřovací kód je 482913",
    "【京东】验证码：482913，您正在登录，5分钟内有效，请勿泄露给他人。",  # noqa: RUF001  other scripts' own
    "您的验证码是482913，请勿转发。",  # noqa: RUF001  other scripts' own
    "【支付宝】你正在绑定银行卡，校验码482913，如非本人操作请致电95188",  # noqa: RUF001  other scripts' own
    "Ваш код подтверждения: 482913. Никому его не сообщайте.",  # noqa: RUF001  other scripts' own
    "482913 - код для входа в Яндекс",
    "Пароль 482913 для подтверждения перевода 5000 руб. Никому не сообщайте код.",  # noqa: RUF001  other scripts' own
    "رمز التحقق الخاص بك هو 482913. لا تشاركه مع أي شخص.",
    "كود التفعيل: 4829",
    "482913 aapka OTP hai. Kisi ko na batayein.",
    "Aapka Paytm OTP 482913 hai. Ise kisi ke saath share na karein.",
    (
        "482913 is OTP for txn of INR 5,000.00 at AMAZON on card ending 1234. Do "
        "not share OTP. Not you? Call 18001234567"
    ),
    "Dear Customer, OTP to login is 482913. Bank never calls asking for OTP. -SBI",
    ("482913 is your one-time passcode for Acme. If you did not request this, call us on 0800 111 222 immediately."),
    "Your Uber ride PIN is 4821. Give it to your driver.",
    "Your delivery PIN is 4821. Tell it to the courier at the door.",
    (
        "Your verification code for Revolut is 482-913. Your code is private, never "
        "share it with anyone, even if they say they work at Revolut."
    ),
    (
        "[TikTok] 482913 is your verification code, valid for 5 minutes. To keep "
        "your account safe, never forward this code."
    ),
    "Your Discord security code is: 482913",
    "Your Instagram code: 482 913. Don't share it.",
    (
        "Someone is trying to log in to your account from Lagos, Nigeria. Your code "
        "is 482913. Do NOT share this code. If this wasn't you reset your password."
    ),
    "URGENT: Your password was changed. Your recovery code is 482913",
    "Cod de verificare: 482913",
    "Vahvistuskoodisi on 482913",
    "A megerősítő kódod: 482913",
    "Ο κωδικός επαλήθευσης είναι 482913",  # noqa: RUF001  other scripts' own
    "קוד האימות שלך הוא 482913",
    "รหัส OTP ของคุณคือ 482913",
    "Mã xác minh của bạn là 482913",
    "인증번호 [482913]를 입력해주세요.",
    "認証コード：482913",  # noqa: RUF001  other scripts' own
    "482913 is your code to reset your bank PIN. Your account has been locked after 3 failed attempts.",
    "Steam Guard code: R7KQ2",
    "Your Apple ID Code is: 482913. Don't share it with anyone.",
    "Your PIN for parcel locker is 482913",
    "DHL: your parcel is ready. Pickup code 482913, locker 12, Main St 5. Valid until 12.05.",
    "Ihr Paket liegt bereit. Abholcode: 482913",
    "Code: 482913",
    "OTP:482913",
    (
        "NHS login: 482913 is your security code. It will expire in 10 minutes. If "
        "you did not try to log in, ignore this."
    ),
    "Your GOV.UK code is 48291. Do not give this code to anyone.",
    "Your Kraken code: 482913. We will never call you. Anyone who asks for it is a scammer.",
    "Hi Anna, your code to confirm your appointment is 4821",
    (
        "Airbnb: your verification code is 4829. Don't share this code with anyone; "
        "our employees will never ask for the code."
    ),
    "PayPal: 482913 is your security code. It expires in 10 minutes. Don't share this code with anyone.",
    "Bank: You're transferring $2,000.00 to JOHN. If you didn't start this, call 1-800-123-4567. Code 482913",
    "Your Microsoft code is\n4829\nUse it before 10:45",
]

LINKED = [
    (
        "Your Amazon verification code is 482913. Amazon will never ask for it. "
        "Didn't ask for it? https://amazon.com/a/c/r/abc123"
    ),
    "Acme: log in with one tap https://acme.com/verify?code=482913 or enter code 482913",
    "Your WhatsApp code is 105-876 but you can simply tap on this link: v.whatsapp.com/105876",
]

NOT_FREE = [
    "Your code is 123456. Your account is locked, confirm at https://acme-secure.top/x",
    "Your code is 482913. Hi, your parcel is on hold. Pay the fee at http://post.example/pay",
    "Code 482913. Netflix: your payment failed, update at https://nf.example/a",
    "Use code SAVE20 at checkout: https://shop.example",
    "Your claim code is 482913. Call 09061701461 to claim your prize",
    "You have won! PIN 4821. Call 0800 123 4567 now to claim",
    "Quote ref code 482913 when you call 0800 123 4567",
    "Your verification code is 482913. Call our agent on +44 7700 900123 and read it out.",
    "Your code is 482913. Send this code to our agent to cancel the order.",
    "Your code is 482913. Reply with your card number and CVV to get your refund.",
]

NONE = [
    "Are we still on for dinner at 19:30?",
    "Your parcel 7738201 arrives today between 10:00 and 12:00.",
    "You spent 45.00 EUR at SHOP with card *1234.",
    "Your PIN has been changed. If this was not you, tell your branch.",
    "Our promo code SAVE20 gives you 20 % off.",
    "The area code of the town is 0321.",
    "",
]


def _code(text):
    reading = reading_of(text)
    return code_of(searched(reading), reading)


@pytest.mark.parametrize("text", GENUINE)
def test_a_genuine_code_is_recognised(text):
    assert _code(text).is_genuine


@pytest.mark.parametrize("text", GENUINE)
def test_a_template_tells_what_its_messages_tell(text):
    code, template = _code(text), _code(template_of(text))
    assert (template.log_odds, template.company) == (code.log_odds, code.company)


@pytest.mark.parametrize("text", GENUINE)
@pytest.mark.parametrize("category", ["fraud", "solicitation"])
def test_no_genuine_code_is_held(text, category):
    assert JUDGES[category](Analysis(template_of(text))).score < 0.75


@pytest.mark.parametrize("text", LINKED)
def test_a_link_that_goes_with_the_code_leaves_it_likely(text):
    code = _code(text)
    assert code.is_likely
    assert not code.is_genuine


@pytest.mark.parametrize("text", LINKED)
def test_links_of_the_name_itself_take_nothing_away(text):
    reading = reading_of(text)
    assert code_of(searched(reading), reading, own_links=True).is_genuine


@pytest.mark.parametrize("text", NOT_FREE)
def test_what_leads_elsewhere_is_not_freed_by_a_code(text):
    assert not _code(text).is_genuine


@pytest.mark.parametrize("text", NONE)
def test_other_numbers_are_no_codes(text):
    assert _code(text).log_odds < 3


def test_the_span_is_the_code():
    text = "Your Acme code is 482913. It is valid for 10 minutes."
    code = _code(text)
    assert text[code.start : code.end] == "482913"


def test_an_empty_text_has_no_code():
    assert _code("") == NO_CODE


@given(st.integers(0, 999_999), st.sampled_from(GENUINE))
def test_which_digits_a_code_has_changes_nothing(number, text):
    changed = re.sub(r"482913", f"{number:06}", text)
    assert _code(changed).is_genuine == _code(text).is_genuine


@given(st.sampled_from(GENUINE))
def test_a_link_in_a_thought_of_its_own_ends_what_the_code_excuses(text):
    assert not _code(f"{text}. Your parcel is on hold, pay the fee at https://post.example/pay").is_genuine


@given(st.text(max_size=300))
def test_no_text_is_too_odd(text):
    assert _code(text).log_odds == _code(text).log_odds
