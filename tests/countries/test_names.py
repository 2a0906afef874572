"""What places are called in the middle of a sentence."""

import pytest

from comity.countries import countries, spoken_name, us_state_hours
from comity.countries.names import US_STATES


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("BE", "Belgium"),
        ("NL", "the Netherlands"),
        ("US", "the United States"),
        ("US-TX", "Texas"),
        ("US-WA", "the state of Washington"),
        ("US-ZZ", "the United States"),
        ("DE-BY", "Germany"),
        ("CD", "the Democratic Republic of the Congo"),
        ("TT", "Trinidad and Tobago"),
        ("HK", "Hong Kong"),
        ("QQ", "QQ"),
    ],
)
def test_a_place_is_called_as_people_say_it(place, name):
    assert spoken_name(place) == name


def test_no_name_in_a_sentence_holds_the_marks_of_a_list():
    assert not [
        one.name for one in countries() if set("&-()") & set(spoken_name(one.iso2)) - set("-") and one.iso2 != "CC"
    ]


def test_every_state_with_hours_of_its_own_has_a_name():
    assert set(us_state_hours()) == set(US_STATES)
