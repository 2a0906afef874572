"""Owns reading the files that lists come in, whatever their notation, as keys; must not know where keys go."""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from ipaddress import ip_address
from pathlib import Path
from typing import IO, Final, Literal

import msgspec
import phonenumbers

from comity.accounts.whereabouts import range_keys
from comity.base.errors import SettingsError
from comity.numbers import BadNumber, format_number, read_destination
from comity.screening.rules.link_listed import listed_key

_LONGEST_LINE: Final = 1 << 16
_COMMENTS: Final = ("#", "!", ";", "//")
_HOSTS_LINE: Final = re.compile(r"(?P<address>[0-9a-fA-F.:]{2,45})\s+(?P<names>\S.*)\Z")
# Names that every hosts file begins with.
_OWN_NAMES: Final = frozenset(
    (
        *("localhost", "localhost.localdomain", "local", "broadcasthost", "0.0.0.0"),  # noqa: S104  a name, not a bind
        *("ip6-localhost", "ip6-loopback", "ip6-localnet", "ip6-mcastprefix"),
        *("ip6-allnodes", "ip6-allrouters", "ip6-allhosts"),
    )
)
# The registers of North America are handed out as area code and number in two columns.
_TWO_COLUMNS: Final = re.compile(r"\s*\"?(\d{3})\"?\s*,\s*\"?(\d{7})\"?\s*(?:,|\Z)")
_SHOWN: Final = 20


class Reading(msgspec.Struct):
    """How far the reading of a file is.

    Attributes:
        octets: of the file as it lies on disk, read so far.
        left_out: lines that could not be read and were left out.
        problems: the first of them, for people.
    """

    octets: int = 0
    left_out: int = 0
    problems: list[str] = []


class ListFile(msgspec.Struct, frozen=True):
    """A file to read.

    Attributes:
        path: where; `.gz` is unpacked, `.csv` is read by its first column.
        kind: "links", "numbers" or "addresses" (a registry's statistics).
        country: ISO 3166-1 alpha-2 whose national numbers are understood, or None.
        most_wrong: lines that cannot be read are left out up to so many.
    """

    path: Path
    kind: Literal["links", "numbers", "addresses"]
    country: str | None = None
    most_wrong: int = 0


def read_keys(file: ListFile, reading: Reading) -> Iterator[str]:
    """The keys in a file, in its order; `reading` is kept up to date.

    Raises:
        SettingsError: the file, or a line beyond those that may be wrong, cannot be read; says which and the remedy.
    """
    read = _reader(file)
    number = 0
    try:
        with file.path.open("rb") as raw, closing(_unpacked(raw, file.path)) as lines:
            for number, line in _lines(lines, file.path):
                reading.octets = raw.tell()
                try:
                    yield from read(line)
                except ValueError as error:
                    _leave_out(file, reading, number, error)
    except (OSError, EOFError, zlib.error, csv.Error) as error:
        where = f"{file.path} line {number + 1}" if number else str(file.path)
        raise SettingsError(f"{where} cannot be read: {error}.", "Fetch the file again.") from None


def _reader(file: ListFile) -> Callable[[str], Iterator[str]]:
    if file.kind == "numbers":
        return _number_reader(file.country)
    return range_keys if file.kind == "addresses" else _link_entries


def _unpacked(raw: IO[bytes], path: Path) -> IO[bytes] | gzip.GzipFile:
    return gzip.GzipFile(fileobj=raw) if path.suffix.lower() == ".gz" else raw


def _lines(file: IO[bytes] | gzip.GzipFile, path: Path) -> Iterator[tuple[int, str]]:
    """The lines that say something, with their numbers; of a CSV file its first column without the headings."""
    columns = path.name.lower().removesuffix(".gz").endswith(".csv")
    for number, line in _decoded(file, path):
        written = line.strip()
        if not written or written.startswith(_COMMENTS):
            continue
        if columns and not _TWO_COLUMNS.match(written):
            written = next(csv.reader([written]), [""])[0].strip()
            if not written or (number == 1 and not any(sign in written for sign in ".0123456789")):
                continue
        yield number, written


def _decoded(file: IO[bytes] | gzip.GzipFile, path: Path) -> Iterator[tuple[int, str]]:
    number = 0
    while line := file.readline(_LONGEST_LINE):
        number += 1
        if len(line) == _LONGEST_LINE:
            raise SettingsError(f"{path} line {number} is too long.", "Give a text file with one entry a line.")
        try:
            yield number, line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise SettingsError(
                f"{path} line {number} is not UTF-8.", "Convert it; a packed file's name must end in .gz."
            ) from None


def _link_entries(line: str) -> Iterator[str]:
    """The keys of a line: a host, an address, or a line of a hosts file, which may name several."""
    entry = line.partition(" #")[0].partition("\t#")[0].rstrip()
    hosts = _HOSTS_LINE.match(entry)
    if hosts is None or not _is_address(hosts["address"]):
        yield listed_key(entry)
        return
    for name in hosts["names"].split():
        if name.lower() not in _OWN_NAMES:
            yield listed_key(name)


def _is_address(written: str) -> bool:
    try:
        ip_address(written)
    except ValueError:
        return False
    return True


def _number_reader(country: str | None) -> Callable[[str], Iterator[str]]:
    code, trunk = _plan_of(country)

    def read(line: str) -> Iterator[str]:
        entry = line.partition(" #")[0].partition("\t#")[0].strip().strip('"')
        two = _TWO_COLUMNS.match(entry)
        written = two[1] + two[2] if two else entry
        yield _e164(written, country, code, trunk)

    return read


def _plan_of(country: str | None) -> tuple[str, str]:
    """The calling code and the digits before national numbers; both empty without a country."""
    if country is None:
        return "", ""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(country)
    if metadata is None:
        raise SettingsError(f"{country!r} is no country with telephone numbers.", "Write its ISO code, such as BE.")
    return str(metadata.country_code), metadata.national_prefix or ""


def _e164(written: str, country: str | None, code: str, trunk: str) -> str:
    """The digits of a number, national ones of the country too; a plain national number takes the quick way."""
    if country is None or written.startswith(("+", "00")):
        return _international(written)
    if written.isascii() and written.isdigit():
        for national in dict.fromkeys((written.removeprefix(trunk), written)):
            try:
                return read_destination(code + national).e164
            except BadNumber:
                continue
    found = format_number(written, country)
    if not found.valid:
        raise ValueError(f"it is not a number of {country}")
    return found.formatted_number.removeprefix("+")


def _international(written: str) -> str:
    try:
        return read_destination(written).e164
    except BadNumber as bad:
        raise ValueError(f"it is not an international number ({bad.reason.value.replace('_', ' ')})") from None


def _leave_out(file: ListFile, reading: Reading, number: int, error: ValueError) -> None:
    problem = f"{file.path} line {number}: {error}"
    if reading.left_out >= file.most_wrong:
        raise SettingsError(f"{problem}.", "Mend the line, or leave such lines out with --skip-wrong.") from None
    reading.left_out += 1
    if len(reading.problems) < _SHOWN:
        reading.problems.append(problem)
