"""Owns how a judged message is sealed before it is written; must not know keys' origin or the tables.

What a verdict quotes of the text goes into the box with it, and what is left is what `without_text` of the database
leaves, over which the evidence log's trees are made: so that what is erased later changes no leaf.
"""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from comity.edges.postgres.body_keys import Sealing
from comity.edges.postgres.vault_codecs import body_of, body_with_recipient, body_with_verdict
from comity.journey.ports import AcceptedRow

# What these observed is no part of the text, and is what the database joins a hold to its case by.
_NAMES_NO_TEXT: Final = frozenset({"traffic-frozen", "key-from-new-country", "sudden-volume"})
_NO_FINDINGS: Final = '"findings":[]'
_TEXT_GIVEN: Final = '"text":'
_TO_GIVEN: Final = '"to":'
_GIVEN: Final = '"given":{"at":'
# `at` stands before it in every verdict of the road.
_TO: Final = re.compile(r',"to":"([^"\\]{1,60})"')


class SealedRow(msgspec.Struct, frozen=True, gc=False):
    """What stands in the row: the recipient's subject, the box, and the verdict (JSON) without the text."""

    subject: bytes
    box: bytes
    verdict: str


def sealed_row(row: AcceptedRow, sealing: Sealing) -> SealedRow:
    """A judged message, sealed with its recipient's key."""
    kept, body = row.verdict, None
    if _NO_FINDINGS not in kept or _TEXT_GIVEN in kept:
        kept, body = without_text(kept), body_with_verdict(row.text, kept)
    elif _TO_GIVEN in kept:
        kept, body = _without_recipient(row.text, kept)
    body = body or body_of(row.text)
    subject, box = sealing.seal((row.account_id, row.recipient), row.id, body)
    return SealedRow(subject, box, kept)


def _without_recipient(text: str, verdict: str) -> tuple[str, bytes]:
    """The verdict without the recipient as written, cut out where it stands; it is by far the most that is left out."""
    found = _TO.search(verdict, max(verdict.find(_GIVEN), 0))
    if found is None:
        return without_text(verdict), body_with_verdict(text, verdict)
    return verdict[: found.start()] + verdict[found.end() :], body_with_recipient(text, found[1])


def without_text(verdict: str) -> str:
    """A verdict (JSON) without what it quotes of the text, and without the recipient as written."""
    read: dict[str, Any] = msgspec.json.decode(verdict)
    if read.get("given"):
        read["given"].pop("text", None)
        read["given"].pop("to", None)
    read["findings"] = [_bare(finding) for finding in read["findings"]]
    return msgspec.json.encode(read).decode()


def _bare(finding: dict[str, Any]) -> dict[str, Any]:
    if finding["rule"] in _NAMES_NO_TEXT:
        return finding | {"sentence": "", "reviewer": ""}
    seen = [{name: value for name, value in one.items() if name != "observed"} for one in finding.get("evidence") or ()]
    return finding | {"evidence": seen, "sentence": "", "reviewer": ""}
