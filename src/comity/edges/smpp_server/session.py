"""Owns the answers of this SMSC that carry TLVs; must not know verdicts or sockets."""

from __future__ import annotations

from comity.smpp import commands as cmd
from comity.smpp import tlv
from comity.smpp.codec import HEADER, encode
from comity.smpp.pdu import DataSmResp, SubmitSmResp
from comity.smpp.smsc import SmscSession


class DoorSession(SmscSession):
    """An SMSC's session whose answers to submissions may carry TLVs, refusals too.

    SMPP 3.4 section 4.4.2 sends no body with an error; 5.0 section 4.2.2 does. A peer that is told
    no TLVs gets the plain form of 3.4.
    """

    def answer_with(self, sequence: int, status: int, message_id: str, tlvs: tlv.Tlvs) -> None:
        """Answer a SubmitRequested; without effect once the session has ended.

        Raises:
            SessionError: that sequence awaits no answer.
            EncodeError: a TLV does not fit.
        """
        if not tlvs:
            self.answer_submit(sequence, status, message_id)
            return
        command_id = self._owed_command(sequence)
        if command_id is None:
            return
        if not status:
            make = SubmitSmResp if command_id == cmd.SUBMIT_SM else DataSmResp
            self._answer(sequence, encode(make(message_id, tlvs), sequence))
            return
        body = b"\0" + tlv.write_tlvs(tlvs)
        head = HEADER.pack(HEADER.size + len(body), command_id | cmd.RESPONSE, status, sequence)
        self._answer(sequence, head + body)
