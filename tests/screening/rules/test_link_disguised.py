import pytest

from comity.policy.files import default_policy
from comity.screening.judging import MISS
from comity.screening.rules.link_disguised import RULE
from support.judging import a_message, ask

SETTINGS = default_policy().document.rules["link-disguised"].settings


@pytest.mark.parametrize(
    ("link", "kind", "action"),
    [
        pytest.param("https://acme.example@evil.example/x", "user-info", "refuse", id="user-info"),
        pytest.param("https://\u0430cme.example/x", "homograph", "refuse", id="homograph"),
        pytest.param("https://%61cme.example/x", "percent", "refuse", id="percent"),
        pytest.param("https://ac\u200bme.example/x", "invisible", "refuse", id="invisible"),
        pytest.param("https:\\\\acme.example\\x", "backslash", "refuse", id="backslash"),
        pytest.param("http://0xcb007107/x", "numeric-address", "refuse", id="numeric"),
        pytest.param("acme[.]example/x", "brackets", "hold", id="brackets"),
        pytest.param("hxxps://acme.example/x", "defanged", "hold", id="defanged"),
        pytest.param("acme dot example", "dot-word", "hold", id="dot-word"),
        pytest.param("www. acme-shop . com", "spaced", "hold", id="spaced"),
    ],
)
def test_each_way_of_hiding_is_named_and_answered_as_the_policy_says(link, kind, action):
    answer = ask(RULE, a_message(text=f"See {link} now"), **SETTINGS)
    assert kind in {one.observed for one in answer.evidence}
    assert answer.action == action


@pytest.mark.parametrize(
    "text",
    [
        "Write to help@acme.example",
        "See https://b\u00fccher.example/x",
        "See https://acme.example/@acme?mail=a@b.example",
        "See https://acme.example/a%20b",
        "No link",
    ],
)
def test_what_hides_nothing_passes(text):
    assert ask(RULE, a_message(text=text), **SETTINGS) is MISS


def test_the_strongest_action_of_several_counts():
    text = "See acme[.]example/x and https://acme.example@evil.example/"
    assert ask(RULE, a_message(text=text), **SETTINGS).action == "refuse"


@pytest.mark.parametrize("actions", [{}, {"brackets": "allow"}, {"percent": "refuse"}])
def test_what_the_policy_does_not_name_passes(actions):
    assert ask(RULE, a_message(text="See acme[.]example/x"), actions=actions) is MISS


def test_a_kind_that_does_not_exist_is_turned_down():
    with pytest.raises(ValueError, match="upside-down"):
        ask(RULE, actions={"upside-down": "hold"})
