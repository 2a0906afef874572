from datetime import UTC, datetime

import pytest
import pytest_asyncio

from comity.base.clock import SetClock
from support.gateway import running_gateway
from support.postgres import TEMPLATE, fresh_name


@pytest.fixture
async def own(database, clock, tmp_path):
    """A door of the test's own."""
    async with running_gateway(database, clock, tmp_path) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gateway(server, tmp_path_factory):
    """Doors for all tests of a module, each with accounts of its own; they mark `loop_scope="module"`."""
    name = fresh_name()
    database = await server.make(name, TEMPLATE)
    clock = SetClock(datetime(2026, 3, 4, 12, 0, tzinfo=UTC))
    async with running_gateway(database, clock, tmp_path_factory.mktemp("door")) as running:
        yield running
    await server.drop(name)


@pytest.fixture(autouse=True)
def _no_trouble(request):
    """Whatever a caller does, nothing is our fault."""
    yield
    if "gateway" in request.fixturenames:
        assert request.getfixturevalue("gateway").trouble == []
