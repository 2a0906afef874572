"""Owns what the SMSC simulator counts, and the HTTP port where it is asked; must not know SMPP."""

import asyncio
import json
import os
import re
import resource
import time
from urllib.parse import parse_qs, urlsplit

TOKEN = re.compile(rb"#([0-9A-Za-z_-]+)\.(\d+)#")
# A webhook that says "handed to the operator"; the one that tells of the end follows.
INTERIM = re.compile(rb'"delivery_code":\s*"?0\b')


class Stats:
    """Everything that is counted, for all sessions together."""

    def __init__(self, arrivals_file=""):
        # Appended to before anything is answered, so that what arrived is known even if this process is killed.
        self.file = os.open(arrivals_file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600) if arrivals_file else None
        self.unwritten = []
        self.reset()

    def reset(self):
        self.binds = self.submits = self.throttled = self.no_token = 0
        self.dlr_wanted = self.dlr_sent = self.dlr_acked = self.dlr_refused = 0
        self.callbacks = 0
        self.first_submit = self.last_submit = 0.0
        self.interim_callbacks = 0  # that tell of a state which is not the last
        self.arrivals = {}  # tag -> {seq: first arrival}
        self.duplicates = {}  # tag -> extra copies
        self.callbacks_by_tag = {}
        self.last_callback = {}  # tag -> when

    def as_dict(self, tag=None):
        usage = resource.getrusage(resource.RUSAGE_SELF)
        out = {
            "binds": self.binds,
            "submits": self.submits,
            "throttled": self.throttled,
            "no_token": self.no_token,
            "dlr_wanted": self.dlr_wanted,
            "dlr_sent": self.dlr_sent,
            "dlr_acked": self.dlr_acked,
            "dlr_refused": self.dlr_refused,
            "callbacks": self.callbacks,
            "interim_callbacks": self.interim_callbacks,
            "first_submit": self.first_submit,
            "last_submit": self.last_submit,
            "pid": os.getpid(),
            "cpu_s": usage.ru_utime + usage.ru_stime,
        }
        if tag is not None:
            out["tag_distinct"] = len(self.arrivals.get(tag, ()))
            out["tag_duplicates"] = self.duplicates.get(tag, 0)
            out["tag_callbacks"] = self.callbacks_by_tag.get(tag, 0)
            out["tag_last_callback"] = self.last_callback.get(tag, 0.0)
        return out

    def arrived(self, text, now):
        """Count a message by its token."""
        found = TOKEN.search(text)
        if not found:
            self.no_token += 1
            return
        tag, number = found.group(1).decode(), int(found.group(2))
        seen = self.arrivals.setdefault(tag, {})
        if number in seen:
            self.duplicates[tag] = self.duplicates.get(tag, 0) + 1
        else:
            seen[number] = now
        if self.file is not None:
            self.unwritten.append(f"{tag} {number}\n")

    def write_arrivals(self):
        """Put arrivals in the file; called before their submits are answered."""
        if self.unwritten:
            os.write(self.file, "".join(self.unwritten).encode())
            self.unwritten.clear()

    def called_back(self, tag, body, now):
        """Count a delivery callback; only the one that tells of the last state counts for its tag."""
        self.callbacks += 1
        if INTERIM.search(body):
            self.interim_callbacks += 1
        elif tag:
            self.callbacks_by_tag[tag] = self.callbacks_by_tag.get(tag, 0) + 1
            self.last_callback[tag] = now


class ControlSession(asyncio.Protocol):
    """Small HTTP/1.1 server: keep-alive, Content-Length bodies, nothing more."""

    def __init__(self, stats, sessions):
        self.stats, self.sessions, self.buf = stats, sessions, b""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.buf += data
        while True:
            end = self.buf.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self.buf[:end]
            found = re.search(rb"(?i)\r\ncontent-length:\s*(\d+)", head)
            total = end + 4 + (int(found.group(1)) if found else 0)
            if len(self.buf) < total:
                return
            body, kind = self.answer(head.split(b" ", 2)[1].decode("latin-1"), self.buf[end + 4 : total])
            self.buf = self.buf[total:]
            self.transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s" % (kind, len(body), body)
            )
            if re.search(rb"(?i)\r\nconnection:\s*close", head) or b"HTTP/1.0" in head.split(b"\r\n", 1)[0]:
                self.transport.close()
                return

    def answer(self, target, received):
        parts = urlsplit(target)
        tag = parse_qs(parts.query).get("tag", [None])[0]
        stats = self.stats
        if parts.path == "/stats":
            return json.dumps(stats.as_dict(tag) | self.sessions.figures()).encode(), b"application/json"
        if parts.path == "/seen":
            return json.dumps(stats.arrivals.get(tag, {})).encode(), b"application/json"
        if parts.path == "/reset":
            stats.reset()
            self.sessions.forget_receipts()
            return b"{}", b"application/json"
        stats.called_back(tag, received, time.monotonic())
        return b"ACK/Jasmin", b"text/plain"
