"""What a session does to peers that break the rules, one row per case; and the three ways to feed the same octets."""

import random
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as hs

from comity.smpp import commands as cmd
from comity.smpp import events as ev
from comity.smpp import status as st
from comity.smpp.codec import encode, header_only
from comity.smpp.esme import EsmeSession
from comity.smpp.framing import Cutter
from comity.smpp.pdu import Bind, BindKind, DeliverSm, EnquireLink, SubmitSm, SubmitSmResp
from comity.smpp.settings import Settings
from comity.smpp.smsc import SmscSession
from comity.smpp.states import State

FRAMING, BAD = ev.FailReason.FRAMING, ev.FailReason.BAD_PDUS
MESSAGE = SubmitSm(source_addr="Comity", destination_addr="316", short_message=b"hello")
ASK = encode(Bind(BindKind.TRANSCEIVER, "me", "pw"), 1)
HELLO = encode(EnquireLink(), 2)


def raw(command_id, body=b"", sequence=5, status=0):
    return struct.pack(">IIII", 16 + len(body), command_id, status, sequence) + body


def nack(status, sequence=5):
    return header_only(cmd.GENERIC_NACK, status, sequence)


def refused(command_id, status, sequence=5):
    return header_only(command_id | cmd.RESPONSE, status, sequence)


INVCMDLEN, INVCMDID, INVBNDSTS = st.ESME_RINVCMDLEN, st.ESME_RINVCMDID, st.ESME_RINVBNDSTS

# What is sent to an SMSC that is not bound; what it answers; how it ends (None: it goes on).
UNBOUND = {
    "a web browser": (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", nack(INVCMDLEN), FRAMING),
    "a TLS client": (bytes.fromhex("16030100c8010000c40303aabbccddee"), nack(INVCMDLEN), FRAMING),
    "an SSH client": (b"SSH-", nack(INVCMDLEN, 0), FRAMING),
    "zeros": (bytes(4), nack(INVCMDLEN, 0), FRAMING),
    "a length of 15": (b"\0\0\0\x0f" + raw(cmd.UNBIND)[4:], nack(INVCMDLEN), FRAMING),
    "a length of 2 GiB": (b"\x80\0\0\0" + raw(cmd.SUBMIT_SM)[4:], nack(INVCMDLEN), FRAMING),
    "a length of 4 GiB": (b"\xff\xff\xff\xff" + raw(cmd.SUBMIT_SM)[4:], nack(INVCMDLEN), FRAMING),
    "a PDU too large before the bind": (raw(cmd.SUBMIT_SM, bytes(2000)), nack(INVCMDLEN), FRAMING),
    "a submit before the bind": (raw(cmd.SUBMIT_SM, b"x"), refused(cmd.SUBMIT_SM, INVBNDSTS), None),
    "a data_sm before the bind": (raw(cmd.DATA_SM), refused(cmd.DATA_SM, INVBNDSTS), None),
    "a query before the bind": (raw(cmd.QUERY_SM), refused(cmd.QUERY_SM, INVBNDSTS), None),
    "three submits before the bind": (raw(cmd.SUBMIT_SM) * 3, refused(cmd.SUBMIT_SM, INVBNDSTS) * 3, BAD),
    "a flood of submits before the bind": (raw(cmd.SUBMIT_SM) * 99, refused(cmd.SUBMIT_SM, INVBNDSTS) * 3, BAD),
    "enquire_links do not excuse": (
        (raw(cmd.SUBMIT_SM) + HELLO) * 3,
        (refused(cmd.SUBMIT_SM, INVBNDSTS) + header_only(cmd.ENQUIRE_LINK_RESP, 0, 2)) * 2
        + refused(cmd.SUBMIT_SM, INVBNDSTS),
        BAD,
    ),
    "an unknown command": (raw(0xFFF), nack(INVCMDID), None),
    "three unknown commands": (raw(0xFFF) * 4, nack(INVCMDID) * 3, BAD),
    "an outbind, which an SMSC sends": (raw(cmd.OUTBIND, b"a\0b\0"), nack(INVCMDID), None),
    "a deliver_sm, which an SMSC sends": (raw(cmd.DELIVER_SM), nack(INVCMDID), None),
    "a response to nothing": (raw(cmd.SUBMIT_SM_RESP, b"x\0"), b"", None),
    "an unknown response": (raw(0x80000FFF), b"", None),
    "a hundred responses to nothing": (raw(cmd.DELIVER_SM_RESP, b"\0") * 100, b"", None),
    "a nack of nothing": (nack(3), b"", None),
    "an unbind_resp to nothing": (raw(cmd.UNBIND_RESP), b"", None),
    "an enquire_link_resp to nothing": (raw(cmd.ENQUIRE_LINK_RESP), b"", None),
    "a bind without a body": (raw(cmd.BIND_RECEIVER), refused(cmd.BIND_RECEIVER, INVCMDLEN), None),
    "a bind with a long name": (
        raw(cmd.BIND_RECEIVER, b"x" * 99 + bytes(9)), refused(cmd.BIND_RECEIVER, st.ESME_RINVSYSID), None,
    ),
    "a bind twice": (ASK + raw(cmd.BIND_TRANSCEIVER, ASK[16:]), refused(cmd.BIND_TRANSCEIVER, st.ESME_RALYBND), None),
    "a submit behind the bind": (ASK + raw(cmd.SUBMIT_SM), refused(cmd.SUBMIT_SM, INVBNDSTS), None),
    "an enquire_link with a body": (raw(cmd.ENQUIRE_LINK, b"x"), refused(cmd.ENQUIRE_LINK, INVCMDLEN), None),
    "an unbind with a body": (raw(cmd.UNBIND, b"x"), refused(cmd.UNBIND, INVCMDLEN), None),
}  # fmt: skip

SHORT = encode(MESSAGE, 5)
BOUND = {
    "a bind once bound": (raw(cmd.BIND_RECEIVER), refused(cmd.BIND_RECEIVER, st.ESME_RALYBND), None),
    "a deliver_sm from a customer": (raw(cmd.DELIVER_SM), nack(INVCMDID), None),
    "an empty submit": (raw(cmd.SUBMIT_SM), refused(cmd.SUBMIT_SM, INVCMDLEN), None),
    "a TLV cut short": (raw(cmd.SUBMIT_SM, SHORT[16:] + b"\2\4\0"), refused(cmd.SUBMIT_SM, 0xC0), None),
    "sm_length beyond": (raw(cmd.SUBMIT_SM, SHORT[16:-1]), refused(cmd.SUBMIT_SM, 1), None),
    "three of them": (raw(cmd.SUBMIT_SM, SHORT[16:-1]) * 9, refused(cmd.SUBMIT_SM, 1) * 3, BAD),
    "a PDU larger than any": (b"\0\1\0\1" + raw(cmd.SUBMIT_SM)[4:], nack(INVCMDLEN), FRAMING),
    "an answer to nothing": (raw(cmd.DELIVER_SM_RESP), b"", None),
    "an answer to what cannot be asked": (raw(cmd.QUERY_SM_RESP), b"", None),
    "a data_sm_resp to nothing": (raw(cmd.DATA_SM_RESP), b"", None),
    "a length below a header": (b"\0\0\0\0", nack(INVCMDLEN, 0), FRAMING),
}


def whole(session, octets):
    return session.receive_data(octets)


def byte_by_byte(session, octets):
    return [event for at in range(len(octets)) for event in session.receive_data(octets[at : at + 1])]


def with_a_tail(session, octets):
    """All of it with the start of one more PDU, which must be kept, or dropped when the session has ended."""
    events = session.receive_data(octets + HELLO[:9])
    if session.state is State.CLOSED:
        assert session._cutter.held == 0
        return events
    answered = session.data_to_send()
    assert session.receive_data(HELLO[9:]) == []
    assert session.data_to_send() == header_only(cmd.ENQUIRE_LINK_RESP, 0, 2)
    session._out.append(answered)
    return events


FEEDS = [whole, byte_by_byte, with_a_tail]


def judge(session, feed, row):
    octets, answer, reason = row
    session.data_to_send()
    if feed is with_a_tail and reason is FRAMING and len(octets) < 16:
        octets = octets.ljust(16, b"\0")
    ended = [event for event in feed(session, octets) if isinstance(event, ev.Failed)]
    sent = session.data_to_send()
    if reason is FRAMING:
        # Which sequence the nack names depends on how much of the header had come.
        sent, answer = sent[:12], answer[:12]
    assert sent == answer
    assert ended == ([] if reason is None else [ev.Failed(reason)])
    assert (session.state is State.CLOSED) is (reason is not None)
    assert session._cutter.held == 0


@pytest.mark.parametrize("feed", FEEDS)
@pytest.mark.parametrize("row", UNBOUND.values(), ids=UNBOUND)
def test_before_the_bind(pair, feed, row):
    judge(pair(None)[1], feed, row)


@pytest.mark.parametrize("feed", FEEDS)
@pytest.mark.parametrize("row", BOUND.values(), ids=BOUND)
def test_once_bound(pair, feed, row):
    judge(pair()[1], feed, row)


def test_an_oversized_pdu_whose_header_came_is_nacked_by_its_sequence(pair):
    _, smsc = pair()
    smsc.data_to_send()
    smsc.receive_data(b"\0\1\0\1" + raw(cmd.SUBMIT_SM, sequence=77)[4:])
    assert smsc.data_to_send() == nack(INVCMDLEN, 77)


def test_a_good_message_excuses_the_bad_ones_before_it(pair):
    _, smsc = pair()
    for sequence in range(20):
        smsc.receive_data(raw(cmd.SUBMIT_SM) * 2 + encode(MESSAGE, sequence))
    assert smsc.state is State.BOUND_TRX
    assert smsc.counters.bad == 40


def test_responses_that_nobody_asked_for_are_counted(pair):
    esme, smsc = pair()
    for session in (esme, smsc):
        session.receive_data(raw(cmd.SUBMIT_SM_RESP) + raw(cmd.DELIVER_SM_RESP) + raw(0x80000FFF) + nack(1, 99))
        assert session.counters.stray == 4


def test_after_the_end_nothing_is_read_kept_or_sent(pair):
    _, smsc = pair()
    smsc.receive_data(bytes(4))
    smsc.data_to_send()
    assert smsc.receive_data(ASK * 100) == []
    assert smsc.data_to_send() == b""
    assert smsc._cutter.held == 0


def test_what_stands_behind_the_end_of_the_framing_is_dropped(pair):
    _, smsc = pair()
    events = smsc.receive_data(encode(MESSAGE, 1) + bytes(16) + encode(MESSAGE, 2))
    assert [type(event) for event in events] == [ev.SubmitRequested, ev.Failed]


def test_a_carrier_that_breaks_the_rules_is_judged_by_the_same_table(pair):
    esme, _ = pair()
    esme.data_to_send()
    esme.receive_data(raw(cmd.SUBMIT_SM))
    assert esme.data_to_send() == nack(INVCMDID)
    assert esme.receive_data(raw(cmd.DELIVER_SM)) == []
    assert esme.data_to_send() == raw(cmd.DELIVER_SM_RESP, b"\0", status=INVCMDLEN)
    assert esme.receive_data(raw(cmd.ALERT_NOTIFICATION, b"\0\0316\0\0\0me\0")) == []
    assert esme.data_to_send() == b""


def test_a_submit_resp_with_the_sequence_of_the_bind_settles_nothing(pair):
    esme, _ = pair(None)
    esme.bind(BindKind.TRANSCEIVER, "me", "pw")
    assert esme.receive_data(encode(SubmitSmResp("x"), 1)) == []
    assert esme.receive_data(raw(cmd.BIND_TRANSCEIVER_RESP, b"x\0", sequence=9)) == []
    assert esme.state is State.BINDING
    assert esme.counters.stray == 2


def test_a_large_pdu_in_single_octets_is_held_once(pair):
    _, smsc = pair()
    octets = encode(SubmitSm(tlvs=((0x0424, bytes(60_000)),)), 1)
    for at in range(len(octets) - 1):
        smsc.receive_data(octets[at : at + 1])
    assert smsc._cutter.held == len(octets) - 1
    (event,) = smsc.receive_data(octets[-1:])
    assert len(event.pdu.content) == 60_000
    assert smsc._cutter.held == 0


def test_a_flood_is_answered_within_its_own_size(pair):
    _, smsc = pair(peer_window=10)
    smsc.data_to_send()
    flood = b"".join(encode(MESSAGE, sequence) for sequence in range(2000))
    assert len(smsc.receive_data(flood)) == 10
    assert (smsc.owed, smsc.counters.throttled) == (10, 1990)
    assert len(smsc.data_to_send()) < len(flood)


@given(hs.lists(hs.binary(max_size=60), max_size=8), hs.data())
def test_the_cutter_gives_the_same_frames_however_they_arrive(bodies, draw):
    stream = b"".join(raw(cmd.SUBMIT_SM, body) for body in bodies)
    cutter, got = Cutter(1024), []
    at = 0
    while at < len(stream):
        size = draw.draw(hs.integers(1, 90))
        cutter.feed(stream[at : at + size])
        at += size
        while (frame := cutter.next_frame()) is not None:
            got.append(frame)
    assert got == [raw(cmd.SUBMIT_SM, body) for body in bodies]
    assert cutter.held == 0


SEEDS = [
    ASK, HELLO, SHORT, encode(MESSAGE, 1), encode(SubmitSmResp("abc"), 1), encode(DeliverSm(short_message=b"x"), 3),
    encode(SubmitSm(tlvs=((0x0424, b"long"), (0x0204, b"\0\1"))), 4), raw(cmd.QUERY_SM, b"x\0\0\0\0"),
    raw(cmd.DATA_SM, bytes(10)), raw(cmd.UNBIND), raw(cmd.REPLACE_SM, bytes(10)), raw(cmd.OUTBIND, b"a\0b\0"),
]  # fmt: skip


def mutate(random_, octets):
    mutated = bytearray(octets)
    for _ in range(random_.randint(1, 4)):
        at = random_.randrange(len(mutated))
        kind = random_.randrange(4)
        if kind == 0:
            mutated[at] = random_.randrange(256)
        elif kind == 1:
            mutated[at:at] = random_.randbytes(random_.randint(1, 9))
        elif kind == 2 and len(mutated) > 20:
            del mutated[at : at + random_.randint(1, 9)]
        else:
            mutated[at] ^= 1 << random_.randrange(8)
    if random_.random() < 0.8 and len(mutated) >= 4:  # mostly keep the framing, to get past it
        mutated[:4] = len(mutated).to_bytes(4)
    return bytes(mutated)


@pytest.mark.parametrize("seed", range(4))
def test_5000_mutated_pdus_raise_nothing_and_grow_nothing(seed):
    random_ = random.Random(seed)
    settings = Settings(peer_window=20, window=20)
    session = None
    for _ in range(5000):
        if session is None or session.state is State.CLOSED:
            session = random_.choice([EsmeSession, SmscSession])(settings)
            if random_.random() < 0.8:
                session._bind_now(State.BOUND_TRX)
        if isinstance(session, EsmeSession) and session.room:
            session.submit(MESSAGE)
        for event in session.receive_data(mutate(random_, random_.choice(SEEDS))):
            if isinstance(event, ev.BindRequested):
                session.accept_bind(event.sequence, "comity")
            elif isinstance(event, ev.SubmitRequested) and random_.random() < 0.5:
                session.answer_submit(event.sequence, message_id="x")
        session.data_to_send()
        session.next_timeout(0.0)
        assert session._cutter.held <= settings.max_pdu
        assert session.owed <= settings.peer_window
        assert len(session.outstanding) <= settings.window
