"""Owns the numbers and names of SMPP commands; must not know what their bodies hold.

Source: SMPP 3.4 section 5.1.2.1; broadcast commands of 5.0 are left unknown.
"""

from __future__ import annotations

from typing import Final

RESPONSE: Final = 0x80000000

GENERIC_NACK: Final = 0x80000000
BIND_RECEIVER: Final = 0x00000001
BIND_TRANSMITTER: Final = 0x00000002
QUERY_SM: Final = 0x00000003
SUBMIT_SM: Final = 0x00000004
DELIVER_SM: Final = 0x00000005
UNBIND: Final = 0x00000006
REPLACE_SM: Final = 0x00000007
CANCEL_SM: Final = 0x00000008
BIND_TRANSCEIVER: Final = 0x00000009
OUTBIND: Final = 0x0000000B
ENQUIRE_LINK: Final = 0x00000015
SUBMIT_MULTI: Final = 0x00000021
ALERT_NOTIFICATION: Final = 0x00000102
DATA_SM: Final = 0x00000103

BIND_RECEIVER_RESP: Final = RESPONSE | BIND_RECEIVER
BIND_TRANSMITTER_RESP: Final = RESPONSE | BIND_TRANSMITTER
QUERY_SM_RESP: Final = RESPONSE | QUERY_SM
SUBMIT_SM_RESP: Final = RESPONSE | SUBMIT_SM
DELIVER_SM_RESP: Final = RESPONSE | DELIVER_SM
UNBIND_RESP: Final = RESPONSE | UNBIND
REPLACE_SM_RESP: Final = RESPONSE | REPLACE_SM
CANCEL_SM_RESP: Final = RESPONSE | CANCEL_SM
BIND_TRANSCEIVER_RESP: Final = RESPONSE | BIND_TRANSCEIVER
ENQUIRE_LINK_RESP: Final = RESPONSE | ENQUIRE_LINK
SUBMIT_MULTI_RESP: Final = RESPONSE | SUBMIT_MULTI
DATA_SM_RESP: Final = RESPONSE | DATA_SM

# Requests that have no response of their own; a refusal of one is a generic_nack.
WITHOUT_RESPONSE: Final = frozenset({OUTBIND, ALERT_NOTIFICATION})

BINDS: Final = frozenset({BIND_RECEIVER, BIND_TRANSMITTER, BIND_TRANSCEIVER})

NAMES: Final[dict[int, str]] = {
    GENERIC_NACK: "generic_nack",
    BIND_RECEIVER: "bind_receiver",
    BIND_TRANSMITTER: "bind_transmitter",
    QUERY_SM: "query_sm",
    SUBMIT_SM: "submit_sm",
    DELIVER_SM: "deliver_sm",
    UNBIND: "unbind",
    REPLACE_SM: "replace_sm",
    CANCEL_SM: "cancel_sm",
    BIND_TRANSCEIVER: "bind_transceiver",
    OUTBIND: "outbind",
    ENQUIRE_LINK: "enquire_link",
    SUBMIT_MULTI: "submit_multi",
    ALERT_NOTIFICATION: "alert_notification",
    DATA_SM: "data_sm",
    BIND_RECEIVER_RESP: "bind_receiver_resp",
    BIND_TRANSMITTER_RESP: "bind_transmitter_resp",
    QUERY_SM_RESP: "query_sm_resp",
    SUBMIT_SM_RESP: "submit_sm_resp",
    DELIVER_SM_RESP: "deliver_sm_resp",
    UNBIND_RESP: "unbind_resp",
    REPLACE_SM_RESP: "replace_sm_resp",
    CANCEL_SM_RESP: "cancel_sm_resp",
    BIND_TRANSCEIVER_RESP: "bind_transceiver_resp",
    ENQUIRE_LINK_RESP: "enquire_link_resp",
    SUBMIT_MULTI_RESP: "submit_multi_resp",
    DATA_SM_RESP: "data_sm_resp",
}


def name_of(command_id: int) -> str:
    """The specification's name, or the number in hexadecimal."""
    return NAMES.get(command_id, f"0x{command_id:08X}")


def response_to(command_id: int) -> int:
    """The command that refuses or answers a request; generic_nack where it has none."""
    if command_id in NAMES and command_id not in WITHOUT_RESPONSE:
        return command_id | RESPONSE
    return GENERIC_NACK
