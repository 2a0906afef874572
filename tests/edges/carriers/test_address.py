"""Carrier URLs and their options."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from comity.base.errors import SettingsError
from comity.edges.carriers.address import Endpoint, endpoint_of, parse_carrier_url
from comity.edges.carriers.options import BindAs, LinkOptions, read_options, rows, to_json
from comity.smpp.correlation import IdForm
from comity.sms.segment import NationalTables


def test_a_url_is_taken_apart() -> None:
    address = parse_carrier_url("smpp://esme:s%40cret@smsc.example:2775?window=10&rate=2.5&bind=txrx&tls=1")
    assert address.url == "smpp://smsc.example:2775"
    assert address.system_id == "esme"
    assert address.password == "s@cret"
    assert address.options == {"window": 10, "rate": 2.5, "bind": "txrx", "tls": True}
    assert endpoint_of(address.url) == Endpoint("smsc.example", 2775)


def test_options_at_their_defaults_are_not_stored() -> None:
    assert parse_carrier_url("smpp://a:b@h:1?window=50").options == {}


def test_the_simulator_has_no_endpoint_but_may_have_options() -> None:
    assert parse_carrier_url("sim://?window=7") == ("sim://", "", "", {"window": 7})
    assert endpoint_of("sim://") is None


def test_an_ipv6_host_keeps_its_brackets() -> None:
    address = parse_carrier_url("smpp://a:b@[::1]:2775")
    assert address.url == "smpp://[::1]:2775"
    assert endpoint_of(address.url) == Endpoint("::1", 2775)


def test_a_password_may_be_left_out() -> None:
    assert parse_carrier_url("smpp://a@h:1").password == ""


WRONG = {
    "http://a:b@h:1": "neither smpp:// nor sim://",
    "smpp://a:b@h": "lacks a host or a port",
    "smpp://a:b@:2775": "lacks a host or a port",
    "smpp://a:b@h:99999": "port",
    "smpp://a:b@h:x": "port",
    "smpp://:b@h:1": "no system id",
    "smpp://a:b@h:1/path": "after its port",
    "smpp://a:b@h:1#x": "after its port",
    "smpp://sixteen-letters-:b@h:1": "system id is longer than 15",
    "smpp://a:" + "b" * 65 + "@h:1": "password is longer than 64",
    "smpp://a:%C3%A9@h:1": "password holds a character",
    "smpp://a:b@h:1?window": "not name=value",
    "smpp://a:b@h:1?window=1&window=2": "stands twice",
    "smpp://a:b@h:1?windw=1": "Did you mean window",
    "smpp://a:b@h:1?window=0": "1 to 10000",
    "smpp://a:b@h:1?rate=nan": "0 to 100000",
    "smpp://a:b@h:1?bind=both": "trx, txrx",
    "smpp://a:b@h:1?tls=maybe": "0 or 1",
    "smpp://a:b@h:1?tls_ca=/x.pem": "Add tls=1",
    "smpp://a:b@h:1?national=14": "national",
    "smpp://a:b@h:1?national=turkish": "national",
    "smpp://a:b@h:1?packed=1&charset=latin1": "gsm7",
    "smpp://a:b@[::1:1": "cannot be read",
    "sim://host": "has no host",
}


@pytest.mark.parametrize(("written", "expected"), WRONG.items(), ids=WRONG)
def test_a_wrong_url_is_refused_with_a_remedy(written: str, expected: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_carrier_url(written)
    assert expected in str(caught.value)
    assert caught.value.remedy


@given(some.text(max_size=60))
def test_no_error_repeats_the_url(rest: str) -> None:
    with pytest.raises(SettingsError) as caught:  # the option is unknown, whatever stands before it
        parse_carrier_url(f"smpp://esme:hunter2zz@{rest}?hunter2zz=hunter2zz")
    assert "hunter2zz" not in str(caught.value)


_LETTERS = some.text(some.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=15)


@given(_LETTERS, _LETTERS)
def test_any_escaped_credentials_come_back(system_id: str, password: str) -> None:
    address = parse_carrier_url(f"smpp://{quote(system_id, safe='')}:{quote(password, safe='')}@h:1")
    assert (address.system_id, address.password) == (system_id, password)


def test_options_survive_being_stored() -> None:
    options = LinkOptions(window=3, rate=1.5, bind=BindAs.TXRX, id_form=IdForm.HEX, national="1,3")
    assert read_options(to_json(options)) == options


@pytest.mark.parametrize(
    ("national", "tables"),
    [
        ("", ()),
        ("2", (NationalTables(single_shift=2),)),
        ("1", (NationalTables(0, 1), NationalTables(1, 0), NationalTables(1, 1))),
    ],
)
def test_languages_stand_for_their_tables(national: str, tables: Any) -> None:
    assert LinkOptions(national=national).tables == tables


def test_every_option_says_what_it_means() -> None:
    assert [row.name for row in rows()] == list(LinkOptions.__struct_fields__)
    assert all(row.meaning for row in rows())


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.name)
def test_every_default_is_allowed(row: Any) -> None:
    default = getattr(LinkOptions(), row.name)
    assert read_options({row.name: msgspec.to_builtins(default)}) == LinkOptions()
