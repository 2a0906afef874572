"""kill -9 at random moments under load: nothing acknowledged is lost, nothing is charged that was not sent.

COMITY_FAULT_ROUNDS says how many rounds are played (6, one for each victim; 30 before a release), COMITY_FAULT_SEED
repeats a run's choices. `--log-cli-level=info` shows what each round counted.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
import pytest_asyncio

from faults.stage import WINDOW, Carrier, Gateway, kill, until
from faults.traffic import Traffic

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

VICTIMS = ("supervisor", "api", "dispatch", "postgres", "carrier", "everything")
# With these the dispatcher dies, and what it had in flight is sent again; its counters begin anew.
DISPATCHER_DIES = frozenset({"supervisor", "dispatch", "everything"})
ROUNDS = int(os.environ.get("COMITY_FAULT_ROUNDS", len(VICTIMS)))
SEED = int(os.environ.get("COMITY_FAULT_SEED", random.SystemRandom().randrange(10**6)))

_log = logging.getLogger("faults")
pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]


class Stage(NamedTuple):
    """What is played on, and every round so far."""

    gateway: Gateway
    carrier: Carrier
    rounds: list[Traffic]


def made_folder() -> Path:
    """On a disk, as in earnest; and PostgreSQL's own user must be able to pass through."""
    folder = Path(tempfile.mkdtemp(prefix="comity-faults-", dir="/var/tmp"))
    folder.chmod(0o711)
    return folder


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage() -> AsyncIterator[Stage]:
    folder = await asyncio.to_thread(made_folder)
    carrier, gateway = Carrier(folder), Gateway(folder)
    await carrier.start()
    await gateway.set_up(carrier)
    await gateway.start()
    await gateway.ready()
    yield Stage(gateway, carrier, [])
    await gateway.stop()
    await carrier.kill()
    shutil.rmtree(folder)


@pytest.mark.parametrize(("number", "victim"), [(number, VICTIMS[number % len(VICTIMS)]) for number in range(ROUNDS)])
async def test_what_was_acknowledged_survives_the_death_of(stage: Stage, number: int, victim: str):
    chance = random.Random(f"{SEED} {number}")
    gateway, carrier, rounds = stage
    told = f"{victim}, COMITY_FAULT_SEED={SEED}"
    await gateway.ready()
    resent_before = 0 if victim in DISPATCHER_DIES else await gateway.figure("dispatch_resent_ambiguous")
    async with Traffic(f"r{number}", gateway.url, gateway.headers) as traffic:
        rounds.append(traffic)
        await traffic.acknowledge(chance.randrange(20, 300))
        await asyncio.sleep(chance.random() / 20)  # anywhere between two answers
        await strike(stage, victim)
        await gateway.ready()
        await traffic.acknowledge(50)

    acknowledged = set.union(*(one.acknowledged for one in rounds))
    in_doubt = set.union(*(one.unanswered | one.refused.keys() for one in rounds))

    async def all_there() -> bool:
        seen = carrier.seen()
        return acknowledged <= seen.keys() and len(seen) == await gateway.spent()

    await until(all_there, f"what was acknowledged, and what was charged, has arrived ({told})")
    seen = carrier.seen()
    assert seen.keys() <= acknowledged | in_doubt, f"only what was asked for is sent ({told})"
    twice = sum(times - 1 for token, times in seen.items() if token.startswith(f"r{number} "))

    async def all_counted() -> bool:  # figures are written each second
        return twice <= await gateway.figure("dispatch_resent_ambiguous") - resent_before <= 2 * WINDOW

    await until(all_counted, f"the {twice} duplicates are counted, and no more than was in flight ({told})", limit_s=5)
    assert "balances" in await gateway.command("ledger", "check")
    _log.info(
        "%s: %d acknowledged, none lost; %d arrived twice; %d unanswered, %d of them sent; %d refused, %d of them sent",
        *(victim, len(traffic.acknowledged), twice),
        *(len(traffic.unanswered), len(traffic.unanswered & seen.keys())),
        *(len(traffic.refused), len(traffic.refused.keys() & seen.keys())),
    )


async def strike(stage: Stage, victim: str) -> None:
    """Kill; what an operator's init system or another company starts again is started again, nothing else is done."""
    gateway, carrier, _ = stage
    if victim == "carrier":
        await carrier.kill()
        await carrier.start()
        return
    running = gateway.processes()
    struck = [pid for pid, name in running.items() if victim in {name.split(",")[0], "everything"}]
    assert struck, f"{victim} runs"
    for pid in struck:
        kill(pid)
    if gateway.supervisor in struck:
        await gateway.start()
