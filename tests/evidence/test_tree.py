"""Merkle trees: the roots of RFC 6962, and proofs that prove their leaf alone."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.evidence.tree import leaf_hash, proof_of, proven_root, root_of

# The test vectors of Certificate Transparency's own implementation.
CONTENTS = [bytes.fromhex(written) for written in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40)


def split_root(leaves):
    """As RFC 6962 defines it: split at the largest power of two that is smaller than the whole."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + split_root(leaves[:split]) + split_root(leaves[split:])).digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_certificate_transparency(size):
    assert root_of([leaf_hash(content) for content in CONTENTS[:size]]).hex() == ROOTS[size - 1]


def test_the_root_of_nothing_is_the_hash_of_nothing():
    assert root_of([]) == hashlib.sha256(b"").digest()


@given(LEAVES)
def test_the_root_is_that_of_the_definition(leaves):
    assert root_of(leaves) == split_root(leaves)


@given(LEAVES, st.data())
def test_a_proof_leads_to_the_root_from_its_leaf_alone(leaves, data):
    place = data.draw(st.integers(0, len(leaves) - 1))
    steps = proof_of(leaves, place)
    assert proven_root(leaves[place], steps) == root_of(leaves)
    assert proven_root(hashlib.sha256(leaves[place]).digest(), steps) != root_of(leaves)


@pytest.mark.parametrize("place", [-1, 3])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(place):
    with pytest.raises(IndexError):
        proof_of([bytes(32)] * 3, place)
