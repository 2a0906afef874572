"""Owns what each SMPP PDU holds; must not know how it is laid out on the wire.

Text fields are `str` of code points 0-255 without NUL (the wire's octets, read as
Latin-1); sequence and status belong to the frame, not to the PDU. What a person
wrote, numbers and passwords are left out of every `repr`, so that a PDU that
reaches a log tells nothing. Source: SMPP 3.4 chapter 4.
"""

from __future__ import annotations

import enum
from typing import Final, TypeAlias

import msgspec

from comity.smpp import commands, tlv

VERSION_3_4: Final = 0x34


class BindKind(enum.Enum):
    """Which way messages may flow."""

    RECEIVER = "receiver"
    TRANSMITTER = "transmitter"
    TRANSCEIVER = "transceiver"

    @property
    def command_id(self) -> int:
        """The command that asks for this kind of bind."""
        return _BIND_COMMANDS[self]


_BIND_COMMANDS: Final = {
    BindKind.RECEIVER: commands.BIND_RECEIVER,
    BindKind.TRANSMITTER: commands.BIND_TRANSMITTER,
    BindKind.TRANSCEIVER: commands.BIND_TRANSCEIVER,
}
BIND_KINDS: Final = {command: kind for kind, command in _BIND_COMMANDS.items()}


class _Silent(msgspec.Struct, frozen=True, gc=False):
    """A struct whose repr gives its name alone."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"


class Bind(_Silent, frozen=True, gc=False):
    """bind_transmitter, bind_receiver or bind_transceiver (4.1)."""

    kind: BindKind
    system_id: str = ""
    password: str = ""
    system_type: str = ""
    interface_version: int = VERSION_3_4
    addr_ton: int = 0
    addr_npi: int = 0
    address_range: str = ""
    tlvs: tlv.Tlvs = ()


class BindResp(msgspec.Struct, frozen=True, gc=False):
    """The answer to a bind (4.1); without a body when the status is an error."""

    kind: BindKind
    system_id: str = ""
    tlvs: tlv.Tlvs = ()


class Outbind(_Silent, frozen=True, gc=False):
    """An SMSC's request to be bound to (4.1.7)."""

    system_id: str = ""
    password: str = ""


class _ShortMessage(_Silent, frozen=True, gc=False):
    """The common fields of submit_sm (4.4) and deliver_sm (4.6), in no particular order."""

    source_addr: str = ""
    destination_addr: str = ""
    short_message: bytes = b""
    esm_class: int = 0
    data_coding: int = 0
    registered_delivery: int = 0
    tlvs: tlv.Tlvs = ()
    source_addr_ton: int = 0
    source_addr_npi: int = 0
    dest_addr_ton: int = 0
    dest_addr_npi: int = 0
    service_type: str = ""
    protocol_id: int = 0
    priority_flag: int = 0
    schedule_delivery_time: str = ""
    validity_period: str = ""
    replace_if_present_flag: int = 0
    sm_default_msg_id: int = 0

    @property
    def content(self) -> bytes:
        """The octets of the message, a UDH included: message_payload where there is one, else short_message."""
        if self.tlvs:
            payload = tlv.find(self.tlvs, tlv.MESSAGE_PAYLOAD)
            if payload is not None:
                return payload
        return self.short_message


class SubmitSm(_ShortMessage, frozen=True, gc=False):
    """submit_sm (4.4.1): a message from ESME to SMSC."""


class DeliverSm(_ShortMessage, frozen=True, gc=False):
    """deliver_sm (4.6.1): a message or a receipt from SMSC to ESME."""


class SubmitSmResp(msgspec.Struct, frozen=True, gc=False):
    """submit_sm_resp (4.4.2); `message_id` is empty when the status is an error."""

    message_id: str = ""
    tlvs: tlv.Tlvs = ()


class DeliverSmResp(msgspec.Struct, frozen=True, gc=False):
    """deliver_sm_resp (4.6.2); `message_id` is unused and empty."""

    message_id: str = ""
    tlvs: tlv.Tlvs = ()


class DataSm(_Silent, frozen=True, gc=False):
    """data_sm (4.7.1): a message in either direction, its text in message_payload."""

    source_addr: str = ""
    destination_addr: str = ""
    esm_class: int = 0
    data_coding: int = 0
    registered_delivery: int = 0
    tlvs: tlv.Tlvs = ()
    source_addr_ton: int = 0
    source_addr_npi: int = 0
    dest_addr_ton: int = 0
    dest_addr_npi: int = 0
    service_type: str = ""

    @property
    def content(self) -> bytes:
        """The octets of the message; empty when message_payload is missing."""
        return tlv.find(self.tlvs, tlv.MESSAGE_PAYLOAD) or b""


class DataSmResp(msgspec.Struct, frozen=True, gc=False):
    """data_sm_resp (4.7.2)."""

    message_id: str = ""
    tlvs: tlv.Tlvs = ()


class QuerySm(_Silent, frozen=True, gc=False):
    """query_sm (4.8.1)."""

    message_id: str = ""
    source_addr_ton: int = 0
    source_addr_npi: int = 0
    source_addr: str = ""


class CancelSm(_Silent, frozen=True, gc=False):
    """cancel_sm (4.9.1)."""

    service_type: str = ""
    message_id: str = ""
    source_addr_ton: int = 0
    source_addr_npi: int = 0
    source_addr: str = ""
    dest_addr_ton: int = 0
    dest_addr_npi: int = 0
    destination_addr: str = ""


class ReplaceSm(_Silent, frozen=True, gc=False):
    """replace_sm (4.10.1)."""

    message_id: str = ""
    source_addr_ton: int = 0
    source_addr_npi: int = 0
    source_addr: str = ""
    schedule_delivery_time: str = ""
    validity_period: str = ""
    registered_delivery: int = 0
    sm_default_msg_id: int = 0
    short_message: bytes = b""


class SubmitMulti(_Silent, frozen=True, gc=False):
    """submit_multi (4.5.1), read as far as its sender; `rest` is the unread octets from number_of_dests on."""

    service_type: str = ""
    source_addr_ton: int = 0
    source_addr_npi: int = 0
    source_addr: str = ""
    rest: bytes = b""


class AlertNotification(_Silent, frozen=True, gc=False):
    """alert_notification (4.12.1): a handset can be reached again; it has no answer."""

    source_addr_ton: int = 0
    source_addr_npi: int = 0
    source_addr: str = ""
    esme_addr_ton: int = 0
    esme_addr_npi: int = 0
    esme_addr: str = ""
    tlvs: tlv.Tlvs = ()


class EnquireLink(msgspec.Struct, frozen=True, gc=False):
    """enquire_link (4.11.1)."""


class EnquireLinkResp(msgspec.Struct, frozen=True, gc=False):
    """enquire_link_resp (4.11.2)."""


class Unbind(msgspec.Struct, frozen=True, gc=False):
    """unbind (4.2.1)."""


class UnbindResp(msgspec.Struct, frozen=True, gc=False):
    """unbind_resp (4.2.2)."""


class GenericNack(msgspec.Struct, frozen=True, gc=False):
    """generic_nack (4.3.1)."""


Pdu: TypeAlias = (
    Bind
    | BindResp
    | Outbind
    | SubmitSm
    | SubmitSmResp
    | DeliverSm
    | DeliverSmResp
    | DataSm
    | DataSmResp
    | QuerySm
    | CancelSm
    | ReplaceSm
    | SubmitMulti
    | AlertNotification
    | EnquireLink
    | EnquireLinkResp
    | Unbind
    | UnbindResp
    | GenericNack
)


class Frame(msgspec.Struct, frozen=True, gc=False):
    """A PDU with its header."""

    command_id: int
    status: int
    sequence: int
    pdu: Pdu
