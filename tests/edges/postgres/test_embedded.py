import asyncio
import contextlib
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import asyncpg
import pytest

from comity.base.errors import StoreError
from comity.edges.postgres import cluster_files, processes
from comity.edges.postgres.binaries import find_binaries
from comity.edges.postgres.cluster_files import SOCKET_NAME
from comity.edges.postgres.connect import store_errors
from comity.edges.postgres.embedded import Tenure, open_cluster
from comity.edges.postgres.ownership import OwnerLock
from comity.edges.postgres.roles import Role
from comity.edges.postgres.server_settings import SETTINGS
from support.postgres import in_own_loop

HOLDER = Path(__file__).parents[2] / "support" / "holder.py"
AS_ROOT = os.geteuid() == 0


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


def copied(seed: Path, to: Path) -> Path:
    subprocess.run(["cp", "-a", str(seed), str(to)], check=True)
    return to


@contextlib.asynccontextmanager
async def held_by_another(data: Path, tenure: str):
    """Another process that has the database open; killed at the end if it still runs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(HOLDER),
        str(data),
        tenure,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        while (line := await process.stdout.readline()) not in {b"owner\n", b"attached\n"}:
            assert line, "the other process ended at its start"
        yield process
    finally:
        if process.returncode is None:
            process.stdin.close()
        await process.stdout.read()
        await process.wait()


def running(data: Path) -> list[int]:
    return processes.of_cluster(data / "postgres" / "data")


def postmaster(data: Path) -> int:
    return int((data / "postgres" / "data" / "postmaster.pid").read_text().split("\n")[0])


def uid_of(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def kernel_says(pid: int, name: str) -> bytes:
    return Path(f"/proc/{pid}/{name}").read_bytes()


async def until(holds) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110  the state of other processes
            await asyncio.sleep(0.01)


async def remember(postgres, word: str = "kept") -> None:
    connection = await postgres.database.connect(Role.OWNER)
    await connection.execute("DROP TABLE IF EXISTS memory; CREATE TABLE memory (word text)")
    await connection.execute("INSERT INTO memory VALUES ($1)", word)
    await connection.close()


async def recall(postgres) -> str:
    connection = await postgres.database.connect(Role.OWNER)
    try:
        return await connection.fetchval("SELECT word FROM memory")
    finally:
        await connection.close()


# ---- what is made


async def test_a_durable_cluster_runs_with_every_setting_of_the_table(folder):
    async with await open_cluster(folder / "data") as postgres:
        superuser = await postgres.connect_superuser()
        wrong = await superuser.fetch("SELECT name, error FROM pg_file_settings WHERE error IS NOT NULL")
        assert wrong == []
        written = dict(await superuser.fetch("SELECT name, setting FROM pg_file_settings"))
        assert {name: written[name] for name, _, _ in SETTINGS} == {
            name: value.strip("'") for name, value, _ in SETTINGS
        }
        for name in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums"):
            assert await superuser.fetchval("SELECT current_setting($1)", name) == "on"
        assert await superuser.fetchval("SHOW listen_addresses") == ""
        assert await superuser.fetchval("SHOW server_encoding") == "UTF8"
        locale = await superuser.fetchrow("SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'comity'")
        assert tuple(locale) == (b"b", "C.UTF-8")
        await superuser.close()


async def test_every_way_in_asks_for_a_scram_password(data):
    async with await open_cluster(data, durable=False) as postgres:
        superuser = await postgres.connect_superuser()
        rules = await superuser.fetch("SELECT type, auth_method FROM pg_hba_file_rules")
        hashes = await superuser.fetch("SELECT rolpassword FROM pg_authid WHERE rolcanlogin")
        await superuser.close()
        assert {tuple(rule) for rule in rules} == {("local", "scram-sha-256")}
        assert len(hashes) == 4
        assert all(row[0].startswith("SCRAM-SHA-256$") for row in hashes)


async def test_secrets_are_readable_by_the_gateway_alone_and_the_cluster_by_its_server_alone(data):
    async with await open_cluster(data, durable=False) as postgres:
        server_uid = uid_of(postmaster(data))
        for path, owner, mode in (
            (data / "secrets", os.geteuid(), 0o700),
            (data / "secrets" / "database.json", os.geteuid(), 0o600),
            (data / "secrets" / "postgres-superuser", os.geteuid(), 0o600),
            (data / "postgres.lock", os.geteuid(), 0o600),
            (data / "postgres-start.log", os.geteuid(), 0o600),
            (postgres.home, server_uid, 0o700),
            (postgres.home / "data", server_uid, 0o700),
            (postgres.home / "data" / "pg_hba.conf", server_uid, 0o600),
            (postgres.home / "run", server_uid, 0o700),
            (postgres.home / "log", server_uid, 0o700),
        ):
            found = path.stat()
            assert (found.st_uid, stat.S_IMODE(found.st_mode)) == (owner, mode), path


async def test_the_server_runs_as_an_ordinary_user_in_a_session_of_its_own(data):
    async with await open_cluster(data, durable=False):
        pid = postmaster(data)
        uid = uid_of(pid)
        assert uid != 0
        assert (uid == os.geteuid()) is not AS_ROOT
        assert os.getsid(pid) != os.getsid(0)
        assert not AS_ROOT or b"\nGroups:\t \n" in kernel_says(pid, "status")


async def test_no_password_is_an_argument_or_in_the_environment_of_the_server(data):
    async with await open_cluster(data, durable=False) as postgres:
        passwords = [str(login["password"]).encode() for login in postgres.database.logins.values()]
        for name in ("cmdline", "environ"):
            seen = kernel_says(postmaster(data), name)
            assert not any(password in seen for password in passwords)


async def test_nothing_outside_the_data_directory_changes_its_permissions(seed, folder):
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    (closed / "open").mkdir(mode=0o755)
    data = closed / "open" / "data"
    if not AS_ROOT:
        copied(seed, data)
    before = {path: mode_of(path) for path in (data.parent, *data.parent.parents)}
    postgres = await open_cluster(data, durable=False)
    try:
        await remember(postgres)
        assert (postgres.home == data / "postgres") is not AS_ROOT
        assert {path: mode_of(path) for path in before} == before
        await postgres.stop()
        postgres = await open_cluster(data, durable=False)
        assert await recall(postgres) == "kept"
    finally:
        await postgres.stop()
        if AS_ROOT:
            shutil.rmtree(postgres.home)
            postgres.home.with_suffix(".lock").unlink()


async def test_two_copies_of_a_data_directory_never_run_the_same_cluster_at_once(seed, folder):
    elsewhere = folder / "elsewhere"
    copied(seed / "postgres", elsewhere)
    for name in ("one", "two"):
        copied(seed, folder / name)
        shutil.rmtree(folder / name / "postgres")
        (folder / name / "postgres.location").write_text(f"{elsewhere}\n")
    async with await open_cluster(folder / "one", durable=False) as postgres:
        await remember(postgres)
        with pytest.raises(StoreError, match="is held by another process"):
            await open_cluster(folder / "two", durable=False, limit_s=0.2)
        assert await recall(postgres) == "kept"


async def test_a_path_too_long_for_a_socket_works(seed, folder):
    long = folder / ("d" * 80) / ("e" * 80)
    long.mkdir(parents=True)
    data = copied(seed, long / "data")
    async with await open_cluster(data, durable=False) as postgres:
        sockets = Path(postgres.database.where)
        assert (sockets / SOCKET_NAME).is_socket()
        assert data not in sockets.parents
        assert mode_of(sockets) == 0o700
        await remember(postgres)
    async with await open_cluster(data, durable=False) as postgres:
        assert await recall(postgres) == "kept"
    shutil.rmtree(sockets)


@pytest.mark.parametrize("planted", ["link", "file", "strangers"])
async def test_what_somebody_planted_in_place_of_a_directory_is_refused(a_copy, folder, planted):
    shutil.rmtree(a_copy / "postgres" / "run")
    place = a_copy / "postgres" / "run"
    if planted == "link":
        (folder / "bait").mkdir()
        place.symlink_to(folder / "bait")
    elif planted == "file":
        place.touch()
    else:
        cluster_files.private_directory(folder / "stranger", os.geteuid(), os.getegid())
        with pytest.raises(StoreError, match="belongs to the user"):
            cluster_files.private_directory(folder / "stranger", os.geteuid() + 1, os.getegid())
        return
    with pytest.raises(StoreError, match="not a directory of its own"):
        await open_cluster(a_copy, durable=False)


# ---- starts, ends, crashes


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


# ---- several processes


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
