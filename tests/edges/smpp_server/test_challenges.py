"""U15 over SMPP: what a login submits from a country that is new for its account is held; denied, its binds end."""

from datetime import UTC, datetime, timedelta

from comity.accounts.whereabouts import range_keys
from comity.base.clock import SystemClock
from comity.edges.postgres.challenge_origins import Origins
from comity.edges.postgres.challenge_steps import Step, deny
from comity.edges.postgres.challenge_store import lock_challenge
from comity.edges.postgres.evidence_keys import KEY_FILE, ensure_evidence
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.lists_store import NewList, load_list
from comity.smpp import events as ev

REGISTRY = "lacnic|BR|ipv4|127.0.0.0|256|20100101|allocated"


async def test_what_a_login_submits_from_a_new_country_is_held_and_denied_its_binds_end_and_it_makes_no_more(
    house, submit_sm, database, server, tmp_path
):
    (tmp_path / KEY_FILE).write_bytes((server.evidence_folder / KEY_FILE).read_bytes())
    await ensure_evidence(house.road, tmp_path)
    account_id = house.accounts["bank"]
    await load_list(house.road, NewList("registry", "addresses"), range_keys(REGISTRY))
    long_ago = datetime.now(UTC) - timedelta(days=30)
    await house.road.execute(
        "INSERT INTO key_origins VALUES ($1, 'bank', 'NL', '192.0.2.0/24', $2, $2)", account_id, long_ago
    )
    await house.road.execute(
        "INSERT INTO account_traffic (account_id, since, sent) VALUES ($1, $2, 60)", account_id, long_ago
    )
    connections = HeldConnections(database, "comity-test-origins", most=1)
    origins = Origins(connections, SystemClock(), lambda: house.directory.readings().policy.policy.document)
    await origins.load()
    house.directory.origins = origins
    customer = await house.customer()
    (answer,) = await customer.submit(submit_sm())
    assert answer.status == 0
    held = await house.road.fetchrow(
        "SELECT o.challenge_id, o.key, o.country, l.state FROM challenges o, message_life l WHERE o.account_id = $1",
        account_id,
    )
    assert (held["key"], held["country"], held["state"]) == ("bank", "BR", "held")
    # Of another login of the account, which stays.
    await house.login("other")
    stays = await house.customer("other")
    async with house.road.transaction():
        found = await lock_challenge(house.road, account_id, held["challenge_id"])
        await deny(house.road, found, Step("Rita", datetime.now(UTC), "Not theirs."))
    # The bind that is there is ended, and none is made again.
    await customer.lost()
    again = await house.connected()
    assert isinstance(await again.bind("bank"), ev.BindRefused)
    (answer,) = await stays.submit(submit_sm(to="32470000002"))
    assert answer.status == 0
    await connections.close()
