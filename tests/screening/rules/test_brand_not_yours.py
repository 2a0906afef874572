from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.accounts.record import AccountRecord, OwnBrand
from comity.screening.judging import MISS, Abstain, Hit
from comity.screening.rules.brand_not_yours import RULE
from support.judging import NOON, a_message, ask, the_facts

ACME = the_facts(account=AccountRecord(name="Acme", brands=(OwnBrand("Acme"),)))
ANYBODY = the_facts(account=AccountRecord(name="x", brands=(OwnBrand("Alerts"),)))
OFFLINE = the_facts(account=None)
LIMITED = "Your PayPal account is limited."


def holding(name, until=None):
    return the_facts(account=AccountRecord(name="Acme", brands=(OwnBrand("Acme"), OwnBrand(name, until))))


def judged(text, facts=ACME, sender="Acme", **settings):
    return ask(RULE, a_message(sender, text=text), facts, **settings)


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("Your PayPal account is limited. Restore it at https://secure-check.example/p", "refuse"),
        ("ING: uw pas verloopt. Vraag een nieuwe aan via https://pas-aanvraag.example", "refuse"),
        ("ING: uw pas verloopt", "hold"),
        ("Netflix: your payment failed. Update your details: http://nf-billing.example", "refuse"),
        ("Votre compte Ameli est suspendu. Dossier: https://ameli-dossier.example", "refuse"),
        ("Ihr PayPal-Konto wurde gesperrt: https://konto.example", "refuse"),
        ("Su cuenta BBVA ha sido bloqueada. Verifique en http://bbva-seguro.example", "refuse"),
        ("Il tuo conto Intesa Sanpaolo è stato sospeso: http://intesa-web.example", "refuse"),
        ("A sua conta Millennium bcp foi bloqueada: http://mbcp.example", "refuse"),
        ("Twoje konto mBank zostało zablokowane. Odblokuj: http://mb-login.example", "refuse"),
        ("Ziraat Bankas\u0131 hesab\u0131n\u0131z ask\u0131ya al\u0131nd\u0131: http://ziraat.example", "refuse"),
        ("Rekening BCA anda diblokir. Verifikasi di http://klik.example", "refuse"),
        ("Correos: su paquete está retenido, pague en http://pago.example", "refuse"),
        ("Wells Fargo Fraud Dept: did you attempt $900? Reply 1", "refuse"),
        ("Your P\u0430yPal account is limited.", "hold"),
        ("Your P@yP@l account is limited.", "hold"),
        ("Your card arrived. Regards, Barclays", "hold"),
        ("Your Coinbase withdrawal code is 112233. If not you, call 02079460000.", "hold"),
    ],
)
def test_a_text_that_speaks_in_a_brands_name_is_found(text, action):
    answer = judged(text)
    assert isinstance(answer, Hit)
    assert answer.action == action


SPOKEN = [
    "Royal Mail: a small fee is due on your parcel. Pay: https://rm-fee.example",
    "Your Barclays card has been blocked. Verify at https://b.example",
    "Netflix - payment declined. Update: https://n.example",
    "Monzo here. Suspicious activity on your card, call 02012345678",
    "Uw itsme is geblokkeerd, activeer https://i.example",
    "Correos: su paquete esta retenido, pague en https://c.example",
    "paypal: your account is limited, verify https://p.example",
]
BEFORE = [
    *["", "Hi. ", "Hi, ", "Hello,\n", "Notice: ", "URGENT ", "Dear customer, ", "ALERT: ", "[ALERT] ", "Ref 4471: "],
    *["Final reminder from ", "Msg from ", "(1) ", "1. ", ">> ", "!!! ", "FYI - ", "Order 4711. ", "haha ", "lol. "],
    *[
        "Dear Anna, ",
        "Hi Anna ",
        "Anna: ",
        "\U0001f6a8 ",
        "X7 | ",
        "Delivery; ",
        "~ ",
        "\u2022 ",
        "Your code is 449201. ",
        "News: police warn. ",
        "Beste klant, ",
        "Guten Tag. ",
        "Bonjour, ",
        "Estimado cliente: ",
    ],
]
BEHIND = ["", " lol", " haha", " Thank you.", " Your appointment is confirmed.", " Beware of scam texts.", " Ref 4471"]


@pytest.mark.parametrize("text", SPOKEN)
@pytest.mark.parametrize("before", BEFORE)
def test_no_words_before_a_text_let_it_speak_for_another(text, before):
    assert judged(before + text, ANYBODY, "Alerts").action in {"hold", "refuse"}


@pytest.mark.parametrize("text", SPOKEN)
@pytest.mark.parametrize("behind", BEHIND)
def test_no_words_behind_a_text_let_it_speak_for_another(text, behind):
    assert judged(text + behind, ANYBODY, "Alerts").action in {"hold", "refuse"}


@pytest.mark.parametrize("before", ["Kindly be informed ", "Account message ", "Delivery news, ", "Zyx "])
def test_a_name_with_a_colon_speaks_behind_any_words(before):
    assert judged(before + SPOKEN[0], ANYBODY, "Alerts").action in {"hold", "refuse"}


def test_digits_for_letters_do_not_hide_what_is_wrong():
    text = "Y0ur B4rcl4ys c4rd h4s b33n bl0ck3d. V3rify 4t https://b.example"
    assert judged(text, ANYBODY, "Alerts").action in {"hold", "refuse"}


def test_chatter_counts_for_numbers_only():
    text = "haha PayPal is limited"
    assert judged(text, note_from=0.01).score > judged(text, sender="+32470999888", note_from=0.01).score


def test_a_word_that_anybody_uses_names_nobody():
    text = "Info: PayPal: your account is limited, verify https://p.example"
    facts = the_facts(account=AccountRecord(name="x", brands=(OwnBrand("Info"),)))
    assert judged(text, facts, "Info").action == "refuse"


@pytest.mark.parametrize(
    "text",
    [
        "Acme: pay with PayPal or Visa at the desk.",
        "Our app works with iPhone and Google Pay.",
        "Your order 4711 is delivered by DHL tomorrow between 10 and 12.",
        "Acme: voor uw pakket van bol kunt u terecht bij afhaalpunt 12.",
        "We are hiring! Apply on LinkedIn: https://linkedin.com/jobs/1",
        "Follow us on Facebook and Instagram for news.",
        "Acme: we refunded 20 EUR to your PayPal account.",
        "Acme: your refund goes to your Visa card ending 1234.",
        "Uw pakket is verzonden met PostNL. Volg het op https://postnl.nl/track",
        "Vous pouvez payer par carte Visa ou PayPal. Acme",
        "Ihre Bestellung wurde mit DHL verschickt. Sendungsverfolgung: https://dhl.de/t",
        "Puede pagar con Bizum en la tienda Acme.",
        "O seu pedido segue pelos CTT amanhã. Acme",
        "Siparişiniz Yurtiçi Kargo ile gönderildi. Acme",
        "I'm at IKEA, do you need anything? Your Netflix password please lol",
        "Your visa application was received.",
        "Post your comments on our page. The next bus leaves from Orange Street.",
        "Target reached: you walked 10,000 steps today.",
        "Please bring your Barclays statement to the interview.",
        "See https://paypal.com/help",
        "Your order is packed. DHL will deliver it tomorrow between 9 and 12.",
        "Hi! Netflix gift cards are back in store from Monday.",
        "Amazon vouchers can be used at our desk.",
        'Scam alert: texts from "Royal Mail" asking for a fee are fake.',
        "Your Amazon order was returned to our locker. Collect by Friday.",
        "Your visa has been approved. Collect your passport at the centre.",
        "Three: that is how many classes you have left.",
        "Boots: size 8 now in stock.",
        "Target: 10,000 steps. Done: 8,200.",
        "Ihr Termin: Sparkasse Hauptstraße, 3. Stock, 14 Uhr.",
        "DPD left your parcel at our reception. Flat 4 concierge",
        "No brand at all.",
        "",
    ],
)
def test_a_text_that_mentions_a_brand_passes(text):
    assert judged(text) is MISS


@pytest.mark.parametrize(
    ("until", "hit"), [(None, False), (NOON + timedelta(seconds=1), False), (NOON, True), (NOON - timedelta(1), True)]
)
def test_a_brand_speaks_until_its_letter_ends(until, hit):
    assert isinstance(judged(LIMITED, holding("PayPal", until)), Hit) is hit


def test_a_brand_that_is_part_of_the_own_name_is_the_own_name():
    facts = the_facts(account=AccountRecord(name="x", brands=(OwnBrand("Orange County Clinic"),)))
    assert judged("Orange County Clinic: your results are ready.", facts) is MISS


@pytest.mark.parametrize("own", ["Pay", "You", "Limit"])
def test_an_own_name_inside_another_word_is_not_named(own):
    facts = the_facts(account=AccountRecord(name=own, brands=(OwnBrand(own),)))
    assert isinstance(judged(LIMITED, facts, own), Hit)


def test_the_evidence_is_where_the_name_stands_in_the_original():
    text = "Hello, your \u200bPay\u200bPal account is limited."
    answer = judged(text)
    start, end = answer.evidence[0].span
    assert text[start:end].replace("\u200b", "") == "PayPal"


def test_a_link_to_the_brands_own_site_speaks_for_the_message():
    theirs = judged(f"{LIMITED} https://paypal.com/x", note_from=0.01)
    others = judged(f"{LIMITED} https://pp.example/x", note_from=0.01)
    assert theirs.score < 0.3
    assert others.score > 0.9


@pytest.mark.parametrize(
    ("sender", "answer"), [("Acme", Hit), ("PayPal", type(MISS)), ("+32470999888", Abstain), (None, Abstain)]
)
def test_without_the_account_only_another_name_tells(sender, answer):
    assert isinstance(judged(LIMITED, OFFLINE, sender), answer)


@pytest.mark.parametrize(
    ("settings", "action"),
    [({}, "hold"), ({"refuse_from": 0.7}, "refuse"), ({"hold_from": 0.99}, "note"), ({"note_from": 0.99}, None)],
)
def test_the_settings_say_what_follows_from_which_score(settings, action):
    answer = judged(LIMITED, **settings)
    assert (answer.action if isinstance(answer, Hit) else None) == action


def test_a_list_of_brands_is_nobodys_voice():
    names = "Netflix, Spotify, PayPal, Amazon, Google, Facebook, Instagram, TikTok, eBay, Zalando, IKEA, Lidl, Airbnb"
    assert judged(f"Your account: {names}") is MISS


@given(st.text(max_size=200), st.sampled_from(["PayPal", "ING", "DHL", "Visa"]), st.text(max_size=200))
def test_whoever_holds_all_the_brands_is_never_found(before, name, after):
    facts = the_facts(account=AccountRecord(name=name, brands=(OwnBrand(name),)))
    answer = judged(f"{before} {name} {after}", facts)
    assert not isinstance(answer, Hit) or name not in answer.sentence
