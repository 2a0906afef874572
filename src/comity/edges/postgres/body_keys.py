"""Owns the keys that texts are sealed with, as a process on the road holds them; must not know what is sealed or why.

What a process remembers may be gone by the time it commits: `hold_body_keys` insists inside the commit that every key
is there, and who is told of `FactsChangedError` forgets what it remembered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg
import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from comity.base.errors import StoreError
from comity.edges.postgres.statements import load
from comity.edges.vault import KeysMissingError, Vault, new_key, seal_body
from comity.journey.ports import Asked

_REMEMBERED: Final = 50_000

Contact = tuple[int, str]
"""An account and a number, as it is written in a message."""


class BodyKey(msgspec.Struct, frozen=True):
    """A number's key, ready for use; `wrapped` while no table has it."""

    subject: bytes
    key_id: UUID
    cipher: AESGCM
    wrapped: bytes | None = None

    def __repr__(self) -> str:
        """No key in a log."""
        return "BodyKey()"


class Sealing:
    """What one transaction seals: boxes by message, and the keys that it holds for them."""

    def __init__(self, vault: Vault, known: dict[Contact, BodyKey]) -> None:
        self._vault = vault
        self._known = known
        self._used: dict[Contact, BodyKey] = {}

    def seal(self, contact: Contact, id_: UUID, body: bytes) -> tuple[bytes, bytes]:
        """What stands for the number, and the box; a number without a key gets one.

        Raises:
            StoreError: there is no key to seal with.
        """
        key = self._used.get(contact)
        if key is None:
            key = self._used[contact] = self._known.get(contact) or self._made(contact, id_)
        return key.subject, seal_body(key.cipher, body, contact[0], key.subject, id_)

    def held(self) -> tuple[list[Any], ...]:
        """Arguments of `hold_body_keys` for what was sealed since the last call: account, subject, key id, new key."""
        fresh = sorted((contact[0], key.subject, key.key_id, key.wrapped) for contact, key in self._used.items())
        self._known.update(
            (contact, msgspec.structs.replace(key, wrapped=None) if key.wrapped else key)
            for contact, key in self._used.items()
        )
        self._used = {}
        return tuple(map(list, zip(*fresh, strict=True))) if fresh else ([], [], [], [])

    def kept(self) -> dict[Contact, BodyKey]:
        """The keys, once they are committed."""
        return self._known

    def made(self, contacts: Sequence[Contact]) -> tuple[list[Any], ...]:
        """New keys: account, subject, key id, wrapped key, in order of the first two."""
        keys = [(contact[0], self._made(contact, uuid4())) for contact in contacts]
        rows = sorted((account_id, key.subject, key.key_id, key.wrapped) for account_id, key in keys)
        return tuple(map(list, zip(*rows, strict=True)))

    def _made(self, contact: Contact, id_: UUID) -> BodyKey:
        account_id, number = contact
        subject, key = self._vault.subject(account_id, number), new_key()
        try:
            wrapped = self._vault.wrap(key, account_id, subject)
        except KeysMissingError:
            raise _no_keys() from None
        return BodyKey(subject, id_, AESGCM(key), wrapped)


class BodyKeys:
    """The keys of a process; the least lately made known are forgotten first.

    Args:
        vault: what unwraps them; None where this process has no keys, and can seal nothing.
    """

    def __init__(self, vault: Vault | None) -> None:
        self._vault = vault
        self._known: dict[Contact, BodyKey] = {}
        self._absent: set[Contact] = set()

    @property
    def vault(self) -> Vault:
        """The vault.

        Raises:
            StoreError: this process has none.
        """
        if self._vault is None:
            raise _no_keys()
        return self._vault

    def asked_for(self, asked: Sequence[Asked]) -> list[bytes | None]:
        """What to look recipients' keys up by; None where a key is known."""
        return [
            None
            if (one.account_id, one.recipient) in self._known
            else self.vault.subject(one.account_id, one.recipient)
            for one in asked
        ]

    def learn_from(self, asked: Sequence[Asked], found: Mapping[int, Any]) -> None:
        """Take what a look-up of `asked_for` found, by place."""
        for place, one in enumerate(asked):
            contact = one.account_id, one.recipient
            if contact not in self._known:
                row = found.get(place)
                self._learn(contact, *((None, None) if row is None else (row["key_id"], row["wrapped"])))

    def _learn(self, contact: Contact, key_id: UUID | None, wrapped: bytes | None) -> None:
        """Nothing found means that the number has no key yet."""
        if wrapped is None or key_id is None:
            if len(self._absent) > _REMEMBERED:
                self._absent.clear()
            self._absent.add(contact)
            return
        subject = self.vault.subject(*contact)
        key = self.vault.unwrap(wrapped, contact[0], subject)
        if key is None:
            raise _no_keys()
        self._known[contact] = BodyKey(subject, key_id, AESGCM(key))
        while len(self._known) > _REMEMBERED:
            del self._known[next(iter(self._known))]

    async def sealing(self, connection: asyncpg.Connection, contacts: Iterable[Contact]) -> Sealing:
        """What seals for these; keys that nobody looked up yet are asked for."""
        wanted = set(contacts)
        unknown = [one for one in wanted if one not in self._known and one not in self._absent]
        if unknown:
            await self._look_up(connection, unknown)
        known = {one: key for one in wanted if (key := self._known.get(one)) is not None}
        return Sealing(self.vault, known)

    async def making(self, connection: asyncpg.Connection, contacts: Iterable[Contact]) -> Sealing:
        """What seals for these within the caller's transaction; all their keys are there, and held until it ends."""
        wanted = sorted(set(contacts))
        await connection.execute(load("body_keys_lock"), sorted({account_id for account_id, _ in wanted}))
        self.forget(wanted)
        await self._look_up(connection, wanted)
        sealing = Sealing(self.vault, {one: key for one in wanted if (key := self._known.get(one)) is not None})
        missing = [one for one in wanted if one not in self._known]
        if missing:
            await connection.execute(load("body_keys_make"), *sealing.made(missing))
            return await self.making(connection, wanted)
        return sealing

    def committed(self, sealing: Sealing) -> None:
        """Remember the keys of a transaction that is on disk."""
        kept = sealing.kept()
        self._known.update(kept)
        self._absent.difference_update(kept)

    def forget(self, contacts: Iterable[Contact]) -> None:
        """Look these up anew before they are used again."""
        for contact in contacts:
            self._known.pop(contact, None)
            self._absent.discard(contact)

    async def _look_up(self, connection: asyncpg.Connection, contacts: Sequence[Contact]) -> None:
        subjects = {(account_id, self.vault.subject(account_id, number)): number for account_id, number in contacts}
        rows = await connection.fetch(load("body_keys_find"), [a for a, _ in subjects], [s for _, s in subjects])
        for row in rows:
            account_id = row["account_id"]
            self._learn((account_id, subjects[account_id, row["subject"]]), row["key_id"], row["wrapped"])


def _no_keys() -> StoreError:
    return StoreError("This node lacks the keys that texts are sealed with.", "Copy DATA/keys from the first node.")
