"""Owns a customer's SMPP client, as small as it can be: binds, submits one text, waits for its receipt."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

import msgspec

from comity.app.settings import Address
from comity.edges.carriers.wire import Wire
from comity.smpp import events as ev
from comity.smpp.esme import EsmeSession
from comity.smpp.pdu import BindKind, SubmitSm
from comity.smpp.receipts import read_receipt

_ALPHANUMERIC: Final = 5
_INTERNATIONAL: Final = 1
_ISDN: Final = 1


class Login(msgspec.Struct, frozen=True):
    """What a customer binds with."""

    address: Address
    system_id: str
    password: str


async def submit_over_smpp(login: Login, sender: str, to: str, text: str, patience_s: float) -> tuple[str, str]:
    """Submit one text; its message id and the word of its receipt, or why there is none."""
    loop = asyncio.get_running_loop()
    finished: asyncio.Future[tuple[str, str]] = loop.create_future()
    session = EsmeSession()
    message_id = ""

    def heed(events: Sequence[ev.Event]) -> None:
        nonlocal message_id
        for event in events:
            if isinstance(event, ev.Bound):
                session.submit(_submit_sm(sender, to, text))
            elif isinstance(event, ev.Submitted):
                message_id = event.message_id
                if event.status:
                    _finish(finished, (message_id, f"refused with status {event.status:#x}"))
            elif isinstance(event, ev.Delivered):
                session.answer_deliver(event.sequence)
                receipt = read_receipt(event.pdu)
                if receipt is not None and not receipt.intermediate:
                    _finish(finished, (message_id, receipt.state_text))
            elif isinstance(event, (ev.BindRefused, ev.Failed)):
                _finish(finished, ("", "the session failed"))

    wire = Wire(session, heed, lambda: _finish(finished, (message_id, "the connection was lost")))
    session.bind(BindKind.TRANSCEIVER, login.system_id, login.password)
    await loop.create_connection(lambda: wire, login.address.host, login.address.port)
    try:
        return await asyncio.wait_for(finished, patience_s)
    except TimeoutError:
        return message_id, "no receipt came"
    finally:
        wire.abort()


def _submit_sm(sender: str, to: str, text: str) -> SubmitSm:
    return SubmitSm(
        source_addr_ton=_ALPHANUMERIC,
        source_addr=sender,
        dest_addr_ton=_INTERNATIONAL,
        dest_addr_npi=_ISDN,
        destination_addr=to,
        registered_delivery=1,
        short_message=text.encode("ascii"),
    )


def _finish(finished: asyncio.Future[tuple[str, str]], result: tuple[str, str]) -> None:
    if not finished.done():
        finished.set_result(result)
