"""Owns the load while things are killed, and the memory of what was acknowledged; must not know what is killed."""

from __future__ import annotations

import asyncio
import contextlib
import random
from itertools import count
from typing import Self

import aiohttp

CONNECTIONS = 12
RATE = 300
_ANSWER_S = 20.0
_AFTER_FAILURE_S = 0.05


class Traffic:
    """Customers who send without pause and note what they were told; every message has a token and a recipient.

    Attributes:
        acknowledged: tokens answered 200.
        refused: tokens answered otherwise, by the status.
        unanswered: tokens whose answer never came.
    """

    # All rounds of a run together: a recipient gets one message only, as limits on repeated texts ask for.
    _numbers = count()

    def __init__(self, tag: str, url: str, headers: dict[str, str]) -> None:
        self._tag, self._url, self._headers = tag, f"{url}/v1/message/send", headers
        self._seq = count()
        self._stop = asyncio.Event()
        self._workers: list[asyncio.Task[None]] = []
        self._answers = asyncio.Condition()
        self.acknowledged: set[str] = set()
        self.refused: dict[str, int] = {}
        self.unanswered: set[str] = set()

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(limit=CONNECTIONS)
        self._http = aiohttp.ClientSession(
            connector=connector, headers=self._headers, timeout=aiohttp.ClientTimeout(total=_ANSWER_S)
        )
        self._workers = [asyncio.create_task(self._send_on()) for _ in range(CONNECTIONS)]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Send no more, and wait for every answer that is still to come."""
        self._stop.set()
        await asyncio.gather(*self._workers)
        await self._http.close()

    async def acknowledge(self, more: int) -> None:
        """Wait until so many more are acknowledged."""
        target = len(self.acknowledged) + more
        async with self._answers, asyncio.timeout(60):
            await self._answers.wait_for(lambda: len(self.acknowledged) >= target)

    async def _send_on(self) -> None:
        while not self._stop.is_set():
            token = f"{self._tag} {next(self._seq)}"
            sent = await self._send(token)
            # At no common beat, so that whatever is killed is killed at work.
            pause_s = random.uniform(0, 2 * CONNECTIONS / RATE) if sent else _AFTER_FAILURE_S
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), pause_s)

    async def _send(self, token: str) -> bool:
        written = token.replace(" ", ".")
        body = {
            "message": f"Your order #{written}# is ready.",
            "sender": "12345",
            "to": f"4478{next(self._numbers):08d}",
        }
        try:
            async with self._http.post(self._url, json=body) as answer:
                await answer.read()
        except aiohttp.ClientConnectorError:
            return False  # it never reached anybody
        except (aiohttp.ClientError, TimeoutError):
            self.unanswered.add(token)
            return False
        if answer.status != 200:
            self.refused[token] = answer.status
            return False
        self.acknowledged.add(token)
        async with self._answers:
            self._answers.notify_all()
        return True
