"""Owns the three ways in which SMPP work goes wrong; must not know how a session answers them."""

from __future__ import annotations

from comity.base.errors import ComityError, Fault


class PduError(ComityError):
    """The peer sent a PDU that breaks the specification.

    Args:
        status: the command_status to answer it with.
        what: one sentence; never holds octets of the PDU.
        command_id: as the header gave it; 0 when there was no header.
        sequence: as the header gave it; 0 when there was no header.
        fatal: the framing is lost, so nothing after it can be read.
    """

    fault = Fault.PEER

    def __init__(self, status: int, what: str, command_id: int = 0, sequence: int = 0, *, fatal: bool = False) -> None:
        super().__init__(what)
        self.status = status
        self.command_id = command_id
        self.sequence = sequence
        self.fatal = fatal


class EncodeError(ComityError):
    """A field does not fit its place on the wire: too long, out of range, or holds a NUL."""

    fault = Fault.OURS


class SessionError(ComityError):
    """This end asked the session for what its state does not allow."""

    fault = Fault.OURS
