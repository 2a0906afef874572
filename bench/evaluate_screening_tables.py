"""Owns the tables of decisions, ranking, calibration, disguise and functions; must not know how texts are judged."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from comity.content.scores import CATEGORIES, Scores
from comity.content.template import template_of
from evaluate_screening_judging import STOPPED, Judge, Judgement
from evaluate_screening_texts import OF_SMISHING, Row, Sets, functional

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from support.disguises import LINKS, WORDS

DISGUISES = {**WORDS, **LINKS}
_MANY, _ONE_IN = 10_000, 4  # of so many posts one in four says as much
FALSE_ALARMS = (0.001, 0.005, 0.01, 0.02)
EDGES = (0.05, 0.25, 0.5, 0.75, 0.95, 1.01)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table as the docs have it: the first column is words, the others are figures."""
    print(f"| {' | '.join(head)} |\n|---|{'--:|' * (len(head) - 1)}")
    for row in rows:
        print(f"| {' | '.join(str(cell) for cell in row)} |")
    print(flush=True)


def share(count: float, of: int) -> str:
    return f"{100 * count / of:.1f} %" if of else "-"


def texts_of(rows: Iterable[Row]) -> list[str]:
    return [row["text"] for row in rows]


def of_smishing(scores: Scores) -> float:
    return max(scores.of(category) for category in OF_SMISHING)


def decisions(sets: Sets, judge: Judge) -> None:
    """What the whole default policy does with each set."""
    rows = []
    for name, members in sets.decided().items():
        judged = judge.judged(texts_of(members))
        count = Counter(one.action for one in judged)
        refused, held, noted = count["refuse"], count["hold"], count["note"]
        by_score = sum(any(rule in CATEGORIES for rule, _ in one.rules) for one in judged)
        why = Counter(rule for one in judged for rule, action in one.rules if action == one.action)
        most = ", ".join(f"{rule} {n}" for rule, n in why.most_common(3))
        total = len(members)
        rows.append(
            (name, total, refused, share(refused, total), held, share(refused + held, total), noted, by_score, most)
        )
    head = ("set", "texts", "refused", "", "held", "refused or held", "noted", "by a score", "most by")
    table(head, rows)


def _at(alarms: Sequence[float], allowed: float) -> float:
    """The least threshold that lets no more than this share of the alarms through."""
    ranked = sorted(alarms, reverse=True)
    return ranked[int(allowed * len(ranked))]


def ranking_row(name: str, wanted: Sequence[float], alarms: Sequence[float]) -> tuple[object, ...]:
    """Share of the wanted above what so few false alarms reach, and the area under the curve."""
    cells = [share(sum(score > _at(alarms, allowed) for score in wanted), len(wanted)) for allowed in FALSE_ALARMS]
    return name, *cells, f"{area(wanted, alarms):.3f}"


def area(wanted: Sequence[float], alarms: Sequence[float]) -> float:
    """How often a wanted text scores above a false alarm; equals count half."""
    ranked = sorted([(score, 1) for score in wanted] + [(score, 0) for score in alarms])
    below, won, at = 0, 0.0, 0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        yes = sum(kind for _, kind in ranked[at:end])
        no = end - at - yes
        won += yes * (below + no / 2)
        below += no
        at = end
    return won / len(wanted) / len(alarms)


RANKING_HEAD = ("", *(f"recall at {100 * allowed:g} % false alarms" for allowed in FALSE_ALARMS), "area")


def ranking(sets: Sets, judge: Judge) -> None:
    """The low end of the curve: the greatest of phishing, fraud and solicitation."""
    genuine = [of_smishing(one) for one in judge.scores(texts_of(sets.rows("a2p_legit")))]
    dev = {part: [row for at, row in functional() if at == part] for part in ("dev", "held")}
    rows = []
    for name, members in sets.smishing().items():
        wanted = [of_smishing(one) for one in judge.scores(texts_of(members))]
        rows.append(ranking_row(f"{name} against a2p_legit ({len(genuine)})", wanted, genuine))
    for part, members in dev.items():
        wanted = [row["text"] for row in members if row["category"] == "smishing"]
        other = [row["text"] for row in members if row["category"] in {"genuine", "code"}]
        if wanted and other:
            found = [of_smishing(one) for one in judge.scores(wanted)]
            alarms = [of_smishing(one) for one in judge.scores(other)]
            rows.append(
                ranking_row(f"functional {part} ({len(wanted)}) against its genuine ({len(other)})", found, alarms)
            )
    table(RANKING_HEAD, rows)


def calibration(sets: Sets, judge: Judge) -> None:
    """How often a score is right, by where it lies."""
    rows = []
    smishing = [
        (of_smishing(one), 1) for members in sets.smishing().values() for one in judge.scores(texts_of(members))
    ]
    genuine = [(of_smishing(one), 0) for one in judge.scores(texts_of(sets.rows("a2p_legit")))]
    chat = [(of_smishing(one), 0) for one in judge.scores(texts_of(sets.rows("uci_sms", "ham")))]
    rows.append(
        _reliability("phishing, fraud or solicitation; smishing, a2p_legit, uci_sms ham", smishing + genuine + chat)
    )
    for name, (category, every, is_one) in sets.abusive().items():
        members = every[::_ONE_IN] if len(every) > _MANY else every
        scores = judge.scores(texts_of(members))
        pairs = [(one.of(category), int(is_one(row))) for one, row in zip(scores, members, strict=True)]
        rows.append(_reliability(f"{category}; {name}", pairs))
    invented = [row for _, row in functional()]
    scored = judge.scores(texts_of(invented))
    for category in CATEGORIES:
        pairs = [(one.of(category), int(row["expect"] == "hit")) for one, row in zip(scored, invented, strict=True)
                 if row["category"] == category or row["expect"] == "pass"]  # fmt: skip
        if any(hit for _, hit in pairs):
            rows.append(_reliability(f"{category}; functional", pairs))
    lower = ("0", *EDGES[:-1])
    bins = [f"{low}-{min(high, 1):g}" for low, high in zip(lower, EDGES, strict=True)]
    table(("category; texts", "texts", "of it", *bins, "ECE", "Brier"), rows)


def _reliability(name: str, pairs: Sequence[tuple[float, int]]) -> tuple[object, ...]:
    """For each stretch of scores, how many texts lie there and which share of them is of the category."""
    groups: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for score, hit in pairs:
        groups[next(place for place, edge in enumerate(EDGES) if score < edge)].append((score, hit))
    cells, apart = [], 0.0
    for place in range(len(EDGES)):
        members = groups[place]
        hits = sum(hit for _, hit in members)
        cells.append(f"{share(hits, len(members))} of {len(members)}" if members else "-")
        apart += abs(hits - sum(score for score, _ in members))
    brier = sum((score - hit) ** 2 for score, hit in pairs) / len(pairs)
    return (
        name,
        len(pairs),
        share(sum(hit for _, hit in pairs), len(pairs)),
        *cells,
        f"{apart / len(pairs):.3f}",
        f"{brier:.3f}",
    )


def disguise(sets: Sets, judge: Judge) -> None:
    """What each disguise of the whole text costs: share refused, and refused or held, in points."""
    members = {name: texts_of(rows) for name, rows in sets.smishing().items()}
    members["functional smishing"] = [row["text"] for _, row in functional() if row["category"] == "smishing"]
    head = ["disguise"]
    for name in members:
        head += [f"{name}: refused", "refused or held"]
    plain = {name: _stopped(judge.judged(texts)) for name, texts in members.items()}
    rows = [["none", *(f"{100 * part:.1f} %" for pair in plain.values() for part in pair)]]
    for disguise_name, change in DISGUISES.items():
        cells: list[object] = [disguise_name]
        for name, texts in members.items():
            hidden = _stopped(judge.judged([change(text, [(0, len(text))]) for text in texts]))
            cells += [f"{100 * (after - before):+.1f}" for after, before in zip(hidden, plain[name], strict=True)]
        rows.append(cells)
    table(head, rows)


def _stopped(judged: Sequence[Judgement]) -> tuple[float, float]:
    if not judged:
        return 0.0, 0.0
    refused = sum(one.action == "refuse" for one in judged)
    return refused / len(judged), sum(one.action in STOPPED for one in judged) / len(judged)


def is_right(row: Row, judged: Judgement, judge: Judge) -> bool:
    """Whether a functional text came out as it should: a category's score at the threshold to hold, or all of them."""
    category = row["category"]
    if category in CATEGORIES:
        hit = judged.scores.of(category) >= judge.level(category, "hold_at")
    else:
        hit = judged.action in STOPPED
    return hit is (row["expect"] == "hit")


LANGUAGES = ("en", "nl", "fr", "de", "es")
WELL = 0.9


def functions(judge: Judge) -> None:
    """Invented texts, by language, and by what they try where that comes out worse than nine times in ten."""
    members = list(functional())
    came = judge.judged(texts_of(row for _, row in members))
    by_lang: dict[tuple[str, ...], list[bool]] = defaultdict(list)
    by_function: dict[tuple[str, ...], list[bool]] = defaultdict(list)
    for (part, row), judged in zip(members, came, strict=True):
        well = is_right(row, judged, judge)
        lang = row["lang"] if row["lang"] in LANGUAGES else "others"
        for key in (lang, "all"):
            by_lang[part, row["category"], row["expect"], key].append(well)
        by_function[part, row["category"], row["expect"], row["function"]].append(well)
    keys = sorted({(category, expect) for _, category, expect, _ in by_lang})
    rows = []
    for category, expect in keys:
        for part in ("dev", "held"):
            cells = [by_lang.get((part, category, expect, lang), []) for lang in ("all", *LANGUAGES, "others")]
            rows.append((category, expect, part, *(_right(cell) for cell in cells)))
    table(("category", "expected", "part", "all", *LANGUAGES, "others"), rows)
    low = {key: found for key, found in by_function.items() if sum(found) < WELL * len(found)}
    print(f"Of {len(by_function)} functions (dev and held apart), {len(low)} come out right less than 9 times in 10:\n")
    worst = sorted((*key[1:], key[0], _right(found)) for key, found in low.items())
    table(("category", "expected", "function", "part", "right"), worst)


def _right(found: Sequence[bool]) -> str:
    return f"{share(sum(found), len(found))} of {len(found)}" if found else "-"


def templates(sets: Sets) -> None:
    """How often texts are of one template: what is remembered is not judged again."""
    rows = []
    for name, members in sets.decided().items():
        if name.count(" ") > 1 and name.startswith("a2p"):
            continue
        texts = texts_of(members)
        distinct = {template_of(text) for text in texts}
        rows.append((name, len(texts), len(set(texts)), len(distinct), share(len(texts) - len(distinct), len(texts))))
    table(("set", "messages", "different texts", "templates", "met again"), rows)


def mistakes(sets: Sets, judge: Judge, name: str, shown: bool) -> None:
    """The ids that came out wrong in a set of the table of decisions, or of functional texts ("dev", "held")."""
    if name in {"dev", "held"}:
        rows = [row for part, row in functional() if part == name]
        wrong = [
            (row, one)
            for row, one in zip(rows, judge.judged(texts_of(rows)), strict=True)
            if not is_right(row, one, judge)
        ]
    else:
        rows = sets.decided()[name]
        wanted = name in sets.smishing()
        pairs = zip(rows, judge.judged(texts_of(rows)), strict=True)
        wrong = [(row, one) for row, one in pairs if (one.action in STOPPED) is not wanted]
    for row, one in wrong:
        print(row["id"], row.get("function", ""), one.action, one.scores.telling(), one.rules)
        if shown:
            print("    ", row["text"][:400].replace("\n", " "))
    print(f"{len(wrong)} of {len(rows)}")
