"""Owns a policy made ready to judge by: settings checked, lists indexed, overlays joined; must not judge.

Overlays change rules for some messages. Each combination of overlays that occurs is compiled once and kept, and so is
which of them are for a message, by what of it overlays ask.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from typing import Any, Final

import msgspec

from comity.base.errors import SettingsError
from comity.messages.verdict import Action, Result
from comity.policy.document import Mode, Overlay, Policy, PolicyDocument, RuleChange, RuleSetting
from comity.policy.lists import ListError
from comity.policy.places import Path
from comity.policy.shape import Flaw, flaw_in, nearest
from comity.screening.judging import Facts, Message, Rule
from comity.screening.overlays import About, about_of, asked_of, changed, is_for
from comity.screening.scoring import Scorer

ACTIONS: Final = tuple(action.word for action in Action)
WITHOUT_ANSWER: Final = ("allow", "hold", "refuse")
_SEE: Final = "See the rule's page for its settings."
# Messages differ by country, category, account, carrier and day; a busy node meets some thousand of these together.
_ASKED_DIGITS: Final = 16
_MOST_KINDS: Final = 10_000


class RuleError(SettingsError):
    """What the policy says of a rule is wrong.

    Attributes:
        path: where it stands in the document.
    """

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.what, flaw.remedy)
        self.path = flaw.path


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


_Call = tuple[CompiledRule, Callable[..., Any], Any]


class Variant(msgspec.Struct, frozen=True):
    """The rules under one combination of overlays.

    Attributes:
        calls: the rules that judge by themselves, in order, each with its check and what that is given.
        combinations: the same for rules that read others' hits; they are asked last.
        changed_by: the last overlay that changed a rule, by rule id.
        asked: digest of the rules' ids.
    """

    rules: tuple[CompiledRule, ...]
    calls: tuple[_Call, ...]
    combinations: tuple[_Call, ...]
    all_missed: dict[str, str]
    by_id: dict[str, CompiledRule]
    changed_by: dict[str, NamedOverlay]
    asked: str


def _asked(rules: Sequence[CompiledRule]) -> tuple[str, bytes]:
    """Digest and list of the rules' ids, as JSON."""
    listed = msgspec.json.encode([one.rule.id for one in rules])
    return hashlib.sha256(listed).hexdigest()[:_ASKED_DIGITS], listed


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
        self._asks = asked_of(overlay for _, overlay in self._overlays)
        self._check_names()
        self._variants: dict[tuple[int, ...], Variant] = {}
        self._kinds: dict[About, Variant] = {}
        self.base = self._variants[()] = self._compile_base()
        for place in range(len(self._overlays)):
            self._compile((place,))  # a mistake shows when the policy is compiled, not at the first message

    @property
    def scorer(self) -> Scorer:
        """What scores texts against this policy's names."""
        return Scorer.of(self.policy.document)

    @property
    def by_id(self) -> dict[str, CompiledRule]:
        """The rules without any overlay, by id."""
        return self.base.by_id

    @property
    def rules(self) -> tuple[CompiledRule, ...]:
        """The rules without any overlay, in order."""
        return self.base.rules

    def rules_asked(self, digest: str) -> bytes:
        """The list of rules, as JSON, that a verdict reached here names by `asked`.

        Raises:
            KeyError: none of this policy's verdicts does.
        """
        variants = (self.base, *self._variants.values())
        return {one.asked: listed for one in variants for _, listed in [_asked(one.rules)]}[digest]

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
        about = about_of(message, facts, self._asks)
        found = self._kinds.get(about)
        if found is None:
            places = [place for place, (_, overlay) in enumerate(self._overlays) if is_for(overlay, about)]
            if len(self._kinds) >= _MOST_KINDS:
                self._kinds.clear()
            found = self._kinds[about] = self._compile(tuple(places))
        return found

    def _each_alone(self) -> Iterator[Variant]:
        yield self.base
        for place in range(len(self._overlays)):
            yield self._compile((place,))

    def _compile_base(self) -> Variant:
        rules = self.policy.document.rules
        compiled = [
            _compile_rule(rule, rules[rule.id], self.policy.document, ("rules", rule.id))
            for rule in self._rulebook
            if rule.id in rules and rules[rule.id].mode is not Mode.OFF
        ]
        return _variant(compiled, {})

    def _compile(self, places: tuple[int, ...]) -> Variant:
        """The rules under these overlays, compiled once; overlays that never meet cost nothing."""
        found = self._variants.get(places)
        if found is None:
            overlays = [self._overlays[place] for place in places]
            changed_by = {rule: NamedOverlay(name, one.clauses) for name, one in overlays for rule in one.rules}
            compiled = (self._under(rule, overlays, changed_by.get(rule.id)) for rule in self._rulebook)
            found = self._variants[places] = _variant([one for one in compiled if one is not None], changed_by)
        return found

    def _under(
        self, rule: Rule, overlays: list[tuple[str, Overlay]], changed_by: NamedOverlay | None
    ) -> CompiledRule | None:
        """A rule under these overlays; None where it is off. What no overlay changes is not compiled again."""
        if changed_by is None:
            return self.base.by_id.get(rule.id)
        base = self.policy.document.rules.get(rule.id, RuleSetting(mode=Mode.OFF))
        changes = [one.rules[rule.id] for _, one in overlays if rule.id in one.rules]
        path: Path = ("overlays", changed_by.name, "rules", rule.id)
        try:
            return compile_rule(rule, reduce(changed, changes, base), self.policy.document, path)
        except RuleError:
            # Each alone was compiled before; what cannot hold together is left to the last of them.
            if len(changes) == 1:
                raise
            return compile_rule(rule, changed(base, changes[-1]), self.policy.document, path)

    def _check_names(self) -> None:
        known = {rule.id for rule in self._rulebook}
        named: list[Path] = [("rules", rule) for rule in self.policy.document.rules]
        named += [("overlays", name, "rules", rule) for name, overlay in self._overlays for rule in overlay.rules]
        for path in named:
            if path[-1] not in known:
                raise RuleError(unknown_rule(path, known))


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


def _variant(compiled: Sequence[CompiledRule], changed_by: dict[str, NamedOverlay]) -> Variant:
    calls = [(one, one.rule.check, one.ready) for one in compiled]
    return Variant(
        tuple(compiled),
        calls=tuple(call for call in calls if not call[0].rule.reads),
        combinations=tuple(call for call in calls if call[0].rule.reads),
        all_missed={one.rule.id: Result.MISS.value for one in compiled},
        by_id={one.rule.id: one for one in compiled},
        changed_by=changed_by,
        asked=_asked(compiled)[0],
    )


def unknown_rule(path: Path, known: Iterable[str]) -> Flaw:
    """The flaw that a rule is named which nobody wrote."""
    name = str(path[-1])
    where = f" (overlay {path[1]})" if path[0] == "overlays" else ""
    return Flaw(path, f"The policy names a rule that does not exist: {name}{where}.", nearest(name, known))


def wrong_words(rule: str, setting: RuleSetting | RuleChange, path: Path) -> Iterator[Flaw]:
    """Actions that there are not, in what the policy says of a rule."""
    for field, allowed in (("action", ACTIONS), ("on_failure", WITHOUT_ANSWER), ("on_missing", WITHOUT_ANSWER)):
        value = getattr(setting, field)
        if value is not None and value not in allowed:
            what = f"Rule {rule}: {field} cannot be {value!r}."
            yield Flaw((*path, field), what, f"Use one of {', '.join(allowed)}.")


def compile_rule(rule: Rule, setting: RuleSetting, document: PolicyDocument, path: Path) -> CompiledRule | None:
    """A rule ready to judge by; None when it is off. `path` is where the document says this of it.

    Raises:
        RuleError: an action or setting is wrong.
    """
    return None if setting.mode is Mode.OFF else _compile_rule(rule, setting, document, path)


def _compile_rule(rule: Rule, setting: RuleSetting, document: PolicyDocument, path: Path) -> CompiledRule:
    for flaw in wrong_words(rule.id, setting, path):
        raise RuleError(flaw)
    settings = _converted(rule, setting, path)
    try:
        ready = rule.prepare(settings, document) if rule.prepare else settings
    except ListError as error:
        raise RuleError(Flaw(error.path or (*path, "settings"), f"Rule {rule.id}: {error}.", error.remedy)) from None
    except ValueError as error:
        raise RuleError(Flaw((*path, "settings"), f"Rule {rule.id}: {error}.", _SEE)) from None
    return CompiledRule(
        rule, setting.mode, setting.action, setting.on_failure, setting.on_missing, settings=settings, ready=ready
    )


def _converted(rule: Rule, setting: RuleSetting, path: Path) -> Any:  # noqa: ANN401  each rule declares its own type
    if rule.settings is None:
        return None
    try:
        return msgspec.convert(setting.settings, rule.settings)
    except msgspec.ValidationError as error:
        flaw = flaw_in(error, rule.settings, (*path, "settings"))
        raise RuleError(Flaw(flaw.path, f"Rule {rule.id}: {flaw.what}", _SEE)) from None
