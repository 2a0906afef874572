import pytest
from hypothesis import given
from hypothesis.strategies import ip_addresses

from comity.screening.judging import MISS, Hit
from comity.screening.rules.link_raw_address import RULE
from support.judging import a_message, ask


@pytest.mark.parametrize(
    "link",
    [
        "http://203.0.113.7/x",
        "203.0.113.7:8080/x",
        "http://3405803783/x",
        "http://0xcb.0x0.0x71.0x7/x",
        "http://0313.0.0161.07/x",
        "http://203.113/x",
        "http://[2001:db8::7]/x",
        "http://[::ffff:203.0.113.7]/x",
        "https://user@203.0.113.7/x",
        "http://\u2461\u2460.0.113.7/x",
    ],
)
def test_an_address_in_any_notation_is_found(link):
    answer = ask(RULE, a_message(text=f"See {link} now"))
    assert isinstance(answer, Hit)
    assert answer.action == ""


@pytest.mark.parametrize(
    "link",
    [
        "http://192.168.1.1/",
        "http://10.0.0.1/x",
        "http://172.16.0.1/x",
        "http://127.0.0.1:8000/",
        "http://169.254.1.1/x",
        "http://[fe80::1]/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
    ],
)
@pytest.mark.parametrize("action", ["hold", "refuse", "allow"])
def test_an_address_within_a_home_is_for_the_policy_to_say(link, action):
    answer = ask(RULE, a_message(text=f"See {link} now"), local_action=action)
    assert answer is MISS if action == "allow" else answer.action == action


def test_an_address_within_a_home_in_odd_notation_is_never_a_routers_page():
    assert ask(RULE, a_message(text="See http://3232235777/x"), local_action="allow").action == ""


@pytest.mark.parametrize(
    "text",
    [
        "Version 4.11.0.7 is out",
        "The router is 192.168.1.1",
        "See https://acme.example/203.0.113.7",
        "See https://203-0-113-7.example/",
        "EUR 1.234.567,89",
        "No link",
    ],
)
def test_what_is_no_link_to_an_address_passes(text):
    assert ask(RULE, a_message(text=text)) is MISS


@given(ip_addresses(v=4))
def test_every_address_behind_a_scheme_is_found(address):
    assert isinstance(ask(RULE, a_message(text=f"See http://{address}/x")), Hit)


@given(ip_addresses(v=4))
def test_an_address_is_found_as_one_number_too(address):
    assert isinstance(ask(RULE, a_message(text=f"See http://0x{int(address):08x}/x")), Hit)


WILDCARDS = ("nip.io", "sslip.io")


@pytest.mark.parametrize(
    ("link", "host"),
    [
        ("http://203.0.113.9.nip.io/", "203.0.113.9"),
        ("http://a.b.203-0-113-9.sslip.io/x", "203.0.113.9"),
        ("http://shop-203-0-113-9.nip.io/x", "203.0.113.9"),
        ("http://cb007109.nip.io", "203.0.113.9"),
        ("http://2001-db8--9.sslip.io/x", "[2001:db8::9]"),
        ("http://999.0.113.9.nip.io/", None),
        ("http://www.nip.io/", None),
        ("http://203.0.113.9.snip.io/", None),
        ("http://203.0.113.9.example/", None),
    ],
)
def test_a_name_that_stands_for_an_address_is_that_address(link, host):
    answer = ask(RULE, a_message(text=f"Acme: open {link}"), wildcards=WILDCARDS)
    assert (answer.evidence[0].observed if isinstance(answer, Hit) else None) == host


def test_such_a_name_for_an_address_within_a_home_is_one_too():
    answer = ask(RULE, a_message(text="Acme: open http://192.168.1.1.nip.io/"), wildcards=WILDCARDS)
    assert answer.action == "hold"
