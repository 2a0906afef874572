"""Owns what a process is told at its start: read, checked, handed on to children; must not know what it leads to."""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path
from typing import Final

import msgspec

from comity.base.errors import SettingsError

ROLES: Final = ("api", "smpp", "dispatch", "webhooks", "desk")
LOOPBACK: Final = ("127.0.0.0/8", "::1/128")
DEFAULT_HTTP: Final = "127.0.0.1:8080"
MOST_EMBEDDED_WORKERS: Final = 7
_PORTS: Final = range(1, 65_536)


class Address(msgspec.Struct, frozen=True):
    """Where to listen or connect."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


class Settings(msgspec.Struct, frozen=True):
    """What a node is told.

    Attributes:
        data: the data directory.
        http: where the HTTP doors listen.
        smpp: where the SMPP door listens, or None for no such door.
        database: a PostgreSQL URL, or "" for the embedded one.
        workers: processes that answer HTTP.
        roles: what this node does.
        proxy: networks of proxies in front of the HTTP doors, whose X-Forwarded-For is believed.
        metrics_allow: networks that may read /metrics.
        webhook_allow: networks (CIDR) that webhooks may reach although they are not public.
    """

    data: str
    http: Address
    smpp: Address | None = None
    database: str = ""
    workers: int = 1
    roles: tuple[str, ...] = ROLES
    webhook_allow: tuple[str, ...] = ()
    metrics_allow: tuple[str, ...] = LOOPBACK
    proxy: tuple[str, ...] = ()

    @property
    def data_path(self) -> Path:
        """The data directory."""
        return Path(self.data)


def default_workers() -> int:
    """Half of the cores and one more, at most what the embedded database takes.

    A worker is busy with judging, and needs about as much of the database and the dispatcher for each message.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(MOST_EMBEDDED_WORKERS, cores // 2 + 1)


def default_data() -> Path:
    """COMITY_DATA, else /var/lib/comity for root and ~/.local/share/comity for others."""
    named = os.environ.get("COMITY_DATA")
    if named:
        return Path(named)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/lib/comity/data")
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "comity"


def read_address(written: str) -> Address:
    """HOST:PORT, [IPv6]:PORT or :PORT (loopback).

    Raises:
        SettingsError: it is none of these.
    """
    host, _, port = written.rpartition(":")
    if not port.isascii() or not port.isdecimal() or int(port) not in _PORTS:
        raise SettingsError(f"{written!r} is not an address.", "Write HOST:PORT, such as 127.0.0.1:8080.")
    return Address(host.removeprefix("[").removesuffix("]") or "127.0.0.1", int(port))


def read_roles(written: str) -> tuple[str, ...]:
    """Roles, parted by commas.

    Raises:
        SettingsError: one is not known.
    """
    roles = tuple(role.strip() for role in written.split(",") if role.strip())
    unknown = [role for role in roles if role not in ROLES]
    if unknown or not roles:
        raise SettingsError(f"There is no role {', '.join(unknown) or written!r}.", f"Roles: {', '.join(ROLES)}.")
    return roles


def read_networks(written: list[str]) -> tuple[str, ...]:
    """Networks in CIDR notation.

    Raises:
        SettingsError: one is not a network.
    """
    for network in written:
        try:
            ipaddress.ip_network(network)
        except ValueError as error:
            raise SettingsError(f"{network!r} is not a network: {error}.", "Write it as 10.0.0.0/8.") from None
    return tuple(written)
