"""Who calls, when a proxy stands between."""

import ipaddress

import pytest

from comity.edges.http_server.server import real_client

PROXIES = (ipaddress.ip_network("10.0.0.0/8"),)


@pytest.mark.parametrize(
    ("peer", "forwarded", "caller"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", [b"198.51.100.1"], "203.0.113.9"),
        ("10.0.0.1", [b"198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", [b"1.2.3.4, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", [b"198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", [b"1.2.3.4", b"198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", [b"10.0.0.2"], "10.0.0.1"),
    ],
)
def test_a_trusted_proxy_says_who_calls_and_nobody_else_does(peer, forwarded, caller):
    scope = {"client": (peer, 5000), "headers": [(b"x-forwarded-for", value) for value in forwarded]}
    found = real_client(scope, PROXIES)
    assert found is not None
    assert found[0] == caller
