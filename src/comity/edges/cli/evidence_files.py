"""Owns the commands of the evidence log that write: checkpoints, exports, erasures; must not know SQL."""

from __future__ import annotations

import contextlib
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import asyncpg
import typer

from comity.base.clock import SystemClock
from comity.base.errors import SettingsError, StoreError
from comity.edges.cli.console import DatabaseOption, DataOption, JsonOption, fail, print_json, runtime, with_connection

if TYPE_CHECKING:
    from comity.evidence.checkpoint import Checkpoint

_NO_KEY: Final = StoreError(
    "The data directory has not the key of this evidence log.", "Run this where evidence.key lies, or copy it there."
)


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("checkpoint")(checkpoint)
    app.command("export")(export)
    app.command("erase")(erase)


def checkpoint(
    out: Annotated[Path | None, typer.Option(help="A directory to write the text, signature and key to.")] = None,
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Sign where all chains end now, and print what was signed; the newest checkpoint where nothing is new.

    Keep it where nobody who can write in the database can: `comity evidence verify --against` compares.
    """
    folder = runtime().folder(data)

    async def work(connection: asyncpg.Connection) -> tuple[Checkpoint | None, bytes]:
        from comity.edges.postgres.evidence_checkpoints import newest_checkpoint, take_checkpoint
        from comity.edges.postgres.evidence_keys import matching_master

        master = await matching_master(connection, folder)
        if master is None:
            raise _NO_KEY
        taken = await take_checkpoint(connection, master, SystemClock().now())
        return taken or await newest_checkpoint(connection), master.public[1]

    taken, public_key = with_connection(data, database, work)
    if taken is None:
        fail("There is no entry yet that a checkpoint could sign.")
    from comity.evidence.checkpoint import public_pem

    pem = public_pem(public_key)
    if out is not None:
        name = f"{taken.number:06}"
        _write_all(out, {f"{name}.txt": taken.note, f"{name}.sig": taken.signature, "public-key.pem": pem})
    if as_json:
        print_json(
            {
                "number": taken.number,
                "note": taken.note.decode(),
                "signature": taken.signature.hex(),
                "public_key": pem.decode(),
            }
        )
    else:
        print(f"{taken.note.decode()}signature {taken.signature.hex()}")


def _write_all(folder: Path, files: dict[str, bytes]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        fail(f"{folder} cannot be written: {error.strerror}.")


def export(
    path: Annotated[Path, typer.Argument(help="A directory to make, or a file that ends with .zip.")],
    account: Annotated[str, typer.Option(help="One account alone, by name.")] = "",
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write the evidence log so that anybody can check it with standard tools: HOW-TO-CHECK.txt in it says how.

    Payloads are written in the clear, as far as they are not erased: treat the export as what it holds.
    """
    if path.exists():
        fail(f"{path} is there already. Name what is not.")
    folder = runtime().folder(data)

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        from comity.edges.postgres.evidence_export import export_files
        from comity.edges.postgres.evidence_keys import matching_master
        from comity.edges.postgres.operator_store import account_id_of

        accounts = [await account_id_of(connection, account)] if account else await _all_accounts(connection)
        files = export_files(connection, accounts, await matching_master(connection, folder))
        return {"path": str(path), "accounts": len(accounts), **await _write(path, files)}

    done = with_connection(data, database, work)
    if as_json:
        print_json(done)
    else:
        print(f"{path}: {done['entries']} entries of {done['accounts']} accounts, {done['payloads']} with payload.")


async def _all_accounts(connection: asyncpg.Connection) -> list[int]:
    from comity.edges.postgres.evidence_checking import accounts_with_chains

    return await accounts_with_chains(connection)


async def _write(path: Path, files: AsyncIterator[tuple[str, bytes]]) -> dict[str, int]:
    """Write files as they come; one that comes in pieces is gathered first, since a zip takes a file whole."""
    counts = {"chain": 0, "payloads": 0}
    gathered: dict[str, list[bytes]] = {}
    try:
        with _target(path) as put:
            async for name, content in files:
                top = name.partition("/")[0]
                if top.endswith(".jsonl"):
                    gathered.setdefault(name, []).append(content)
                    continue
                if top in counts:
                    counts[top] += 1
                put(name, content)
            for name, pieces in gathered.items():
                put(name, b"".join(pieces))
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror}.") from error
    return {"entries": counts["chain"], "payloads": counts["payloads"]}


@contextlib.contextmanager
def _target(path: Path) -> Iterator[Callable[[str, bytes], None]]:
    """What files are put into: a directory, or a zip; only the owner may read either."""
    if path.suffix == ".zip":
        path.touch(mode=0o600)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            yield archive.writestr
        return
    path.mkdir(mode=0o700, parents=True)

    def put(name: str, content: bytes) -> None:
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    yield put


def erase(
    number: Annotated[str, typer.Argument(help="The telephone number, with its country code.")],
    account: Annotated[str, typer.Option(help="In one account's log alone, by name.")] = "",
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Destroy what the log holds on a number, by destroying the keys it is sealed to; for ever, backups apart.

    The chains still hold: each says in an entry of its own which payloads are gone, not whose they were.
    """
    digits = "".join(sign for sign in number if sign in "0123456789")
    if not digits:
        fail("That is no telephone number. Write it as +32 470 00 00 00.")

    async def work(connection: asyncpg.Connection) -> int:
        from comity.edges.postgres.evidence_store import erase_number
        from comity.edges.postgres.operator_store import account_id_of

        accounts = [await account_id_of(connection, account)] if account else await _all_accounts(connection)
        now = SystemClock().now()
        return sum([await erase_number(connection, account_id, digits, now) for account_id in accounts])

    erased = with_connection(data, database, work)
    if as_json:
        print_json({"erased": erased})
    else:
        print(f"{erased} payloads erased.")
