"""Owns where and as whom a carrier is bound to; must not know connections that are up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from comity.smpp.pdu import Bind, BindKind
from comity.smpp.settings import Settings

if TYPE_CHECKING:
    import ssl

    from comity.edges.carriers.address import Endpoint
    from comity.edges.carriers.options import LinkOptions

# More than one read can bring after the connection is no longer read from.
_DELIVERIES_MOST: Final = 8_192


class Target(msgspec.Struct, frozen=True):
    """Where and as whom to bind."""

    name: str
    endpoint: Endpoint
    system_id: str
    password: str
    options: LinkOptions
    tls: ssl.SSLContext | None = None

    def __repr__(self) -> str:
        return f"Target(name={self.name!r}, ...)"


def settings_of(options: LinkOptions) -> Settings:
    """The limits and time-outs of a session with this carrier."""
    return Settings(
        window=options.window,
        peer_window=_DELIVERIES_MOST,
        bind_timeout_s=options.connect_s,
        enquire_interval_s=options.enquire_s or None,
        enquire_timeout_s=options.connect_s,
        response_timeout_s=options.response_timeout_s,
    )


def bind_pdu(target: Target, kind: BindKind) -> Bind:
    """What to bind with."""
    options = target.options
    return Bind(
        kind,
        target.system_id,
        target.password,
        options.system_type,
        options.version,
        options.addr_ton,
        options.addr_npi,
        options.addr_range,
    )


def reason_of(error: OSError | UnicodeError) -> str:
    """Why a connection could not be made, in a few words without secrets."""
    if isinstance(error, UnicodeError):
        return "the host's name is no name"
    return error.strerror or type(error).__name__
