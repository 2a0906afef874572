import contextlib
import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest

from support.serving import Served, alive


@pytest.fixture
def folder():
    """Not pytest's own: root's PostgreSQL runs as a user who could not enter it."""
    made = Path(tempfile.mkdtemp(prefix="comity-serve-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


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
