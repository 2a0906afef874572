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
    # Of strangers with what can wait the seventh waits for room, by the clock's next full five minutes; nobody asked
    # about the first at each of the two doors.
    crowd = [parent, bank, shop, post, *[await doors[0].customer() for _ in range(5)]]
    text = "Your parcel 4711 arrives today."
    answers = [await send(doors[place % 2], one, OTHER, "transactional", text) for place, one in enumerate(crowd)]
    last = answers[-1].body["verdict"]
    assert (last["action"], last["findings"][0]["why"]) == ("defer", TOO_MANY)
    (due,) = await doors[0].fetch("SELECT DISTINCT due_at FROM queue WHERE due_at > $1", clock.now())
    assert timedelta(minutes=9) <= due["due_at"] - clock.now() <= timedelta(minutes=15)
    assert due["due_at"].minute % 5 == 0


def to_number(last):
    return f"+324700001{last:02}"


async def test_a_storm_of_strangers_never_keeps_a_code_of_the_bank_from_its_customer(doors, clock):
    bank, reseller, *strangers = [await doors[0].customer() for _ in range(10)]
    crowd = strangers[:6]
    assert (await send(doors[0], bank)).status == 200
    clock.advance(timedelta(days=1))
    # Eight that try each minute get little through; whoever the person knows is not asked to wait for them.
    passed = []
    for minute in range(12):
        for place, account in enumerate(strangers):
            passed.append((await send(doors[place % 2], account, text=f"Your code is 47{minute:02}18")).status == 200)
        clock.advance(timedelta(minutes=1))
        if minute % 3 == 1:
            assert (await send(doors[minute % 2], bank, text=f"Your code is 88{minute:02}18")).status == 200
    assert sum(passed) <= len(passed) // 4
    # What came through in the storm makes nobody known, so the next storm ends as the first.
    clock.advance(timedelta(hours=3))
    again = [(await send(doors[place % 2], account)).status for place, account in enumerate(strangers)]
    assert again[-1] == 403
    # What is to go out later, in a moment or a day, and is taken back silences nobody then.
    for wait in (timedelta(seconds=40), timedelta(hours=20)):
        at, number = clock.now() + wait, to_number(1)
        when = at.strftime("%Y-%m-%d %H:%M:%S")
        for account in crowd:
            text = {"to": number, "message": "Your code is 471182", "category": "otp", "date": when}
            assert (await doors[0].send(account, **text)).status in {200, 403}
            for message in (await doors[0].call("GET", "/v1/outbox", account)).body["messages"]:
                assert (await doors[0].call("DELETE", f"/v1/outbox/{message['ID']}", account)).status in {200, 204}
        clock.advance(at - clock.now())
        assert [(await send(doors[0], account, number)).status for account in strangers[6:]] == [200, 200]
    # Whether somebody else wrote just now shows in no answer, were they known to the person or not.
    assert (await send(doors[0], bank, to_number(2))).status == 200
    clock.advance(timedelta(hours=2))
    for number in (to_number(2), to_number(3)):
        assert (await send(doors[0], bank, to_number(2))).status == 200
        clock.advance(timedelta(minutes=2))
        assert [(await send(doors[0], spy, number)).status for spy in crowd[:4]] == [200] * 4
    # A line of twelve accounts is one, and gets no more through than one could.
    line = [*strangers, *[await doors[0].customer() for _ in range(4)]]
    async with doors[0].directory_changed(), doors[1].directory_changed():
        ids = [account.account_id for account in line]
        await doors[0].fetch("UPDATE accounts SET parent_id = $1 WHERE account_id = ANY ($2)", reseller.account_id, ids)
    codes = [
        (await send(doors[0], account, to_number(4), text=f"Your code is {471100 + place}")).status
        for place, account in enumerate(line * 2)
    ]
    assert codes.count(200) == 10


async def test_a_flood_that_goes_on_after_it_was_decided_makes_another_case(doors, clock):
    strangers, ann = [await doors[0].customer() for _ in range(6)], await staff(doors[0], "Ann")
    found = []
    for hours in (0.5, 20, 20):
        for account in strangers:
            await send(doors[0], account)
        cases = (await doors[0].call("GET", "/api/desk/cases", ann, params={"kind": "flood"})).body["items"]
        found.append(len(cases))
        if len(found) == 1:
            assert (await decide(doors[0], ann, cases[0]["id"], "confirm", reason="flooded")).status == 200
        clock.advance(timedelta(hours=hours))
    states = await doors[0].fetch("SELECT state FROM cases WHERE kind = 'flood' ORDER BY case_id")
    assert [row["state"] for row in states] == ["decided", "open"]
