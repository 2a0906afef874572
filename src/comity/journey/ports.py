"""Owns what the journey needs from the edges, as protocols; must not know who provides it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from comity.credits.lots import Lot
from comity.journey.arrivals import Arrived, Counted, Flooded
from comity.journey.notify import Event
from comity.journey.prepare import Readings
from comity.journey.templates import TemplateTraffic
from comity.journey.traffic import SenderTraffic, Sent
from comity.journey.volume import AccountVolume
from comity.messages.submission import Judged
from comity.screening.judging import Listed


class Asked(msgspec.Struct, frozen=True, gc=False):
    """What facts are asked for: by account and recipient, from an id on.

    Attributes:
        category: texts of this category come first, where there are more than are looked at.
        heard: whether it matters when the recipient last wrote.
        at: when it is to go; consents that are over by then are left out.
        number: what stands for the recipient where it matters what reaches it over all accounts, else None.
    """

    account_id: int
    recipient: str
    promotional: bool
    since: UUID
    category: str = ""
    heard: bool = False
    at: datetime | None = None
    number: int | None = None


class Granted(msgspec.Struct, frozen=True, gc=False):
    """A consent that holds: when it was given, to whom, for what, and whether by a reply to us."""

    at: datetime
    brand: str
    purpose: str
    confirmed: bool = False


class Found(msgspec.Struct, frozen=True, gc=False):
    """What the store knows around one message; lists run side by side.

    Attributes:
        stops: opt-outs that are about its category: each brand, "" for all, with when the last one came.
        consents: those that hold when it goes, newest first, but for what `withdrawals` end of them.
        withdrawals: brands whose consents were taken back, each with when that last was; given with consents alone.
        arrived: what reaches the number within an hour of it, as far as that is counted.
    """

    stops: tuple[tuple[str, datetime], ...] = ()
    consents: tuple[Granted, ...] = ()
    withdrawals: tuple[tuple[str, datetime], ...] = ()
    ids: tuple[UUID, ...] = ()
    text_keys: tuple[int, ...] = ()
    similarities: tuple[int | None, ...] = ()
    categories: tuple[str, ...] = ()
    heard_at: datetime | None = None
    arrived: tuple[Arrived, ...] = ()

    @property
    def opted_out(self) -> bool:
        """Whether the person asked to be left alone, by any brand."""
        return bool(self.stops)


class AcceptedRow(msgspec.Struct, frozen=True, gc=False):
    """One judged message, ready to be written."""

    account_id: int
    id: UUID
    door: str
    sender: str
    recipient: str
    country: str | None
    category: str
    text: str
    encoding: str
    parts: int
    reference: str
    due_at: datetime | None
    receipt: bool
    validity_s: int | None
    micro_credits: int
    text_key: int
    similarity: int | None
    action: str
    verdict: str
    system_id: str | None
    state: str
    route_prefix: str
    scheduled: bool
    template: int | None = None


class Kept(msgspec.Struct, frozen=True):
    """An idempotency key with what it stands for."""

    account_id: int
    key: str
    fingerprint: bytes
    message_ids: tuple[UUID, ...]


class Sealed(msgspec.Struct, frozen=True):
    """What of a message only named readers may read; it is kept nowhere else.

    Attributes:
        rule: the rule that asked for it.
        body: JSON: text, sender, recipient and when.
    """

    account_id: int
    message_id: UUID
    rule: str
    body: bytes


class Charged(msgspec.Struct, frozen=True, gc=False):
    """Micro-credits a message took from a lot."""

    account_id: int
    message_id: UUID
    lot_id: int
    micro_credits: int


class AcceptedBatch(msgspec.Struct):
    """All that one commit writes; `spent` sums the charges by lot, `events` are for webhooks.

    `artefacts` are what the verdicts name by digest, kept before the commit: kind and body. `sealed` stands in no row.
    `sent` is what is counted at the instant `at`, by account and sender key; `spread` has hash, account and sender key
    of promotional texts, each once; `templates` how many messages of a template are let through, by account and key.
    `arrivals` are counted over all accounts; `flooded` are messages that were stopped because of what others send.
    """

    rows: list[AcceptedRow] = []
    keys: list[Kept] = []
    charges: list[Charged] = []
    spent: dict[int, int] = {}
    events: list[Event] = []
    artefacts: dict[str, tuple[str, bytes]] = {}
    sealed: list[Sealed] = []
    at: datetime | None = None
    sent: dict[tuple[int, str], Sent] = {}
    spread: list[tuple[int, int, str]] = []
    templates: dict[tuple[int, int], int] = {}
    arrivals: list[Counted] = []
    flooded: list[Flooded] = []

    def charge(self, charge: Charged) -> None:
        """Add a charge."""
        self.charges.append(charge)
        self.spent[charge.lot_id] = self.spent.get(charge.lot_id, 0) + charge.micro_credits


class FactsChangedError(Exception):
    """Something the batch was judged by is no longer so; load it again and judge anew."""


class AcceptStore(Protocol):
    """Where accepted messages are kept."""

    def number_of(self, recipient: str) -> int:
        """What stands for a number (E.164 digits) in counts over all accounts: 64 bits, signed, of a keyed hash."""
        ...

    async def facts(self, asked: Sequence[Asked], earliest: UUID, latest: UUID) -> dict[int, Found]:
        """What is known, by place in `asked`; places with nothing to tell are left out.

        No earlier message that matters has an id outside `earliest` to `latest`.
        """
        ...

    async def acquainted(self, asked: Sequence[tuple[int, int, str]], since: UUID, before: UUID) -> set[int]:
        """Of places, accounts and recipients (E.164 digits) the places where the account is no stranger to the number.

        The person wrote to the account; or a message with an id from `since` on and under `before` went there at once,
        while nobody else's were counted.
        """
        ...

    async def listed(self, keys: Sequence[tuple[int, str, str]]) -> dict[int, tuple[Listed, ...]]:
        """Entries of lists by place, for places, kinds and keys; places without any are left out."""
        ...

    async def spread(
        self, texts: Sequence[tuple[int, int]], most: int, since: datetime
    ) -> dict[tuple[int, int], tuple[tuple[int, str], ...]]:
        """Over what texts like these went: accounts and sender keys, by account and hash; texts alone are left out.

        Of other accounts the sender key is "". `since` is the beginning of an hour; `most` is the distance in bits.
        """
        ...

    async def traffic(self, senders: Sequence[tuple[int, str]], now: datetime) -> dict[tuple[int, str], SenderTraffic]:
        """What these accounts and senders sent lately, some seconds old at most."""
        ...

    async def volumes(self, accounts: Sequence[int], now: datetime, past_days: int) -> dict[int, AccountVolume]:
        """What these accounts send, and sent in so many days before today; some seconds old at most."""
        ...

    async def templates(self, templates: Sequence[tuple[int, int]]) -> dict[tuple[int, int], TemplateTraffic]:
        """What these accounts sent of these templates, and altogether; every one that was asked for is there."""
        ...

    async def lots(self, account_ids: Sequence[int]) -> dict[int, list[Lot]]:
        """What the accounts may spend."""
        ...

    async def kept_answers(self, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], Kept]:
        """Answers given before, by account and key."""
        ...

    async def judged(self, account_id: int, ids: Sequence[UUID]) -> tuple[Judged, ...]:
        """Messages accepted before, as they were answered, in the order of `ids`."""
        ...

    async def commit(self, batch: AcceptedBatch) -> None:
        """Write the batch, durably.

        Raises:
            FactsChangedError: nothing was written; judge anew.
        """
        ...

    def wake_dispatch(self) -> None:
        """Say, soon and without waiting, that something is due."""
        ...


class Directory(Protocol):
    """The operator's settings as they stand now, at most a second old."""

    def readings(self) -> Readings:
        """Policy, prices and routes."""
        ...
