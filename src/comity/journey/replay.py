"""Owns judging a stored message again from what its verdict kept; must not know where any of it is stored.

A replay uses the policy, the facts and the account's record of then, and the engine of now. Where code or packaged
data changed since, it says which, and whether the judgement is the same all the same.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from comity.accounts.record import AccountRecord
from comity.base.errors import SettingsError
from comity.messages.submission import Category
from comity.messages.verdict import Verdict
from comity.numbers.read import BadNumber, Kind, read_destination
from comity.policy.document import Policy
from comity.policy.files import read_policy
from comity.screening.compiled import CompiledPolicy, compile_policy
from comity.screening.decide import decide
from comity.screening.engine import Engine, differences
from comity.screening.judging import Facts, Message
from comity.screening.rulebook import RULEBOOK
from comity.screening.tolerant import tolerated
from comity.senders.read import Sender, read_sender
from comity.text.fold import same_text_key


class Stored(msgspec.Struct, frozen=True):
    """A message as the store keeps it, with its verdict."""

    account_id: int
    id: UUID
    sender: str
    recipient: str
    country: str | None
    category: str
    text: str
    text_key: int
    similarity: int | None
    action: str
    verdict: Verdict
    text_erased_at: datetime | None = None


class ReplayOutcome(enum.StrEnum):
    """What a replay can come to."""

    EXACT = "exact"
    ENGINE_DIFFERS = "engine differs"
    TEXT_ERASED = "text erased"
    NOT_KEPT = "not kept"
    ALTERED = "altered"
    UNFAITHFUL = "unfaithful"


class Replay(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came of it.

    Attributes:
        outcome: exact: the same engine judged the same; engine differs: another engine judged, `differs` says in what;
            text erased: nothing to judge any more; not kept: the policy or the account's record of then is gone;
            altered: something kept is not what it was; unfaithful: the same engine judged otherwise, which is a defect
            of ours, or the kept verdict was altered in a way that shows in nothing else.
        same: whether action, findings and results are what they were; None where nothing was judged.
        what: one sentence.
        differs: files, data and libraries that are not what they were.
        changed: rules that now say something else.
        then: the verdict that was kept.
        now: the verdict of the replay.
    """

    outcome: ReplayOutcome
    same: bool | None
    what: str
    then: Verdict
    differs: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    now: Verdict | None = None


_COMPARED: Final = ("action", "findings", "results", "until", "degraded")


def digests_of(verdict: Verdict) -> tuple[str, ...]:
    """What of the store's artefacts a replay of this verdict needs."""
    account = verdict.facts.get("account_digest", "") if isinstance(verdict.facts, dict) else ""
    return tuple(digest for digest in (verdict.digest, verdict.engine, verdict.models, account) if digest)


def replay(stored: Stored, artefacts: Mapping[str, bytes], here: Engine) -> Replay:
    """Judge a stored message again.

    Args:
        stored: the message.
        artefacts: bodies by digest, as far as they are kept: `digests_of` says which.
        here: what judges in this process.
    """
    verdict = stored.verdict
    altered = _altered(stored, artefacts)
    if altered:
        return Replay(ReplayOutcome.ALTERED, None, f"What is kept is not what it was: {'; '.join(altered)}.", verdict)
    if stored.text_erased_at is not None:
        when = f"{stored.text_erased_at:%Y-%m-%d}"
        return Replay(ReplayOutcome.TEXT_ERASED, None, f"The text was erased on {when}; the verdict stands.", verdict)
    source = artefacts.get(verdict.digest)
    if source is None:
        return _not_kept(verdict, f"The policy {verdict.policy} ({verdict.digest[:12]}) is not kept here.")
    try:
        facts = facts_of(verdict, artefacts)
        document = read_policy(source.decode())
        if document.document.version != verdict.policy:
            what = f"The verdict names the policy {verdict.policy}, its digest that of {document.document.version}."
            return Replay(ReplayOutcome.ALTERED, None, what, verdict)
        understood, unknown = tolerated(document, RULEBOOK)
        policy = compiled(understood, here)
    except LookupError as error:
        return _not_kept(verdict, str(error))
    except SettingsError as error:
        differs = _differs(verdict, artefacts, here)
        what = f"This engine cannot read the policy of then: {error.what}"
        return Replay(ReplayOutcome.ENGINE_DIFFERS, None, what, verdict, differs)
    differs = (*_differs(verdict, artefacts, here), *unknown)
    return _compared(verdict, decide(message_of(stored), facts, policy), differs)


def _altered(stored: Stored, artefacts: Mapping[str, bytes]) -> list[str]:
    """What is not what its digest, key or copy says."""
    found = [
        f"the artefact {digest[:12]}"
        for digest in digests_of(stored.verdict)
        if (body := artefacts.get(digest)) is not None and not hashlib.sha256(body).hexdigest().startswith(digest)
    ]
    if stored.action != stored.verdict.action:
        found.append(f"the action of the message ({stored.action}, its verdict says {stored.verdict.action})")
    if stored.text_erased_at is None and same_text_key(_text(stored)) != stored.text_key:
        found.append("the text")
    return found


def _text(stored: Stored) -> str:
    given = stored.verdict.given
    return given.text if given and given.text else stored.text


def message_of(stored: Stored) -> Message:
    """The message as the rules saw it."""
    verdict = stored.verdict
    given = verdict.given
    category = Category(stored.category)
    sender = read_sender(given.sender if given and given.sender else stored.sender)
    return Message(
        sender=sender if isinstance(sender, Sender) else None,
        to=given.to if given and given.to else stored.recipient,
        recipient=stored.recipient,
        country=stored.country,
        text=_text(stored),
        category=category,
        declared=Category(given.declared) if given and given.declared else category,
        at=given.at if given else None,
        text_key=stored.text_key,
        similarity=stored.similarity,
        promotion=given.promotion if given else 0.0,
        kind=_kind(stored.recipient),
    )


def _kind(recipient: str) -> Kind | None:
    try:
        return read_destination(recipient).kind
    except BadNumber:  # an emergency number is judged as it is written
        return Kind.UNKNOWN


def facts_of(verdict: Verdict, artefacts: Mapping[str, bytes]) -> Facts:
    """The facts of then, the account's record among them.

    Raises:
        LookupError: the account's record of then is not kept.
    """
    facts = verdict.facts if isinstance(verdict.facts, Facts) else msgspec.convert(verdict.facts, Facts)
    if not facts.account_digest:
        return facts
    record = artefacts.get(facts.account_digest)
    if record is None:
        raise LookupError(f"The account's record of then ({facts.account_digest[:12]}) is not kept here.")
    return msgspec.structs.replace(facts, account=msgspec.json.decode(record, type=AccountRecord))


def compiled(policy: Policy, here: Engine) -> CompiledPolicy:
    """A policy ready to judge by, naming what judges here."""
    return compile_policy(policy, RULEBOOK, here.code.digest, here.models.digest)


def comparable(verdict: Verdict) -> dict[str, Any]:
    """What of a verdict must come out the same: plain values, as the store would give them back."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(verdict))
    return {field: plain.get(field) for field in _COMPARED}


def _compared(then: Verdict, now: Verdict, differs: tuple[str, ...]) -> Replay:
    one, other = comparable(then), comparable(now)
    changed = _changed_rules(one, other)
    if differs:
        ending = "the judgement is the same" if one == other else f"{', '.join(changed) or 'the action'} differ"
        what = f"The engine is not the one of then ({_few(differs)}); {ending}."
        return Replay(ReplayOutcome.ENGINE_DIFFERS, one == other, what, then, differs, changed, now)
    if one == other:
        return Replay(ReplayOutcome.EXACT, True, "The same engine came to the same judgement.", then, now=now)
    what = (
        f"The same engine judged otherwise ({_few(changed) or 'the action'}):"
        " the kept verdict was altered, or this is a defect that we would like to hear of."
    )
    return Replay(ReplayOutcome.UNFAITHFUL, False, what, then, (), changed, now)


def _changed_rules(one: dict[str, Any], other: dict[str, Any]) -> tuple[str, ...]:
    """Rules whose result or findings are not the same."""
    changed = {rule for rule in one["results"].keys() | other["results"].keys()
               if one["results"].get(rule) != other["results"].get(rule)}  # fmt: skip
    then, now = ({f["rule"]: f for f in side["findings"]} for side in (one, other))
    changed |= {rule for rule in then.keys() | now.keys() if then.get(rule) != now.get(rule)}
    return tuple(sorted(changed))


def _differs(verdict: Verdict, artefacts: Mapping[str, bytes], here: Engine) -> tuple[str, ...]:
    parts = ((verdict.engine, here.code, "the code"), (verdict.models, here.models, "the packaged data"))
    found: list[str] = []
    for digest, part, words in parts:
        if digest == part.digest:
            continue
        kept = artefacts.get(digest)
        found += differences(kept, part.manifest) if kept is not None else (words,)
    return tuple(found)


def _not_kept(verdict: Verdict, what: str) -> Replay:
    return Replay(ReplayOutcome.NOT_KEPT, None, what, verdict)


def _few(names: tuple[str, ...], most: int = 4) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
