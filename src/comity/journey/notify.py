"""Owns what is told about a message's changes, and in which words; must not know who listens or how it is delivered.

Whoever wants to be told gets `StateChange` values inside the transaction that made
them, so that nothing is told that did not happen and nothing that happened is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from comity.base.ids import instant_of, to_wire
from comity.messages.life import DETAIL_WORDS, REPORTS, Detail, State

DELIVERY_REPORT: Final = "delivery_report"
INBOX_MESSAGE: Final = "inbox_message"
ADD_OPT_OUT: Final = "add_optout"
DELETE_OPT_OUT: Final = "delete_optout"

_encode: Final = msgspec.json.Encoder().encode
_STAMP: Final = "%Y-%m-%d %H:%M:%S"


class StateChange(msgspec.Struct, frozen=True, gc=False):
    """A message took a new state.

    Attributes:
        at: when it did.
        submitted_at: when a carrier took it, if one did.
        receipt: whether the SMPP customer asked for a delivery receipt.
        system_id: the SMPP login it came from, None for other doors.
    """

    account_id: int
    message_id: UUID
    state: State
    detail: Detail
    at: datetime
    submitted_at: datetime | None
    sender: str
    recipient: str
    text: str
    reference: str
    receipt: bool
    system_id: str | None


class InboundMessage(msgspec.Struct, frozen=True, gc=False):
    """A message from a person, as an account's inbox has it; `number` is its place there."""

    account_id: int
    number: int
    sender: str
    receiver: str
    text: str
    at: datetime


class Event(msgspec.Struct, frozen=True, gc=False):
    """Something webhooks may be told.

    Attributes:
        stream: events of one stream are delivered in their order.
        kind: the webhook type of the Smstools interface.
        body: the JSON of its `message` member.
    """

    account_id: int
    stream: str
    kind: str
    body: str


def report_events(changes: Sequence[StateChange]) -> list[Event]:
    """The delivery reports of changes, in order."""
    return [_report(change) for change in changes]


def inbox_event(message: InboundMessage) -> Event:
    """The event of a message from a person."""
    return _inbound(INBOX_MESSAGE, message)


def opt_out_event(message: InboundMessage, *, added: bool) -> Event:
    """The event of a reply that stopped or started an account's messages."""
    return _inbound(ADD_OPT_OUT if added else DELETE_OPT_OUT, message)


def _report(change: StateChange) -> Event:
    wire_id = to_wire(change.message_id)
    report = REPORTS[change.state]
    body = {
        "messageid": wire_id,
        "datetime": instant_of(change.message_id).strftime(_STAMP),
        "content": change.text,
        "sender": change.sender,
        "receiver": change.recipient,
        "reference": change.reference,
        # Codes are strings: the interface's strict client insists.
        "delivery_code": str(int(report.code)),
        "delivery_status": report.word,
        "delivery_status_datetime": change.at.strftime(_STAMP),
        "delivery_code_detail": str(int(change.detail)),
        "delivery_code_detail_description": DETAIL_WORDS[change.detail],
    }
    return Event(change.account_id, wire_id, DELIVERY_REPORT, _json(body))


def _inbound(kind: str, message: InboundMessage) -> Event:
    body = {
        "messageid": str(message.number),
        "datetime": message.at.strftime(_STAMP),
        "content": message.text,
        "sender": message.sender,
        "receiver": message.receiver,
        "reference": "",
        "delivery_code": None,
        "delivery_status": "",
        "delivery_status_datetime": "",
        "delivery_code_detail": None,
        "delivery_code_detail_description": "",
    }
    return Event(message.account_id, f"{message.sender}>{message.receiver}", kind, _json(body))


def _json(body: dict[str, Any]) -> str:
    return _encode(body).decode()
