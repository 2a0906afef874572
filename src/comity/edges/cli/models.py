"""Owns the commands about learned models: shown, and compared on texts; must not know how one weighs or judges."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

import typer

from comity.base.errors import SettingsError
from comity.edges.cli.console import JsonOption, fail, print_json, print_rows

if TYPE_CHECKING:
    from comity.content.learned_model import Model
    from comity.screening.contest import Contest

model = typer.Typer(no_args_is_help=True, help="Learned models of texts: the one that ships, and others beside it.")

_DIGEST_SHOWN: Final = 16
_LINES: Final = 'Write {"id": 1, "text": "..."} a line.'
_Result = TypeVar("_Result")


@model.command("show")
def show(
    directory: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="Another model than the one that ships.", show_default=False)
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a model is: its digest, what it was taught and by which texts. What it is for: the model card."""
    import msgspec

    card = _read(lambda: _model(directory)).card
    if as_json:
        print_json(msgspec.to_builtins(card))
        return
    print(f"sha256 {card.sha256}, {1 << card.bits} buckets, features of version {card.features}")
    rows = [
        {"category": name, "source": source, **counts}
        for name, taught in card.categories.items()
        for source, counts in taught.texts.items()
    ]
    print_rows(rows, as_json=False, empty="It was taught nothing.")
    for name, source in card.sources.items():
        print(f"{name}: {source.rows} texts, sha256 {source.sha256[:_DIGEST_SHOWN]}, {source.licence}")


@model.command("compare")
def compare(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The challenger, as `make train OUT=DIR` made it.")],
    policy: Annotated[
        Path | None, typer.Option(help="Thresholds of this policy directory or .toml file, not of the one that ships.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Judge texts with the model that ships and with another, and say where decisions differ. Texts are not shown.

    In: lines of {"id", "text"} on standard input, as `comity check` takes them, or `comity labels export` writes them.
    """
    from comity.policy.files import default_policy, read_directory
    from comity.screening.compiled import compile_policy
    from comity.screening.contest import contest
    from comity.screening.rulebook import RULEBOOK

    def run() -> Contest:
        given = read_directory(policy) if policy is not None else default_policy()
        return contest(_texts(), _model(None), _model(directory), compile_policy(given, RULEBOOK))

    found = _read(run)
    rows: list[dict[str, Any]] = [
        {"category": one.category, "from": one.before, "to": one.after, "texts": one.texts, "ids": one.ids}
        for one in found.changes
    ]
    if as_json:
        print_json({"texts": found.texts, "differing": found.differing, "changes": rows})
        return
    shown = [{**row, "ids": ", ".join(str(id_) for id_ in row["ids"])} for row in rows]
    print_rows(shown, as_json=False, empty="No decision differs.")
    print(f"{found.texts} texts, {found.differing} with another decision.")


def _model(directory: Path | None) -> Model:
    from comity.content.learned import shipped_model
    from comity.content.learned_model import Model

    return shipped_model() if directory is None else Model.load(directory)


def _read(work: Callable[[], _Result]) -> _Result:
    try:
        return work()
    except SettingsError as error:
        fail(str(error))


def _texts() -> Iterator[tuple[Any, str]]:
    """Id and text of every line; the line's number where there is no id.

    Raises:
        SettingsError: a line holds no text.
    """
    from comity.edges.cli.check_input import BadLineError, chunks_of, fields_of, is_blank

    for chunk in chunks_of(sys.stdin.buffer):
        lines: Iterable[tuple[int, bytes | dict[str, str]]] = enumerate(chunk.lines, chunk.first)
        for number, line in lines:
            if is_blank(line):
                continue
            try:
                fields = fields_of(line)
            except BadLineError as error:
                raise SettingsError(f"Line {number} holds no text ({error}).", _LINES) from None
            text = fields.get("text")
            if not isinstance(text, str):
                raise SettingsError(f"Line {number} holds no text.", _LINES)
            yield fields.get("id", number), text
