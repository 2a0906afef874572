"""G4: not enforcing once is no waiver: what went yesterday is looked at by today's policy, and a person decides."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import tempfile
from itertools import count
from pathlib import Path

import pytest

from support.serving import Served, alive, make_account, run_comity

TEXT = "Your table at the Bank of Example is booked for 19:30."
STRICTER = (
    'version = "stricter"\ntitle = "A stricter policy"\neffective = 2026-11-01\n'
    '[rules.embargoed-destination]\nsettings.countries = ["BE"]\nsettings.confirmed = "Ann, 2026-11-22"\n'
)


@pytest.fixture
def folder():
    """Not pytest's own: root's PostgreSQL runs as a user who could not enter it."""
    made = Path(tempfile.mkdtemp(prefix="comity-story-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
async def served(folder):
    """A gateway of its own, as an operator runs it."""
    one = Served(folder / "data")
    await one.start()
    await one.announced()
    yield one
    await one.end()
    for pid in alive(one.family()):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


async def comity(served, *arguments):
    status, out, err = await run_comity(*arguments, data=served.data)
    assert status == 0, err
    return out


async def send(served, customer, to):
    body = {"message": TEXT, "to": to, "sender": "Bank"}
    return await served.post("/v1/message/send", json=body, headers=customer)


async def test_what_went_once_is_found_by_a_later_policy_and_goes_no_more(served, tmp_path):
    customer = await make_account(served.data, "Acme")
    sent = [(await send(served, customer, f"3247012345{n}"))[1]["messageid"] for n in range(2)]
    candidate = tmp_path / "policy.toml"
    candidate.write_text(STRICTER)

    # Looked at first: what it would have decided, and nothing else happens.
    looked = json.loads(await comity(served, "policy", "backtest", candidate, "--since", "1d", "--json"))
    (change,) = [one for one in looked["changes"] if one["rule"] == "embargoed-destination"]
    assert (change["account"], change["then"], change["now"], change["messages"]) == ("Acme", "-", "refuse", 2)
    assert json.loads(await comity(served, "cases", "list", "--json")) == []

    # Then a case is opened of it, which names the messages and the rule; once, however often it is looked for.
    for _ in range(2):
        await comity(served, "policy", "backtest", candidate, "--since", "1d", "--open-cases", "--by", "Ann")
    (case,) = json.loads(await comity(served, "cases", "list", "--json"))
    assert (case["account"], case["opened_by"], case["messages"]) == ("Acme", "Ann", 2)
    named = json.loads(await comity(served, "cases", "show", case["number"], "--json"))["named"]
    assert {one["message"] for one in named} == set(sent)
    assert all("embargoed-destination" in one["findings"] for one in named)

    # What was judged then stays as it was judged; the same text is judged by what holds now.
    for message in sent:
        shown = json.loads(await comity(served, "verdict", "show", message, "--json"))
        assert shown["verdict"]["action"] == "allow"
    await comity(served, "policy", "publish", candidate)
    async with asyncio.timeout(10):
        for number in count(10):
            status, body = await send(served, customer, f"324701234{number}")
            if status == 403:  # the other process has taken it in
                break
    assert [one["rule"] for one in body["verdict"]["findings"]] == ["embargoed-destination"]
    assert "balances" in await comity(served, "ledger", "check")
