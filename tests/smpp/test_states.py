"""The state table: complete, and in agreement with SMPP 3.4 section 2.3."""

import pytest

from comity.smpp import commands as cmd
from comity.smpp import status as st
from comity.smpp.esme import EsmeSession
from comity.smpp.smsc import SmscSession
from comity.smpp.states import BOUND, TABLE, Role, State, may_issue, refusal

# SMPP 3.4 section 2.3, with the wider cells that states.py names: command, issuer, states.
TX, RX, TRX = State.BOUND_TX, State.BOUND_RX, State.BOUND_TRX
ALIVE = {State.OPEN, State.BINDING, TX, RX, TRX}
ALLOWED = {
    ("bind_transmitter", Role.ESME): {State.OPEN},
    ("bind_transmitter_resp", Role.SMSC): {State.BINDING},
    ("bind_receiver", Role.ESME): {State.OPEN},
    ("bind_receiver_resp", Role.SMSC): {State.BINDING},
    ("bind_transceiver", Role.ESME): {State.OPEN},
    ("bind_transceiver_resp", Role.SMSC): {State.BINDING},
    ("outbind", Role.SMSC): {State.OPEN},
    ("unbind", Role.ESME): {State.OPEN, TX, RX, TRX},
    ("unbind", Role.SMSC): {State.OPEN, TX, RX, TRX},
    ("unbind_resp", Role.ESME): {State.OPEN, TX, RX, TRX},
    ("unbind_resp", Role.SMSC): {State.OPEN, TX, RX, TRX},
    ("submit_sm", Role.ESME): {TX, TRX},
    ("submit_sm_resp", Role.SMSC): {TX, TRX},
    ("submit_multi", Role.ESME): {TX, TRX},
    ("submit_multi_resp", Role.SMSC): {TX, TRX},
    ("data_sm", Role.ESME): {TX, TRX},
    ("data_sm", Role.SMSC): {RX, TRX},
    ("data_sm_resp", Role.ESME): {RX, TRX},
    ("data_sm_resp", Role.SMSC): {TX, TRX},
    ("deliver_sm", Role.SMSC): {RX, TRX},
    ("deliver_sm_resp", Role.ESME): {RX, TRX},
    ("query_sm", Role.ESME): {TX, TRX},
    ("query_sm_resp", Role.SMSC): {TX, TRX},
    ("cancel_sm", Role.ESME): {TX, TRX},
    ("cancel_sm_resp", Role.SMSC): {TX, TRX},
    ("replace_sm", Role.ESME): {TX, TRX},
    ("replace_sm_resp", Role.SMSC): {TX, TRX},
    ("enquire_link", Role.ESME): ALIVE,
    ("enquire_link", Role.SMSC): ALIVE,
    ("enquire_link_resp", Role.ESME): ALIVE,
    ("enquire_link_resp", Role.SMSC): ALIVE,
    ("alert_notification", Role.SMSC): {RX, TRX},
    ("generic_nack", Role.ESME): ALIVE,
    ("generic_nack", Role.SMSC): ALIVE,
}


def test_the_table_has_a_row_for_every_command():
    assert set(TABLE) == set(cmd.NAMES)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("command_id", cmd.NAMES, ids=cmd.NAMES.get)
def test_each_command_is_allowed_exactly_where_the_specification_says(command_id, role, state):
    expected = state in ALLOWED.get((cmd.NAMES[command_id], role), ())
    assert may_issue(role, command_id, state) is expected
    assert (refusal(role, command_id, state) is None) is expected


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("state", State)
def test_an_unknown_command_is_never_allowed(role, state):
    assert not may_issue(role, 0xFFF, state)
    assert refusal(role, 0xFFF, state) == st.ESME_RINVCMDID


def test_nothing_is_allowed_once_closed():
    assert not any(may_issue(role, command, State.CLOSED) for role in Role for command in cmd.NAMES)


@pytest.mark.parametrize(
    ("role", "command_id", "state", "status"),
    [
        (Role.ESME, cmd.SUBMIT_SM, State.OPEN, st.ESME_RINVBNDSTS),
        (Role.ESME, cmd.SUBMIT_SM, State.BINDING, st.ESME_RINVBNDSTS),
        (Role.ESME, cmd.SUBMIT_SM, RX, st.ESME_RINVBNDSTS),
        (Role.SMSC, cmd.DELIVER_SM, TX, st.ESME_RINVBNDSTS),
        (Role.SMSC, cmd.SUBMIT_SM, TRX, st.ESME_RINVCMDID),
        (Role.ESME, cmd.DELIVER_SM, TRX, st.ESME_RINVCMDID),
        (Role.ESME, cmd.BIND_RECEIVER, State.BINDING, st.ESME_RALYBND),
        (Role.ESME, cmd.BIND_TRANSCEIVER, TRX, st.ESME_RALYBND),
        (Role.SMSC, cmd.BIND_TRANSCEIVER, State.OPEN, st.ESME_RINVCMDID),
    ],
)
def test_a_forbidden_request_is_refused_with_the_right_status(role, command_id, state, status):
    assert refusal(role, command_id, state) == status


@pytest.mark.parametrize("make", [EsmeSession, SmscSession])
def test_a_session_has_a_way_to_take_every_request_it_may_get(make):
    """Whatever the table lets the peer send, a header of it never raises."""
    for command_id in cmd.NAMES:
        for state in BOUND | {State.OPEN, State.BINDING}:
            session = make()
            session._state = state
            session.receive_data(b"\0\0\0\x10" + command_id.to_bytes(4, "big") + bytes(7) + b"\1")
