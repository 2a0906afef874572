"""Owns how outcomes are said in SMPP: a command_status, a message id, the verdict in a TLV; must not judge anything.

The vendor's range of statuses (0x400 to 0x4FF, SMPP 3.4 section 5.1.3) mirrors the codes
of the HTTP door, one a clause: 0x410 + n for U n, 0x430 + n for P n, 0x450 + n for G n and
0x460 + n for D n.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from comity.base.ids import to_wire
from comity.edges.smpp_server.reading import ESME_RINVDCS
from comity.messages.submission import InputFault, Judged, Malformed, Outcome, TryLater
from comity.messages.verdict import Action, Verdict, for_sender
from comity.smpp import status as st
from comity.smpp.tlv import Tlvs

VERDICT_TLV: Final = 0x1401
NOT_ENOUGH_CREDITS: Final = 0x400
OPTED_OUT: Final = 0x401
POLICY: Final = 0x410
_FAMILIES: Final = {"U": (0x410, 0x1F), "P": (0x430, 0x1F), "G": (0x450, 0x0F), "D": (0x460, 0x0F)}
_OPTED_OUT_RULE: Final = "recipient-opted-out"
# Clients are known to read PDUs into buffers of 4,096 octets, some of 1,500.
MOST_VERDICT_OCTETS: Final = 1_400

_FAULTS: Final[dict[InputFault, int]] = {
    InputFault.NO_MESSAGE: st.ESME_RINVMSGLEN,
    InputFault.TEXT_MISSING: st.ESME_RINVMSGLEN,
    InputFault.TEXT_TOO_LONG: st.ESME_RINVMSGLEN,
    InputFault.TEXT_NOT_SENDABLE: ESME_RINVDCS,
    InputFault.SENDER_MISSING: st.ESME_RINVSRCADR,
    InputFault.SENDER_NEEDS_PLUS: st.ESME_RINVSRCADR,
    InputFault.SENDER_INVALID: st.ESME_RINVSRCADR,
    InputFault.RECIPIENT_MISSING: st.ESME_RINVDSTADR,
    InputFault.RECIPIENT_INVALID: st.ESME_RINVDSTADR,
    InputFault.TOO_MANY_RECIPIENTS: st.ESME_RSUBMITFAIL,
    InputFault.DATE_INVALID: st.ESME_RINVSCHED,
    InputFault.REFERENCE_TOO_LONG: st.ESME_RINVOPTPARAMVAL,
    InputFault.NOT_ENOUGH_CREDITS: NOT_ENOUGH_CREDITS,
    InputFault.IDEMPOTENCY_CONFLICT: st.ESME_RSUBMITFAIL,
}
_encode: Final = msgspec.json.Encoder().encode


class Reply(msgspec.Struct, frozen=True, gc=False):
    """What a submit_sm is answered with; `message_id` is empty with an error."""

    status: int
    message_id: str = ""
    tlvs: Tlvs = ()


TROUBLE: Final = Reply(st.ESME_RSYSERR)
THROTTLED: Final = Reply(st.ESME_RTHROTTLED)


def reply_to(outcome: Outcome, *, with_tlv: bool) -> Reply:
    """The answer to the outcome of a submission of one draft."""
    if isinstance(outcome, TryLater):
        return THROTTLED
    if isinstance(outcome, Malformed):
        shown = {"fault": outcome.fault.value, "why": outcome.what}
        return Reply(_FAULTS[outcome.fault], "", _tlvs(shown) if with_tlv else ())
    return _reply_to_judged(outcome.messages[0], with_tlv=with_tlv)


def _reply_to_judged(judged: Judged, *, with_tlv: bool) -> Reply:
    verdict = judged.verdict
    tlvs = verdict_tlvs(verdict) if with_tlv and verdict.action != Action.ALLOW.word else ()
    if verdict.action == Action.REFUSE.word:
        return Reply(policy_status(verdict), "", tlvs)
    return Reply(st.ESME_ROK, to_wire(judged.id), tlvs)


def policy_status(verdict: Verdict) -> int:
    """The vendor status of a refusal, by the clause that leads."""
    deciding = verdict.deciding()
    if deciding is None:
        return POLICY
    if deciding.rule == _OPTED_OUT_RULE:
        return OPTED_OUT
    leading = deciding.clauses[0] if deciding.clauses else ""
    first, most = _FAMILIES.get(leading[:1], (POLICY, 0))
    number = int(leading[1:]) if leading[1:].isdecimal() else 0
    return first + (number if number <= most else 0)


def verdict_tlvs(verdict: Verdict) -> Tlvs:
    """The verdict as its sender sees it, as JSON; shortened to the deciding finding when it is long."""
    shown = for_sender(verdict)
    octets = _encode(shown)
    if len(octets) <= MOST_VERDICT_OCTETS:
        return ((VERDICT_TLV, octets),)
    deciding = verdict.deciding()
    short: dict[str, Any] = {name: value for name, value in shown.items() if name != "findings"}
    short["findings"] = []
    if deciding is not None:
        short["findings"] = [{"rule": deciding.rule, "clauses": list(deciding.clauses), "action": deciding.action}]
    return _tlvs(short | {"shortened": True})


def _tlvs(shown: dict[str, Any]) -> Tlvs:
    return ((VERDICT_TLV, _encode(shown)),)
