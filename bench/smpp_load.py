"""Owns the load generator's SMPP side: an ESME that keeps its window full; must not know what is measured.

Plain `struct`, not the product's codec, so that the product is not measured by itself.
"""

from __future__ import annotations

import asyncio
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from load import Run

HEADER = struct.Struct(">IIII")
DELIVER_SM, ENQUIRE_LINK = 0x5, 0x15
SUBMIT_SM_RESP, BIND_TRANSCEIVER_RESP = 0x80000004, 0x80000009


class SmppConnection(asyncio.Protocol):
    """An ESME: one transceiver bind with a window of submit_sm under way."""

    def __init__(self, run: Run, finished: asyncio.Future[None]) -> None:
        self.run, self.finished = run, finished
        self.buf, self.waiting, self.bound, self.lingering = b"", {}, False, False

    def connection_made(self, transport):
        self.transport = transport
        self.loop = asyncio.get_running_loop()
        args = self.run.args
        body = b"%s\0%s\0\0\x34\0\0\0" % (args.system_id.encode(), args.password.encode())
        transport.write(HEADER.pack(16 + len(body), 0x9, 0, 1) + body)
        self.next_pdu = 2

    def fill(self):
        out = []
        while len(self.waiting) < self.run.args.window:
            seq = self.run.next_seq()
            if seq is None:
                if not self.waiting and not self.lingering:
                    self.lingering = True
                    self.linger(-1)
                break
            if isinstance(seq, float):
                self.loop.call_later(-seq, self.fill)
                break
            out.append(self.submit_sm(seq))
            self.waiting[self.next_pdu] = seq
            self.next_pdu = self.next_pdu % 0x7FFFFFFF + 1
        if out:
            self.transport.write(b"".join(out))

    def submit_sm(self, seq: int) -> bytes:
        args, text = self.run.args, self.run.text_of(seq)
        coding, octets = (0, text.encode()) if text.isascii() else (8, text.encode("utf-16-be"))
        body = b"\0\x05\0%s\0\x01\x01%s\0\0\0\0\0\0%c\0%c\0%c%s" % (
            *(args.sender.encode(), self.run.recipient_of(seq).encode()),
            *(1 if args.dlr else 0, coding, len(octets), octets),
        )
        return HEADER.pack(16 + len(body), 0x4, 0, self.next_pdu) + body

    def linger(self, seen: int) -> None:
        """Stay bound while receipts still come in."""
        run = self.run
        if run.receipts == seen or not run.args.dlr or run.receipts >= sum(s == 1 for s in run.status):
            self.transport.close()
        else:
            self.loop.call_later(run.args.linger, self.linger, run.receipts)

    def data_received(self, data):
        self.buf += data
        pos, out = 0, []
        while len(self.buf) - pos >= 16:
            length, command, status, pdu = HEADER.unpack_from(self.buf, pos)
            if len(self.buf) - pos < length:
                break
            pos += length
            out.append(self.heed(command, status, pdu))
        self.buf = self.buf[pos:]
        self.transport.write(b"".join(out))
        if self.bound:
            self.fill()

    def heed(self, command: int, status: int, pdu: int) -> bytes:
        """Take one PDU; what is to be answered."""
        if command == SUBMIT_SM_RESP:
            self.answered(pdu, status)
        elif command == DELIVER_SM:
            self.run.receipts += 1
            return HEADER.pack(17, DELIVER_SM | 0x80000000, 0, pdu) + b"\0"
        elif command == ENQUIRE_LINK:
            return HEADER.pack(16, ENQUIRE_LINK | 0x80000000, 0, pdu)
        elif command == BIND_TRANSCEIVER_RESP:
            self.bound = status == 0
            if not self.bound:
                self.run.last_error = f"bind refused: status {status:#x}"
                self.transport.close()
        return b""

    def answered(self, pdu: int, status: int) -> None:
        seq = self.waiting.pop(pdu, None)
        if seq is not None:
            if status:
                self.run.last_error = f"submit_sm_resp status {status:#x}"
            self.run.answered(seq, status, accepted=status == 0)

    def connection_lost(self, _error):
        for seq in self.waiting.values():
            self.run.answered(seq, -1, accepted=False)
        if not self.finished.done():
            self.finished.set_result(None)


async def smpp_worker(run: Run) -> None:
    """One bind, from its connect until its last receipt."""
    finished = asyncio.get_running_loop().create_future()
    try:
        await asyncio.get_running_loop().create_connection(
            lambda: SmppConnection(run, finished), run.args.host, run.args.port
        )
    except OSError as error:
        run.last_error = str(error)
        return
    await finished
