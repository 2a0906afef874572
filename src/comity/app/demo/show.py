"""Owns what a person sees of the demonstration; must not decide anything."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from comity.app.demo.samples import SHOP

if TYPE_CHECKING:
    from comity.app.demo.run import Played
    from comity.app.demo.stage import Stage

_COLOURS: Final = {
    "delivered": "green",
    "refused": "red",
    "rejected": "red",
    "undelivered": "yellow",
    "held": "magenta",
    "scheduled": "cyan",
}
_PLAIN_WIDTH: Final = 150


class Show:
    """The screen: a live table on a terminal, one table at the end elsewhere."""

    def __init__(self) -> None:
        self._console = Console()
        if not self._console.is_terminal:
            self._console = Console(width=_PLAIN_WIDTH)
        self._live: Live | None = None
        self._played: Sequence[Played] = ()

    def starting(self, data: Path) -> None:
        """Say that it begins."""
        self._console.print(f"Starting PostgreSQL, the gateway and a simulated carrier in {data} ...", highlight=False)

    def started(self, stage: Stage) -> None:
        """Say where everything is."""
        host, port = stage.carrier.smpp
        self._console.print(
            f"API      http://{stage.settings.http}/v1   SMPP  {stage.settings.smpp}   "
            f"carrier  smpp://{host}:{port} (simulated)",
            highlight=False,
        )
        for known in stage.credentials.values():
            self._console.print(
                f"account  {known.account:<10}  {known.client_id}  {known.client_secret}", highlight=False
            )
        self._console.print()

    @contextlib.contextmanager
    def live(self, played: Sequence[Played]) -> Iterator[None]:
        """Show the samples while they travel."""
        self._played = played
        if not self._console.is_terminal:
            yield
            self._print_plain()
            return
        with Live(self._table(), console=self._console, auto_refresh=False) as live:
            self._live = live
            yield
            self.refresh()

    def _print_plain(self) -> None:
        """The table without the blanks that fill its last column."""
        with self._console.capture() as taken:
            self._console.print(self._table())
        for line in taken.get().splitlines():
            self._console.out(line.rstrip(), highlight=False)

    def refresh(self) -> None:
        """Draw the table anew."""
        if self._live is not None:
            self._live.update(self._table(), refresh=True)

    def ended(self, stage: Stage, played: Sequence[Played], *, balanced: bool) -> None:
        """Say how it ended."""
        wrong = [one for one in played if one.state != one.sample.expect]
        self._console.print()
        for one in wrong:
            self._console.print(f"[red]{one.sample.title}: expected {one.sample.expect}, is {one.state}[/red]")
        self._console.print(
            f"{len(played) - len(wrong)} of {len(played)} samples ended as expected; "
            f"{len(stage.events)} webhook {'event' if len(stage.events) == 1 else 'events'} received; "
            f"the ledger {'balances' if balanced else 'DOES NOT BALANCE'}.",
            highlight=False,
        )

    def staying(self, stage: Stage) -> None:
        """Say how to try it by hand."""
        known = stage.credentials[SHOP]
        self._console.print(
            "\nThe gateway keeps running. Try it (Ctrl-C ends it and removes its data):", highlight=False
        )
        self._console.print(
            f"  curl http://{stage.settings.http}/v1/message/send -H 'X-Client-Id: {known.client_id}' \\\n"
            f"       -H 'X-Client-Secret: {known.client_secret}' \\\n"
            '       -d \'{"message": "Hello from Comity", "to": "32470123456", "sender": "AcmeShop"}\'',
            highlight=False,
            markup=False,
            soft_wrap=True,
        )

    def _table(self) -> Table:
        table = Table(box=None, pad_edge=False)
        for name in ("sample", "account", "from", "to", "what became of it", "why"):
            table.add_column(name, overflow="fold", max_width=60)
        for one in self._played:
            colour = _COLOURS.get(one.state, "white")
            sample = one.sample
            table.add_row(
                sample.title,
                sample.account,
                sample.sender,
                sample.to,
                f"[{colour}]{one.state}[/{colour}]",
                escape(one.why),
            )
        return table
