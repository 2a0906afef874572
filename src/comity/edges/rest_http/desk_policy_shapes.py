"""Owns shapes of the desk's calls about versions of the policy; must not know any call."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import msgspec

FileName = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f\\]+$")]
FileText = Annotated[str, msgspec.Meta(max_length=2_000_000, pattern=r"^[^\x00]*$")]


class DeskPolicyVersion(msgspec.Struct, frozen=True):
    """A published version of the policy.

    Attributes:
        version: its name.
        effective: the day in its text (UTC), from which it was to hold.
        in_force_from: from when it held or will hold: its day, or when it was published if that was later; null for
            one that never held and never will.
        until: when another took or will take its place; null while none is known.
        state: in force, coming, past, or withdrawn.
        published_at: when it was published.
        published_by: who published it; empty for the one that shipped.
        withdrawn_at: when it was taken back before its day; null where it was not.
        withdrawn_by: who took it back.
        accepted_by: how many accounts have accepted it.
    """

    version: str
    digest: str
    effective: date
    in_force_from: datetime | None
    until: datetime | None
    state: str
    published_at: datetime
    published_by: str
    withdrawn_at: datetime | None
    withdrawn_by: str
    accepted_by: int


class DeskPolicyText(DeskPolicyVersion, frozen=True):
    """A version with its files, and how accounts answered it.

    Attributes:
        substantial: whether it wants an answer of everybody.
        answers: how many accounts answered how (accepted, declined, silent, ...); under "not asked" those that were
            only told of it.
        files: its files by path, as publishing takes them.
    """

    substantial: bool = False
    answers: dict[str, int] = {}
    files: dict[str, str] = {}


class NewPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A policy as files.

    Attributes:
        files: the text of each file by its path, `policy.toml` at least; `comity policy export` and
            GET /api/desk/policy/versions/{id} give them.
        effective: hold from this day (UTC) in place of the one in `policy.toml`; null for the one in it.
    """

    files: Annotated[dict[FileName, FileText], msgspec.Meta(min_length=1, max_length=1_000)]
    effective: date | None = None


class PolicyFlaw(msgspec.Struct, frozen=True):
    """Something that is wrong with a policy's files.

    Attributes:
        file: the file's path.
        line: its line, from 1; 0 for the file as a whole.
        what: what is wrong, in a sentence.
        severity: error, with which it cannot hold, or warning.
    """

    file: str
    line: int
    what: str
    remedy: str
    severity: str


class PolicyDifference(msgspec.Struct, frozen=True):
    """One difference between two policies.

    Attributes:
        part: policy, rules, clauses, overlays, brands, lists, triggers, or another part of the document.
        name: the rule, clause, overlay, brand or list; a field of the document itself.
        field: what of it, with dots; empty for all of it.
        before: the value; null when it was not there.
        after: the value; null when it is gone.
        effect: stricter or looser for those who send, where that can be told; else empty.
        added: entries of a list that are new.
        removed: entries of a list that are gone.
    """

    part: str
    name: str
    field: str
    before: Any
    after: Any
    effect: str
    added: tuple[str, ...]
    removed: tuple[str, ...]


class PolicyChanges(msgspec.Struct, frozen=True):
    """What changes from one version to another.

    Attributes:
        before: the version compared with; empty where none is in force.
        after: the version that was asked for.
        changes: each difference.
        lines: the same as accounts are told it, a line each.
    """

    before: str
    after: str
    changes: list[PolicyDifference]
    lines: list[str]


class PolicyChecked(msgspec.Struct, frozen=True):
    """What would become of publishing a policy; nothing was kept.

    Attributes:
        publishable: whether it would be published now.
        refused: why it would not be; empty where it would.
        flaws: all that is wrong with its files, warnings too.
        version: its name; empty where the files are no policy.
        digest: SHA-256 of its exact text; empty where the files are no policy.
        effective: the day (UTC) from which it would hold; null where the files are no policy.
        substantial: whether it wants an answer of everybody.
        against: the version in force, with which it is compared.
        changes: each difference from the version in force.
        lines: the same as accounts would be told it, a line each.
        notes: what you should know before you publish it, in sentences.
    """

    publishable: bool
    refused: str
    flaws: list[PolicyFlaw]
    version: str = ""
    digest: str = ""
    effective: date | None = None
    substantial: bool = False
    against: str = ""
    changes: list[PolicyDifference] = []
    lines: list[str] = []
    notes: list[str] = []


class PolicyPublished(msgspec.Struct, frozen=True):
    """A version that was published.

    Attributes:
        published: false where the very same text was published before; then nothing was done.
        version: as it stands now.
        told: how many accounts were told of it.
        against: the version that was in force, with which it is compared.
        changes: each difference from that.
        lines: the same as accounts are told it, a line each.
        notes: what you should know, in sentences.
    """

    published: bool
    version: DeskPolicyVersion
    told: int
    against: str
    changes: list[PolicyDifference]
    lines: list[str]
    notes: list[str]


class PolicyWithdrawn(msgspec.Struct, frozen=True):
    """A version that was taken back before its day.

    Attributes:
        version: its name, which stays taken.
        effective: the day (UTC) from which it was to hold.
        told: how many accounts were told that it was taken back.
    """

    version: str
    effective: date
    told: int


class AccountTold(msgspec.Struct, frozen=True):
    """What an account was told of a version, and said to it.

    Attributes:
        account: its name.
        answer: asked, accepted, declined, silent, bound, left, withdrawn; empty where it was told and not asked.
        person: who answered; empty while nobody has.
        answered_at: when; null while nobody has.
        told_at: when the notice was left for it; null where none was.
        webhook_at: when its webhook acknowledged the notice.
        mailed_at: when a mail server took it.
        read_at: when somebody opened it.
        reminders: how often it was reminded.
    """

    account: str
    answer: str
    person: str
    answered_at: datetime | None
    told_at: datetime | None
    webhook_at: datetime | None
    mailed_at: datetime | None
    read_at: datetime | None
    reminders: int
