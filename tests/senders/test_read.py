import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.senders.read import MAX_DIGITS, MAX_NAME, BadSender, Sender, SenderKind, name_as_written, read_sender


@pytest.mark.parametrize(
    ("written", "shown", "kind"),
    [
        ("+32470000000", "32470000000", SenderKind.NUMBER),
        ("0032470000000", "32470000000", SenderKind.NUMBER),
        ("32470000000", "32470000000", SenderKind.NUMBER),
        ("+32 470 00 00 00", "32470000000", SenderKind.NUMBER),
        ("00 32 470 00 00 00", "32470000000", SenderKind.NUMBER),
        ("12345678901234", "12345678901234", SenderKind.NUMBER),
        ("8850", "8850", SenderKind.SHORT_CODE),
        ("12345678", "12345678", SenderKind.SHORT_CODE),
        ("123456789", "123456789", SenderKind.NUMBER),
        ("+8850123", "8850123", SenderKind.NUMBER),
        ("Bank", "Bank", SenderKind.NAME),
        ("  Bank  ", "Bank", SenderKind.NAME),
        ("A", "A", SenderKind.NAME),
        ("ElevenChars", "ElevenChars", SenderKind.NAME),
        ("3Suisses", "3Suisses", SenderKind.NAME),
        ("My Shop", "My Shop", SenderKind.NAME),
        ("H&M", "H&M", SenderKind.NAME),
        ("Post-NL", "Post-NL", SenderKind.NAME),
        ("my_shop.eu", "my_shop.eu", SenderKind.NAME),
    ],
)
def test_a_sender_is_read_as_customers_write_it(written, shown, kind):
    assert read_sender(written) == Sender(shown, shown.casefold(), kind)


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("", BadSender.MISSING),
        ("   ", BadSender.MISSING),
        ("0470000000", BadSender.NEEDS_PLUS),
        ("0 470 00", BadSender.NEEDS_PLUS),
        ("123456789012345", BadSender.INVALID),
        ("+123456789012345", BadSender.INVALID),
        ("+0470000000", BadSender.INVALID),
        ("000", BadSender.INVALID),
        ("0000470", BadSender.INVALID),
        ("+00", BadSender.INVALID),
        ("+", BadSender.INVALID),
        ("00", BadSender.INVALID),
        ("7", BadSender.INVALID),
        ("TwelveChars1", BadSender.INVALID),
        ("Bank!", BadSender.INVALID),
        ("Bänk", BadSender.INVALID),
        ("\u0412ank", BadSender.INVALID),
        ("B\u200bank", BadSender.INVALID),
        ("Bank\n1", BadSender.INVALID),
        ("Bank\0", BadSender.INVALID),
        ("-Bank", BadSender.INVALID),
        ("...", BadSender.INVALID),
        ("32470/000", BadSender.INVALID),
        ("٣٢٤٧٠", BadSender.INVALID),
        ("9" * 100_000, BadSender.INVALID),
        ("\ud800", BadSender.INVALID),
    ],
)
def test_what_cannot_be_a_sender_is_refused(written, what):
    assert read_sender(written) is what


@given(st.text(max_size=20))
def test_a_sender_that_is_read_fits_the_interface(written):
    read = read_sender(written)
    if isinstance(read, Sender):
        digits = read.kind is not SenderKind.NAME
        assert read.shown.isascii()
        assert len(read.shown) <= (MAX_DIGITS if digits else MAX_NAME)
        assert read.shown.isdecimal() is digits
        assert not (digits and read.shown.startswith("0"))


@given(st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,10}", fullmatch=True))
def test_names_compare_without_case(written):
    assert read_sender(written.upper()).key == read_sender(written.lower()).key


@given(st.integers(10**8, 10**14 - 1).map(str))
def test_a_number_is_the_same_sender_however_it_is_written(digits):
    read = read_sender(digits)
    assert read == read_sender(f"+{digits}") == read_sender(f"00{digits}")


@pytest.mark.parametrize(
    ("written", "shown"),
    [("P\u0430ypal", "P\u0430ypal"), (" Acme Customer Service ", "Acme Customer Service"), ("0470", None)],
)
def test_a_name_that_no_network_carries_can_still_be_looked_at(written, shown):
    looked_at = name_as_written(written)
    assert (looked_at and looked_at.shown) == shown
