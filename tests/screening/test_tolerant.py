"""A stored policy that names what this version does not know is judged by as far as it is understood."""

import pytest

from comity.base.errors import SettingsError
from comity.policy.files import default_policy, read_policy
from comity.screening.compiled import compile_policy
from comity.screening.rulebook import RULEBOOK
from comity.screening.tolerant import tolerated

HEAD = 'version = "old"\ntitle = "t"\neffective = 2026-01-01\n'
OLD = (
    HEAD
    + """
[rules.hours-of-quiet]
[rules.repeated-text]
settings.distance = 4
settings.nearness = 4
[overlays.x]
title = "x"
[overlays.x.when]
[overlays.x.rules.quiet-hours.settings]
pause = 3
"""
)


def test_what_is_not_known_is_left_out_and_named():
    policy, unknown = tolerated(read_policy(OLD), RULEBOOK)
    assert unknown == ("the rule hours-of-quiet", "repeated-text: nearness", "quiet-hours: pause")
    assert compile_policy(policy, RULEBOOK).settings_of("repeated-text").distance == 4


def test_digest_and_text_stay_those_that_were_published():
    published = read_policy(OLD)
    policy, _ = tolerated(published, RULEBOOK)
    assert (policy.digest, policy.source) == (published.digest, published.source)


def test_what_is_published_is_never_tolerated():
    with pytest.raises(SettingsError):
        compile_policy(read_policy(OLD), RULEBOOK)


def test_a_policy_that_is_understood_is_left_as_it_is():
    assert tolerated(default_policy(), RULEBOOK) == (default_policy(), ())
