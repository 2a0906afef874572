"""Owns the page of the command line, from the commands themselves; must not know what they do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import typer.main

from comity.edges.cli.main import app
from comity.edges.cli.reference.tables import NOTE, code, table

_HEAD: Final = f"""# Command line

{NOTE}
`comity COMMAND --help` says the same as this page. Commands that need the database find it by `--data` or `--database`:
when a server runs there they use its database, else they start the embedded one for the while.

Results go to standard output, errors to standard error as one line that begins with `comity:`. Exit codes: 0 done,
1 failed, 2 wrong usage. Listings take `--json`. What a command changes reaches running servers within a second.

"""


def command_page() -> str:
    """The page."""
    commands = list(_leaves(typer.main.get_command(app), "comity"))
    contents = table(
        ("command", "what it does"), [(f"[`{path}`](#{_anchor(path)})", _first(command)) for path, command in commands]
    )
    return _HEAD + contents + "\n" + "\n".join(_section(path, command) for path, command in commands)


def _leaves(command: Any, path: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401  typer keeps its classes to itself
    """Every command that does something, with the words that call it."""
    if command.hidden:
        return
    below = getattr(command, "commands", None)
    if below is None:
        yield path, command
        return
    for name, child in below.items():
        yield from _leaves(child, f"{path} {name}")


def _section(path: str, command: Any) -> str:  # noqa: ANN401  the same
    context = command.make_context(path, [], resilient_parsing=True)
    usage = " ".join([path, *(piece for piece in command.collect_usage_pieces(context) if piece)])
    text = f"## {path}\n\n{_plain(command.help)}\n\n```text\n{usage}\n```\n"
    shown = [parameter for parameter in command.params if not parameter.hidden]
    arguments = [(code(_metavar(p)), p.help or "") for p in shown if p.param_type_name == "argument"]
    options = [_option(p) for p in shown if p.param_type_name == "option"]
    if arguments:
        text += "\n" + table(("argument", "meaning"), arguments)
    if options:
        text += "\n" + table(("option", "default", "variable", "meaning"), options)
    return text


def _option(parameter: Any) -> tuple[str, str, str, str]:  # noqa: ANN401  the same
    names = ", ".join(code(name) for name in (*parameter.opts, *parameter.secondary_opts))
    default = parameter.default
    if parameter.is_flag:
        shown = names
        written = {True: "on", False: "off"}.get(default, "")
    else:
        kind = parameter.metavar or parameter.name.strip("_").upper()
        shown = ", ".join(code(f"{name} {kind}") for name in parameter.opts)
        written = code(default) if default not in (None, "") and parameter.show_default else ""
    meaning = (parameter.help or "") + (" Required." if parameter.required else "")
    return shown, written, code(parameter.envvar or ""), meaning


def _metavar(parameter: Any) -> str:  # noqa: ANN401  the same
    return parameter.metavar or str(parameter.name).strip("_").upper()


def _plain(text: str | None) -> str:
    return " ".join((text or "").split())


def _first(command: Any) -> str:  # noqa: ANN401  the same
    return _plain(command.help).partition(". ")[0].rstrip(".").partition(";")[0] + "."


def _anchor(path: str) -> str:
    return path.replace(" ", "-")
