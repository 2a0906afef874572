"""Owns how deliveries are written as deliver_sm; must not know stores or connections.

Source: SMPP 3.4 section 4.6 and appendix B.
"""

from __future__ import annotations

from typing import Final

from comity.base.ids import instant_of, to_wire
from comity.edges.postgres.esme_store import Delivery
from comity.messages.life import State
from comity.senders.read import BadSender, SenderKind, read_sender
from comity.smpp import tlv
from comity.smpp.layouts import SHORT_MESSAGE_LIMIT
from comity.smpp.pdu import DeliverSm, SubmitSm
from comity.smpp.receipts import MessageState, Outcome, write_receipt
from comity.sms.alphabet import DEFAULT
from comity.sms.segment import Encoding, plan

STATES: Final[dict[str, MessageState]] = {
    State.DELIVERED.value: MessageState.DELIVERED,
    State.UNDELIVERED.value: MessageState.UNDELIVERABLE,
    State.EXPIRED.value: MessageState.EXPIRED,
    State.REJECTED.value: MessageState.REJECTED,
    State.UNKNOWN.value: MessageState.UNKNOWN,
    State.REFUSED.value: MessageState.REJECTED,
    State.CANCELLED.value: MessageState.DELETED,
}
_INTERNATIONAL: Final = (1, 1)
# Type of number and numbering plan (SMPP 3.4 sections 5.2.5 and 5.2.6): as our carriers are told by default.
_TON_NPI: Final[dict[SenderKind, tuple[int, int]]] = {
    SenderKind.NUMBER: _INTERNATIONAL,
    SenderKind.SHORT_CODE: (3, 0),
    SenderKind.NAME: (5, 0),
}
_MARK_OCTETS: Final = 2


def deliver_sm(delivery: Delivery) -> DeliverSm:
    """The deliver_sm that says it."""
    return _receipt(delivery) if delivery.kind == "receipt" else _inbound(delivery)


def _receipt(delivery: Delivery) -> DeliverSm:
    assert delivery.message_id is not None  # the store's: a receipt names a message
    sender, ton, npi = _address(delivery.sender)
    submitted = SubmitSm(
        source_addr=sender,
        source_addr_ton=ton,
        source_addr_npi=npi,
        destination_addr=_latin(delivery.recipient.removeprefix("+")),
        dest_addr_ton=1,
        dest_addr_npi=1,
        tlvs=_mark(delivery.mark),
    )
    return write_receipt(
        submitted,
        Outcome(
            message_id=to_wire(delivery.message_id),
            state=STATES[delivery.state],
            submitted_at=instant_of(delivery.message_id),
            done_at=delivery.at,
            error=f"{delivery.detail:03}",
        ),
    )


def _inbound(delivery: Delivery) -> DeliverSm:
    sender, source_ton, source_npi = _address(delivery.sender)
    recipient, dest_ton, dest_npi = _address(delivery.recipient)
    segments = plan(delivery.text)
    gsm = segments.encoding is Encoding.GSM7
    octets = DEFAULT.encode(delivery.text) if gsm else delivery.text.encode("utf-16-be")
    long = len(octets) > SHORT_MESSAGE_LIMIT
    return DeliverSm(
        source_addr=sender,
        source_addr_ton=source_ton,
        source_addr_npi=source_npi,
        destination_addr=recipient,
        dest_addr_ton=dest_ton,
        dest_addr_npi=dest_npi,
        data_coding=0 if gsm else 8,
        short_message=b"" if long else octets,
        tlvs=((tlv.MESSAGE_PAYLOAD, octets),) if long else (),
    )


def _address(written: str) -> tuple[str, int, int]:
    """An address with its type of number and numbering plan; a number without its plus."""
    read = read_sender(written)
    if isinstance(read, BadSender):
        return _latin(written), 0, 0
    return (read.shown, *_TON_NPI[read.kind])


def _latin(address: str) -> str:
    """What SMPP can carry of an address: 20 Latin-1 characters."""
    return address.encode("latin-1", "replace").decode("latin-1").replace("\0", "")[:20]


def _mark(mark: str) -> tlv.Tlvs:
    """The user_message_reference that came with the submission."""
    if not mark.isascii() or not mark.isdecimal() or int(mark) >> (8 * _MARK_OCTETS):
        return ()
    return ((tlv.USER_MESSAGE_REFERENCE, int(mark).to_bytes(_MARK_OCTETS, "big")),)
