"""Owns one process of a node: starts its roles, tells when it is ready, ends in order; must not know other processes.

Run by the supervisor as `python -m comity.app.node SETTINGS ROLES`; the database is handed on
through the environment, never by arguments, which everybody on a machine can read.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import importlib
import os
import signal
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Final

import msgspec
import structlog

from comity.app.compose.node import Node, make_node
from comity.app.logs import set_up_logs
from comity.app.metrics import Source
from comity.app.settings import Settings
from comity.base.errors import ComityError
from comity.edges.postgres.connect import Database

_PR_SET_PDEATHSIG: Final = 1  # prctl(2)
# Long-lived objects made at start are not looked at again by the collector; garbage on the road is short-lived.
_COLLECT_AFTER: Final = 50_000
READY: Final = b"ready\n"

Role = Callable[[Node], AbstractAsyncContextManager[list[Source]]]
# Loaded only where they run: what one role needs would only cost the others memory and time.
ROLES: Final = {
    "api": "comity.app.compose.api:api_role",
    "smpp": "comity.app.compose.smpp:smpp_role",
    "dispatch": "comity.app.compose.dispatch:dispatch_role",
    "webhooks": "comity.app.compose.webhooks:webhook_role",
    "desk": "comity.app.compose.desk:desk_role",
}


def role(name: str) -> Role:
    """What a role is composed by."""
    module, _, function = ROLES[name].partition(":")
    composed: Role = getattr(importlib.import_module(module), function)
    return composed


def main() -> None:
    """Be a process of a node until it is told to end."""
    settings = msgspec.json.decode(sys.argv[1], type=Settings)
    roles = sys.argv[2].split(",")
    end_with_parent(int(sys.argv[3]))
    set_up_logs("+".join(roles))
    try:
        run_loop(run_roles(settings, roles))
    except ComityError as error:
        structlog.get_logger().error("process.failed", what=error.what, remedy=error.remedy)
        sys.exit(1)
    except OSError as error:
        structlog.get_logger().error("process.failed", what=error.strerror or str(error))
        sys.exit(1)


async def run_roles(settings: Settings, roles: list[str]) -> None:
    """Run the roles until SIGTERM or SIGINT."""
    node = make_node(settings, Database.from_environment())
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        sources = [source for name in roles for source in await stack.enter_async_context(role(name)(node))]
        figures = asyncio.create_task(node.snapshots.keep_writing(sources), name="figures")
        gc.freeze()
        gc.set_threshold(_COLLECT_AFTER)
        sys.stdout.buffer.write(READY)
        sys.stdout.buffer.flush()
        await stop.wait()
        figures.cancel()
        await asyncio.gather(figures, return_exceptions=True)


def run_loop(main_task: object) -> None:
    """Run a coroutine on uvloop where there is one."""
    try:
        import uvloop  # noqa: PLC0415  not on Windows
    except ImportError:
        asyncio.run(main_task)  # type: ignore[arg-type]
    else:
        uvloop.run(main_task)  # type: ignore[arg-type]


def end_with_parent(parent: int) -> None:
    """Be told to end when the supervisor is gone, however it went (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            sys.exit("the supervisor ended first")


if __name__ == "__main__":
    main()
