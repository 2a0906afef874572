"""Owns a policy made ready to judge by: settings checked, lists indexed, overlays joined; must not judge.

Overlays change rules for some messages. Each combination of overlays that occurs is
compiled once and kept, so that a message only asks which of them are for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final

import msgspec

from comity.base.errors import SettingsError
from comity.messages.verdict import Action, Result
from comity.policy.document import Mode, Overlay, Policy, PolicyDocument, RuleChange, RuleSetting
from comity.screening.judging import Facts, Message, Rule

_ACTIONS: Final = tuple(action.word for action in Action)
_WITHOUT_ANSWER: Final = ("allow", "hold", "refuse")


class CompiledRule(msgspec.Struct, frozen=True):
    """A rule with what the policy says of it, checked.

    Attributes:
        settings: as the policy has them, in the rule's own type.
        ready: what the rule's check is given: the settings, or what the rule prepared of them.
    """

    rule: Rule
    mode: Mode
    action: str
    on_failure: str
    on_missing: str
    settings: Any
    ready: Any


class NamedOverlay(msgspec.Struct, frozen=True):
    """What of an overlay a finding tells."""

    name: str
    clauses: tuple[str, ...]


class Variant(msgspec.Struct, frozen=True):
    """The rules under one combination of overlays.

    Attributes:
        changed_by: the last overlay that changed a rule, by rule id.
    """

    rules: tuple[CompiledRule, ...]
    all_missed: dict[str, str]
    by_id: dict[str, CompiledRule]
    changed_by: dict[str, NamedOverlay]


class CompiledPolicy:
    """A policy ready to judge by.

    Args:
        policy: the document.
        rulebook: the rules there are, in their order.
        engine: digest of the code that judges.
        models: digest of the packaged data it judges with.

    Raises:
        SettingsError: the policy names a rule, action or setting that does not exist.
    """

    def __init__(self, policy: Policy, rulebook: Sequence[Rule], engine: str = "", models: str = "") -> None:
        self.policy = policy
        self.engine = engine
        self.models = models
        self._rulebook = tuple(rulebook)
        self._overlays = tuple(policy.document.overlays.items())
        self._check_names()
        self._variants: dict[tuple[int, ...], Variant] = {}
        self.base = self._compile(())
        for place in range(len(self._overlays)):
            self._compile((place,))  # a mistake shows when the policy is compiled, not at the first message

    @property
    def by_id(self) -> dict[str, CompiledRule]:
        """The rules without any overlay, by id."""
        return self.base.by_id

    @property
    def rules(self) -> tuple[CompiledRule, ...]:
        """The rules without any overlay, in order."""
        return self.base.rules

    def settings_of(self, rule_id: str, *, enforced: bool = False) -> Any | None:  # noqa: ANN401  each rule declares its own type
        """A rule's settings without any overlay, or None when the policy has it off.

        With `enforced`, None for a rule that only watches too; for those who act on what it says.
        """
        return _settings(self.base, rule_id, enforced)

    def all_settings_of(self, rule_id: str) -> Iterator[Any]:
        """A rule's settings under no overlay and under each one: for those who load its facts."""
        for variant in self._each_alone():
            settings = _settings(variant, rule_id, enforced=False)
            if settings is not None:
                yield settings

    def variant(self, message: Message, facts: Facts) -> Variant:
        """The rules that hold for a message."""
        if not self._overlays:
            return self.base
        on = message.at.date() if message.at is not None else None
        places = tuple(
            place for place, (_, overlay) in enumerate(self._overlays) if _is_for(overlay, message, facts, on)
        )
        return self._compile(places) if places else self.base

    def _each_alone(self) -> Iterator[Variant]:
        yield self.base
        for place in range(len(self._overlays)):
            yield self._compile((place,))

    def _compile(self, places: tuple[int, ...]) -> Variant:
        """The rules under these overlays, compiled once; overlays that never meet cost nothing."""
        found = self._variants.get(places)
        if found is None:
            found = self._variants[places] = _variant(
                self._rulebook, self.policy.document, [self._overlays[place] for place in places]
            )
        return found

    def _check_names(self) -> None:
        known = {rule.id for rule in self._rulebook}
        named = [*self.policy.document.rules, *(rule for _, overlay in self._overlays for rule in overlay.rules)]
        for name in named:
            if name not in known:
                raise SettingsError(
                    f"The policy names a rule that does not exist: {name}.", f"Known rules: {', '.join(sorted(known))}."
                )


def compile_policy(policy: Policy, rulebook: Sequence[Rule], engine: str = "", models: str = "") -> CompiledPolicy:
    """The rules of `rulebook` that the policy has on, in the rulebook's order.

    Raises:
        SettingsError: the policy names a rule, action or setting that does not exist.
    """
    return CompiledPolicy(policy, rulebook, engine, models)


def _settings(variant: Variant, rule_id: str, enforced: bool) -> Any | None:  # noqa: ANN401  each rule declares its own type
    found = variant.by_id.get(rule_id)
    if found is None or (enforced and found.mode is not Mode.ENFORCE):
        return None
    return found.settings


def _is_for(overlay: Overlay, message: Message, facts: Facts, on: date | None) -> bool:
    when = overlay.when
    account = facts.account.name if facts.account is not None else None
    return (
        (not when.countries or message.country in when.countries)
        and (not when.categories or message.category.value in when.categories)
        and (not when.accounts or account in when.accounts)
        and (not when.carriers or facts.carrier in when.carriers)
        and (overlay.since is None or (on is not None and overlay.since <= on))
        and (overlay.until is None or (on is not None and on <= overlay.until))
    )


def _variant(rulebook: Iterable[Rule], document: PolicyDocument, overlays: list[tuple[str, Overlay]]) -> Variant:
    settings = dict(document.rules)
    changed_by: dict[str, NamedOverlay] = {}
    for name, overlay in overlays:
        for rule_id, change in overlay.rules.items():
            settings[rule_id] = _changed(settings.get(rule_id, RuleSetting(mode=Mode.OFF)), change)
            changed_by[rule_id] = NamedOverlay(name, overlay.clauses)
    compiled = tuple(
        _compile_rule(rule, setting, document)
        for rule in rulebook
        if (setting := settings.get(rule.id)) is not None and setting.mode is not Mode.OFF
    )
    return Variant(
        compiled,
        all_missed={one.rule.id: Result.MISS.value for one in compiled},
        by_id={one.rule.id: one for one in compiled},
        changed_by=changed_by,
    )


def _changed(setting: RuleSetting, change: RuleChange) -> RuleSetting:
    return RuleSetting(
        mode=change.mode or setting.mode,
        action=change.action or setting.action,
        on_failure=change.on_failure or setting.on_failure,
        on_missing=change.on_missing or setting.on_missing,
        settings={**setting.settings, **change.settings},
    )


def _compile_rule(rule: Rule, setting: RuleSetting, document: PolicyDocument) -> CompiledRule:
    _insist(setting.action in _ACTIONS, f"Rule {rule.id}: there is no action {setting.action!r}.", _ACTIONS)
    for field in ("on_failure", "on_missing"):
        value = getattr(setting, field)
        _insist(value in _WITHOUT_ANSWER, f"Rule {rule.id}: {field} cannot be {value!r}.", _WITHOUT_ANSWER)
    try:
        settings = msgspec.convert(setting.settings, rule.settings) if rule.settings else None
        ready = rule.prepare(settings, document) if rule.prepare else settings
    except (msgspec.ValidationError, ValueError) as error:
        raise SettingsError(f"Rule {rule.id}: {error}.", "See the rule's page for its settings.") from None
    return CompiledRule(
        rule, setting.mode, setting.action, setting.on_failure, setting.on_missing, settings=settings, ready=ready
    )


def _insist(holds: bool, wrong: str, allowed: tuple[str, ...]) -> None:
    if not holds:
        raise SettingsError(wrong, f"Use one of {', '.join(allowed)}.")
