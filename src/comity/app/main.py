"""Owns the command `comity`: joins the command line with the application it speaks for."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import asyncpg

from comity.app.settings import (
    LOOPBACK,
    MOST_EMBEDDED_WORKERS,
    Address,
    Settings,
    default_data,
    default_workers,
    read_address,
    read_networks,
    read_roles,
)
from comity.base.errors import SettingsError
from comity.edges.cli import console
from comity.edges.cli.console import Rehearse
from comity.edges.cli.main import app
from comity.messages.submission import Draft


class Application:
    """What the commands need of the application."""

    @contextlib.asynccontextmanager
    async def operator_connection(
        self, data: str, database: str, *, as_owner: bool = False
    ) -> AsyncIterator[asyncpg.Connection]:
        """A connection of the road, or of the schema's owner, starting the embedded server for the while if need be."""
        from comity.app.serve import opened_database  # noqa: PLC0415  `comity --help` stays quick
        from comity.edges.postgres.connect import store_errors  # noqa: PLC0415  the same
        from comity.edges.postgres.embedded import Tenure  # noqa: PLC0415  the same
        from comity.edges.postgres.roles import Role  # noqa: PLC0415  the same

        settings = Settings(data=data or str(default_data()), http=Address("127.0.0.1", 0), database=database)
        async with opened_database(settings, Tenure.BRIEF) as (opened, _):
            role = Role.OWNER if as_owner else Role.ROAD
            connection = await opened.connect(role, application="comity-cli")
            try:
                with store_errors():
                    yield connection
            finally:
                await connection.close()

    def folder(self, data: str) -> Path:
        """The data directory that is meant."""
        return Path(data or default_data())

    def has_store(self, data: str, database: str) -> bool:
        """Whether there is a database already, so that looking does not make one."""
        return bool(database) or (self.folder(data) / "secrets").is_dir()

    @contextlib.asynccontextmanager
    async def rehearsing(self, data: str, database: str, account: str) -> AsyncIterator[Rehearse]:
        """Judge drafts as an account would send them, with all that the store knows, without sending."""
        from comity.app.compose.accepting import accepting  # noqa: PLC0415  the same
        from comity.app.compose.node import make_node  # noqa: PLC0415  the same
        from comity.app.serve import opened_database  # noqa: PLC0415  the same
        from comity.edges.postgres import operator_store  # noqa: PLC0415  the same
        from comity.edges.postgres.embedded import Tenure  # noqa: PLC0415  the same
        from comity.journey.rehearse import Rehearsed, rehearse  # noqa: PLC0415  the same

        settings = Settings(data=data or str(default_data()), http=Address("127.0.0.1", 0), database=database)
        async with self.operator_connection(data, database) as connection:
            account_id = await operator_store.account_id_of(connection, account)
        async with opened_database(settings, Tenure.BRIEF) as (opened, _):
            node = make_node(settings, opened)
            async with accepting(node) as (acceptor, directory):
                sender = await directory.account(account_id)
                assert sender is not None  # it was found a moment ago

                async def judge(drafts: Mapping[int, Draft]) -> Rehearsed:
                    readings, now = directory.readings(), node.clock.now()
                    return await rehearse(acceptor, sender, readings, now, drafts, lambda: asyncio.sleep(0))

                yield judge

    async def serve(self, options: dict[str, Any], announce: Callable[[str], None]) -> None:
        """Run a node until it is told to end."""
        from comity.app.logs import set_up_logs  # noqa: PLC0415  the same
        from comity.app.serve import serve  # noqa: PLC0415  the same

        settings = read_settings(options)
        set_up_logs("supervisor")
        doors = f"HTTP http://{settings.http}" + (f", SMPP {settings.smpp}" if settings.smpp else "")
        await serve(settings, lambda: announce(f"Comity is ready: {doors}, data {settings.data}"))

    async def demo(self, options: dict[str, Any]) -> bool:
        """Run the demonstration; True when every sample ended as expected."""
        from comity.app.demo import run_demo  # noqa: PLC0415  the same

        return await run_demo(options)


def read_settings(options: dict[str, Any]) -> Settings:
    """Settings from the options of `comity serve`.

    Raises:
        SettingsError: one is wrong.
    """
    workers = options["workers"] or default_workers()
    if not options["database"] and workers > MOST_EMBEDDED_WORKERS:
        raise SettingsError(
            f"The embedded database has connections for {MOST_EMBEDDED_WORKERS} workers.",
            "Use fewer --workers, or a server of your own with --database.",
        )
    return Settings(
        data=options["data"] or str(default_data()),
        http=read_address(options["http"]),
        smpp=read_address(options["smpp"]) if options["smpp"] else None,
        database=options["database"],
        workers=workers,
        roles=read_roles(options["roles"]),
        webhook_allow=read_networks(options["webhook_allow"]),
        proxy=read_networks(options["proxy"]),
        metrics_allow=(*LOOPBACK, *read_networks(options["metrics_allow"])),
    )


def run() -> None:
    """Be the command `comity`."""
    # Processes that we start must not take modules from the directory we were started in.
    os.environ.setdefault("PYTHONSAFEPATH", "1")
    console.install(Application())
    app()
