"""The command about the networks that an account may be used from, as an operator types it."""

import pytest


def test_networks_are_set_shown_and_taken_back_and_each_change_is_kept(comity, account):
    networks = ("accounts", "networks", account)
    assert comity(*networks).out == f"{account} may be used from anywhere.\n"
    made = comity(*networks, "192.0.2.0/24", "2001:db8::1", "192.0.2.0/24", "--json").json
    assert made == {"account": account, "networks": ["192.0.2.0/24", "2001:db8::1/128"]}
    assert comity(*networks).out == "192.0.2.0/24\n2001:db8::1/128\n"
    assert comity(*networks, "--anywhere", "--json").json["networks"] == []
    kept = comity("evidence", "list", account, "--json").json
    assert [entry["kind"] for entry in kept if entry["kind"] == "access"] == ["access", "access"]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("192.0.2.1/24",), "One of these is not a network."),
        (("the office",), "One of these is not a network."),
        (("10.0.0.0/8", "--anywhere"), "Name networks, or --anywhere."),
        (tuple(f"10.{n}.0.0/16" for n in range(101)), "An account has up to 100 networks."),
    ],
)
def test_what_is_no_network_is_one_clear_line(comity, account, arguments, line):
    ran = comity("accounts", "networks", account, *arguments)
    assert (ran.status, ran.err.count("\n")) == (1, 1)
    assert line in ran.err
