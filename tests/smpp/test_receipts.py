"""Receipts as carriers send them, one row each; and what is no receipt."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.smpp import tlv
from comity.smpp.codec import decode, encode
from comity.smpp.pdu import DataSm, DeliverSm, SubmitSm
from comity.smpp.receipts import (
    STATE_TEXTS,
    STATE_WORDS,
    MessageState,
    Outcome,
    candidates,
    read_receipt,
    read_state,
    write_receipt,
)

S = MessageState
DONE = datetime(2025, 11, 22, 15, 31, tzinfo=UTC)
STANDARD = "id:a1b2 sub:001 dlvrd:001 submit date:2511221530 done date:2511221531 stat:DELIVRD err:000 text:hello"

TEXTS = {
    "as appendix B has it": (STANDARD, "a1b2", S.DELIVERED, "000", DONE),
    "in capitals": (STANDARD.upper(), "A1B2", S.DELIVERED, "000", DONE),
    "with seconds": (STANDARD.replace("2511221531", "251122153100"), "a1b2", S.DELIVERED, "000", DONE),
    "with the century": (STANDARD.replace("2511221531", "20251122153100"), "a1b2", S.DELIVERED, "000", DONE),
    "with the century, no seconds": (STANDARD.replace("2511221531", "202511221531"), "a1b2", S.DELIVERED, "000", DONE),
    "in another order": (
        "stat:UNDELIV err:1A done date:2511221531 submit date:2511221530 id:7 text:", "7", S.UNDELIVERABLE, "1A", DONE,
    ),
    "with underscores": ("id:7 submit_date:2511221530 done_date:2511221531 stat:EXPIRED", "7", S.EXPIRED, "", DONE),
    "with joined words": ("id:7 donedate:2511221531 stat:DELIVRD", "7", S.DELIVERED, "", DONE),
    "with blanks": ("id: 7 done date: 2511221531 stat: DELIVRD err: 5 text: x", "7", S.DELIVERED, "5", DONE),
    "with long names": ("id:7 done date:2511221531 status:DELIVERED error:0x1F", "7", S.DELIVERED, "0x1F", DONE),
    "cut in the text": (STANDARD[:-3], "a1b2", S.DELIVERED, "000", DONE),
    "cut in the error": (STANDARD[:STANDARD.index("err") + 5], "a1b2", S.DELIVERED, "0", DONE),
    "cut in the state": (STANDARD[:STANDARD.index("stat") + 10], "a1b2", S.DELIVERED, "", DONE),
    "cut in the date": (STANDARD[:STANDARD.index("done") + 14], "a1b2", S.UNKNOWN, "", None),
    "cut after the id": ("id:a1b2", "a1b2", S.UNKNOWN, "", None),
    "without an error": (STANDARD.replace("000 text", " text"), "a1b2", S.DELIVERED, "", DONE),
    "with a date that does not exist": (STANDARD.replace("2511221531", "2513451531"), "a1b2", S.DELIVERED, "000", None),
    "with a date of zeros": (STANDARD.replace("2511221531", "0000000000"), "a1b2", S.DELIVERED, "000", None),
    "with a date of letters": (STANDARD.replace("2511221531", "YYMMDDhhmm"), "a1b2", S.DELIVERED, "000", None),
    "with a state nobody knows": (STANDARD.replace("DELIVRD", "BLURRED"), "a1b2", S.UNKNOWN, "000", DONE),
    "with a UUID": (STANDARD.replace("a1b2", "3f2a-11:x"), "3f2a-11:x", S.DELIVERED, "000", DONE),
    "with a state inside its text": (STANDARD + " id:9 stat:UNDELIV err:9", "a1b2", S.DELIVERED, "000", DONE),
    "empty": ("", "", S.UNKNOWN, "", None),
    "nonsense": ("nothing of the sort", "", S.UNKNOWN, "", None),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message_id", "state", "error", "done_at"), TEXTS.values(), ids=TEXTS)
def test_the_text_of_a_receipt_is_read(text, message_id, state, error, done_at):
    receipt = read_receipt(DeliverSm(esm_class=0x04, short_message=text.encode()))
    assert (receipt.message_id, receipt.state, receipt.error, receipt.done_at) == (message_id, state, error, done_at)
    assert not receipt.contradictory
    assert not receipt.intermediate


@pytest.mark.parametrize(("word", "state"), STATE_TEXTS.items())
def test_every_word_for_a_state_is_known_in_any_case(word, state):
    assert read_state(word) is read_state(word.lower()) is state


@pytest.mark.parametrize(
    ("word", "state"),
    [("DELIV", S.DELIVERED), ("UNDE", S.UNDELIVERABLE), ("REJE", S.REJECTED), ("ACCE", S.ACCEPTED), ("ENRO", S.ENROUTE),
     ("DEL", None), ("", None), ("DELE", S.DELETED), ("XXXX", None), ("EXPI", S.EXPIRED), ("SCHE", S.SCHEDULED)],
)  # fmt: skip
def test_a_word_cut_short_is_known_while_it_means_one_thing(word, state):
    assert read_state(word) is state


def test_every_state_has_a_word_that_means_it():
    assert {state: STATE_TEXTS[word] for state, word in STATE_WORDS.items()} == {state: state for state in S}
    assert STATE_WORDS[S.DELIVERED] == "DELIVRD"


ID_TLV = (tlv.RECEIPTED_MESSAGE_ID, b"F00\0")


@pytest.mark.parametrize(
    ("tlvs", "text", "expected"),
    [
        ((ID_TLV, (tlv.MESSAGE_STATE, b"\2")), "", ("F00", "", S.DELIVERED, False)),
        ((ID_TLV, (tlv.MESSAGE_STATE, b"\2")), STANDARD, ("F00", "a1b2", S.DELIVERED, False)),
        ((ID_TLV, (tlv.MESSAGE_STATE, b"\5")), STANDARD, ("F00", "a1b2", S.UNDELIVERABLE, True)),
        ((ID_TLV, (tlv.MESSAGE_STATE, b"\x63")), STANDARD, ("F00", "a1b2", S.UNKNOWN, True)),
        ((ID_TLV, (tlv.MESSAGE_STATE, b"\0")), "", ("F00", "", S.SCHEDULED, False)),
        ((ID_TLV,), STANDARD, ("F00", "a1b2", S.DELIVERED, False)),
        (((tlv.RECEIPTED_MESSAGE_ID, b"F00"),), "", ("F00", "", S.UNKNOWN, False)),
        (((tlv.MESSAGE_STATE, b""), ID_TLV), STANDARD, ("F00", "a1b2", S.DELIVERED, False)),
        (((tlv.MESSAGE_STATE, b"\0\2"), ID_TLV), "", ("F00", "", S.DELIVERED, False)),
        (((tlv.MESSAGE_PAYLOAD, STANDARD.encode()),), "", ("a1b2", "a1b2", S.DELIVERED, False)),
    ],
)
@pytest.mark.parametrize("esm_class", [0x04, 0x00])
def test_the_tlvs_win_over_the_text(tlvs, text, expected, esm_class):
    receipt = read_receipt(DeliverSm(esm_class=esm_class, short_message=text.encode(), tlvs=tlvs))
    assert (receipt.message_id, receipt.text_id, receipt.state, receipt.contradictory) == expected


def test_a_network_error_code_stands_in_for_a_missing_error():
    code = (tlv.NETWORK_ERROR_CODE, b"\x03\x00\x22")
    assert read_receipt(DeliverSm(esm_class=4, tlvs=(code,))).error == "034"
    assert read_receipt(DeliverSm(esm_class=4, short_message=STANDARD.encode(), tlvs=(code,))).error == "000"
    assert read_receipt(DeliverSm(esm_class=4, tlvs=((tlv.NETWORK_ERROR_CODE, b"\x03"),))).error == ""


def test_a_receipt_may_come_as_data_sm_in_ucs2_or_behind_a_header():
    payload = (tlv.MESSAGE_PAYLOAD, STANDARD.encode())
    assert read_receipt(DataSm(esm_class=4, tlvs=(payload,))).message_id == "a1b2"
    wide = DeliverSm(esm_class=4, data_coding=8, short_message=STANDARD.encode("utf-16-be"))
    assert read_receipt(wide).state is S.DELIVERED
    headed = DeliverSm(esm_class=0x44, short_message=b"\x05\x00\x03\x07\x01\x01" + STANDARD.encode())
    assert read_receipt(headed).message_id == "a1b2"


def test_dates_are_read_in_the_zone_that_the_carrier_keeps():
    zone = timezone(timedelta(hours=2))
    assert read_receipt(DeliverSm(esm_class=4, short_message=STANDARD.encode()), zone).done_at == DONE - timedelta(
        hours=2
    )


def test_a_notification_under_way_is_told_from_the_end():
    assert read_receipt(DeliverSm(esm_class=0x20, short_message=STANDARD.encode())).intermediate


def test_a_text_alone_is_a_receipt_when_it_is_a_whole_one():
    assert read_receipt(DeliverSm(short_message=STANDARD.encode())).message_id == "a1b2"


@pytest.mark.parametrize(
    "deliver",
    [
        DeliverSm(short_message=b"STOP"),
        DeliverSm(short_message=b""),
        DeliverSm(short_message=b"My id: 12345, stat: unclear"),
        DeliverSm(short_message=b"id:12345 stat:DELIVRD"),
        DeliverSm(short_message=b"stat:DELIVRD done date:2511221531"),
        DeliverSm(short_message=b"id:1 done date:2511221531 stat:great"),
        DeliverSm(short_message=b"id:1", tlvs=((tlv.MESSAGE_STATE, b"\2"),)),
        DeliverSm(esm_class=0x08, short_message=STANDARD.encode()),
        DeliverSm(esm_class=0x10, short_message=STANDARD.encode()),
        DeliverSm(esm_class=0x08, tlvs=(ID_TLV,)),
        DeliverSm(esm_class=0x40, short_message=b"\x05\x00\x03"),
        DeliverSm(esm_class=0x40, short_message=b"\xff"),
        DataSm(),
    ],
    ids=range(13),
)
def test_what_people_send_is_no_receipt(deliver):
    assert read_receipt(deliver) is None


@given(st.binary(max_size=254), st.integers(0, 255), st.sampled_from([0, 4, 8, 246]))
def test_no_octets_make_the_reader_raise(octets, esm_class, data_coding):
    read_receipt(DeliverSm(short_message=octets, esm_class=esm_class, data_coding=data_coding))


@given(st.text(max_size=200), st.text("id:stat rDELV0123456789doneabm\n", max_size=200))
def test_no_text_makes_the_reader_raise(before, after):
    octets = (before + " " + STANDARD[:60] + after).encode("utf-16-be", "surrogatepass")
    read_receipt(DeliverSm(short_message=octets, esm_class=4, data_coding=8))


SUBMITTED = SubmitSm(
    source_addr="Comity", source_addr_ton=5, destination_addr="31612345678", dest_addr_ton=1, dest_addr_npi=1,
    short_message=b"a secret", tlvs=((tlv.USER_MESSAGE_REFERENCE, b"\0\7"),),
)  # fmt: skip


@pytest.mark.parametrize("state", S)
@given(message_id=st.text("0123456789abcdef-", min_size=1, max_size=64), error=st.integers(0, 999))
def test_what_is_written_is_read_back(state, message_id, error):
    outcome = Outcome(message_id=message_id, state=state, submitted_at=DONE, done_at=DONE, error=f"{error:03}")
    deliver = decode(encode(write_receipt(SUBMITTED, outcome), 1)).pdu
    receipt = read_receipt(deliver)
    assert (receipt.message_id, receipt.text_id, receipt.state) == (message_id, message_id, state)
    assert (receipt.done_at, receipt.submitted_at, int(receipt.error)) == (DONE, DONE, error)
    assert not receipt.contradictory
    assert read_receipt(DeliverSm(short_message=deliver.short_message)).state is state
    assert message_id.strip().lower().lstrip("0") in (*candidates(receipt.message_id), "")


def test_a_written_receipt_goes_back_to_the_sender_without_the_text():
    outcome = Outcome(message_id="x", state=S.UNDELIVERABLE, submitted_at=DONE, done_at=DONE, error="34")
    deliver = write_receipt(SUBMITTED, outcome)
    assert (deliver.source_addr, deliver.source_addr_ton) == ("31612345678", 1)
    assert (deliver.destination_addr, deliver.dest_addr_ton) == ("Comity", 5)
    assert deliver.short_message == (
        b"id:x sub:001 dlvrd:000 submit date:2511221531 done date:2511221531 stat:UNDELIV err:034 text:"
    )
    assert tlv.find(deliver.tlvs, tlv.USER_MESSAGE_REFERENCE) == b"\0\7"
    assert tlv.find(deliver.tlvs, tlv.NETWORK_ERROR_CODE) == b"\x03\0\x22"


@pytest.mark.parametrize("error", ["", "abc", "000", "99999999"])
def test_an_error_that_is_no_number_of_16_bits_has_no_tlv(error):
    outcome = Outcome(message_id="x", state=S.REJECTED, submitted_at=DONE, done_at=DONE, error=error)
    assert tlv.find(write_receipt(SUBMITTED, outcome).tlvs, tlv.NETWORK_ERROR_CODE) is None
