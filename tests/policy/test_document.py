import hashlib

import pytest

from comity.base.errors import SettingsError
from comity.policy.document import Mode
from comity.policy.files import default_policy, read_policy

SMALL = 'version = "1"\ntitle = "t"\neffective = 2026-01-01\n'


def test_a_policy_is_read_with_the_digest_of_its_exact_text():
    source = SMALL + "[rules.x]\n"
    policy = read_policy(source)
    assert policy.digest == hashlib.sha256(source.encode()).hexdigest()
    assert policy.source == source
    assert policy.document.acceptance_required


def test_another_space_is_another_digest():
    assert read_policy(SMALL + "rules = {}").digest != read_policy(SMALL + "rules = { }").digest


def test_a_rule_is_enforced_and_refuses_unless_the_policy_says_otherwise():
    setting = read_policy(SMALL + "[rules.x]\n").document.rules["x"]
    assert (setting.mode, setting.action, setting.on_failure) == (Mode.ENFORCE, "refuse", "allow")


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("version = ", "TOML"),
        ("", "version"),
        (SMALL, "rules"),
        (SMALL + "rules = 3", "rules"),
        (SMALL + '[rules.x]\nmode = "loud"', "loud"),
        (SMALL + "[rules.x]\nactoin = 'hold'", "actoin"),
        (SMALL + "rules = {}\nsecret = 1", "secret"),
        (SMALL.replace("2026-01-01", '"soon"') + "rules = {}", "effective"),
        (SMALL + "rules = {}\nversion = '2'", "TOML"),
    ],
)
def test_what_is_not_a_policy_is_refused_with_its_place_and_remedy(source, names):
    with pytest.raises(SettingsError) as caught:
        read_policy(source, "the file")
    assert "the file" in caught.value.what
    assert names in caught.value.what
    assert caught.value.remedy


def test_the_default_policy_is_read_once():
    assert default_policy() is default_policy()
    assert default_policy().document.version
