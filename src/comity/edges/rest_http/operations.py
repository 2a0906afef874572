"""Owns the pages that operations ask for: is it alive, is it ready, its figures; must not know what they are about."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from comity.edges.http_server.asgi import Receive, Scope, Send, answer_json

_TEXT = (b"content-type", b"text/plain; version=0.0.4; charset=utf-8")


class Operations:
    """/healthz, /readyz and /metrics.

    Args:
        ready: names each thing that is not ready, with a word why; empty when all is.
        exposition: the figures in Prometheus' text format.
    """

    def __init__(self, ready: Callable[[], Awaitable[dict[str, str]]], exposition: Callable[[], bytes]) -> None:
        self._ready = ready
        self._exposition = exposition

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope["path"].rstrip("/")
        if path == "/healthz":
            await answer_json(send, 200, {"status": "alive"})
        elif path == "/readyz":
            missing = await self._ready()
            status = {"status": "not ready", "missing": missing} if missing else {"status": "ready"}
            await answer_json(send, 503 if missing else 200, status)
        elif path == "/metrics":
            body = self._exposition()
            headers = [_TEXT, (b"content-length", str(len(body)).encode())]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": body})
        else:
            await answer_json(send, 404, {"error": "139", "errorMsg": "There is nothing at this address"})
