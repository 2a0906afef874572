"""A message that is judged again comes out the same, or it is said why not."""

import json
from datetime import UTC, datetime
from hashlib import sha256

import msgspec
import pytest

from comity.accounts.record import AccountRecord, OwnBrand
from comity.base.ids import IdMaker
from comity.journey.check import Case, read_case
from comity.journey.replay import ReplayOutcome, Stored, compiled, digests_of, replay
from comity.messages.submission import Category
from comity.messages.verdict import Verdict
from comity.policy.files import default_policy, read_policy
from comity.screening.decide import decide
from comity.screening.engine import Engine, Part, differences, engine
from support.judging import NOON, the_facts

RECORD = AccountRecord(name="Acme", brands=(OwnBrand("Acme"),))
ACCOUNT = sha256(msgspec.json.encode(RECORD)).hexdigest()[:32]
FACTS = the_facts(account=RECORD, account_digest=ACCOUNT)
CASES = [
    Case("Your parcel arrives at 14:00.", to="+32470123456", sender="Acme", at=NOON),
    Case("Smoke in hall 3", to="112", sender="Acme", at=NOON),
    Case("Acme: 20% off all shoes! Reply STOP to opt out.", to="32470123456", sender="Acme", at=NOON.replace(hour=1)),
    Case("Hello", to="+32 470 12 34 56", sender="+3212345", category=Category.OTP, at=NOON),
]
EACH = pytest.mark.parametrize("case", CASES, ids=lambda case: case.text[:12])


def judged(case, policy=None):
    policy = policy or compiled(default_policy(), engine())
    read = read_case(case, policy)
    return read.message, decide(read.message, FACTS, policy)


def stored(case, policy=None):
    """As the store gives it back: the verdict has been JSON meanwhile."""
    message, verdict = judged(case, policy)
    kept = msgspec.convert(json.loads(msgspec.json.encode(verdict)), Verdict)
    return Stored(
        1, IdMaker().at(NOON), message.sender.shown, message.recipient, message.country, message.category.value,
        message.text, message.text_key, message.similarity, kept.action, kept,
    )  # fmt: skip


def artefacts(**more):
    kept = {digest: body for digest, (_, body) in engine().artefacts().items()}
    policy = default_policy()
    return {policy.digest: policy.source.encode(), ACCOUNT: msgspec.json.encode(RECORD), **kept, **more}


@EACH
def test_the_same_engine_comes_to_the_same_judgement(case):
    came = replay(stored(case), artefacts(), engine())
    assert (came.outcome, came.same, came.changed) == (ReplayOutcome.EXACT, True, ())


@EACH
def test_a_replay_needs_policy_engine_models_and_the_accounts_record(case):
    verdict = stored(case).verdict
    assert set(digests_of(verdict)) == {default_policy().digest, *engine().artefacts(), ACCOUNT}


def other_engine(**changes):
    """An engine of another time: some files were different."""
    here = engine()
    manifest = {**msgspec.json.decode(here.code.manifest), **changes}
    return Engine(Part("other", msgspec.json.encode(manifest)), here.models)


def test_another_engine_says_in_what_it_differs_and_whether_that_matters():
    message = stored(CASES[0])
    came = replay(message, artefacts(), other_engine(**{"screening/decide.py": "x", "screening/new.py": "y"}))
    assert came.outcome is ReplayOutcome.ENGINE_DIFFERS
    assert came.differs == ("screening/decide.py", "screening/new.py")
    assert came.same is True
    assert "the judgement is the same" in came.what


def test_when_the_list_behind_an_engine_is_gone_it_still_says_that_it_differs():
    verdict = msgspec.structs.replace(stored(CASES[0]).verdict, engine="long gone")
    came = replay(msgspec.structs.replace(stored(CASES[0]), verdict=verdict), artefacts(), engine())
    assert came.differs == ("the code",)


def test_a_text_that_was_erased_is_not_judged_and_the_day_is_told():
    erased = msgspec.structs.replace(stored(CASES[0]), text="", text_erased_at=datetime(2026, 9, 1, tzinfo=UTC))
    came = replay(erased, artefacts(), engine())
    assert (came.outcome, came.same) == (ReplayOutcome.TEXT_ERASED, None)
    assert "2026-09-01" in came.what


@pytest.mark.parametrize(("digest", "word"), [(default_policy().digest, "policy"), (ACCOUNT, "record")])
def test_what_is_not_kept_is_named(digest, word):
    kept = {name: body for name, body in artefacts().items() if name != digest}
    came = replay(stored(CASES[0]), kept, engine())
    assert came.outcome is ReplayOutcome.NOT_KEPT
    assert word in came.what


def test_a_rule_of_then_that_this_engine_does_not_know_is_left_out_and_named():
    old = default_policy().source.replace("quiet-hours", "hours-of-quiet")
    message = stored(CASES[0])
    digest = sha256(old.encode()).hexdigest()
    verdict = msgspec.structs.replace(message.verdict, digest=digest)
    came = replay(msgspec.structs.replace(message, verdict=verdict), artefacts(**{digest: old.encode()}), engine())
    assert came.outcome is ReplayOutcome.ENGINE_DIFFERS
    assert "the rule hours-of-quiet" in came.differs


def test_a_policy_of_then_that_no_engine_reads_any_more_is_said_to_be_so():
    old = default_policy().source.replace("effective", "effektive")
    digest = sha256(old.encode()).hexdigest()
    message = stored(CASES[1])
    verdict = msgspec.structs.replace(message.verdict, digest=digest)
    came = replay(msgspec.structs.replace(message, verdict=verdict), artefacts(**{digest: old.encode()}), engine())
    assert (came.outcome, came.same) == (ReplayOutcome.ENGINE_DIFFERS, None)
    assert "cannot read the policy of then" in came.what


def test_a_verdict_that_was_tampered_with_is_found_out():
    message = stored(CASES[1])
    verdict = msgspec.structs.replace(message.verdict, action="allow", findings=())
    came = replay(msgspec.structs.replace(message, action="allow", verdict=verdict), artefacts(), engine())
    assert (came.outcome, came.same) == (ReplayOutcome.UNFAITHFUL, False)
    assert "emergency-destination" in came.changed


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"action": "refuse"}, "the action"),
        ({"text": "Your parcel arrives at 15:00."}, "the text"),
        ({"verdict": {"policy": "another"}}, "names the policy another"),
        ({"verdict": {"action": "hold"}}, "the action"),
    ],
)
def test_what_does_not_agree_with_its_copy_was_altered(changes, word):
    message = stored(CASES[0])
    verdict = msgspec.structs.replace(message.verdict, **changes.get("verdict", {}))
    altered = msgspec.structs.replace(message, **{**changes, "verdict": verdict})
    came = replay(altered, artefacts(), engine())
    assert (came.outcome, came.same) == (ReplayOutcome.ALTERED, None)
    assert word in came.what


@pytest.mark.parametrize("digest", [default_policy().digest, ACCOUNT, *engine().artefacts()])
def test_what_is_not_what_its_digest_says_was_altered(digest):
    came = replay(stored(CASES[0]), artefacts(**{digest: b"{}"}), engine())
    assert came.outcome is ReplayOutcome.ALTERED
    assert digest[:12] in came.what


def test_the_policy_of_then_counts_and_not_the_one_of_now():
    lenient = read_policy(
        'version = "1"\ntitle = "t"\neffective = 2026-01-01\n[rules.emergency-destination]\naction = "note"\n'
    )
    message = stored(CASES[1], compiled(lenient, engine()))
    came = replay(message, artefacts(**{lenient.digest: lenient.source.encode()}), engine())
    assert (came.outcome, came.now.action) == (ReplayOutcome.EXACT, "note")


def test_manifests_differ_in_what_changed_came_or_went():
    one, other = ({"a": "1", "b": "2"}, {"b": "3", "c": "4"})
    assert differences(msgspec.json.encode(one), msgspec.json.encode(other)) == ("a", "b", "c")


def test_an_engine_is_named_by_code_and_by_data_apart():
    here = engine()
    code, models = (msgspec.json.decode(part.manifest) for part in (here.code, here.models))
    assert "screening/decide.py" in code
    assert "countries/data/countries.json" in models
    assert models["library phonenumbers"] != "absent"
    assert not any(name.startswith("policy/default/") for name in code.keys() | models.keys())
