"""Owns the reading of a carrier's URL; must not know what its options do, or open a connection."""

from __future__ import annotations

from typing import Any, Final, NamedTuple
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from comity.base.errors import SettingsError
from comity.edges.carriers.options import read_options, to_json
from comity.smpp.layouts import PASSWORD_LIMIT, SYSTEM_ID_LIMIT

SIMULATOR: Final = "sim"
_SMPP: Final = "smpp"
_EXAMPLE: Final = "Write it as smpp://SYSTEM_ID:PASSWORD@HOST:PORT?window=50, or sim://."
_ESCAPE: Final = "Write @ : / ? # & % in a system id or password as %40 %3A %2F %3F %23 %26 %25."


class CarrierAddress(NamedTuple):
    """A carrier's URL taken apart.

    Attributes:
        url: `smpp://HOST:PORT` or `sim://`; never holds a secret.
        system_id: up to 15 characters; empty for the simulator.
        password: up to 64 characters.
        options: those that differ from their defaults, as JSON values; `read_options` takes them.
    """

    url: str
    system_id: str
    password: str
    options: dict[str, Any]


class Endpoint(NamedTuple):
    """Where to connect to."""

    host: str
    port: int


def parse_carrier_url(written: str) -> CarrierAddress:
    """Take a carrier's URL apart; the errors never repeat it, because it holds a password.

    Raises:
        SettingsError: the URL or one of its options is wrong; says what, and how it should be.
    """
    parts = _split(written)
    if parts.scheme == SIMULATOR:
        if parts.netloc or parts.path:
            raise SettingsError("sim:// has no host: the simulator runs inside the gateway.", "Write sim://.")
        return CarrierAddress("sim://", "", "", _options(parts))
    if parts.scheme != _SMPP:
        raise SettingsError("The carrier's URL begins with neither smpp:// nor sim://.", _EXAMPLE)
    if parts.path not in {"", "/"} or parts.fragment:
        raise SettingsError("The carrier's URL has something after its port that is not an option.", _ESCAPE)
    host, port = _host_and_port(parts)
    system_id = _credential(parts.username, "system id", SYSTEM_ID_LIMIT - 1)
    password = _credential(parts.password, "password", PASSWORD_LIMIT - 1)
    if not system_id:
        raise SettingsError("The carrier's URL names no system id.", _EXAMPLE)
    shown = f"[{host}]" if ":" in host else host
    return CarrierAddress(f"smpp://{shown}:{port}", system_id, password, _options(parts))


def endpoint_of(url: str) -> Endpoint | None:
    """The host and port of a stored URL; None for the simulator.

    Raises:
        SettingsError: it is not a URL that `parse_carrier_url` made.
    """
    parts = _split(url)
    if parts.scheme == SIMULATOR:
        return None
    if parts.scheme != _SMPP:
        raise SettingsError("The carrier's URL begins with neither smpp:// nor sim://.", _EXAMPLE)
    return Endpoint(*_host_and_port(parts))


def _split(written: str) -> SplitResult:
    try:
        return urlsplit(written.strip())
    except ValueError:
        raise SettingsError("The carrier's URL cannot be read.", _EXAMPLE) from None


def _host_and_port(parts: SplitResult) -> tuple[str, int]:
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        raise SettingsError("The port in the carrier's URL is not a number from 1 to 65535.", _ESCAPE) from None
    if not host or not port:
        raise SettingsError("The carrier's URL lacks a host or a port.", _EXAMPLE)
    return host, port


def _credential(escaped: str | None, name: str, most: int) -> str:
    value = unquote(escaped or "")
    if len(value) > most:
        raise SettingsError(f"The {name} is longer than {most} characters.", "SMPP has no room for more.")
    if not value.isascii() or "\0" in value:
        raise SettingsError(f"The {name} holds a character that SMPP cannot carry.", "Use ASCII.")
    return value


def _options(parts: SplitResult) -> dict[str, Any]:
    try:
        pairs = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError:
        raise SettingsError("The options of the carrier's URL are not name=value pairs.", _EXAMPLE) from None
    written = dict(pairs)
    if len(written) < len(pairs):
        raise SettingsError("An option stands twice in the carrier's URL.", "Keep one of them.")
    return to_json(read_options(written))
