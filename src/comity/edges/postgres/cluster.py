"""Owns one start and one stop of the server on its files; must not know of other Comity processes.

The caller holds the cluster's lock.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
import signal
import subprocess
from typing import TYPE_CHECKING, Final, TypeVar

import asyncpg
import msgspec
import structlog

from comity.base.errors import StoreError
from comity.edges.postgres import processes
from comity.edges.postgres.binaries import readable_binaries
from comity.edges.postgres.child import Child
from comity.edges.postgres.cluster_files import PORT
from comity.edges.postgres.connect import DatabaseSecret
from comity.edges.postgres.roles import Role, make_database, make_login_roles
from comity.edges.postgres.secret_files import read_secret, write_secret
from comity.edges.postgres.server_settings import ACCESS_RULES, LOSSY, configuration, quoted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from comity.edges.postgres.binaries import Binaries
    from comity.edges.postgres.cluster_files import ClusterFiles
    from comity.edges.postgres.server_account import ServerAccount

_Result = TypeVar("_Result")
_log = structlog.get_logger(__name__)

DATABASE_NAME: Final = "comity"
_SUPERUSER: Final = "comity_superuser"
_INITDB_LIMIT_S: Final = 120
_POLL_S: Final = 0.02
_FAST_LIMIT_S: Final = 2.5  # of the 4 s that the whole product has after SIGTERM
_IMMEDIATE_LIMIT_S: Final = 0.5
_KILL_LIMIT_S: Final = 5.0
_REASON_LENGTH: Final = 300


class Cluster:
    """The server of one data directory, run by this process.

    Args:
        files: its places, made.
        account: the user it runs as.
        durable: False gives up safety for speed; for tests that throw the cluster away.
    """

    def __init__(self, files: ClusterFiles, account: ServerAccount, *, durable: bool) -> None:
        self._files = files
        self._account = account
        self._durable = durable
        self._child: Child | None = None

    async def start(self, limit_s: float) -> None:
        """Clear what an earlier run left, make the cluster if there is none, start it and make its roles.

        Raises:
            StoreError: it did not start; says why.
        """
        binaries = await _to_its_end(self._prepare)
        files = self._files
        argv = (str(binaries.program("postgres")), "-D", str(files.cluster))
        self._child = Child(argv, self._account, files.start_log, files.prune_logs)
        try:
            await self._bootstrap(limit_s)
        except BaseException:
            await self.stop(patience_s=0.0)
            raise
        _log.info("postgres.started", cluster=str(files.cluster), user=self._account.uid)

    async def stop(self, patience_s: float) -> None:
        """End the server.

        Args:
            patience_s: how long those connected may finish, while nobody new is let in.
        """
        child, self._child = self._child, None
        if child is None:
            return
        for number, limit_s in (
            (signal.SIGTERM, patience_s),
            (signal.SIGINT, _FAST_LIMIT_S),
            (signal.SIGQUIT, _IMMEDIATE_LIMIT_S),
            (signal.SIGKILL, _KILL_LIMIT_S),
        ):
            if not limit_s:
                continue
            child.send(number)
            if await child.died_within(limit_s):
                break
        _log.info("postgres.stopped", cluster=str(self._files.cluster))

    async def died(self) -> int:
        """Wait for the server's end; its exit status, or minus a signal's number."""
        return await self._child.died() if self._child else 0

    def _prepare(self) -> Binaries:
        files = self._files
        if processes.stop_leftovers(files.cluster):
            _log.warning("postgres.orphan_stopped", cluster=str(files.cluster))
        files.remove_stale_socket()
        binaries = readable_binaries(self._account)
        if not files.cluster.exists():
            self._initialise(binaries)
        elif read_secret(files.superuser_secret) is None:
            self._reset_superuser(binaries)
        self._configure(binaries)
        files.prune_logs()
        files.keep(files.start_log, b"")
        return binaries

    def _initialise(self, binaries: Binaries) -> None:
        """Run initdb beside the place and rename: one that was cut short is thrown away at the next start."""
        files = self._files
        half, password_file = files.home / "data.new", files.home / "password"
        shutil.rmtree(half, ignore_errors=True)
        password = secrets.token_urlsafe(32).encode()
        files.keep(files.superuser_secret, password)
        write_secret(password_file, password, self._account.uid, self._account.gid)
        try:
            self._run(
                binaries,
                "initdb",
                f"--pgdata={half}",
                f"--username={_SUPERUSER}",
                f"--pwfile={password_file}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--data-checksums",
                *(() if self._durable else ("--no-sync",)),
            )
        finally:
            password_file.unlink(missing_ok=True)
        half.rename(files.cluster)

    def _reset_superuser(self, binaries: Binaries) -> None:
        """A backup without its secrets, say: whoever may write the cluster's files may set the password anew."""
        password = secrets.token_urlsafe(32)
        self._configure(binaries)
        self._run(
            binaries,
            "postgres",
            *("--single", "-D", str(self._files.cluster), "-c", "logging_collector=off", "postgres"),
            given=f"ALTER ROLE {_SUPERUSER} PASSWORD '{password}'\n",
        )
        self._files.keep(self._files.superuser_secret, password.encode())

    def _run(self, binaries: Binaries, name: str, *arguments: str, given: str = "") -> None:
        ran = subprocess.run(  # noqa: S603  the wheel's programs
            [str(binaries.program(name)), *arguments],
            cwd="/",
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=_INITDB_LIMIT_S,
            umask=0o077,
            **self._account.as_subprocess(),
        )
        if ran.returncode:
            raise StoreError(
                f"{name} failed: {_last_line(ran.stderr)}", "Look at the disk and at the owner of the data directory."
            )

    def _configure(self, binaries: Binaries) -> None:
        files = self._files
        places = {
            "unix_socket_directories": quoted(files.sockets),
            "port": str(PORT),
            "log_directory": quoted(files.log),
            "wal_compression": binaries.wal_compression(),
            **({} if self._durable else LOSSY),
        }
        for name, text in (("postgresql.conf", configuration(places)), ("pg_hba.conf", ACCESS_RULES)):
            write_secret(files.cluster / name, text.encode(), self._account.uid, self._account.gid)

    async def _bootstrap(self, limit_s: float) -> None:
        superuser = await self._superuser(limit_s)
        try:
            passwords = self._passwords()
            await make_login_roles(superuser, passwords)
            await make_database(superuser, DATABASE_NAME)
        finally:
            await superuser.close()
        named = {role.value: password for role, password in passwords.items()}
        content = msgspec.json.encode(DatabaseSecret(str(self._files.sockets), PORT, DATABASE_NAME, named))
        if read_secret(self._files.database_secret) != content:
            self._files.keep(self._files.database_secret, content)

    async def connect_superuser(self, database: str = "postgres") -> asyncpg.Connection:
        """A connection that may do anything: for the bootstrap, and for tests that make databases."""
        password = read_secret(self._files.superuser_secret)
        return await asyncpg.connect(
            host=str(self._files.sockets),
            port=PORT,
            user=_SUPERUSER,
            password=(password or b"").decode(),
            database=database,
            timeout=5.0,
            server_settings={"application_name": "comity-bootstrap"},
        )

    async def _superuser(self, limit_s: float) -> asyncpg.Connection:
        """Wait until the server lets us in: it says so by doing it, a recovery may take its time."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + limit_s
        while True:
            if self._child is None or not self._child.running:
                raise StoreError(
                    f"PostgreSQL ended at its start: {self._reason()}.", f"Its log is in {self._files.log}."
                )
            try:
                return await self.connect_superuser()
            except asyncpg.InvalidPasswordError:
                self._files.superuser_secret.unlink(missing_ok=True)  # the next start sets another
                raise StoreError("PostgreSQL refused its own superuser's password.", "Start again.") from None
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                if loop.time() > deadline:
                    raise StoreError(
                        f"PostgreSQL did not accept connections within {limit_s:.0f} s.",
                        f"It may be recovering; look at its log in {self._files.log}, then start again.",
                    ) from None
            await asyncio.sleep(_POLL_S)

    def _passwords(self) -> dict[Role, str]:
        """Those on file, so that processes that signed in before a restart still can; new ones where there are none."""
        kept: dict[str, str] = {}
        content = read_secret(self._files.database_secret)
        with contextlib.suppress(msgspec.DecodeError):
            kept = msgspec.json.decode(content or b"", type=DatabaseSecret).passwords
        return {role: kept.get(role.value) or secrets.token_urlsafe(32) for role in Role}

    def _reason(self) -> str:
        said = _lines(self._files.start_log)
        if any("logging collector" in line for line in said):  # it went on in its own log, the newest
            said += [line for log in sorted(self._files.log.glob("postgres-*.log"))[-1:] for line in _lines(log)]
        grave = [line for line in said if "FATAL" in line or "PANIC" in line]
        return (grave or said or ["it said nothing"])[-1][-_REASON_LENGTH:].rstrip(".")


async def _to_its_end(work: Callable[[], _Result]) -> _Result:
    """Run in a thread; when cancelled, wait for it all the same: the lock must not be let go while initdb writes."""
    running = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise


def _lines(path: Path) -> list[str]:
    with contextlib.suppress(OSError):
        return [line for line in path.read_text(errors="replace").splitlines() if line.strip()]
    return []


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1][-_REASON_LENGTH:] if lines else "it said nothing"
