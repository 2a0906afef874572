"""Owns the pages about countries and their index, from what the rule book shows; must not know what is shown."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Final

from comity.countries import countries
from comity.countries.page import CountryPage, Evidence, HoursTable, Line, Section, country_page
from comity.edges.cli.reference.tables import NOTE, code, table

_TIERS: Final = "../country-facts.md#how-sure-a-fact-is"
_INDEX_HEAD: Final = f"""# Countries

{NOTE}
What Comity knows of each country and territory, for people who plan a campaign: when promotional texts may go, which
senders are carried and what has to be registered, what must not be sent, and where people complain. **This is not legal
advice.** [Country facts](../country-facts.md) says where the facts come from, and
[how facts, tiers and dates work](../../explanation/countries.md) what each may do to a message.

Hours are on the recipient's clock. Names are senders in letters. The tier is that of the hours.

"""


@cache
def country_pages() -> dict[str, str]:
    """The index and every page, by their names in docs/reference."""
    shown = [page for page in (country_page(record.iso2) for record in countries()) if page is not None]
    made = {f"countries/{page.iso2}.md": _page(page) for page in shown}
    return {"countries/README.md": _index(shown), **made}


def _index(shown: Iterable[CountryPage]) -> str:
    rows = [
        (
            f"[{page.name}]({page.iso2}.md)",
            code(page.iso2),
            f"+{page.calling_code}",
            page.hours[0].words,
            page.hours[0].evidence.tier,
            _names(page),
        )
        for page in sorted(shown, key=lambda page: unicodedata.normalize("NFKD", page.name))
    ]
    return _INDEX_HEAD + table(("country", "code", "calls", "promotional hours", "tier", "names"), rows)


def _names(page: CountryPage) -> str:
    senders = next(section for section in page.sections if section.id == "senders")
    return senders.lines[0].says.partition(":")[0] if senders.lines else "not known"


def _page(page: CountryPage) -> str:
    return "\n".join(
        (
            f"# {page.name}\n\n{NOTE}",
            f"{_intro(page)}\n",
            _hours(page),
            *(_section(page, section) for section in page.sections),
            _sources(page),
        )
    )


def _intro(page: CountryPage) -> str:
    languages = f" Languages: {', '.join(page.languages)}." if page.languages else ""
    return (
        f"**{page.advice}** Facts were gathered on {page.gathered}; each says "
        f"[how sure it is]({_TIERS}), and by when somebody must look again. "
        "One of tier `knowledge` or `none` may delay a message or warn, never refuse it.\n\n"
        f"Code {code(page.iso2)}, calling code +{page.calling_code}.{languages} Clocks: {', '.join(page.zones)}."
    )


def _hours(page: CountryPage) -> str:
    transactional = [one for one in page.hours if one.category == "transactional"]
    free = "One-time codes and alerts have none." if transactional else "Only promotional texts have them."
    first, *stricter = [one for one in page.hours if one.category == "promotional"]
    parts = [f"## Sending hours\n\nHours are on the recipient's clock. {free}\n", _week(first)]
    if stricter:
        parts.append(_stricter(stricter))
    return "\n".join((*parts, *map(_week, transactional)))


def _week(shown: HoursTable) -> str:
    head = (*(name[:3] for name, _ in shown.days), "public holiday")
    row = (*(hours for _, hours in shown.days), shown.holiday)
    note = f" {_sentence(shown.evidence.note)}" if shown.evidence.note else ""
    more = "".join(f" {sentence}" for sentence in shown.more)
    basis = f"Basis: {shown.basis}." if shown.basis else ""
    return f"### {shown.title}\n\n{table(head, [row])}\n{_plain(basis + more + note)} {_sureness(shown.evidence)}\n"


def _sureness(evidence: Evidence) -> str:
    if not evidence.sources:
        return f"Tier {code(evidence.tier)}."
    return f"Tier {code(evidence.tier)}, by {_keys(evidence)}; look again by {evidence.review_by}."


def _stricter(shown: Iterable[HoursTable]) -> str:
    head = ("where", "hours", "more", "tier", "sources", "look again by")
    rows = [
        (
            one.title.partition(", ")[2],
            one.words,
            _plain(" ".join((*one.more, _sentence(one.evidence.note)))).strip(),
            one.evidence.tier,
            _keys(one.evidence),
            str(one.evidence.review_by or ""),
        )
        for one in shown
    ]
    return f"### Promotional texts where it is stricter\n\n{table(head, rows)}"


def _section(page: CountryPage, section: Section) -> str:
    body = _lines(section.lines) if section.lines else f"{section.nothing}\n"
    words = ", ".join(code(word) for word in page.stop_words)
    more = f"\nWords by which people there are likely to stop: {words}.\n" if section.id == "opt-out" else ""
    return f"## {section.title}\n\n{body}{more}"


def _lines(lines: Iterable[Line]) -> str:
    head = ("what", "rule", "tier", "sources", "look again by")
    return table(head, [_line(line) for line in lines])


def _line(line: Line) -> tuple[str, ...]:
    evidence = line.evidence
    says = f"{line.says} ({evidence.note})" if evidence.note else line.says
    return (
        _plain(line.about),
        _plain(f"{_dates(evidence)}{says}"),
        evidence.tier,
        _keys(evidence),
        str(evidence.review_by or ""),
    )


def _dates(evidence: Evidence) -> str:
    begins = f"from {evidence.effective}" if evidence.effective else ""
    ends = f"until {evidence.until}" if evidence.until else ""
    dates = " ".join(part for part in (begins, ends) if part)
    return f"**{dates}**: " if dates else ""


def _sources(page: CountryPage) -> str:
    if not page.sources:
        return "## Sources\n\nNone.\n"
    rows = [(code(one.key), one.tier, one.where) for one in page.sources]
    return f"## Sources\n\n{table(('source', 'tier', 'where'), rows)}"


def _keys(evidence: Evidence) -> str:
    return ", ".join(code(key) for key in evidence.sources)


def _sentence(note: str) -> str:
    return f"{note[0].upper()}{note[1:]}." if note else ""


def _plain(text: str) -> str:
    """Text in which no star sets anything in italics, but for the dates of a rule."""
    dates, parted, rest = text.rpartition("**: ")
    return dates + parted + rest.replace("*", r"\*")
