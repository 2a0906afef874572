from __future__ import annotations

import contextlib
import mailbox

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.complaints.arf_box import is_box, read_box, write_box
from comity.complaints.feed import BadReportError

MAILS = st.lists(
    st.lists(st.sampled_from([b"From me", b">From you", b"", b"Subject: x", b"--", b"From", b"a\xff"]), min_size=1).map(
        b"\n".join
    ),
    max_size=4,
)


@given(MAILS)
def test_what_is_written_reads_as_it_was(mails):
    written = write_box(mails)
    assert not mails or read_box(written) == mails


@given(st.binary(max_size=300))
def test_octets_of_any_kind_are_a_box_or_are_refused(octets):
    assert isinstance(read_box(b"From x\n" + octets), list)


def test_what_is_no_box_is_refused():
    with pytest.raises(BadReportError):
        read_box(b"Subject: x\n\n")
    assert not is_box(b"")


def test_the_standard_library_reads_it(tmp_path):
    path = tmp_path / "box"
    path.write_bytes(write_box([b"Subject: one\n\nFrom here", b"Subject: two\n\nx"]))
    with contextlib.closing(mailbox.mbox(path)) as box:
        assert [mail["subject"] for mail in box] == ["one", "two"]
