"""Owns which overlays are for a message, and what they change; must not know any rule.

An overlay asks of a message its country, category, account, carrier and day. All that it names must fit; what is not
known fits nothing that is named.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date
from typing import Final

from comity.policy.document import Overlay, RuleChange, RuleSetting
from comity.screening.judging import Facts, Message

About = tuple[str | None, str, str | None, str | None, date | None]
"""Country, category, account, carrier, day (UTC)."""
_NOTHING_ASKED: Final = (False, False, False, False, False)


def about_of(message: Message, facts: Facts, asked: tuple[bool, ...]) -> About:
    """What overlays ask of a message (`asked_of`); None and "" for what none asks."""
    country, category, account, carrier, day = asked
    on = None
    if day and message.at is not None:
        at = message.at
        on = (at if at.tzinfo is UTC else at.astimezone(UTC)).date()
    return (
        message.country if country else None,
        message.category.value if category else "",
        facts.account.name if account and facts.account is not None else None,
        facts.carrier if carrier else None,
        on,
    )


def asked_of(overlays: Iterable[Overlay]) -> tuple[bool, ...]:
    """Which parts of `About` any overlay asks; the others need not tell messages apart."""
    asked = [
        (
            bool(one.when.countries),
            bool(one.when.categories),
            bool(one.when.accounts),
            bool(one.when.carriers),
            one.since is not None or one.until is not None,
        )
        for one in overlays
    ]
    return tuple(map(any, zip(*asked, strict=True))) or _NOTHING_ASKED


def is_for(overlay: Overlay, about: About) -> bool:
    """Whether an overlay is for such a message."""
    when, (country, category, account, carrier, on) = overlay.when, about
    return (
        (not when.countries or country in when.countries)
        and (not when.categories or category in when.categories)
        and (not when.accounts or account in when.accounts)
        and (not when.carriers or carrier in when.carriers)
        and (overlay.since is None or (on is not None and overlay.since <= on))
        and (overlay.until is None or (on is not None and on <= overlay.until))
    )


def changed(setting: RuleSetting, change: RuleChange) -> RuleSetting:
    """What the policy says of a rule once an overlay has changed it."""
    return RuleSetting(
        mode=change.mode or setting.mode,
        action=change.action or setting.action,
        on_failure=change.on_failure or setting.on_failure,
        on_missing=change.on_missing or setting.on_missing,
        settings={**setting.settings, **change.settings},
    )
