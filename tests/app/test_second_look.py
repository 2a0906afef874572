"""A judgement is looked at again, months and policies later: replayed, run over by a candidate, its text erased."""

import json

import pytest

from comity.base.ids import from_wire
from comity.screening.engine import engine
from support.serving import make_account, new_folder, run_comity

TEXT = "Your table at Acme is booked for 19:30."


@pytest.fixture
async def sent(served):
    """A node with one message that went and one that was refused; their ids."""
    await served.start()
    await served.announced()
    customer = await make_account(served.data, "Acme")
    ids = []
    for to in ("32470123456", "112"):
        _, body = await served.post(
            "/v1/message/send", json={"message": TEXT, "to": to, "sender": "Bank"}, headers=customer
        )
        ids.append(body.get("messageid") or body["messages"][0]["messageid"])
    return served, ids


@pytest.fixture(scope="module")
def untouched():
    """A data directory where nothing was sent, made once: each command starts its database for the while."""
    with new_folder() as folder:
        yield folder / "data"


async def comity(served, *arguments):
    status, out, err = await run_comity(*arguments, data=served.data)
    assert status == 0, err
    return out


async def test_what_was_sent_is_looked_at_again_until_its_text_is_erased(sent, tmp_path):
    # One node for all: to start one takes longer than all that is asked of it.
    served, (message, refused) = sent
    await _is_shown_with_its_digests_and_facts(served, message)
    await _a_candidate_policy_is_run_over_it(served, refused, tmp_path)
    await _a_look_back_opens_one_case_an_account_and_once(served, message, tmp_path)
    await _is_replayed_exactly_also_after_the_policy_changed(served, message, refused, tmp_path)
    await _its_text_is_erased_from_message_and_verdict_and_the_replay_says_so(served, message, refused)


async def _is_replayed_exactly_also_after_the_policy_changed(served, message, refused, tmp_path):
    for each in (message, refused):
        came = json.loads(await comity(served, "verdict", "replay", each, "--json"))
        assert (came["outcome"], came["same"]) == ("exact", True), came
    policy = tmp_path / "policy.toml"
    policy.write_text('version = "next"\ntitle = "t"\neffective = 2026-11-01\nrules = {}\n')
    await comity(served, "policy", "publish", policy)
    again = await comity(served, "verdict", "replay", refused)
    assert f"{refused}: exact" in again
    assert "refuse" in again


async def _is_shown_with_its_digests_and_facts(served, message):
    shown = json.loads(await comity(served, "verdict", "show", message, "--json"))
    assert shown["id"] == message
    assert shown["verdict"]["engine"] == engine().code.digest
    assert shown["verdict"]["models"] == engine().models.digest
    assert shown["verdict"]["facts"]["account_digest"]
    assert "text" not in shown["verdict"]["given"]
    words = await comity(served, "verdict", "show", message)
    assert f"{message}: allow" in words
    assert TEXT not in words


async def _a_candidate_policy_is_run_over_it(served, refused, tmp_path):
    policy = tmp_path / "policy.toml"
    policy.write_text(
        'version = "mild"\ntitle = "t"\neffective = 2026-11-01\n[rules.emergency-destination]\naction = "hold"\n'
    )
    told = json.loads(await comity(served, "policy", "backtest", policy, "--since", "1d", "--json"))
    assert told["judged"] == 2
    assert told["skipped"] == {}
    (change,) = [change for change in told["changes"] if change["rule"] == "emergency-destination"]
    assert (change["account"], change["then"], change["now"], change["messages"]) == ("Acme", "refuse", "hold", 1)
    assert change["examples"][0]["id"] == refused
    words = await comity(served, "policy", "backtest", policy, "--since", "1d")
    assert "emergency-destination: refuse -> hold, 1 message" in words
    assert TEXT not in words


async def _a_look_back_opens_one_case_an_account_and_once(served, message, tmp_path):
    policy = tmp_path / "policy.toml"
    policy.write_text(
        'version = "strict"\ntitle = "t"\neffective = 2026-11-01\n[rules.destination-not-allowed]\n'
        '[rules.embargoed-destination]\nsettings.countries = ["BE"]\nsettings.confirmed = "Ann, 2026-11-22"\n'
    )
    first = json.loads(
        await comity(served, "policy", "backtest", policy, "--since", "1d", "--open-cases", "--by", "Ann", "--json")
    )
    assert first["cases_opened"] == 1
    await comity(served, "policy", "backtest", policy, "--since", "1d", "--open-cases", "--by", "Ann")
    (case,) = json.loads(await comity(served, "cases", "list", "--json"))
    assert (case["account"], case["state"], case["opened_by"], case["messages"]) == ("Acme", "open", "Ann", 1)
    (named,) = json.loads(await comity(served, "cases", "show", case["number"], "--json"))["named"]
    assert named["message"] == message
    assert "embargoed-destination" in named["findings"]


async def _its_text_is_erased_from_message_and_verdict_and_the_replay_says_so(served, message, refused):
    out = await comity(served, "messages", "erase-texts", "--before", "2999-01-01", "--account", "Acme")
    assert out.startswith(("1 texts", "2 texts"))  # the first may still be on its way
    came = json.loads(await comity(served, "verdict", "replay", refused, "--json"))
    assert came["outcome"] == "text erased"
    assert "112" not in json.dumps(came["then"]["findings"])
    assert from_wire(message)


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        (("verdict", "replay", "nonsense"), "is no message id"),
        (("verdict", "show", "0" * 31), "is no message id"),
        (("messages", "erase-texts", "--before", "soon"), "is not a day"),
        (("policy", "backtest", "/nowhere", "--since", "1d"), "/nowhere"),
        (("policy", "backtest", "/nowhere", "--since", "long"), "no stretch of time"),
    ],
)
async def test_what_cannot_be_done_is_one_clear_line(untouched, arguments, wrong):
    status, _, err = await run_comity(*arguments, data=untouched)
    assert status == 1
    assert wrong in err
    assert err.count("\n") == 1
