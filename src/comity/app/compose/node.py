"""Owns what every role of a process works with; must not know any role."""

from __future__ import annotations

import ipaddress
import socket
from pathlib import Path

import msgspec

from comity.app.metrics import Snapshots
from comity.app.settings import Settings
from comity.base.clock import Clock, SystemClock
from comity.edges.postgres.connect import Database
from comity.edges.postgres.vault_files import keys_folder, open_vault


class Node(msgspec.Struct, frozen=True):
    """What every role of a process works with."""

    settings: Settings
    database: Database
    clock: Clock
    snapshots: Snapshots

    @property
    def name(self) -> str:
        """What dispatchers of this node call it: a dispatcher that comes after another of the same node takes over."""
        return f"{socket.gethostname()}:{Path(self.settings.data).resolve()}"

    @property
    def allowed_networks(self) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
        """Networks that webhooks may reach although they are not public."""
        return tuple(ipaddress.ip_network(network) for network in self.settings.webhook_allow)


def make_node(settings: Settings, database: Database) -> Node:
    """What every role of a process works with."""
    keys = open_vault(keys_folder(settings.data_path))
    return Node(settings, database.with_vault(keys), SystemClock(), Snapshots(Path(settings.data) / "run" / "figures"))
