"""Owns which facts a policy's rules need, of whom, and how far back; must not know how facts are found.

Overlays count too: a fact is looked up when any rule needs it under any of them, and as far back as the longest asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final

import msgspec

from comity.accounts.account import Account, Standing
from comity.accounts.challenges import VolumeTerms
from comity.content.scores import Scores
from comity.messages.submission import Category
from comity.screening.compiled import CompiledPolicy
from comity.screening.judging import Rule
from comity.screening.rulebook import RULEBOOK
from comity.screening.scored import ScoredSettings
from comity.senders.read import Sender, SenderKind
from comity.text.similar import NEAR_DUPLICATE_DISTANCE

Windows = dict[Category, timedelta]

Floors = tuple[tuple[str, float], ...]
"""The lowest score that is noted, by category of `content.scores`."""


class TemplatesKept(msgspec.Struct, frozen=True):
    """How long it is kept how templates were used; see `screening.scored.ScoredSettings`."""

    days: int = 1
    seldom_days: int = 1
    seldom_sent: int = 0


class Wanted(msgspec.Struct, frozen=True):
    """What is looked up around a message.

    Attributes:
        needs: ids of rules by the facts they need.
        recent: how far back earlier texts to the recipient matter, by category; a category without is not looked up.
        spread_distance: in how many bits of their hashes texts may differ that count as alike.
        context: scores from which it matters what the account sent of the text's template, and altogether.
        contact: scores from which it matters when the recipient last wrote, whatever the message's category.
        kept: how long it is kept how templates were used.
        volume: from how much on it matters what an account used to send; None where no rule asks.
    """

    needs: dict[str, frozenset[str]]
    recent: Windows
    spread_distance: int = NEAR_DUPLICATE_DISTANCE
    context: Floors = ()
    contact: Floors = ()
    kept: TemplatesKept = TemplatesKept()
    volume: VolumeTerms | None = None

    @property
    def heard(self) -> bool:
        """Whether any rule asks of every promotional message when the recipient last wrote."""
        return not self.needs.get("heard", frozenset()) <= _ON_SCORES

    @property
    def spread(self) -> bool:
        """Whether any rule asks over how many senders a text went."""
        return "spread" in self.needs

    @property
    def traffic(self) -> bool:
        """Whether any rule asks what was sent lately."""
        return "traffic" in self.needs

    @property
    def arrivals(self) -> bool:
        """Whether any rule asks what reaches a number over all accounts."""
        return "arrivals" in self.needs

    @property
    def listed(self) -> bool:
        """Whether any rule asks for entries of lists."""
        return "listed" in self.needs

    def heard_of(self, category: Category, scores: Scores) -> bool:
        """Whether any rule asks of such a message when the recipient last wrote."""
        return (category is Category.PROMOTIONAL and self.heard) or _reaches(scores, self.contact)

    def context_of(self, scores: Scores) -> bool:
        """Whether any rule asks of such a text what was sent of its template, and altogether."""
        return _reaches(scores, self.context)

    def traffic_of(self, account: Account, sender: Sender) -> bool:
        """Whether any rule asks what this account and sender sent lately."""
        return any(
            _TRAFFIC_OF.get(rule_id, _of_everybody)(account, sender) for rule_id in self.needs.get("traffic", ())
        )


@lru_cache(maxsize=8)
def wanted_of(policy: CompiledPolicy) -> Wanted:
    """What the rules of a policy need; worked out once for each."""
    needs: dict[str, frozenset[str]] = {}
    for rule in _on(policy):
        for need in rule.needs:
            needs[need] = needs.get(need, frozenset()) | {rule.id}
    distances = [settings.distance for settings in policy.all_settings_of("snowshoe")]
    scored = {rule_id: [*policy.all_settings_of(rule_id)] for rule_id in sorted(_ON_SCORES)}
    return Wanted(
        needs,
        _recent(policy),
        max(distances, default=NEAR_DUPLICATE_DISTANCE),
        context=_floors(scored),
        contact=_floors({rule_id: [one for one in found if one.contact_days] for rule_id, found in scored.items()}),
        kept=_kept([one for found in scored.values() for one in found]),
        volume=_volume(policy),
    )


def _volume(policy: CompiledPolicy) -> VolumeTerms | None:
    """What any overlay asks for; its floors are those below which nobody is stopped, new accounts neither."""
    found: list[VolumeTerms] = [*policy.all_settings_of("sudden-volume")]
    if not found:
        return None
    return VolumeTerms(
        floor_hour=min(one.least_hour for one in found),
        floor_day=min(one.least_day for one in found),
        past_days=max(one.past_days for one in found),
        new_days=max(one.new_days for one in found),
    )


def _floors(scored: dict[str, list[ScoredSettings]]) -> Floors:
    """The rules on scores bear the names of their categories."""
    return tuple((category, min(one.least for one in found)) for category, found in scored.items() if found)


def _kept(scored: list[ScoredSettings]) -> TemplatesKept:
    """As long as any rule asks for."""
    if not scored:
        return TemplatesKept()
    return TemplatesKept(
        max(one.kept_days for one in scored),
        max(one.seldom_kept_days for one in scored),
        min(one.seldom_sent for one in scored),
    )


def _reaches(scores: Scores, floors: Floors) -> bool:
    for category, least in floors:  # noqa: SIM110  asked of every message, and a generator takes twice as long
        if getattr(scores, category) >= least:
            return True
    return False


_ON_SCORES: Final = frozenset(rule.id for rule in RULEBOOK if rule.settings is ScoredSettings)


def _on(policy: CompiledPolicy) -> Iterator[Rule]:
    """Rules that are on, under some overlay at least."""
    yield from (compiled.rule for compiled in policy.rules)
    overlaid = {rule_id for overlay in policy.policy.document.overlays.values() for rule_id in overlay.rules}
    yield from (rule for rule in RULEBOOK if rule.id in overlaid)


def _of_everybody(_account: Account, _sender: Sender) -> bool:
    return True


def _of_numbers(_account: Account, sender: Sender) -> bool:
    return sender.kind is SenderKind.NUMBER


def _of_limited(account: Account, _sender: Sender) -> bool:
    return account.standing is Standing.LIMITED


def _of_declared_volumes(account: Account, _sender: Sender) -> bool:
    return account.record.use_case is not None and account.record.use_case.daily_volume is not None


# Rules that judge the traffic of some only: others are not looked up for them.
_TRAFFIC_OF: Final[dict[str, Callable[[Account, Sender], bool]]] = {
    "account-limited": _of_limited,
    "personal-number-bulk": _of_numbers,
    "use-case-drift": _of_declared_volumes,
}


def _repeated_text(settings: Any) -> Windows:  # noqa: ANN401  each rule declares its own type
    return {
        Category.PROMOTIONAL: timedelta(hours=settings.promotional_window_h),
        Category.TRANSACTIONAL: timedelta(minutes=settings.transactional_window_min),
    }


def _frequency_cap(settings: Any) -> Windows:  # noqa: ANN401  the same
    return {
        Category.PROMOTIONAL: timedelta(days=settings.days),
        Category.OTP: timedelta(minutes=settings.otp_window_min),
    }


def _unanswered_series(settings: Any) -> Windows:  # noqa: ANN401  the same
    return {Category.PROMOTIONAL: timedelta(days=settings.window_days)}


_RECENT_OF: Final[dict[str, Callable[[Any], Windows]]] = {
    "repeated-text": _repeated_text,
    "frequency-cap": _frequency_cap,
    "unanswered-series": _unanswered_series,
}


def _recent(policy: CompiledPolicy) -> Windows:
    longest: Windows = {}
    for rule_id, windows_of in _RECENT_OF.items():
        for settings in policy.all_settings_of(rule_id):
            for category, window in windows_of(settings).items():
                longest[category] = max(window, longest.get(category, window))
    return longest
