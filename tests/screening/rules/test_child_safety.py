"""Wording that points at sexual material of minors: abstract markers stand for all of it here."""

import hashlib
from datetime import date

import msgspec
import pytest

from comity.messages.verdict import for_sender
from comity.policy.document import Policy, PolicyDocument, RuleSetting
from comity.policy.files import default_policy
from comity.screening.compiled import compile_policy
from comity.screening.decide import decide
from comity.screening.judging import MISS, Hit
from comity.screening.rulebook import RULEBOOK
from comity.screening.rules import child_safety
from support.disguises import full_width, homoglyphs, mathematical, zero_width
from support.judging import ALL_WELL, a_message

HASHED = "sha256:" + hashlib.sha256(b"zzhidden phrase").hexdigest()
LISTS = {
    "child-safety": ("zzlisted", "zzfirst zzsecond", HASHED),
    "words-for-minors": ("zzminor*", "zzyoung one"),
    "child-safety-acts": ("zzact", "zzimage*"),
}


def _answer(text, **lists):
    document = msgspec.structs.replace(default_policy().document, lists={**LISTS, **lists})
    ready = child_safety.RULE.prepare(child_safety._Settings(cues=frozenset()), document)
    return child_safety.RULE.check(a_message(text=text), ALL_WELL, ready)


@pytest.mark.parametrize(
    "text",
    [
        "Get zzlisted here",
        "ZZLISTED!",
        "zzfirst  zzsecond, all new",
        "this is a zzhidden phrase too",
        "zzact with a zzminor",
        "zzminors in zzimages",
        "a zzyoung one and zzact",
        "zzact, 14 yo",
        "zzimage of a 9 year-old",
        "zzact met een 15-jarige",
        "Hello. New zzimages: zzminor, many. Bye",
    ],
)
def test_it_is_found(text):
    answer = _answer(text)
    assert isinstance(answer, Hit)
    assert answer.seal


@pytest.mark.parametrize(
    "text",
    [
        "zzlistedness is another word",
        "zzfirst and then zzsecond",
        "zzhidden",
        "zzact among people",
        "A zzminor was ill. zzact",
        "zzact, 18 yo",
        "zzact at 14:30, year 2014",
        "zzact 114 years old wine",
        "Your child's appointment is on 12 March.",
        "Report what troubles you about a child to our helpline.",
    ],
)
def test_what_is_not_it_passes(text):
    assert _answer(text) is MISS


@pytest.mark.parametrize("disguise", [homoglyphs, zero_width, mathematical, full_width])
def test_disguise_does_not_hide_it(disguise):
    assert isinstance(_answer(disguise("Get this zzlisted thing", [(9, 17)])), Hit)


def test_a_finding_quotes_nothing_and_stands_alone():
    rules = {
        "child-safety": RuleSetting(action="refuse", settings={"cues": []}),
        "deceptive-offer": RuleSetting(action="hold"),
    }
    document = PolicyDocument("test", "A policy for tests", date(2026, 1, 1), rules, lists=LISTS)
    policy = compile_policy(Policy(document, "00" * 32, ""), RULEBOOK)
    text = "zzlisted: congratulations, you have won a guaranteed £1000 prize, claim now on 09061701461"
    verdict = decide(a_message(text=text), ALL_WELL, policy)
    assert verdict.action == "refuse"
    assert [finding.rule for finding in verdict.findings] == ["child-safety"]
    assert verdict.sealing() is verdict.findings[0]
    told = msgspec.json.encode([for_sender(verdict), verdict.findings]).decode()
    assert "zzlisted" not in told
    assert "seal" not in msgspec.json.encode(for_sender(verdict)).decode()


@pytest.mark.parametrize("entry", ["sha256:", "sha256:12", "sha256:" + "g" * 64])
def test_a_digest_that_is_none_is_told_when_the_policy_is_compiled(entry):
    with pytest.raises(ValueError, match="no digest"):
        _answer("text", **{"child-safety": (entry,)})


def test_the_shipped_lists_hold_no_such_wording():
    lists = default_policy().document.lists
    assert lists["child-safety"] == ()
    assert lists["child-safety-acts"] == ()
