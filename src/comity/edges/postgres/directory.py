"""Owns the settings of operator and accounts as one process holds them; must not know what is decided by them.

Accounts are loaded when first needed; routes, prices and policy are held whole. Every
change is told by a trigger (`comity_changes`), so what is held is at most a moment old;
while the listening connection is down nothing is held for longer than a second.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

import asyncpg
import msgspec
import structlog

from comity.accounts.account import Account, Grant, Standing
from comity.accounts.challenges import Challenged, Kind
from comity.accounts.record import digest_of
from comity.base.errors import ComityError, StoreError
from comity.complaints.freezing import Frozen
from comity.edges.carriers.options import read_options
from comity.edges.postgres.challenge_origins import Origins
from comity.edges.postgres.connect import Database, store_errors
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.lists_store import any_lists
from comity.edges.postgres.record_store import read_record
from comity.edges.postgres.roles import Role
from comity.edges.postgres.statements import load
from comity.edges.postgres.team_uses import KeyUses
from comity.journey.prepare import Readings
from comity.policy.document import Policy
from comity.policy.files import read_policy
from comity.routing.routes import Carrier, PriceTable, Route, RouteTable, WireText
from comity.screening.compiled import compile_policy
from comity.screening.engine import engine
from comity.screening.rulebook import RULEBOOK
from comity.screening.tolerant import tolerated

_log = structlog.get_logger(__name__)
CHANNEL: Final = "comity_changes"
_OPERATOR_TABLES: Final = frozenset({"policy_versions", "carriers", "routes", "prices", "lists"})
_DEAF_LIFE_S: Final = 1.0
_RECONNECT_S: Final = 0.5
# A policy that begins on a coming day is awaited so long at a time: the machine's clock may be set meanwhile.
_AWAITED_S: Final = 60.0
_MOST_ACCOUNTS: Final = 50_000


class ApiKey(msgspec.Struct, frozen=True):
    """What is known of a client id."""

    client_id: str
    account_id: int
    secret_hash: bytes
    scopes: frozenset[str]
    member_id: int | None = None
    expires_at: datetime | None = None
    networks: tuple[str, ...] = ()
    # The secret before, which works for a while beside the new one.
    former_hash: bytes | None = None
    former_until: datetime | None = None


class PostgresDirectory:
    """The settings, held.

    Args:
        database: where the listening connection goes.
        connections: for look-ups.
    """

    def __init__(self, database: Database, connections: HeldConnections) -> None:
        self._database = database
        self._connections = connections
        self._on_lots: Callable[[], None] = lambda: None
        self._on_operator: Callable[[], None] = lambda: None
        self._accounts: dict[int, Account] = {}
        self._keys: dict[str, ApiKey] = {}
        self._readings: Readings | None = None
        self._carriers: tuple[Carrier, ...] = ()
        # Coming versions that want an answer, the next first, with their days.
        self._asked: tuple[tuple[str, str], ...] = ()
        self._listener: asyncpg.Connection | None = None
        self._watching: asyncio.Task[None] | None = None
        self._stale = asyncio.Event()
        self._coming: asyncio.TimerHandle | None = None
        self._held_since = time.monotonic()
        # Counts how often what is held was forgotten.
        self._age = 0
        self._uses = KeyUses(connections)
        self.hash_key = b""
        # Whence keys are used; put in by whoever composes a door.
        self.origins: Origins | None = None

    async def start(self) -> None:
        """Load what is held whole and listen for changes."""
        async with self._connections.connection() as connection:
            self.hash_key = await connection.fetchval("SELECT hash_key FROM installation")
        await self._listen()
        await self._load_operator()
        self._watching = asyncio.create_task(self._watch(), name="directory")
        self._uses.start()

    async def stop(self) -> None:
        """Stop listening."""
        if self._coming is not None:
            self._coming.cancel()
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
        await self._uses.stop()
        if self._listener is not None and not self._listener.is_closed():
            self._listener.terminate()

    def on_lots(self, call: Callable[[], None]) -> None:
        """Call when credits were added anywhere."""
        self._on_lots = call

    def on_operator(self, call: Callable[[], None]) -> None:
        """Call when routes, carriers, prices or the policy changed."""
        self._on_operator = call

    def readings(self) -> Readings:
        """Policy, prices and routes."""
        if self._readings is None:
            raise StoreError("The settings are not loaded yet.", "Try again in a moment.")
        return self._readings

    def carriers(self) -> tuple[Carrier, ...]:
        """The carriers, in the order they were added."""
        return self._carriers

    def waiting_policy(self, account: Account) -> str:
        """The version that waits for an account's answer, as `VERSION; effective=DATE`; "" when none does (G6).

        Read from what is held: the one in force that nobody of it accepted, else the next to come.
        """
        policy = self.readings().policy.policy
        if not policy.is_accepted(account.accepted_policies):
            return _shown_version(policy.document.version, policy.document.effective.isoformat())
        for version, effective in self._asked:
            if version not in account.answered_policies and version not in account.accepted_policies:
                return _shown_version(version, effective)
        return ""

    async def key(self, client_id: str) -> ApiKey | None:
        """What is known of a client id; unknown ones are asked for each time."""
        self._forget_if_deaf()
        held = self._keys.get(client_id)
        if held is not None:
            return held
        async with self._connections.connection() as connection:
            age = self._age
            row = await connection.fetchrow(load("directory_client"), client_id)
        if row is None:
            return None
        found = ApiKey(**{**row, "scopes": frozenset(row["scopes"]), "networks": tuple(row["networks"])})
        if age == self._age:
            self._keys[client_id] = found
        return found

    def used(self, key: ApiKey) -> None:
        """A key let somebody in."""
        self._uses.note(key.client_id, key.account_id)

    async def account(self, account_id: int) -> Account | None:
        """An account, or None when there is none."""
        self._forget_if_deaf()
        held = self._accounts.get(account_id)
        if held is not None:
            return held
        async with self._connections.connection() as connection:
            age = self._age
            row = await connection.fetchrow(load("directory_account"), account_id)
        if row is None:
            return None
        found = read_account(row)
        if len(self._accounts) >= _MOST_ACCOUNTS:
            self._accounts.clear()
        # Told of a change while it was on its way, it may be from before the change: it serves once and is not held.
        if age == self._age:
            self._accounts[account_id] = found
        return found

    def _forget_if_deaf(self) -> None:
        if self._listener is None and time.monotonic() - self._held_since > _DEAF_LIFE_S:
            self._forget_accounts()

    def _forget_accounts(self) -> None:
        self._accounts.clear()
        self._keys.clear()
        self._age += 1
        self._held_since = time.monotonic()
        if self.origins is not None:
            self.origins.answered()

    def _told(self, _connection: object, _pid: int, _channel: str, table: object) -> None:
        if table == "lots":
            self._on_lots()
        elif table in _OPERATOR_TABLES:
            self._stale.set()
        else:
            self._forget_accounts()

    def _lost(self, _connection: object) -> None:
        self._listener = None
        self._stale.set()

    async def _listen(self) -> None:
        listener = await self._database.connect(Role.ROAD, application="comity-directory")
        listener.add_termination_listener(self._lost)
        self._listener = listener
        try:
            with store_errors():
                await listener.add_listener(CHANNEL, self._told)
        except BaseException:
            self._listener = None
            listener.terminate()
            raise
        self._forget_accounts()
        self._on_lots()

    async def _watch(self) -> None:
        """Reload when told, and listen again when the connection was lost."""
        while True:
            await self._stale.wait()
            self._stale.clear()
            # A policy that cannot be judged by (SettingsError) leaves the one before in force.
            with contextlib.suppress(ComityError):
                if self._listener is None:
                    await self._listen()
                await self._load_operator()
                self._on_operator()
                continue
            await asyncio.sleep(_RECONNECT_S)
            self._stale.set()

    async def _load_operator(self) -> None:
        async with self._connections.connection() as connection:
            policy = await connection.fetchrow(load("policy_in_force"))
            routes = await connection.fetch("SELECT prefix, carrier_id, priority FROM routes")
            prices = await connection.fetch("SELECT country, micro_credits FROM prices")
            carriers = await connection.fetch(
                "SELECT carrier_id, name, url, system_id, password, options FROM carriers ORDER BY carrier_id"
            )
            lists = await any_lists(connection)
            coming = await connection.fetch(load("directory_coming"))
        self._asked = tuple((row["version"], row["effective"].isoformat()) for row in coming)
        self._await_policy(policy["next_in_s"])
        judging = engine()
        self._readings = Readings(
            policy=compile_policy(_understood(_policy(policy)), RULEBOOK, judging.code.digest, judging.models.digest),
            prices=PriceTable({row["country"]: row["micro_credits"] for row in prices}),
            routes=RouteTable(
                (Route(row["prefix"], row["carrier_id"], row["priority"]) for row in routes),
                {row["carrier_id"]: _wire_text(row["options"]) for row in carriers},
                {row["carrier_id"]: row["name"] for row in carriers},
            ),
            lists=lists,
        )
        self._carriers = tuple(Carrier(**dict(row)) for row in carriers)

    def _await_policy(self, seconds: float | None) -> None:
        """Load anew when the next policy begins: nothing changes in the store on that day, so nobody would tell."""
        if self._coming is not None:
            self._coming.cancel()
            self._coming = None
        if seconds is not None:
            self._coming = asyncio.get_running_loop().call_later(min(seconds + 0.05, _AWAITED_S), self._stale.set)


def _policy(row: Any) -> Policy:  # noqa: ANN401  asyncpg's record
    """The policy from a row of `policy_in_force.sql`."""
    return msgspec.structs.replace(read_policy(row["source"]), follows=frozenset(row["follows"]))


def _understood(policy: Policy) -> Policy:
    """The policy as far as this version knows what it names: after an upgrade the gateway judges by the rest of it."""
    understood, unknown = tolerated(policy, RULEBOOK)
    if unknown:
        _log.warning("policy.not_all_known", version=policy.document.version, unknown=unknown, mend="publish it anew")
    return understood


def _shown_version(version: str, effective: str) -> str:
    return f"{quote(version, safe='')}; effective={effective}"


def _wire_text(written: dict[str, Any]) -> WireText:
    options = read_options(written)
    return WireText(options.tables, options.transliterate, options.wide_reference)


def read_account(row: Any) -> Account:  # noqa: ANN401  asyncpg's record
    """An account from a row of `directory_account.sql`."""
    record = read_record(row)
    return Account(
        account_id=row["account_id"],
        parent_id=row["parent_id"],
        head_id=row["head_id"],
        name=row["name"],
        standing=Standing(row["standing"]),
        category=row["category"],
        daily_volume=row["daily_volume"],
        time_zone=row["time_zone"],
        allowed_networks=tuple(row["allowed_networks"]),
        transliterate=row["transliterate"],
        profile=row["profile"],
        accepted_policies=frozenset(row["accepted"]),
        answered_policies=frozenset(row["answered"]),
        grants={grant["key"]: _grant(grant) for grant in row["grants"]},
        webhooks=row["webhooks"],
        record=record,
        record_digest=digest_of(record),
        probing=tuple(row["probing"]),
        frozen=tuple(msgspec.convert(freeze, Frozen) for freeze in row["frozen"]),
        challenged=tuple(Challenged(one, Kind.VOLUME.value) for one in row["volumes"]),
        free_until=row["free_until"],
    )


def _grant(grant: dict[str, Any]) -> Grant:
    expires = grant["expires_at"]
    return Grant(grant["sender"], grant["category"], datetime.fromisoformat(expires) if expires else None)
