import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.smstools.codes import DialectError
from comity.smstools.requests import WireMessage, read_date, read_flag, read_json, read_messages, read_text

BRUSSELS = "Europe/Brussels"
PLAIN = {"message": "Hello", "to": "32470000000", "sender": "Bank"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
FIELDS = ("message", "to", "sender", "date", "reference", "test", "subid", "type", "category")


def code_of(call, *arguments):
    with pytest.raises(DialectError) as caught:
        call(*arguments)
    return caught.value.code.number


@contextlib.contextmanager
def refusals_are(number):
    """What is done inside may be refused, but with this code alone."""
    codes = [number]
    with contextlib.suppress(DialectError):
        try:
            yield
        except DialectError as error:
            codes.append(error.code.number)
            raise
    assert set(codes) == {number}


def one(query=None, **changes):
    return read_messages({**PLAIN, **changes}, query or {}, 10)[0]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"nope",
        b"{'message': 1}",
        b'{"a": 1,}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 1e400}',
        b'{"a": -1e400}',
        b'{"a": "\\ud800"}',
        b'{"a": "\\udc00\\ud800"}',
        b'{"a": "\xff"}',
        b"\xff\xfe{\x00}\x00",
        b"[" * 100_000,
        b"[" * 49_000 + b"]" * 49_000,
        b'{"a":' * 49_000 + b"1" + b"}" * 49_000,
        b'{"a": 1} {"b": 2}',
        b'{"a": "\x00"}',
        b'\xef\xbb\xbf{"a": 1}',
    ],
)
def test_what_is_not_json_is_refused(body):
    assert code_of(read_json, body) == 139


@pytest.mark.parametrize(("body", "value"), [(b"", {}), (b" \r\n", {}), (b"null", None), (b'{"a": 1}', {"a": 1})])
def test_json_is_read(body, value):
    assert read_json(body) == value


def test_of_equal_names_the_last_counts():
    assert read_json(b'{"to": "1", "to": "2"}') == {"to": "2"}


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(body):
    with refusals_are(139):
        read_json(body)


@pytest.mark.parametrize("value", [[], {}, [{}]])
def test_an_empty_request_is_named_so(value):
    assert code_of(read_messages, value, {}, 10) == 114


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"message": 7}, 139),
        ({"message": ["a"]}, 139),
        ({"message": {"a": 1}}, 139),
        ({"message": True}, 139),
        ({"to": True}, 106),
        ({"to": 3.5}, 106),
        ({"to": {"a": 1}}, 106),
        ({"to": [["32470000000"]]}, 106),
        ({"to": [True]}, 106),
        ({"to": "112\0"}, 106),
        ({"to": []}, 106),
        ({"to": ["1"] * 11}, 139),
        ({"sender": ["Bank"]}, 139),
        ({"sender": 1.5}, 139),
        ({"sender": True}, 139),
        ({"date": {}}, 139),
        ({"reference": []}, 139),
        ({"subid": {}}, 139),
        ({"test": "maybe"}, 139),
        ({"test": 2}, 139),
        ({"test": 1.0}, 139),
        ({"test": []}, 139),
        ({"type": "group"}, 125),
        ({"type": "fax"}, 139),
        ({"type": []}, 139),
        ({"category": "spam"}, 139),
        ({"category": ["otp"]}, 139),
        ({"reference": "a\0b"}, 139),
        ({"date": "\0"}, 139),
    ],
)
def test_a_field_of_the_wrong_type_is_refused_with_its_code(changes, code):
    assert code_of(lambda: one(**changes)) == code


@pytest.mark.parametrize("value", [None, 3, "text", True, [None], [[PLAIN]], [PLAIN, 3], [PLAIN] * 11])
def test_what_is_no_message_is_refused(value):
    assert code_of(read_messages, value, {}, 10) == 139


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"to": 32470000000}, "to", ("32470000000",)),
        ({"to": [32470000000, "+32 470"]}, "to", ("32470000000", "+32 470")),
        ({"to": None}, "to", ("",)),
        ({"sender": 32470000000}, "sender", "32470000000"),
        ({"sender": None}, "sender", ""),
        ({"date": ""}, "date", ""),
        ({"reference": ""}, "reference", ""),
        ({"reference": 4711}, "reference", "4711"),
        ({"test": "1"}, "test", True),
        ({"test": 1}, "test", True),
        ({"test": "true"}, "test", True),
        ({"test": ""}, "test", False),
        ({"test": 0}, "test", False),
        ({"test": None}, "test", False),
        ({"category": ""}, "category", None),
        ({"category": "otp"}, "category", "otp"),
        ({"type": "sms"}, "text", "Hello"),
        ({"unknown": [1]}, "text", "Hello"),
        ({"message": None}, "text", ""),
    ],
)
def test_fields_are_read_as_old_clients_write_them(changes, field, value):
    assert getattr(one(**changes), field) == value


def test_test_may_stand_in_the_query():
    assert one({"test": "1"}).test
    assert not one({"test": "1"}, test=False).test


def test_a_list_of_messages_is_read_in_order():
    read = read_messages([{**PLAIN, "to": ["1", "2"]}, {**PLAIN, "to": "3"}], {}, 10)
    assert [message.to for message in read] == [("1", "2"), ("3",)]


@given(JSON)
def test_any_json_is_read_or_refused(value):
    try:
        read = read_messages(value, {}, 10)
    except DialectError:
        return
    assert all(isinstance(message, WireMessage) for message in read)


@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_any_message_is_read_or_refused(value):
    try:
        read = read_messages(value, {}, 10)
    except DialectError:
        return
    assert all(isinstance(to, str) for message in read for to in message.to)


@pytest.mark.parametrize(
    ("written", "zone", "instant"),
    [
        pytest.param("2026-03-04 12:30", BRUSSELS, datetime(2026, 3, 4, 11, 30, tzinfo=UTC), id="winter"),
        pytest.param("2026-07-04 12:30", BRUSSELS, datetime(2026, 7, 4, 10, 30, tzinfo=UTC), id="summer"),
        pytest.param("2026-03-04 12:30:15", "UTC", datetime(2026, 3, 4, 12, 30, 15, tzinfo=UTC), id="with seconds"),
        pytest.param("2026-03-04T12:30", "UTC", datetime(2026, 3, 4, 12, 30, tzinfo=UTC), id="with a T"),
        pytest.param(" 2026-03-04 12:30 ", "UTC", datetime(2026, 3, 4, 12, 30, tzinfo=UTC), id="with spaces around"),
        pytest.param(
            "2026-03-29 02:30", BRUSSELS, datetime(2026, 3, 29, 1, 30, tzinfo=UTC), id="a time that is skipped"
        ),
        pytest.param("2026-10-25 02:30", BRUSSELS, datetime(2026, 10, 25, 0, 30, tzinfo=UTC), id="the first of two"),
        pytest.param("", BRUSSELS, None, id="left out"),
        pytest.param("  ", BRUSSELS, None, id="blank"),
    ],
)
def test_a_date_is_read_in_the_accounts_zone(written, zone, instant):
    assert read_date(written, zone) == instant


@pytest.mark.parametrize(
    "written",
    [
        "tomorrow",
        "2026-02-30 12:00",
        "2026-03-04",
        "2026-03-04 24:00",
        "04/03/2026 12:00",
        "2026-03-04 12:00+01:00",
        "0001-01-01 00:00",
        "99999-01-01 00:00",
        "2026-03-04 12:00 \0",
        "9" * 10_000,
    ],
)
def test_what_is_no_date_is_refused(written):
    assert code_of(read_date, written, "Asia/Tokyo") == 121


@given(st.text(max_size=20))
def test_any_date_is_read_or_refused(written):
    with refusals_are(121):
        read = read_date(written, BRUSSELS)
        assert read is None or read.tzinfo is UTC


@given(JSON)
def test_any_flag_is_read_or_refused(found):
    with refusals_are(139):
        assert read_flag(found, "test") in {True, False}


def test_a_field_that_is_left_out_is_empty():
    assert read_text({}, "x") == read_text({"x": None}, "x") == ""
