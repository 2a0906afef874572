"""What goes into a message's box, what stays beside it, and that both together are what was judged."""

import json
import os
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from comity.edges.postgres.body_keys import Sealing
from comity.edges.postgres.sealed_rows import sealed_row
from comity.edges.postgres.vault_codecs import Unreadable, text_in, verdict_in
from comity.edges.vault import Vault
from comity.journey.ports import AcceptedRow

KEY = os.urandom(32)
VAULT = Vault(b"l" * 32, lambda: {1: KEY})
TEXTS = some.text(some.characters(exclude_categories=["Cs"]), max_size=300)
EVIDENCE = some.fixed_dictionaries({"what": some.just("text")}, optional={"observed": TEXTS, "limit": TEXTS})
FINDINGS = some.fixed_dictionaries(
    {"rule": some.just("spam"), "action": some.just("refuse"), "sentence": TEXTS, "reviewer": TEXTS},
    optional={"evidence": some.lists(EVIDENCE, max_size=3)},
)
GIVEN = some.fixed_dictionaries(
    {"at": some.just("2026-03-04T12:00:00Z")}, optional={"to": TEXTS, "text": TEXTS, "promotion": some.just(0.5)}
)
VERDICTS = some.fixed_dictionaries(
    {"action": some.just("allow"), "findings": some.lists(FINDINGS, max_size=2), "facts": some.just({}), "given": GIVEN}
)


def row(text, verdict):
    blank = dict.fromkeys(AcceptedRow.__struct_fields__)
    said = {"account_id": 1, "id": UUID(int=7), "recipient": "32470000000", "text": text}
    return AcceptedRow(**{**blank, **said, "verdict": json.dumps(verdict, separators=(",", ":"), ensure_ascii=False)})


def stored(judged):
    """The row as the database gives it: wrapped key, what is bound to the box, the box, and what stays beside it."""
    sealing = Sealing(VAULT, {})
    one = sealed_row(judged, sealing)
    (_, (subject,), _, (wrapped,)) = sealing.held()
    assert subject == one.subject
    return one, [wrapped, 1, one.subject, judged.id, one.box]


@given(TEXTS, VERDICTS)
def test_box_and_row_together_are_what_was_judged(text, verdict):
    one, columns = stored(row(text, verdict))
    assert text_in(VAULT, (*columns, "")) == text
    assert json.loads(verdict_in(VAULT, (*columns, one.verdict))) == verdict


@given(VERDICTS)
def test_what_stays_beside_the_box_quotes_nothing(verdict):
    one, _ = stored(row("said", verdict))
    kept = json.loads(one.verdict)
    assert not {"text", "to"} & kept["given"].keys()
    for finding in kept["findings"]:
        assert (finding["sentence"], finding["reviewer"]) == ("", "")
        assert all("observed" not in seen for seen in finding["evidence"])


@pytest.mark.parametrize("to", ["+32470000000", "0470 00 00 00", 'a"b', "a\\b", "é" * 70])
def test_the_recipient_as_written_comes_back(to):
    verdict = {"action": "allow", "findings": [], "facts": {}, "given": {"at": "2026-03-04T12:00:00Z", "to": to}}
    one, columns = stored(row("said", verdict))
    assert to not in one.verdict
    assert json.loads(verdict_in(VAULT, (*columns, one.verdict))) == verdict


def test_without_its_key_a_text_cannot_be_read_and_says_so():
    one, columns = stored(row("said", {"action": "allow", "findings": [], "given": {"at": "x"}}))
    gone = (None, *columns[1:], "")
    assert isinstance(text_in(VAULT, gone), Unreadable)
    assert verdict_in(VAULT, (*gone[:-1], one.verdict)) == one.verdict
