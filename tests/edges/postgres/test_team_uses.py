"""The last day on which a key was used is written once a day, by whichever process saw it last."""

from datetime import UTC, date, datetime

import pytest

from comity.base.errors import StoreError
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.team_uses import KeyUses
from support.gateway import operating

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC).timestamp()
DAY_S = 86_400


class Nowhere:
    """Connections that cannot be had."""

    def connection(self):
        raise StoreError("Nobody is there.")


async def test_the_later_day_stays_and_what_could_not_be_written_is_written_later(database):
    now = NOON
    async with operating(database) as operator:
        customer = await operator.customer()
        connections = HeldConnections(database, "comity-uses")
        one, other = (KeyUses(connections, lambda: now) for _ in range(2))

        def days():
            return operator.value("SELECT last_used FROM key_days WHERE client_id = $1", customer.client_id)

        one.note(customer.client_id, customer.account_id)
        other.note(customer.client_id, customer.account_id)
        now += DAY_S
        one.note(customer.client_id, customer.account_id)
        one._connections = Nowhere()
        with pytest.raises(StoreError):
            await one.write()
        one._connections = connections
        await one.write()
        await other.write()
        assert await days() == date(2026, 3, 5)
        one.note(customer.client_id, customer.account_id)
        assert one._unwritten == {}, "once a day is enough"
        await connections.close()
