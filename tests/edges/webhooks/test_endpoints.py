"""Which URLs may be an endpoint, and which addresses a connection may go to."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.edges.webhooks.addresses import may_connect, read_networks
from comity.edges.webhooks.endpoint import check_endpoint, host_of
from comity.journey.webhook_delivery import WebhookError

FORBIDDEN_ADDRESSES = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.0.3",
    "168.63.129.16", "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192",
    "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1",
    "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:8.8.8.8", "::ffff:0:8.8.8.8",
    "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::a00:1", "100::1", "2001::1", "2001:0:4136:e378::1",
    "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::1", "2002:a9fe:a9fe::1", "3ffe::1", "3fff::1",
    "2a00:1450::5efe:7f00:1", "2a00:1450::200:5efe:a00:1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1",
    "ff02::1", "ff0e::1", "fe80::1%eth0", "2606:4700::1%1", "4000::1",
]  # fmt: skip
PUBLIC_ADDRESSES = [
    "1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.0.1.1", "193.0.0.1",
    "223.255.255.255", "2606:4700:4700::1111", "2a00:1450:4001::200e", "2001:4860::8888",
]  # fmt: skip

FORBIDDEN_URLS = [
    "", "x", "//example.com/", "/hook", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/",
    "javascript:alert(1)", "http:example.com", "http:/example.com", "http://", "http:///x", "https://?x", "https://#x",
    "http://localhost/", "http://LOCALHOST:8080/", "http://a.localhost/", "http://printer.local/",
    "http://db.internal/", "http://metadata.google.internal/", "http://intranet/", "http://router.lan/",
    "http://nas.home.arpa/",
    "http://127.0.0.1/", "http://127.1/", "http://127.0.1/", "http://0/", "http://0.0.0.0/", "http://2130706433/",
    "http://0x7f000001/", "http://0x7f.1/", "http://0x7F.0x0.0x0.0x1/", "http://0177.0.0.1/", "http://017700000001/",
    "http://127.0.0.01/", "http://127.0.0.1./", "http://127.1./", "http://1.2.3.4.5/", "http://256.1.1.1/",
    "http://example.0x/", "http://foo.1/",
    "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/", "http://\uff11\uff12\uff17.0.0.1/", "http://ⓛocalhost/", "http://exa\u00admple.com/",
    "http://[::1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[fe80::1%25eth0]/",
    "http://[fe80::1%eth0]/", "http://[::1", "http://[]/", "http://[::1]x/", "http://::1/", "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/", "http://[fd00:ec2::254]/", "http://169.254.169.254/latest/meta-data/",
    "http://user@example.com/", "http://user:pass@example.com/", "http://example.com@127.0.0.1/",
    "http://127.0.0.1:80@example.com/", "http://@example.com/", "http://example.com\\@127.0.0.1/",
    "http://example.com/\\..", "http://example.com#@127.0.0.1/", "http://example.com/#fragment",
    "http://example.com:0/", "http://example.com:22/", "http://example.com:25/", "http://example.com:65536/",
    "http://example.com:99999/", "http://example.com:-80/", "http://example.com:+80/", "http://example.com:\uff18\uff10/",
    "http://example.com:/", "http://example.com:80:80/", "http://example.com:0x50/",
    "http://example.com./", "http://.example.com/", "http://example..com/", "http://-a.example.com/",
    "http://a-.example.com/", "http://exa mple.com/", "http://example.com /", " http://example.com/",
    "http://example.com/\r\nHost: x", "http://example.com/\n", "http://example.com/\t", "http://exam\tple.com/",
    "http://example.com/\x00", "http://example.com/é", "http://example.com/?q=é", "http://münchen.example/",
    "http://example.com/a b", "http://example.com/<", "http://" + "a" * 64 + ".com/",
    "http://" + "a." * 127 + "com/", "https://example.com/" + "x" * 2048, "http://%31%32%37.0.0.1/", "http://a%2eb.com/",
]  # fmt: skip
GOOD_URLS = [
    "https://example.com", "https://example.com/", "http://example.com:80/hook", "https://example.com:8443/a/b?c=d&e=f%20g",
    "HTTPS://Example.COM/Hook", "https://xn--mnchen-3ya.example/", "https://a_b.example.com/", "https://1.1.1.1/hook",
    "https://[2606:4700:4700::1111]:8443/", "https://hooks.example.com/catch/123/aBc~(x)?t=1", "https://3com.com/",
    "https://example.com?x=1",
]  # fmt: skip


@pytest.mark.parametrize("address", FORBIDDEN_ADDRESSES)
def test_an_address_that_is_not_public_may_not_be_connected_to(address):
    assert not may_connect(ip_address(address), ())


@pytest.mark.parametrize("address", PUBLIC_ADDRESSES)
def test_a_public_address_may(address):
    assert may_connect(ip_address(address), ())


@pytest.mark.parametrize("url", FORBIDDEN_URLS)
def test_a_hostile_or_unclear_url_is_refused(url):
    with pytest.raises(WebhookError) as refusal:
        check_endpoint(url)
    assert "pass" not in str(refusal.value).replace("password", "")


@pytest.mark.parametrize("url", GOOD_URLS)
def test_a_plain_public_url_is_accepted(url):
    check_endpoint(url)


@pytest.mark.parametrize(
    ("network", "url"),
    [
        ("127.0.0.0/8", "http://127.0.0.1:8080/hook"),
        ("10.1.0.0/16", "http://10.1.2.3/"),
        ("::1/128", "http://[::1]:9000/"),
        ("10.1.0.0/16", "http://consumer:8080/"),
        ("10.1.0.0/16", "http://crm.internal/"),
    ],
)
def test_the_operator_opens_a_network(network, url):
    check_endpoint(url, read_networks([network]))


@pytest.mark.parametrize(
    ("network", "url"),
    [
        ("10.1.0.0/16", "http://10.2.0.1/"),
        ("10.1.0.0/16", "http://127.0.0.1/"),
        ("127.0.0.0/8", "http://[::ffff:127.0.0.1]/"),
        ("127.0.0.0/8", "http://[::1]/"),
        ("127.0.0.0/8", "http://127.1/"),
    ],
)
def test_an_open_network_opens_nothing_else(network, url):
    with pytest.raises(WebhookError):
        check_endpoint(url, read_networks([network]))


def test_the_operator_may_require_https():
    check_endpoint("https://example.com/", https_only=True)
    with pytest.raises(WebhookError, match="https alone"):
        check_endpoint("http://example.com/", https_only=True)


@given(st.integers(0, 2**32 - 1))
def test_no_ipv6_form_of_an_ipv4_address_is_open(number):
    v4 = IPv4Address(number)
    for form in (number, (0xFFFF << 32) | number, (0x64FF9B << 96) | number, (0x2002 << 112) | (number << 80)):
        assert not may_connect(IPv6Address(form), read_networks([f"{v4}/32"]))


@given(st.integers(0, 2**32 - 1))
def test_an_address_the_library_calls_private_is_never_open(number):
    address = IPv4Address(number)
    if not address.is_global or address.is_multicast or address.is_reserved:
        assert not may_connect(address, ())


@given(st.text(max_size=80))
def test_any_text_is_accepted_or_refused_with_a_webhook_error(text):
    for url in (text, "http://" + text, "https://example.com/" + text):
        try:
            check_endpoint(url)
        except WebhookError as refusal:
            assert refusal.what  # noqa: PT017  both ends are fine


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://example.com/secret-path?token=x", "example.com"),
        ("http://u:p@example.com:8080/x", "example.com:8080"),
        ("nonsense", ""),
    ],
)
def test_only_the_host_of_an_endpoint_is_logged(url, host):
    assert host_of(url) == host
