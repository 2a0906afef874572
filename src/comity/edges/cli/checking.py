"""Owns `comity check`: messages in, verdicts out, a line each, in order; must not know how rules judge."""

from __future__ import annotations

import contextlib
import os
import sys
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, Final

import typer

from comity.base.errors import SettingsError
from comity.edges.cli.console import DatabaseOption, DataOption, fail, finish, runtime

if TYPE_CHECKING:
    from comity.edges.cli.check_input import Chunk
    from comity.edges.cli.check_lines import Checked
    from comity.journey.campaign import Summary

_WAITING_EACH: Final = 3


def check(
    file: Annotated[
        Path | None,
        typer.Argument(help="JSON lines, or CSV with the columns id,text,to,sender,category,at; else standard input."),
    ] = None,
    policy: Annotated[
        Path | None, typer.Option(help="Judge by this policy directory or .toml file, not by the one that ships.")
    ] = None,
    summary: Annotated[
        bool, typer.Option("--summary", help="Say what the whole file comes to, in words, instead of a line each.")
    ] = False,
    output: Annotated[Path | None, typer.Option(help="Write the verdicts here instead of to standard output.")] = None,
    jobs: Annotated[int, typer.Option(min=0, max=256, help="Processes; 0 for one a core.")] = 0,
    account: Annotated[
        str, typer.Option(help="Judge as this account would send, with its consents, opt-outs and earlier messages.")
    ] = "",
    data: DataOption = "",
    database: DatabaseOption = "",
) -> None:
    """Judge messages without sending them: a line in, a verdict out, in the same order.

    In: {"id", "text"} and, when known, "to", "sender", "category", "at" (with its offset). Out: {"id", "action",
    "findings", "scores"}. Without --account there is no store behind it, and a rule that lacks a fact or a time
    abstains. With it the gateway's data are read, and the policy in force judges.
    """
    if account and policy is not None:
        fail("An account is judged by the policy in force: leave out --policy, or --account.")
    from comity.edges.cli.check_input import chunks_of
    from comity.edges.cli.check_summary import told, unread_words

    try:
        source = _policy_source(policy)
        with contextlib.ExitStack() as stack:
            lines = stack.enter_context(file.open("rb")) if file is not None else sys.stdin.buffer
            write = _writer(stack, output, summary)
            advance = _progress(stack, file)
            chunks = chunks_of(lines)
            if account:
                total = finish(_rehearse(chunks, (data, database, account), write, advance))
            else:
                total = _run(chunks, (source, jobs or os.cpu_count() or 1), write, advance)
    except SettingsError as error:
        fail(str(error))
    except BrokenPipeError:
        # Whoever read has read enough; what is left must not be flushed to them at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return
    except OSError as error:
        fail(f"{error.filename or file}: {error.strerror}.")
    if summary:
        print(told(total, with_store=bool(account)))
    elif total.unread:
        print(unread_words(total), file=sys.stderr)


async def _rehearse(
    chunks: Iterable[Chunk], who: tuple[str, str, str], write: Callable[[bytes], None], advance: Callable[[int], None]
) -> Summary:
    """Judge chunk by chunk with the store; the messages of a chunk see each other."""
    from comity.edges.cli.check_lines import Rehearsal
    from comity.journey.campaign import Summary

    total = Summary()
    async with runtime().rehearsing(*who) as rehearse:
        rehearsal = Rehearsal(rehearse)
        for chunk in chunks:
            checked = await rehearsal.check(chunk)
            write(checked.lines)
            advance(checked.octets)
            total.add(checked.summary)
    return total


def _run(
    chunks: Iterable[Chunk], how: tuple[str, int], write: Callable[[bytes], None], advance: Callable[[int], None]
) -> Summary:
    """Judge chunk by chunk: full ones in worker processes, small ones here and at once, all written in order."""
    from comity.edges.cli.check_input import AT_ONCE
    from comity.edges.cli.check_lines import Checker, prepare_worker, run_in_worker
    from comity.journey.campaign import Summary

    source, jobs = how
    here = Checker(source)
    total = Summary()
    waiting: deque[Future[Checked]] = deque()

    def write_first() -> None:
        checked = waiting.popleft().result()
        write(checked.lines)
        advance(checked.octets)
        total.add(checked.summary)

    with contextlib.ExitStack() as stack:
        pool: ProcessPoolExecutor | None = None
        for chunk in chunks:
            full = len(chunk.lines) >= AT_ONCE
            if full and jobs > 1:
                pool = pool or stack.enter_context(
                    ProcessPoolExecutor(jobs, get_context("spawn"), prepare_worker, (source,))
                )
                waiting.append(pool.submit(run_in_worker, chunk))
            else:
                done: Future[Checked] = Future()
                done.set_result(here.check(chunk))
                waiting.append(done)
            while waiting and (not full or waiting[0].done() or len(waiting) > _WAITING_EACH * jobs):
                write_first()
        while waiting:
            write_first()
    return total


def _policy_source(path: Path | None) -> str:
    from comity.policy.files import default_policy, read_directory

    return (read_directory(path) if path is not None else default_policy()).source


def _writer(stack: contextlib.ExitStack, output: Path | None, summary: bool) -> Callable[[bytes], None]:
    if output is None and summary:
        return lambda _lines: None
    out: BinaryIO = stack.enter_context(output.open("wb")) if output is not None else sys.stdout.buffer

    def write(lines: bytes) -> None:
        out.write(lines)
        out.flush()

    return write


def _progress(stack: contextlib.ExitStack, file: Path | None) -> Callable[[int], None]:
    """A bar on standard error, for people who check a file."""
    if file is None or not sys.stderr.isatty():
        return lambda _octets: None
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("Checking"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    progress = stack.enter_context(Progress(*columns, console=Console(stderr=True)))
    bar = progress.add_task("", total=file.stat().st_size)
    return lambda octets: progress.advance(bar, octets)


def add_to(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command("check")(check)
