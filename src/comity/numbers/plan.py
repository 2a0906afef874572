"""Owns numbering plans, compiled from the metadata of `phonenumbers`; must not know how a number was written.

It gives the answers of `phonenumbers.parse`, `region_code_for_number` and
`number_type` for a number with a calling code, in the same order of checks.
"""

from __future__ import annotations

import enum
import re
from functools import cache
from typing import TYPE_CHECKING, Final

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

if TYPE_CHECKING:
    from collections.abc import Callable

    from phonenumbers.phonemetadata import PhoneNumberDesc

    Match = Callable[[str], re.Match[str] | None]


class Kind(enum.StrEnum):
    """What a number is for, by its numbering plan."""

    MOBILE = "mobile"
    FIXED = "fixed"
    FIXED_OR_MOBILE = "fixed_or_mobile"
    TOLL_FREE = "toll_free"
    PREMIUM = "premium"
    SHARED_COST = "shared_cost"
    VOIP = "voip"
    PERSONAL = "personal"
    PAGER = "pager"
    UAN = "uan"
    VOICEMAIL = "voicemail"
    SATELLITE = "satellite"
    UNKNOWN = "unknown"


NON_GEOGRAPHIC: Final = "001"
"""The region code of calling codes that belong to no country (+800, +870, +882, ...)."""
_SATELLITE: Final = ("870", "8816", "8817", "8818", "8819", "88213", "88216")
"""Inmarsat, GMSS (Iridium, Globalstar), EMSAT, Thuraya: ITU lists of codes 870, 881 and 882."""
_MIN_NSN, _MAX_NSN = 2, 17
_CHECKED: Final = (
    (Kind.PREMIUM, "premium_rate"),
    (Kind.TOLL_FREE, "toll_free"),
    (Kind.SHARED_COST, "shared_cost"),
    (Kind.VOIP, "voip"),
    (Kind.PERSONAL, "personal_number"),
    (Kind.PAGER, "pager"),
    (Kind.UAN, "uan"),
    (Kind.VOICEMAIL, "voicemail"),
    (Kind.FIXED, "fixed_line"),
    (Kind.MOBILE, "mobile"),
)
"""In the order of the checks: the first that matches wins, but fixed and mobile at once is `fixed_or_mobile`."""
CALLING_CODES: Final = {str(code): tuple(regions) for code, regions in COUNTRY_CODE_TO_REGION_CODE.items()}


class _Region:
    """The patterns of one region: `kind` judges a national significant number.

    All patterns that a length can match become one alternation in the order of the checks, tried by the regular
    expression engine at once: a fifth of the time of trying them one by one.
    """

    __slots__ = ("_by_length", "_mobile", "iso2", "leading")

    def __init__(self, iso2: str, metadata: PhoneMetadata) -> None:
        self.iso2 = None if iso2 == NON_GEOGRAPHIC else iso2
        self.leading: Match | None = re.compile(metadata.leading_digits).match if metadata.leading_digits else None
        general = _general(metadata)
        rows = [(kind, desc) for kind, name in _CHECKED if (desc := getattr(metadata, name)) and _pattern(desc)]
        self._by_length = {
            length: _alternation(general, [(kind, desc) for kind, desc in rows if length in desc.possible_length])
            for length in general.possible_length
        }
        mobile = metadata.fixed_line if metadata.same_mobile_and_fixed_line_pattern else metadata.mobile
        self._mobile = _matcher(mobile)

    def kind(self, national: str) -> Kind | None:
        """The kind of a national significant number; None when it is not in this plan."""
        match = self._by_length.get(len(national), _never)(national)
        if match is None:
            return None
        kind = Kind[match.lastgroup or "UNKNOWN"]
        return Kind.FIXED_OR_MOBILE if kind is Kind.FIXED and self._mobile(national) else kind


class Plan:
    """One calling code: how to strip a national prefix, and its regions."""

    __slots__ = ("_general", "_local", "_prefix", "_regions", "_transform", "calling_code", "lengths")

    def __init__(self, code: str) -> None:
        self.calling_code = int(code)
        main, *_ = regions = [(iso2, _metadata(code, iso2)) for iso2 in CALLING_CODES[code]]
        self._regions = tuple(_Region(iso2, metadata) for iso2, metadata in regions)
        general = _general(main[1])
        self.lengths: tuple[int, ...] = tuple(general.possible_length)
        self._local = frozenset(general.possible_length_local_only)
        self._general = re.compile(_pattern(general)).fullmatch
        prefix = main[1].national_prefix_for_parsing
        self._prefix = re.compile(prefix) if prefix else None
        self._transform = main[1].national_prefix_transform_rule

    def national(self, digits: str) -> str:
        """The national significant number: without a national prefix, if one was written after the calling code."""
        match = self._prefix and self._prefix.match(digits)
        if not match:
            return digits
        if self._transform and match.groups()[-1] is not None:
            stripped = match.expand(self._transform) + digits[match.end() :]
        else:
            stripped = digits[match.end() :]
        if self._general(digits) and not self._general(stripped):
            return digits
        length = len(stripped)
        fits = length not in self._local and (length in self.lengths or length > self.lengths[-1])
        return stripped if fits else digits

    def find(self, national: str) -> tuple[str | None, Kind] | None:
        """The region (None for no country) and kind of a national significant number; None when it is in no plan."""
        if not _MIN_NSN <= len(national) <= _MAX_NSN:
            return None
        if len(self._regions) == 1:
            only = self._regions[0]
            kind = only.kind(national)
            return (only.iso2, kind if only.iso2 else self._global(kind, national)) if kind else None
        for region in self._regions:
            if region.leading is None:
                kind = region.kind(national)
                if kind:
                    return region.iso2, kind
            elif region.leading(national):
                kind = region.kind(national)
                return (region.iso2, kind) if kind else None
        return None

    def _global(self, kind: Kind, national: str) -> Kind:
        satellite = kind is Kind.MOBILE and f"{self.calling_code}{national}".startswith(_SATELLITE)
        return Kind.SATELLITE if satellite else kind


@cache
def plan_of(code: str) -> Plan:
    """The plan of a calling code, compiled on first use (about 1 ms a region).

    Raises:
        KeyError: nobody has that calling code.
    """
    return Plan(code)


def calling_code(digits: str) -> str | None:
    """The calling code at the start of international digits; no code is the beginning of another."""
    for length in (2, 1, 3):
        if digits[:length] in CALLING_CODES:
            return digits[:length]
    return None


def _metadata(code: str, iso2: str) -> PhoneMetadata:
    metadata = PhoneMetadata.metadata_for_region_or_calling_code(int(code), iso2)
    assert metadata is not None, iso2
    return metadata


def _general(metadata: PhoneMetadata) -> PhoneNumberDesc:
    general = metadata.general_desc
    assert general is not None, metadata.id
    return general


def _pattern(desc: PhoneNumberDesc) -> str:
    """The pattern of a description, empty when the region has no such numbers."""
    return desc.national_number_pattern or ""


def _alternation(general: PhoneNumberDesc, rows: list[tuple[Kind, PhoneNumberDesc]]) -> Match:
    if not rows:
        return _never
    either = "|".join(f"(?P<{kind.name}>{_pattern(desc)})" for kind, desc in rows)
    return re.compile(f"(?=(?:{_pattern(general)})\\Z)(?:{either})").fullmatch


def _matcher(desc: PhoneNumberDesc | None) -> Match:
    if desc is None or not _pattern(desc):
        return _never
    lengths, match = frozenset(desc.possible_length), re.compile(_pattern(desc)).fullmatch
    return lambda national: match(national) if len(national) in lengths else None


def _never(_national: str) -> re.Match[str] | None:
    return None
