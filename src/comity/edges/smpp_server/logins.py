"""Owns that no bind outlives the password it was made with; must not know SQL, PDUs or why a login was taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Final, Protocol

from comity.base.errors import ComityError

_RETRY_S: Final = 0.5
Login = tuple[str, bytes]


class Bind(Protocol):
    """A connection that may be bound."""

    @property
    def login(self) -> Login | None:
        """The system id and the password's hash that it was bound with; None before it was."""
        ...

    def end(self) -> None:
        """Take nothing more, unbind, and cut the peer where it does not answer."""
        ...


class Logins:
    """Ends binds of logins whose password was changed, or that are gone.

    Args:
        in_force: of such logins, those that are as they were.
        binds: the connections of this process, as they are at any time.
        report: called with errors of ours, for the log.
    """

    def __init__(
        self,
        in_force: Callable[[Sequence[Login]], Awaitable[Collection[Login]]],
        binds: Collection[Bind],
        report: Callable[[BaseException], None],
    ) -> None:
        self._in_force = in_force
        self._binds = binds
        self._report = report
        self._news = asyncio.Event()
        self.changes = 0

    def changed(self) -> None:
        """Some login was changed, or may have been."""
        self.changes += 1
        self._news.set()

    def entered(self, before: int) -> None:
        """Somebody was let in who was looked up when so many changes had been; is bound before the loop turns."""
        if self.changes != before:
            self._news.set()

    async def run(self) -> None:
        """Look after each change, until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                await self._look()
            except ComityError as error:
                self._report(error)
                self._news.set()
                await asyncio.sleep(_RETRY_S)

    async def _look(self) -> None:
        bound = [(bind, login) for bind in self._binds if (login := bind.login) is not None]
        if not bound:
            return
        kept = frozenset(await self._in_force(list({login for _, login in bound})))
        for bind, login in bound:
            if login not in kept:
                bind.end()
