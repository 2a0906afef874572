"""Fixtures of whole clusters: a healthy one that tests share in turn, a copy to damage, a place for more."""

import shutil
import tempfile
from pathlib import Path

import pytest

from comity.edges.postgres import processes
from comity.edges.postgres.embedded import open_cluster
from support.clusters import copied
from support.postgres import in_own_loop


@pytest.fixture(scope="session")
def seed():
    """A data directory whose cluster was made and stopped once; copying it is quicker than initdb."""
    folder = Path(tempfile.mkdtemp(prefix="comity-seed-"))
    folder.chmod(0o711)

    async def make():
        async with await open_cluster(folder / "data", durable=False):
            pass

    in_own_loop(make())
    yield folder / "data"
    shutil.rmtree(folder)


@pytest.fixture
def folder():
    """A directory that every user may pass through; pytest's own may not be."""
    path = Path(tempfile.mkdtemp(prefix="comity-test-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def data(seed):
    """A data directory that nobody uses, with a healthy cluster; a test that damages it takes `a_copy`."""
    yield seed
    processes.stop_leftovers(seed / "postgres" / "data")


@pytest.fixture
def a_copy(seed, folder):
    return copied(seed, folder / "data")
