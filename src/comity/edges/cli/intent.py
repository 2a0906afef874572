"""Owns the command that says what replies ask for, a line each way; must not know how they are understood."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

import msgspec
import typer

_ENCODER: Final = msgspec.json.Encoder()
_LONGEST_LINE: Final = 1 << 20
_ISO2: Final = re.compile("[A-Za-z]{2}")


def add_to(app: typer.Typer) -> None:
    """Put the command into a tree of commands."""
    app.command("intent")(intent)


def intent() -> None:
    """Say what replies ask for: JSON lines in, JSON lines out, in order, as they come.

    In: {"id", "text"} and, when known, "lang" (of the texts that were sent: "nl", or a list) and "country" ("NL").
    Out: {"id", "intent", "scope"}: stop, start, help or none; a stop is for everything, this brand, or one category
    (promotion). Where no form of words decided but what was learned, "words" names those that say so most.
    A line that holds no reply is answered {"id", "error"}.
    """
    try:
        for number, line in enumerate(_lines(sys.stdin.buffer), 1):
            if line.strip():
                sys.stdout.buffer.write(_ENCODER.encode(_answer(number, line)) + b"\n")
                sys.stdout.buffer.flush()  # a program that writes a reply and waits for its answer gets it
    except BrokenPipeError:
        # Whoever read has read enough; what is left must not be flushed to them at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines as they come; of one that is too long, its beginning, which is no JSON."""
    while line := stream.readline(_LONGEST_LINE):
        yield line
        while line and not line.endswith(b"\n") and len(line) == _LONGEST_LINE:
            line = stream.readline(_LONGEST_LINE)


def _answer(number: int, line: bytes) -> dict[str, Any]:
    from comity.consent.intent import intent_of
    from comity.edges.cli.check_input import BadLineError, fields_of

    given: dict[str, Any] = {}
    try:
        given = fields_of(line)
        reply = _reply(given)
    except BadLineError as error:
        return {"id": given.get("id"), "error": f"line {number}: {error}"}
    asked = intent_of(reply.text, reply.languages, reply.country)
    answer: dict[str, Any] = {"id": given.get("id"), "intent": asked.intent, "scope": asked.scope}
    return {**answer, "words": asked.words} if asked.words else answer


class _Reply(msgspec.Struct, frozen=True):
    text: str
    languages: tuple[str, ...]
    country: str | None


def _reply(given: dict[str, Any]) -> _Reply:
    """What the fields of a line come to.

    Raises:
        BadLineError: no reply.
    """
    from comity.edges.cli.check_input import BadLineError

    text, lang, country = given.get("text"), given.get("lang", ()), given.get("country")
    if not isinstance(text, str):
        raise BadLineError('"text" is missing or no string')
    languages = (lang,) if isinstance(lang, str) else lang
    if not isinstance(languages, list | tuple) or not all(isinstance(each, str) for each in languages):
        raise BadLineError('"lang" must be a language code such as "nl", or a list of them')
    if country is not None and not (isinstance(country, str) and _ISO2.fullmatch(country)):
        raise BadLineError('"country" must be two letters such as "NL"')
    return _Reply(text, tuple(languages), country.upper() if country else None)
