"""U14: messages of many accounts at one number are stopped, though each keeps its own caps; nobody else is bothered."""

import contextlib
from datetime import timedelta

import pytest

from support.desk import decide, staff
from support.gateway import running_gateway

VICTIM, OTHER = "+32470000000", "+32470000001"
TOO_MANY = "This number gets too many messages now."


@pytest.fixture
async def doors(database, clock, tmp_path):
    """Two processes with a door each; they share nothing but the database."""
    async with contextlib.AsyncExitStack() as stack:
        found = []
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            found.append(await stack.enter_async_context(running_gateway(database, clock, tmp_path / name)))
        yield found


async def send(door, customer, to=VICTIM, category="otp", text="Your code is 471182"):
    answer = await door.send(customer, to=to, message=text, category=category)
    assert answer.status in {200, 403}, answer.body
    return answer


async def test_twelve_accounts_bomb_a_telephone_with_codes_over_two_processes(doors, clock):
    accounts = [await doors[0].customer() for _ in range(12)]
    answers = []
    for turn in range(2):
        for place, account in enumerate(accounts):
            answers.append(await send(doors[(turn + place) % 2], account))
            clock.advance(timedelta(seconds=12))
    # Most got nothing through, and nobody more than a person could have asked for.
    arrived = [answer for answer in answers if answer.status == 200]
    assert 4 <= len(arrived) <= 10
    assert all(answer.status == 403 for answer in answers[6:12])
    # The senders are told that it is too much now and when to try again, and nothing of who else writes.
    found = answers[11].body["verdict"]["findings"][0]
    assert (found["rule"], found["why"], found["clauses"]) == ("destination-flood", TOO_MANY, ["U14", "P7"])
    assert "10 minutes" in found["remedy"]
    assert not any(account.name in str(answer.body) for answer in answers for account in accounts)
    receipt = await doors[1].call("GET", f"/api/messages/{answers[11].body['messageid']}/verdict", accounts[11])
    assert receipt.status == 200
    assert "arrivals" not in receipt.body["verdict"]["facts"]
    # Who only asks learns nothing at all: not even that a number gets much.
    asking = {"text": "Your code is 471182", "sender": "Bank", "category": "otp"}
    flooded, quiet = [
        (await doors[0].call("POST", "/api/check", accounts[11], json={"messages": [{**asking, "to": to}]})).body[
            "messages"
        ]
        for to in (VICTIM, OTHER)
    ]
    assert flooded == quiet
    # Others' telephones get their codes, and so does this one as soon as the storm is over.
    assert (await send(doors[0], accounts[11], OTHER)).status == 200
    clock.advance(timedelta(minutes=61))
    assert (await send(doors[1], accounts[11])).status == 200
    # A person looks at it once, with all accounts by name and the number masked; no account sees any of it.
    ann = await staff(doors[0], "Ann")
    (case,) = (await doors[0].call("GET", "/api/desk/cases", ann, params={"kind": "flood"})).body["items"]
    assert case["facts"]["number"] == "+32*******00"
    assert {one["account"] for one in case["facts"]["accounts"]} <= {account.name for account in accounts}
    assert len(case["facts"]["accounts"]) >= 4
    named = await doors[0].call("GET", f"/api/desk/cases/{case['id']}/messages", ann, params={"limit": 100})
    stopped = {accounts[place % 12].name for place, answer in enumerate(answers) if answer.status == 403}
    assert len(named.body["items"]) == len(stopped)
    for account in accounts:
        assert (await doors[0].call("GET", "/api/cases", account)).body["items"] == []
    assert (await decide(doors[0], ann, case["id"], "confirm", reason="flooded")).status == 200
    # In the table there is no number, and an hour later nothing is left to tell of.
    rows = await doors[0].fetch("SELECT * FROM number_arrivals")
    assert not any(VICTIM[1:] in str(tuple(row)) for row in rows)


async def test_a_lively_account_a_family_and_many_log_ins_are_left_alone_and_what_can_wait_waits(doors, clock):
    parent, bank, shop, post = [await doors[0].customer() for _ in range(4)]
    children = [await doors[0].customer() for _ in range(5)]
    async with doors[0].directory_changed(), doors[1].directory_changed():
        for child in children:
            await doors[0].fetch(
                "UPDATE accounts SET parent_id = $1 WHERE account_id = $2", parent.account_id, child.account_id
            )
    # A support conversation of one account, beside which its bank sends a code.
    for turn in range(12):
        answer = await send(
            doors[turn % 2], parent, VICTIM, "transactional", f"Thanks! Step {turn}: pull lever {turn}."
        )
        assert answer.status == 200
    # All customers of one agency, and codes of three others: each asked for twice.
    for place, child in enumerate(children):
        assert (await send(doors[place % 2], child)).status == 200
    for place, account in enumerate((bank, shop, post) * 2):
        clock.advance(timedelta(seconds=20))
        assert (await send(doors[place % 2], account, text=f"Your code is 47118{place}")).status == 200
    waiting = await doors[0].value("SELECT count(*) FROM queue WHERE due_at > $1", clock.now())
    assert (waiting, await doors[0].value("SELECT count(*) FROM number_floods")) == (0, 0)
    # The seventh unrelated account with what can wait waits for room, by the clock's next full five minutes.
    crowd = [parent, bank, shop, post, *[await doors[0].customer() for _ in range(4)]]
    text = "Your parcel 4711 arrives today."
    answers = [await send(doors[place % 2], one, OTHER, "transactional", text) for place, one in enumerate(crowd)]
    last = answers[-1].body["verdict"]
    assert (last["action"], last["findings"][0]["why"]) == ("defer", TOO_MANY)
    (due,) = await doors[0].fetch("SELECT DISTINCT due_at FROM queue WHERE due_at > $1", clock.now())
    assert timedelta(minutes=9) <= due["due_at"] - clock.now() <= timedelta(minutes=15)
    assert due["due_at"].minute % 5 == 0
