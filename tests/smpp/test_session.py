"""Both ends talking to each other: binds, messages, windows, unbinds."""

import pytest

from comity.smpp import commands as cmd
from comity.smpp import events as ev
from comity.smpp import status as st
from comity.smpp import tlv
from comity.smpp.codec import decode, encode, header_only
from comity.smpp.errors import EncodeError, SessionError
from comity.smpp.pdu import Bind, BindKind, BindResp, DataSm, DeliverSm, GenericNack, SubmitSm, SubmitSmResp
from comity.smpp.session import Session
from comity.smpp.settings import Settings
from comity.smpp.states import State

MESSAGE = SubmitSm(source_addr="Comity", destination_addr="31612345678", short_message=b"hello")
RECEIPT = DeliverSm(source_addr="31612345678", destination_addr="Comity", short_message=b"id:1 stat:DELIVRD")
PAYLOAD = (tlv.MESSAGE_PAYLOAD, b"hello")


def frames(octets):
    found = []
    while octets:
        size = int.from_bytes(octets[:4], "big")
        found.append(decode(octets[:size]))
        octets = octets[size:]
    return found


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (BindKind.TRANSMITTER, State.BOUND_TX),
        (BindKind.RECEIVER, State.BOUND_RX),
        (BindKind.TRANSCEIVER, State.BOUND_TRX),
    ],
)
def test_a_bind_that_is_accepted_binds_both_ends(pair, exchange, kind, state):
    esme, smsc = pair(None)
    esme.bind(kind, "customer", "secret", "type")
    (asked,) = exchange(esme, smsc)
    assert asked == ev.BindRequested(1, kind, "customer", "secret", "type")
    assert "secret" not in repr(asked)
    smsc.accept_bind(asked.sequence, "comity")
    assert exchange(smsc, esme) == [ev.Bound("comity")]
    assert esme.state is smsc.state is state


def test_a_bind_that_is_refused_tells_the_status_and_may_be_tried_again(pair, exchange):
    esme, smsc = pair(None)
    esme.bind(BindKind.TRANSMITTER, "customer", "wrong")
    (asked,) = exchange(esme, smsc)
    smsc.refuse_bind(asked.sequence, st.ESME_RINVPASWD)
    assert exchange(smsc, esme) == [ev.BindRefused(st.ESME_RINVPASWD)]
    assert esme.state is smsc.state is State.OPEN
    esme.bind(BindKind.TRANSMITTER, "customer", "right")
    (asked,) = exchange(esme, smsc)
    assert asked.password == "right"


def test_a_bind_that_is_nacked_is_refused(pair):
    esme, _ = pair(None)
    esme.bind(BindKind.TRANSMITTER, "customer", "secret")
    assert esme.receive_data(encode(GenericNack(), 1, st.ESME_RINVCMDID)) == [ev.BindRefused(st.ESME_RINVCMDID)]


def test_an_smsc_that_answers_with_another_kind_of_bind_still_binds_what_was_asked(pair):
    esme, _ = pair(None)
    esme.bind(BindKind.TRANSMITTER, "customer", "secret")
    assert esme.receive_data(encode(BindResp(BindKind.TRANSCEIVER, "odd"), 1)) == [ev.Bound("odd")]
    assert esme.state is State.BOUND_TX


def test_a_bind_resp_whose_name_cannot_be_read_still_binds(pair):
    esme, _ = pair(None)
    esme.bind(BindKind.TRANSCEIVER, "customer", "secret")
    body = b"x" * 40 + b"\0"
    answer = (
        (16 + len(body)).to_bytes(4, "big") + cmd.BIND_TRANSCEIVER_RESP.to_bytes(4, "big") + bytes(7) + b"\1" + body
    )
    assert esme.receive_data(answer) == [ev.Bound("")]
    assert esme.counters.bad == 1


@pytest.mark.parametrize(("version", "tlvs"), [(0x33, ()), (0x34, ((0x0210, b"\x34"),)), (0x50, ((0x0210, b"\x34"),))])
def test_only_an_esme_that_knows_tlvs_gets_one(pair, version, tlvs):
    _, smsc = pair(None)
    smsc.receive_data(encode(Bind(BindKind.RECEIVER, "customer", "x", interface_version=version), 1))
    smsc.accept_bind(1, "comity")
    (answer,) = frames(smsc.data_to_send())
    assert answer.pdu.tlvs == tlvs


def test_a_message_is_submitted_and_answered(pair, exchange):
    esme, smsc = pair()
    sequence = esme.submit(MESSAGE)
    assert exchange(esme, smsc) == [ev.SubmitRequested(sequence, MESSAGE)]
    assert smsc.data_to_send() == b""  # nothing is acknowledged before the owner says so
    assert (smsc.owed, esme.outstanding) == (1, (sequence,))
    smsc.answer_submit(sequence, message_id="a1")
    assert exchange(smsc, esme) == [ev.Submitted(sequence, 0, "a1")]
    assert (smsc.owed, esme.outstanding) == (0, ())


def test_an_answer_that_does_not_fit_leaves_the_request_to_be_answered(pair, exchange):
    esme, smsc = pair()
    sequence = esme.submit(MESSAGE)
    exchange(esme, smsc)
    with pytest.raises(EncodeError):
        smsc.answer_submit(sequence, message_id="x" * 65)
    smsc.answer_submit(sequence, message_id="x" * 64)
    assert exchange(smsc, esme) == [ev.Submitted(sequence, 0, "x" * 64)]


def test_answers_may_come_in_any_order_and_with_errors(pair, exchange):
    esme, smsc = pair()
    first, second = esme.submit(MESSAGE), esme.submit(MESSAGE)
    exchange(esme, smsc)
    smsc.answer_submit(second, message_id="b")
    smsc.answer_submit(first, st.ESME_RTHROTTLED)
    assert exchange(smsc, esme) == [ev.Submitted(second, 0, "b"), ev.Submitted(first, st.ESME_RTHROTTLED, "")]


def test_a_receipt_is_delivered_and_answered_when_it_is_safe(pair, exchange):
    esme, smsc = pair(BindKind.RECEIVER)
    sequence = smsc.deliver(RECEIPT)
    assert exchange(smsc, esme) == [ev.Delivered(sequence, RECEIPT)]
    assert esme.data_to_send() == b""
    esme.answer_deliver(sequence)
    assert exchange(esme, smsc) == [ev.DeliverAnswered(sequence, 0)]


def test_a_data_sm_from_the_carrier_is_delivered_and_answered_in_kind(pair):
    esme, _ = pair()
    message = DataSm(source_addr="316", tlvs=(PAYLOAD,))
    assert esme.receive_data(encode(message, 9)) == [ev.Delivered(9, message)]
    esme.answer_deliver(9)
    assert frames(esme.data_to_send())[0].command_id == cmd.DATA_SM_RESP


def test_a_data_sm_from_a_customer_is_a_submission_and_answered_in_kind(pair):
    _, smsc = pair()
    smsc.receive_data(b"")
    (asked,) = smsc.receive_data(encode(DataSm(source_addr="Comity", destination_addr="316", tlvs=(PAYLOAD,)), 9))
    assert asked == ev.SubmitRequested(9, SubmitSm(source_addr="Comity", destination_addr="316", tlvs=(PAYLOAD,)))
    assert asked.pdu.content == b"hello"
    smsc.answer_submit(9, message_id="m")
    (answer,) = frames(smsc.data_to_send())
    assert (answer.command_id, answer.pdu.message_id) == (cmd.DATA_SM_RESP, "m")


@pytest.mark.parametrize(
    ("message", "status"),
    [
        (DataSm(source_addr="a"), st.ESME_RMISSINGOPTPARAM),
        (DataSm(source_addr="a" * 21, tlvs=(PAYLOAD,)), st.ESME_RINVSRCADR),
        (DataSm(destination_addr="3" * 21, tlvs=(PAYLOAD,)), st.ESME_RINVDSTADR),
        (DataSm(tlvs=(PAYLOAD, (tlv.SAR_MSG_REF_NUM, b"\1"))), st.ESME_RINVPARLEN),
    ],
)
def test_a_data_sm_that_no_submit_sm_could_say_is_refused(pair, message, status):
    _, smsc = pair()
    smsc.data_to_send()
    assert smsc.receive_data(encode(message, 9)) == []
    assert smsc.data_to_send() == header_only(cmd.DATA_SM_RESP, status, 9)


def test_the_window_is_never_exceeded(pair, exchange):
    esme, smsc = pair(window=3)
    sequences = [esme.submit(MESSAGE) for _ in range(3)]
    assert esme.room == 0
    with pytest.raises(SessionError):
        esme.submit(MESSAGE)
    exchange(esme, smsc)
    smsc.answer_submit(sequences[1], message_id="x")
    exchange(smsc, esme)
    assert esme.room == 1
    esme.submit(MESSAGE)
    assert esme.room == 0


def test_a_message_that_does_not_fit_takes_no_place_in_the_window(pair):
    esme, _ = pair(window=1)
    with pytest.raises(EncodeError):
        esme.submit(SubmitSm(source_addr="x" * 30))
    assert esme.room == 1
    assert esme.data_to_send() == b""


def test_requests_beyond_the_peer_window_are_throttled_and_counted(pair, exchange):
    esme, smsc = pair(window=5, peer_window=3)
    for _ in range(5):
        esme.submit(MESSAGE)
    assert len(exchange(esme, smsc)) == 3
    assert [event.status for event in exchange(smsc, esme)] == [st.ESME_RTHROTTLED] * 2
    assert smsc.counters.throttled == 2


def test_deliveries_beyond_the_peer_window_are_told_that_the_queue_is_full(pair, exchange):
    esme, smsc = pair(window=5, peer_window=3)
    for _ in range(5):
        smsc.deliver(RECEIPT)
    assert len(exchange(smsc, esme)) == 3
    assert [event.status for event in exchange(esme, smsc)] == [st.ESME_RMSGQFUL] * 2
    assert esme.counters.throttled == 2


def test_a_sequence_that_is_under_way_twice_is_refused_the_second_time(pair):
    _, smsc = pair()
    smsc.data_to_send()
    assert len(smsc.receive_data(encode(MESSAGE, 5) * 2)) == 1
    assert smsc.data_to_send() == header_only(cmd.SUBMIT_SM_RESP, st.ESME_RTHROTTLED, 5)


def test_sequences_wrap_around_past_what_is_under_way(pair):
    esme, _ = pair(window=5)
    first = esme.submit(MESSAGE)
    esme._sequence = 0x7FFFFFFE
    assert esme.submit(MESSAGE) == 0x7FFFFFFF
    esme._sequence = 0x7FFFFFFF
    second = esme.submit(MESSAGE)
    assert second == 1 != first
    esme._sequence = first - 1
    assert esme.submit(MESSAGE) == first + 1


@pytest.mark.parametrize("sequence", [0, 0x80000000, 0xFFFFFFFF])
def test_any_sequence_of_the_peer_is_returned_as_it_came(pair, sequence):
    _, smsc = pair()
    smsc.data_to_send()
    smsc.receive_data(encode(MESSAGE, sequence))
    smsc.answer_submit(sequence, message_id="x")
    assert smsc.data_to_send() == encode(SubmitSmResp("x"), sequence)


def test_enquire_link_is_answered_by_itself_before_and_after_the_bind(pair):
    for kind in (None, BindKind.RECEIVER):
        _, smsc = pair(kind)
        smsc.data_to_send()
        assert smsc.receive_data(header_only(cmd.ENQUIRE_LINK, 0, 3)) == []
        assert smsc.data_to_send() == header_only(cmd.ENQUIRE_LINK_RESP, 0, 3)


@pytest.mark.parametrize(
    ("command_id", "body", "status"),
    [
        (cmd.QUERY_SM, b"x\0\0\0\0", st.ESME_RQUERYFAIL),
        (cmd.CANCEL_SM, b"\0x\0\0\0\0\0\0\0", st.ESME_RCANCELFAIL),
        (cmd.REPLACE_SM, b"x\0\0\0\0\0\0\0\0\0", st.ESME_RREPLACEFAIL),
        (cmd.SUBMIT_MULTI, b"\0\0\0\0\0", st.ESME_RINVCMDID),
        (cmd.CANCEL_SM, b"\0", st.ESME_RINVCMDLEN),
    ],
)
def test_what_is_not_supported_is_answered_in_kind(pair, command_id, body, status):
    _, smsc = pair()
    smsc.data_to_send()
    assert smsc.receive_data((16 + len(body)).to_bytes(4) + command_id.to_bytes(4) + bytes(7) + b"\2" + body) == []
    assert smsc.data_to_send() == header_only(command_id | cmd.RESPONSE, status, 2)


def test_an_unbind_of_the_esme_ends_both(pair, exchange):
    esme, smsc = pair()
    esme.unbind()
    esme.unbind()
    assert esme.room == 0
    assert exchange(esme, smsc) == [ev.Unbound()]
    assert exchange(smsc, esme) == [ev.Unbound()]
    assert esme.state is smsc.state is State.CLOSED


def test_an_unbind_waits_for_the_answers_that_are_owed(pair, exchange):
    esme, smsc = pair()
    sequence = esme.submit(MESSAGE)
    esme.unbind()
    assert exchange(esme, smsc) == [ev.SubmitRequested(sequence, MESSAGE)]
    assert smsc.data_to_send() == b""
    assert smsc.room == 0
    smsc.answer_submit(sequence, message_id="last")
    assert smsc.next_timeout(0.0) == 0.0
    assert smsc.tick(0.0) == [ev.Unbound()]
    assert exchange(smsc, esme) == [ev.Submitted(sequence, 0, "last"), ev.Unbound()]


def test_nothing_new_is_taken_after_an_unbind(pair, exchange):
    esme, smsc = pair()
    esme.submit(MESSAGE)
    esme.unbind()
    exchange(esme, smsc)
    assert smsc.receive_data(encode(MESSAGE, 99)) == []
    assert frames(smsc.data_to_send())[0].status == st.ESME_RTHROTTLED


def test_an_esme_that_is_unbound_waits_for_the_answers_to_what_it_submitted(pair, exchange):
    esme, smsc = pair()
    smsc.unbind()
    sequence = esme.submit(MESSAGE)
    assert exchange(smsc, esme) == []
    assert esme.room == 0
    assert exchange(esme, smsc) == [ev.SubmitRequested(sequence, MESSAGE)]
    smsc.answer_submit(sequence, message_id="x")
    assert exchange(smsc, esme) == [ev.Submitted(sequence, 0, "x"), ev.Unbound()]
    assert exchange(esme, smsc) == [ev.Unbound()]


def test_both_ends_may_unbind_at_once(pair):
    esme, smsc = pair()
    esme.unbind()
    smsc.unbind()
    to_smsc, to_esme = esme.data_to_send(), smsc.data_to_send()
    assert smsc.receive_data(to_smsc) == [ev.Unbound()]
    assert esme.receive_data(to_esme) == [ev.Unbound()]


def test_a_nack_of_a_message_is_told(pair):
    esme, smsc = pair()
    submitted, delivered = esme.submit(MESSAGE), smsc.deliver(RECEIPT)
    assert esme.receive_data(header_only(cmd.GENERIC_NACK, 3, submitted)) == [ev.Nacked(submitted, 3)]
    assert smsc.receive_data(header_only(cmd.GENERIC_NACK, 3, delivered)) == [ev.Nacked(delivered, 3)]
    assert esme.outstanding == smsc.outstanding == ()


@pytest.mark.parametrize(
    ("body", "message_id"), [(b"x" * 80 + b"\0", ""), (b"good\0\2", "good"), (b"good\0\0\x1d\0\5a", "good")]
)
def test_a_malformed_answer_to_a_submit_is_still_an_answer(pair, body, message_id):
    esme, _ = pair()
    sequence = esme.submit(MESSAGE)
    answer = (16 + len(body)).to_bytes(4) + cmd.SUBMIT_SM_RESP.to_bytes(4) + bytes(4) + sequence.to_bytes(4) + body
    assert esme.receive_data(answer) == [ev.Submitted(sequence, 0, message_id)]
    assert (esme.counters.bad, esme.outstanding) == (1, ())


def test_a_connection_that_ends_fails_the_session_once_and_keeps_what_was_under_way(pair):
    esme, _ = pair()
    sequence = esme.submit(MESSAGE)
    assert esme.receive_eof() == [ev.Failed(ev.FailReason.PEER_CLOSED)]
    assert esme.receive_eof() == []
    assert esme.outstanding == (sequence,)
    assert esme.room == 0
    assert esme.data_to_send() == b""
    assert esme.next_timeout(0.0) is None


def test_a_late_decision_after_the_end_is_without_effect(pair, exchange):
    esme, smsc = pair()
    sequence = esme.submit(MESSAGE)
    exchange(esme, smsc)
    smsc.receive_eof()
    smsc.answer_submit(sequence, message_id="x")
    assert smsc.data_to_send() == b""
    _, waiting = pair(None)
    waiting.receive_data(encode(Bind(BindKind.RECEIVER, "c", "x"), 1))
    waiting.receive_eof()
    waiting.accept_bind(1, "comity")
    waiting.refuse_bind(1, st.ESME_RBINDFAIL)
    assert waiting.data_to_send() == b""
    assert waiting.state is State.CLOSED


@pytest.mark.parametrize(
    ("end", "verb", "arguments"),
    [
        (0, "bind", (BindKind.RECEIVER, "a", "b")),
        (0, "answer_deliver", (9,)),
        (1, "answer_submit", (9,)),
        (1, "accept_bind", (9, "x")),
        (1, "refuse_bind", (9, 13)),
        (1, "refuse_bind", (9, 0)),
    ],
)
def test_what_the_state_does_not_allow_is_our_own_error(pair, end, verb, arguments):
    session = pair()[end]
    with pytest.raises(SessionError):
        getattr(session, verb)(*arguments)


def test_what_flows_the_other_way_is_our_own_error(pair):
    esme, _ = pair(BindKind.RECEIVER)
    with pytest.raises(SessionError):
        esme.submit(MESSAGE)
    _, smsc = pair(BindKind.TRANSMITTER)
    with pytest.raises(SessionError):
        smsc.deliver(RECEIPT)
    esme, smsc = pair(None)
    for verb in (lambda: esme.submit(MESSAGE), lambda: smsc.deliver(RECEIPT), esme.unbind, smsc.unbind):
        with pytest.raises(SessionError):
            verb()


@pytest.mark.parametrize(
    "wrong", [{"window": 0}, {"peer_window": 0}, {"max_bad_pdus": 0}, {"max_pdu": 100}, {"max_pdu_unbound": 64}]
)
def test_settings_that_cannot_work_are_refused(wrong):
    with pytest.raises(ValueError, match="at least"):
        Settings(**wrong)


def test_the_session_shared_by_both_ends_is_of_neither():
    assert not hasattr(Session, "role")
