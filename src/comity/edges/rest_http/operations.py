"""Owns the pages that operations ask for: is it alive, is it ready, its figures; must not know what they are about."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable, Sequence

from comity.edges.http_server.asgi import Receive, Scope, Send, answer_json

_TEXT = (b"content-type", b"text/plain; version=0.0.4; charset=utf-8")


class Operations:
    """/healthz, /readyz and /metrics.

    Args:
        ready: names each thing that is not ready, with a word why; empty when all is.
        exposition: the figures in Prometheus' text format.
        metrics_allow: networks that may see the figures; they name carriers and volumes.
    """

    def __init__(
        self,
        ready: Callable[[], Awaitable[dict[str, str]]],
        exposition: Callable[[], bytes],
        metrics_allow: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network],
    ) -> None:
        self._ready = ready
        self._exposition = exposition
        self._metrics_allow = metrics_allow

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope["path"].rstrip("/")
        if scope["method"] not in {"GET", "HEAD"}:
            await answer_json(send, 405, {"error": "139", "errorMsg": "This address does not take that method"})
        elif path == "/metrics" and not self._may_see_figures(scope):
            await answer_json(send, 403, {"error": "200", "errorMsg": "This IP address is not allowed"})
        elif path == "/healthz":
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

    def _may_see_figures(self, scope: Scope) -> bool:
        client = scope.get("client")
        try:
            address = ipaddress.ip_address(client[0] if client else "")
        except ValueError:
            return False
        return any(address in network for network in self._metrics_allow)
