"""Owns the words by which people stop, start and ask for help, by language; must not know how a reply is read."""

from __future__ import annotations

from functools import cache

import msgspec

from comity.countries.facts import Tier
from comity.countries.rulebook import country, packaged


class Words(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The words of one language, in capitals where the script has them.

    Attributes:
        tier: how sure the least sure of them is.
        lead: opt-out words that mean nothing else: they count with words after them, anywhere.
        whole: opt-out words that count only as the whole message, anywhere.
        local: short or ambiguous ones that count only as the whole message and where the language is expected.
        help: count as the whole message, anywhere.
        help_local: the same where the language is expected.
        start: opt in again, as the whole message.
    """

    tier: Tier
    lead: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    local: tuple[str, ...] = ()
    help: tuple[str, ...] = ()
    help_local: tuple[str, ...] = ()
    start: tuple[str, ...] = ()


@cache
def words() -> dict[str, Words]:
    """The words of every language, by ISO 639 code."""
    return msgspec.json.decode(packaged("words.json"), type=dict[str, Words])


def opt_out_words(iso2: str) -> tuple[str, ...]:
    """The opt-out words to expect from recipients in a country, English first, each once."""
    record = country(iso2)
    languages = ("en", *(record.languages if record else ()))
    known = [words()[language] for language in languages if language in words()]
    return tuple(dict.fromkeys(word for each in known for word in (*each.lead, *each.whole, *each.local)))
