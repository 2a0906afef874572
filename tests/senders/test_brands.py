import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.policy.files import default_policy
from comity.senders.brands import BrandIndex
from comity.senders.likeness import CUT, DRAWN, EXACT, NEAR, WITHIN, WORDS
from comity.senders.names import name_key
from comity.text.unmask import unmask

DOCUMENT = default_policy().document
REGISTER = DOCUMENT.brands
WORDS_ADDED = frozenset(map(name_key, DOCUMENT.lists["sender-words"]))
INDEX = BrandIndex.of(REGISTER)
EACH_BRAND = pytest.mark.parametrize("brand", REGISTER)


def likest(sender):
    found = INDEX.look_alike(sender, WORDS_ADDED)
    return (found[0].brand, found[0].how) if found else None


@pytest.mark.parametrize(
    ("sender", "brand", "how"),
    [
        ("PayPal", "paypal", EXACT),
        ("PAYPAL", "paypal", EXACT),
        ("BNPPF", "bnp-paribas", EXACT),
        ("Orange", "orange", EXACT),
        ("PayPa1", "paypal", DRAWN),
        ("PayPaI", "paypal", DRAWN),
        ("Amaz0n", "amazon", DRAWN),
        ("G00gle", "google", DRAWN),
        ("rnicrosoft", "microsoft", DRAWN),
        ("NetfIix", "netflix", DRAWN),
        ("DH1", "dhl", DRAWN),
        ("lNG", "ing", DRAWN),
        ("\u0410m\u0430zon", "amazon", DRAWN),  # Cyrillic letters
        ("Pay\u200bPal", "paypal", DRAWN),
        ("DHL-Info", "dhl", WORDS),
        ("DHLInfo", "dhl", WORDS),
        ("ING.BE", "ing", WORDS),
        ("INGALERT", "ing", WORDS),
        ("paypalinfo", "paypal", WORDS),
        ("My PayPal", "paypal", WORDS),
        ("PayPa1 Help", "paypal", WORDS),
        ("USPS24", "usps", WORDS),
        ("Apple Info", "apple", WORDS),
        ("Belastingdi", "belastingdienst", CUT),
        ("Internal Re", "irs", CUT),
        ("RaboBnk", "rabobank", NEAR),
        ("CityBank", "citibank", NEAR),
        ("Netflx", "netflix", NEAR),
        ("DHL Acme", "dhl", WITHIN),
        ("HMRC-Claims", "hmrc", WITHIN),
    ],
)
def test_a_sender_is_taken_for_a_protected_name(sender, brand, how):
    assert likest(sender) == (brand, how)


@pytest.mark.parametrize(
    "sender",
    [
        "Acme", "Ingrid", "Postbode", "Post Info", "Ing Peeters", "Argentina", "Department", "Kliniek", "Garage Bol",
        "De Post", "Chose", "Proximity", "Tandarts", "Monza", "LNG", "Info", "Bank", "SMS", "Australian", "Volksbanken",
        "Dr Uberti", "Appel", "Skye", "Bolero", "Sunday", "Wisely", "Next Door", "School", "Gemeente", "Stad Gent",
        "Texting", "Posting", "Helping", "Trust", "Phone", "Cloud", "Finance", "Starting", "Roger", "Essen", "Posta",
        "Sorgen", "Ildi", "Hertz", "Booked", "Boxing", "Sparta", "Visagie", "Thuiszorg",
    ],
)  # fmt: skip
def test_a_name_of_its_own_is_taken_for_nobody(sender):
    assert likest(sender) is None


def test_ordinary_words_say_less():
    (orange,) = INDEX.look_alike("Orange", WORDS_ADDED)
    assert orange.ordinary
    assert orange.score < INDEX.look_alike("Rabobank", WORDS_ADDED)[0].score


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Your PayPal account is limited", ["PayPal"]),
        ("ING: uw pas verloopt", ["ING"]),
        ("We are coming, going and planning", []),
        ("up to 3 bri ee bt", []),
        ("ups we forgot", []),
        ("Votre Crédit Agricole vous informe", ["Crédit Agricole"]),
        ("Bank of America, not Bank of Ireland", ["Bank of America", "Bank of Ireland"]),
        ("P@yP@l", ["PayPal"]),
        ("P\u0430yP\u0430l", ["PayPal"]),
        ("1NG: uw pas", ["ING"]),
        ("votre compte 4mel1", ["Ameli"]),
        ("N3tfl1x", ["Netflix"]),
        ("N26 and H\u00e9llo N27", ["N26"]),
        ("I N G: uw pas", ["ING"]),
        ("P o s t e I t a l i a n e informa", ["Poste Italiane"]),
        ("bankofamerica", ["Bank of America"]),
        ("3 bags, 1kg, 10 am", []),
        ("ABN AMRO and ABN", ["ABN AMRO", "ABN"]),
        ("T-Mobile or T Mobile", ["T-Mobile", "T-Mobile"]),
        ("xPayPal PayPalx PayPal2", []),
        ("Pay Pal or Nat West", ["PayPal", "NatWest"]),
        ("ing: uw pas", ["ING"]),
        ("Hi. dhl: your parcel", ["DHL"]),
        ("the dhl: your parcel", []),
        ("ing uw pas", []),
        ("", []),
    ],
)
def test_names_in_a_text_are_whole_words(text, names):
    assert [naming.name for naming in INDEX.named_in(unmask(text))] == names


def test_a_naming_tells_where_it_stands_and_how_it_is_written():
    text = unmask("pay with Visa")
    (visa,) = INDEX.named_in(text)
    assert (text.plain[visa.start : visa.end], visa.written, visa.ordinary, visa.as_a_name) == (
        "visa",
        "Visa",
        True,
        True,
    )
    assert not INDEX.named_in(unmask("a visa for the journey"))[0].as_a_name


@pytest.mark.parametrize(
    ("brand", "host", "owned"),
    [
        ("paypal", "paypal.com", True),
        ("paypal", "www.paypal.com", True),
        ("paypal", "notpaypal.com", False),
        ("paypal", "paypal.com.example", False),
        ("gov-uk", "www.gov.uk", True),
    ],
)
def test_a_host_under_its_domain_is_a_brands_own(brand, host, owned):
    assert INDEX.owns(brand, host) is owned


def test_brands_are_held_by_any_of_their_names_and_senders():
    assert INDEX.held(["ing bank", "Acme", "ITAÚ", "SBIINB"]) == {"ing", "itau", "sbi"}


@pytest.mark.parametrize(("country", "known"), [("BE", True), ("MX", False), (None, True)])
def test_a_brand_is_known_in_its_countries(country, known):
    assert INDEX.is_known_in("belfius", country) is known
    assert INDEX.is_known_in("paypal", country)


def test_a_register_has_one_index():
    assert BrandIndex.of(REGISTER) is BrandIndex.of(REGISTER)
    assert BrandIndex.of({}) is not INDEX


def test_a_name_written_apart_says_as_little_as_an_ordinary_word():
    assert [naming.ordinary for naming in INDEX.named_in(unmask("Pay Pal and PayPal"))] == [True, False]


def test_an_empty_register_protects_nothing():
    index = BrandIndex.of({})
    assert not index.look_alike("PayPal", WORDS_ADDED)
    assert not index.named_in(unmask("PayPal"))


@EACH_BRAND
def test_an_entry_of_the_register_is_found_by_all_its_names_and_senders(brand):
    entry = REGISTER[brand]
    for written in (*entry.names, *entry.senders):
        assert brand in INDEX.exact(written)
    for name in entry.names:
        assert brand in {one.brand for one in INDEX.look_alike(name, WORDS_ADDED)}


@EACH_BRAND
def test_an_entry_of_the_register_is_written_as_the_others_are(brand):
    entry = REGISTER[brand]
    assert entry.names
    assert entry.owner
    assert all(domain == domain.lower() and "." in domain for domain in entry.domains)
    assert all(re.fullmatch("[A-Z]{2}", country) for country in entry.countries)
    assert all(len(sender) <= 11 for sender in entry.senders)


def test_the_register_knows_many_countries():
    countries = {country for entry in REGISTER.values() for country in entry.countries}
    assert len(REGISTER) >= 200
    assert {
        "BE", "NL", "FR", "DE", "GB", "IE", "ES", "PT", "IT", "PL", "TR", "US", "CA", "AU", "NZ", "IN", "ID", "SG",
        "ZA", "NG", "BR", "MX",
    } <= countries  # fmt: skip


@given(st.text(max_size=40))
def test_no_sender_breaks_the_search(sender):
    for likeness in INDEX.look_alike(sender, WORDS_ADDED):
        assert 0 < likeness.score <= 1


@given(st.sampled_from(sorted(one.names[0] for one in REGISTER.values() if not one.ordinary)), st.data())
def test_a_name_with_a_word_added_is_still_that_name(name, data):
    word = data.draw(st.sampled_from(sorted(word for word in WORDS_ADDED if len(word) > 3)))
    brands = {one.brand for one in INDEX.look_alike(f"{name} {word.title()}", WORDS_ADDED)}
    assert brands & set(INDEX.exact(name)) or INDEX.exact(f"{name}{word}")
