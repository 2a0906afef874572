"""The commands about notices, as an operator types them."""

import inspect
from datetime import UTC, datetime, timedelta

import pytest

from comity.app.settings import ROLES, read_roles
from comity.edges.cli import run_commands
from support.policy_life import version_of


@pytest.mark.parametrize("address", ["not an address", "a@b", "a@b.example\nBcc: c@d.example"])
def test_what_is_no_address_is_refused(comity, account, address):
    ran = comity("accounts", "notify", account, "--email", address)
    assert (ran.status, "not an e-mail address" in ran.err) == (1, True)


def test_addresses_are_added_shown_and_removed(comity, account):
    added = comity("accounts", "notify", account, "--email", "a@b.example", "--email", "c@d.example", "--json")
    assert [one["email"] for one in added.json] == ["a@b.example", "c@d.example"]
    left = comity("accounts", "notify", account, "--email", "a@b.example", "--remove", "--json")
    assert [one["email"] for one in left.json] == ["c@d.example"]
    again = comity("accounts", "notify", account, "--email", "a@b.example", "--remove")
    assert again.status == 1
    assert comity("accounts", "notify", account, "--remove").status == 1


def test_who_was_told_of_a_version_and_what_they_said_is_shown(comity, account, name, tmp_path):
    version = f"told-{name.replace(' ', '-')}"
    file = tmp_path / "policy.toml"
    file.write_text(version_of(version, 40).source)
    published = comity("policy", "publish", file, "--by", "Cas")
    assert published.status == 0, published.err
    assert f"comity policy notices {version}" in published.out
    shown = comity("policy", "notices", version, "--json")
    assert shown.status == 0, shown.err
    row = next(one for one in shown.json["accounts"] if one["account"] == account)
    assert (row["answer"], row["mailed_at"]) == ("asked", None)
    told = datetime.fromisoformat(row["told_at"])
    assert datetime.now(UTC) - told < timedelta(minutes=5)
    people = comity("policy", "notices", version)
    assert "asked" in people.out.splitlines()[-1]
    assert comity("policy", "withdraw", version).status == 0
    assert comity("policy", "notices", version, "--json").json["answers"].keys() == {"withdrawn"}


def test_nobody_was_told_of_an_unknown_version(comity):
    assert "Nobody was told" in comity("policy", "notices", "nowhere").out


def test_a_node_does_everything_unless_told_otherwise_so_that_notices_are_mailed():
    assert read_roles(inspect.signature(run_commands.serve).parameters["roles"].default) == ROLES
