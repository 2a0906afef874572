"""Owns the reading of what an answer to a message says; must not know what the message was.

It is liberal: a carrier's answer means that it has decided, and what is malformed
about it must not have the message sent again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.smpp import layouts
from comity.smpp import status as st
from comity.smpp.layouts import HEADER_SIZE, bad
from comity.smpp.shortmessage import tlvs_of

if TYPE_CHECKING:
    from comity.smpp.tlv import Tlvs


def read_message_id(frame: bytes) -> tuple[str, Tlvs]:
    """The body of submit_sm_resp, deliver_sm_resp or data_sm_resp: the message id and the TLVs after it."""
    size = len(frame)
    if size <= HEADER_SIZE:
        return "", ()
    end = frame.find(0, HEADER_SIZE)
    if end < 0:
        end = size  # liberal: the NUL is missing
    if end - HEADER_SIZE >= layouts.MESSAGE_ID_LIMIT:
        raise bad(frame, st.ESME_RINVMSGID, "message_id is longer than 65 octets.")
    return str(frame[HEADER_SIZE:end], "latin-1"), tlvs_of(frame, end + 1) if end + 1 < size else ()


def salvage_message_id(frame: bytes) -> str:
    """The message id of a malformed submit_sm_resp or data_sm_resp; empty when there is no usable one."""
    octets = frame[HEADER_SIZE:].partition(b"\0")[0]
    return octets.decode("latin-1") if len(octets) < layouts.MESSAGE_ID_LIMIT else ""
