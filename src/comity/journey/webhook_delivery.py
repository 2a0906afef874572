"""Owns what may be subscribed to and what becomes of an event after each try; must not know HTTP clients or stores.

The schedule is a table, the judgement a pure function of an answer, so both are tested without waiting.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from comity.base.errors import ComityError

# The events of the Smstools interface, by their names there; the last is ours.
KINDS: Final = (
    "delivery_report",
    "read_report",
    "inbox_message",
    "call_forwarding",
    "add_contact",
    "delete_contact",
    "add_group",
    "delete_group",
    "add_optout",
    "delete_optout",
    "funds_purchased",
    "insufficient_funds",
    "email2sms_received",
    "notice",
)
# Names that an older client library uses.
ALIASES: Final = {
    "sms_delivered": "delivery_report",
    "sms_failed": "delivery_report",
    "sms_inbound": "inbox_message",
}
METHODS: Final = ("POST", "GET")

# Seconds before the second try, the third, and so on: 79.7 h in all, and jitter only adds.
RETRY_AFTER_S: Final = (
    *(5, 30, 120, 600, 1800),
    *(3600, 2 * 3600, 4 * 3600, 6 * 3600, 8 * 3600, 10 * 3600),
    *(12 * 3600, 12 * 3600, 12 * 3600, 12 * 3600),
)
# A delay is stretched by up to this share of itself, so that what failed together does not return together.
JITTER: Final = 0.25
TRIES: Final = len(RETRY_AFTER_S) + 1
# The longest that an endpoint's Retry-After is followed.
LONGEST_RETRY_AFTER_S: Final = 3600.0
# An endpoint with failures alone for so long is disabled; longer than any event's schedule with all its jitter.
DISABLED_AFTER: Final = timedelta(days=5)

_GONE: Final = 410
_ASKING_FOR_PATIENCE: Final = frozenset({429, 503})


class WebhookError(ComityError):
    """What a customer asked of a webhook cannot be done."""


class Fate(enum.Enum):
    """What becomes of an event after a try."""

    DELIVERED = "delivered"
    RETRY = "retry"
    DROP = "drop"
    DISABLE = "disable"


class Answer(msgspec.Struct, frozen=True):
    """How an endpoint answered.

    Attributes:
        status: the HTTP status; None when there was no answer in time, or no connection.
        retry_after_s: what its Retry-After header asks for, in seconds.
    """

    status: int | None = None
    retry_after_s: float | None = None

    @property
    def well(self) -> bool:
        """Whether it acknowledges the event: any 2xx. A redirection does not, it is not followed."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004  the class of success

    @property
    def pause_s(self) -> float:
        """How long the endpoint asks to be left alone, bounded; 0 when it does not."""
        if self.status not in _ASKING_FOR_PATIENCE or self.retry_after_s is None:
            return 0.0
        return min(max(self.retry_after_s, 0.0), LONGEST_RETRY_AFTER_S)


class Judgement(msgspec.Struct, frozen=True):
    """A fate, and for a retry the seconds until it."""

    fate: Fate
    delay_s: float = 0.0


def judge(answer: Answer, attempt: int, luck: float) -> Judgement:
    """What becomes of an event.

    Args:
        answer: what the endpoint said to this try.
        attempt: the number of this try, from 1.
        luck: from 0 up to 1; spreads the retries.
    """
    if answer.well:
        return Judgement(Fate.DELIVERED)
    if answer.status == _GONE:
        return Judgement(Fate.DISABLE)
    if attempt >= TRIES:
        return Judgement(Fate.DROP)
    return Judgement(Fate.RETRY, max(retry_delay_s(attempt, luck), answer.pause_s))


def retry_delay_s(attempt: int, luck: float) -> float:
    """Seconds from the try numbered `attempt` (from 1, below TRIES) to the next; `luck` from 0 up to 1 adds jitter."""
    return RETRY_AFTER_S[attempt - 1] * (1.0 + JITTER * luck)


def read_types(written: Sequence[object]) -> tuple[str, ...]:
    """The kinds of event that were asked for, older names translated, in the order of `KINDS`.

    Raises:
        WebhookError: there are none, or one is not known.
    """
    kinds = {ALIASES.get(name, name) if isinstance(name, str) else None for name in written}
    if not kinds or not kinds <= set(KINDS):
        raise WebhookError("webhook_types is empty or names an unknown event.", f"Choose from: {', '.join(KINDS)}.")
    return tuple(kind for kind in KINDS if kind in kinds)


def read_method(written: object) -> str:
    """`POST` or `GET`.

    Raises:
        WebhookError: it is neither.
    """
    if not isinstance(written, str) or written.upper() not in METHODS:
        raise WebhookError("webhook_method is unknown.", "Use POST or GET.")
    return written.upper()


def event_body(webhook_id: UUID, kind: str, username: str, message: str) -> bytes:
    """An event as a webhook tells it: JSON with webhook_id, webhook_type, username and message.

    Args:
        webhook_id: the webhook's.
        kind: one of `KINDS`.
        username: the account's name.
        message: JSON, embedded as it stands.
    """
    return b'{"webhook_id":"%s","webhook_type":"%s","username":%s,"message":%s}' % (
        str(webhook_id).encode(),
        kind.encode(),
        msgspec.json.encode(username),
        message.encode(),
    )


def event_query(webhook_id: UUID, kind: str, username: str, message: str) -> str:
    """The same as a query string, for webhooks of the method GET: the message's fields stand beside the others.

    Texts stand as they are, whatever else a field holds stands as JSON.
    """
    fields = msgspec.json.decode(message, type=dict[str, object])
    written = {
        name: value if isinstance(value, str) else msgspec.json.encode(value).decode() for name, value in fields.items()
    }
    return urlencode({**written, "webhook_id": str(webhook_id), "webhook_type": kind, "username": username})
