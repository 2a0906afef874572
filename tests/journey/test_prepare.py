from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.accounts.account import Account, Grant, Standing
from comity.content.promotion import judge_promotion
from comity.journey.prepare import MAX_PARTS, Prepared, Readings, prepare
from comity.messages.submission import Category, Draft, InputFault, Malformed
from comity.policy.document import Mode, RuleSetting
from comity.routing.routes import PriceTable, Route, RouteTable, WireText
from comity.sms.segment import NationalTables
from support.judging import NOON, a_policy, shipped

C = Category
OFFER = (
    "SALE! 50% off everything this weekend only. Shop now at https://shop.example and save big! Reply STOP to opt out"
)
READINGS = Readings(shipped(), PriceTable({"BE": 2_000_000}), RouteTable([Route("", 1), Route("32", 1)]))
ACCOUNT = Account(1, "bank", Standing.GOOD, "transactional", "UTC", {"bank": Grant("Bank")}, frozenset())
PLAIN = Draft(to="+32470000000", sender="Bank", text="Hello")


def read(account=ACCOUNT, readings=READINGS, **changes):
    return prepare(msgspec.structs.replace(PLAIN, **changes), account, readings, NOON)


def test_a_draft_becomes_a_message_with_its_price_and_route():
    one = read()
    assert isinstance(one, Prepared)
    assert (one.message.recipient, one.message.country) == ("32470000000", "BE")
    assert (one.plan.parts, one.micro_credits, one.route_prefix) == (1, 2_000_000, "32")
    assert one.due_at is None
    assert one.message.at == NOON


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"to": ""}, InputFault.RECIPIENT_MISSING),
        ({"to": "  "}, InputFault.RECIPIENT_MISSING),
        ({"to": "0470000000"}, InputFault.RECIPIENT_INVALID),
        ({"to": "12"}, InputFault.RECIPIENT_INVALID),
        ({"to": "+3247"}, InputFault.RECIPIENT_INVALID),
        ({"to": "nobody"}, InputFault.RECIPIENT_INVALID),
        ({"to": "+999123456789"}, InputFault.RECIPIENT_INVALID),
        ({"to": "9" * 100_000}, InputFault.RECIPIENT_INVALID),
        ({"to": "112\0"}, InputFault.TEXT_NOT_SENDABLE),
        ({"text": ""}, InputFault.TEXT_MISSING),
        ({"text": " \n\t"}, InputFault.TEXT_MISSING),
        ({"text": "a\0b"}, InputFault.TEXT_NOT_SENDABLE),
        ({"text": "\ud800"}, InputFault.TEXT_NOT_SENDABLE),
        ({"text": "a" * 613}, InputFault.TEXT_TOO_LONG),
        ({"text": "€" * 307}, InputFault.TEXT_TOO_LONG),
        ({"text": "щ" * 269}, InputFault.TEXT_TOO_LONG),
        ({"sender": ""}, InputFault.SENDER_MISSING),
        ({"sender": "0470"}, InputFault.SENDER_NEEDS_PLUS),
        ({"sender": "Bank!"}, InputFault.SENDER_INVALID),
        ({"sender": "TwelveChars1"}, InputFault.SENDER_INVALID),
        ({"sender": "1" * 15}, InputFault.SENDER_INVALID),
        ({"reference": "x" * 256}, InputFault.REFERENCE_TOO_LONG),
        ({"reference": "a\0b"}, InputFault.TEXT_NOT_SENDABLE),
        ({"reference": "\udfff"}, InputFault.TEXT_NOT_SENDABLE),
        ({"due_at": NOON - timedelta(minutes=3)}, InputFault.DATE_INVALID),
        ({"due_at": NOON - timedelta(days=3650)}, InputFault.DATE_INVALID),
    ],
)
def test_what_is_wrong_is_named(changes, fault):
    answer = read(**changes)
    assert isinstance(answer, Malformed)
    assert answer.fault is fault
    assert answer.what.endswith((".", ")")), answer.what


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 612, MAX_PARTS),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("щ" * 70, 1),
        ("щ" * 71, 2),
        ("щ" * 268, MAX_PARTS),
    ],
)
def test_up_to_four_parts_go(text, parts):
    one = read(text=text)
    assert isinstance(one, Prepared)
    assert (one.plan.parts, one.micro_credits) == (parts, parts * 2_000_000)


def test_an_emergency_number_passes_since_its_rule_has_the_better_answer():
    one = read(to="112")
    assert isinstance(one, Prepared)
    assert (one.message.to, one.message.recipient, one.message.country) == ("112", "112", None)


@pytest.mark.parametrize(
    ("ago", "due"),
    [
        pytest.param(timedelta(minutes=2), None, id="clocks differ a little"),
        pytest.param(timedelta(0), None, id="now"),
        pytest.param(timedelta(seconds=-1), NOON + timedelta(seconds=1), id="in a second"),
        pytest.param(timedelta(days=-3650), NOON + timedelta(days=3650), id="in ten years"),
    ],
)
def test_a_date_counts_when_it_lies_ahead(ago, due):
    one = read(due_at=NOON - ago)
    assert isinstance(one, Prepared)
    assert one.due_at == due
    assert one.message.at == (due or NOON)


@pytest.mark.parametrize(
    ("request_", "grant", "account", "declared"),
    [
        pytest.param(C.OTP, "alert", "promotional", C.OTP, id="the request says"),
        pytest.param(None, "alert", "promotional", C.ALERT, id="else the sender's grant"),
        pytest.param(None, None, "promotional", C.PROMOTIONAL, id="else the account"),
    ],
)
def test_who_says_what_a_message_is(request_, grant, account, declared):
    holder = msgspec.structs.replace(ACCOUNT, category=account, grants={"bank": Grant("Bank", grant)})
    one = read(holder, category=request_)
    assert (one.message.declared, one.message.category) == (declared, declared)


def test_the_grant_of_another_sender_says_nothing():
    holder = msgspec.structs.replace(ACCOUNT, grants={"shop": Grant("Shop", "promotional")})
    assert read(holder).message.declared is C.TRANSACTIONAL


@pytest.mark.parametrize("declared", [C.TRANSACTIONAL, C.OTP, C.ALERT])
def test_a_promotional_text_is_treated_as_promotional_whatever_was_declared(declared):
    assert judge_promotion(OFFER).score > 0.9
    one = read(text=OFFER, category=declared)
    assert (one.message.declared, one.message.category) == (declared, C.PROMOTIONAL)
    assert one.message.promotion > 0.9
    assert one.message.similarity is not None


@pytest.mark.parametrize("mode", [Mode.MONITOR, Mode.OFF])
def test_a_rule_that_does_not_act_changes_no_category(mode):
    readings = msgspec.structs.replace(READINGS, policy=a_policy(undeclared_promotion=RuleSetting(mode=mode)))
    one = read(readings=readings, text=OFFER)
    assert one.message.category is C.TRANSACTIONAL


def test_a_text_declared_promotional_is_treated_so_and_measured_all_the_same():
    message = read(category=C.PROMOTIONAL).message
    assert (message.category, 0.0 < message.promotion < 0.5) == (C.PROMOTIONAL, True)


@pytest.mark.parametrize(
    ("category", "window"),
    [
        (C.PROMOTIONAL, timedelta(days=90)),
        (C.TRANSACTIONAL, timedelta(minutes=10)),
        (C.OTP, timedelta(minutes=10)),
        (C.ALERT, None),
    ],
)
def test_earlier_texts_matter_as_long_as_the_policy_says(category, window):
    assert read(category=category).compared_over == window


def test_without_the_rule_nothing_is_compared():
    assert read(readings=msgspec.structs.replace(READINGS, policy=a_policy())).compared_over is None


def test_typographic_characters_are_replaced_for_who_asked_for_it():
    holder = msgspec.structs.replace(ACCOUNT, transliterate=True)
    curly = "It\u2019s here"
    assert read(holder, text=curly).plan.text == "It's here"
    assert read(text=curly).plan.text == curly


@given(
    st.text(st.characters(codec=None), max_size=30),
    st.text(st.characters(codec=None), max_size=15),
    st.text(st.characters(codec=None), max_size=20),
    st.text(st.characters(codec=None), max_size=10),
)
def test_whatever_is_written_is_read_or_named_and_never_raises(text, sender, to, reference):
    answer = read(text=text, sender=sender, to=to, reference=reference)
    assert isinstance(answer, (Prepared, Malformed))


@given(st.text(st.characters(codec=None), max_size=300), st.text(st.characters(codec=None), max_size=10))
def test_what_is_accepted_can_be_stored(text, reference):
    answer = read(text=text, reference=reference)
    if isinstance(answer, Prepared):
        for kept in (answer.plan.text, answer.draft.reference, answer.message.recipient):
            assert "\0" not in kept
            kept.encode()
        assert 1 <= answer.plan.parts <= MAX_PARTS


def test_parts_are_priced_as_the_routes_carrier_makes_them_up():
    """Turkish fits 160 septets with its tables; without them it is UCS-2 and three times dearer."""
    turkish = "Şubemizde randevunuz değişti, lütfen öğleden sonra geliniz. " * 2 + "Teşekkür ederiz, iyi günler."
    tables = (NationalTables(single_shift=1), NationalTables(locking=1), NationalTables(locking=1, single_shift=1))
    routes = RouteTable([Route("", 1), Route("32", 2)], {2: WireText(tables=tables)})
    readings = Readings(shipped(), PriceTable({}), routes)
    there = read(readings=readings, text=turkish)
    elsewhere = read(readings=readings, text=turkish, to="+31612345678")
    assert isinstance(there, Prepared)
    assert isinstance(elsewhere, Prepared)
    assert (there.plan.parts, there.micro_credits) == (1, 1_000_000)
    assert (elsewhere.plan.parts, elsewhere.micro_credits) == (3, 3_000_000)


def test_a_carrier_that_writes_wide_references_is_priced_by_the_room_they_leave():
    routes = RouteTable([Route("", 1)], {1: WireText(wide_reference=True)})
    readings = Readings(shipped(), PriceTable({}), routes)
    wide, usual = read(readings=readings, text="a" * 306), read(text="a" * 306)
    assert isinstance(wide, Prepared)
    assert isinstance(usual, Prepared)
    assert (wide.plan.parts, usual.plan.parts) == (3, 2)
