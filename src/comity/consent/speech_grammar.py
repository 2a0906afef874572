"""Owns what a language's file of speech says: its classes of words and its forms; must not know any reply.

A file names classes of words (`cease = "stop quit ..."`, phrases with `_` between their words) and forms over classes.
A form is a row of classes: `a|b` either, `a?` perhaps, `=off` the word itself, `..` up to three words, `...` up to
seven, `^` and `$` the ends of a thought but for politeness.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Final, Literal

import msgspec

from comity.consent.speech_words import WALL, fold_word

Who = Literal["", "any", "you", "told", "me"]
LANGUAGES: Final = ("en", "nl", "fr", "de", "es", "it", "pt")
MESSAGES: Final = "message"
PROMOTION: Final = "promotion"
_THREAT: Final = "warn"
"""In a threat a guard's words keep their meaning: "if you don't stop ..."."""
_THREATS_AND_MESSAGES: Final = f"{_THREAT} {MESSAGES} list news legal"
"""Who names one of these may well mean messages: "stop sending me the driver's texts"."""
_GAPS: Final = {"..": 3, "...": 7}


class Step(msgspec.Struct, frozen=True):
    """One step of a form.

    Attributes:
        kind: `word` one of the classes; `maybe` the same or nothing; `gap` up to so many words; `first`, `last`.
        classes: for a word.
        most: for a gap.
    """

    kind: Literal["word", "maybe", "gap", "first", "last"]
    classes: tuple[str, ...] = ()
    most: int = 0


class Form(msgspec.Struct, frozen=True):
    """A way to say something.

    Attributes:
        steps: what follows what.
        who: whose act it is: `you` the sender's, `told` the same when only an order counts, `me` the speaker's own,
            `any` of these two; empty where nobody is asked after.
        unless: classes that undo it in the same thought.
        despite: classes with which that does not.
        near: classes of which a word must stand somewhere in the reply.
        without: classes of which none may stand anywhere in it.
    """

    steps: tuple[Step, ...]
    who: Who = ""
    unless: tuple[str, ...] = ()
    despite: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


class Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A form as it stands in a file."""

    say: list[str]
    who: Who = ""
    unless: str = ""
    despite: str = ""
    near: str = ""
    without: str = ""


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A language's file.

    Attributes:
        words: classes and their words.
        guards: forms whose words mean nothing by themselves: `don't stop`, `forget to send`.
        spare: forms that end something else than messages: `stop sending the driver to the wrong door`.
        denied: forms that ask not to be removed, or miss messages: `don't unsubscribe me`, `why do I get no texts`.
        stop: forms that withdraw.
        keep: forms that name what is still welcome.
    """

    words: dict[str, str]
    guards: list[str]
    stop: list[Written]
    keep: list[str]
    spare: list[Written] = []
    denied: list[Written] = []


class Language(msgspec.Struct, frozen=True):
    """A language ready to read by.

    Attributes:
        classes: of a word or a phrase, the classes it is in.
        phrases: by their first word, the words of phrases, longest first.
        vocabulary: every word of it, also of phrases: what tells that a reply is in this language.
        decisive: words of the classes that ask, end and remove, also of phrases: those that are worth spelling right.
        anchors: words without one of which no form that withdraws can match.
    """

    classes: dict[str, tuple[str, ...]]
    phrases: dict[str, tuple[tuple[str, ...], ...]]
    vocabulary: frozenset[str]
    decisive: frozenset[str]
    anchors: frozenset[str]
    guards: tuple[Form, ...]
    stop: tuple[Form, ...]
    keep: tuple[Form, ...]
    spare: tuple[Form, ...]
    denied: tuple[Form, ...]


_WEAK: Final = frozenset({"i", "you", "me", "how", "want", "more", "polite", "subject", "message", "send"})
"""Classes of words that stand in replies of any kind: to look for a form where they stand would be to look always."""


_LONG_PART: Final = 6
"""A shorter word of a phrase is any word: `pack it in`."""
_DECISIVE: Final = frozenset(
    {"cease", "halt", "quit", "remove", "remove_me", "removed", "leave", "alone", "send", "send_me", "receive", "want"}
    | {"take", "cancel", "abo", "revoke", "consent", "list", "enough", MESSAGES, PROMOTION, "nolonger", "more", "ask"}
)


@cache
def language(code: str) -> Language:
    """The grammar of one of `LANGUAGES`."""
    written = (files("comity.consent") / "data" / "speech" / f"{code}.toml").read_text("utf-8")
    return made(msgspec.convert(tomllib.loads(written), type=File))


def made(file: File) -> Language:
    """A language of a file.

    Raises:
        ValueError: a form names a class without words.
    """
    classes: dict[str, tuple[str, ...]] = {}
    phrases: dict[str, list[tuple[str, ...]]] = {}
    for name, listed in file.words.items():
        for term in fold_word(listed).split():
            words = tuple(term.split("_"))
            key = " ".join(words)
            classes[key] = tuple(dict.fromkeys((*classes.get(key, ()), *_classes_of(name))))
            if len(words) > 1 and words not in phrases.setdefault(words[0], []):
                phrases[words[0]].append(words)
    for word in _literals(file):
        classes[word] = (*classes.get(word, ()), f"={word}")
    read = Language(
        classes=classes,
        phrases={first: tuple(sorted(many, key=len, reverse=True)) for first, many in phrases.items()},
        vocabulary=frozenset(word for term in classes for word in term.split()),
        decisive=frozenset(
            word
            for term, names in classes.items()
            if not _DECISIVE.isdisjoint(names)
            for word in term.split()
            if word == term or len(word) >= _LONG_PART
        ),
        anchors=frozenset(),
        guards=tuple(_form(say, "", _THREAT) for say in file.guards),
        stop=tuple(
            _form(say, each.who, each.unless, each.despite, each.near, each.without)
            for each in file.stop
            for say in each.say
        ),
        keep=tuple(_form(say, "any") for say in file.keep),
        spare=tuple(
            _form(say, "", f"{_THREATS_AND_MESSAGES} {each.unless}") for each in file.spare for say in each.say
        ),
        denied=tuple(_form(say, "", f"{_THREAT} {each.unless}") for each in file.denied for say in each.say),
    )
    _insist_on_words(read)
    by_class: dict[str, set[str]] = {}
    for term, names in classes.items():
        for name in names:
            by_class.setdefault(name, set()).add(term.split()[0])
    anchors = (word for form in read.stop for name in _calling(form, by_class) for word in by_class[name])
    return msgspec.structs.replace(read, anchors=frozenset(anchors))


def _calling(form: Form, by_class: dict[str, set[str]]) -> tuple[str, ...]:
    """The classes of that step of a form which the fewest words call for."""
    steps = [step.classes for step in form.steps if step.kind == "word"]
    strong = [classes for classes in steps if _WEAK.isdisjoint(classes)] or steps
    return min(strong, key=lambda classes: sum(len(by_class[name]) for name in classes), default=())


def _insist_on_words(read: Language) -> None:
    """A form with a class that has no word says nothing, in silence."""
    known = {name for names in read.classes.values() for name in names}
    for form in (*read.guards, *read.stop, *read.keep, *read.spare, *read.denied):
        named = {name for step in form.steps for name in step.classes}.union(
            form.unless, form.despite, form.near, form.without
        )
        if not named <= known:
            raise ValueError(f"no word is in the classes {sorted(named - known)}")


def _literals(file: File) -> set[str]:
    said = [*file.guards, *file.keep, *(say for each in (*file.stop, *file.spare, *file.denied) for say in each.say)]
    names = {name for say in said for step in say.split() for name in step.rstrip("?").split("|")}
    return {name.removeprefix("=") for name in names if name.startswith("=")}


def _classes_of(name: str) -> tuple[str, ...]:
    """What is promotional is a message too."""
    return (name, MESSAGES) if name == PROMOTION else (name,)


def _form(say: str, who: Who = "", *more: str) -> Form:
    classes = (tuple(each.split()) for each in more)
    return Form(tuple(map(_step, say.split())), who, *classes)


def _step(written: str) -> Step:
    if written in _GAPS:
        return Step("gap", most=_GAPS[written])
    if written in {"^", "$"}:
        return Step("first" if written == "^" else "last")
    return Step("maybe" if written.endswith("?") else "word", tuple(written.rstrip("?").split("|")))


@cache
def spoken_in() -> dict[str, tuple[str, ...]]:
    """By word, the languages that have it."""
    found: dict[str, tuple[str, ...]] = {}
    for code in LANGUAGES:
        for word in language(code).vocabulary:
            found[word] = (*found.get(word, ()), code)
    return found


def phrased(words: list[str], read: Language) -> list[str]:
    """The words, with those that make a phrase of the language as one."""
    if read.phrases.keys().isdisjoint(words):
        return words
    joined: list[str] = []
    place = 0
    while place < len(words):
        found = next(
            (each for each in read.phrases.get(words[place], ()) if tuple(words[place : place + len(each)]) == each),
            (words[place],),
        )
        joined.append(" ".join(found) if found[0] else WALL)
        place += len(found)
    return joined
