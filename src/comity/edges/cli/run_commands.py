"""Owns the commands that run things: serve, demo, simulator; must not know how they are composed."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING, Annotated

import typer

from comity.edges.cli.console import FAILED, DatabaseOption, DataOption, finish, runtime

if TYPE_CHECKING:
    from comity.edges.carriers.simulator.options import SimulatorOptions


def add_to(app: typer.Typer) -> None:
    """Add the commands to the tree."""
    app.command("serve")(serve)
    app.command("demo")(demo)
    app.command("simulator")(simulator)


def serve(
    data: DataOption = "",
    http: Annotated[str, typer.Option(metavar="HOST:PORT", help="Where HTTP is answered.")] = "127.0.0.1:8080",
    smpp: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Where customers' SMPP is answered; not at all when left out.")
    ] = "",
    database: DatabaseOption = "",
    workers: Annotated[
        int | None,
        typer.Option(
            min=1, max=64, help="Processes that answer HTTP; half of the cores and one more, at most 7, when left out."
        ),
    ] = None,
    roles: Annotated[
        str, typer.Option(help="What this node does, parted by commas.")
    ] = "api,smpp,dispatch,webhooks,desk",
    webhook_allow: Annotated[
        list[str] | None,
        typer.Option(metavar="CIDR", help="A network that webhooks may reach although it is not public; repeatable."),
    ] = None,
    metrics_allow: Annotated[
        list[str] | None,
        typer.Option(metavar="CIDR", help="A network that may read /metrics, besides this machine; repeatable."),
    ] = None,
    proxy: Annotated[
        list[str] | None,
        typer.Option(metavar="CIDR", help="A proxy in front of HTTP whose X-Forwarded-For is believed; repeatable."),
    ] = None,
) -> None:
    """Run the gateway until it is told to end (SIGTERM or Ctrl-C)."""
    options = {
        "data": data,
        "http": http,
        "smpp": smpp,
        "database": database,
        "workers": workers,
        "roles": roles,
        "webhook_allow": webhook_allow or [],
        "metrics_allow": metrics_allow or [],
        "proxy": proxy or [],
    }
    finish(runtime().serve(options, lambda line: print(line, flush=True)))


def demo(
    exit_: Annotated[
        bool, typer.Option("--exit", help="End when every sample has ended; 0 if all as expected.")
    ] = False,
    data: Annotated[str, typer.Option("--data", help="Data directory; a new temporary one when left out.")] = "",
    http: Annotated[str, typer.Option(metavar="HOST:PORT", help="Where HTTP is answered; a free port if taken.")] = "",
) -> None:
    """Show the whole product: sample accounts, a simulated carrier, traffic, verdicts, webhooks."""
    if not finish(runtime().demo({"exit": exit_, "data": data, "http": http})):
        raise typer.Exit(FAILED)


def simulator(
    smpp: Annotated[str, typer.Option(metavar="HOST:PORT", help="Where SMPP is answered.")] = "127.0.0.1:2775",
    control: Annotated[str, typer.Option(metavar="HOST:PORT", help="Where counters and inbound texts are.")] = "",
    system_id: Annotated[str, typer.Option(help="Refuse binds with another system id.")] = "",
    password: Annotated[str, typer.Option(help="Refuse binds with another password.")] = "",
    receipt_delay_ms: Annotated[float, typer.Option(min=0, help="From the answer to the receipt.")] = 100.0,
    answer_delay_ms: Annotated[float, typer.Option(min=0, help="From the submit_sm to its answer.")] = 0.0,
    rate: Annotated[float, typer.Option(min=0, help="Submits a second on a connection, 0 for no limit.")] = 0.0,
    window: Annotated[int, typer.Option(min=1, help="Receipts under way to a connection.")] = 200,
    receipts: Annotated[bool, typer.Option("--receipts/--no-receipts", help="Send delivery receipts.")] = True,
    magic: Annotated[bool, typer.Option("--magic/--no-magic", help="Heed magic numbers.")] = True,
    enquire_link: Annotated[bool, typer.Option("--enquire-link/--no-enquire-link", help="Ask silent peers.")] = True,
    little_endian: Annotated[bool, typer.Option("--little-endian", help="Send UCS-2 with swapped octets.")] = False,
    byte_order_mark: Annotated[bool, typer.Option("--byte-order-mark", help="Begin UCS-2 with a mark.")] = False,
) -> None:
    """Simulate a carrier's message centre; magic numbers give every outcome (docs/reference/simulator.md)."""
    from comity.edges.carriers.simulator.options import SimulatorOptions

    options = SimulatorOptions(
        smpp=smpp,
        control=control or None,
        system_id=system_id,
        password=password,
        receipt_delay_ms=receipt_delay_ms,
        answer_delay_ms=answer_delay_ms,
        rate=rate,
        window=window,
        receipts=receipts,
        magic=magic,
        enquire_link=enquire_link,
        little_endian=little_endian,
        byte_order_mark=byte_order_mark,
    )
    finish(_simulate(options))


async def _simulate(options: SimulatorOptions) -> None:
    from comity.edges.carriers.simulator.run import Running, run_simulator

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)

    def ready(_running: Running) -> None:
        where = f"smpp {options.smpp}" + (f" control {options.control}" if options.control else "")
        print(f"simulator: {where} pid {os.getpid()}", flush=True)

    await run_simulator(options, ready=ready, stop=stop)
