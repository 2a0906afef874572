"""Owns the policy document: read, checked, digested; must not know how a rule judges.

A document is data: which rules are on, what they do when they hit, and their settings.
Its digest names the exact text, so that a verdict says for ever what it was reached under.
"""

from __future__ import annotations

import enum
import hashlib
import tomllib
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Final

import msgspec

from comity.base.errors import SettingsError

_DEFAULT: Final = "policy.toml"


class Mode(enum.StrEnum):
    """Whether a rule's findings count."""

    ENFORCE = "enforce"
    MONITOR = "monitor"
    OFF = "off"


class RuleSetting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the policy says of one rule.

    Attributes:
        mode: enforce, monitor (judged and recorded, not acted on) or off.
        action: what a hit asks for: note, defer, hold or refuse.
        on_failure: what a rule that cannot judge asks for: allow, hold or refuse.
        settings: thresholds and lists, as the rule declares them.
    """

    mode: Mode = Mode.ENFORCE
    action: str = "refuse"
    on_failure: str = "allow"
    settings: dict[str, Any] = {}


class PolicyDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The acceptable use policy as data.

    Attributes:
        version: its name, such as "2026-11".
        title: for people.
        effective: the date from which it holds.
        acceptance_required: whether an account must accept this version before live traffic (G5).
        rules: by rule id; a rule that is not named here is off.
    """

    version: str
    title: str
    effective: date
    rules: dict[str, RuleSetting]
    acceptance_required: bool = True


class Policy(msgspec.Struct, frozen=True):
    """A document with its digest (SHA-256, hex) and its exact text."""

    document: PolicyDocument
    digest: str
    source: str


def read_policy(source: str, name: str = "policy") -> Policy:
    """The policy in a TOML text.

    Raises:
        SettingsError: it is not TOML, or not a policy; says where and how to mend it.
    """
    try:
        document = msgspec.convert(tomllib.loads(source), PolicyDocument)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{name} is not valid TOML: {error}.", "Mend the line it names.") from None
    except msgspec.ValidationError as error:
        raise SettingsError(
            f"{name} is not a policy: {error}.", "See docs/reference/policy.md for its fields."
        ) from None
    return Policy(document, hashlib.sha256(source.encode()).hexdigest(), source)


@cache
def default_policy() -> Policy:
    """The policy that ships with Comity."""
    source = resources.files(__package__).joinpath("default").joinpath(_DEFAULT).read_text("utf-8")
    return read_policy(source, "the default policy")
