"""Owns finding all that is wrong with a policy's files before it is published; must not know who asks.

It reads the files as `comity.policy.files` does, adds what makes no sense in them, and tries every rule's settings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import Any, Final

from comity.countries import facts_due_for_review
from comity.policy.document import Mode, Overlay, PolicyDocument, RuleChange, RuleSetting
from comity.policy.files import policy_in
from comity.policy.places import Path
from comity.policy.problems import Problem, Severity, errors_among
from comity.policy.sense import nonsense
from comity.policy.shape import flaws_of, nearest
from comity.policy.tree import Tree, doubled, read_tree
from comity.screening.compiled import RuleError, compile_rule, unknown_rule, wrong_words
from comity.screening.explicit import written_out
from comity.screening.judging import Rule
from comity.screening.overlays import changed

_OFF: Final = RuleSetting(mode=Mode.OFF)
_LOWEST_THRESHOLD: Final = 0.3
_FACTS_NAMED: Final = 3


def lint(files: Mapping[str, str], name: str, rulebook: Sequence[Rule], on: date) -> list[Problem]:
    """Everything that is wrong with a policy, by file and line. Never raises.

    Args:
        files: by path in the policy.
        name: what the policy is called: its directory, its file.
        rulebook: the rules there are.
        on: the present day (UTC): overlays end and facts grow old.
    """
    tree = read_tree(files, name)
    if tree.problems:
        return sorted(tree.problems)
    rules = {rule.id: rule for rule in rulebook}
    misshapen, found = tree.misshapen(_advice(rules)), list(_wrong_settings(tree, rules))
    if not misshapen:
        document = policy_in(tree).document
        found += [*nonsense(tree, document, on), *_of_rules(tree, document, rules), *_idle(tree, document, rules)]
        found += _of_probing(tree, document, rules)
        if not errors_among(found):
            found += _unprepared(tree, document, rules)
        found += _of_facts(tree, on)
    return sorted({*misshapen, *found})


def _advice(rules: Mapping[str, Rule]) -> Callable[[Path], str]:
    """How to mend a setting that stands where the policy's own words of a rule do."""

    def advise(path: Path) -> str:
        *_, word, rule_id, name = ("", "", "", *path)
        rule = rules.get(str(rule_id)) if word == "rules" else None
        known = getattr(rule.settings, "__struct_fields__", ()) if rule is not None else ()
        return f"Write settings.{name}: it is the rule's own." if name in known else ""

    return advise


def _wrong_settings(tree: Tree, rules: Mapping[str, Rule]) -> Iterator[Problem]:
    """Rules that there are not, and settings that do not fit; of tables alone, so that no other mistake hides them."""
    stated = _table(tree.table.get("rules"))
    for rule_id, said in stated.items():
        yield from _wrong_in(tree, ("rules", rule_id), said, {}, rules)
    for name, overlay in _table(tree.table.get("overlays")).items():
        for rule_id, said in _table(_table(overlay).get("rules")).items():
            base = _table(_table(stated.get(rule_id)).get("settings"))
            yield from _wrong_in(tree, ("overlays", name, "rules", rule_id), said, base, rules)


def _wrong_in(
    tree: Tree,
    path: Path,
    said: Any,  # noqa: ANN401  whatever TOML holds
    base: dict[str, Any],
    rules: Mapping[str, Rule],
) -> Iterator[Problem]:
    rule = rules.get(str(path[-1]))
    if rule is None:
        flaw = unknown_rule(path, rules)
        yield tree.problem(flaw.path, flaw.what, doubled(path) or flaw.remedy)
        return
    own = _table(_table(said).get("settings"))
    if rule.settings is None:
        return
    for flaw in flaws_of({**base, **own}, rule.settings, (*path, "settings")):
        inherited = len(flaw.path) > len(path) + 1 and flaw.path[len(path) + 1] not in own
        if not inherited:
            yield tree.problem(flaw.path, flaw.what, flaw.remedy)


def _of_probing(tree: Tree, document: PolicyDocument, rules: Mapping[str, Rule]) -> Iterator[Problem]:
    """Rules whose refusals count as answers to what a text says, and that there are not."""
    probing = document.triggers.probing
    for place, name in enumerate(probing.rules if probing is not None else ()):
        if name not in rules:
            path = ("triggers", "probing", "rules", place)
            yield tree.problem(path, f"There is no rule {name!r}.", nearest(name, rules))


def _of_rules(tree: Tree, document: PolicyDocument, rules: Mapping[str, Rule]) -> Iterator[Problem]:
    settings: list[tuple[Path, RuleSetting | RuleChange]] = [
        (("rules", name), setting) for name, setting in document.rules.items()
    ]
    for name, overlay in document.overlays.items():
        settings += [(("overlays", name, "rules", rule), change) for rule, change in overlay.rules.items()]
    for path, setting in settings:
        for flaw in wrong_words(str(path[-1]), setting, path):
            yield tree.problem(flaw.path, flaw.what, flaw.remedy)
        yield from _odd(tree, path, setting)
    for rule_id in rules.keys() - document.rules.keys():
        what = f"The policy says nothing of the rule {rule_id}, so it is off."
        remedy = f'Add {tree.header("rules", rule_id)}, with mode = "off" if that is meant.'
        yield tree.problem((), what, remedy, Severity.WARNING)
    yield from _unconfirmed(tree, document, rules)
    yield from _of_clauses(tree, document, rules)


def _unconfirmed(tree: Tree, document: PolicyDocument, rules: Mapping[str, Rule]) -> Iterator[Problem]:
    """What a person has to settle before customers send: settings named `confirmed` that nobody has."""
    for rule_id, setting in document.rules.items():
        rule = rules.get(rule_id)
        if rule is None or setting.mode is Mode.OFF:
            continue
        if written_out(rule, setting).settings.get("confirmed") is False:
            what = f"Rule {rule_id}: nobody has confirmed what it lists, so it does less than its action."
            remedy = f'Look it through, then write settings.confirmed = "NAME, {document.effective}".'
            yield tree.problem(("rules", rule_id, "settings", "confirmed"), what, remedy, Severity.WARNING)


def _idle(tree: Tree, document: PolicyDocument, rules: Mapping[str, Rule]) -> Iterator[Problem]:
    """Changes by overlays that leave a rule as it is, where no other overlay that changes it can meet them."""
    for name, overlay in document.overlays.items():
        others = [one for other, one in document.overlays.items() if other != name and _can_meet(overlay, one)]
        for rule_id, change in overlay.rules.items():
            rule, base = rules.get(rule_id), document.rules.get(rule_id, _OFF)
            if rule is None or (change != RuleChange() and any(rule_id in one.rules for one in others)):
                continue
            then = changed(base, change)
            off = then.mode is Mode.OFF and base.mode is Mode.OFF
            if off or written_out(rule, then) == written_out(rule, base):
                what = f"Overlay {name} changes nothing of rule {rule_id}{', which stays off' if off else ''}."
                remedy = "Say its mode." if off else "Say what is to differ, or delete it."
                yield tree.problem(("overlays", name, "rules", rule_id), what, remedy, Severity.WARNING)


def _odd(tree: Tree, path: Path, setting: RuleSetting | RuleChange) -> Iterator[Problem]:
    """What is allowed and can hardly be meant."""
    rule = path[-1]
    if setting.action == "allow" and setting.mode is not Mode.OFF:
        what = f"Rule {rule} asks for nothing when it hits."
        yield tree.problem((*path, "action"), what, "Use note, or mode monitor to watch it first.", Severity.WARNING)
    for name, value in setting.settings.items():
        if "threshold" in name and isinstance(value, float) and 0 < value < _LOWEST_THRESHOLD:
            what = f"Rule {rule}: {name} {value:g} is so low that most messages reach it."
            remedy = f"Thresholds are probabilities; stay above {_LOWEST_THRESHOLD:g}."
            yield tree.problem((*path, "settings", name), what, remedy, Severity.WARNING)
    yield from _crossed(tree, path, setting.settings)


def _crossed(tree: Tree, path: Path, settings: Mapping[str, Any]) -> Iterator[Problem]:
    """A refusal that needs less than a hold: settings named alike but for the word, such as `refuse_at`, `hold_at`."""
    for name, value in settings.items():
        weaker = settings.get(name.replace("refuse", "hold")) if "refuse" in name else None
        if isinstance(value, int | float) and isinstance(weaker, int | float) and value < weaker:
            what = f"Rule {path[-1]}: {name} {value:g} is below {name.replace('refuse', 'hold')} {weaker:g}."
            remedy = "A refusal should need more than a hold: exchange them."
            yield tree.problem((*path, "settings", name), what, remedy, Severity.WARNING)


def _of_clauses(tree: Tree, document: PolicyDocument, rules: Mapping[str, Rule]) -> Iterator[Problem]:
    """Clauses that nothing acts on, and rules that cite clauses without words."""
    if not document.clauses:
        what = "The policy has no clauses, so findings cite ids that nobody can look up."
        yield tree.problem(
            (), what, "Add clauses/*.toml; `comity policy export DIR` writes the shipped ones.", Severity.WARNING
        )
        return
    on = {name for name, setting in document.rules.items() if setting.mode is not Mode.OFF}
    on |= {name for overlay in document.overlays.values() for name in overlay.rules}
    judged = {clause for name, rule in rules.items() if name in on for clause in rule.clauses}
    for clause_id, clause in document.clauses.items():
        if clause_id not in judged and not clause.elsewhere:
            what = f"Nothing acts on clause {clause_id}: no rule that is on speaks for it, and `elsewhere` is empty."
            remedy = "Switch a rule on, or say in `elsewhere` who sees to it."
            yield tree.problem(("clauses", clause_id), what, remedy, Severity.WARNING)
    for name in sorted(on & rules.keys()):
        missing = [clause for clause in rules[name].clauses if clause not in document.clauses]
        if missing:
            what = f"Rule {name} cites {', '.join(missing)}, which the policy has no words for."
            yield tree.problem(("rules", name), what, f"Add [{missing[0]}] to clauses/.", Severity.WARNING)


def _unprepared(tree: Tree, document: PolicyDocument, rules: Mapping[str, Rule]) -> Iterator[Problem]:
    """Settings that fit and that a rule can still not work with, alone or under overlays that can meet."""
    for rule_id, rule in rules.items():
        base = document.rules.get(rule_id, _OFF)
        overlays = [(name, one) for name, one in document.overlays.items() if rule_id in one.rules]
        tried: list[tuple[Path, RuleSetting]] = [(("rules", rule_id), base)]
        for name, one in overlays:
            tried.append((("overlays", name, "rules", rule_id), changed(base, one.rules[rule_id])))
        for (_, first), (name, second) in combinations(overlays, 2):
            if _can_meet(first, second):
                both = changed(changed(base, first.rules[rule_id]), second.rules[rule_id])
                tried.append((("overlays", name, "rules", rule_id), both))
        yield from (found for path, setting in tried for found in _tried(tree, rule, setting, document, path))


def _tried(tree: Tree, rule: Rule, setting: RuleSetting, document: PolicyDocument, path: Path) -> Iterator[Problem]:
    try:
        compile_rule(rule, setting, document, path)
    except RuleError as error:
        yield tree.problem(error.path, error.what, error.remedy)


def _can_meet(one: Overlay, other: Overlay) -> bool:
    """Whether a message can exist that both overlays are for."""
    for field in one.when.__struct_fields__:
        mine, theirs = set(getattr(one.when, field)), set(getattr(other.when, field))
        if mine and theirs and not mine & theirs:
            return False
    begins = max(one.since or date.min, other.since or date.min)
    return begins <= min(one.until or date.max, other.until or date.max)


def _of_facts(tree: Tree, on: date) -> Iterator[Problem]:
    due = facts_due_for_review(on)
    if due:
        named = "; ".join(f"{fact.iso2} {fact.fact}, {fact.review_by}" for fact in due[:_FACTS_NAMED])
        count = "1 country fact is" if len(due) == 1 else f"{len(due)} country facts are"
        what = f"{count} past the day of review, the longest: {named}."
        remedy = "Look them up anew, or take a newer release; see docs/reference/country-facts.md."
        yield tree.problem((), what, remedy, Severity.WARNING)


def _table(value: Any) -> dict[str, Any]:  # noqa: ANN401  whatever TOML holds
    return value if isinstance(value, dict) else {}
