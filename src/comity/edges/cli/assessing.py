"""Owns `comity assess`: a filled questionnaire in, marks by clause out; must not know how anything is marked."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from comity.base.errors import SettingsError
from comity.edges.cli.console import JsonOption, fail, print_json

if TYPE_CHECKING:
    from comity.journey.assess import Assessment, ClauseMark, Point
    from comity.policy.questions import Question

_MOST_OCTETS: Final = 1 << 20
_WIDTH: Final = 110
_IN_WORDS: Final = {
    "fine": "fine",
    "mind": "allowed, with something to see to",
    "change": "not allowed as it is planned",
}


def assess(
    file: Annotated[Path | None, typer.Argument(help="A filled questionnaire, .toml or .json.")] = None,
    questions: Annotated[
        bool, typer.Option("--questions", help="Print the questionnaire, to be filled in, instead.")
    ] = False,
    policy: Annotated[
        Path | None, typer.Option(help="Judge by this policy directory or .toml file, not by the one that ships.")
    ] = None,
    json_: JsonOption = False,
) -> None:
    """Say what a planned use of the gateway would come to under each clause of the policy, and what to change.

    Answers are marked as the questionnaire says; senders, countries and sample texts are judged by the same rules as
    live messages, as those of an account that was cleared for nothing yet. Ends with 0 whatever the plan comes to.
    """
    try:
        if questions:
            print("\n".join(_template()))
        elif file is None:
            fail("Name a filled questionnaire. Print one with: comity assess --questions > plan.toml")
        else:
            found = _assess(file, policy)
            if json_:
                print_json(found)
            else:
                print("\n".join(_told(found)))
    except SettingsError as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or file}: {error.strerror}.")


def _assess(file: Path, policy: Path | None) -> Assessment:
    from comity.base.clock import SystemClock
    from comity.journey.assess import assess as assess_plan
    from comity.journey.assess import read_plan
    from comity.journey.misfit import JSON, TOML
    from comity.policy.files import default_policy, read_directory
    from comity.screening.compiled import compile_policy
    from comity.screening.rulebook import RULEBOOK

    answers = read_plan(_read(file), str(file), JSON if _is_json(file) else TOML)
    judging = compile_policy(read_directory(policy) if policy is not None else default_policy(), RULEBOOK)
    return assess_plan(answers, judging, SystemClock().now())


def _is_json(file: Path) -> bool:
    return file.suffix.lower() == ".json"


def _read(file: Path) -> Any:  # noqa: ANN401  whatever JSON or TOML holds
    import tomllib

    with file.open("rb") as opened:
        octets = opened.read(_MOST_OCTETS + 1)
    if len(octets) > _MOST_OCTETS:
        raise SettingsError(f"{file} is larger than 1 MB.", "A plan has at most 50 samples; leave the rest out.")
    is_json = _is_json(file)
    try:
        text = octets.decode("utf-8-sig")
        return json.loads(text) if is_json else tomllib.loads(text)
    except UnicodeDecodeError:
        raise SettingsError(f"{file} is not text in UTF-8.", "Save it as UTF-8.") from None
    except (ValueError, RecursionError) as error:
        kind = "JSON" if is_json else "TOML"
        remedy = "Correct it, or begin with: comity assess --questions > plan.toml"
        raise SettingsError(f"{file} is not {kind} ({error}).", remedy) from None


def _told(found: Assessment) -> Iterator[str]:
    yield f"{_headline(found)} (policy {found.policy})."
    if found.judged:
        cut = "; there were more, plan for fewer senders or countries at once to see all" if found.cut else ""
        yield f"{found.judged} messages were judged{cut}."
    told: dict[Point, str] = {}
    for clause in found.clauses:
        yield from _clause(clause, found.unanswered, told)
    if found.unanswered:
        yield from ("", "Not answered yet, so nothing can be said of it:")
        yield from _wrapped(", ".join(found.unanswered), "  ", "  ")
    fine = ", ".join(clause.clause for clause in found.clauses if not clause.points)
    if fine:
        yield from ("", f"Nothing to change under {fine}.")


def _headline(found: Assessment) -> str:
    """What the plan comes to; one with gaps is not called allowed, though it may already be called not allowed."""
    left = len(found.unanswered)
    open_ = "1 question is open" if left == 1 else f"{left} questions are open"
    if not left:
        return f"This plan is {_IN_WORDS[found.mark]}"
    if found.mark == "change":
        return f"This plan is {_IN_WORDS['change']}, and {open_}"
    return f"Whether this plan is allowed cannot be said yet: {open_}"


def _clause(clause: ClauseMark, unanswered: tuple[str, ...], told: dict[Point, str]) -> Iterator[str]:
    """The points under a clause; of one that stands under an earlier clause too, where that is."""
    points = [point for point in clause.points if point.about not in unanswered]
    if points:
        yield from ("", f"{clause.clause} {clause.title}: {_IN_WORDS[clause.mark]}")
    for point in points:
        about = f"{point.about} ({point.rule})" if point.rule else point.about
        where = f", {point.where}" if point.where else ""
        first = told.setdefault(point, clause.clause)
        sign = "!" if point.mark == "change" else "-"
        if first != clause.clause:
            yield f"  {sign} {about}{where}: see {first}."
            continue
        yield from _wrapped(f"{about}{where}: {point.why}", f"  {sign} ", "    ")
        yield from _wrapped(f"to mend it: {point.remedy}", "    ", "    ")


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=first, subsequent_indent=rest)


def _template() -> Iterator[str]:
    from comity.journey.assess import CONTENTS
    from comity.messages.submission import Category
    from comity.policy.questions import questions

    words = {
        "name": '"Acme"',
        "number": "2000",
        "countries": '["BE", "NL"]',
        "senders": '["Acme", "+32460000000"]',
        "contents": "[]",
        "categories": '["transactional", "promotional"]',
    }
    known = {"contents": CONTENTS, "categories": tuple(category.value for category in Category)}
    yield "# What you plan to send. Take the # away before an answer and change it; what you leave out counts as not"
    yield "# answered. Then: comity assess plan.toml"
    for name, question in questions().items():
        yield ""
        yield from _asked(question)
        if question.kind in known:
            yield from _wrapped(f"of: {', '.join(known[question.kind])}", "#   ", "#   ")
        yield f"#{name} = {words.get(question.kind) or json.dumps(next(iter(question.options)))}"
    yield from ("", "# Texts that you mean to send, at most 50.", "#[[samples]]")
    yield from ('#text = "Acme: your parcel 4711 arrives between 14:00 and 16:00."', '#category = "transactional"')


def _asked(question: Question) -> Iterator[str]:
    yield from _wrapped(f"{question.ask} ({', '.join(question.clauses)})", "# ", "# ")
    for word, option in question.options.items():
        yield from _wrapped(f'"{word}": {option.say}', "#   ", "#     ")


def add_to(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command("assess")(assess)
