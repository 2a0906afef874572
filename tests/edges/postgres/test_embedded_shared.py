import asyncio
import contextlib
import os
import sys

import pytest

from comity.base.errors import StoreError
from comity.edges.postgres.embedded import Tenure, open_cluster
from comity.edges.postgres.ownership import OwnerLock
from comity.edges.postgres.roles import Role
from support.clusters import (
    held_by_another,
    recall,
    remember,
    running,
    until,
)


async def test_a_second_process_attaches_and_leaves_the_server_running(data):
    async with held_by_another(data, "lasting"):
        for tenure in Tenure:
            async with await open_cluster(data, tenure=tenure, durable=False) as postgres:
                assert not postgres.is_owner
                await (await postgres.database.connect(Role.TENANT)).close()
        assert running(data)
    assert not running(data)


async def test_processes_that_start_together_agree_on_one_owner(data):
    async with contextlib.AsyncExitStack() as stack:
        opening = [asyncio.create_task(open_cluster(data, durable=False)) for _ in range(4)]
        holds = [await stack.enter_async_context(await one) for one in opening]
        assert [one.is_owner for one in holds].count(True) == 1
        for one in holds:
            await (await one.database.connect(Role.ROAD)).close()


async def test_a_command_that_owns_the_server_lets_those_attached_finish(data):
    async with held_by_another(data, "brief") as other:
        attached = await open_cluster(data, tenure=Tenure.BRIEF, durable=False)
        connection = await attached.database.connect(Role.OWNER)
        other.stdin.close()
        # It lets nobody new in, which shows that it is leaving, and still serves who is there.
        await until(lambda: OwnerLock(data / "postgres.lock", (0, 0)).holder().stage.value == "leaving")
        assert await connection.fetchval("SELECT 1") == 1
        assert other.returncode is None
        await connection.close()
        async with asyncio.timeout(5):
            assert await other.wait() == 0


async def test_a_lasting_process_waits_for_a_brief_owner_to_leave_and_then_owns(data):
    async with held_by_another(data, "brief") as other:
        with pytest.raises(StoreError, match=f"held by process {other.pid}"):
            await open_cluster(data, tenure=Tenure.LASTING, limit_s=0.2, durable=False)
        opening = asyncio.create_task(open_cluster(data, tenure=Tenure.LASTING, durable=False))
        other.stdin.close()
        async with await opening as postgres:
            assert postgres.is_owner


async def test_who_was_attached_takes_over_when_the_owner_is_killed(data):
    async with (
        held_by_another(data, "lasting") as other,
        await open_cluster(data, tenure=Tenure.LASTING, durable=False) as postgres,
    ):
        database = postgres.database
        await remember(postgres)
        watching = asyncio.create_task(postgres.wait_died())
        other.kill()
        async with asyncio.timeout(10):
            await watching
            await postgres.restart()
        assert postgres.is_owner
        assert postgres.database == database
        assert await recall(postgres) == "kept"


async def test_a_forked_worker_does_not_keep_its_dead_parents_lock(folder):
    path = folder / "lock"
    script = (
        "import os, sys, pathlib\n"
        "from comity.edges.postgres.ownership import OwnerLock\n"
        "lock = OwnerLock(pathlib.Path(sys.argv[1]), (os.geteuid(), os.getegid()))\n"
        "assert lock.try_take()\n"
        "if os.fork() == 0:\n"
        "    os.write(1, b'forked\\n'); os.read(0, 1); os._exit(0)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, str(path), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert await parent.stdout.readline() == b"forked\n"
    # The pipes stay open as long as the worker lives, so its parent's end is watched for by its lock.
    lock = OwnerLock(path, (os.geteuid(), os.getegid()))
    await until(lock.try_take)
    lock.let_go()
    parent.stdin.close()
    await parent.stdout.read()
    await parent.wait()
