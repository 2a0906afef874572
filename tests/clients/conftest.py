import asyncio
import json
from pathlib import Path

import pytest
import pytest_asyncio

from comity.base.clock import SystemClock
from support.gateway import running_gateway
from support.postgres import TEMPLATE, fresh_name

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-clients" / "bin" / "python"
SCRIPT = Path(__file__).with_name("smstools_script.py")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(server, tmp_path_factory):
    """A running door, on the machine's own clock as the client is."""
    name = fresh_name()
    database = await server.make(name, TEMPLATE)
    async with running_gateway(database, SystemClock(), tmp_path_factory.mktemp("door")) as running:
        yield running
    await server.drop(name)


@pytest.fixture(scope="session")
def client_python():
    assert PYTHON.exists(), "the client's environment is not there: run `make clients` first"
    return str(PYTHON)


@pytest.fixture
def ask(shared, client_python):
    """Make calls with the unmodified client, in its own process: `await ask(customer, [operation, model, fields])`."""

    async def asking(customer, *calls):
        process = await asyncio.create_subprocess_exec(
            client_python,
            *("-W", "ignore::DeprecationWarning", str(SCRIPT), shared.url, customer.client_id, customer.secret),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate(json.dumps(calls).encode())
        assert process.returncode == 0, err.decode()
        return json.loads(out)

    return asking
