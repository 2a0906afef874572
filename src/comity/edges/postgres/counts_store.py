"""Owns how what was sent lately is counted and looked up in PostgreSQL; must not know what is judged by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import asyncpg

from comity.edges.postgres.statements import load
from comity.journey.ports import AcceptedBatch
from comity.journey.spread import bands, probes
from comity.journey.traffic import ALL_SENDERS, BITS, SenderTraffic, Sent, hour_of, minute_of

Texts = Sequence[tuple[int, int]]
Senders = Sequence[tuple[int, str]]

_REFRESH: Final = timedelta(seconds=3)
# Looked up, not held: a sender counts each time it was asked for.
_MOST_HELD: Final = 50_000


async def find_spread(
    connection: asyncpg.Connection, texts: Texts, most: int, since: datetime
) -> dict[tuple[int, int], tuple[tuple[int, str], ...]]:
    """Accounts and sender keys over which texts like these went; see `journey.ports.AcceptStore.spread`."""
    asked = [(place, band) for place, (_, similarity) in enumerate(texts) for band in probes(similarity, most)]
    rows = await connection.fetch(
        load("accept_spread"),
        list(range(len(texts))),
        [account_id for account_id, _ in texts],
        [similarity for _, similarity in texts],
        [place for place, _ in asked],
        [band for _, band in asked],
        most,
        since,
    )
    found: dict[tuple[int, int], list[tuple[int, str]]] = {}
    for row in rows:
        found.setdefault(texts[row["place"]], []).append((row["account_id"], row["sender_key"]))
    return {text: tuple(senders) for text, senders in found.items()}


async def find_traffic(
    connection: asyncpg.Connection, senders: Senders, now: datetime
) -> dict[tuple[int, str], SenderTraffic]:
    """What accounts and senders sent up to now."""
    rows = await connection.fetch(
        load("accept_traffic"),
        list(range(len(senders))),
        [account_id for account_id, _ in senders],
        [sender_key for _, sender_key in senders],
        now,
    )
    return {senders[row["place"]]: _traffic(row, now) for row in rows}


def count_arguments(batch: AcceptedBatch) -> tuple[Any, ...]:
    """The parameters of `accept_commit.sql` that count."""
    at = batch.at
    sent = sorted(_with_accounts(batch.sent).items())
    spread = sorted((account_id, similarity, sender_key) for similarity, account_id, sender_key in batch.spread)
    return (
        [account_id for (account_id, _), _ in sent],
        [sender_key for (_, sender_key), _ in sent],
        [one.messages for _, one in sent],
        [_bitmap(one.recipients) if sender_key else None for (_, sender_key), one in sent],
        hour_of(at) if at else None,
        at.minute if at else None,
        [account_id for account_id, _, _ in spread],
        [similarity for _, similarity, _ in spread],
        [sender_key for _, _, sender_key in spread],
        ["{" + ",".join(map(str, bands(similarity))) + "}" for _, similarity, _ in spread],
    )


class TrafficHold:
    """What accounts and senders sent, held for some seconds; what this process sends is added as it is written."""

    def __init__(self) -> None:
        self._held: dict[int, dict[str, tuple[datetime, SenderTraffic]]] = {}
        self._count = 0

    def missing(self, senders: Senders, now: datetime) -> list[tuple[int, str]]:
        """Those that have to be looked up."""
        return [sender for sender in senders if not self._is_fresh(sender, now)]

    def put(self, found: Mapping[tuple[int, str], SenderTraffic], now: datetime) -> None:
        """Hold what was looked up."""
        self._count += len(found)
        if self._count > _MOST_HELD:
            self._held.clear()
            self._count = len(found)
        for (account_id, sender_key), traffic in found.items():
            self._held.setdefault(account_id, {})[sender_key] = (now, traffic)

    def of(self, senders: Senders) -> dict[tuple[int, str], SenderTraffic]:
        """What is held of these."""
        held = ((sender, self._held.get(sender[0], {}).get(sender[1])) for sender in senders)
        return {sender: found[1] for sender, found in held if found is not None}

    def add(self, batch: AcceptedBatch) -> None:
        """The batch was written."""
        if batch.at is None or not batch.sent:
            return
        for account_id, messages in _by_account(batch.sent).items():
            for sender_key, (_, traffic) in self._held.get(account_id, {}).items():
                traffic.add(batch.sent.get((account_id, sender_key)) or Sent(), messages, batch.at)

    def _is_fresh(self, sender: tuple[int, str], now: datetime) -> bool:
        account_id, sender_key = sender
        held = self._held.get(account_id, {}).get(sender_key)
        return held is not None and abs(now - held[0]) < _REFRESH


def _with_accounts(sent: Mapping[tuple[int, str], Sent]) -> dict[tuple[int, str], Sent]:
    """With a line for all senders of each account together."""
    lines = dict(sent)
    for account_id, messages in _by_account(sent).items():
        lines[account_id, ALL_SENDERS] = Sent(messages)
    return lines


def _by_account(sent: Mapping[tuple[int, str], Sent]) -> dict[int, int]:
    messages: dict[int, int] = {}
    for (account_id, _), one in sent.items():
        messages[account_id] = messages.get(account_id, 0) + one.messages
    return messages


def _bitmap(recipients: int) -> asyncpg.BitString:
    return asyncpg.BitString.from_int(recipients, BITS)


def _traffic(row: Any, now: datetime) -> SenderTraffic:  # noqa: ANN401  asyncpg's record
    return SenderTraffic(
        minute=minute_of(now),
        account_day=row["account_day"],
        sender_day=row["sender_day"],
        busiest=row["busiest"],
        in_minute=row["in_minute"],
        recipients=row["recipients"].to_int() if row["recipients"] is not None else 0,
        replies=row["replies"],
    )
