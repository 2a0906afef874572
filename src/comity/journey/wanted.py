"""Owns which facts a policy's rules need, of whom, and how far back; must not know how facts are found.

Overlays count too: a fact is looked up when any rule needs it under any of them, and as far back as the longest asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final

import msgspec

from comity.accounts.account import Account
from comity.messages.submission import Category
from comity.screening.compiled import CompiledPolicy
from comity.screening.judging import Rule
from comity.screening.rulebook import RULEBOOK
from comity.senders.read import Sender, SenderKind
from comity.text.similar import NEAR_DUPLICATE_DISTANCE

Windows = dict[Category, timedelta]


class Wanted(msgspec.Struct, frozen=True):
    """What is looked up around a message.

    Attributes:
        needs: ids of rules by the facts they need.
        recent: how far back earlier texts to the recipient matter, by category; a category without is not looked up.
        spread_distance: in how many bits of their hashes texts may differ that count as alike.
    """

    needs: dict[str, frozenset[str]]
    recent: Windows
    spread_distance: int = NEAR_DUPLICATE_DISTANCE

    @property
    def heard(self) -> bool:
        """Whether any rule asks when the recipient last wrote."""
        return "heard" in self.needs

    @property
    def spread(self) -> bool:
        """Whether any rule asks over how many senders a text went."""
        return "spread" in self.needs

    @property
    def traffic(self) -> bool:
        """Whether any rule asks what was sent lately."""
        return "traffic" in self.needs

    @property
    def listed(self) -> bool:
        """Whether any rule asks for entries of lists."""
        return "listed" in self.needs

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
    return Wanted(needs, _recent(policy), max(distances, default=NEAR_DUPLICATE_DISTANCE))


def _on(policy: CompiledPolicy) -> Iterator[Rule]:
    """Rules that are on, under some overlay at least."""
    yield from (compiled.rule for compiled in policy.rules)
    overlaid = {rule_id for overlay in policy.policy.document.overlays.values() for rule_id in overlay.rules}
    yield from (rule for rule in RULEBOOK if rule.id in overlaid)


def _of_everybody(_account: Account, _sender: Sender) -> bool:
    return True


def _of_numbers(_account: Account, sender: Sender) -> bool:
    return sender.kind is SenderKind.NUMBER


def _of_declared_volumes(account: Account, _sender: Sender) -> bool:
    return account.record.use_case is not None and account.record.use_case.daily_volume is not None


# Rules that judge the traffic of some only: others are not looked up for them.
_TRAFFIC_OF: Final[dict[str, Callable[[Account, Sender], bool]]] = {
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
