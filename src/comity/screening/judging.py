"""Owns what a rule is given and what it may answer; must not know any rule, clock or store.

A rule is a pure function of a message, the facts and its settings. It answers `Miss`,
`Hit` or `Abstain`; whether a hit counts, and as what, is the policy's to say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, Literal

import msgspec

from comity.accounts.challenges import Challenged, Volume
from comity.accounts.record import AccountRecord
from comity.complaints.freezing import Frozen
from comity.content.reading import Reading, reading_of
from comity.content.scores import Scores
from comity.messages.submission import Category
from comity.messages.verdict import Evidence
from comity.numbers.plan import Kind
from comity.policy.document import PolicyDocument
from comity.senders.read import Sender


class Message(msgspec.Struct, frozen=True, gc=False):
    """A message as rules see it.

    Attributes:
        sender: the sender id, or None when it is not known (offline checks).
        to: the recipient as written, for what is judged before it is a number.
        recipient: E.164 digits without plus; "" when it could not be read.
        country: ISO 3166 alpha-2 of the recipient, or None.
        text: the text as written.
        category: the category it is treated as.
        declared: the category that was declared.
        at: when it would be sent (aware, UTC), or None when not known.
        text_key: `text.fold.same_text_key` of the text.
        similarity: `text.similar.similarity_hash`, or None when it was not needed.
        promotion: probability that the text is promotional.
        kind: what the recipient's number is for, by its numbering plan; None when nobody looked yet.
        scores: what its template is scored for; None when nobody looked yet.
        template: `content.template.template_key` of its template.
    """

    sender: Sender | None
    to: str
    recipient: str
    country: str | None
    text: str
    category: Category
    declared: Category
    at: datetime | None
    text_key: int = 0
    similarity: int | None = None
    promotion: float = 0.0
    kind: Kind | None = None
    scores: Scores | None = None
    template: int = 0

    @property
    def reading(self) -> Reading:
        """What the text says once disguise is undone: shared by all rules, worked out when first asked for."""
        return reading_of(self.text)


class RecentText(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """An earlier message of the account to the same recipient that was not refused.

    Attributes:
        at: when it was accepted (aware, UTC).
        text_key: `text.fold.same_text_key` of it.
        similarity: `text.similar.similarity_hash` of it, or None when it was not needed.
        category: the category it was treated as; "" when not known.
    """

    at: datetime
    text_key: int
    similarity: int | None
    category: str = ""


class ConsentFact(msgspec.Struct, frozen=True, gc=False):
    """The latest valid consent of a recipient towards an account."""

    at: datetime
    brand: str
    purpose: str


class Listed(msgspec.Struct, frozen=True, gc=False):
    """An entry of a list that the operator loaded, which this message touches.

    Attributes:
        list: the list's name.
        kind: "links" for feeds of bad links, "numbers" for do-not-call registries.
        key: the entry: a host, a host with a path, or E.164 digits.
    """

    list: str
    kind: Literal["links", "numbers"]
    key: str


class Heard(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """When the account last heard from the recipient (aware, UTC); None for never."""

    at: datetime | None = None


class Spread(msgspec.Struct, frozen=True, gc=False):
    """Over how many senders the same text, or nearly the same, went within the policy's window, this one included.

    Attributes:
        senders: distinct sender keys of this account.
        accounts: distinct accounts.
    """

    senders: int
    accounts: int


class Traffic(msgspec.Struct, frozen=True, gc=False):
    """What the account sent lately, some seconds old at most.

    Attributes:
        account_day: messages of the account since midnight UTC.
        sender_day: messages from this sender in 24 hours.
        sender_minute: messages from this sender in its busiest minute of the last hour.
        recipients: distinct recipients of this sender in 24 hours, estimated above 1,000.
        replies: messages received by this sender's number in 24 hours.
    """

    account_day: int
    sender_day: int
    sender_minute: int
    recipients: int
    replies: int


Bearing = Literal["known", "stranger", "later"]


class Arrival(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Messages that reach the recipient's number in one minute, from one family of accounts; kept as a list of five.

    Attributes:
        ago_min: whole minutes before the message at hand goes out; negative for what goes out after it.
        family: 0 for the message's own account with those of its line; others are numbered from 1, anew each time.
        category: what they were treated as.
        messages: how many.
        bearing: what their account is to the number, as in `Facts`; "" where nobody asked.
    """

    ago_min: int
    family: int
    category: str
    messages: int
    bearing: Bearing | Literal[""] = ""


class Template(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What the account sent of a message's template before it; what was held or refused is not among it.

    Attributes:
        since: when the first of it was accepted (aware, UTC); None for never.
        sent: messages.
        days: distinct days (UTC) with any.
        complaints: people who stopped the account's messages within a day of one.
    """

    since: datetime | None = None
    sent: int = 0
    days: int = 0
    complaints: int = 0


class History(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What the account sent before a message, altogether; what was held or refused is not among it.

    Attributes:
        at: when the message was accepted (aware, UTC), which is before it goes out where it is scheduled.
        since: when the account's first message was accepted (aware, UTC); None for never.
        sent: messages.
    """

    at: datetime
    since: datetime | None = None
    sent: int = 0


class Facts(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What is known around a message; None always means "not known", never "no".

    Attributes:
        standing: the account's standing.
        policy_accepted: whether a named person accepted the policy that requires it.
        sender_granted: whether the account may use the sender now.
        opted_out: whether the recipient opted out from this account.
        alert_clearance: whether the account is cleared to send alerts past opt-outs.
        consent: the latest consent, with `consent_known` telling "none" from "not looked up".
        recent: earlier texts to this recipient within the longest window of the policy.
        zones: the recipient's possible time zones (IANA); empty where no hour is closed for its category.
        us_state: two letters, for US recipients.
        account: what the account declared and was cleared for; kept apart by its digest, not in the verdict.
        account_digest: names that record in the store.
        carrier: the carrier that the route leads to, by name.
        listed: entries of the operator's lists that the recipient or a link stands on.
        heard: when the recipient last wrote to the account; looked up for promotional messages, and for those that
            score for asking for confidential data.
        spread: over how many senders the text went; looked up for promotional messages.
        traffic: what the account and the sender sent lately.
        template: what the account sent of the message's template; looked up for messages that score for something.
        history: what the account sent altogether; looked up with it.
        arrivals: what reaches the recipient's number within an hour of the message, over all accounts; empty while one
            account alone writes to it. Not looked up for what is only tried: who asks learns nothing of others.
        bearing: what the account is to the number: "known" where the person wrote to it, or it reached the number
            more than an hour ago while nobody else did; else "stranger", or "later" where a stranger's message is
            scheduled. Looked up where other accounts write to the number as well, but not for promotional messages.
        probing: hashes of texts by which the account feels out the filter.
        frozen: what of the account's traffic is frozen after complaints.
        challenged: what somebody must vouch for before the message goes.
        volume: what the account sends and used to send; looked up for accounts that send much, else left out.
    """

    standing: str | None = None
    policy_accepted: bool | None = None
    sender_granted: bool | None = None
    opted_out: bool | None = None
    alert_clearance: bool = False
    consent: ConsentFact | None = None
    consent_known: bool = False
    recent: tuple[RecentText, ...] | None = None
    zones: tuple[str, ...] | None = None
    us_state: str | None = None
    account: AccountRecord | None = None
    account_digest: str = ""
    carrier: str | None = None
    listed: tuple[Listed, ...] | None = None
    heard: Heard | None = None
    spread: Spread | None = None
    traffic: Traffic | None = None
    template: Template | None = None
    history: History | None = None
    arrivals: tuple[Arrival, ...] | None = None
    bearing: Bearing | None = None
    probing: tuple[int, ...] = ()
    frozen: tuple[Frozen, ...] = ()
    challenged: tuple[Challenged, ...] = ()
    volume: Volume | None = None

    def kept(self) -> Facts:
        """The facts as a verdict keeps them: the account's record is named by its digest."""
        return self if self.account is None else msgspec.structs.replace(self, account=None)


class Hit(msgspec.Struct, frozen=True):
    """The rule found something.

    Attributes:
        evidence: what it saw.
        sentence: what the sender is told.
        remedy: how the sender can mend it.
        reviewer: what the reviewer is told; the sender's sentence when empty.
        score: 1.0 for a plain fact, else a calibrated probability.
        until: for hits that ask to wait: the first allowed instant (UTC).
        action: overrides the policy's action for this hit, when the rule has two kinds of hit.
        seal: whether the message is refused, whatever the action, and kept apart for named reviewers alone.
    """

    evidence: tuple[Evidence, ...]
    sentence: str
    remedy: str
    reviewer: str = ""
    score: float = 1.0
    until: datetime | None = None
    action: str = ""
    seal: bool = False


class Miss(msgspec.Struct, frozen=True):
    """The rule looked and found nothing."""


class Abstain(msgspec.Struct, frozen=True):
    """The rule cannot judge: a fact it needs is not known."""

    missing: str


MISS: Final = Miss()
Answer = Miss | Hit | Abstain
Check = Callable[[Message, Facts, Any], Answer]
Combine = Callable[[Message, Facts, Any, Mapping[str, Hit]], Answer]
Prepare = Callable[[Any, PolicyDocument], Any]


class Rule(msgspec.Struct, frozen=True):
    """One rule.

    Attributes:
        id: stable name, the file's name with dashes.
        clauses: ids of the clauses it speaks for, the leading one first.
        title: what it is about, for people.
        needs: the facts it reads.
        check: the judgement.
        settings: a msgspec Struct type that the policy's settings must fit.
        prepare: makes of settings and document what `check` is given in their place, once for each policy: word lists
            compiled, registers indexed. It may raise ValueError with what is wrong with the settings.
        reads: ids of rules whose hits `check` is given as a fourth argument; such a rule stands after them.
    """

    id: str
    clauses: tuple[str, ...]
    title: str
    needs: tuple[str, ...]
    check: Check | Combine
    settings: type[msgspec.Struct] | None = None
    prepare: Prepare | None = None
    reads: tuple[str, ...] = ()
