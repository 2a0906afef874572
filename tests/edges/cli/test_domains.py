"""Domains that an account's own links lead to, as an operator types them."""

import hashlib

import pytest

from comity.base.errors import SettingsError
from comity.edges.cli.domains import read_domain


def domains(comity, account):
    return comity("accounts", "domain", "list", account, "--json").json


def test_a_domain_comes_with_its_proof_is_listed_and_goes(comity, account, tmp_path):
    proof = tmp_path / "whois.txt"
    proof.write_bytes(b"it is theirs")
    added = comity("accounts", "domain", "add", account, "Acme.Example", "--proof", proof, "--until", "2099-12-31")
    assert added.out == f"acme.example is now a domain of {account} until the end of 2099-12-31.\n"
    assert comity("accounts", "domain", "add", account, "shop.test").out == f"shop.test is now a domain of {account}.\n"
    digest = hashlib.sha256(b"it is theirs").hexdigest()
    assert [(one["domain"], one["proof"]) for one in domains(comity, account)] == [
        ("acme.example", digest),
        ("shop.test", ""),
    ]
    listed = comity("accounts", "domain", "list", account)
    assert "2099-12-31" in listed.out
    assert "shop.test" in comity("accounts", "show", account).out
    removed = comity("accounts", "domain", "remove", account, "ACME.example")
    assert removed.out == f"acme.example is no longer a domain of {account}.\n"
    assert [one["domain"] for one in domains(comity, account)] == ["shop.test"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("add", "{}", "www.acme.example"), "Write acme.example"),
        (("add", "{}", "acme.example", "--until", "2020-01-01"), "--until"),
        (("add", "{}", "acme.example", "--proof", "/nowhere"), "/nowhere"),
        (("add", "nobody", "acme.example"), "nobody"),
        (("remove", "{}", "acme.example"), "acme.example is no domain of the account"),
        (("list", "nobody"), "nobody"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(comity, account, arguments, words):
    ran = comity("accounts", "domain", *(one.replace("{}", account) for one in arguments))
    assert (ran.status, ran.out) == (1, "")
    (line,) = ran.err.splitlines()
    assert words in line
    assert domains(comity, account) == []


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("acme.example", "acme.example"),
        (" ACME.Example. ", "acme.example"),
        ("acme.co.uk", "acme.co.uk"),
        ("b\u00fccher.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("acme.github.io", "acme.github.io"),
    ],
)
def test_a_domain_is_read_as_links_to_it_are(written, read):
    assert read_domain(written) == read


@pytest.mark.parametrize(
    "written",
    ["", "acme", "https://acme.example", "acme.example/now", "co.uk", "github.io", "uk", "192.0.2.1", "[::1]",
     "shop.acme.example", "a b.example", "acme.example@evil.example", "acme.nosuchending", "."],
)  # fmt: skip
def test_what_is_no_registrable_domain_is_refused(written):
    with pytest.raises(SettingsError):
        read_domain(written)
