"""Owns what becomes of a mailed notice after each try, and what can be mailed to; must not know SMTP or stores.

The schedule is a table and the judgement a pure function of an answer, so both are tested without waiting.
"""

from __future__ import annotations

import enum
import re
from datetime import timedelta
from typing import Final

import msgspec

from comity.base.errors import SettingsError

# Seconds before the second try, the third, and so on; then every four hours until it is too old.
RETRY_AFTER_S: Final = (60, 300, 900, 3600, 2 * 3600, 4 * 3600)
# A delay is stretched by up to this share of itself, so that what failed together does not return together.
JITTER: Final = 0.25
# Mail servers keep trying for about so long (RFC 5321, section 4.5.4.1).
GIVEN_UP_AFTER: Final = timedelta(days=5)

_ACCEPTED: Final = range(200, 300)
_REFUSED: Final = range(500, 600)
_LONGEST_EMAIL: Final = 254
# A dot-atom and a host name (RFC 5321, section 4.1.2), in ASCII: no quotes, no literals, nothing that a header reads.
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM}){{0,31}}@{_LABEL}(?:\.{_LABEL}){{1,31}}")
_LONGEST_LOCAL: Final = 64
_LANGUAGE: Final = re.compile(r"[a-z]{2}")


class MailFate(enum.Enum):
    """What becomes of a mail after a try."""

    DELIVERED = "delivered"
    RETRY = "retry"
    FAILED = "failed"


class MailAnswer(msgspec.Struct, frozen=True):
    """How a mail server answered.

    Attributes:
        status: its reply code (RFC 5321, section 4.2); None when it could not be reached or did not answer.
        ours: whether it refused us and not this mail (our login, our sender): then every mail would fail alike.
    """

    status: int | None = None
    ours: bool = False

    @property
    def remark(self) -> str:
        """What is kept of it: the code alone, for its words may quote the mail."""
        return "unreachable" if self.status is None else str(self.status)


class MailJudgement(msgspec.Struct, frozen=True):
    """A fate, and for a retry the seconds until it."""

    fate: MailFate
    delay_s: float = 0.0


def judge_mail(answer: MailAnswer, attempt: int, age: timedelta, luck: float) -> MailJudgement:
    """What becomes of a mail. Delivered means that the server took it (250): what it does then is not ours to see.

    Args:
        answer: what the server said to this try.
        attempt: the number of this try, from 1.
        age: how long ago the notice was left.
        luck: from 0 up to 1; spreads the retries.
    """
    if answer.status in _ACCEPTED:
        return MailJudgement(MailFate.DELIVERED)
    if age >= GIVEN_UP_AFTER or (answer.status in _REFUSED and not answer.ours):
        return MailJudgement(MailFate.FAILED)
    step = min(attempt, len(RETRY_AFTER_S)) - 1
    return MailJudgement(MailFate.RETRY, RETRY_AFTER_S[step] * (1.0 + JITTER * luck))


def read_email(written: str) -> str:
    """An address that can be mailed to, in ASCII.

    Raises:
        SettingsError: it is not one.
    """
    email = written.strip(" ")
    if len(email) > _LONGEST_EMAIL or not _EMAIL.fullmatch(email) or email.index("@") > _LONGEST_LOCAL:
        raise SettingsError(
            "This is not an e-mail address.", "Write it as name@company.example, in plain letters, without quotes."
        )
    return email


def read_language(written: str) -> str:
    """A language by its two letters (ISO 639-1).

    Raises:
        SettingsError: it is not one.
    """
    language = written.strip().lower()
    if not _LANGUAGE.fullmatch(language):
        raise SettingsError("A language is two letters (ISO 639-1).", "Write en, nl or fr.")
    return language
