"""Owns reports by text (P9, as 7726 works): what a text to the report number is, and what follows, as a table.

First comes the suspicious text, then, when it is asked for, who sent it. It must not know where halves of reports are
kept, how an answer is sent, or what time it is.
"""

from __future__ import annotations

import enum
import re
import tomllib
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Final, Literal

import msgspec

from comity.complaints.feed import LONGEST_TEXT, read_number
from comity.consent.intent import intent_of
from comity.countries import country as country_record
from comity.countries.facts import Country

# A report whose second text does not come is filed without the sender.
WAITS: Final = timedelta(hours=24)
# Texts of one person that are read within a day; what comes beyond is counted, and neither filed nor answered.
MOST_A_DAY: Final = 20
DAY: Final = timedelta(days=1)
# Of the code in the question. A wrong one files the report unproven, so that each question is guessed at once.
CODE_DIGITS: Final = 4

_DEFAULT_LANGUAGE: Final = "en"
_LONGEST_NAME: Final = 11
_LONGEST_REPLY: Final = 60
_LONGEST_WISH: Final = 40
_MOST_FORWARDED: Final = 4
_AROUND_CODE: Final = " \t\r\n:;,.-"
_LONGEST_AUTHORITY: Final = 60

Said = Literal["ask", "filed", "guide"]


class State(enum.StrEnum):
    """Where a person is with the report number."""

    NOTHING = "nothing"  # nothing is expected of them
    HALF = "half"  # the text is there, the sender is awaited


class Event(enum.StrEnum):
    """What a person does, or lets pass."""

    TEXT = "text"  # a text, without its sender
    WHOLE = "whole"  # a text with its sender
    SENDER = "sender"  # a number or a name alone
    UNKNOWN = "unknown"  # the words that say that they do not know
    STOP = "stop"
    SILENCE = "silence"  # the time is over


class Deed(enum.StrEnum):
    """What the gateway does then, in this order."""

    KEEP = "keep"  # keep the text until its sender comes
    ASK = "ask"
    FILE_HALF = "file_half"  # file the kept text without a sender
    FILE_NAMED = "file_named"  # file the kept text with the sender that came now
    FILE_WHOLE = "file_whole"  # file what came now
    ACKNOWLEDGE = "acknowledge"  # tell the number of what was filed last
    GUIDE = "guide"  # say how it works


TRANSITIONS: Final[dict[tuple[State, Event], tuple[State, tuple[Deed, ...]]]] = {
    (State.NOTHING, Event.TEXT): (State.HALF, (Deed.KEEP, Deed.ASK)),
    (State.NOTHING, Event.WHOLE): (State.NOTHING, (Deed.FILE_WHOLE, Deed.ACKNOWLEDGE)),
    (State.NOTHING, Event.SENDER): (State.NOTHING, (Deed.GUIDE,)),
    (State.NOTHING, Event.UNKNOWN): (State.NOTHING, (Deed.GUIDE,)),
    (State.NOTHING, Event.STOP): (State.NOTHING, ()),
    (State.NOTHING, Event.SILENCE): (State.NOTHING, ()),
    # A further text is a report of its own.
    (State.HALF, Event.TEXT): (State.HALF, (Deed.FILE_HALF, Deed.ACKNOWLEDGE, Deed.KEEP, Deed.ASK)),
    (State.HALF, Event.WHOLE): (
        State.NOTHING,
        (Deed.FILE_HALF, Deed.ACKNOWLEDGE, Deed.FILE_WHOLE, Deed.ACKNOWLEDGE),
    ),
    (State.HALF, Event.SENDER): (State.NOTHING, (Deed.FILE_NAMED, Deed.ACKNOWLEDGE)),
    (State.HALF, Event.UNKNOWN): (State.NOTHING, (Deed.FILE_HALF, Deed.ACKNOWLEDGE)),
    # They want no texts; what they reported stays reported.
    (State.HALF, Event.STOP): (State.NOTHING, (Deed.FILE_HALF,)),
    (State.HALF, Event.SILENCE): (State.NOTHING, (Deed.FILE_HALF, Deed.ACKNOWLEDGE)),
}


class Heard(msgspec.Struct, frozen=True):
    """What a text to the report number is.

    Attributes:
        event: what it does.
        text: the suspicious text in it, "" for none.
        sender: digits or a name, "" for none.
    """

    event: Event
    text: str = ""
    sender: str = ""


class _Words(msgspec.Struct, frozen=True):
    ask: dict[str, str]
    filed: dict[str, str]
    guide: dict[str, str]
    where: dict[str, str]
    words: dict[str, str]


def after(state: State, event: Event) -> tuple[State, tuple[Deed, ...]]:
    """The state that follows, and what is done; every event has an answer in every state."""
    return TRANSITIONS[state, event]


def read(written: str) -> Heard:
    """What a text is that came to the report number, and is no `wish`."""
    text = written.strip()[:LONGEST_TEXT].strip()
    if _is_unknown(text):
        return Heard(Event.UNKNOWN)
    passed_on = _without_forwarding(text)
    sender, rest = _sender_and_rest(passed_on)
    if sender and rest:
        return Heard(Event.WHOLE, rest, sender)
    alone = sender or (_alone(passed_on) if passed_on == text else "")
    return Heard(Event.SENDER, "", alone) if alone else Heard(Event.TEXT, passed_on or text)


def without_code(written: str, code: str) -> tuple[str, bool]:
    """What is left of a reply that begins or ends with the code it was asked for, and whether it does.

    Args:
        written: the reply.
        code: what the question held; "" where nothing was asked.
    """
    text = written.strip()
    if code and text.startswith(code) and not text[len(code) :][:1].isalnum():
        return text.removeprefix(code).strip(_AROUND_CODE), True
    if code and text.endswith(code) and not text[: -len(code)][-1:].isalnum():
        return text.removesuffix(code).strip(_AROUND_CODE), True
    return written, False


def wish(text: str, country: str | None) -> Literal["stop", "other", ""]:
    """Whether a text asks for something of the number itself (STOP, START, HELP) and reports nothing.

    A keyword alone counts: what people pass on is full of words like these.
    """
    if len(text) > _LONGEST_WISH:
        return ""
    asked = intent_of(text, country=country)
    if asked.by != "keyword":
        return ""
    return "stop" if asked.intent == "stop" else "other"


def answer_for(said: Said, country: str | None, number: str = "", link: str = "", code: str = "") -> str:
    """An answer in the first language of the country that there is a text in, else in English.

    An acknowledgement points to the country's authority and short code, where these are known (P9).
    """
    record = country_record(country) if country else None
    spoken = (*(language.partition("-")[0] for language in (record.languages if record else ())), _DEFAULT_LANGUAGE)
    texts: dict[str, str] = getattr(_data(), said)
    language = next(language for language in spoken if language in texts)
    where = _where(record) if record and said == "filed" else ""
    also = _data().where[language].format(where=where) if where else ""
    return " ".join(
        part for part in (texts[language].format(number=number, link=link, code=code).strip(), also) if part
    )


def _where(record: Country) -> str:
    code = record.spam_short_code
    named = [authority.name[:_LONGEST_AUTHORITY] for authority in record.authorities[:1]]
    return ", ".join([*named, *([code.value] if code is not None else [])])


def _is_unknown(text: str) -> bool:
    return len(text) <= _LONGEST_REPLY and (not text or text.casefold().rstrip(".! ") in _unknown())


def _without_forwarding(text: str) -> str:
    """The text without what a telephone puts before one that it passes on."""
    for _ in range(_MOST_FORWARDED):
        found = _forwarded().match(text)
        if found is None or found.end() == len(text):
            break
        text = text[found.end() :].strip()
    return text


def _sender_and_rest(text: str) -> tuple[str, str]:
    """The sender where the first or the last line names one (`From: +316...`), and what is left of the text."""
    found = _first().match(text)
    if found is not None:
        sender = _sender_of(found[1])
        if sender:
            return sender, text[found.end() :].strip(" \t\r\n-:;,\"'")
    lines = text.rsplit("\n", 1)
    last = _last().fullmatch(lines[-1].strip())
    sender = _sender_of(last[1]) if last and len(lines) > 1 else ""
    return (sender, lines[0].strip()) if sender else ("", text)


def _sender_of(written: str) -> str:
    number = read_number(written)
    return number or (written.strip() if _NAME.fullmatch(written.strip()) else "")


def _alone(text: str) -> str:
    """A number or a name that is the whole text, with no more than a word for `from` before it."""
    return _sender_of(_LEAD.sub("", text, count=1)) if len(text) <= _LONGEST_REPLY else ""


# A name as networks show one: 3GPP TS 23.040 (9.1.2.5) has room for 11 letters.
_NAME: Final = re.compile(rf"(?=.{{2,{_LONGEST_NAME}}}$)[^\W_][\w&.'-]{{0,10}}(?: [\w&.'-]{{1,10}})?")
_NUMBER_OR_NAME: Final = r"(\+?[0-9][0-9 ().-]{1,24}[0-9]|[^\n:]{2,11}?)"


@cache
def _data() -> _Words:
    written = files("comity.complaints").joinpath("data/report_number.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(written), _Words)


@cache
def _unknown() -> frozenset[str]:
    return frozenset(word.casefold() for word in _data().words["unknown"].split("|"))


def _choice(name: str) -> str:
    # Longest first: `forwarded message` before `forwarded`.
    words = sorted(_data().words[name].split("|"), key=len, reverse=True)
    return "|".join(map(re.escape, words))


@cache
def _forwarded() -> re.Pattern[str]:
    return re.compile(
        rf"[\[(*-]{{0,3}}(?:{_choice('forwarded')})[\])*]{{0,3}}[ \t]{{0,3}}[:>-][ \t]{{0,3}}", re.IGNORECASE
    )


@cache
def _first() -> re.Pattern[str]:
    end = r"[ \t]{0,3}(?:[\r\n:;,|)]|$|(?<=[0-9])[ \t]{1,3}(?=[^0-9 ()\-.]))"
    return re.compile(rf"\(?(?:{_choice('from')})[ \t]{{0,3}}:[ \t]{{0,3}}{_NUMBER_OR_NAME}{end}", re.IGNORECASE)


@cache
def _last() -> re.Pattern[str]:
    return re.compile(rf"\(?(?:{_choice('from')})[ \t]{{0,3}}:[ \t]{{0,3}}{_NUMBER_OR_NAME}\)?", re.IGNORECASE)


_LEAD: Final = re.compile(
    r"(?:from|sender|number|van|afzender|nummer|de|von|absender|da|mittente|od)[ \t]{0,3}:?[ \t]{1,3}(?=\+?[0-9])",
    re.IGNORECASE,
)
