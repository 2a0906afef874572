"""Owns who may bind: password, allowed addresses, lock-out; must not know what is done over a bind.

Failed binds are counted by system id and address together, so that nobody can lock a
customer out from elsewhere; an address with ten times as many is heard only with passwords
that were right before. Every refusal that a stranger can meet is the same status
after the same work, so that it does not tell whether the system id exists.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import ipaddress
import os
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol

import msgspec

from comity.accounts.account import Account
from comity.edges.postgres.esme_store import Esme
from comity.edges.smpp_server.counters import DoorCounters
from comity.edges.smpp_server.limits import Limits
from comity.edges.smpp_server.passwords import is_password, new_salt

_MOST_COUNTED: Final = 20_000
_MOST_KNOWN: Final = 10_000
# Each takes a processor and 16 MB for some 50 ms: whoever guesses must leave enough for acceptance.
_HASHES_AT_ONCE: Final = max(1, (os.cpu_count() or 1) // 4)
# Stands for all system ids of an address together; no system id can be this.
_ALL: Final = "\0"
_ALL_TIMES: Final = 10


class Accounts(Protocol):
    """Where accounts are looked up, and whence logins are used (U15)."""

    origins: Any  # None, or comity.edges.postgres.challenge_origins.Origins

    async def account(self, account_id: int) -> Account | None:
        """An account as it stands now."""
        ...


class Gate:
    """Lets customers bind.

    Args:
        find: a login by its system id.
        accounts: where accounts are looked up.
        limits: when to lock out.
        counters: what operations reads.
    """

    def __init__(
        self, find: Callable[[str], Awaitable[Esme | None]], accounts: Accounts, limits: Limits, counters: DoorCounters
    ) -> None:
        self._find = find
        self._accounts = accounts
        self._limits = limits
        self._counters = counters
        self._failures: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()
        self._hashing = asyncio.Semaphore(_HASHES_AT_ONCE)
        self._key = os.urandom(32)
        self._known: OrderedDict[str, tuple[bytes, bytes]] = OrderedDict()
        self._salt = new_salt()

    async def enter(self, system_id: str, password: str, address: str) -> Esme | None:
        """The login that may bind, or None.

        Raises:
            StoreError: the database cannot be used.
        """
        caller = (system_id, address)
        if self._is_locked(caller):
            self._counters.binds_locked_out += 1
            return None
        esme = await self._find(system_id) if system_id.isascii() else None
        right = await self._is_right(esme, password, address)
        # Guesses that were under way together count before any of them is answered.
        if not right or esme is None or self._is_locked(caller):
            self._count_failure(caller)
            self._count_failure((_ALL, address))
            return None
        account = await self._accounts.account(esme.account_id)
        if account is None or not _is_allowed(address, account.allowed_networks):
            return None
        if self._accounts.origins is not None:
            # Whatever is unusual is told of at the bind; what is submitted over it is held.
            await self._accounts.origins.enter(account, esme.system_id, address)
        return msgspec.structs.replace(esme, address=address)

    async def _is_right(self, esme: Esme | None, password: str, address: str) -> bool:
        """Whether that is the password; a password seen right before is known again without the slow hash.

        For an address that guesses at many system ids the slow hash is not made at all.
        """
        if esme is not None and self._is_known(esme, password):
            return True
        if self._is_locked((_ALL, address), _ALL_TIMES):
            self._counters.binds_locked_out += 1
            return False
        salt, expected = (esme.password_salt, esme.password_hash) if esme else (self._salt, b"")
        async with self._hashing:
            right = await asyncio.to_thread(is_password, password, salt, expected)
        if right and esme is not None:
            self._known[esme.system_id] = (esme.password_hash, self._quick(password))
            if len(self._known) > _MOST_KNOWN:
                self._known.popitem(last=False)
        return right

    def _is_known(self, esme: Esme, password: str) -> bool:
        known = self._known.get(esme.system_id)
        return (
            known is not None
            and known[0] == esme.password_hash
            and hmac.compare_digest(known[1], self._quick(password))
        )

    def _quick(self, password: str) -> bytes:
        """Keyed anew in every process: worthless to whoever has the database alone."""
        return hmac.digest(self._key, password.encode("latin-1", "replace"), hashlib.sha256)

    def _is_locked(self, caller: tuple[str, str], times: int = 1) -> bool:
        count, since = self._failures.get(caller, (0, 0.0))
        return count >= times * self._limits.locked_after and time.monotonic() - since < self._limits.locked_s

    def _count_failure(self, caller: tuple[str, str]) -> None:
        now = time.monotonic()
        count, since = self._failures.pop(caller, (0, now))
        self._failures[caller] = (count + 1, since) if now - since < self._limits.locked_s else (1, now)
        if len(self._failures) > _MOST_COUNTED:
            self._failures.popitem(last=False)


def _is_allowed(address: str, networks: tuple[str, ...]) -> bool:
    if not networks:
        return True
    try:
        caller = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(caller, "ipv4_mapped", None)
    return any((mapped or caller) in ipaddress.ip_network(network) for network in networks)
