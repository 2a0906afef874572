"""Owns Merkle trees as RFC 6962 (section 2.1) has them: roots and proofs; must not know what leaves stand for."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

import msgspec

_LEAF: Final = b"\x00"
_NODE: Final = b"\x01"


class Step(msgspec.Struct, frozen=True):
    """One step of a proof: the neighbour's hash, and whether it stands left."""

    left: bool
    hash: bytes


def leaf_hash(content: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(leaf_octets(content)).digest()


def leaf_octets(content: bytes) -> bytes:
    """What a leaf's hash is made over: the octet 0, then its content."""
    return _LEAF + content


def node_octets(left: bytes, right: bytes) -> bytes:
    """What a node's hash is made over: the octet 1, then the two hashes below it."""
    return _NODE + left + right


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(node_octets(left, right)).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over hashes of leaves, in their order; that of no leaves is the hash of nothing."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        level = _above(level)
    return level[0]


def proof_of(leaves: Sequence[bytes], index: int) -> tuple[Step, ...]:
    """The steps from one leaf, by its place, to the root.

    Raises:
        IndexError: there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    steps: list[Step] = []
    level = list(leaves)
    while len(level) > 1:
        neighbour = index ^ 1
        if neighbour < len(level):
            steps.append(Step(neighbour < index, level[neighbour]))
        level, index = _above(level), index // 2
    return tuple(steps)


def proven_root(leaf: bytes, steps: Sequence[Step]) -> bytes:
    """The root that a proof leads to from the hash of a leaf; it proves what one trusts that root for."""
    reached = leaf
    for step in steps:
        reached = _node(step.hash, reached) if step.left else _node(reached, step.hash)
    return reached


def _above(level: Sequence[bytes]) -> list[bytes]:
    """The next level: pairs joined; one left over rises as it is, which comes to RFC 6962's split at powers of two."""
    pairs = [_node(level[place], level[place + 1]) for place in range(0, len(level) - 1, 2)]
    return pairs + list(level[len(pairs) * 2 :])
