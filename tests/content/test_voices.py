"""In whose name and in which language a text speaks, as far as it shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content.voices import language_of, speaker_of


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Acme Shop: your parcel is on its way", "acmeshop"),
        ("[Acme] your parcel is on its way", "acme"),
        ("Acme - your parcel is on its way", "acme"),
        ("Café Zoë: tot zo!", "cafezoe"),
        ("Dear Anna: your parcel is on its way", ""),
        ("Urgent: call us", ""),
        ("your code: 4711", ""),
        ("Order 4711: on its way", ""),
        ("Hello there, your parcel: on its way", ""),
        ("AB: x", ""),
        ("A very Long name Of many Words here: x", ""),
        ("", ""),
    ],
)
def test_the_name_that_a_text_opens_with(text, name):
    assert speaker_of(text) == name


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Your parcel is on its way, and we will be with you by the end of the day", "en"),
        ("Uw pakket is onderweg en wij zijn er voor het einde van de dag bij u", "nl"),
        ("Ihr Paket ist auf dem Weg und wir sind bis zum Ende des Tages bei Ihnen", "de"),
        ("Votre colis est en route et nous serons chez vous avant la fin de la journée", "fr"),
        ("Ваша посылка уже в пути", "cyrillic"),
        ("Το δέμα σας είναι καθ' οδόν", "greek"),  # noqa: RUF001  it is Greek
        ("4711", ""),
        ("OK", ""),
    ],
)
def test_the_language_of_a_text(text, language):
    assert language_of(text) == language


@given(st.text(max_size=2_000))
def test_any_text_is_read(text):
    assert isinstance(speaker_of(text), str)
    assert isinstance(language_of(text), str)
