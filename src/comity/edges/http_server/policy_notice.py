"""Owns the header that tells an account, on whatever it asks, that a policy waits for its answer (G6).

It must not know how accounts or policies are kept: what is told is read from what the process holds already.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final

from comity.accounts.account import Account
from comity.edges.http_server.asgi import App, Receive, Scope, Send

HEADER: Final = b"comity-policy-notice"
# A list that is shared with the tasks of a request, so that whoever lets the caller in can say so from any of them.
_entered: ContextVar[list[Account] | None] = ContextVar("entered", default=None)


def note_entry(account: Account) -> None:
    """An account was let in, within a request or elsewhere."""
    held = _entered.get()
    if held is not None:
        held.append(account)


class PolicyNotice:
    """A door that adds `Comity-Policy-Notice: VERSION; effective=DATE` to answers to accounts that owe an answer.

    Args:
        door: what answers.
        waiting: the header's value for an account; "" where nothing waits. Asked for each answer, so it looks nowhere.
    """

    def __init__(self, door: App, waiting: Callable[[Account], str]) -> None:
        self._door = door
        self._waiting = waiting

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        held: list[Account] = []

        async def send_with_notice(message: Any) -> None:  # noqa: ANN401  ASGI's messages
            if held and message["type"] == "http.response.start" and (value := self._waiting(held[-1])):
                message = {**message, "headers": [*message["headers"], (HEADER, value.encode("ascii"))]}
            await send(message)

        token = _entered.set(held)
        try:
            await self._door(scope, receive, send_with_notice)
        finally:
            _entered.reset(token)
