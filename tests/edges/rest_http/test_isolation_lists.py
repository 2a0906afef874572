"""Lists show their caller's own things alone: each is asked before and after another account has some of everything.

What is made is what `test_isolation` makes for the paths that take an id, so whatever is new there counts here too.
"""

import pytest
import pytest_asyncio

from edges.rest_http.test_isolation import DOCUMENT, MAKERS
from support.desk import ready_for_evidence, staff

pytestmark = pytest.mark.asyncio(loop_scope="module")

LISTS = sorted(
    path
    for path, methods in DOCUMENT["paths"].items()
    if "get" in methods and "{" not in path and not path.startswith("/api/desk/")
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(gateway, tmp_path_factory):
    await ready_for_evidence(gateway, tmp_path_factory.mktemp("evidence"))
    gateway.sue = await staff(gateway, "Sue of the lists", "senior")
    return gateway


async def shown(desk, caller):
    """What a caller is shown by every list."""
    answers = {path: await desk.call("GET", path, caller) for path in LISTS}
    return {path: (answer.status, answer.body) for path, answer in answers.items()}


async def test_there_are_lists_to_look_at():
    assert {"/api/cases", "/api/consents", "/api/evidence", "/api/notices", "/api/proof-requests"} <= set(LISTS)


async def test_no_list_changes_by_what_another_account_has(desk):
    other, full = await desk.customer(), set()
    before = await shown(desk, other)
    assert {status for status, _body in before.values()} <= {200, 400, 401, 403}
    for make in dict.fromkeys(MAKERS.values()):
        owner = await desk.customer()
        await make(desk, owner)
        own = await shown(desk, owner)
        full |= {path for path, (_status, body) in own.items() if isinstance(body, dict) and body.get("items")}
    assert {"/api/cases", "/api/consents", "/api/notices", "/api/opt-outs", "/api/proof-requests"} <= full
    after = await shown(desk, other)
    assert {path for path in LISTS if after[path] != before[path]} == set()
