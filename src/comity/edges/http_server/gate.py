"""Owns who may call the HTTP doors: credentials, allowed addresses, lock-out; must not know any door's dialect.

Failed logins are counted by client id and address together, so that nobody can lock a
customer out from elsewhere. Doors that share a gate share its count.
"""

from __future__ import annotations

import enum
import ipaddress
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final, Protocol

from comity.accounts.account import Account
from comity.accounts.challenges import is_fence
from comity.accounts.keys import is_secret
from comity.base.clock import Clock, SystemClock
from comity.base.errors import ComityError
from comity.edges.http_server.policy_notice import note_entry

_ALLOWED_FAILURES: Final = 10
_LOCKED_S: Final = 300.0
_MOST_COUNTED: Final = 20_000
_MAX_CREDENTIAL: Final = 256


class Entry(enum.Enum):
    """Why somebody is not let in."""

    WRONG = "Invalid credentials."
    LOCKED_OUT = "Too many failed logins."
    ADDRESS_BARRED = "This IP address is not allowed."
    OUT_OF_SCOPE = "This key may not do that."


_REMEDIES: Final = {
    Entry.WRONG: "Send the client id and secret of a key that is in force.",
    Entry.LOCKED_OUT: "Wait five minutes, or use the right secret.",
    Entry.ADDRESS_BARRED: "Call from one of the account's allowed networks.",
    Entry.OUT_OF_SCOPE: "Use a key that has the scope for it.",
}


class EntryRefusedError(ComityError):
    """Somebody is not let in; each door says so in its own words."""

    def __init__(self, why: Entry) -> None:
        super().__init__(why.value, _REMEDIES[why])
        self.why = why


class KnownKey(Protocol):
    """What is known of a client id."""

    client_id: str
    account_id: int
    secret_hash: bytes
    scopes: frozenset[str]
    member_id: int | None
    expires_at: datetime | None
    networks: tuple[str, ...]
    former_hash: bytes | None
    former_until: datetime | None


class Origins(Protocol):
    """Where it is remembered whence keys are used (U15)."""

    async def enter(self, account: Account, key: str, address: str, *, fenced: bool = False) -> Account:
        """The account, with what stops what the key sends from there."""
        ...

    def country_of(self, address: str) -> str:
        """The country of an address; "" where nothing says so."""
        ...


class Accounts(Protocol):
    """Where accounts and their keys are looked up."""

    hash_key: bytes
    origins: Any  # None, or Origins

    async def key(self, client_id: str) -> Any | None:  # noqa: ANN401  a KnownKey
        """What is known of a client id."""
        ...

    async def account(self, account_id: int) -> Account | None:
        """An account."""
        ...

    def used(self, key: Any) -> None:  # noqa: ANN401  the KnownKey that `key` gave
        """A key let somebody in."""
        ...


class Gate:
    """Lets callers in.

    Args:
        accounts: where accounts and their keys are looked up.
        clock: the present, by which keys and former secrets end.
    """

    def __init__(self, accounts: Accounts, clock: Clock | None = None) -> None:
        self._accounts = accounts
        self._clock = clock or SystemClock()
        self._failures: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()

    async def enter(self, client_id: str, secret: str, address: str, scope: str = "") -> Account:
        """The account that calls; `scope` is what its key must have ("" for any key).

        Raises:
            EntryRefusedError: they are wrong, guessed too often, come from an address that is not allowed, or the key
                lacks the scope.
        """
        account, _ = await self.admit(client_id, secret, address, scope)
        return account

    async def admit(self, client_id: str, secret: str, address: str, scope: str = "") -> tuple[Account, KnownKey]:
        """As `enter`, with the key that was used.

        Raises:
            EntryRefusedError: as `enter`.
        """
        known: KnownKey = await self.recognise(client_id, secret, address, self._accounts.key)
        account = await self._accounts.account(known.account_id)
        if account is None:
            raise EntryRefusedError(Entry.WRONG)
        if account.allowed_networks and not is_allowed(address, account.allowed_networks):
            raise EntryRefusedError(Entry.ADDRESS_BARRED)
        if known.networks and not is_allowed(address, known.networks):
            raise EntryRefusedError(Entry.ADDRESS_BARRED)
        if scope and scope not in known.scopes:
            raise EntryRefusedError(Entry.OUT_OF_SCOPE)
        self._accounts.used(known)
        origins: Origins | None = self._accounts.origins
        if origins is not None:
            account = await origins.enter(account, client_id, address, fenced=is_fence(known.networks))
        note_entry(account)
        return account, known

    def is_former(self, secret: str, known: KnownKey) -> bool:
        """Whether what let somebody in is the key's secret before, which may have got a new one since it leaked."""
        return known.former_hash is not None and not is_secret(secret, known.secret_hash, self._accounts.hash_key)

    def country_of(self, address: str) -> str:
        """The country of an address; "" where nothing says so."""
        origins: Origins | None = self._accounts.origins
        return origins.country_of(address) if origins is not None else ""

    def _opens(self, secret: str, known: Any) -> bool:  # noqa: ANN401  a KnownKey, or what `find` gives
        """Whether it is the secret, or the one before while that works too, of a key that has not ended.

        Those of staff and partners neither end nor have one before.
        """
        ends = getattr(known, "expires_at", None)
        if ends is not None and ends <= self._clock.now():
            return False
        if is_secret(secret, known.secret_hash, self._accounts.hash_key):
            return True
        former = getattr(known, "former_hash", None)
        return (
            former is not None
            and known.former_until > self._clock.now()
            and is_secret(secret, former, self._accounts.hash_key)
        )

    async def recognise(
        self, client_id: str, secret: str, address: str, find: Callable[[str], Awaitable[Any | None]]
    ) -> Any:  # noqa: ANN401  what `find` gives
        """What `find` knows of a client id (it has a `secret_hash`), when the secret opens it.

        Raises:
            EntryRefusedError: they are wrong, or guessed too often.
        """
        if not client_id or not secret or len(client_id) > _MAX_CREDENTIAL or len(secret) > _MAX_CREDENTIAL:
            raise EntryRefusedError(Entry.WRONG)
        known = await find(client_id) if client_id.isascii() and "\0" not in client_id else None
        if known is None or not self._opens(secret, known):
            # The right secret is never locked out: with 192 bits there is nothing to be won by guessing beside it.
            caller = (client_id, address)
            if self._failures and self._is_locked(caller):
                raise EntryRefusedError(Entry.LOCKED_OUT)
            self._count_failure(caller)
            raise EntryRefusedError(Entry.WRONG)
        return known

    def _is_locked(self, caller: tuple[str, str]) -> bool:
        count, since = self._failures.get(caller, (0, 0.0))
        return count >= _ALLOWED_FAILURES and time.monotonic() - since < _LOCKED_S

    def _count_failure(self, caller: tuple[str, str]) -> None:
        now = time.monotonic()
        count, since = self._failures.pop(caller, (0, now))
        self._failures[caller] = (count + 1, since) if now - since < _LOCKED_S else (1, now)
        if len(self._failures) > _MOST_COUNTED:
            self._failures.popitem(last=False)


def is_allowed(address: str, networks: tuple[str, ...]) -> bool:
    """Whether an address is in one of these networks; what is no address is in none."""
    try:
        caller = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(caller, "ipv4_mapped", None)
    return any((mapped or caller) in ipaddress.ip_network(network) for network in networks)
