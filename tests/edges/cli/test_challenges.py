"""The commands about unusual use of accounts, and where addresses are, as an operator types them."""

import pytest

REGISTRY = """\
2.3|ripencc|20260301|3|19830705|20260301|+0100
ripencc|NL|ipv4|192.0.2.0|128|20100101|allocated
ripencc|BE|ipv4|192.0.2.128|128|20100101|assigned
ripencc|NL|ipv6|2001:db8::|32|20100101|allocated
"""


def test_a_registry_is_loaded_and_countries_of_an_account_are_set_shown_and_taken_back(comity, account, tmp_path):
    (tmp_path / "delegated.txt").write_text(REGISTRY)
    loaded = comity("lists", "load", "ripencc", str(tmp_path / "delegated.txt"), "--kind", "addresses")
    assert loaded.out == "List ripencc is in force: 3 entries of kind addresses.\n"
    (tmp_path / "broken.txt").write_text("ripencc|NL|ipv4|192.0.2.0\n")
    broken = comity("lists", "load", "ripencc", str(tmp_path / "broken.txt"), "--kind", "addresses")
    assert (broken.status, "line 1: it has not the fields" in broken.err) == (1, True)
    used = ("accounts", "used-from", account)
    assert comity(*used).out == f"{account} named no country that it is used from.\n"
    assert comity(*used, "nl,BE").out == "BE\nNL\n"
    assert comity(*used, "--nowhere", "--json").json == {"account": account, "countries": []}
    assert comity("challenges", "list").out == "Nobody is asked to vouch for anything.\n"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("accounts", "used-from", "{}", "NLD"), "One of these is not a country."),
        (("accounts", "used-from", "{}", "NL", "--nowhere"), "Name countries, or --nowhere."),
        (("challenges", "confirm", "x", "--by", "Nobody", "--why", "So."), "Nobody is no senior reviewer."),
        (("challenges", "deny", "x", "--by", "Nobody", "--why", "So."), "Nobody is no senior reviewer."),
    ],
    ids=["no country", "both", "confirmed by nobody", "denied by nobody"],
)
def test_what_cannot_be_meant_is_one_clear_line(comity, account, arguments, line):
    ran = comity(*(word.format(account) for word in arguments))
    assert (ran.status, ran.err.count("\n")) == (1, 1)
    assert line in ran.err
