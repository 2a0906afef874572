"""Owns what is told to somebody whose data does not have the shape that is asked for; must not know files or doors.

The same flaw is mended otherwise in JSON, in TOML and in a CSV file, so the words are those of the language it was
written in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final, get_args, get_origin

import msgspec

from comity.base.errors import SettingsError
from comity.messages.submission import Category
from comity.policy.shape import dotted, flaw_in, nearest

_UNKNOWN: Final = re.compile(r"^Object contains unknown field `([^`]*)`")
_MISSING: Final = re.compile(r"^Object missing required field `([^`]*)`")
_EXPECTED: Final = re.compile(r"^Expected `([^`]+)`, got `([^`]+)`")
_DATE: Final = re.compile(r"^Invalid RFC3339 encoded datetime|^Expected `datetime`")
_NO_OFFSET: Final = re.compile(r"^Expected `datetime` with a timezone component")
_LONGEST: Final = 100
_INSTANT: Final = "2026-11-24T19:30:00+01:00"


class Language(msgspec.Struct, frozen=True):
    """How data is written: what its kinds of values are called, and how each is written.

    Attributes:
        names: by msgspec's word for a kind of value.
        how: how to write one of that kind, by the same words.
        missing: how to add a field; `{}` stands for its name.
    """

    names: dict[str, str]
    how: dict[str, str]
    missing: str


_NAMES: Final = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "nothing",
    "datetime": "a date and time",
}
JSON: Final = Language(
    names=_NAMES,
    how={
        "str": "Write it in quotes.",
        "int": "Write it in digits, without quotes.",
        "array": "Write it in square brackets.",
        "object": "Write its fields in curly brackets.",
        "datetime": f'Write it in quotes, like "{_INSTANT}".',
    },
    missing="Add {}.",
)
TOML: Final = Language(
    names={**_NAMES, "object": "a table"},
    how={**JSON.how, "object": "Write its fields below a header in brackets."},
    missing="Add {} = ...",
)
CSV: Final = Language(names=_NAMES, how={}, missing="Fill the column {}.")


def misfit(
    error: msgspec.ValidationError,
    fields: Iterable[str],
    whole: str = "The document",
    language: Language = JSON,
    shape: Any = None,  # noqa: ANN401  any type
) -> SettingsError:
    """What does not fit, by the field's name, and how to mend it.

    Args:
        error: what msgspec stopped at.
        fields: names that there are, for advice on a misspelt one.
        whole: what to call the data where the outermost of it is meant.
        language: how the data is written.
        shape: the struct that was asked for; without it the one choice that there is is the category of a message.
    """
    said = str(error)
    flaw = flaw_in(error, Category if shape is None else _kind_at(shape, flaw_in(error, None).path))
    where = dotted(flaw.path) if flaw.path else whole
    unknown, missing, expected = _UNKNOWN.match(said), _MISSING.match(said), _EXPECTED.match(said)
    if unknown:
        name = unknown[1][:_LONGEST]
        return SettingsError(f"{where} has no field {name!r}.", nearest(name, fields))
    if missing:
        return SettingsError(f"{where} lacks {missing[1]!r}.", language.missing.format(missing[1]))
    if _NO_OFFSET.match(said):
        return SettingsError(f"{where} lacks its offset from UTC.", f"Write it like {_INSTANT}, or with Z for UTC.")
    if _DATE.match(said):
        what = f"{where} must be a date and time with its offset from UTC."
        return SettingsError(what, f"Write it like {_INSTANT}, or with Z for UTC.")
    if expected:
        wanted = [word.strip() for word in expected[1].split("|") if word.strip() != "null"]
        names = " or ".join(language.names.get(word, word) for word in wanted)
        what = f"{where} must be {names}, not {language.names.get(expected[2], expected[2])}."
        return SettingsError(_cut(what), language.how.get(wanted[0], "Change its value."))
    what = flaw.what.replace(dotted(()), whole, 1) if not flaw.path else flaw.what
    return SettingsError(_cut(what), flaw.remedy)


def _kind_at(kind: Any, path: Iterable[str | int]) -> Any:  # noqa: ANN401  any type
    """The type of the value at a path through structs and lists; None where that cannot be told."""
    for step in path:
        kinds = (kind, *get_args(kind))
        if isinstance(step, int):
            kind = next((get_args(one)[0] for one in kinds if get_origin(one) in {list, tuple}), None)
        else:
            struct = next((one for one in kinds if isinstance(one, type) and issubclass(one, msgspec.Struct)), None)
            named = (
                {} if struct is None else {field.encode_name: field.type for field in msgspec.structs.fields(struct)}
            )
            kind = named.get(step)
    return kind


def _cut(what: str) -> str:
    return what if len(what) <= 3 * _LONGEST else f"{what[: 3 * _LONGEST]}..."
