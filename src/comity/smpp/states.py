"""Owns which PDU may be sent in which state of a session, by whom, as one table; must not know sockets or windows.

Source: SMPP 3.4 sections 2.2 and 2.3. Three cells are wider than its table 2-1:

- enquire_link and generic_nack are allowed at any time, as in SMPP 5.0;
- unbind is allowed before a bind, so that a peer that gives up early is answered;
- replace_sm is allowed to a transceiver, which the table forgot.

`BINDING` is ours: the bind was sent and its answer has not come, which the specification counts as OPEN.
"""

from __future__ import annotations

import enum
from typing import Final, NamedTuple

from comity.smpp import commands as cmd
from comity.smpp import status as st
from comity.smpp.pdu import BindKind


class Role(enum.Enum):
    """Which end of the session somebody is."""

    ESME = "esme"
    SMSC = "smsc"

    @property
    def peer(self) -> Role:
        """The other end."""
        return Role.SMSC if self is Role.ESME else Role.ESME


class State(enum.Enum):
    """How far a session has come."""

    OPEN = "open"
    BINDING = "binding"
    BOUND_TX = "bound_tx"
    BOUND_RX = "bound_rx"
    BOUND_TRX = "bound_trx"
    CLOSED = "closed"


BOUND_STATES: Final[dict[BindKind, State]] = {
    BindKind.TRANSMITTER: State.BOUND_TX,
    BindKind.RECEIVER: State.BOUND_RX,
    BindKind.TRANSCEIVER: State.BOUND_TRX,
}
BOUND: Final = frozenset(BOUND_STATES.values())

_NEVER: Final[frozenset[State]] = frozenset()
_OPEN: Final = frozenset({State.OPEN})
_BINDING: Final = frozenset({State.BINDING})
_SENDS: Final = frozenset({State.BOUND_TX, State.BOUND_TRX})
_RECEIVES: Final = frozenset({State.BOUND_RX, State.BOUND_TRX})
_ALIVE: Final = frozenset({State.OPEN, State.BINDING, *BOUND})
_OPEN_OR_BOUND: Final = _OPEN | BOUND


class Issuers(NamedTuple):
    """In which states each end may send a command."""

    esme: frozenset[State]
    smsc: frozenset[State]


TABLE: Final[dict[int, Issuers]] = {
    #                                 by the ESME     by the SMSC
    cmd.BIND_TRANSMITTER: Issuers(_OPEN, _NEVER),
    cmd.BIND_TRANSMITTER_RESP: Issuers(_NEVER, _BINDING),
    cmd.BIND_RECEIVER: Issuers(_OPEN, _NEVER),
    cmd.BIND_RECEIVER_RESP: Issuers(_NEVER, _BINDING),
    cmd.BIND_TRANSCEIVER: Issuers(_OPEN, _NEVER),
    cmd.BIND_TRANSCEIVER_RESP: Issuers(_NEVER, _BINDING),
    cmd.OUTBIND: Issuers(_NEVER, _OPEN),
    cmd.UNBIND: Issuers(_OPEN_OR_BOUND, _OPEN_OR_BOUND),
    cmd.UNBIND_RESP: Issuers(_OPEN_OR_BOUND, _OPEN_OR_BOUND),
    cmd.SUBMIT_SM: Issuers(_SENDS, _NEVER),
    cmd.SUBMIT_SM_RESP: Issuers(_NEVER, _SENDS),
    cmd.SUBMIT_MULTI: Issuers(_SENDS, _NEVER),
    cmd.SUBMIT_MULTI_RESP: Issuers(_NEVER, _SENDS),
    cmd.DATA_SM: Issuers(_SENDS, _RECEIVES),
    cmd.DATA_SM_RESP: Issuers(_RECEIVES, _SENDS),
    cmd.DELIVER_SM: Issuers(_NEVER, _RECEIVES),
    cmd.DELIVER_SM_RESP: Issuers(_RECEIVES, _NEVER),
    cmd.QUERY_SM: Issuers(_SENDS, _NEVER),
    cmd.QUERY_SM_RESP: Issuers(_NEVER, _SENDS),
    cmd.CANCEL_SM: Issuers(_SENDS, _NEVER),
    cmd.CANCEL_SM_RESP: Issuers(_NEVER, _SENDS),
    cmd.REPLACE_SM: Issuers(_SENDS, _NEVER),
    cmd.REPLACE_SM_RESP: Issuers(_NEVER, _SENDS),
    cmd.ENQUIRE_LINK: Issuers(_ALIVE, _ALIVE),
    cmd.ENQUIRE_LINK_RESP: Issuers(_ALIVE, _ALIVE),
    cmd.ALERT_NOTIFICATION: Issuers(_NEVER, _RECEIVES),
    cmd.GENERIC_NACK: Issuers(_ALIVE, _ALIVE),
}


def may_issue(issuer: Role, command_id: int, state: State) -> bool:
    """Whether that end may send that command now; an unknown command never."""
    row = TABLE.get(command_id)
    return row is not None and state in (row.esme if issuer is Role.ESME else row.smsc)


def refusal(issuer: Role, command_id: int, state: State) -> int | None:
    """The command_status for a request that may not be sent now; None when it may be sent.

    A command that this end may never send is as unknown from it as one that does not exist.
    """
    if may_issue(issuer, command_id, state):
        return None
    row = TABLE.get(command_id)
    if row is None or not (row.esme if issuer is Role.ESME else row.smsc):
        return st.ESME_RINVCMDID
    if command_id in cmd.BINDS:
        return st.ESME_RALYBND
    return st.ESME_RINVBNDSTS
