"""Owns the composition of the mailing of notices, where the operator named a mail server."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator

from comity.app.compose.node import Node
from comity.app.metrics import Source, figures_of
from comity.edges.mail.deliver import MailWorker
from comity.edges.mail.plain_letters import plain_letter
from comity.edges.mail.settings import VARIABLE, read_smtp
from comity.edges.postgres.letter_store import LetterQueue
from comity.edges.postgres.notice_mail_store import MailQueue


@contextlib.asynccontextmanager
async def mailing(node: Node) -> AsyncIterator[list[Source]]:
    """The mailing of notices; nothing where no mail server is named.

    The server is read from the environment here and not handed on as a setting: settings are arguments of processes,
    which everybody on a machine can read.

    Raises:
        SettingsError: COMITY_SMTP cannot be used.
    """
    written = os.environ.get(VARIABLE, "")
    if not written:
        yield []
        return
    smtp = read_smtp(written)
    worker = MailWorker(MailQueue(node.database), smtp, node.clock)
    # Apart: a code or a token is wanted at once, and waits for nobody's notices.
    letters = MailWorker(LetterQueue(node.database), smtp, node.clock, write=plain_letter)
    stop = asyncio.Event()
    running = [
        asyncio.create_task(worker.run(stop), name="mail"),
        asyncio.create_task(letters.run(stop), name="letters"),
    ]
    try:
        yield [lambda: figures_of("mail", worker.counters)]
    finally:
        stop.set()
        await asyncio.gather(*running)
