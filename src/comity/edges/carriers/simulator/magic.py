"""Owns the magic numbers: how a recipient's last digits choose a message's fate; must not know sessions or sockets.

docs/reference/simulator.md shows this table; a test compares the two.
"""

from __future__ import annotations

import enum
from typing import Final

import msgspec

from comity.smpp import status as st
from comity.smpp.receipts import MessageState

DIGITS: Final = 6
PREFIX: Final = "9990"
SLOW_S: Final = 2.0
LATE_S: Final = 75.0
DELAYED_RECEIPT_S: Final = 10.0
# So long after the receipt comes the answer that should have come first.
AFTER_RECEIPT_S: Final = 0.1


class Answer(enum.Enum):
    """What happens to the submit_sm."""

    AT_ONCE = enum.auto()
    SLOW = enum.auto()
    LATE = enum.auto()
    NEVER = enum.auto()
    AFTER_RECEIPT = enum.auto()
    TAKE_AND_DROP = enum.auto()
    DROP = enum.auto()
    UNBIND = enum.auto()


class IdStyle(enum.Enum):
    """How a message id is written."""

    DECIMAL = enum.auto()
    PADDED = enum.auto()
    HEX = enum.auto()
    UPPER_HEX = enum.auto()


class Form(enum.Enum):
    """What a receipt consists of."""

    BOTH = enum.auto()
    TEXT_ONLY = enum.auto()
    TLVS_ONLY = enum.auto()


class Report(msgspec.Struct, frozen=True):
    """One receipt: what it says, the error in it, and how much later than usual it comes."""

    state: MessageState = MessageState.DELIVERED
    error: str = "000"
    later_s: float = 0.0
    form: Form = Form.BOTH

    @property
    def good(self) -> bool:
        """Whether whoever wants to hear of failures alone is spared it."""
        return self.state is MessageState.DELIVERED


class Fate(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a message.

    Attributes:
        status: the command_status of the answer; 0 takes the message.
        times: how often that status, or the loss of the connection, befalls one recipient; 0 for always.
        answer: when it is answered, if at all.
        reports: the receipts in order, if one is asked for.
        answered_id, reported_id: how the id is written in the answer and in receipts.
    """

    meaning: str
    status: int = 0
    times: int = 0
    answer: Answer = Answer.AT_ONCE
    reports: tuple[Report, ...] = (Report(),)
    answered_id: IdStyle = IdStyle.DECIMAL
    reported_id: IdStyle = IdStyle.DECIMAL

    @property
    def receipt_first(self) -> bool:
        """Whether the receipt does not wait for the answer."""
        return self.answer is Answer.AFTER_RECEIPT


_State = MessageState
_DELIVERED: Final = Report()
ORDINARY: Final = Fate(meaning="accepted, then delivered")

_ENDINGS: Final = {
    "00": ORDINARY,
    "01": Fate(meaning="accepted, then UNDELIV", reports=(Report(_State.UNDELIVERABLE, "011"),)),
    "02": Fate(meaning="accepted, then EXPIRED", reports=(Report(_State.EXPIRED, "027"),)),
    "03": Fate(meaning="accepted, then REJECTD", reports=(Report(_State.REJECTED, "088"),)),
    "04": Fate(meaning="accepted, then DELETED", reports=(Report(_State.DELETED),)),
    "05": Fate(meaning="accepted, then UNKNOWN", reports=(Report(_State.UNKNOWN, "255"),)),
    "10": Fate(meaning="refused: ESME_RINVDSTADR", status=st.ESME_RINVDSTADR),
    "11": Fate(meaning="refused: ESME_RINVSRCADR", status=st.ESME_RINVSRCADR),
    "12": Fate(meaning="refused: ESME_RX_R_APPN", status=st.ESME_RX_R_APPN),
    "13": Fate(meaning="refused with a vendor's status, 0x400", status=0x400),
    "20": Fate(meaning="throttled once (ESME_RTHROTTLED), then accepted", status=st.ESME_RTHROTTLED, times=1),
    "21": Fate(meaning="queue full once (ESME_RMSGQFUL), then accepted", status=st.ESME_RMSGQFUL, times=1),
    "22": Fate(meaning="system error once (ESME_RSYSERR), then accepted", status=st.ESME_RSYSERR, times=1),
    "23": Fate(meaning="throttled always", status=st.ESME_RTHROTTLED),
    "24": Fate(meaning="queue full always", status=st.ESME_RMSGQFUL),
    "25": Fate(meaning="system error always", status=st.ESME_RSYSERR),
    "30": Fate(meaning="answered after 2 seconds", answer=Answer.SLOW),
    "31": Fate(meaning="answered after 75 seconds, past the usual response time-out", answer=Answer.LATE),
    "32": Fate(meaning="never answered, not delivered", answer=Answer.NEVER, reports=()),
    "33": Fate(meaning="never answered, but delivered", answer=Answer.NEVER),
    "34": Fate(
        meaning="taken, but the connection drops before the answer; the second time answered",
        answer=Answer.TAKE_AND_DROP,
        times=1,
    ),
    "35": Fate(meaning="not taken: the connection drops; the second time accepted", answer=Answer.DROP, times=1),
    "36": Fate(meaning="accepted, then the simulator unbinds", answer=Answer.UNBIND),
    "40": Fate(meaning="accepted; its receipt is lost", reports=()),
    "41": Fate(meaning="accepted; its receipt comes twice", reports=(_DELIVERED, _DELIVERED)),
    "42": Fate(meaning="its receipt comes before the answer", answer=Answer.AFTER_RECEIPT),
    "43": Fate(meaning="accepted, then ENROUTE, then DELIVRD", reports=(Report(_State.ENROUTE), Report(later_s=0.1))),
    "44": Fate(
        meaning="accepted, then DELIVRD, then ENROUTE", reports=(_DELIVERED, Report(_State.ENROUTE, later_s=0.1))
    ),
    "45": Fate(meaning="accepted; its receipt comes 10 seconds late", reports=(Report(later_s=DELAYED_RECEIPT_S),)),
    "46": Fate(meaning="accepted; its receipt has no TLVs", reports=(Report(form=Form.TEXT_ONLY),)),
    "47": Fate(meaning="accepted; its receipt has no text", reports=(Report(form=Form.TLVS_ONLY),)),
    "48": Fate(
        meaning="accepted, then EXPIRED, then DELIVRD after all",
        reports=(Report(_State.EXPIRED, "027"), Report(later_s=0.1)),
    ),
    "50": Fate(meaning="id hexadecimal in the answer, decimal in the receipt", answered_id=IdStyle.HEX),
    "51": Fate(meaning="id decimal in the answer, hexadecimal in the receipt", reported_id=IdStyle.HEX),
    "52": Fate(meaning="id with leading zeros in the answer only", answered_id=IdStyle.PADDED),
    "53": Fate(meaning="id with leading zeros in the receipt only", reported_id=IdStyle.PADDED),
    "54": Fate(
        meaning="id in upper case in the answer, in lower case in the receipt",
        answered_id=IdStyle.UPPER_HEX,
        reported_id=IdStyle.HEX,
    ),
    "55": Fate(
        meaning="id in lower case in the answer, in upper case in the receipt",
        answered_id=IdStyle.HEX,
        reported_id=IdStyle.UPPER_HEX,
    ),
}
FATES: Final[dict[str, Fate]] = {PREFIX + ending: fate for ending, fate in _ENDINGS.items()}


def fate_of(recipient: str) -> Fate:
    """The fate that the last six digits of a recipient's number choose."""
    return FATES.get(recipient[-DIGITS:], ORDINARY)


_STYLES: Final = {IdStyle.DECIMAL: "d", IdStyle.PADDED: "020d", IdStyle.HEX: "x", IdStyle.UPPER_HEX: "X"}


def write_id(number: int, style: IdStyle) -> str:
    """A message id as written."""
    return format(number, _STYLES[style])
