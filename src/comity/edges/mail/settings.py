"""Owns how the operator's mail server is named (COMITY_SMTP); must not know what is mailed."""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

from comity.base.errors import SettingsError
from comity.journey.notices import read_email

VARIABLE: Final = "COMITY_SMTP"
_PORTS: Final = {"smtp": 587, "smtps": 465}
_EXAMPLE: Final = "Write smtp://USER:PASSWORD@mail.operator.example:587?from=notices@operator.example"
_ANSWERS: Final = {"yes": True, "no": False}
_OPTIONS: Final = frozenset({"from", "starttls", "ca"})


class Smtp(msgspec.Struct, frozen=True):
    """A mail server and how to get in.

    Attributes:
        sender: the address that mails come from, and that refusals go back to.
        user: "" to send without logging in.
        implicit_tls: whether the connection begins with TLS (smtps, RFC 8314).
        starttls: whether TLS is begun before anything else is said; a server that cannot is not used.
        ca: a file of the authorities that may vouch for the server; "" for the machine's own.
    """

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = ""
    implicit_tls: bool = False
    starttls: bool = True
    ca: str = ""

    def __repr__(self) -> str:
        """Its place alone: whatever prints it must not print the password."""
        return f"Smtp({self.host}:{self.port})"


def read_smtp(written: str) -> Smtp:
    """A mail server from a URL: smtp://USER:PASSWORD@HOST:PORT?from=ADDRESS&starttls=yes|no&ca=FILE, or smtps.

    TLS is asked for unless `starttls=no`; without it a password goes to this very machine only.

    Raises:
        SettingsError: it is no such URL. Its words never quote what was written.
    """
    try:
        parts = urlsplit(written.strip())
        host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
        options = parse_qs(parts.query, strict_parsing=bool(parts.query), max_num_fields=len(_OPTIONS))
    except ValueError:
        raise SettingsError(f"{VARIABLE} cannot be read.", _EXAMPLE) from None
    if parts.scheme not in _PORTS or not host or parts.path not in {"", "/"} or not _OPTIONS.issuperset(options):
        raise SettingsError(f"{VARIABLE} is not the URL of a mail server.", _EXAMPLE)
    starttls = _ANSWERS.get(options.get("starttls", ["yes"])[-1])
    if starttls is None or "from" not in options:
        raise SettingsError(f"{VARIABLE} lacks `from`, or its `starttls` is neither yes nor no.", _EXAMPLE)
    implicit = parts.scheme == "smtps"
    user = unquote(parts.username or "")
    if user and not (implicit or starttls or _is_loopback(host)):
        raise SettingsError(f"{VARIABLE} would send a password over the network unencrypted.", "Leave out starttls=no.")
    return Smtp(
        host=host,
        port=port,
        sender=read_email(options["from"][-1]),
        user=user,
        password=unquote(parts.password or ""),
        implicit_tls=implicit,
        starttls=starttls and not implicit,
        ca=options.get("ca", [""])[-1],
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
