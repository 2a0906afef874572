"""Fixtures that every test may ask for: a database, a clock; and the wall that keeps tests on this machine."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import structlog
from hypothesis import settings

from comity.base.clock import SetClock

sys.path.insert(0, str(Path(__file__).parent))  # so that tests can import `support`

from support.postgres import TEMPLATE, Server, fresh_name, in_own_loop
from support.sockets import refuse_outside

# The first case of a test may load a policy; what takes too long is cut by a time-out of the test.
settings.register_profile("comity", deadline=None)
settings.load_profile("comity")

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from comity.edges.postgres.connect import Database


@pytest.fixture(scope="session")
def bare_server() -> Iterator[Server]:
    """The run's PostgreSQL, with no database of ours in it."""
    server = Server()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def server(bare_server: Server) -> Server:
    """The run's PostgreSQL, with a migrated template."""
    in_own_loop(bare_server.make_template())
    return bare_server


@pytest.fixture
async def database(server: Server) -> AsyncIterator[Database]:
    """A fresh, migrated database; `await database.pool(Role.TENANT)` and so on."""
    name = fresh_name()
    yield await server.make(name, TEMPLATE)
    await server.drop(name)


@pytest.fixture
async def empty_database(bare_server: Server) -> AsyncIterator[Database]:
    """A fresh database without any table."""
    name = fresh_name()
    yield await bare_server.make(name)
    await bare_server.drop(name)


@pytest.fixture
def clock() -> SetClock:
    """A clock that stands at noon of a Wednesday, UTC, until a test moves it."""
    return SetClock(datetime(2026, 3, 4, 12, 0, tzinfo=UTC))


@pytest.fixture(autouse=True)
def _local_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_outside(monkeypatch)


@pytest.fixture(autouse=True)
def _logs_as_they_were():
    """A test that sets up logs writes to its own captured stream, which is closed when the next one logs."""
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
