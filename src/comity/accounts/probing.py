"""Owns how feeling out the filter and resale without leave are told from ordinary traffic (U16, U12).

Pure: it must not know how texts are come by, or what follows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from comity.accounts.record import AccountRecord
from comity.accounts.triggers import Drift, Probing
from comity.senders.names import name_key
from comity.text.similar import NOTHING_TO_COMPARE, distance

_MOST_ANCHORS: Final = 20


class Tried(msgspec.Struct, frozen=True):
    """A text that was sent, and how it fared.

    Attributes:
        id: the message's.
        at: when.
        version: key of the text without what is particular to a recipient; edits of a person change it.
        similarity: its hash.
        refused: whether it was refused for what it says; else it went.
    """

    id: UUID
    at: datetime
    version: int
    similarity: int
    refused: bool


class Series(msgspec.Struct, frozen=True):
    """Versions of one text that were felt out.

    Attributes:
        anchors: hashes of the refused ones, the newest first; at most twenty.
        variants: how many versions were refused.
        passed: how many went after that.
        first_at: when the first was refused.
        last_at: when the last was sent.
        messages: their ids.
    """

    anchors: tuple[int, ...]
    variants: int
    passed: int
    first_at: datetime
    last_at: datetime
    messages: tuple[UUID, ...]

    @property
    def facts(self) -> str:
        """What the reviewer, and in a statement the account, is told happened."""
        went = f", and then {self.passed} of them passed" if self.passed else ""
        return (
            f"From {self.first_at:%Y-%m-%d %H:%M} to {self.last_at:%Y-%m-%d %H:%M} (UTC) {self.variants} versions of "
            f"one text that differ by little were refused{went}."
        )


class _Open:
    """A series while it is found."""

    def __init__(self, first: Tried) -> None:
        self.hashes = [first.similarity]
        self.seen = {first.version}
        self.versions = 1
        self._counted_at = first.at
        self.refused = [first]
        self.passed: list[Tried] = []

    def is_near(self, tried: Tried, limit: int) -> bool:
        return any(distance(tried.similarity, one) <= limit for one in self.hashes)

    def add(self, tried: Tried, apart: timedelta) -> None:
        self.refused.append(tried)
        if tried.version in self.seen:
            return
        self.hashes.append(tried.similarity)
        self.seen.add(tried.version)
        if tried.at - self._counted_at >= apart:
            self.versions += 1
            self._counted_at = tried.at

    def passes_after(self, tried: Tried, versions: int) -> bool:
        return self.versions >= versions and tried.version not in self.seen

    def closed(self) -> Series:
        last = max(one.at for one in (*self.refused, *self.passed))
        return Series(
            tuple(dict.fromkeys(reversed(self.hashes)))[:_MOST_ANCHORS],
            self.versions,
            len(self.passed),
            self.refused[0].at,
            last,
            tuple(one.id for one in (*self.refused, *self.passed)),
        )


def find_series(tries: Iterable[Tried], limits: Probing) -> list[Series]:
    """The series in what an account sent.

    One refused text that goes to many recipients is one version, and so are versions that were sent together: whoever
    feels out the filter sees an answer before the next. A text that passed counts when enough versions of it had been
    refused before. Numbers, links and names of recipients make no version.

    Args:
        tries: what was refused for what it says, and what went; in any order.
        limits: what is taken for a series.
    """
    found: list[_Open] = []
    telling = (one for one in tries if one.similarity != NOTHING_TO_COMPARE)
    for tried in sorted(telling, key=lambda one: (one.at, one.id)):
        near = next((one for one in found if one.is_near(tried, limits.distance)), None)
        if tried.refused and near is None:
            found.append(_Open(tried))
        elif tried.refused and near is not None:
            near.add(tried, timedelta(seconds=limits.apart_s))
        elif near is not None and near.passes_after(tried, limits.variants_before_pass):
            near.passed.append(tried)
    return [one.closed() for one in found if _is_series(one, limits)]


def _is_series(one: _Open, limits: Probing) -> bool:
    return one.versions >= (limits.variants_before_pass if one.passed else limits.variants)


class Voices(msgspec.Struct, frozen=True):
    """What an account sent with.

    Attributes:
        senders: canonical keys of senders.
        domains: registrable domains that its texts lead to.
        names: keys of names that its texts open with (`comity.content.voices`).
        languages: that its texts are in.
    """

    senders: Collection[str] = ()
    domains: Collection[str] = ()
    names: Collection[str] = ()
    languages: Collection[str] = ()


class Drifted(msgspec.Struct, frozen=True):
    """What an account sent beyond what it declared.

    Attributes:
        senders: senders that are no brand of its own and were not declared.
        domains: registrable domains that are not its own.
        names: names that are not its own.
        languages: languages of none of the countries that it declared.
    """

    senders: tuple[str, ...]
    domains: tuple[str, ...]
    names: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    @property
    def facts(self) -> str:
        """What the reviewer is told."""
        return (
            f"Sent as {len(self.senders)} senders, linked to {len(self.domains)} domains, opened texts with "
            f"{len(self.names)} names and wrote in {len(self.languages)} languages beyond what was declared; "
            "nothing is recorded that permits resale."
        )


def drifted(
    voices: Voices, record: AccountRecord, expected: Collection[str], today: date, limits: Drift
) -> Drifted | None:
    """Whether an account looks like a reseller without leave; None for no.

    Args:
        voices: what it sent with.
        record: what it declared. One with the clearance "resale" is exempt: its customers are subaccounts.
        expected: languages of the countries that it declared.
        today: the day (UTC).
        limits: how many are too many.
    """
    if record.is_cleared("resale", today):
        return None
    declared = set(record.use_case.senders) if record.use_case is not None else set()
    own = {name_key(name) for name in (record.name, *(brand.name for brand in record.brands))}
    found = Drifted(
        tuple(sorted(set(voices.senders) - declared - {record.name.casefold(), ""})),
        tuple(sorted(set(voices.domains) - {domain.domain for domain in record.domains})),
        tuple(sorted(set(voices.names) - own - {name_key(sender) for sender in declared} - {""})),
        tuple(sorted(set(voices.languages) - set(expected) - {""})),
    )
    over = (
        (found.senders, limits.senders),
        (found.domains, limits.domains),
        (found.names, limits.names),
        (found.languages, limits.languages),
    )
    return found if any(len(strange) >= limit for strange, limit in over) else None
