import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.sms.septets import fill_bits, pack_septets, unpack_septets

septets = st.lists(st.integers(0, 127), max_size=180).map(bytes)


@given(septets, st.integers(0, 6))
def test_packed_septets_unpack_to_themselves(unpacked, fill):
    packed = pack_septets(unpacked, fill=fill)
    assert unpack_septets(packed, len(unpacked), fill=fill) == unpacked
    assert len(packed) == ((fill + 7 * len(unpacked) + 7) // 8 if unpacked else 0)


@pytest.mark.parametrize(
    ("text", "fill", "packed"),
    [
        ("hello", 0, "e8329bfd06"),
        ("hellohello", 0, "e8329bfd4697d9ec37"),
        ("12345678", 0, "31d98c56b3dd70"),
        ("a", 1, "c2"),
    ],
)
def test_known_text_packs_to_known_octets(text, fill, packed):
    assert pack_septets(text.encode(), fill=fill).hex() == packed


@pytest.mark.parametrize(("header", "fill"), [(0, 0), (4, 3), (6, 1), (7, 0), (12, 2), (13, 1)])
def test_fill_brings_the_text_to_a_septet_boundary(header, fill):
    assert fill_bits(header) == fill
    assert (8 * header + fill) % 7 == 0


@pytest.mark.parametrize("count", [-1, 2, 1000])
def test_count_beyond_the_octets_is_refused(count):
    with pytest.raises(ValueError, match="septets"):
        unpack_septets(b"\x00", count)


@pytest.mark.parametrize("fill", [-1, 7])
def test_fill_out_of_range_is_refused(fill):
    with pytest.raises(ValueError, match="fill"):
        pack_septets(b"a", fill=fill)
    with pytest.raises(ValueError, match="fill"):
        unpack_septets(b"aa", 1, fill=fill)


def test_octet_that_is_no_septet_is_refused():
    with pytest.raises(ValueError, match="127"):
        pack_septets(b"\x80")
