"""Time-outs, by moving a number; nothing here sleeps."""

import pytest

from comity.smpp import commands as cmd
from comity.smpp import events as ev
from comity.smpp.codec import encode, header_only
from comity.smpp.pdu import BindKind, DeliverSm, SubmitSm, SubmitSmResp

MESSAGE = SubmitSm(source_addr="Comity", destination_addr="316", short_message=b"hello")
T0 = 1000.0


@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize("end", [0, 1])
def test_a_session_that_is_not_bound_in_time_fails(pair, exchange, end, asked):
    ends = pair(None, bind_timeout_s=10)
    assert ends[end].next_timeout(T0) == 10
    if asked:
        ends[0].bind(BindKind.TRANSCEIVER, "c", "x")
        exchange(*ends)
    assert ends[end].tick(T0 + 9.9) == []
    assert ends[end].tick(T0 + 10) == [ev.Failed(ev.FailReason.BIND_TIMED_OUT)]
    assert ends[end].next_timeout(T0 + 10) is None


def test_enquire_links_and_half_a_pdu_do_not_stretch_the_bind_time_out(pair):
    _, smsc = pair(None, bind_timeout_s=10)
    smsc.tick(T0)
    for second in range(9):
        smsc.receive_data(header_only(cmd.ENQUIRE_LINK, 0, second))
        assert smsc.tick(T0 + second) == []
    smsc.receive_data(b"\0\0")
    assert smsc.tick(T0 + 10) == [ev.Failed(ev.FailReason.BIND_TIMED_OUT)]


@pytest.mark.parametrize("end", [0, 1])
def test_silence_is_met_with_an_enquire_link_and_then_the_link_is_dead(pair, end):
    session = pair(enquire_interval_s=30, enquire_timeout_s=10)[end]
    session.data_to_send()
    assert session.next_timeout(T0) == 30
    assert session.tick(T0 + 29) == []
    assert session.data_to_send() == b""
    assert session.tick(T0 + 30) == []
    assert session.data_to_send()[4:8] == cmd.ENQUIRE_LINK.to_bytes(4)
    assert session.next_timeout(T0 + 30) == 10
    assert session.tick(T0 + 39) == []
    assert session.tick(T0 + 40) == [ev.Failed(ev.FailReason.LINK_DEAD)]


def test_an_answered_enquire_link_starts_the_silence_anew(pair, exchange):
    esme, smsc = pair(enquire_interval_s=30)
    esme.tick(T0)
    esme.tick(T0 + 30)
    exchange(esme, smsc)
    exchange(smsc, esme)
    assert esme.next_timeout(T0 + 31) == 30
    assert esme.counters.stray == 0


def test_half_a_pdu_is_no_sign_of_life(pair):
    esme, _ = pair(enquire_interval_s=30, enquire_timeout_s=10)
    esme.tick(T0)
    esme.tick(T0 + 30)
    esme.receive_data(header_only(cmd.ENQUIRE_LINK_RESP, 0, 1)[:10])
    assert esme.tick(T0 + 40) == [ev.Failed(ev.FailReason.LINK_DEAD)]


def test_a_submit_without_an_answer_times_out_and_frees_its_place(pair):
    esme, _ = pair(window=2, response_timeout_s=60, enquire_interval_s=None)
    first = esme.submit(MESSAGE)
    assert esme.next_timeout(T0) == 60
    second = esme.submit(MESSAGE)
    assert esme.next_timeout(T0 + 20) == 40
    assert esme.room == 0
    assert esme.tick(T0 + 60) == [ev.SubmitTimedOut(first)]
    assert (esme.room, esme.outstanding) == (1, (second,))
    assert esme.tick(T0 + 80) == [ev.SubmitTimedOut(second)]
    assert esme.next_timeout(T0 + 80) is None


def test_a_submit_long_after_the_last_reading_of_the_clock_has_its_whole_time(pair):
    esme, _ = pair(response_timeout_s=60, enquire_interval_s=None)
    esme.tick(T0)
    esme.submit(MESSAGE)
    assert esme.next_timeout(T0 + 500) == 60


def test_an_answer_that_comes_late_is_told_as_late_and_only_once(pair):
    esme, _ = pair(response_timeout_s=60)
    sequence = esme.submit(MESSAGE)
    esme.tick(T0)
    esme.tick(T0 + 60)
    answer = encode(SubmitSmResp("m"), sequence)
    assert esme.receive_data(answer * 2) == [ev.Submitted(sequence, 0, "m", late=True)]
    assert esme.counters.stray == 1


def test_late_answers_are_remembered_within_a_bound(pair):
    esme, _ = pair(window=2, response_timeout_s=1, enquire_interval_s=None)
    for second in range(50):
        esme.submit(MESSAGE)
        esme.tick(T0 + 2 * second)
        esme.tick(T0 + 2 * second + 1)
    assert len(esme._window._late) == 8


def test_a_delivery_without_an_answer_times_out(pair, exchange):
    esme, smsc = pair(response_timeout_s=60, enquire_interval_s=None)
    sequence = smsc.deliver(DeliverSm())
    smsc.tick(T0)
    assert smsc.tick(T0 + 60) == [ev.DeliverTimedOut(sequence)]
    exchange(smsc, esme)
    esme.answer_deliver(sequence)
    assert exchange(esme, smsc) == [ev.DeliverAnswered(sequence, 0, late=True)]


def test_an_unbind_without_an_answer_times_out(pair):
    esme, _ = pair(enquire_timeout_s=10)
    esme.unbind()
    assert esme.next_timeout(T0) == 10
    assert esme.tick(T0 + 10) == [ev.Failed(ev.FailReason.UNBIND_TIMED_OUT)]


def test_an_unbind_of_the_peer_is_not_held_up_for_ever_by_answers_that_do_not_come(pair, exchange):
    esme, smsc = pair(enquire_timeout_s=10)
    esme.submit(MESSAGE)
    smsc.unbind()
    exchange(smsc, esme)
    assert esme.next_timeout(T0) == 10
    assert esme.tick(T0 + 10) == [ev.Unbound()]
    assert esme.data_to_send().endswith(header_only(cmd.UNBIND_RESP, 0, 1))


def test_a_session_without_messages_is_unbound_although_it_lives(pair):
    _, smsc = pair(inactivity_s=100, enquire_interval_s=None)
    smsc.tick(T0)
    smsc.receive_data(header_only(cmd.ENQUIRE_LINK, 0, 1))
    smsc.data_to_send()
    assert smsc.tick(T0 + 99) == []
    assert smsc.tick(T0 + 100) == [ev.Failed(ev.FailReason.INACTIVE)]
    assert smsc.data_to_send()[4:8] == cmd.UNBIND.to_bytes(4)


def test_a_message_starts_the_inactivity_anew(pair):
    _, smsc = pair(inactivity_s=100, enquire_interval_s=None)
    smsc.tick(T0)
    smsc.receive_data(encode(MESSAGE, 1))
    smsc.tick(T0 + 60)
    assert smsc.tick(T0 + 159) == []
    assert smsc.tick(T0 + 160) == [ev.Failed(ev.FailReason.INACTIVE)]


def test_timers_may_be_switched_off(pair):
    for kind in (None, BindKind.TRANSCEIVER):
        esme, _ = pair(kind, bind_timeout_s=None, enquire_interval_s=None)
        assert esme.next_timeout(T0) is None
        assert esme.tick(T0 + 1e9) == []


@pytest.mark.parametrize("reason", ev.FailReason)
def test_every_reason_to_fail_has_its_words(reason):
    assert ev.Failed(reason).what.endswith(".")
