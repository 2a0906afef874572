"""An account brings a list of opt-ins itself: recorded once, wrong lines told, held where it looks bought."""

import io

import pytest
import pytest_asyncio

from support.desk import ready_for_evidence, staff

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATH = "/api/consents/imports"
HEADER = "recipient,brand,purpose,wording,channel,at,proof"
ROW = "+3247{n:07d},Shop,offers,Yes.,web form,2026-03-0{d}T12:{m:02d}:00Z,form {n}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def door(gateway, tmp_path_factory):
    await ready_for_evidence(gateway, tmp_path_factory.mktemp("evidence"))
    gateway.sue = await staff(gateway, "Sue", "senior")
    return gateway


def listed(count, *, alike=False):
    rows = [ROW.format(n=n, d=1 if alike else 1 + n % 3, m=0 if alike else n % 60) for n in range(count)]
    return "\n".join((HEADER, *rows, ""))


async def bring(door, customer, text, kind="text/csv", name="list.csv"):
    headers = {"Content-Type": kind}
    return await door.call(
        "POST", PATH, customer, data=io.BytesIO(text.encode()), headers=headers, params={"name": name}
    )


async def test_a_list_is_recorded_once_and_wrong_lines_are_told(door):
    customer = await door.customer()
    text = listed(3) + "nobody,Shop,offers,Yes.,web form,2026-03-01T12:00:00Z,form 9\n"
    first = await bring(door, customer, text)
    assert (first.status, first.body["recorded"], first.body["known"], first.body["counts"]) == (200, 3, 0, True)
    assert [one["line"] for one in first.body["problems"]] == [5]
    again = await bring(door, customer, text)
    assert (again.body["number"], again.body["recorded"], again.body["known"]) == (first.body["number"], 0, 3)
    done = await door.call("GET", "/api/activity", customer)
    assert [one["operation"] for one in done.body["items"]] == ["import_consents"] * 2
    page = await door.call("GET", PATH, customer)
    assert [(one["number"], one["recorded"], one["rejected"]) for one in page.body["items"]] == [
        (first.body["number"], 3, 1)
    ]
    assert (await door.call("GET", PATH, await door.customer())).body == {"items": [], "next": None}
    known = await door.call("GET", "/api/recipients/+32470000001/consent", customer)
    assert known.status == 200


async def test_all_wrong_lines_are_counted_and_the_first_hundred_told(door):
    brought = await bring(door, await door.customer(), HEADER + "\r\na" * 300)
    assert (brought.status, brought.body["rejected"], len(brought.body["problems"])) == (200, 300, 100)


async def test_a_list_that_looks_bought_is_held_for_the_desk(door):
    customer = await door.customer()
    brought = await bring(door, customer, listed(150, alike=True))
    assert (brought.body["state"], brought.body["counts"]) == ("held", False)
    cases = await door.call("GET", "/api/cases", customer)
    assert [one["kind"] for one in cases.body["items"]] == ["import"]
    path = f"/api/desk/imports/{brought.body['number']}/release"
    assert (await door.call("POST", path, door.sue, json={"why": "They asked each."})).status == 200
    assert (await door.call("GET", PATH, customer)).body["items"][0]["counts"] is True


@pytest.mark.parametrize(
    ("text", "kind", "name", "status"),
    [
        (listed(1), "application/json", "list.csv", 415),
        (listed(1), "text/csv", "../list", 400),
        ("recipient,brand\n", "text/csv", "list.csv", 400),
        ("", "text/csv", "list.csv", 400),
        (HEADER + '\n"' + "x" * 200_000, "text/csv", "list.csv", 400),
        ("x" * (4 * 1024 * 1024 + 1), "text/csv", "list.csv", 413),
        # Rows that are none take the machine's time as those that are one do.
        (HEADER + "\na" * 100_001, "text/csv", "list.csv", 413),
        (HEADER + "\ra" * 100_001, "text/csv", "list.csv", 413),
    ],
)
async def test_what_is_no_list_is_refused_in_words(door, text, kind, name, status):
    refused = await bring(door, await door.customer(), text, kind, name)
    assert refused.status == status, refused.body
