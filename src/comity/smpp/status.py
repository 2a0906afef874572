"""Owns the command_status codes: their names, whose fault each is and whether to try again; must not know any PDU.

Source: SMPP 3.4 section 5.1.3; 0x100-0x112 are of SMPP 5.0 section 4.7.6. The
specification does not say what is worth retrying: that column is ours.
"""

from __future__ import annotations

import enum
from typing import Final

import msgspec

from comity.base.errors import Fault

ESME_ROK: Final = 0x00
ESME_RINVMSGLEN: Final = 0x01
ESME_RINVCMDLEN: Final = 0x02
ESME_RINVCMDID: Final = 0x03
ESME_RINVBNDSTS: Final = 0x04
ESME_RALYBND: Final = 0x05
ESME_RSYSERR: Final = 0x08
ESME_RINVSRCADR: Final = 0x0A
ESME_RINVDSTADR: Final = 0x0B
ESME_RINVMSGID: Final = 0x0C
ESME_RBINDFAIL: Final = 0x0D
ESME_RINVPASWD: Final = 0x0E
ESME_RINVSYSID: Final = 0x0F
ESME_RCANCELFAIL: Final = 0x11
ESME_RREPLACEFAIL: Final = 0x13
ESME_RMSGQFUL: Final = 0x14
ESME_RINVSERTYP: Final = 0x15
ESME_RSUBMITFAIL: Final = 0x45
ESME_RINVSYSTYP: Final = 0x53
ESME_RTHROTTLED: Final = 0x58
ESME_RINVSCHED: Final = 0x61
ESME_RINVEXPIRY: Final = 0x62
ESME_RX_T_APPN: Final = 0x64
ESME_RX_P_APPN: Final = 0x65
ESME_RX_R_APPN: Final = 0x66
ESME_RQUERYFAIL: Final = 0x67
ESME_RINVOPTPARSTREAM: Final = 0xC0
ESME_ROPTPARNOTALLWD: Final = 0xC1
ESME_RINVPARLEN: Final = 0xC2
ESME_RMISSINGOPTPARAM: Final = 0xC3
ESME_RINVOPTPARAMVAL: Final = 0xC4
ESME_RUNKNOWNERR: Final = 0xFF


class Retry(enum.Enum):
    """What to do with a message that was answered so."""

    DONE = "done"
    """It was taken; never send it again."""
    THROTTLED = "throttled"
    """We send too fast: slow down, then send it again."""
    TEMPORARY = "temporary"
    """The other side is in trouble: send it again later, or by another route."""
    PERMANENT = "permanent"
    """The same message would be refused again."""


class Status(msgspec.Struct, frozen=True):
    """One command_status: its name, meaning, whose fault it is and whether a retry helps.

    `fault` is seen from the side that receives the status: CALLER is whoever wrote
    the message, OURS is the configuration or the code of this end, PEER the other end.
    """

    code: int
    name: str
    description: str
    fault: Fault
    retry: Retry


_CALLER, _OURS, _PEER = Fault.CALLER, Fault.OURS, Fault.PEER
_LATER, _NEVER, _SLOWER = Retry.TEMPORARY, Retry.PERMANENT, Retry.THROTTLED

_ROWS: Final = (
    (0x00, "ESME_ROK", "No error", _PEER, Retry.DONE),
    (0x01, "ESME_RINVMSGLEN", "Message length is invalid", _CALLER, _NEVER),
    (0x02, "ESME_RINVCMDLEN", "Command length is invalid", _OURS, _NEVER),
    (0x03, "ESME_RINVCMDID", "Invalid command id", _OURS, _NEVER),
    (0x04, "ESME_RINVBNDSTS", "Incorrect bind status for the command", _OURS, _LATER),
    (0x05, "ESME_RALYBND", "Already in bound state", _OURS, _LATER),
    (0x06, "ESME_RINVPRTFLG", "Invalid priority flag", _OURS, _NEVER),
    (0x07, "ESME_RINVREGDLVFLG", "Invalid registered delivery flag", _OURS, _NEVER),
    (0x08, "ESME_RSYSERR", "System error", _PEER, _LATER),
    (0x0A, "ESME_RINVSRCADR", "Invalid source address", _CALLER, _NEVER),
    (0x0B, "ESME_RINVDSTADR", "Invalid destination address", _CALLER, _NEVER),
    (0x0C, "ESME_RINVMSGID", "Message id is invalid", _OURS, _NEVER),
    (0x0D, "ESME_RBINDFAIL", "Bind failed", _OURS, _LATER),
    (0x0E, "ESME_RINVPASWD", "Invalid password", _OURS, _NEVER),
    (0x0F, "ESME_RINVSYSID", "Invalid system id", _OURS, _NEVER),
    (0x11, "ESME_RCANCELFAIL", "cancel_sm failed", _PEER, _NEVER),
    (0x13, "ESME_RREPLACEFAIL", "replace_sm failed", _PEER, _NEVER),
    (0x14, "ESME_RMSGQFUL", "Message queue full", _PEER, _SLOWER),
    (0x15, "ESME_RINVSERTYP", "Invalid service type", _OURS, _NEVER),
    (0x33, "ESME_RINVNUMDESTS", "Invalid number of destinations", _OURS, _NEVER),
    (0x34, "ESME_RINVDLNAME", "Invalid distribution list name", _OURS, _NEVER),
    (0x40, "ESME_RINVDESTFLAG", "Destination flag is invalid", _OURS, _NEVER),
    (0x42, "ESME_RINVSUBREP", "Submit with replace is not supported", _OURS, _NEVER),
    (0x43, "ESME_RINVESMCLASS", "Invalid esm_class", _OURS, _NEVER),
    (0x44, "ESME_RCNTSUBDL", "Cannot submit to the distribution list", _OURS, _NEVER),
    (0x45, "ESME_RSUBMITFAIL", "submit_sm or submit_multi failed", _PEER, _LATER),
    (0x48, "ESME_RINVSRCTON", "Invalid source address type of number", _OURS, _NEVER),
    (0x49, "ESME_RINVSRCNPI", "Invalid source address numbering plan", _OURS, _NEVER),
    (0x50, "ESME_RINVDSTTON", "Invalid destination address type of number", _OURS, _NEVER),
    (0x51, "ESME_RINVDSTNPI", "Invalid destination address numbering plan", _OURS, _NEVER),
    (0x53, "ESME_RINVSYSTYP", "Invalid system type", _OURS, _NEVER),
    (0x54, "ESME_RINVREPFLAG", "Invalid replace_if_present flag", _OURS, _NEVER),
    (0x55, "ESME_RINVNUMMSGS", "Invalid number of messages", _OURS, _NEVER),
    (0x58, "ESME_RTHROTTLED", "Throttled: allowed message rate exceeded", _OURS, _SLOWER),
    (0x61, "ESME_RINVSCHED", "Invalid scheduled delivery time", _CALLER, _NEVER),
    (0x62, "ESME_RINVEXPIRY", "Invalid validity period", _CALLER, _NEVER),
    (0x63, "ESME_RINVDFTMSGID", "Predefined message is invalid or not found", _OURS, _NEVER),
    (0x64, "ESME_RX_T_APPN", "Temporary error of the receiving application", _PEER, _LATER),
    (0x65, "ESME_RX_P_APPN", "Permanent error of the receiving application", _PEER, _NEVER),
    (0x66, "ESME_RX_R_APPN", "The receiving application rejects the message", _CALLER, _NEVER),
    (0x67, "ESME_RQUERYFAIL", "query_sm failed", _PEER, _NEVER),
    (0xC0, "ESME_RINVOPTPARSTREAM", "Error in the optional part of the PDU", _OURS, _NEVER),
    (0xC1, "ESME_ROPTPARNOTALLWD", "Optional parameter not allowed", _OURS, _NEVER),
    (0xC2, "ESME_RINVPARLEN", "Invalid parameter length", _OURS, _NEVER),
    (0xC3, "ESME_RMISSINGOPTPARAM", "Expected optional parameter missing", _OURS, _NEVER),
    (0xC4, "ESME_RINVOPTPARAMVAL", "Invalid optional parameter value", _OURS, _NEVER),
    (0xFE, "ESME_RDELIVERYFAILURE", "Delivery failure", _PEER, _NEVER),
    (0xFF, "ESME_RUNKNOWNERR", "Unknown error", _PEER, _LATER),
    (0x100, "ESME_RSERTYPUNAUTH", "Not authorised to use the service type", _OURS, _NEVER),
    (0x101, "ESME_RPROHIBITED", "Not authorised to use the operation", _OURS, _NEVER),
    (0x102, "ESME_RSERTYPUNAVAIL", "Service type is unavailable", _PEER, _LATER),
    (0x103, "ESME_RSERTYPDENIED", "Service type is denied", _OURS, _NEVER),
    (0x104, "ESME_RINVDCS", "Invalid data coding scheme", _OURS, _NEVER),
    (0x105, "ESME_RINVSRCADDRSUBUNIT", "Source address sub unit is invalid", _OURS, _NEVER),
    (0x106, "ESME_RINVDSTADDRSUBUNIT", "Destination address sub unit is invalid", _OURS, _NEVER),
    (0x107, "ESME_RINVBCASTFREQINT", "Broadcast frequency interval is invalid", _OURS, _NEVER),
    (0x108, "ESME_RINVBCASTALIAS_NAME", "Broadcast alias name is invalid", _OURS, _NEVER),
    (0x109, "ESME_RINVBCASTAREAFMT", "Broadcast area format is invalid", _OURS, _NEVER),
    (0x10A, "ESME_RINVNUMBCAST_AREAS", "Number of broadcast areas is invalid", _OURS, _NEVER),
    (0x10B, "ESME_RINVBCASTCNTTYPE", "Broadcast content type is invalid", _OURS, _NEVER),
    (0x10C, "ESME_RINVBCASTMSGCLASS", "Broadcast message class is invalid", _OURS, _NEVER),
    (0x10D, "ESME_RBCASTFAIL", "broadcast_sm failed", _PEER, _NEVER),
    (0x10E, "ESME_RBCASTQUERYFAIL", "query_broadcast_sm failed", _PEER, _NEVER),
    (0x10F, "ESME_RBCASTCANCELFAIL", "cancel_broadcast_sm failed", _PEER, _NEVER),
    (0x110, "ESME_RINVBCAST_REP", "Number of repeated broadcasts is invalid", _OURS, _NEVER),
    (0x111, "ESME_RINVBCASTSRVGRP", "Broadcast service group is invalid", _OURS, _NEVER),
    (0x112, "ESME_RINVBCASTCHANIND", "Broadcast channel indicator is invalid", _OURS, _NEVER),
)

STATUSES: Final[dict[int, Status]] = {row[0]: Status(*row) for row in _ROWS}

_VENDOR_FIRST: Final = 0x400
_VENDOR_LAST: Final = 0x4FF


def describe(code: int) -> Status:
    """What a command_status means.

    Codes of a vendor (0x400-0x4FF) and codes that nobody defined count as the
    peer's and as permanent: what they mean is the carrier's quirk to configure,
    and a wrong guess "retry" sends people the same message twice.
    """
    known = STATUSES.get(code)
    if known is not None:
        return known
    if _VENDOR_FIRST <= code <= _VENDOR_LAST:
        return Status(code, f"VENDOR_0x{code:X}", "Error defined by the vendor of the SMSC", _PEER, _NEVER)
    return Status(code, f"RESERVED_0x{code:X}", "Error that SMPP does not define", _PEER, _NEVER)
