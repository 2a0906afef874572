"""Plans and parts: known cases at every boundary, and the laws that hold for all texts."""
# ruff: noqa: RUF001, RUF003  letters that look alike are the point here

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.sms.alphabet import DEFAULT_CHARACTERS, EXTENSION, LANGUAGES, alphabet
from comity.sms.header import read_udh
from comity.sms.receive import Reading, read_text
from comity.sms.segment import (
    Encoding,
    NationalTables,
    Plan,
    TooManyPartsError,
    UnencodableText,
    UnknownTableError,
    plan,
    room,
    split,
)

TURKISH = NationalTables(locking=1, single_shift=1)
ALL_TABLES = tuple(NationalTables(0 if language == 2 else language, language) for language in LANGUAGES)

gsm_text = st.text(alphabet=DEFAULT_CHARACTERS.replace("\x1b", "") + "".join(EXTENSION) * 3, max_size=700)
wide_text = st.text(alphabet="aй中é€😀👩\u200d\u0301🇳🇱🏽", max_size=300)
any_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=300)
turkish_text = st.text(alphabet="aeıığşçİĞŞ€[] ", max_size=400)
hindi_text = st.text(alphabet="कखगािी्A1{} ", max_size=400)
texts = st.one_of(gsm_text, wide_text, any_text, turkish_text, hindi_text)


@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts"),
    [
        pytest.param("", Encoding.GSM7, 0, 1, id="empty"),
        pytest.param("a" * 160, Encoding.GSM7, 160, 1, id="one full part"),
        pytest.param("a" * 161, Encoding.GSM7, 161, 2, id="one septet more"),
        pytest.param("a" * 306, Encoding.GSM7, 306, 2, id="two full parts"),
        pytest.param("a" * 307, Encoding.GSM7, 307, 3, id="two full parts and one"),
        pytest.param("a" * 158 + "€", Encoding.GSM7, 160, 1, id="euro fills the part"),
        pytest.param("a" * 159 + "€", Encoding.GSM7, 161, 2, id="euro breaks the part"),
        pytest.param("a" * 152 + "€" + "a" * 152, Encoding.GSM7, 306, 3, id="euro across the cut costs a part"),
        pytest.param("a" * 151 + "€" + "a" * 153, Encoding.GSM7, 306, 2, id="euro before the cut"),
        pytest.param("€" * 80, Encoding.GSM7, 160, 1, id="80 euros"),
        pytest.param("€" * 152, Encoding.GSM7, 304, 2, id="76 euros a part"),
        pytest.param("€" * 153, Encoding.GSM7, 306, 3, id="153 is odd: no half euro"),
        pytest.param("ΔΦΓΛΩΠΨΣΘΞ@£$¥èéùìòÇØøÅåÆæßÉ¤¡ÄÖÑÜ§¿äöñüà", Encoding.GSM7, 41, 1, id="every odd letter"),
        pytest.param("ş" * 70, Encoding.UCS2, 70, 1, id="one full part of UCS-2"),
        pytest.param("ş" * 71, Encoding.UCS2, 71, 2, id="one unit more"),
        pytest.param("ş" * 134, Encoding.UCS2, 134, 2, id="two full parts of UCS-2"),
        pytest.param("ş" * 135, Encoding.UCS2, 135, 3, id="two full parts of UCS-2 and one"),
        pytest.param("😀" * 35, Encoding.UCS2, 70, 1, id="35 emoji"),
        pytest.param("😀" * 66, Encoding.UCS2, 132, 2, id="33 emoji a part"),
        pytest.param("😀" * 67, Encoding.UCS2, 134, 3, id="67 is odd: no half emoji"),
        pytest.param("ş" * 66 + "😀" + "ş" * 66, Encoding.UCS2, 134, 3, id="emoji across the cut costs a part"),
    ],
)
def test_text_takes_the_parts_it_should(text, encoding, units, parts):
    planned = plan(text)
    assert (planned.encoding, planned.units, planned.parts) == (encoding, units, parts)
    assert len(split(planned, reference=1)) == parts


@pytest.mark.parametrize(
    ("tables", "most_single", "most_part"),
    [
        pytest.param(NationalTables(0, 1), 155, 149, id="single shift"),
        pytest.param(NationalTables(1, 0), 155, 149, id="locking shift"),
        pytest.param(NationalTables(1, 1), 152, 146, id="both"),
    ],
)
def test_national_header_takes_its_room(tables, most_single, most_part):
    # ı is one septet in the locking table, two in the single shift table; g fills up.
    head = "ı"
    cost = alphabet(tables).units(head)
    full = head + "g" * (most_single - cost)
    assert plan(full, tables=(tables,)).parts == 1
    assert plan(full + "g", tables=(tables,)).parts == 2
    two = head + "g" * (2 * most_part - cost)
    assert plan(two, tables=(tables,)).parts == 2
    assert plan(two + "g", tables=(tables,)).parts == 3


def test_turkish_stays_on_seven_bits_only_where_allowed():
    text = "Sayın müşterimiz, siparişiniz yarın saat 10:00 - 12:00 arasında teslim edilecektir. Teşekkürler."
    assert plan(text).encoding is Encoding.UCS2
    planned = plan(text, tables=(TURKISH, NationalTables(0, 1)))
    assert (planned.encoding, planned.tables, planned.parts) == (Encoding.GSM7, TURKISH, 1)
    (part,) = split(planned, reference=0)
    assert part.udh == bytes.fromhex("06 2401 01 2501 01".replace(" ", ""))
    assert (part.data_coding, part.text) == (0, text)


def test_the_cheaper_of_two_tables_is_taken():
    text = "ş" * 100
    assert plan(text, tables=(NationalTables(0, 1), NationalTables(1, 0))).tables == NationalTables(1, 0)
    assert plan("Aş", tables=(NationalTables(1, 0), NationalTables(0, 1))).tables == NationalTables(1, 0)


def test_national_tables_stay_unused_where_the_default_alphabet_does():
    assert plan("g" * 200, tables=(TURKISH,)).tables == NationalTables()


def test_unknown_national_table_is_refused():
    with pytest.raises(UnknownTableError):
        plan("ş", tables=(NationalTables(2, 0),))


def test_concatenation_header_counts_parts_with_eight_bit_references():
    first, second = split(plan("a" * 200), reference=0xC3)
    assert (first.udh, second.udh) == (b"\x05\x00\x03\xc3\x02\x01", b"\x05\x00\x03\xc3\x02\x02")


def test_concatenation_header_counts_parts_with_sixteen_bit_references():
    planned = plan("a" * 305, wide_reference=True)
    parts = split(planned, reference=0xC3A5)
    assert [part.udh for part in parts] == [b"\x06\x08\x04\xc3\xa5\x03" + bytes([number]) for number in (1, 2, 3)]
    assert [len(part.payload) for part in parts] == [152, 152, 1]
    assert planned.parts == 3
    assert plan("a" * 305).parts == 2


@pytest.mark.parametrize(("reference", "wide"), [(-1, False), (256, False), (-1, True), (65536, True)])
def test_reference_out_of_range_is_refused(reference, wide):
    with pytest.raises(ValueError, match="reference"):
        split(plan("a" * 200), reference=reference, wide_reference=wide)


@pytest.mark.parametrize(
    ("text", "position"),
    [("secret\0", 6), ("\0", 0), ("ş\0", 1), ("secret\ud800", 6), ("a\udc00b", 1), ("😀\ud83d", 1)],
    ids=ascii,
)
@pytest.mark.parametrize("transliterate", [False, True])
def test_text_that_nothing_encodes_is_refused_without_repeating_it(text, position, transliterate):
    with pytest.raises(UnencodableText) as raised:
        plan(text, transliterate=transliterate, tables=ALL_TABLES)
    assert raised.value.position == position
    assert "secret" not in str(raised.value)
    assert raised.value.__context__ is None


def test_255_parts_go_and_256_do_not():
    assert len(split(plan("a" * 153 * 255), reference=0)) == 255
    planned = plan("a" * (153 * 255 + 1))
    assert planned.parts == 256
    with pytest.raises(TooManyPartsError):
        split(planned, reference=0)


def test_forged_plan_is_refused():
    with pytest.raises(UnencodableText):
        split(Plan("`", Encoding.GSM7, NationalTables(), 1, 1), reference=0)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        pytest.param("ж" * 65 + "👩\u200d👩\u200d👧" + "ж" * 9, "ж" * 65, id="family"),
        pytest.param("ж" * 66 + "и\u0306" + "ж" * 9, "ж" * 66, id="combining mark"),
        pytest.param("ж" * 65 + "🇳🇱" + "ж" * 9, "ж" * 65, id="flag"),
        pytest.param("ж" * 61 + "🇳🇱🇳🇱" + "ж" * 9, "ж" * 61 + "🇳🇱", id="second of two flags"),
        pytest.param("ж" * 65 + "👍🏽" + "ж" * 9, "ж" * 65, id="skin tone"),
        pytest.param("ж" * 66 + "❤\ufe0f" + "ж" * 9, "ж" * 66, id="variation selector"),
    ],
)
def test_what_reads_as_one_character_stays_in_one_part_when_that_is_free(text, first):
    assert split(plan(text), reference=0)[0].text == first


def test_cluster_is_cut_where_keeping_it_would_cost_a_part():
    text = "ж" * 66 + "и\u0306" + "ж" * 66
    assert plan(text).parts == 2
    assert [len(part.text) for part in split(plan(text), reference=0)] == [67, 67]


def test_cluster_longer_than_a_part_is_cut():
    text = "a" + "\u0301" * 200
    assert "".join(part.text for part in split(plan(text), reference=0)) == text


@given(texts, st.booleans(), st.sampled_from([(), (TURKISH,), ALL_TABLES]), st.booleans())
def test_parts_are_as_planned_and_join_to_the_text(text, wide, tables, transliterate):
    planned = plan(text, tables=tables, wide_reference=wide, transliterate=transliterate)
    parts = split(planned, reference=77)
    assert len(parts) == planned.parts
    assert "".join(part.text for part in parts) == planned.text
    if not transliterate:
        assert planned.text == text


@given(texts, st.booleans(), st.sampled_from([(), ALL_TABLES]))
def test_each_part_fits_and_decodes_alone(text, wide, tables):
    planned = plan(text, tables=tables, wide_reference=wide)
    sizes = 0
    for number, part in enumerate(parts := split(planned, reference=77), start=1):
        udh = read_udh(part.udh) if part.udh else None
        units = len(part.payload) // (2 if part.data_coding else 1)
        sizes += units
        assert units <= room(planned.encoding, len(part.udh))
        decoded = read_text(part.payload, part.data_coding, planned.tables)
        assert decoded.text == part.text.removeprefix("\ufeff") or decoded.reading is Reading.GUESSED
        assert (udh.tables if udh else NationalTables()) == planned.tables
        if len(parts) > 1:
            assert (udh.concatenation.reference, udh.concatenation.wide) == (77, wide)
            assert (udh.concatenation.sequence, udh.concatenation.total) == (number, len(parts))
    assert sizes == planned.units


@given(texts)
def test_national_tables_never_cost_parts(text):
    assert plan(text, tables=ALL_TABLES).parts <= plan(text).parts


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_every_proper_text_is_planned_and_split(text):
    planned = plan(text, transliterate=True, tables=ALL_TABLES)
    assert planned.parts == len(split(planned, reference=0))


@given(st.text(), st.sampled_from("\0\ud800\udbff\udc00\udfff"))
def test_every_improper_text_is_refused(text, bad):
    with pytest.raises(UnencodableText) as raised:
        plan(f"{text}{bad}", transliterate=True, tables=ALL_TABLES)
    assert f"{text}{bad}"[raised.value.position] in {"\0"} | {chr(point) for point in range(0xD800, 0xE000)}
