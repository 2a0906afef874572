"""Owns the commands about judgements made: shown, replayed, and texts erased; must not know SQL or how rules judge."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import asyncpg
import msgspec
import typer

from comity.base.ids import earliest, from_wire, instant_of, to_wire
from comity.edges.cli.console import (
    DatabaseOption,
    DataOption,
    JsonOption,
    fail,
    print_json,
    with_connection,
)
from comity.numbers.mask import mask

if TYPE_CHECKING:
    from comity.journey.replay import Stored
    from comity.messages.verdict import Evidence, Verdict

verdict = typer.Typer(no_args_is_help=True, help="Judgements made: shown and replayed.")
messages = typer.Typer(no_args_is_help=True, help="Messages kept.")

IdArgument = Annotated[str, typer.Argument(help="The message's id, 31 letters and digits.")]
_REPLAY_FAILED = ("unfaithful", "altered")


@verdict.command("show")
def show_verdict(
    message_id: IdArgument, data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False
) -> None:
    """Show how a message was judged, as it is kept: findings, every rule's result, facts and digests, not the text."""
    from comity.edges.postgres.artefact_store import find_stored

    wanted = read_id(message_id)
    stored = with_connection(data, database, lambda connection: find_stored(connection, wanted))
    if stored is None:
        fail(f"No message has the id {message_id}.")
    if as_json:
        print_json({"id": to_wire(stored.id), "judged_at": instant_of(stored.id), "verdict": stored.verdict})
    else:
        _print_verdict(stored)


@verdict.command("replay")
def replay_verdict(
    message_id: IdArgument, data: DataOption = "", database: DatabaseOption = "", as_json: JsonOption = False
) -> None:
    """Judge a message again by the policy and the facts of then, and say whether it comes out the same.

    Ends with exit code 1 when something kept was altered, the same engine judged otherwise, or nothing is there.
    """
    from comity.journey.replay import Replay

    wanted = read_id(message_id)

    async def work(connection: asyncpg.Connection) -> Replay | None:
        from comity.edges.postgres.artefact_store import find_stored, load_artefacts
        from comity.journey.replay import digests_of, replay
        from comity.screening.engine import engine

        stored = await find_stored(connection, wanted)
        if stored is None:
            return None
        return replay(stored, await load_artefacts(connection, digests_of(stored.verdict)), engine())

    came = with_connection(data, database, work)
    if came is None:
        fail(f"No message has the id {message_id}.")
    if as_json:
        print_json({"id": message_id, **msgspec.to_builtins(came)})
    else:
        _print_replay(message_id, came)
    if came.outcome.value in _REPLAY_FAILED:
        raise typer.Exit(1)


def _print_verdict(stored: Stored) -> None:
    verdict = stored.verdict
    print(f"{to_wire(stored.id)}: {verdict.action}{', degraded' if verdict.degraded else ''}")
    print(f"  judged    {instant_of(stored.id):%Y-%m-%d %H:%M:%S} UTC, account {stored.account_id}")
    print(f"  message   {stored.category}, from {stored.sender} to {mask(stored.recipient)} ({stored.country or '-'})")
    print(f"  policy    {verdict.policy} ({verdict.digest[:12]})")
    print(f"  engine    code {verdict.engine[:12] or '-'}, data {verdict.models[:12] or '-'}")
    if stored.text_erased_at is not None:
        print(f"  text      erased on {stored.text_erased_at:%Y-%m-%d}")
    for finding in verdict.findings:
        watching = "" if finding.enforced else ", only watching"
        print(f"\n  {finding.action}: {finding.rule} ({', '.join(finding.clauses)}), score {finding.score:g}{watching}")
        for line in (finding.reviewer or finding.sentence, *map(_evidence, finding.evidence)):
            print(f"    {line}")
    _print_results(verdict)
    print("\n  facts")
    for name, value in verdict.facts.items():
        print(f"    {name:<16} {msgspec.json.encode(value).decode()}")


def _evidence(one: Evidence) -> str:
    limit = f" (limit: {one.limit})" if one.limit else ""
    return f"- {one.what}: {one.observed or '-'}{limit}"


def _print_results(verdict: Verdict) -> None:
    for result in ("abstain", "failed", "miss"):
        rules = [rule for rule, came in verdict.results.items() if came == result]
        if rules:
            print(f"\n  {result} ({len(rules)}): {', '.join(rules)}")


def _print_replay(message_id: str, came: Any) -> None:  # noqa: ANN401  a Replay; its module is loaded when needed
    print(f"{message_id}: {came.outcome.value}. {came.what}")
    print(f"  then  {came.then.action}, policy {came.then.policy} ({came.then.digest[:12]})")
    if came.now is not None:
        print(f"  now   {came.now.action}, by the same policy and facts")
    for name in came.differs:
        print(f"  is not what it was: {name}")
    for rule in came.changed:
        print(f"  judges otherwise: {rule}")


@messages.command("erase-texts")
def erase_texts(
    before: Annotated[str, typer.Option(help="Erase texts of messages accepted before this day, YYYY-MM-DD (UTC).")],
    account: Annotated[str, typer.Option(help="Of this account only.")] = "",
    recipient: Annotated[str, typer.Option(help="To this recipient only, with country code.")] = "",
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Erase texts that need not be kept any longer, with what their verdicts quote of them.

    What was decided, by which rules and under which policy, stays. What still waits to be sent keeps its text.
    """
    try:
        day = date.fromisoformat(before)
    except ValueError:
        fail(f"{before!r} is not a day. Write it as 2026-11-22.")
    digits = "".join(filter(str.isdigit, recipient)) or None
    first_kept = earliest(datetime(day.year, day.month, day.day, tzinfo=UTC))

    async def work(connection: asyncpg.Connection) -> int:
        from comity.edges.postgres import artefact_store, operator_store

        account_id = await operator_store.account_id_of(connection, account) if account else None
        return sum([n async for n in artefact_store.erase_texts(connection, first_kept, account_id, digits)])

    print(f"{with_connection(data, database, work)} texts erased.")


def read_id(written: str) -> UUID:
    """A message id as people copy it; anything else ends the command with one clear line."""
    found = from_wire(written.strip())
    if found is None:
        fail(f"{written!r} is no message id. Copy it whole from the answer to the send call: 31 letters and digits.")
    return found
