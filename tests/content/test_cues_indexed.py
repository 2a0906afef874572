"""The quick sum of a model is the model's own sum."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content.cues_indexed import Indexed
from comity.content.cues_weighed import weights_of

MODEL = weights_of("phishing")
FEATURES = sorted(
    {*MODEL.weights, *(name for one in MODEL.combinations.values() for group in one.groups for name in group)}
)


@given(st.sets(st.sampled_from(FEATURES)), st.sets(st.sampled_from(FEATURES)))
def test_the_quick_sum_is_the_models_own(present, common):
    found = dict.fromkeys(sorted(present), (0, 0))
    assert Indexed(MODEL, common).log_odds(found) == pytest.approx(MODEL.log_odds(found))
