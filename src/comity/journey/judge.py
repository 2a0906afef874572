"""Owns judging a batch in order: facts are joined, the pure decision is asked, charges and rows follow from it.

It must not know how facts are loaded or rows written. Messages of one batch see each
other, so that a text sent twice in one request is found like one sent twice in a row.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from comity.accounts.account import Account, Standing
from comity.accounts.challenges import Challenged, Volume, about_country
from comity.base.ids import IdMaker, instant_of
from comity.countries.hours import schedule
from comity.journey.arrivals import LET_THROUGH, Arrivals, minute_number
from comity.journey.batch_memory import BatchMemory
from comity.journey.consenting import consent_for, is_opted_out
from comity.journey.notify import StateChange, report_events
from comity.journey.ports import AcceptedBatch, AcceptedRow, Charged, Found, Kept, Sealed
from comity.journey.slices import Slices
from comity.journey.surroundings import Surroundings
from comity.journey.templates import TemplateTraffic
from comity.journey.traffic import SenderTraffic, minute_of
from comity.journey.volume import Stopped
from comity.journey.wanted import Wanted, wanted_of
from comity.messages.life import Detail, State
from comity.messages.submission import Answered, Category, InputFault, Judged, Malformed, Outcome
from comity.messages.verdict import Action, Verdict, without_misses
from comity.numbers.zones import us_state, zones_of
from comity.policy.watching import untold_of
from comity.screening.compiled import CompiledPolicy
from comity.screening.decide import decide
from comity.screening.judging import (
    Arrival,
    Bearing,
    Facts,
    Heard,
    History,
    Message,
    RecentText,
    Spread,
    Template,
    Traffic,
)

if TYPE_CHECKING:
    from comity.credits.lots import Purse
    from comity.journey.batch import Unit
    from comity.journey.prepare import Prepared

_NOTHING: Final = Found()
_NEVER_SENT: Final = TemplateTraffic()
_ALONE: Final = Spread(senders=1, accounts=1)
_ENCODER: Final = msgspec.json.Encoder()
STATE_AFTER: Final = {
    Action.ALLOW.word: State.QUEUED,
    Action.NOTE.word: State.QUEUED,
    Action.DEFER.word: State.DEFERRED,
    Action.HOLD.word: State.HELD,
    Action.REFUSE.word: State.REFUSED,
}


class Judge:
    """Judges the messages of one batch, in order.

    Args:
        around: what the store knows.
        now: the instant of the whole batch.
        ids: makes message ids.
        arrivals: what reaches the batch's numbers.
        stopped: what challenges hold, as far as this process knows.
    """

    def __init__(self, around: Surroundings, now: datetime, ids: IdMaker, arrivals: Arrivals, stopped: Stopped) -> None:
        self._around = around
        self._now = now
        self._now_minute = minute_number(now)
        self._ids = ids
        self._place = 0
        self._memory = BatchMemory(arrivals, stopped)

    async def judge(self, unit: Unit, purse: Purse, writing: AcceptedBatch) -> Outcome:
        """Judge a unit; add what is to be written to `writing`, all of it or nothing."""
        self._memory.begin_unit()
        wanted = wanted_of(unit.policy)
        judged: list[tuple[Prepared, Judged]] = []
        slices = Slices(unit.yielding_s)
        for one in unit.prepared:
            judged.append((one, self._judge_one(unit, one, wanted)))
            await slices.breathe()
        cost = sum(result.micro_credits for _, result in judged)
        if unit.is_rehearsal:
            return Answered(tuple(result for _, result in judged), available=purse.available)
        if cost > purse.available:
            return Malformed(InputFault.NOT_ENOUGH_CREDITS, 0, _shortage(cost, purse.available))
        if not unit.submission.dry_run:
            _spend(unit, judged, purse, writing)
            await self._write(unit, judged, writing, slices)
            self._memory.keep_unit()
        return Answered(tuple(result for _, result in judged))

    def write_counts(self, writing: AcceptedBatch) -> None:
        """Add what is counted of the batch to what is to be written."""
        writing.at = self._now
        writing.sent = self._memory.tally.by_sender
        writing.spread = self._memory.near.entries()
        writing.templates = self._memory.templates.by_template
        writing.arrivals = self._memory.arrivals.counted()
        writing.flooded = self._memory.arrivals.flooded

    def _judge_one(self, unit: Unit, one: Prepared, wanted: Wanted) -> Judged:
        account, message = unit.submission.account, one.message
        facts = self._facts(account, one, unit.policy, wanted)
        number = self._around.numbers.get(self._place)
        self._place += 1
        verdict = decide(message, facts, unit.policy)
        if account.probing:
            verdict = msgspec.structs.replace(verdict, untold=untold_of(unit.policy.policy.document))
        refused = verdict.action == Action.REFUSE.word
        if not refused:
            recent = RecentText(self._now, message.text_key, message.similarity, message.category.value)
            self._memory.add(account.account_id, message, recent, wanted)
            if self._is_own(account, facts, verdict):
                self._memory.count(account.account_id, message, wanted)
        state = STATE_AFTER[verdict.action]
        if wanted.context and state in LET_THROUGH:
            self._memory.let_through(account.account_id, message.template)
        if state is State.QUEUED and one.due_at is not None:
            state = State.DEFERRED
        judged = Judged(self._ids.at(self._now), state, verdict, one.plan.parts, 0 if refused else one.micro_credits)
        if number is not None:
            self._memory.arrivals.take(number, account, one, judged, self._minute_of(_due(one, verdict, self._now)))
        return judged

    def _is_own(self, account: Account, facts: Facts, verdict: Verdict) -> bool:
        """Whether it counts as what the account sends.

        What is held of a key that may be stolen would stop its owner. An alert that always goes counts only where the
        account is slowed down by numbers.
        """
        abroad = about_country(facts.challenged) if facts.challenged else None
        if abroad is not None and verdict.action == Action.HOLD.word:
            self._memory.stopped.add(abroad)
            return False
        return not facts.alert_clearance or account.standing is Standing.LIMITED

    def _challenged(self, account: Account) -> tuple[Challenged, ...]:
        return tuple(self._memory.stopped.with_held(one) for one in account.challenged)

    def _facts(self, account: Account, one: Prepared, policy: CompiledPolicy, wanted: Wanted) -> Facts:
        message = one.message
        promotional = message.category is Category.PROMOTIONAL
        found = self._around.found.get(self._place, _NOTHING)
        template, history = self._sent_before(account.account_id, one)
        return Facts(
            standing=account.standing.value,
            policy_accepted=policy.policy.is_accepted(account.accepted_policies),
            sender_granted=_is_granted(account, message, self._now),
            opted_out=is_opted_out(found, message, account.record),
            alert_clearance=_may_alert(account, message, self._now),
            consent=consent_for(found, message, account.record),
            consent_known=promotional,
            recent=self._recent(account.account_id, message, found),
            zones=_zones(one),
            us_state=_us_state(one),
            account=account.record,
            account_digest=account.record_digest,
            carrier=one.carrier,
            listed=None if one.asks_lists is None else self._around.listed.get(self._place, ()),
            heard=Heard(found.heard_at) if one.asks_heard else None,
            spread=self._spread(account.account_id, message, wanted) if promotional and wanted.spread else None,
            traffic=self._traffic(account.account_id, one) if one.asks_traffic else None,
            template=template,
            history=history,
            arrivals=self._arrivals(account, message, found),
            bearing=self._bearing(one),
            probing=account.probing,
            frozen=account.frozen,
            challenged=self._challenged(account) if account.challenged else (),
            volume=self._volume(account, wanted),
        )

    def _recent(self, account_id: int, message: Message, found: Found) -> tuple[RecentText, ...]:
        earlier = self._memory.recent(account_id, message.recipient)
        if not found.ids:
            return earlier
        rows = zip(found.ids, found.text_keys, found.similarities, found.categories, strict=True)
        return earlier + tuple(RecentText(instant_of(id_), key, hash_, category) for id_, key, hash_, category in rows)

    def _spread(self, account_id: int, message: Message, wanted: Wanted) -> Spread | None:
        """This sender and account, those of this batch, and those the store knows of."""
        if message.similarity is None:
            return None
        key = message.sender.key if message.sender is not None else ""
        alike = self._memory.alike(message.similarity, wanted.spread_distance)
        known = self._around.spread.get((account_id, message.similarity), ())
        if not alike and not known:
            return _ALONE
        everybody = {(account_id, key), *alike, *known}
        return Spread(
            senders=sum(account == account_id for account, _ in everybody),
            accounts=len({account for account, _ in everybody}),
        )

    def _traffic(self, account_id: int, one: Prepared) -> Traffic:
        """What the store counted, and what this batch sends beside."""
        held = self._around.traffic.get((account_id, one.sender.key)) or SenderTraffic(minute_of(self._now))
        return held.with_more(*self._memory.sent(account_id, one.sender.key), self._now)

    def _arrivals(self, account: Account, message: Message, found: Found) -> tuple[Arrival, ...] | None:
        """What reaches the number: as the store counts it, as this process remembers it, and what this batch sends."""
        number = self._around.numbers.get(self._place)
        if number is None or message.at is None:
            return None
        at_minute = self._minute_of(message.at)
        return self._memory.arrivals.around(number, account, at_minute, found.arrived)

    def _bearing(self, one: Prepared) -> Bearing | None:
        """What its account is to the number, where it was asked; what is scheduled can be taken back at any time."""
        is_known = self._around.acquainted.get(self._place)
        if is_known is None:
            return None
        if is_known:
            return "known"
        return "stranger" if one.due_at is None else "later"

    def _minute_of(self, at: datetime) -> int:
        return self._now_minute if at is self._now else minute_number(at)

    def _volume(self, account: Account, wanted: Wanted) -> Volume | None:
        """What it sends and used to send, where that is so much that any rule may mind."""
        held = self._around.volumes.get(account.account_id)
        if wanted.volume is None or held is None:
            return None
        more = self._memory.messages_of(account.account_id) + 1
        # Nearly everybody sends less, even with what an hour or a day that is over left in the counts.
        little = held.hour + more <= wanted.volume.floor_hour and held.day + more <= wanted.volume.floor_day
        if little and not account.challenged:
            return None
        counts = held.with_more(more, self._now)
        little = counts[0] <= wanted.volume.floor_hour and counts[1] <= wanted.volume.floor_day
        if (little and not account.challenged) or (account.free_until and self._now < account.free_until):
            return None
        # Whoever holds an account can make it as many subaccounts as they like: none is new.
        is_new = account.parent_id is None and (
            held.since is None or self._now - held.since < timedelta(days=wanted.volume.new_days)
        )
        return held.fact(counts, _declared(account), is_new=is_new)

    def _sent_before(self, account_id: int, one: Prepared) -> tuple[Template | None, History | None]:
        """Of its template, and altogether: what the store counted, and what this batch lets through beside."""
        if not one.asks_context:
            return None, None
        key = (account_id, one.message.template)
        held = self._around.templates.get(key, _NEVER_SENT)
        of_template, of_account = self._memory.of_template(*key)
        return held.template_with(of_template, self._now), held.history_with(of_account, self._now)

    async def _write(
        self, unit: Unit, judged: list[tuple[Prepared, Judged]], writing: AcceptedBatch, slices: Slices
    ) -> None:
        submission = unit.submission
        account_id = submission.account.account_id
        for one, result in judged:
            row = _row(unit, one, result, self._now)
            sealing = result.verdict.sealing()
            if sealing is not None:
                writing.sealed.append(_sealed(row, sealing.rule, self._now))
                row = _without_text(row)
            writing.rows.append(row)
            await slices.breathe()
        account = submission.account
        for asked in {result.verdict.asked for _, result in judged} - writing.artefacts.keys():
            writing.artefacts[asked] = ("rules", unit.policy.rules_asked(asked))
        if account.record_digest not in writing.artefacts:
            writing.artefacts[account.record_digest] = ("account", _ENCODER.encode(account.record))
        if account.webhooks:
            writing.events += report_events(_refusals(unit, judged, self._now))
        if submission.idempotency_key:
            ids = tuple(result.id for _, result in judged)
            writing.keys.append(Kept(account_id, submission.idempotency_key, submission.fingerprint, ids))


def _spend(unit: Unit, judged: list[tuple[Prepared, Judged]], purse: Purse, writing: AcceptedBatch) -> None:
    """Charge every message, in one go: the purse may be shared with another batch under way."""
    for _, result in judged:
        for charge in purse.spend(result.micro_credits):
            writing.charge(Charged(unit.account_id, result.id, charge.lot_id, charge.micro_credits))


def _refusals(unit: Unit, judged: list[tuple[Prepared, Judged]], now: datetime) -> list[StateChange]:
    """The refused ones among several: the answer to the request shows them in passing, so they are reported too."""
    if all(result.state is State.REFUSED for _, result in judged):
        return []
    return [
        StateChange(
            account_id=unit.account_id,
            message_id=result.id,
            state=State.REFUSED,
            detail=Detail.REFUSED_BY_POLICY,
            at=now,
            submitted_at=None,
            sender=one.sender.shown,
            recipient=one.message.recipient,
            text="" if result.verdict.sealing() else one.plan.text,
            reference="" if result.verdict.sealing() else one.draft.reference,
            receipt=False,
            system_id=None,
        )
        for one, result in judged
        if result.state is State.REFUSED
    ]


def _declared(account: Account) -> int:
    """Messages a day that it said it would send; 0 where it said nothing."""
    use_case = account.record.use_case
    return max(account.daily_volume or 0, (use_case.daily_volume or 0) if use_case is not None else 0)


def _may_alert(account: Account, message: Message, now: datetime) -> bool:
    """Only alerts ask for it."""
    return message.category is Category.ALERT and account.record.is_cleared("alert", now.date(), message.country)


def _is_granted(account: Account, message: Message, now: datetime) -> bool:
    grant = account.grants.get(message.sender.key) if message.sender else None
    return grant is not None and (grant.expires_at is None or grant.expires_at > now)


def _zones(one: Prepared) -> tuple[str, ...]:
    """The recipient's zones where any hour is closed for the category, else none: looking them up costs time."""
    message = one.message
    if message.category in {Category.OTP, Category.ALERT}:
        return ()
    if schedule(message.country or "", message.category.value).week.is_open():
        return ()
    return zones_of(one.destination)


def _us_state(one: Prepared) -> str | None:
    promotional = one.message.category is Category.PROMOTIONAL
    return us_state(one.destination) if promotional and one.message.country == "US" else None


def _row(unit: Unit, one: Prepared, result: Judged, now: datetime) -> AcceptedRow:
    message, draft, verdict = one.message, one.draft, result.verdict
    return AcceptedRow(
        account_id=unit.account_id,
        id=result.id,
        door=unit.submission.door.value,
        sender=one.sender.shown,
        recipient=message.recipient,
        country=message.country,
        category=message.category.value,
        text=one.plan.text,
        encoding=one.plan.encoding.value,
        parts=result.parts,
        reference=draft.reference,
        due_at=_due(one, verdict, now),
        receipt=draft.receipt,
        validity_s=draft.validity_s,
        micro_credits=result.micro_credits,
        text_key=message.text_key,
        similarity=message.similarity,
        action=verdict.action,
        verdict=_ENCODER.encode(without_misses(_with_text(verdict, one))).decode(),
        system_id=unit.submission.system_id or None,
        state=result.state.value,
        route_prefix=one.route_prefix,
        scheduled=one.due_at is not None,
        template=message.template,
    )


def _with_text(verdict: Verdict, one: Prepared) -> Verdict:
    """The verdict with the text it judged, where another is sent (transliterated): a replay judges the same one."""
    if one.plan.text == one.message.text or verdict.given is None or verdict.sealing() is not None:
        return verdict
    given = msgspec.structs.replace(verdict.given, text=one.message.text)
    return msgspec.structs.replace(verdict, given=given)


def _sealed(row: AcceptedRow, rule: str, now: datetime) -> Sealed:
    """What named readers will read."""
    body = {"text": row.text, "sender": row.sender, "recipient": row.recipient, "at": now}
    return Sealed(row.account_id, row.id, rule, _ENCODER.encode(body))


def _without_text(row: AcceptedRow) -> AcceptedRow:
    """The row of a message whose text is sealed: nothing in it tells what it said."""
    return msgspec.structs.replace(row, text="", reference="", text_key=0, similarity=None, template=None)


def _due(one: Prepared, verdict: Verdict, now: datetime) -> datetime:
    """When to hand it over: at the customer's date, but not before the verdict lets it go."""
    wanted = one.due_at or now
    return max(wanted, verdict.until) if verdict.until is not None else wanted


def _shortage(cost: int, available: int) -> str:
    return f"Not enough credits: {cost / 1_000_000:g} are needed, {available / 1_000_000:g} are left."
