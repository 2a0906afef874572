"""What a freeze held, once it has ended: released or refused in pieces, each a commit of its own, until all is done."""

from comity.complaints.complaint import NewFreeze
from comity.edges.postgres import complaint_freeze_ends, complaint_parking
from comity.edges.postgres.complaint_store import freeze
from support.complaints import PLAIN, Passing
from support.desk import decide, staff
from support.gateway import running_gateway

MANY = 5


async def begin(gateway, customer, now):
    what = NewFreeze(customer.account_id, "sender", "acme", "It is looked at.", "", "Rita Example")
    async with gateway._lock, gateway.connection.transaction():
        return await freeze(gateway.connection, what, now)


async def states(gateway, customer):
    rows = await gateway.fetch(
        "SELECT state, count(*) AS n FROM message_life WHERE account_id = $1 GROUP BY 1", customer.account_id
    )
    return {row["state"]: row["n"] for row in rows}


async def test_what_a_freeze_held_is_refused_or_goes_on_some_at_once_and_then_all(
    database, clock, tmp_path, monkeypatch
):
    monkeypatch.setattr(complaint_freeze_ends, "_AT_ONCE", 2)
    monkeypatch.setattr(complaint_parking, "_PIECE", 1)
    monkeypatch.setattr(complaint_parking, "_MOST_PIECES", 3)
    async with running_gateway(database, clock, tmp_path) as gateway:
        rita, pass_time = await staff(gateway, "Rita Example"), Passing(gateway, clock)
        wrong, fine = [await gateway.customer(senders=("Acme",)) for _ in range(2)]
        for customer in (wrong, fine):
            for number in range(MANY):
                await gateway.send(customer, to=f"+3247000000{number}", message=PLAIN, sender="Acme")
            await begin(gateway, customer, clock.now())
        listed = (await gateway.call("GET", "/api/desk/freezes", rita)).body["items"]
        fine_id, wrong_id = (one["id"] for one in listed)
        uphold, why = f"/api/desk/freezes/{wrong_id}/uphold", {"why": "It is fraud."}

        # More waits in the queue than one commit takes out of it: the deeds do that first.
        assert (await gateway.call("POST", uphold, rita, json=why)).status == 409
        assert await states(gateway, wrong) == {"queued": MANY}
        await pass_time(seconds=6)

        upheld = await gateway.call("POST", uphold, rita, json=why)
        assert (upheld.status, upheld.body["state"], upheld.body["held"]) == (200, "upheld", 3)
        assert await states(gateway, wrong) == {"refused": 2, "held": 3}
        overturned = await decide(gateway, rita, fine_id, "overturn")
        assert overturned.body["effects"] == {"released": 2, "none": 0, "to_come": 3}
        assert await states(gateway, fine) == {"queued": 2, "held": 3}
        await pass_time()
        assert await states(gateway, wrong) == {"refused": MANY}
        assert await states(gateway, fine) == {"queued": MANY}
        for customer, said in ((wrong, f"{MANY} messages are refused"), (fine, f"{MANY} messages go on")):
            notices = (await gateway.call("GET", "/api/notices", customer)).body["items"]
            assert said in str(notices)
        assert await gateway.ledger_problems() == []
        await pass_time.close()
