"""Owns comparing a candidate policy with judgements made: what would change, counted; must not know any store.

Workers compare rows and hand back tallies, which add up in any order. A row that cannot be judged again is counted
with its reason and never guessed at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

import msgspec

from comity.journey.replay import Stored, compiled, facts_of, message_of
from comity.messages.verdict import Action, Finding, Result, Verdict
from comity.numbers.mask import mask
from comity.policy.document import Policy
from comity.policy.files import read_policy
from comity.screening.compiled import CompiledPolicy
from comity.screening.decide import decide
from comity.screening.engine import engine

_STRENGTH: Final = {action.word: action.value for action in Action}
_EXAMPLES: Final = 3
_CASES: Final = 10_000
_VERDICT: Final = msgspec.json.Decoder(Verdict)
_ACTED_ON: Final = (Action.HOLD.word, Action.REFUSE.word)


class Row(msgspec.Struct, frozen=True):
    """A judged message as the store hands it out; `verdict` is JSON."""

    account_id: int
    account: str
    id: UUID
    sender: str
    recipient: str
    country: str | None
    category: str
    text: str
    text_key: int
    similarity: int | None
    verdict: str
    text_erased_at: object | None = None


class Change(msgspec.Struct, frozen=True):
    """What one rule would do differently, as far as it is counted: for an account and a country."""

    rule: str
    account: str
    country: str
    then: str
    now: str


class Instance(msgspec.Struct, frozen=True):
    """A message that shows a change; its text is not told, its recipient masked."""

    id: UUID
    sender: str
    recipient: str
    clauses: str


class Tally(msgspec.Struct):
    """What came of some rows.

    Attributes:
        judged: rows compared.
        skipped: rows that could not be, by reason.
        actions: rows by what was decided then and what would be now.
        changes: rows by change of a rule.
        examples: a few messages for each change.
        lacking: by rule, rows for which a fact that it needs was not kept.
        otherwise: rows that another engine judged: some changes may be the engine's.
        stricter: messages that would now be held or refused and were not: account, id, findings as JSON.
    """

    judged: int = 0
    skipped: Counter[str] = msgspec.field(default_factory=Counter)
    actions: Counter[tuple[str, str]] = msgspec.field(default_factory=Counter)
    changes: Counter[Change] = msgspec.field(default_factory=Counter)
    examples: dict[Change, list[Instance]] = msgspec.field(default_factory=dict)
    lacking: Counter[str] = msgspec.field(default_factory=Counter)
    otherwise: int = 0
    stricter: list[tuple[int, UUID, str]] = []

    def add(self, other: Tally) -> None:
        """Take another tally in."""
        self.judged += other.judged
        self.otherwise += other.otherwise
        for mine, theirs in (
            (self.skipped, other.skipped), (self.actions, other.actions), (self.changes, other.changes),
            (self.lacking, other.lacking),
        ):  # fmt: skip
            mine.update(theirs)  # type: ignore[arg-type]  # each with its own kind
        for change, examples in other.examples.items():
            mine_of_it = self.examples.setdefault(change, [])
            mine_of_it += examples[: _EXAMPLES - len(mine_of_it)]
        self.stricter += other.stricter[: _CASES - len(self.stricter)]


class Backtest:
    """Compares rows with a candidate policy."""

    def __init__(self, candidate: Policy) -> None:
        self._engine = engine()
        self._candidate: CompiledPolicy = compiled(candidate, self._engine)

    def compare(self, rows: Iterable[Row], artefacts: Mapping[str, bytes]) -> Tally:
        """What would change for these rows; `artefacts` holds the accounts' records by digest."""
        tally = Tally()
        for row in rows:
            if row.text_erased_at is not None:
                tally.skipped["the text was erased"] += 1
                continue
            try:
                then = _VERDICT.decode(row.verdict)
                facts = facts_of(then, artefacts)
            except LookupError:
                tally.skipped["the account's record of then is not kept"] += 1
            except msgspec.ValidationError:
                tally.skipped["the verdict has a form of another time"] += 1
            else:
                message = message_of(_stored(row, then))
                self._count(row, then, decide(message, facts, self._candidate, live=False), tally)
        return tally

    def _count(self, row: Row, then: Verdict, now: Verdict, tally: Tally) -> None:
        tally.judged += 1
        tally.otherwise += (then.engine, then.models) != (self._engine.code.digest, self._engine.models.digest)
        tally.actions[then.action, now.action] += 1
        tally.lacking.update(rule for rule, result in now.results.items()
                             if result == Result.ABSTAIN and then.results.get(rule) != Result.ABSTAIN)  # fmt: skip
        before, after = _enforced(then), _enforced(now)
        for rule in before.keys() | after.keys():
            old, new = before.get(rule), after.get(rule)
            one, other = old.action if old else "-", new.action if new else "-"
            if one != other:
                self._note(row, Change(rule, row.account, row.country or "-", one, other), new or old, tally)
        if now.action in _ACTED_ON and _STRENGTH[now.action] > _STRENGTH[then.action]:
            findings = [{"rule": f.rule, "action": f.action, "clauses": f.clauses} for f in after.values()]
            if len(tally.stricter) < _CASES:
                tally.stricter.append((row.account_id, row.id, msgspec.json.encode(findings).decode()))

    def _note(self, row: Row, change: Change, finding: Finding | None, tally: Tally) -> None:
        tally.changes[change] += 1
        examples = tally.examples.setdefault(change, [])
        if len(examples) < _EXAMPLES:
            clauses = ", ".join(finding.clauses) if finding else ""
            examples.append(Instance(row.id, row.sender, mask(row.recipient), clauses))


def digests_in(rows: Iterable[Row]) -> set[str]:
    """The digests of accounts' records that these rows' verdicts name."""
    return {digest for row in rows if (digest := _account_digest(row.verdict))}


class _Named(msgspec.Struct):
    account_digest: str = ""


class _Facts(msgspec.Struct):
    facts: _Named


_NAMED: Final = msgspec.json.Decoder(_Facts)


def _account_digest(verdict: str) -> str:
    try:
        return _NAMED.decode(verdict).facts.account_digest
    except msgspec.DecodeError:
        return ""


def _enforced(verdict: Verdict) -> dict[str, Finding]:
    return {finding.rule: finding for finding in verdict.findings if finding.enforced}


def _stored(row: Row, verdict: Verdict) -> Stored:
    return Stored(
        row.account_id, row.id, row.sender, row.recipient, row.country, row.category, row.text, row.text_key,
        row.similarity, verdict.action, verdict,
    )  # fmt: skip


# What a worker process holds; it is given the candidate once.
_worker: list[Backtest] = []


def prepare_worker(source: str) -> None:
    """Make a worker process ready to compare with the candidate in this text."""
    _worker[:] = [Backtest(read_policy(source))]


def compare_in_worker(rows: list[Row], artefacts: dict[str, bytes]) -> Tally:
    """`Backtest.compare` in a worker process."""
    return _worker[0].compare(rows, artefacts)
