"""Owns parts of long messages that customers cut themselves, as PostgreSQL keeps them sealed; must not know doors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

import msgspec

from comity.edges.vault import Vault


class Part(msgspec.Struct, frozen=True, gc=False):
    """A part of a long message as a customer submitted it.

    Attributes:
        reference: as in its header; 65,536 is added where that has 16 bits.
        part_id: what it is answered with.
        wish: 0 no receipt, 1 any, 2 of failure, 3 of success.
        mark: the customer's own reference.
    """

    account_id: int
    system_id: str
    sender: str
    recipient: str
    reference: int
    total: int
    sequence: int
    part_id: UUID
    payload: bytes
    data_coding: int
    locking: int
    single_shift: int
    wish: int
    category: str | None
    due_at: datetime | None
    validity_s: int | None
    mark: str

    def __repr__(self) -> str:
        return f"Part({self.sequence} of {self.total}, ...)"

    @property
    def message_key(self) -> tuple[int, str, str, str, int, int]:
        """What it has in common with the other parts of its message."""
        return self.account_id, self.system_id, self.sender, self.recipient, self.reference, self.total

    @property
    def place_key(self) -> tuple[str, str, str, int, int, int]:
        """What no other part has in common with it."""
        return self.system_id, self.sender, self.recipient, self.reference, self.total, self.sequence


_COLUMNS: Final = tuple(attrgetter(name) for name in Part.__struct_fields__)


def sealed_columns(vault: Vault, parts: Sequence[Part], now: datetime) -> list[Any]:
    """Arguments of `esme_parts_put`: the columns, payloads sealed; the present; what stands for each payload.

    The last is the same for a part that comes again unchanged.

    Raises:
        KeysMissingError: no epoch has a key here.
    """
    sealed = [msgspec.structs.replace(part, payload=vault.seal_passing(part.payload)) for part in parts]
    digests = [vault.subject(part.account_id, f"part {part.payload.hex()}") for part in parts]
    return [*([column(part) for part in sealed] for column in _COLUMNS), now, digests]


def opened(vault: Vault, row: Sequence[Any]) -> Part:
    """A row of `esme_parts_whole`, with its digest last; one without was kept before parts were sealed."""
    *columns, digest = row
    part = Part(*columns)
    if digest is None:
        return part
    return msgspec.structs.replace(part, payload=vault.open_passing(part.payload) or b"")
