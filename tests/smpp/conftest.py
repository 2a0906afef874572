"""Two ends of a session, joined by nothing but the octets that each gives."""

import pytest

from comity.smpp.esme import EsmeSession
from comity.smpp.pdu import BindKind
from comity.smpp.settings import Settings
from comity.smpp.smsc import SmscSession


def carry(source, target):
    """Hand over what one end wants sent; the events it makes at the other."""
    return target.receive_data(source.data_to_send())


def bind(esme, smsc, kind):
    esme.bind(kind, "customer", "secret")
    (asked,) = carry(esme, smsc)
    smsc.accept_bind(asked.sequence, "comity")
    carry(smsc, esme)


@pytest.fixture
def exchange():
    return carry


@pytest.fixture
def pair():
    """Makes an ESME and an SMSC, bound unless told otherwise."""

    def make(kind=BindKind.TRANSCEIVER, **settings):
        chosen = Settings(**settings)
        esme, smsc = EsmeSession(chosen), SmscSession(chosen)
        if kind is not None:
            bind(esme, smsc, kind)
        return esme, smsc

    return make
