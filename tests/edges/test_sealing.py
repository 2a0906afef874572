"""What is sealed opens to one key, as it was, and to nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.edges.sealing import WrongKeyError, new_keys, seal, unseal

KEYS, OTHERS = new_keys(), new_keys()


@given(st.binary(max_size=4_000), st.binary(max_size=40))
def test_what_is_sealed_opens_as_it_was(body, about):
    assert unseal(seal(body, about, KEYS.public), about, KEYS.private) == body


@given(st.binary(min_size=8, max_size=200))
def test_a_box_shows_nothing_of_what_it_holds(body):
    one, other = (seal(body, b"1", KEYS.public) for _ in range(2))
    assert one != other
    assert body not in one


@given(st.data())
def test_an_altered_box_does_not_open(data):
    box = bytearray(seal(b"what was written", b"1", KEYS.public))
    place = data.draw(st.integers(0, len(box) - 1))
    box[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(WrongKeyError):
        unseal(bytes(box), b"1", KEYS.private)


@pytest.mark.parametrize(
    ("box", "about", "key"),
    [
        (seal(b"x", b"1", KEYS.public), b"2", KEYS.private),
        (seal(b"x", b"1", KEYS.public), b"1", OTHERS.private),
        (seal(b"x", b"1", KEYS.public)[:-1], b"1", KEYS.private),
        (b"", b"1", KEYS.private),
        (seal(b"x", b"1", KEYS.public), b"1", b"no key"),
    ],
    ids=["about another message", "another's key", "cut short", "empty", "no key at all"],
)
def test_a_box_opens_only_to_its_key_about_its_message(box, about, key):
    with pytest.raises(WrongKeyError):
        unseal(box, about, key)
