"""Owns the composition of the mailing of notices, where the operator named a mail server."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator

from comity.app.compose.node import Node
from comity.app.metrics import Source, figures_of
from comity.edges.mail.challenge_letters import challenge_letter
from comity.edges.mail.deliver import MailWorker
from comity.edges.mail.settings import VARIABLE, read_smtp
from comity.edges.mail.takedown_letters import takedown_letter
from comity.edges.mail.team_letters import team_letter
from comity.edges.postgres.challenge_codes import ChallengeMails
from comity.edges.postgres.notice_mail_store import MailQueue
from comity.edges.postgres.takedown_mail import TakedownMails
from comity.edges.postgres.team_mail import TeamMails


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
    # Apart: right holders have no account, and their mails wait for nobody's notices.
    takedowns = MailWorker(TakedownMails(node.database), smtp, node.clock, write=takedown_letter)
    invitations = MailWorker(TeamMails(node.database), smtp, node.clock, write=team_letter)
    codes = MailWorker(ChallengeMails(node.database), smtp, node.clock, write=challenge_letter)
    stop = asyncio.Event()
    running = [
        asyncio.create_task(worker.run(stop), name="mail"),
        asyncio.create_task(takedowns.run(stop), name="takedown-mail"),
        asyncio.create_task(codes.run(stop), name="challenge-mail"),
        asyncio.create_task(invitations.run(stop), name="team-mail"),
    ]
    try:
        yield [lambda: figures_of("mail", worker.counters)]
    finally:
        stop.set()
        await asyncio.gather(*running)
