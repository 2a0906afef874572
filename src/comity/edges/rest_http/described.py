"""Owns the descriptions of the /api door's shapes and fields: taken from the docstrings of their structs.

It must not know any call. A field that several shapes have, and that means the same in each, is described once, here.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, get_args

import msgspec

from comity.countries.page_shapes import Evidence as FactEvidence
from comity.edges.rest_http.paging import PAGE_OF, Page
from comity.journey.plan import Answers
from comity.policy.questions import questions

_ATTRIBUTES: Final = re.compile(r"^Attributes:\n((?:[ ]+.*\n?|\n)*)", re.MULTILINE)
_ATTRIBUTE: Final = re.compile(r"^ {4}([a-z_0-9, ]+): (.*(?:\n {5,}.*)*)", re.MULTILINE)
_NAMES: Final[dict[type, str]] = {FactEvidence: "FactEvidence"}
_COMMON: Final = {
    # Alike in every shape that has them.
    "action": "What is done: the strongest wins of allow, note, defer, hold, refuse.",
    "calling_code": "The country calling code.",
    "clauses": "Ids of clauses, the leading one first.",
    "digest": "SHA-256 of the exact text of the policy.",
    "evidence": "How sure it is, and where it was read.",
    "id": "Its id.",
    "iso2": "ISO 3166-1 alpha-2, in capitals.",
    "mark": "fine: nothing to do; mind: something to see to; change: not allowed as it is planned.",
    "name": "Its name in English.",
    "parts": "Parts of SMS that it takes.",
    "policy": "The policy's version.",
    "remedy": "How to mend it.",
    "rule": "The rule's id.",
    "sources": "Keys of the page's sources, the weightiest first.",
    "tier": "How sure it is, the surest first: official, library, vendor, blog, knowledge; none is our own default.",
    "title": "In a few words.",
    "why": "What is the matter, in a sentence.",
    # Of one shape.
    "Answers.samples": "Texts that you mean to send.",
    "Assessment.cut": "Whether there were more samples, senders and countries than are judged at once.",
    "CheckAnswer.messages": "What would become of each, in the order they came.",
    "CheckAnswer.summary": "What they come to together.",
    "CheckBody.messages": "The messages, judged as if they were sent in one request.",
    "CheckDraft.at": "When it would be sent, with its offset; now when left out.",
    "CheckDraft.sender": "A name of at most 11 letters and digits, or a number with its plus.",
    "CheckDraft.text": "The text, of at most four parts.",
    "CheckReason.action": "What the policy asks for on such a finding.",
    "CheckReason.messages": "How many have such a finding; other findings may decide what becomes of them.",
    "CheckReason.remedy": "How to mend it, as the first of them is told.",
    "CheckReason.why": "What the first of them is told.",
    "CheckSummary.go": "How many would be sent.",
    "CheckSummary.held": "How many would be held until a person has looked.",
    "CheckSummary.parts": "Parts of all that were judged.",
    "CheckSummary.reasons": "What was found, by rule and action, the weightiest first.",
    "CheckSummary.refused": "How many would be refused.",
    "CheckSummary.wait": "How many would wait for a better hour.",
    "Checked.credits": "What sending it would cost; nothing when it would be refused.",
    "Checked.findings": "All that was found, the weightiest first.",
    "Checked.id": "The id that it came with.",
    "ClauseMark.clause": "The clause's id.",
    "ClauseMark.points": "What was found under it that is not fine, the worst first.",
    "ContentRule.content": "What it is about.",
    "ContentRule.rule": "prohibited: not at all; restricted: with a permit.",
    "Country.affixes": "What networks put around sender ids.",
    "Country.authorities": "Bodies that take complaints.",
    "Country.emergency": "Numbers that reach an emergency service.",
    "Country.labels": "What texts must begin or end with.",
    "Country.links": "What texts may ask people to open, call or tell.",
    "Country.opt_out": "How texts must say how to stop them.",
    "Country.reports": "Where recipients report spam.",
    "Country.senders": "Kinds of sender ids that networks carry.",
    "Country.two_way": "Whether recipients can answer.",
    "CountryEntry.page": "Where its page is.",
    "CountryPage.languages": "Languages that people read there, the commonest first.",
    "CountryPage.zones": "Its time zones, by their IANA names.",
    "DecisionReceipt.id": "The message's id, as sending answered.",
    "DecisionReceipt.judged_at": "When it was judged.",
    "DecisionReceipt.text_erased_at": "When its text was erased, if it was.",
    "DecisionReceipt.verdict": "How it was judged.",
    "Emergency.numbers": "As they are dialled there.",
    "HoursTable.basis": "What the hours rest on.",
    "HoursTable.category": "The kind of messages they are for.",
    "Line.about": "What the fact is about.",
    "Line.says": "The fact.",
    "Option.mark": "What this answer comes to.",
    "Option.say": "The answer in words.",
    "PageSource.key": "What facts name it by.",
    "PageSource.where": "Its address, or its title.",
    "Questionnaire.categories": "The kinds of messages there are.",
    "Questionnaire.contents": "The words for regulated content.",
    "Questionnaire.most_samples": "How many samples a plan may have.",
    "ReceiptVerdict.findings": "All that was found, the weightiest first.",
    "ReceiptVerdict.until": "For defer: when it goes.",
    "ReportChannel.about": "What is reported there.",
    "ReportChannel.kind": "The kind of address it is.",
    "ReportChannel.value": "The number, address or name of it.",
    "Sample.category": "What you would declare it as.",
    "Sample.text": "The text, at most 2,000 characters.",
    "Section.lines": "The facts.",
    "Section.nothing": "What to say where there are no lines; empty where there are some.",
    "SenderFinding.action": "What the policy asks for on it.",
    "ShownClause.category": "The part of the policy it stands in.",
    "ShownClause.guidance": "How to keep to it.",
    "ShownClause.rules": "Ids of the rules that speak for it.",
    "ShownClause.text": "The duty.",
    "ShownPolicy.acceptance_required": "Whether a named person must accept it before an account sends.",
    "ShownPolicy.clauses": "Its clauses.",
    "ShownPolicy.effective": "The day from which it holds.",
    "ShownPolicy.rules": "The rules that judge by it.",
    "ShownPolicy.version": "Its name.",
    "ShownRule.action": "What the policy asks for when it hits.",
    "ShownRule.mode": "enforce: it counts; monitor: it only watches; off: it is not asked.",
    "TwoWay.rule": "Whether they can, and how.",
}


def describe(schemas: dict[str, Any], roots: Iterable[Any]) -> None:
    """Describe every shape and field that has no description yet.

    Args:
        schemas: the document's shapes by name; changed in place.
        roots: types of answers and bodies; those that they are made of are found from them.
    """
    # Pages of different things are shapes of their own, made of one struct.
    shapes: list[tuple[str, type[msgspec.Struct]]] = [(name, Page) for name in schemas if name.startswith(PAGE_OF)]
    shapes += [(_NAMES.get(kind, kind.__name__), kind) for kind in _structs(roots)]
    for shape, kind in shapes:
        schema = schemas.get(shape)
        if schema is None:
            continue
        schema.setdefault("description", _first_words(kind))
        told = _told(kind)
        for name, field in schema.get("properties", {}).items():
            words = told.get(name) or _COMMON.get(f"{kind.__name__}.{name}") or _COMMON.get(name)
            if words and "description" not in field:
                field["description"] = words


def _structs(roots: Iterable[Any]) -> Iterator[type[msgspec.Struct]]:
    """The structs that types are made of, each once."""
    waiting, seen = list(roots), set()
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            if kind not in seen:
                seen.add(kind)
                yield kind
                waiting += [field.type for field in msgspec.structs.fields(kind)]
        else:
            waiting += [inner for inner in get_args(kind) if inner is not ...]


def _first_words(kind: type) -> str:
    return _flowing((inspect.getdoc(kind) or "").split("\n\n")[0])


def _told(kind: type[msgspec.Struct]) -> dict[str, str]:
    """What docstrings say of the fields, a struct's own first; of answers, what is asked."""
    if kind is Answers:
        return {name: question.ask for name, question in questions().items()}
    found: dict[str, str] = {}
    for base in kind.__mro__:
        part = _ATTRIBUTES.search(inspect.cleandoc(base.__doc__ or "") + "\n")
        for names, words in _ATTRIBUTE.findall(part[1]) if part else ():
            for name in names.split(","):
                found.setdefault(name.strip(), _sentence(words))
    return found


def _sentence(words: str) -> str:
    flowing = _flowing(words)
    return flowing[:1].upper() + flowing[1:]


def _flowing(words: str) -> str:
    return " ".join(words.split())
