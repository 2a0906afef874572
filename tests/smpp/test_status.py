"""The status table: complete, distinct, and judged on the safe side."""

import pytest
from smpplib import consts

from comity.base.errors import Fault
from comity.smpp import status as st
from comity.smpp.status import STATUSES, Retry, describe

CONSTANTS = {name: value for name, value in vars(st).items() if name.startswith("ESME_")}


@pytest.mark.parametrize(("name", "code"), CONSTANTS.items())
def test_a_constant_has_its_row(name, code):
    assert describe(code).name == name


def test_names_are_distinct_and_described():
    assert len({status.name for status in STATUSES.values()}) == len(STATUSES)
    assert all(status.description for status in STATUSES.values())


def test_the_codes_are_those_that_others_know():
    theirs = {
        value: name.removeprefix("SMPP_") for name, value in vars(consts).items() if name.startswith("SMPP_ESME_R")
    }
    spelt_otherwise = {code for code in theirs if code in STATUSES and theirs[code] != STATUSES[code].name}
    assert set(theirs) - set(STATUSES) == set()
    assert spelt_otherwise <= {0x0D, 0x11, 0x48, 0x49, 0x50, 0x51, 0x34, 0x33, 0xC0, 0xC1, 0xC2, 0xC3, 0xC4, 0xFE, 0x66}


@pytest.mark.parametrize(
    ("code", "fault", "retry"),
    [
        (0x00, Fault.PEER, Retry.DONE),
        (0x58, Fault.OURS, Retry.THROTTLED),
        (0x14, Fault.PEER, Retry.THROTTLED),
        (0x08, Fault.PEER, Retry.TEMPORARY),
        (0x64, Fault.PEER, Retry.TEMPORARY),
        (0x0B, Fault.CALLER, Retry.PERMANENT),
        (0x0A, Fault.CALLER, Retry.PERMANENT),
        (0x0E, Fault.OURS, Retry.PERMANENT),
        (0x400, Fault.PEER, Retry.PERMANENT),
        (0x4FF, Fault.PEER, Retry.PERMANENT),
        (0x500, Fault.PEER, Retry.PERMANENT),
        (0xFFFFFFFF, Fault.PEER, Retry.PERMANENT),
    ],
)
def test_whose_fault_it_is_and_whether_to_try_again(code, fault, retry):
    status = describe(code)
    assert (status.code, status.fault, status.retry) == (code, fault, retry)


def test_only_success_is_done():
    assert [code for code, status in STATUSES.items() if status.retry is Retry.DONE] == [0]
