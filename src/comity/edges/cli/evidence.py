"""Owns the commands that look at the evidence log: checked, listed, shown, verdicts proven; must not know SQL."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import asyncpg
import typer

from comity.edges.cli import evidence_files
from comity.edges.cli.console import (
    DatabaseOption,
    DataOption,
    JsonOption,
    fail,
    print_json,
    print_rows,
    runtime,
    with_connection,
)
from comity.edges.cli.verdicts import IdArgument, read_id

if TYPE_CHECKING:
    from comity.edges.postgres.evidence_checking import Checked, Signed
    from comity.edges.postgres.evidence_minutes import Proof
    from comity.edges.postgres.evidence_reading import Written

evidence = typer.Typer(no_args_is_help=True, help="The evidence log: what was decided, consented to and proven.")
evidence_files.add_to(evidence)

AccountArgument = Annotated[str, typer.Argument(help="The account's name.")]
AfterOption = Annotated[int, typer.Option(min=0, help="Entries with a greater number.")]
MostOption = Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")]


@evidence.command("verify")
def verify(
    against: Annotated[
        Path | None, typer.Option(help="A checkpoint's text that you kept elsewhere: it must be among those here.")
    ] = None,
    messages: Annotated[bool, typer.Option(help="Compare verdicts as they stand with their trees.")] = True,
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Check every checkpoint, every account's chain, payloads, and the trees of verdicts.

    Ends with exit code 1 when something does not hold, and names the account, the number of the first entry that is
    wrong, and what is wrong with it.
    """
    kept = None if against is None else _content(against)
    folder = runtime().folder(data)

    async def work(connection: asyncpg.Connection) -> tuple[Signed, list[Checked], bool, bool]:
        from comity.edges.postgres.evidence_checking import verify_accounts, verify_checkpoints
        from comity.edges.postgres.evidence_checkpoints import has_checkpoint
        from comity.edges.postgres.evidence_keys import matching_master

        master = await matching_master(connection, folder)
        signed = await verify_checkpoints(connection)
        known = kept is None or await has_checkpoint(connection, kept)
        checked = [one async for one in verify_accounts(connection, master, signed, messages=messages)]
        return signed, checked, master is not None, known

    signed, checked, opened, known = with_connection(data, database, work)
    wrong = _wrong(signed, checked, known=known)
    if as_json:
        print_json(_report(signed, checked, wrong, opened=opened))
    elif not wrong:
        _print_report(signed, checked, opened=opened)
    if wrong and not as_json:
        fail(wrong[0]["line"] + (f" ({len(wrong) - 1} more; see --json)" if len(wrong) > 1 else ""))
    if wrong:
        raise typer.Exit(1)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        fail(f"{path} cannot be read: {error.strerror}.")


def _wrong(signed: Signed, checked: list[Checked], *, known: bool) -> list[dict[str, Any]]:
    wrong: list[dict[str, Any]] = []
    if not known:
        wrong.append({"line": "The checkpoint that you kept is not among those here: the log was written anew."})
    if signed.flaw is not None:
        wrong.append({"checkpoint": signed.flaw.number, "line": f"Checkpoint {signed.flaw.number} {signed.flaw.what}."})
    wrong += [
        {
            "account": one.flaw.account_id,
            "sequence": one.flaw.sequence,
            "what": one.flaw.what,
            "line": f"Account {one.flaw.account_id}: entry {one.flaw.sequence} {one.flaw.what}.",
        }
        for one in checked
        if one.flaw is not None
    ]
    return wrong


def _sums(checked: list[Checked]) -> dict[str, int]:
    return {field: sum(getattr(one, field) for one in checked) for field in ("entries", "opened", "erased", "verdicts")}


def _report(signed: Signed, checked: list[Checked], wrong: list[dict[str, Any]], *, opened: bool) -> dict[str, Any]:
    return {
        "holds": not wrong,
        "wrong": wrong,
        "accounts": len(checked),
        **_sums(checked),
        "checkpoints": signed.count,
        "payloads_looked_into": opened,
    }


def _print_report(signed: Signed, checked: list[Checked], *, opened: bool) -> None:
    sums = _sums(checked)
    print(
        f"All holds: {sums['entries']} entries of {len(checked)} accounts, {signed.count} checkpoints,"
        f" {sums['verdicts']} verdicts."
    )
    if opened:
        print(f"{sums['opened']} payloads are what was committed to; {sums['erased']} were erased.")
    else:
        print("Payloads were not looked into: the data directory has not the key they are sealed to.")


@evidence.command("list")
def list_entries(
    account: AccountArgument,
    after: AfterOption = 0,
    most: MostOption = 100,
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """List entries of an account's chain, without payloads."""
    rows = [_row(written) for written in _read(account, after, most, data, database)]
    print_rows(rows, as_json=as_json, empty="There is no entry.")


@evidence.command("show")
def show_entry(
    account: AccountArgument,
    sequence: Annotated[int, typer.Argument(min=1, help="The entry's number.")],
    data: DataOption = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show one entry with its payload."""
    found = [one for one in _read(account, sequence - 1, 1, data, database) if one.entry.sequence == sequence]
    if not found:
        fail(f"Account {account} has no entry {sequence}.")
    (written,) = found
    shown = {
        **_row(written),
        "commitment": written.entry.commitment.hex(),
        "previous": written.entry.previous.hex(),
        "hash": written.entry.hash.hex(),
        "body": written.body,
    }
    if as_json:
        print_json(shown)
    else:
        print_rows([{"what": name, "value": value} for name, value in shown.items()], as_json=False, empty="")


def _read(account: str, after: int, most: int, data: str, database: str) -> list[Written]:
    folder = runtime().folder(data)

    async def work(connection: asyncpg.Connection) -> list[Written]:
        from comity.edges.postgres.evidence_keys import matching_master
        from comity.edges.postgres.evidence_reading import read
        from comity.edges.postgres.operator_store import account_id_of

        account_id = await account_id_of(connection, account)
        return await read(connection, account_id, await matching_master(connection, folder), after=after, most=most)

    return with_connection(data, database, work)


def _row(written: Written) -> dict[str, Any]:
    entry = written.entry
    return {"sequence": entry.sequence, "kind": entry.kind, "at": entry.at, "payload": written.payload.value}


@evidence.command("proof")
def prove(
    message_id: IdArgument, data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False
) -> None:
    """Prove that a message's verdict stands in the evidence log, and has not changed since.

    The leaf's hash leads, step by step, to the root that an entry of the account's chain holds. Ends with exit code 1
    where the verdict is another now, or its minute is not closed yet, which takes six minutes.
    """
    from comity.edges.postgres.evidence_minutes import prove_verdict

    wanted = read_id(message_id)
    proof = with_connection(data, database, lambda connection: prove_verdict(connection, wanted))
    if proof is None:
        fail(
            f"No tree holds a verdict on {message_id}. A running gateway closes a minute six minutes later; look again."
        )
    holds = _holds(proof)
    if as_json:
        print_json({"message": message_id, **_written_proof(proof), "holds": holds})
    elif holds:
        print(f"{message_id} is leaf {proof.place} of the tree of {proof.minute:%Y-%m-%d %H:%M} UTC.")
        print(f"  root      {proof.root.hex()}")
        print(f"  stands in entry {proof.sequence} of account {proof.account_id}")
        print(f"  verdict   {'unchanged' if proof.leaf_text else 'gone with its message; --json has the proof'}")
    if not holds:
        fail(f"The verdict on {message_id} is not the one that entry {proof.sequence} committed to.")


def _holds(proof: Proof) -> bool:
    from comity.evidence.tree import leaf_hash, proven_root

    unchanged = proof.leaf_text is None or leaf_hash(proof.leaf_text) == proof.leaf
    return unchanged and proven_root(proof.leaf, proof.steps) == proof.root


def _written_proof(proof: Proof) -> dict[str, Any]:
    return {
        "account": proof.account_id,
        "minute": proof.minute,
        "entry": proof.sequence,
        "place": proof.place,
        "leaf": proof.leaf.hex(),
        "steps": [{"side": "left" if step.left else "right", "hash": step.hash.hex()} for step in proof.steps],
        "root": proof.root.hex(),
        "leaf_text": None if proof.leaf_text is None else proof.leaf_text.decode(),
        "verdict_text": proof.verdict_text,
    }
