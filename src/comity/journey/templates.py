"""Owns counting what accounts send by template: messages let through, days, since when; must not know any store."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from comity.screening.judging import History, Template


class TemplateTraffic(msgspec.Struct, frozen=True, gc=False):
    """What the store knows of a template of an account, and of the account altogether.

    Attributes:
        template: of the template.
        last_day: the last of its days (UTC); None for a template that was never sent.
        account_since: when the account's first message was accepted (aware, UTC); None for never.
        account_sent: messages of the account.
    """

    template: Template = Template()
    last_day: date | None = None
    account_since: datetime | None = None
    account_sent: int = 0

    def template_with(self, messages: int, now: datetime) -> Template:
        """The fact, with so many messages that the batch of `now` lets through beside."""
        known = self.template
        if not messages:
            return known
        return Template(
            since=known.since or now,
            sent=known.sent + messages,
            days=known.days + (self.last_day is None or now.date() > self.last_day),
            complaints=known.complaints,
        )

    def history_with(self, messages: int, now: datetime) -> History:
        """The account's fact, with so many messages that the batch of `now` lets through beside."""
        since = self.account_since or (now if messages else None)
        return History(at=now, since=since, sent=self.account_sent + messages)


class TemplateTally:
    """Counts what a batch lets through, by account and template, and by account."""

    def __init__(self) -> None:
        self.by_template: dict[tuple[int, int], int] = {}
        self.by_account: dict[int, int] = {}

    def add(self, account_id: int, template: int, messages: int = 1) -> None:
        """Count this too."""
        key = (account_id, template)
        self.by_template[key] = self.by_template.get(key, 0) + messages
        self.by_account[account_id] = self.by_account.get(account_id, 0) + messages

    def update(self, other: TemplateTally) -> None:
        """Count all of that too."""
        for (account_id, template), messages in other.by_template.items():
            self.add(account_id, template, messages)
