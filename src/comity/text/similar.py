"""Owns how alike two texts are, a recipient's own words apart; must not know campaigns, limits or senders.

A template filled in for many recipients should hash to nearly the same value each time. The hash is a simhash
(Charikar, STOC 2002): each distinct word votes on 64 bits and the majority decides, so texts that share most of their
words share most of their bits, and unrelated texts share about half.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from typing import Final

from comity.text.tokens import content_words, read_as_people_do

NEAR_DUPLICATE_DISTANCE: Final = 8
"""Texts no further apart than this are near-duplicates. What that finds: docs/explanation/near-duplicates.md."""

NOTHING_TO_COMPARE: Final = 0
"""The hash of a text in which nothing but numbers, links and the like stands: it says nothing about likeness."""

_BITS: Final = 64
_HASH_OCTETS: Final = 8
# Votes are counted in lanes of 16 bits side by side in one integer, four hexadecimal digits each. The top bit of a lane
# is for the comparison; `content_words` gives at most 8,192 words, each weighs at most 2: the rest suffices.
_LANE_BITS: Final = 16
_LANE_DIGITS: Final = 4
_LANES: Final = _BITS * _LANE_BITS
_ONE_EACH: Final = int("0001" * _BITS, 16)
_LANE_HALF: Final = (1 << (_LANE_BITS - 1)) - 1
_LANES_SHOWN: Final = f"0{_BITS * _LANE_DIGITS}x"
_ALL_LANES: Final = (1 << _LANES) - 1

# Padding is put at the ends, so the words there weigh half, in texts long enough to spare them.
_EDGE_WORDS: Final = 2
_SHORT_TEXT_WORDS: Final = 8


@lru_cache(maxsize=1 << 15)
def _votes(word: str) -> int:
    """Returns the word's 64 bits, each in its own lane, and a one in a lane above them that counts the words.

    The sum of such integers holds the votes of all words for all bits.
    """
    digest = blake2b(word.encode("utf-8", "surrogatepass"), digest_size=_HASH_OCTETS).digest()
    bits = format(int.from_bytes(digest, "big"), "064b")
    return int("1000" + "000".join(bits), 16)


def similarity_hash(text: str) -> int:
    """Returns a signed 64-bit hash, fit for PostgreSQL's bigint, that is near for texts made from one template.

    Names after a greeting, links, numbers, codes and padding do not count, nor do case, accents and disguise, nor the
    order of words. The value is stable over processes and machines.
    """
    words = content_words(read_as_people_do(text))
    if not words:
        return NOTHING_TO_COMPARE
    total = sum(map(_votes, words))
    if len(words) > _SHORT_TEXT_WORDS:
        total = 2 * total - sum(map(_votes, words[:_EDGE_WORDS])) - sum(map(_votes, words[-_EDGE_WORDS:]))
    # Adding this carries into a lane's top bit just where more than half of the weight voted for one.
    lifted = (total & _ALL_LANES) + _ONE_EACH * (_LANE_HALF - (total >> _LANES) // 2)
    majority = format(lifted >> (_LANE_BITS - 1) & _ONE_EACH, _LANES_SHOWN)
    value = int(majority[_LANE_DIGITS - 1 :: _LANE_DIGITS], 2)
    return value - (value >> (_BITS - 1) << _BITS)


def distance(a: int, b: int) -> int:
    """Returns in how many of 64 bits two hashes differ: 0 for the same template, about 32 for unrelated texts."""
    return ((a ^ b) & ((1 << _BITS) - 1)).bit_count()
