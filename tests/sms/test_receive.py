"""Payloads and headers as peers really send them, and worse."""
# ruff: noqa: RUF001  letters that look alike are the point here

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.sms.alphabet import NationalTables
from comity.sms.receive import (
    BadHeader,
    BinaryPayloadError,
    Concatenation,
    Ports,
    Reading,
    decode,
    read_text,
    read_udh,
)


@pytest.mark.parametrize(
    ("octets", "concatenation"),
    [
        ("05 0003 c3 02 01", Concatenation(0xC3, 2, 1, wide=False)),
        ("06 0804 c3a5 ff ff", Concatenation(0xC3A5, 255, 255, wide=True)),
        ("0a 0003 01 02 01 0003 02 03 02", Concatenation(2, 3, 2, wide=False)),
        ("0b 0003 01 02 01 0804 0002 03 02", Concatenation(2, 3, 2, wide=True)),
        ("00", None),
        ("03 240101", None),
        ("05 0003 c3 02 01 48656c6c6f", Concatenation(0xC3, 2, 1, wide=False)),
    ],
)
def test_header_tells_which_part_it_is(octets, concatenation):
    raw = bytes.fromhex(octets.replace(" ", ""))
    udh = read_udh(raw)
    assert udh.concatenation == concatenation
    assert udh.octets == 1 + raw[0]


@pytest.mark.parametrize(
    ("octets", "ports"),
    [("06 0504 0b84 23f0", Ports(2948, 9200)), ("04 0402 f5 00", Ports(0xF5, 0)), ("02 7000", None)],
)
def test_header_tells_the_ports(octets, ports):
    assert read_udh(bytes.fromhex(octets.replace(" ", ""))).ports == ports


def test_header_tells_the_national_tables_and_keeps_every_element():
    udh = read_udh(bytes.fromhex("0a 240101 250103 a002beef".replace(" ", "")))
    assert udh.tables == NationalTables(locking=3, single_shift=1)
    assert udh.elements == ((0x24, b"\x01"), (0x25, b"\x03"), (0xA0, b"\xbe\xef"))


@pytest.mark.parametrize(
    "octets",
    [
        pytest.param("", id="nothing"),
        pytest.param("05", id="length alone"),
        pytest.param("05 0003 c3 02", id="truncated"),
        pytest.param("ff 0003 c3 02 01", id="length lies"),
        pytest.param("05 0004 c3 02 01", id="element reaches beyond the header"),
        pytest.param("05 0004 c3 02 01 48", id="element reaches into the payload"),
        pytest.param("01 00 61", id="identifier without a length"),
        pytest.param("06 0003 c3 02 01 00", id="half an element at the end"),
        pytest.param("04 0002 c3 02", id="concatenation too short"),
        pytest.param("06 0004 c3 02 01 01", id="concatenation too long"),
        pytest.param("05 0003 c3 00 00", id="no parts"),
        pytest.param("05 0003 c3 02 00", id="part zero"),
        pytest.param("05 0003 c3 02 03", id="part beyond the total"),
        pytest.param("02 2400", id="table without identifier"),
        pytest.param("05 0503 0b8423", id="ports cut"),
    ],
)
def test_lying_header_is_declared_bad(octets):
    with pytest.raises(BadHeader):
        read_udh(bytes.fromhex(octets.replace(" ", "")))


@given(st.binary(max_size=160))
def test_hostile_octets_are_a_header_or_bad(octets):
    try:
        udh = read_udh(octets)
    except BadHeader:
        return
    assert udh.octets <= len(octets)
    assert sum(2 + len(value) for _, value in udh.elements) == udh.octets - 1


@pytest.mark.parametrize(
    ("payload", "coding", "text", "reading"),
    [
        pytest.param(b"\x00\x1be\x02", 0, "@€$", Reading.EXACT, id="GSM"),
        pytest.param(b"ab\x1b", 0, "ab ", Reading.EXACT, id="escape at the end"),
        pytest.param(b"\x1b\x1b(", 0, " (", Reading.EXACT, id="escape of an escape shows a space"),
        pytest.param(b"\x1bA\x1b\x00", 0, "A@", Reading.EXACT, id="unknown pair shows the default character"),
        pytest.param(b"caf\xe9", 0, "café", Reading.GUESSED, id="Latin-1 under the default alphabet"),
        pytest.param(b"plain @ _", 1, "plain @ _", Reading.EXACT, id="IA5"),
        pytest.param(b"caf\xe9", 1, "café", Reading.GUESSED, id="IA5 with eight bits"),
        pytest.param(b"caf\xe9", 3, "café", Reading.EXACT, id="Latin-1"),
        pytest.param("привет".encode("iso8859_5"), 6, "привет", Reading.EXACT, id="Cyrillic"),
        pytest.param("日本".encode("shift_jis"), 5, "日本", Reading.EXACT, id="JIS"),
        pytest.param("日本".encode("iso2022_jp"), 10, "日本", Reading.EXACT, id="ISO-2022-JP"),
        pytest.param("한국".encode("euc_kr"), 14, "한국", Reading.EXACT, id="KS C 5601"),
        pytest.param("ş😀".encode("utf-16-be"), 8, "ş😀", Reading.EXACT, id="UTF-16"),
        pytest.param("ş😀".encode("utf-16"), 8, "ş😀", Reading.EXACT, id="little-endian mark"),
        pytest.param(b"\xfe\xff\x00a", 8, "a", Reading.EXACT, id="big-endian mark"),
        pytest.param("hello there".encode("utf-16-le"), 8, "hello there", Reading.GUESSED, id="swapped English"),
        pytest.param("hello".encode("utf-16-le"), 8, "hello", Reading.GUESSED, id="swapped word"),
        pytest.param("да, спасибо".encode("utf-16-le"), 8, "да, спасибо", Reading.GUESSED, id="swapped Russian"),
        pytest.param("спасибо".encode("utf-16-le"), 8, "спасибо", Reading.GUESSED, id="swapped Russian word"),
        pytest.param("नमस्ते".encode("utf-16-le"), 8, "नमस्ते", Reading.GUESSED, id="swapped Hindi word"),
        pytest.param("你好, 谢谢".encode("utf-16-le"), 8, "你好, 谢谢", Reading.GUESSED, id="swapped Chinese"),
        pytest.param("一、二".encode("utf-16-be"), 8, "一、二", Reading.EXACT, id="Chinese one is not swapped N"),
        pytest.param("一 一".encode("utf-16-be"), 8, "一 一", Reading.EXACT, id="Chinese ones and a space"),
        pytest.param("あ　い".encode("utf-16-be"), 8, "あ　い", Reading.EXACT, id="ideographic space"),
        pytest.param("Łódź".encode("utf-16-be"), 8, "Łódź", Reading.EXACT, id="Polish"),
        pytest.param("ok".encode("utf-16-be") + b"\x00", 8, "ok\ufffd", Reading.GUESSED, id="odd octet"),
        pytest.param(b"\xd8\x3d\x00a", 8, "\ufffda", Reading.GUESSED, id="half a surrogate pair"),
        pytest.param(b"\x00a\x00\x00", 8, "a", Reading.GUESSED, id="terminating NUL"),
        pytest.param(b"a\x00b", 3, "a\ufffdb", Reading.GUESSED, id="NUL inside"),
        pytest.param(b"", 0, "", Reading.EXACT, id="empty"),
        pytest.param(b"", 8, "", Reading.EXACT, id="empty UTF-16"),
        pytest.param(b"\x01\x02", 4, "", Reading.BINARY, id="octets"),
        pytest.param(b"\x01\x02", 2, "", Reading.BINARY, id="octets too"),
        pytest.param(b"flash", 0xF0, "flash", Reading.EXACT, id="class 0"),
        pytest.param(b"flash", 0x10, "flash", Reading.EXACT, id="class 0, general group"),
        pytest.param(b"\x01", 0xF5, "", Reading.BINARY, id="class 1 octets"),
        pytest.param(b"\x00a", 0x18, "a", Reading.EXACT, id="class 0 UCS-2"),
        pytest.param(b"\x01", 0x20, "", Reading.BINARY, id="compressed"),
        pytest.param(b"mail", 0xC8, "mail", Reading.EXACT, id="message waiting"),
        pytest.param(b"\x00m", 0xE8, "m", Reading.EXACT, id="message waiting UCS-2"),
        pytest.param(b"who", 9, "who", Reading.GUESSED, id="unknown, looks like GSM"),
        pytest.param(b"\x00w\x00h\x00o", 0x8F, "who", Reading.GUESSED, id="unknown, looks like UTF-16"),
        pytest.param("é😀".encode(), 12, "é😀", Reading.GUESSED, id="unknown, looks like UTF-8"),
    ],
)
def test_payload_reads_as_what_it_says_or_looks_like(payload, coding, text, reading):
    decoded = read_text(payload, coding)
    assert (decoded.text, decoded.reading) == (text, reading)


@pytest.mark.parametrize(
    ("tables", "payload", "text", "reading"),
    [
        (NationalTables(1, 1), b"\x07\x1bs", "ış", Reading.EXACT),
        (NationalTables(2, 2), b"\x07\x1ba", "ìá", Reading.GUESSED),
        (NationalTables(1, 99), b"\x07\x1be", "ı€", Reading.GUESSED),
        (NationalTables(77, 99), b"\x07\x1be", "ì€", Reading.GUESSED),
    ],
    ids=repr,
)
def test_unknown_national_table_reads_as_the_default_one(tables, payload, text, reading):
    decoded = read_text(payload, 0, tables)
    assert (decoded.text, decoded.reading) == (text, reading)


@pytest.mark.parametrize("coding", [2, 4, 0xF4])
def test_binary_payload_has_no_text(coding):
    with pytest.raises(BinaryPayloadError):
        decode(b"abc", coding)


@given(st.binary(max_size=160), st.integers(0, 255), st.builds(NationalTables, st.integers(0, 20), st.integers(0, 20)))
def test_hostile_payload_always_reads_as_storable_text(payload, coding, tables):
    text = read_text(payload, coding, tables).text
    assert "\0" not in text
    text.encode()
    try:
        assert decode(payload, coding, tables) == text
    except BinaryPayloadError:
        assert text == ""
