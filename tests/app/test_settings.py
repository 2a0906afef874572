import ipaddress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.app import settings as module
from comity.app.serve import groups_of
from comity.app.settings import (
    ROLES,
    Address,
    Settings,
    default_data,
    default_workers,
    read_address,
    read_networks,
    read_roles,
)
from comity.base.errors import SettingsError


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("127.0.0.1:8080", Address("127.0.0.1", 8080)),
        (":8080", Address("127.0.0.1", 8080)),
        ("[::1]:80", Address("::1", 80)),
        ("0.0.0.0:1", Address("0.0.0.0", 1)),
        ("gateway.local:65535", Address("gateway.local", 65535)),
    ],
)
def test_an_address_is_read_and_written(written, address):
    assert read_address(written) == address
    assert read_address(str(address)) == address


@pytest.mark.parametrize(
    "written", ["", "8080x", "host", "host:", "host:-1", "host:0", "host:65536", "host:٨٠", "host:8 0", "1:2:x"]
)
def test_what_is_no_address_is_refused_with_a_remedy(written):
    with pytest.raises(SettingsError) as caught:
        read_address(written)
    assert "HOST:PORT" in caught.value.remedy


@given(st.text(max_size=20))
def test_any_text_is_an_address_or_refused(written):
    try:
        read = read_address(written)
    except SettingsError:
        return
    assert read.port in range(65_536)


@pytest.mark.parametrize(("written", "roles"), [("api", ("api",)), (" api , dispatch ,", ("api", "dispatch"))])
def test_roles_are_read(written, roles):
    assert read_roles(written) == roles


@pytest.mark.parametrize("written", ["", ",", "cook", "api,cook", "API"])
def test_a_role_that_does_not_exist_is_named_with_those_that_do(written):
    with pytest.raises(SettingsError) as caught:
        read_roles(written)
    assert all(role in caught.value.remedy for role in ROLES)


def test_networks_are_read():
    assert read_networks(["10.0.0.0/8", "::1/128"]) == ("10.0.0.0/8", "::1/128")
    assert all(ipaddress.ip_network(network) for network in read_networks(["127.0.0.1"]))


@pytest.mark.parametrize("written", ["ten", "10.0.0.1/8", "10.0.0.0/33", ""])
def test_what_is_no_network_is_refused(written):
    with pytest.raises(SettingsError, match="network"):
        read_networks([written])


@pytest.mark.parametrize(
    ("environment", "root", "data"),
    [
        ({"COMITY_DATA": "/srv/sms"}, True, "/srv/sms"),
        ({}, True, "/var/lib/comity/data"),
        ({"XDG_DATA_HOME": "/home/a/share"}, False, "/home/a/share/comity"),
        ({"HOME": "/home/a"}, False, "/home/a/.local/share/comity"),
    ],
)
def test_the_data_directory_is_where_one_expects_it(monkeypatch, environment, root, data):
    for name in ("COMITY_DATA", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(module.os, "geteuid", lambda: 0 if root else 1000)
    assert default_data() == Path(data)


@pytest.mark.parametrize(
    ("changes", "groups"),
    [
        ({}, [("api",), ("dispatch",), ("webhooks", "desk")]),
        ({"workers": 3}, [("api",), ("api",), ("api",), ("dispatch",), ("webhooks", "desk")]),
        ({"smpp": Address("127.0.0.1", 2775)}, [("api",), ("dispatch",), ("webhooks", "smpp", "desk")]),
        ({"roles": ("dispatch",)}, [("dispatch",)]),
        ({"roles": ("smpp",)}, []),
    ],
)
def test_which_roles_share_a_process(changes, groups):
    assert groups_of(Settings("/data", Address("127.0.0.1", 0), **changes)) == groups


@pytest.mark.parametrize(("cores", "workers"), [(1, 1), (2, 2), (4, 3), (8, 5), (12, 7), (96, 7)])
def test_workers_leave_cores_to_the_database_and_the_links(monkeypatch, cores, workers):
    monkeypatch.setattr(module.os, "sched_getaffinity", lambda _: set(range(cores)), raising=False)
    assert default_workers() == workers
