import contextlib
import os
import signal

import pytest

from support.serving import Served, alive, new_folder


@pytest.fixture
def folder():
    """Where a node may keep its data."""
    with new_folder() as made:
        yield made


@pytest.fixture
async def served(folder):
    """Not started yet; whatever is left of it at the end is killed."""
    one = Served(folder / "data")
    yield one
    if one.process is not None:
        left = alive(one.family())
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        await one.process.wait()
