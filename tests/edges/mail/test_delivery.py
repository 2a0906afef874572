import asyncio
from datetime import timedelta

import pytest

from comity.edges.mail.deliver import MailWorker
from comity.edges.mail.sending import send_all
from comity.edges.mail.settings import read_smtp
from comity.edges.postgres import notice_store
from comity.edges.postgres.notice_mail_store import LEASE, MailOutcome, MailQueue
from comity.journey.notices import GIVEN_UP_AFTER, RETRY_AFTER_S
from support.gateway import free_port, operating
from support.mailbox import mailbox

FROM = "from=notices@operator.example"
ANN = "ann@customer.example"
BOB = "bob@customer.example"


@pytest.fixture
async def operator(database):
    async with operating(database) as opened:
        yield opened


@pytest.fixture
async def box():
    async with mailbox() as opened:
        yield opened


@pytest.fixture
async def worker(database, clock, box):
    queue = MailQueue(database)
    yield MailWorker(queue, read_smtp(f"smtp://{box.url}?{FROM}&starttls=no"), clock, lambda: 0.0)
    await queue.close()


async def leave(operator, clock, *emails, kind="standing", summary="Your account is watched."):
    customer = await operator.customer()
    for one in emails:
        await notice_store.add_address(operator.connection, customer.account_id, one, "en", clock.now())
    await notice_store.leave_notice(operator.connection, customer.account_id, kind, {"summary": summary}, clock.now())
    return customer


async def states(operator):
    rows = await operator.fetch(
        "SELECT address, state, attempt, remark, due_at, settled_at FROM notice_deliveries"
        " WHERE channel = 'email' ORDER BY address"
    )
    return [dict(row) for row in rows]


async def test_a_notice_is_mailed_to_every_address_and_that_the_server_took_it_is_kept(operator, worker, box, clock):
    customer = await leave(operator, clock, ANN, BOB)
    assert await worker.once() == 2
    assert sorted(one["To"] for one in box.mails) == [ANN, BOB]
    (mail,) = box.to(ANN)
    assert mail["From"] == "notices@operator.example"
    assert customer.name in mail["Subject"]
    assert "Your account is watched." in mail.get_content()
    assert [(one["state"], one["remark"], one["settled_at"]) for one in await states(operator)] == [
        ("delivered", "250", clock.now())
    ] * 2
    assert await worker.once() == 0


async def test_a_server_that_asks_for_patience_is_asked_again_later(operator, worker, box, clock):
    box.answers[ANN] = "451 later"
    await leave(operator, clock, ANN)
    await worker.once()
    (waiting,) = await states(operator)
    assert (waiting["state"], waiting["remark"]) == ("waiting", "451")
    assert waiting["due_at"] == clock.now() + timedelta(seconds=RETRY_AFTER_S[0])
    assert await worker.once() == 0
    box.answers.clear()
    clock.advance(timedelta(seconds=RETRY_AFTER_S[0]))
    assert await worker.once() == 1
    (sent,) = await states(operator)
    assert (sent["state"], sent["attempt"]) == ("delivered", 2)


@pytest.mark.parametrize("where", [ANN, "data"])
async def test_a_server_that_refuses_for_good_is_not_asked_again_and_others_still_are(
    operator, worker, box, clock, where
):
    box.answers[where] = "550 no such user"
    await leave(operator, clock, ANN)
    await worker.once()
    box.answers.clear()
    await leave(operator, clock, BOB)
    await worker.once()
    ann, bob = await states(operator)
    assert (ann["state"], ann["remark"]) == ("failed", "550")
    assert bob["state"] == "delivered"


async def test_one_refused_recipient_does_not_spoil_the_session(operator, worker, box, clock):
    box.answers[ANN] = "550 no such user"
    await leave(operator, clock, ANN, BOB)
    await worker.once()
    assert [one["state"] for one in await states(operator)] == ["failed", "delivered"]


async def test_a_server_that_cannot_be_reached_makes_all_wait(operator, database, clock):
    queue = MailQueue(database)
    worker = MailWorker(queue, read_smtp(f"smtp://127.0.0.1:{free_port()}?{FROM}&starttls=no"), clock, lambda: 0.0)
    await leave(operator, clock, ANN, BOB)
    assert await worker.once() == 2
    assert await worker.once() == 0
    assert [(one["state"], one["remark"]) for one in await states(operator)] == [("waiting", "unreachable")] * 2
    await queue.close()


async def test_what_waited_too_long_is_given_up_and_not_sent(operator, worker, box, clock):
    await leave(operator, clock, ANN)
    clock.advance(GIVEN_UP_AFTER)
    assert await worker.once() == 0
    (old,) = await states(operator)
    assert (old["state"], old["remark"], box.mails) == ("failed", "never tried", [])


async def test_what_a_dead_worker_claimed_is_claimed_again_after_its_lease_and_its_word_no_longer_counts(
    operator, database, worker, clock
):
    dead = MailQueue(database)
    await dead.listen(lambda: None)
    await leave(operator, clock, ANN)
    (claimed,) = await dead.claim(clock.now(), 10)
    assert await worker.once() == 0
    clock.advance(LEASE)
    assert await worker.once() == 1
    assert await dead.write([MailOutcome(claimed, "failed", clock.now(), "550")], clock.now()) == 0
    (one,) = await states(operator)
    assert one["state"] == "delivered"
    await dead.close()


async def test_a_running_worker_hears_of_a_notice_by_itself_and_stops(operator, worker, box, clock):
    stop = asyncio.Event()
    running = asyncio.create_task(worker.run(stop))
    await leave(operator, clock, ANN)
    await box.arrived()
    stop.set()
    await asyncio.wait_for(running, 10)


async def test_two_workers_send_each_mail_once(operator, database, box, clock):
    smtp = read_smtp(f"smtp://{box.url}?{FROM}&starttls=no")
    queues = [MailQueue(database) for _ in range(2)]
    await leave(operator, clock, *(f"a{n}@customer.example" for n in range(15)))
    await asyncio.gather(*(MailWorker(queue, smtp, clock).once() for queue in queues))
    assert sorted(one["To"] for one in box.mails) == sorted(f"a{n}@customer.example" for n in range(15))
    for queue in queues:
        await queue.close()


async def test_a_login_that_is_wanted_is_made(operator, database, clock):
    async with mailbox(secret=(b"ann", b"p@ss")) as box:
        queue = MailQueue(database)
        await leave(operator, clock, ANN)
        await MailWorker(queue, read_smtp(f"smtp://ann:p%40ss@{box.url}?{FROM}&starttls=no"), clock).once()
        assert (len(box.mails), box.logins) == (1, [(b"ann", b"p@ss")])
        await queue.close()


async def test_a_login_that_is_refused_is_our_fault_and_the_mail_waits(operator, database, clock):
    async with mailbox(secret=(b"ann", b"p@ss")) as box:
        queue = MailQueue(database)
        await leave(operator, clock, ANN)
        await MailWorker(queue, read_smtp(f"smtp://ann:wrong@{box.url}?{FROM}&starttls=no"), clock).once()
        (one,) = await states(operator)
        assert (one["state"], one["remark"]) == ("waiting", "535")
        await queue.close()


async def test_without_tls_nothing_is_said_to_a_server_that_should_have_it(operator, database, box, clock):
    queue = MailQueue(database)
    await leave(operator, clock, ANN)
    await MailWorker(queue, read_smtp(f"smtp://{box.url}?{FROM}"), clock).once()
    assert (box.mails, [one["state"] for one in await states(operator)]) == ([], ["waiting"])
    await queue.close()


def test_an_empty_session_needs_no_server():
    assert send_all(read_smtp(f"smtp://127.0.0.1:{free_port()}?{FROM}&starttls=no"), []) == []
