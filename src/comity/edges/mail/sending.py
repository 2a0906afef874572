"""Owns one session with a mail server: letters in, an answer for each; must not know stores or what letters say.

It blocks, so it runs in a thread. The words of a server may quote a mail or a password: only its codes leave here.
"""

from __future__ import annotations

import contextlib
import smtplib
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from email.message import EmailMessage
from typing import Final

from comity.edges.mail.settings import Smtp
from comity.journey.notices import MailAnswer

# For each command; a server that is slower than that is taken for dead.
TIMEOUT_S: Final = 20.0
# No letter is begun later than so long after the session was.
SESSION_S: Final = 60.0
_UNREACHED: Final = MailAnswer(None, ours=True)


def send_all(
    smtp: Smtp, letters: Sequence[EmailMessage], goes_on: Callable[[], bool] = lambda: True
) -> list[MailAnswer | None]:
    """Hand letters to the server, one after another; what it said to each, None for those that were not tried.

    Args:
        smtp: the server.
        letters: each to one recipient.
        goes_on: whether another may be begun.
    """
    answers: list[MailAnswer | None] = []
    ends = time.monotonic() + SESSION_S
    failed = None
    try:
        with _session(smtp) as session:
            for one in letters:
                if not goes_on() or time.monotonic() > ends:
                    break
                answers.append(_send(session, one))
                if answers[-1] == _UNREACHED:
                    failed = _UNREACHED
                    break
    except (OSError, smtplib.SMTPException) as error:
        failed = _answer_of(error)
    # Where the server is gone or does not let us in, no other letter would fare better: all wait.
    return answers + [failed] * (len(letters) - len(answers))


@contextlib.contextmanager
def _session(smtp: Smtp) -> Iterator[smtplib.SMTP]:
    """A connection that is encrypted and logged in as asked; ended politely if the server still listens."""
    context = ssl.create_default_context(cafile=smtp.ca or None)
    if smtp.implicit_tls:
        session: smtplib.SMTP = smtplib.SMTP_SSL(smtp.host, smtp.port, timeout=TIMEOUT_S, context=context)
    else:
        session = smtplib.SMTP(smtp.host, smtp.port, timeout=TIMEOUT_S)
    try:
        if smtp.starttls:
            session.starttls(context=context)
        if smtp.user:
            session.login(smtp.user, smtp.password)
        yield session
    finally:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            session.quit()
        session.close()


def _send(session: smtplib.SMTP, one: EmailMessage) -> MailAnswer:
    try:
        session.sendmail(str(one["From"]), [str(one["To"])], one.as_bytes())
    except (OSError, smtplib.SMTPException) as error:
        answer = _answer_of(error)
        if answer.status is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                session.rset()
        return answer
    return MailAnswer(250)


def _answer_of(error: Exception) -> MailAnswer:
    """What a failure says: a code of the server's to this letter, or that we did not get so far."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        (status, _words), *_ = error.recipients.values()
        return MailAnswer(status)
    if isinstance(error, smtplib.SMTPResponseException):
        ours = not isinstance(error, smtplib.SMTPDataError)
        return MailAnswer(error.smtp_code if error.smtp_code > 0 else None, ours=ours)
    return _UNREACHED
