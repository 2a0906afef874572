"""Owns the wall around a test run: sockets reach loopback only; must not know what a test connects for."""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

_CONNECTING = ("connect", "connect_ex")


class OutsideConnectionError(RuntimeError):
    """A test tried to reach something that is not on this machine."""


def is_local(family: int, address: Any) -> bool:
    """Whether the address is a Unix socket or on loopback; a name counts only as `localhost`."""
    if family not in {socket.AF_INET, socket.AF_INET6}:
        return True
    host = str(address[0]).partition("%")[0]
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def refuse_outside(patch: pytest.MonkeyPatch) -> None:
    """Make every socket of this process refuse to connect, or send a datagram, outside."""
    for name in _CONNECTING:
        patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
    send_to = socket.socket.sendto

    def sendto(self: socket.socket, *arguments: Any) -> int:
        _check(self, arguments[-1])
        return send_to(self, *arguments)

    patch.setattr(socket.socket, "sendto", sendto)


def _guarded(connect: Any) -> Any:
    def guarded(self: socket.socket, address: Any) -> Any:
        _check(self, address)
        return connect(self, address)

    return guarded


def _check(connection: socket.socket, address: Any) -> None:
    if not is_local(connection.family, address):
        raise OutsideConnectionError(f"a test may not reach {address!r}")
