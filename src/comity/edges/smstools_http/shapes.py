"""Owns the shapes of the /v1 door's answers, exact to the type since strict clients insist; must not know calls."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import asyncpg

from comity.accounts.account import Account
from comity.base.ids import instant_of, to_wire
from comity.edges.postgres.webhook_store import Webhook
from comity.messages.life import State

_MICRO: Final = 1_000_000
_STATUS: Final[dict[State, str]] = {
    State.HELD: "held",
    State.DEFERRED: "scheduled",
    State.DELIVERED: "delivered",
    State.UNDELIVERED: "undelivered",
    State.EXPIRED: "undelivered",
    State.REJECTED: "rejected",
    State.REFUSED: "rejected",
    State.CANCELLED: "rejected",
}
_PROFILE: Final = (
    "email", "firstname", "lastname", "company", "language", "phone", "mobile", "address", "zip", "city", "country",
    "vatnumber",
)  # fmt: skip


def profile(account: Account, spendable: int) -> dict[str, Any]:
    """Every field of the interface; what is not known is empty, since strict clients insist on each."""
    named = {name: account.profile.get(name, "") for name in _PROFILE}
    return {
        "username": account.name,
        **named,
        "credits": spendable / _MICRO,
        "webhooksenabled": int(account.webhooks),
        "webhookurl": "",
        "creditstype": "credits",
        "currency": "CREDITS",
        "use": "0",
    }


def logged(row: asyncpg.Record, account: Account) -> dict[str, Any]:
    """A message in the log."""
    wire_id = to_wire(row["id"])
    answer = {"read": False, "read_date": "", "response": "", "response_sms": "", "response_sms_date": ""}
    return {
        "ID": wire_id,
        "message_ID": wire_id,
        "message": row["text"],
        "to": row["recipient"],
        "sender": row["sender"],
        "date": local(instant_of(row["id"]), account),
        "type": "sms",
        "status": _STATUS.get(State(row["state"]), "sent"),
        "reference": row["reference"],
        "response": answer,
    }


def received(row: asyncpg.Record, account: Account) -> dict[str, Any]:
    """A message in the inbox."""
    return {
        "ID": row["number"],
        "message": row["text"],
        "sender": row["sender"],
        "type": row["kind"],
        "date": local(row["at"], account),
        "receiver": row["receiver"],
    }


def scheduled(row: asyncpg.Record, account: Account) -> dict[str, Any]:
    """A message in the outbox."""
    return {
        "ID": row["number"],
        "message": row["text"],
        "to": row["recipient"],
        "type": "sms",
        "date": local(row["due_at"], account),
        "reference": row["reference"],
        "messageid": to_wire(row["id"]),
    }


def local(at: datetime, account: Account) -> str:
    """An instant as the account's clock shows it: yyyy-MM-dd HH:mm:ss."""
    return at.astimezone(ZoneInfo(account.time_zone)).strftime("%Y-%m-%d %H:%M:%S")


def written_credits(micro_credits: int) -> str:
    """Credits as the interface writes them: a decimal string without needless zeros."""
    whole, rest = divmod(micro_credits, _MICRO)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".") if rest else str(whole)


def webhook(found: Webhook) -> dict[str, Any]:
    """A webhook in the list; `disabled` is our extension."""
    shown: dict[str, Any] = {
        "id": str(found.webhook_id),
        "webhook_endpoint": found.endpoint,
        "webhook_method": found.method,
        "webhook_types": list(found.types),
    }
    if found.disabled_reason:
        shown["disabled"] = found.disabled_reason
    return shown
