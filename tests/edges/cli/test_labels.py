"""The commands about decisions on texts and drift, as an operator types them."""

import pytest

from comity.base.clock import SystemClock
from comity.base.ids import IdMaker, to_wire

IDS = IdMaker()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("not-an-id", "phishing", "yes"), "is no message id"),
        ((to_wire(IDS.at(SystemClock().now())), "phishing", "yes"), "No message has the id"),
        ((to_wire(IDS.at(SystemClock().now())), "spamm", "yes"), "There is no category 'spamm'."),
    ],
)
def test_a_decision_on_nothing_is_one_clear_line_and_exit_code_1(comity, arguments, told):
    ran = comity("labels", "add", *arguments, "--by", "Ann")
    assert (ran.status, ran.out) == (1, "")
    assert told in ran.err


@pytest.mark.parametrize(
    "said", [("--by", ""), ("--by", "Ann", "--note", "a\x1b]0;b"), ("--by", "Ann", "--note", "\udcff")]
)
def test_an_odd_name_or_note_is_one_clear_line(comity, said):
    ran = comity("labels", "add", to_wire(IDS.at(SystemClock().now())), "phishing", "yes", *said)
    assert (ran.status, ran.out, len(ran.err.splitlines())) == (1, "", 1)
    assert "printable characters" in ran.err


def test_a_day_that_is_none_is_told(comity):
    ran = comity("labels", "export", "--since", "yesterday")
    assert ran.status == 1
    assert "is not a day" in ran.err
