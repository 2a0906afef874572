from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.journey.replay import comparable, facts_of
from comity.messages.submission import Category
from comity.messages.verdict import Verdict
from comity.policy.document import PolicyDocument, RuleSetting
from comity.policy.lists import ListError
from comity.screening.decide import decide
from comity.screening.judging import MISS, Abstain, Arrival, Hit
from comity.screening.rules.destination_flood import RULE
from support.judging import NOON, a_message, a_policy, ask, shipped, the_facts

C = Category
LIMIT = {"categories": ["otp"], "window_min": 10, "accounts": 3, "messages": 8, "action": "refuse"}
WAITING = {**LIMIT, "categories": ["transactional"], "action": "defer"}


def each(accounts, category="otp", messages=1, ago_min=1):
    """So many other accounts with so many messages each."""
    return tuple(Arrival(ago_min, one + 1, category, messages) for one in range(accounts))


def answer(arrivals, category=C.OTP, limits=None, **facts):
    settings = shipped().settings_of("destination-flood", enforced=True) if limits is None else None
    chosen = msgspec.to_builtins(settings) if settings is not None else {"limits": limits}
    return ask(RULE, a_message(category=category), the_facts(arrivals=arrivals, **facts), **chosen)


@pytest.mark.parametrize(
    ("what", "category", "arrivals", "action"),
    [
        ("somebody logs in at three shops", C.OTP, each(3), ""),
        ("and has a code sent again at each", C.OTP, each(3, messages=2), ""),
        ("a fifth account within ten minutes", C.OTP, each(4), "refuse"),
        ("one of the four sends another", C.OTP, (Arrival(1, 0, "otp", 1), *each(3)), ""),
        ("two accounts that send and send", C.OTP, (Arrival(1, 0, "otp", 9), Arrival(1, 1, "otp", 9)), "refuse"),
        ("one account alone, whose own caps judge it", C.OTP, (Arrival(0, 0, "otp", 9),), ""),
        ("twelve accounts of one line", C.OTP, (Arrival(0, 0, "otp", 10),), "refuse"),
        ("a line that sends all the hour", C.OTP, tuple(Arrival(9 * n, 0, "otp", 5) for n in range(6)), "refuse"),
        ("four accounts, eleven minutes ago", C.OTP, each(4, ago_min=11), ""),
        (
            "one every six minutes, for an hour",
            C.OTP,
            tuple(Arrival(5 * n, n + 1, "otp", 1) for n in range(11)),
            "refuse",
        ),
        ("a lively conversation beside a code", C.OTP, (Arrival(1, 1, "transactional", 60),), ""),
        ("a lively conversation goes on", C.TRANSACTIONAL, (Arrival(1, 0, "transactional", 60), *each(2)), ""),
        ("codes do not stop what can wait", C.TRANSACTIONAL, each(9), ""),
        ("a seventh account with what can wait", C.TRANSACTIONAL, each(6, "alert"), "defer"),
        ("offers wait too", C.PROMOTIONAL, each(6, "promotional"), "defer"),
        ("offers put off nothing but offers", C.TRANSACTIONAL, each(9, "promotional", 5), ""),
        ("what is put off already takes its place", C.PROMOTIONAL, each(6, "promotional", ago_min=-5), "defer"),
        ("what goes out tomorrow takes none", C.PROMOTIONAL, each(6, "promotional", ago_min=-1440), ""),
        ("alerts that nobody cleared", C.ALERT, each(6, "transactional"), "defer"),
        ("a number that hears from one account alone", C.OTP, (), ""),
    ],
)
def test_by_the_default_policy(what, category, arrivals, action):
    found = answer(arrivals, category)
    assert (found.action if isinstance(found, Hit) else "") == action, what


def bears(bearing, arrivals):
    return tuple(msgspec.structs.replace(one, bearing=bearing) for one in arrivals)


STORM = bears("stranger", each(12, messages=3))


@pytest.mark.parametrize(
    ("what", "bearing", "arrivals", "action"),
    [
        ("whom the person knows passes through a storm of strangers", "known", STORM, ""),
        ("a stranger among strangers", "stranger", STORM, "refuse"),
        ("what the person's own accounts send stops no stranger", "stranger", bears("known", each(12, messages=3)), ""),
        ("nor does what nobody asked about", "stranger", each(12, messages=3), ""),
        ("what may be taken back stops nothing that goes now", "stranger", bears("later", each(12, messages=3)), ""),
        ("but what goes later as well", "later", bears("later", each(12, messages=3)), "refuse"),
        ("nor does it show, to who takes it back, what strangers send", "later", STORM, ""),
        ("strangers of one line", "stranger", bears("stranger", (Arrival(1, 0, "otp", 10),)), "refuse"),
        ("known ones of one line stop no stranger of it", "stranger", bears("known", (Arrival(1, 0, "otp", 20),)), ""),
        ("a verdict from when nobody asked is judged as then", None, bears("known", each(4)), "refuse"),
    ],
)
def test_strangers_are_judged_by_what_strangers_send(what, bearing, arrivals, action):
    found = answer(arrivals, bearing=bearing)
    assert (found.action if isinstance(found, Hit) else "") == action, what


ANY = st.lists(
    st.builds(
        Arrival,
        st.integers(0, 60),
        st.integers(0, 20),
        st.just("otp"),
        st.integers(1, 9),
        st.sampled_from(["known", "stranger", "later", ""]),
    ),
    max_size=40,
).map(tuple)


@given(ANY, st.sampled_from(["known", "later", ""]))
def test_whatever_else_is_sent_the_known_pass_and_strangers_learn_nothing_of_them(arrivals, bearing):
    assert answer(arrivals, bearing="known") is MISS
    strangers = tuple(one for one in arrivals if one.bearing == "stranger" or not one.family)
    others = tuple(one for one in arrivals if one.bearing == bearing and one.family)
    assert answer(strangers + others, bearing="stranger") == answer(strangers, bearing="stranger")


def test_alerts_of_accounts_that_are_cleared_for_them_pass():
    assert answer(each(30, "alert", 5), C.ALERT, alert_clearance=True) is MISS


def test_numbers_on_a_list_of_the_policy_are_spared():
    document = PolicyDocument("t", "T", NOON.date(), {}, lists={"handsets": ("+32 470 00 00 00",), "odd": ("me",)})
    for spared, expected in (("handsets", MISS), ("", Hit)):
        settings = msgspec.convert({"limits": [LIMIT], "spared": spared}, RULE.settings)
        found = RULE.check(a_message(category=C.OTP), the_facts(arrivals=each(9)), RULE.prepare(settings, document))
        assert found is expected or isinstance(found, Hit) is (expected is Hit)
    for missing in ("none", "odd"):
        with pytest.raises(ListError):
            RULE.prepare(msgspec.convert({"spared": missing}, RULE.settings), document)


def test_without_the_arrivals_it_abstains():
    assert answer(None) == Abstain("arrivals")


@given(st.integers(4, 30), st.integers(1, 9), st.sampled_from([LIMIT, WAITING]))
def test_the_sender_is_told_the_same_however_many_write_and_the_reviewer_is_told_how_many(accounts, messages, limit):
    category = limit["categories"][0]
    one, other = (answer(each(n, category, messages), C(category), [limit]) for n in (accounts, accounts + 1))
    assert (one.sentence, one.evidence, one.remedy) == (other.sentence, other.evidence, other.remedy)
    assert one.sentence == "This number gets too many messages now."
    assert "account" not in one.remedy + "".join(map(str, one.evidence))
    assert f"{accounts * messages + 1} messages of {accounts + 1} accounts" in one.reviewer


ARRIVALS = st.lists(
    st.builds(
        Arrival, st.integers(-9, 12), st.integers(0, 6), st.sampled_from(["transactional", "otp"]), st.integers(1, 4)
    ),
    max_size=30,
).map(tuple)


@given(ARRIVALS)
def test_what_waits_goes_when_there_is_room_and_a_full_five_minutes_hide_when_others_wrote(arrivals):
    found = answer(arrivals, C.TRANSACTIONAL, [WAITING])
    if found is MISS:
        return
    wait = found.until - NOON
    assert found.until.minute % 5 == 0
    assert timedelta() < wait <= timedelta(minutes=10 + 9 + 5)
    later = tuple(msgspec.structs.replace(one, ago_min=one.ago_min + wait // timedelta(minutes=1)) for one in arrivals)
    assert answer(later, C.TRANSACTIONAL, [WAITING]) is MISS


@given(ARRIVALS, ARRIVALS)
def test_more_messages_of_others_never_open_a_door(arrivals, more):
    others = tuple(one for one in more if one.family)
    if isinstance(answer(arrivals, C.TRANSACTIONAL, [{**WAITING, "messages": 100}]), Hit):
        assert isinstance(answer(arrivals + others, C.TRANSACTIONAL, [{**WAITING, "messages": 100}]), Hit)


@pytest.mark.parametrize(
    ("arrivals", "bearing"), [((), None), (each(3), None), (each(12, messages=2), None), (STORM, "stranger")]
)
def test_a_verdict_keeps_what_it_takes_to_judge_again_by_this_policy_or_another(arrivals, bearing):
    message, policy = a_message(category=C.OTP, text="Your code is 471182"), shipped()
    then = decide(message, the_facts(arrivals=arrivals, bearing=bearing, account=None), policy)
    kept = msgspec.json.decode(msgspec.json.encode(then), type=Verdict)
    facts = facts_of(kept, {})
    assert (facts.arrivals, facts.bearing) == (arrivals, bearing)
    assert comparable(decide(message, facts, policy)) == comparable(then)
    narrow = a_policy(destination_flood=RuleSetting(settings={"limits": [{**LIMIT, "accounts": 1}]}))
    assert (decide(message, facts, narrow).action == "refuse") is bool(arrivals)


def test_a_verdict_of_before_reads_and_judges_as_it_did():
    message, policy = a_message(category=C.OTP, text="Your code is 471182"), shipped()
    kept = msgspec.json.decode(msgspec.json.encode(decide(message, the_facts(arrivals=each(4), account=None), policy)))
    kept["facts"]["arrivals"] = [line[:4] for line in kept["facts"]["arrivals"]]
    facts = facts_of(msgspec.convert(kept, Verdict), {})
    assert (facts.arrivals, facts.bearing) == (each(4), None)
    assert decide(message, facts, policy).action == "refuse"
