"""Owns how webhooks and their waiting events reach PostgreSQL; must not know how events are sent.

The functions of the doors take a connection in the tenant's transaction, or one of
the road; those of the worker one of the road.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

import asyncpg
import msgspec

from comity.edges.postgres.statements import load
from comity.edges.webhooks.addresses import Network
from comity.edges.webhooks.endpoint import check_endpoint
from comity.edges.webhooks.signing import new_secret
from comity.journey.webhook_delivery import WebhookError, event_body, read_method, read_types

MOST_WEBHOOKS: Final = 50


# A connection in a transaction, or a pool of the road.
Connection: TypeAlias = asyncpg.Connection | asyncpg.Pool


class Webhook(msgspec.Struct, frozen=True):
    """A webhook as its account may see it again: without the secret, which is told once.

    Attributes:
        types: kinds of event, of `KINDS`.
        disabled_reason: `gone` (the endpoint answered 410) or `failing` (five days of failures alone).
        failing_since: the first failure since the last success.
    """

    webhook_id: UUID
    endpoint: str
    method: str
    types: tuple[str, ...]
    created_at: datetime
    disabled_at: datetime | None = None
    disabled_reason: str | None = None
    failing_since: datetime | None = None


class EndpointRules(msgspec.Struct, frozen=True):
    """What the operator asks of endpoints.

    Attributes:
        allowed: networks that are open although they are not public.
        https_only: whether http is refused.
    """

    allowed: tuple[Network, ...] = ()
    https_only: bool = False


class Wanted(msgspec.Struct, frozen=True):
    """A webhook as a customer asks for it, unchecked."""

    endpoint: str
    method: str
    types: Sequence[object]


async def create(db: Connection, account_id: int, wanted: Wanted, rules: EndpointRules) -> tuple[UUID, str]:
    """Create a webhook; gives its id and its secret.

    Raises:
        WebhookError: the endpoint, the method or a type cannot be used, or the account has too many webhooks.
    """
    check_endpoint(wanted.endpoint, rules.allowed, https_only=rules.https_only)
    method, types, secret = read_method(wanted.method), list(read_types(wanted.types)), new_secret()
    webhook_id = await db.fetchval(
        load("webhook_create"), account_id, secret, wanted.endpoint, method, types, MOST_WEBHOOKS
    )
    if webhook_id is None:
        raise WebhookError(f"The account has {MOST_WEBHOOKS} webhooks already.", "Delete one first.")
    return webhook_id, secret


async def list_(db: Connection, account_id: int) -> list[Webhook]:
    """The account's webhooks, oldest first."""
    return [_webhook(row) for row in await db.fetch(load("webhook_list"), account_id, None)]


async def by_id(db: Connection, account_id: int, webhook_id: UUID) -> Webhook | None:
    """One webhook, or None when the account has no such."""
    row = await db.fetchrow(load("webhook_list"), account_id, webhook_id)
    return _webhook(row) if row else None


async def delete_by_secret(db: Connection, account_id: int, secret: str) -> bool:
    """Delete a webhook and what waits for it; whether there was one."""
    return bool(await db.fetchval(load("webhook_delete"), account_id, secret))


async def last_event(db: Connection, account_id: int, webhook_id: UUID, kind: str | None = None) -> bytes | None:
    """The event last told to a webhook (of a kind, or of any), as JSON in the form it was told; None before the first.

    Before any was told it is the latest that waits.
    """
    row = await db.fetchrow(load("webhook_last_event"), account_id, webhook_id, kind)
    return event_body(webhook_id, row["kind"], row["username"], row["body"]) if row else None


async def enqueue(db: Connection, events: Sequence[tuple[int, str, str, str]]) -> int:
    """Leave events, in order, for every webhook that asked for them; part of the caller's transaction.

    Args:
        db: in the transaction that makes the event true.
        events: account, stream (events of one are told in order; empty: no order), kind and body (JSON).

    Returns:
        How many were left: none for an account without webhooks.
    """
    columns = list(map(list, zip(*events, strict=True))) if events else [[], [], [], []]
    return int(await db.fetchval("SELECT enqueue_events($1, $2, $3, $4::passing_text[])", *columns))


def _webhook(row: Mapping[str, Any]) -> Webhook:
    return Webhook(**{**row, "types": tuple(row["types"])})
