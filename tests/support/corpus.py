"""Owns reading the labelled cases under tests/corpora/policy and judging them; must not know what they are about.

A row is a case as `comity check` takes it, with `rule`, `clause`, `kind` (hit, near, miss), `lang`, the expected
`action` of the whole default policy, and `facts` that differ from an account with which all is well. A hit expects a
finding of its rule, anything else expects none.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from comity.edges.cli.reference.examples import judged_case
from comity.policy.files import default_policy
from comity.screening.compiled import compile_policy
from comity.screening.decide import decide
from comity.screening.rulebook import RULEBOOK

CORPUS = Path(__file__).parents[1] / "corpora" / "policy"


@cache
def rows() -> tuple[dict[str, Any], ...]:
    """Every row of every file, in order."""
    return tuple(
        {**json.loads(line), "file": file.stem}
        for file in sorted(CORPUS.glob("*.jsonl"))
        for line in file.read_text("utf-8").splitlines()
        if line.strip()
    )


def judge_row(row: dict[str, Any]):
    """The verdict of the whole default policy on a row."""
    message, facts = judged_case(row)
    return decide(message, facts, _policy())


@cache
def _policy():
    """The shipped policy; on the list that ships empty, since no such wording belongs here, stands an invented word."""
    policy = default_policy()
    lists = {**policy.document.lists, "child-safety": ("zzmarker",)}
    document = msgspec.structs.replace(policy.document, lists=lists)
    return compile_policy(msgspec.structs.replace(policy, document=document), RULEBOOK)
