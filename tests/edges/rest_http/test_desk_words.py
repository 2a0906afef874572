"""What is told of a body that does not fit: by the words of the call that was made, not of another."""

from typing import Literal

import msgspec
import pytest

from comity.edges.rest_http.complaint_shapes import NewComplaintBody
from comity.edges.rest_http.desk_words import shaped
from comity.edges.rest_http.problems import ProblemError


class _Inner(msgspec.Struct):
    colour: Literal["red", "green"]


class _Outer(msgspec.Struct):
    one: _Inner | None = None
    many: list[_Inner] = []


@pytest.mark.parametrize(
    ("body", "shape", "told"),
    [
        (b'{"kind": "x"}', NewComplaintBody, "kind cannot be 'x'. There are consent, defamation, fraud,"),
        (b'{"kind": "spamm"}', NewComplaintBody, "kind cannot be 'spamm'. Did you mean spam?"),
        (b'{"one": {"colour": "blue"}}', _Outer, "one.colour cannot be 'blue'. There are green, red."),
        (b'{"many": [{"colour": "red"}, {"colour": "xx"}]}', _Outer, "cannot be 'xx'. There are green, red."),
    ],
)
def test_a_choice_that_there_is_not_is_answered_with_those_that_there_are(body, shape, told):
    with pytest.raises(ProblemError) as refused:
        shaped(body, shape)
    assert told in str(refused.value)
