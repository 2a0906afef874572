"""Owns which URLs may be a webhook's endpoint; must not resolve names or connect.

What is refused here is refused while the customer can still mend it. The wall itself
is at the connection (`connector`), since a name may lead elsewhere tomorrow.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final

from comity.edges.webhooks.addresses import Address, Network, may_connect
from comity.journey.webhook_delivery import WebhookError

MAX_LENGTH: Final = 2048
# Stricter than RFC 3986 on purpose: parsers that disagree about a URL are how checks are got round.
_URL: Final = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[!$%&'()*+,./0-9:;=@A-Z_a-z~-]*)?(?P<query>\?[!$%&'()*+,./0-9:;=?@A-Z_a-z~-]*)?"
)
_AUTHORITY: Final = re.compile(r"([a-z]+)(://)([^/?#\\]*)", re.IGNORECASE)
_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
# What a resolver may read as a number: 127.1, 0x7f000001, 2130706433, 0177.0.0.1 (WHATWG URL, "ends in a number").
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
_MAX_NAME: Final = 253
_MAX_PORT: Final = 65535
# Below this are mail, shells and other services that a request may confuse.
_FIRST_OTHER_PORT: Final = 1024
_WEB_PORTS: Final = frozenset({80, 443})
_INSIDE: Final = ("localhost", "local", "localdomain", "internal", "intranet", "lan", "home.arpa", "onion")


def check_endpoint(url: str, allowed: Sequence[Network] = (), *, https_only: bool = False) -> None:
    """Check that a URL can be an endpoint. Says nothing about where its name leads; that is checked when connecting.

    Args:
        url: what the customer wrote.
        allowed: networks the operator opened; with any, names of the local network may be used too.
        https_only: whether the operator requires https.

    Raises:
        WebhookError: it cannot; says why. The URL is not quoted, it may hold a secret.
    """
    read = _read(url)
    if https_only and read["scheme"] != "https":
        raise WebhookError("This gateway delivers webhooks over https alone.", "Use an https:// endpoint.")
    _check_port(read["port"])
    host = read["host"]
    if (address := _address(host)) is None:
        _check_name(host, inside=bool(allowed))
    elif not may_connect(address, allowed):
        raise WebhookError("webhook_endpoint is an address that events are not sent to.", "Use a public address.")


def host_of(url: str) -> str:
    """The host and port of a checked URL: all of it that may be logged."""
    found = _AUTHORITY.match(url)
    return found[3].rpartition("@")[2] if found else ""


def _read(url: str) -> dict[str, str]:
    if not url or len(url) > MAX_LENGTH:
        raise WebhookError(f"webhook_endpoint must be a URL of at most {MAX_LENGTH} characters.")
    authority = _AUTHORITY.match(url)
    if authority is None or authority[1].lower() not in {"http", "https"}:
        raise WebhookError("webhook_endpoint must begin with https:// or http://.")
    if "@" in authority[3]:
        raise WebhookError("webhook_endpoint must not hold a user name or password.", "Verify the signature instead.")
    lowered = authority[1].lower() + authority[2] + authority[3].lower() + url[authority.end() :]
    found = _URL.fullmatch(lowered)
    if found is None:
        raise WebhookError(
            "webhook_endpoint is not a plain URL.",
            "No spaces, fragments, zone ids or characters beyond ASCII; write them percent-encoded, names as xn--.",
        )
    return {name: value or "" for name, value in found.groupdict().items()}


def _check_port(written: str) -> None:
    if not written:
        return
    port = int(written)
    if not 0 < port <= _MAX_PORT or (port < _FIRST_OTHER_PORT and port not in _WEB_PORTS):
        raise WebhookError("webhook_endpoint names a port that events are not sent to.", "Use 80, 443 or 1024-65535.")


def _address(host: str) -> Address | None:
    """The address that is written literally, or None for a name."""
    try:
        if host.startswith("["):
            return IPv6Address(host[1:-1])
        if _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]):
            return IPv4Address(host)
    except AddressValueError:
        raise WebhookError(
            "webhook_endpoint holds an address in an unusual form.", "Write it like 198.51.100.7 or [2001:db8::7]."
        ) from None
    return None


def _check_name(host: str, *, inside: bool) -> None:
    labels = host.split(".")
    if len(host) > _MAX_NAME or not all(_LABEL.fullmatch(label) for label in labels):
        raise WebhookError("webhook_endpoint's host is not a valid name.", "Write it without a dot at the end.")
    local = len(labels) == 1 or any(host == name or host.endswith("." + name) for name in _INSIDE)
    if local and not inside:
        raise WebhookError("webhook_endpoint's host is a name of a local network.", "Use a public name.")
