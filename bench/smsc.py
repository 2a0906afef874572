#!/usr/bin/env python3
"""SMPP 3.4 SMSC simulator for gateway benchmarks.

One process, one event loop, no dependencies (uvloop is used when installed).

SMPP side   accepts bind_transceiver / bind_transmitter / bind_receiver, answers
            submit_sm at once (or after --resp-delay-ms), and sends a delivery
            receipt for every message whose registered_delivery asks for one.
HTTP side   (--control-port) serves the counters, and swallows the delivery
            callbacks ("webhooks") a gateway makes, counting them:
              GET  /stats[?tag=T]  counters as JSON (T narrows to one load run)
              GET  /seen?tag=T     {"seq": monotonic arrival time, ...}
              GET  /reset          forget all counts, and receipts not sent yet
              any  /dlr?tag=T      a delivery callback; answered "ACK/Jasmin"

Messages are recognised by a token "#<tag>.<seq>#" anywhere in their text, which
load.py puts there. Arrival times use CLOCK_MONOTONIC, which load.py on the same
machine shares, so the two can be subtracted.
"""

import argparse
import asyncio
import os
import signal
import socket
import struct
import time
from collections import deque

from smsc_control import ControlSession, Stats

HEADER = struct.Struct(">IIII")

GENERIC_NACK = 0x80000000
BIND_RECEIVER, BIND_TRANSMITTER, BIND_TRANSCEIVER = 0x1, 0x2, 0x9
SUBMIT_SM, DELIVER_SM, UNBIND, ENQUIRE_LINK = 0x4, 0x5, 0x6, 0x15
RESP = 0x80000000
ESME_ROK, ESME_RINVCMDID, ESME_RBINDFAIL, ESME_RTHROTTLED = 0x0, 0x3, 0xD, 0x58
MAX_PDU = 1 << 20


def cstring(buf, pos):
    end = buf.index(0, pos)
    return buf[pos:end], end + 1


def parse_submit(body):
    """Returns source, destination (each with ton+npi), registered_delivery, text."""
    _, pos = cstring(body, 0)
    src_type = body[pos : pos + 2]
    src, pos = cstring(body, pos + 2)
    dst_type = body[pos : pos + 2]
    dst, pos = cstring(body, pos + 2)
    pos += 3  # esm_class, protocol_id, priority
    _, pos = cstring(body, pos)  # schedule_delivery_time
    _, pos = cstring(body, pos)  # validity_period
    registered, coding, length = body[pos], body[pos + 2], body[pos + 4]
    pos += 5
    text = body[pos : pos + length]
    pos += length
    while pos + 4 <= len(body):  # TLVs
        tag, size = struct.unpack_from(">HH", body, pos)
        if tag == 0x0424:  # message_payload
            text = body[pos + 4 : pos + 4 + size]
        pos += 4 + size
    if coding == 8:  # UCS-2: enough for an ASCII token
        text = text.decode("utf-16-be", "replace").encode("ascii", "replace")
    return src_type, src, dst_type, dst, registered, text


class Sessions:
    """The sessions that are open, and the receipts that wait for one."""

    def __init__(self):
        self.live = set()
        self.receipts = {}  # system_id -> deque of receipts not sent yet

    def figures(self):
        return {"sessions": len(self.live), "dlr_pending": sum(map(len, self.receipts.values()))}

    def forget_receipts(self):
        for queue in self.receipts.values():
            queue.clear()


class SmppSession(asyncio.Protocol):
    def __init__(self, args, stats, sessions):
        self.args, self.stats, self.sessions = args, stats, sessions
        self.buf = b""
        self.system_id = None
        self.can_receive = False
        self.sequence = 0
        self.unacked = {}  # deliver_sm sequence -> its place in receipts
        self.allowance, self.allowance_at = 0.0, 0.0

    def connection_made(self, transport):
        self.transport = transport
        self.loop = asyncio.get_running_loop()
        self.sock = transport.get_extra_info("socket")
        self.sessions.live.add(self)

    def connection_lost(self, _error):
        self.sessions.live.discard(self)
        if self.unacked:  # the next session of this system_id gets them again
            self.sessions.receipts[self.system_id].extendleft(reversed(self.unacked.values()))

    def data_received(self, data):
        if self.args.quickack:  # not sticky: set it again each time
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        buf = self.buf + data if self.buf else data
        out, pos, end = [], 0, len(buf)
        while end - pos >= 16:
            length, command, status, seq = HEADER.unpack_from(buf, pos)
            if length < 16 or length > MAX_PDU:
                self.transport.abort()
                return
            if end - pos < length:
                break
            reply = self.handle(command, status, seq, buf[pos + 16 : pos + length])
            if reply:
                out.append(reply)
            pos += length
        self.buf = buf[pos:]
        self.stats.write_arrivals()
        if out:
            self.transport.write(b"".join(out))
        if self.can_receive and len(self.unacked) < self.args.dlr_window // 2:  # answers came: refill the window
            self.send_receipts(time.monotonic(), time.strftime("%y%m%d%H%M").encode())

    def handle(self, command, status, seq, body):
        if command == SUBMIT_SM:
            return self.on_submit(seq, body)
        if command == DELIVER_SM | RESP:
            self.unacked.pop(seq, None)
            if status == ESME_ROK:
                self.stats.dlr_acked += 1
            else:
                self.stats.dlr_refused += 1
            return None
        if command == ENQUIRE_LINK:
            return HEADER.pack(16, ENQUIRE_LINK | RESP, 0, seq)
        if command in (BIND_RECEIVER, BIND_TRANSMITTER, BIND_TRANSCEIVER):
            return self.on_bind(command, seq, body)
        if command == UNBIND:
            self.loop.call_soon(self.transport.close)
            return HEADER.pack(16, UNBIND | RESP, 0, seq)
        if command & RESP:
            return None
        return HEADER.pack(16, GENERIC_NACK, ESME_RINVCMDID, seq)

    def on_bind(self, command, seq, body):
        system_id, pos = cstring(body, 0)
        password, _ = cstring(body, pos)
        args = self.args
        if (args.system_id and system_id.decode() != args.system_id) or (
            args.password and password.decode() != args.password
        ):
            return HEADER.pack(16, command | RESP, ESME_RBINDFAIL, seq)
        self.system_id = system_id
        self.can_receive = command != BIND_TRANSMITTER
        self.sessions.receipts.setdefault(system_id, deque())
        self.stats.binds += 1
        name = b"smsc-sim\0"
        return HEADER.pack(16 + len(name), command | RESP, 0, seq) + name

    def throttle(self, now):
        rate = self.args.throttle_rate
        if not rate:
            return False
        self.allowance = min(rate, self.allowance + (now - self.allowance_at) * rate)
        self.allowance_at = now
        if self.allowance < 1:
            return True
        self.allowance -= 1
        return False

    def on_submit(self, seq, body):
        stats, now = self.stats, time.monotonic()
        if self.throttle(now):
            stats.throttled += 1
            return HEADER.pack(16, SUBMIT_SM | RESP, ESME_RTHROTTLED, seq)
        src_type, src, dst_type, dst, registered, text = parse_submit(body)
        stats.submits += 1
        if not stats.first_submit:
            stats.first_submit = now
        stats.last_submit = now
        stats.arrived(text, now)
        # Unique over restarts of the simulator too: its start time leads, a counter follows.
        message_id = b"%d%07d" % (self.args.id_prefix, stats.submits)
        if registered & 0x03 and self.args.dlr:
            stats.dlr_wanted += 1
            self.sessions.receipts[self.system_id].append(
                (now + self.args.dlr_delay, src_type, src, dst_type, dst, message_id)
            )
        answer = HEADER.pack(17 + len(message_id), SUBMIT_SM | RESP, 0, seq) + message_id + b"\0"
        if self.args.resp_delay:
            self.loop.call_later(self.args.resp_delay, self.transport.write, answer)
            return None
        return answer

    def send_receipts(self, now, stamp):
        queue = self.sessions.receipts.get(self.system_id)
        if not queue or not self.can_receive:
            return
        out, window = [], self.args.dlr_window
        while queue and queue[0][0] <= now and len(self.unacked) < window:
            receipt = queue.popleft()
            _, src_type, src, dst_type, dst, message_id = receipt
            text = b"id:%s sub:001 dlvrd:001 submit date:%s done date:%s stat:DELIVRD err:000 text:" % (
                *(message_id, stamp, stamp),
            )
            addresses = b"\0%s%s\0%s%s\0" % (dst_type, dst, src_type, src)
            # receipted_message_id, then message_state: DELIVERED
            tlvs = struct.pack(">HH", 0x001E, len(message_id) + 1) + message_id + b"\0\x04\x27\0\x01\x02"
            body = b"%s\x04\0\0\0\0\0\0\0\0%c%s%s" % (addresses, len(text), text, tlvs)
            self.sequence = self.sequence % 0x7FFFFFFF + 1
            out.append(HEADER.pack(16 + len(body), DELIVER_SM, 0, self.sequence) + body)
            self.unacked[self.sequence] = receipt
        if out:
            self.stats.dlr_sent += len(out)
            self.transport.write(b"".join(out))


async def run(args):
    stats, sessions = Stats(args.arrivals), Sessions()
    loop = asyncio.get_running_loop()
    args.id_prefix = int(time.time()) % 100000
    await loop.create_server(lambda: SmppSession(args, stats, sessions), args.host, args.port, backlog=256)
    await loop.create_server(lambda: ControlSession(stats, sessions), args.host, args.control_port, backlog=512)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    print(f"smsc: smpp {args.host}:{args.port} control {args.host}:{args.control_port} pid {os.getpid()}", flush=True)
    while not stop.is_set():
        now, stamp = time.monotonic(), time.strftime("%y%m%d%H%M").encode()
        for session in list(sessions.live):
            session.send_receipts(now, stamp)
        await asyncio.sleep(0.01)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--host", default="127.0.0.1")
    p.add_argument("--port", type=int, default=27750)
    p.add_argument("--control-port", type=int, default=27751)
    p.add_argument("--system-id", help="refuse binds with another system_id")
    p.add_argument("--password", help="refuse binds with another password")
    p.add_argument("--no-dlr", dest="dlr", action="store_false", help="never send receipts")
    p.add_argument("--dlr-delay-ms", type=float, default=100)
    p.add_argument("--dlr-window", type=int, default=200, help="receipts sent and not yet answered, per session")
    p.add_argument("--arrivals", default="", help="append each arrival, as TAG SEQ, to this file before answering it")
    p.add_argument(
        "--quickack",
        action="store_true",
        help="acknowledge TCP segments at once; hides the cost of a gateway without TCP_NODELAY",
    )
    p.add_argument("--resp-delay-ms", type=float, default=0)
    p.add_argument("--throttle-rate", type=float, default=0, help="submits/s per session; above it ESME_RTHROTTLED")
    args = p.parse_args()
    args.dlr_delay, args.resp_delay = args.dlr_delay_ms / 1000, args.resp_delay_ms / 1000
    try:
        import uvloop  # noqa: PLC0415  not everywhere
    except ImportError:
        asyncio.run(run(args))
    else:
        uvloop.run(run(args))


if __name__ == "__main__":
    main()
