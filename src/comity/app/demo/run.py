"""Owns the course of the demonstration: raise the stage, play the samples, show what became of them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import tempfile
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from comity.app.demo.esme import submit_over_smpp
from comity.app.demo.samples import SHOP_NUMBER, STOP_SENDER, Sample, make_samples
from comity.app.demo.show import Show
from comity.app.demo.stage import Stage, free_port, raised
from comity.app.logs import set_up_logs
from comity.app.settings import Address, read_address
from comity.edges.carriers.simulator.inbound import InboundText
from comity.edges.postgres import operator_store

_PATIENCE_S: Final = 30.0
_SETTLED: Final = frozenset({"refused", "held", "scheduled"})
# What a webhook tells, by delivery_code: 1 delivered, 2 not delivered, 4 rejected.
_BY_RECEIPT: Final = {"DELIVRD": "delivered", "UNDELIV": "undelivered", "REJECTD": "rejected"}
_BY_CODE: Final = {"1": "delivered", "2": "undelivered", "4": "rejected"}


class Played(msgspec.Struct):
    """A sample that was sent, and what is known of it so far."""

    sample: Sample
    message_id: str = ""
    state: str = "sending"
    why: str = ""

    @property
    def settled(self) -> bool:
        """Whether nothing more is to come."""
        return self.state == self.sample.expect or self.state in _SETTLED or self.state in _BY_CODE.values()


async def run_demo(options: dict[str, Any]) -> bool:
    """Run the demonstration; True when every sample ended as expected.

    Args:
        options: `exit` ends it when all have; `data` and `http` choose where.
    """
    set_up_logs("demo", "error")
    os.environ.setdefault("COMITY_LOG_LEVEL", "error")  # for the processes it starts: the table is what counts here
    show = Show()
    with _data_directory(options["data"]) as data:
        http = read_address(options["http"]) if options["http"] else Address("127.0.0.1", free_port())
        show.starting(data)
        async with raised(data, http) as stage:
            show.started(stage)
            played = await _play(stage, show)
            balanced = not await operator_store.check_ledger(stage.operator)
            as_expected = balanced and all(one.state == one.sample.expect for one in played)
            show.ended(stage, played, balanced=balanced)
            if not options["exit"]:
                show.staying(stage)
                await _until_interrupted()
    return as_expected


async def _play(stage: Stage, show: Show) -> list[Played]:
    played: list[Played] = []
    deadline = time.monotonic() + _PATIENCE_S
    submitting: list[asyncio.Task[None]] = []
    with show.live(played):
        for sample in make_samples(datetime.now(UTC)):
            if sample.after_stop:
                await _text_stop(stage, deadline)
            if sample.consent:
                await stage.opt_in(sample.account, sample.to)
            if sample.over_smpp:
                played.append(Played(sample, state="sent"))
                submitting.append(asyncio.create_task(_submit(stage, played[-1], deadline)))
            else:
                played.append(await _send(stage, sample))
            show.refresh()
        async for _ in _bells(stage, deadline):
            _heed(stage, played)
            show.refresh()
            if all(one.settled for one in played):
                break
        await asyncio.gather(*submitting)
    return played


async def _submit(stage: Stage, one: Played, deadline: float) -> None:
    """The same through the SMPP door; what becomes of it comes back as a receipt."""
    sample = one.sample
    one.message_id, word = await submit_over_smpp(
        stage.login, sample.sender, sample.to, sample.text, max(1.0, deadline - time.monotonic())
    )
    one.state = _BY_RECEIPT.get(word, one.state)
    one.why = "" if one.state in _BY_RECEIPT.values() else word
    stage.told.set()


async def _send(stage: Stage, sample: Sample) -> Played:
    body = {"message": sample.text, "to": sample.to, "sender": sample.sender}
    if sample.category:
        body["category"] = sample.category
    _, answer = await stage.call(sample.account, "POST", "message/send", body)
    one = Played(sample, message_id=answer.get("messageid", ""), state="sent")
    verdict = answer.get("verdict")
    if "error" in answer:
        one.state, one.why = "refused", answer["errorMsg"]
    elif verdict is not None:
        one.state = {"defer": "scheduled", "hold": "held"}.get(verdict["action"], "sent")
        one.why = " ".join(finding["why"] for finding in verdict["findings"][:1])
    return one


async def _text_stop(stage: Stage, deadline: float) -> None:
    """A person texts STOP to the shop; the shop's webhook hears of the opt-out."""
    # The shop wrote first, and the link to the carrier must be up for an answer to travel back.
    stage.carrier.centre.deliver(InboundText(sender=STOP_SENDER, recipient=SHOP_NUMBER, text="Stop!"))
    async for _ in _bells(stage, deadline):
        if any(event["webhook_type"] == "add_optout" for event in stage.events):
            return


async def _bells(stage: Stage, deadline: float) -> AsyncIterator[None]:
    """Once now, then at every webhook event, until the deadline."""
    while time.monotonic() < deadline:
        stage.told.clear()
        yield
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stage.told.wait(), max(0.0, deadline - time.monotonic()))


def _heed(stage: Stage, played: list[Played]) -> None:
    told = {event["message"].get("messageid"): event["message"] for event in stage.events}
    for one in played:
        report = told.get(one.message_id)
        if report is not None and one.state not in _SETTLED:
            one.state = _BY_CODE.get(str(report.get("delivery_code")), one.state)
            one.why = report.get("delivery_code_detail_description") or ""


async def _until_interrupted() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()


@contextlib.contextmanager
def _data_directory(named: str) -> Any:  # noqa: ANN401  an iterator of Path
    if named:
        yield Path(named)
        return
    made = Path(tempfile.mkdtemp(prefix="comity-demo-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
