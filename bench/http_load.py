"""Owns the load generator's HTTP side: keep-alive connections, one request under way on each; must not measure.

Requests and replies are plain bytes, so that the generator takes little of the machine it measures on.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from load import Run

ACCEPTED = (200, 201, 202)
# What a text beyond ASCII needs besides, by dialect.
UNICODE_TOO = {"jasmin": "&coding=8", "kannel": "&coding=2&charset=UTF-8"}
Builder = Callable[[int], bytes]


def request_builder(run: Run) -> Builder:
    """A function from a message's number to the bytes of its request."""
    args, url = run.args, urlsplit(run.args.url)
    fixed = f"Host: {url.netloc}\r\n" + "".join(f"{header}\r\n" for header in args.header)
    callback = args.dlr_url.replace("{tag}", run.tag)
    path = url.path or "/"
    return _json_builder(run, path, fixed) if args.preset == "json" else _query_builder(run, path, fixed, callback)


def _json_builder(run: Run, path: str, fixed: str) -> Builder:
    args = run.args
    head = (
        f"POST {path} HTTP/1.1\r\n{fixed}X-Client-Id: {args.user}\r\nX-Client-Secret: {args.password}\r\n"
        "Content-Type: application/json\r\nContent-Length: "
    ).encode()

    def build(seq: int) -> bytes:
        body = json.dumps({"message": run.text_of(seq), "sender": args.sender, "to": run.recipient_of(seq)}).encode()
        return b"%s%d\r\n\r\n%s" % (head, len(body), body)

    return build


def _query_builder(run: Run, path: str, fixed: str, callback: str) -> Builder:
    args = run.args
    query = f"username={quote(args.user)}&password={quote(args.password)}&from={quote(args.sender)}"
    if args.preset == "jasmin":
        report = f"&dlr=yes&dlr-level=2&dlr-method=GET&dlr-url={quote(callback, safe='')}" if callback else ""
    else:  # 1 delivered + 2 failed; not the SMSC's own answers
        report = "&dlr-mask=3" + (f"&dlr-url={quote(callback, safe='')}" if callback else "")
    text_field = "&content=" if args.preset == "jasmin" else "&text="
    head = f"GET {path}?{query}{report if args.receipts == 'yes' else ''}{text_field}".encode()
    tail = f" HTTP/1.1\r\n{fixed}\r\n".encode()
    unicode_too = UNICODE_TOO[args.preset]

    def build(seq: int) -> bytes:
        text = run.text_of(seq)
        rest = f"{quote(text)}{'' if text.isascii() else unicode_too}&to={run.recipient_of(seq)}"
        return head + rest.encode() + tail

    return build


class HttpConnection(asyncio.Protocol):
    """One keep-alive connection, one request under way at a time."""

    def __init__(self, run: Run, build: Builder, finished: asyncio.Future[None]) -> None:
        self.run, self.build, self.finished = run, build, finished
        self.buf, self.seq = b"", None

    def connection_made(self, transport):
        self.transport = transport
        self.loop = asyncio.get_running_loop()
        self.send()

    def send(self):
        seq = self.run.next_seq()
        if seq is None:
            self.transport.close()
        elif isinstance(seq, float):
            self.loop.call_later(-seq, self.send)
        else:
            self.seq = seq
            self.transport.write(self.build(seq))

    def data_received(self, data):
        buf = self.buf = self.buf + data
        end = buf.find(b"\r\n\r\n")
        if end < 0:
            return
        head = buf[:end].lower()
        body = self.whole_body(head, end + 4)
        if body is None:
            return
        self.complete(head, body)
        if b"\r\nconnection: close" in head:
            self.transport.close()
        else:
            self.send()

    def whole_body(self, head: bytes, start: int) -> bytes | None:
        """The body once it is complete; one without a length ends with the connection."""
        buf, at = self.buf, head.find(b"\r\ncontent-length:")
        if at >= 0:
            stop = head.find(b"\r\n", at + 2)
            end = start + int(head[at + 17 : stop if stop >= 0 else None])
        elif b"\r\ntransfer-encoding: chunked" in head:
            end = len(buf) if buf.endswith(b"0\r\n\r\n") else len(buf) + 1
        else:
            return None
        if len(buf) < end:
            return None
        self.buf = buf[end:]
        return buf[start:end]

    def complete(self, head: bytes, body: bytes) -> None:
        status = int(head[9:12])
        if status not in ACCEPTED:
            self.run.last_error = f"{status} {body[:120]!r}"
        self.run.answered(self.seq, status, accepted=status in ACCEPTED)
        self.seq = None

    def connection_lost(self, error):
        if self.seq is not None:
            end = self.buf.find(b"\r\n\r\n")
            if end >= 0:
                self.complete(self.buf[:end].lower(), self.buf[end + 4 :])
            else:
                self.run.answered(self.seq, -1, accepted=False)
                self.run.last_error = f"connection lost: {error}"
        if not self.finished.done():
            self.finished.set_result(None)


async def http_worker(run: Run, build: Builder) -> None:
    """Keep one connection open, and open it again when the server closes it."""
    loop, give_up = asyncio.get_running_loop(), time.monotonic() + run.args.duration + 60
    url = urlsplit(run.args.url)
    while time.monotonic() < min(run.stop_at, give_up):
        if run.args.count and len(run.sent_at) >= run.args.count:
            return
        finished = loop.create_future()
        try:
            transport, _ = await loop.create_connection(
                lambda finished=finished: HttpConnection(run, build, finished), url.hostname, url.port or 80
            )
        except OSError as error:
            run.last_error = str(error)
            await asyncio.sleep(0.05)
            continue
        try:
            await asyncio.wait_for(finished, run.args.duration + 30)
        except TimeoutError:
            transport.abort()
