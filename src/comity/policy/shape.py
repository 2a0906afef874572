"""Owns comparing what TOML holds with the shape it should have, all of it at once; must not know any field's meaning.

`msgspec.convert` stops at the first thing that does not fit. This goes down struct by struct and tells all of them,
each with its path, in words for whoever wrote the file.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final, Union, get_args, get_origin

import msgspec
from msgspec.structs import FieldInfo
from rapidfuzz import fuzz, process

from comity.policy.places import Path

_NEAR: Final = 66.0
# A name may be written short, by so many of its first letters.
_BEGUN: Final = 3
_SHOWN: Final = 12
_POINTER: Final = re.compile(r" - at `(key in )?\$([^`]*)`$")
_STEP: Final = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_EXPECTED: Final = re.compile(r"^Expected `([^`]+)`, got `([^`]+)`$")
_BOUND: Final = re.compile(r"^Expected `[^`]+` (.+)$")
_PATTERN: Final = re.compile(r"^matching regex '(.*)'$")
_UNKNOWN: Final = re.compile(r"^Object contains unknown field `([^`]*)`$")
_MISSING: Final = re.compile(r"^Object missing required field `([^`]*)`$")
_ENUM: Final = re.compile(r"^Invalid enum value (.+)$")
_KINDS: Final = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "date": "a date",
    "datetime": "a date with a time",
    "null": "nothing",
}


class Flaw(msgspec.Struct, frozen=True):
    """Where something does not fit, what is wrong, and how to mend it."""

    path: Path
    what: str
    remedy: str


def flaws_of(value: Any, kind: Any, path: Path = ()) -> Iterator[Flaw]:  # noqa: ANN401  whatever TOML holds, any type
    """All that keeps `value` from being of a type; nothing when `msgspec.convert` would take it."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield from _of_struct(value, kind, path)
    elif isinstance(value, Mapping) and (only := _only_struct(kind)) is not None:
        yield from _of_struct(value, only, path)
    elif get_origin(kind) is dict and isinstance(value, dict):
        for name, held in value.items():
            yield from flaws_of(held, get_args(kind)[1], (*path, name))
    elif get_origin(kind) is tuple and isinstance(value, list) and get_args(kind)[1:] == (...,):
        for place, held in enumerate(value):
            yield from flaws_of(held, get_args(kind)[0], (*path, place))
    else:
        yield from _of_value(value, kind, path)


def flaw_in(error: msgspec.ValidationError, kind: Any = None, path: Path = ()) -> Flaw:  # noqa: ANN401  any type
    """What `msgspec` stopped at, as a flaw under a path."""
    said = str(error)
    pointer = _POINTER.search(said)
    steps = _STEP.findall(pointer[2]) if pointer else []
    where = (*path, *(name or int(number) for name, number in steps))
    return Flaw(where, *_words(_POINTER.sub("", said), dotted(where), kind))


def nearest(name: str, known: Iterable[str]) -> str:
    """Advice on what was meant: the nearest name that there is, or the names there are."""
    names = sorted(known)
    begun = [one for one in names if len(name) >= _BEGUN and one.startswith(name)]
    found = process.extractOne(name, begun or names, scorer=fuzz.ratio, score_cutoff=0 if begun else _NEAR)
    if found:
        return f"Did you mean {found[0]}?"
    shown = ", ".join(names[:_SHOWN]) + (", ..." if len(names) > _SHOWN else "")
    return f"There are {shown}." if names else "There are none."


def dotted(path: Path) -> str:
    """A path as TOML would write it, a place in a list in brackets (from 1)."""
    written = ""
    for step in path:
        written += f"[{step + 1}]" if isinstance(step, int) else f".{step}"
    return written.removeprefix(".") or "The document"


def _of_struct(value: Any, kind: type[msgspec.Struct], path: Path) -> Iterator[Flaw]:  # noqa: ANN401  whatever TOML holds
    if not isinstance(value, Mapping):
        yield Flaw(path, f"{dotted(path)} must be a table.", "Write its fields below a header in brackets.")
        return
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    if kind.__struct_config__.forbid_unknown_fields:
        for name in value.keys() - fields.keys():
            yield Flaw((*path, name), f"{dotted(path)} has no field {name!r}.", nearest(name, fields))
    found = [*_of_fields(value, fields, path)]
    # What a struct asks of its fields together is asked once each of them is well.
    yield from found or (_of_value(value, kind, path) if hasattr(kind, "__post_init__") else ())


def _of_fields(value: Mapping[str, Any], fields: Mapping[str, FieldInfo], path: Path) -> Iterator[Flaw]:
    for name, field in fields.items():
        if name in value:
            yield from flaws_of(value[name], field.type, (*path, name))
        elif field.required:
            yield Flaw(path, f"{dotted(path)} lacks {name!r}.", _example(name, field.type))


def _only_struct(kind: Any) -> type[msgspec.Struct] | None:  # noqa: ANN401  any type
    """What of a choice of types a table must be: `str | Country` takes text, or the table of a country."""
    if get_origin(kind) not in (Union, types.UnionType):
        return None
    found = [one for one in get_args(kind) if isinstance(one, type) and issubclass(one, msgspec.Struct)]
    return found[0] if len(found) == 1 and not any(get_origin(one) is dict for one in get_args(kind)) else None


def _of_value(value: Any, kind: Any, path: Path) -> Iterator[Flaw]:  # noqa: ANN401  whatever TOML holds, any type
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        yield flaw_in(error, kind, path)


def _words(said: str, where: str, kind: Any) -> tuple[str, str]:  # noqa: ANN401  any type
    """What msgspec says, in plain words, with a remedy."""
    expected = _EXPECTED.match(said)
    if expected:
        wanted = " or ".join(
            _KINDS.get(word.strip(), word) for word in expected[1].split("|") if word.strip() != "null"
        )
        got = _KINDS.get(expected[2], expected[2])
        return f"{where} must be {wanted}, not {got}.", _example("", kind)
    bound = _BOUND.match(said)
    pattern = _PATTERN.match(bound[1]) if bound else None
    if pattern:
        return f"{where} is not written as it has to be.", _described(kind) or f"Write it to fit {pattern[1]}."
    if bound:
        return f"{where} is out of range.", f"Give a value {bound[1]}."
    enum = _ENUM.match(said)
    if enum:
        return f"{where} cannot be {enum[1]}.", nearest(enum[1].strip("'"), _choices(kind))
    unknown, missing = _UNKNOWN.match(said), _MISSING.match(said)
    if unknown:
        return f"{where} has no field {unknown[1]!r}.", "Correct its name, or leave it out."
    if missing:
        return f"{where} lacks {missing[1]!r}.", _example(missing[1], None)
    if "encoded date" in said:
        return f"{where} must be a date, not text.", _example("", kind)
    return f"{where}: {said}.", "See docs/reference/policy.md for its fields."


def _described(kind: Any) -> str:  # noqa: ANN401  any type
    """How the type itself says that its values are written."""
    return next((meta.description for meta in getattr(kind, "__metadata__", ()) if meta.description), "")


def _choices(kind: Any) -> list[str]:  # noqa: ANN401  any type
    """The words that a type takes, however deep they stand in it."""
    members = getattr(kind, "__members__", None)
    if members is not None:
        return [str(member.value) for member in members.values()]
    return [
        choice
        for inner in get_args(kind)
        for choice in ([inner] if isinstance(inner, str) else _choices(inner) if inner is not ... else [])
    ]


def _example(name: str, kind: Any) -> str:  # noqa: ANN401  any type
    if date in (kind, *(get_args(kind) if get_origin(kind) in (Union, types.UnionType) else ())):
        return f"Write a date without quotes, such as {name or 'since'} = 2026-11-01."
    return f"Add {name} = ..." if name else "Change its value; text stands in quotes, numbers and dates do not."
