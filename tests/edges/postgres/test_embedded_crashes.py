import asyncio
import contextlib
import os
import pwd
import shutil
import signal
import socket
import time

import asyncpg
import pytest

from comity.base.errors import StoreError
from comity.edges.postgres import cluster_files
from comity.edges.postgres.binaries import find_binaries
from comity.edges.postgres.cluster_files import SOCKET_NAME
from comity.edges.postgres.connect import store_errors
from comity.edges.postgres.embedded import Tenure, open_cluster
from comity.edges.postgres.roles import Role
from support.clusters import (
    AS_ROOT,
    held_by_another,
    postmaster,
    recall,
    remember,
    running,
    until,
)


async def test_a_stop_is_quick_while_clients_write_and_nothing_committed_is_lost(data):
    postgres = await open_cluster(data, tenure=Tenure.LASTING)
    connection = await postgres.database.connect(Role.OWNER)
    await connection.execute("DROP TABLE IF EXISTS seen; CREATE TABLE seen (n bigint)")
    committed = 0

    async def write():
        nonlocal committed
        with contextlib.suppress(StoreError), store_errors():
            while True:
                await connection.execute("INSERT INTO seen SELECT generate_series(1, 1000)")
                committed += 1000

    writing = asyncio.create_task(write())
    await until(lambda: committed > 0)
    started = time.monotonic()
    await postgres.stop()
    took_s = time.monotonic() - started
    await writing
    connection.terminate()
    assert took_s < 2.5
    assert running(data) == []
    async with await open_cluster(data) as postgres:
        connection = await postgres.database.connect(Role.OWNER)
        assert await connection.fetchval("SELECT count(*) FROM seen") >= committed
        await connection.close()


async def test_a_killed_server_is_noticed_and_comes_back_with_what_was_committed(data):
    async with await open_cluster(data, tenure=Tenure.LASTING, durable=False) as postgres:
        await remember(postgres)
        watching = asyncio.create_task(postgres.wait_died())
        os.kill(postmaster(data), signal.SIGKILL)
        async with asyncio.timeout(5):
            assert await watching == "PostgreSQL ended by itself (signal 9)."
        database = postgres.database
        await postgres.restart()
        assert await recall(postgres) == "kept"
        await (await database.connect(Role.TENANT)).close()


async def test_who_stops_watching_does_not_blind_the_next_watcher(data):
    async with await open_cluster(data, durable=False) as postgres:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(postgres.wait_died(), 0.01)
        os.kill(postmaster(data), signal.SIGKILL)
        async with asyncio.timeout(5):
            assert "signal 9" in await postgres.wait_died()


async def test_a_killed_gateway_takes_its_server_along_and_the_next_finds_all_data(data):
    async with held_by_another(data, "lasting") as other:
        async with await open_cluster(data, durable=False) as attached:
            await remember(attached)
        other.kill()
        await until(lambda: not running(data))
    async with await open_cluster(data, durable=False) as postgres:
        assert postgres.is_owner
        assert await recall(postgres) == "kept"


async def test_an_orphaned_server_is_ended_by_the_next_start(data):
    async with await open_cluster(data, durable=False) as postgres:
        await remember(postgres)
    owner = (data / "postgres").stat()
    orphan = await asyncio.create_subprocess_exec(
        str(find_binaries().program("postgres")),
        *("-D", str(data / "postgres" / "data")),
        user=owner.st_uid if AS_ROOT else None,
        group=owner.st_gid if AS_ROOT else None,
        extra_groups=[] if AS_ROOT else None,
        stderr=asyncio.subprocess.DEVNULL,
    )
    await until((data / "postgres" / "run" / SOCKET_NAME).exists)
    async with await open_cluster(data, durable=False) as postgres:
        assert await orphan.wait() == 0, "it was asked to shut down, not killed"
        assert postgres.is_owner
        assert await recall(postgres) == "kept"


async def test_a_backend_that_outlives_its_killed_server_does_not_stop_the_next_start(data):
    postgres = await open_cluster(data, tenure=Tenure.LASTING, durable=False)
    await remember(postgres)
    connection = await postgres.database.connect(Role.OWNER)
    backend = connection.get_server_pid()
    os.kill(backend, signal.SIGSTOP)
    os.kill(postmaster(data), signal.SIGKILL)
    await postgres.wait_died()
    assert running(data)
    await postgres.restart()
    connection.terminate()
    try:
        assert backend not in running(data)
        assert await recall(postgres) == "kept"
    finally:
        await postgres.stop()


async def test_stale_lock_files_that_name_a_strangers_process_neither_stop_the_start_nor_hurt_the_stranger(data):
    owner = (data / "postgres").stat()
    stranger = await asyncio.create_subprocess_exec(
        "sleep", "60", cwd="/", user=owner.st_uid if AS_ROOT else None, extra_groups=[] if AS_ROOT else None
    )
    try:
        cluster, sockets = data / "postgres" / "data", data / "postgres" / "run"
        stale = f"{stranger.pid}\n{cluster}\n1700000000\n5432\n{sockets}\n\n  1 2\nready\n"
        for path in (cluster / "postmaster.pid", sockets / f"{SOCKET_NAME}.lock"):
            path.write_text(stale)
            os.chown(path, owner.st_uid, owner.st_gid)
        (sockets / SOCKET_NAME).unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as left:
            left.bind(str(sockets / SOCKET_NAME))
        async with await open_cluster(data, durable=False) as postgres:
            assert postgres.is_owner
        assert stranger.returncode is None
    finally:
        stranger.kill()
        await stranger.wait()


async def test_an_initdb_that_was_cut_short_is_started_over(a_copy):
    shutil.rmtree(a_copy / "postgres" / "data")
    (a_copy / "postgres" / "data.new" / "base").mkdir(parents=True)
    async with await open_cluster(a_copy, durable=False) as postgres:
        await remember(postgres)
    assert not (a_copy / "postgres" / "data.new").exists()
    assert not (a_copy / "postgres" / "password").exists()


@pytest.mark.parametrize("lost", ["postgres-superuser", "database.json"])
async def test_a_lost_secret_is_made_anew_and_the_data_stays(data, lost):
    async with await open_cluster(data, durable=False) as postgres:
        await remember(postgres)
    (data / "secrets" / lost).unlink()
    async with await open_cluster(data, durable=False) as postgres:
        assert await recall(postgres) == "kept"


async def test_a_server_that_cannot_start_says_why_and_lets_the_lock_go(a_copy):
    (a_copy / "postgres" / "data" / "global" / "pg_control").rename(a_copy / "kept")
    with pytest.raises(StoreError, match=r"PostgreSQL ended at its start: .*pg_control"):
        await open_cluster(a_copy, durable=False)
    shutil.move(a_copy / "kept", a_copy / "postgres" / "data" / "global" / "pg_control")
    async with await open_cluster(a_copy, durable=False) as postgres:
        assert postgres.is_owner


async def test_the_log_quotes_no_value_of_a_failed_statement(data):
    async with await open_cluster(data, durable=False) as postgres:
        connection = await postgres.database.connect(Role.OWNER)
        await connection.execute("CREATE TEMPORARY TABLE one (recipient text PRIMARY KEY)")
        await connection.execute("INSERT INTO one VALUES ($1)", "x5550199")
        for statement in ("INSERT INTO one VALUES ($1)", "SELECT $1::text::int"):
            with pytest.raises(asyncpg.PostgresError):
                await connection.execute(statement, "x5550199")
        with pytest.raises(asyncpg.PostgresError):
            await connection.execute("SELECT 'x5550199 wrote this'::date")
        await connection.close()
    logs = list((data / "postgres" / "log").iterdir())
    assert logs
    assert not any("5550199" in log.read_text() for log in logs)


def test_logs_stay_bounded(a_copy):
    account = pwd.getpwuid((a_copy / "postgres").stat().st_uid)
    log = a_copy / "postgres" / "log"
    for day in range(10, 30):
        (log / f"postgres-203001{day}-000000.log").touch()
    files = cluster_files.ClusterFiles(a_copy, a_copy / "postgres", a_copy / "postgres" / "run", (0, 0))
    files.prune_logs()
    assert sorted(path.name for path in log.iterdir()) == [f"postgres-203001{day}-000000.log" for day in range(25, 30)]
    assert log.owner() == account.pw_name
