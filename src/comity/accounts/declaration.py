"""Owns reading what an account declares it will send, from a file; must not know how it is kept or judged."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from phonenumbers import SUPPORTED_REGIONS

from comity.base.errors import SettingsError
from comity.messages.submission import Category
from comity.senders.read import BadSender, read_sender
from comity.text.similar import NOTHING_TO_COMPARE, similarity_hash

_MOST_ENTRIES: Final = 250
_LONGEST_SECTOR: Final = 100
_LONGEST_SAMPLE: Final = 2_000
_LARGEST_VOLUME: Final = (1 << 31) - 1
_SHOWN: Final = 40
HEALTH_DATA: Final = ("note", "refuse")


class Declaration(msgspec.Struct, frozen=True):
    """A use case as it was declared; an empty field was not.

    Attributes:
        categories: words of `messages.submission.Category`.
        countries: ISO 3166-1 alpha-2.
        senders: canonical keys.
        daily_volume: messages a day.
        sectors: in words of the account's own.
        samples: texts.
        health_data: "note" or "refuse", or None to leave it as it is.
    """

    categories: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    daily_volume: int | None = None
    sectors: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()
    health_data: str | None = None


def read_declaration(written: str) -> Declaration:
    """A declaration from its TOML.

    Raises:
        SettingsError: one line that names the field, what is wrong with it, and what to write.
    """
    try:
        fields = tomllib.loads(written)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"The declaration is no TOML: {error}.", "Write lines such as daily_volume = 5000."
        ) from None
    unknown = next((name for name in fields if name not in _FIELDS), None)
    if unknown is not None:
        raise SettingsError(f"There is no field {_shown(unknown)}.", f"Fields are {', '.join(_FIELDS)}.")
    if not fields:
        raise SettingsError("The declaration is empty.", f"Declare at least one of {', '.join(_FIELDS)}.")
    return Declaration(**{name: _FIELDS[name](name, value) for name, value in fields.items()})


def read_country(written: str, field: str) -> str:
    """An ISO 3166-1 alpha-2 code.

    Raises:
        SettingsError: it is none.
    """
    code = written.upper()
    if code not in SUPPORTED_REGIONS:
        raise SettingsError(
            f"{field}: {_shown(written)} is not a country.", "Write two letters (ISO 3166-1), such as BE."
        )
    return code


def read_sender_key(written: str, field: str) -> str:
    """A sender's canonical key.

    Raises:
        SettingsError: it cannot be a sender.
    """
    read = read_sender(written)
    if isinstance(read, BadSender):
        raise SettingsError(
            f"{field}: {_shown(written)} cannot be a sender.",
            "Write at most 11 letters and digits, or a number with + and at most 14 digits.",
        )
    return read.key


def read_sample(written: str, field: str) -> str:
    """A sample text, with something in it that others can be compared with.

    Raises:
        SettingsError: it has not, or is too long.
    """
    if len(written) > _LONGEST_SAMPLE:
        raise SettingsError(f"{field}: {_shown(written)} is too long.", "Write at most 2,000 characters.")
    # The store takes neither NUL nor half a character.
    if "\0" in written or any("\ud800" <= c <= "\udfff" for c in written):
        raise SettingsError(f"{field}: {_shown(written)} holds what cannot be kept.", "Write a whole text.")
    if similarity_hash(written) == NOTHING_TO_COMPARE:
        raise SettingsError(
            f"{field}: {_shown(written)} holds no words to compare texts with.",
            "Write a whole text as it will be sent.",
        )
    return written


def _category(written: str, field: str) -> str:
    words = [category.value for category in Category]
    if written not in words:
        raise SettingsError(f"{field}: {_shown(written)} is not a category.", f"Use {', '.join(words)}.")
    return written


def _sector(written: str, field: str) -> str:
    sector = written.strip()
    if not sector or len(sector) > _LONGEST_SECTOR or not sector.isprintable():
        raise SettingsError(
            f"{field}: {_shown(written)} cannot be shown.", "Write at most 100 printable characters, such as retail."
        )
    return sector


def _each(read: Callable[[str, str], str]) -> Callable[[str, Any], tuple[str, ...]]:
    """Reads a list of texts, each once, in order."""

    def read_all(field: str, value: Any) -> tuple[str, ...]:  # noqa: ANN401  whatever somebody wrote
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise SettingsError(f"{field} is not a list of texts.", f'Write {field} = ["..."].')
        if len(value) > _MOST_ENTRIES:
            raise SettingsError(f"{field} has {len(value)} entries.", f"Write at most {_MOST_ENTRIES}.")
        return tuple(dict.fromkeys(read(one, field) for one in value))

    return read_all


def _volume(field: str, value: Any) -> int:  # noqa: ANN401  whatever somebody wrote
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= _LARGEST_VOLUME:
        raise SettingsError(f"{field} is not a number of messages.", f"Write {field} = 5000.")
    return value


def _health_data(field: str, value: Any) -> str:  # noqa: ANN401  the same
    if value not in HEALTH_DATA:
        raise SettingsError(f"{field} cannot be {_shown(value)}.", f"Use {' or '.join(HEALTH_DATA)}.")
    return str(value)


_FIELDS: Final[dict[str, Callable[[str, Any], Any]]] = {
    "categories": _each(_category),
    "countries": _each(read_country),
    "senders": _each(read_sender_key),
    "daily_volume": _volume,
    "sectors": _each(_sector),
    "samples": _each(read_sample),
    "health_data": _health_data,
}
FIELDS: Final[Sequence[str]] = tuple(_FIELDS)


def _shown(value: object) -> str:
    """Somebody's own words on one line."""
    written = ascii(value) if not str(value).isprintable() else repr(value)
    return written if len(written) <= _SHOWN else written[:_SHOWN] + "..."


def read_zone(written: str) -> str:
    """A time zone by its IANA name.

    Raises:
        SettingsError: there is no such zone.
    """
    try:
        ZoneInfo(written)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingsError(
            f"There is no time zone {written!r}.", "Write an IANA name, such as Europe/Brussels."
        ) from None
    return written
