"""How a text speaks: as whom, for what, with what pressure, leading where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content.analysis import Analysis, NamedBrand
from comity.content.leads import Lead
from comity.content.speech import worst


def speech(text, *brands):
    return Analysis(text, brands).speech


def brand(speaks, links, kind="parcel"):
    return NamedBrand(0, 4, "Acme", kind, speaks, links)


@pytest.mark.parametrize(
    ("text", "claimed"),
    [
        ("Your online banking is closed", "bank"),
        ("Your parcel is here", "parcel"),
        ("You owe a toll", "toll"),
        ("Your tax refund", "tax"),
        ("Hi mum, it's me", "relative"),
        ("Hallo mam, ik ben het", "relative"),
        ("Votre colis est là", "parcel"),
        ("Ihr Girokonto", "bank"),
        ("Su tarjeta de crédito", "bank"),
        ("La bolletta della luce e gas", "utility"),
    ],
)
def test_who_is_claimed_shows_by_words(text, claimed):
    assert claimed in speech(text).claimed


@pytest.mark.parametrize(
    ("kind", "claimed"), [("bank", "bank"), ("energy", "utility"), ("payment", "wallet"), ("shop", "marketplace")]
)
def test_a_name_it_speaks_in_is_a_claim_of_its_kind(kind, claimed):
    assert claimed in speech("Acme: hello", brand(1.0, "", kind)).claimed


def test_a_name_only_mentioned_is_none():
    found = speech("I bought it at Acme", brand(-1.0, "", "bank"))
    assert found.name is None
    assert "bank" not in found.claimed


@pytest.mark.parametrize(
    ("text", "road"),
    [
        ("See you later", ""),
        ("Call 1-855-555-0133 now", "number"),
        ("Verify here: <URL>", "gone"),
        ("Verify at [link removed]", "gone"),
        ("Please visit XXXX", "gone"),
        ("Please click the link to unlock", "gone"),
        ("Confirm your address at:", "gone"),
        ("Lowell: see lowell.co.uk", "named"),
        ("The OakHouse team, https://oakhouse.org/1", "named"),
        ("See oakhouse.org", "plain"),
        ("See https://verify-pay-login.top/x", "astray"),
        ("See irs.gov/opa", "known"),
    ],
)
def test_where_it_leads(text, road):
    assert speech(text).road == road


@pytest.mark.parametrize(("links", "road"), [("own", "own"), ("imitated", "imitated"), ("other", "plain")])
def test_where_it_leads_beside_a_name(links, road):
    assert speech("Acme: see oakhouse.org", brand(1.0, links)).road == road


@pytest.mark.parametrize(
    "text",
    [
        "card ending 4410",
        "A/c XX4410",
        "card *882",
        "tarjeta terminada en 2210",
        "Karte *3320",
        "carte terminant par 5510",
        "Credit Card 1122",
        "4410 ile biten kartinizdan",
    ],
)
def test_the_last_digits_of_a_card_are_a_particular(text):
    assert speech(text).particular


@pytest.mark.parametrize("text", ["Order 4410", "call 4410", "your card is blocked", "account ending XXXX", "in 2024"])
def test_other_digits_are_none(text):
    assert not speech(text).particular


@pytest.mark.parametrize(
    "text", ["within 24 hours", "binnen 12 uur", "sous 48h", "24 saat icinde", "in 30 min", "小时内 24小时"]
)
def test_hours_counted_press(text):
    assert "deadline" in speech(text).pressed


def test_what_is_asked_and_what_kind_of_text_it_is():
    found = speech("Your appointment is tomorrow. Reply YES, or STOP to opt out: reply stop")
    assert "reply" in found.asked
    assert {"reminder", "stop"} <= found.kinds


def test_the_worst_lead_is_the_one_that_counts():
    assert worst(()) == 0
    assert worst([Lead("a", -4.0, "a", (0, 1)), Lead("b", 1.0, "b", (2, 3))]) == 1.0


@given(st.text(max_size=400))
def test_any_text_can_be_read(text):
    assert speech(text).road in {"", "number", "gone", "plain", "named", "astray", "known", "imitated", "own"}
