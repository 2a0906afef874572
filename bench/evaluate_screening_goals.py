"""Owns what screening is to reach, and whether it does; must not know how it is judged."""

from __future__ import annotations

from collections.abc import Sequence

from evaluate_screening_judging import STOPPED, Judge
from evaluate_screening_tables import DISGUISES, LANGUAGES, is_right, share, table, texts_of
from evaluate_screening_texts import Row, Sets, functional

_DISGUISE_POINTS = 3.0
_HATE_RIGHT = 0.75


def goals(sets: Sets, judge: Judge) -> None:
    """Each goal, what it asks for, and what was measured."""
    smishing = {**sets.smishing(), "functional held": _invented("held", "smishing")}
    genuine = {"a2p_legit": sets.rows("a2p_legit"), "functional held": _invented("held", "genuine", "code")}
    codes = {"a2p_legit otp": sets.rows("a2p_legit", kind="otp"), "functional": _invented("", "code")}
    chat = {"all chat": [row for rows in sets.chat().values() for row in rows]}
    rows: list[tuple[object, ...]] = []
    for goal, members, actions, aim, more in (
        ("reported smishing refused", smishing, ("refuse",), 0.80, True),
        ("reported smishing refused or held", smishing, STOPPED, 0.90, True),
        ("genuine application texts refused", genuine, ("refuse",), 0.005, False),
        ("genuine application texts held", genuine, ("hold",), 0.02, False),
        ("genuine one-time codes refused", codes, ("refuse",), 0.0, False),
        ("personal chat refused", chat, ("refuse",), 0.001, False),
    ):
        for name, texts in members.items():
            found = sum(one.action in actions for one in judge.judged(texts_of(texts))) / len(texts)
            met = found >= aim if more else found <= aim
            asked = f"{'at least' if more else 'at most'} {100 * aim:g} %"
            rows.append(
                (
                    f"{goal}: {name}",
                    f"{'at least' if more else 'at most'} {100 * aim:g} %",
                    f"{100 * found:.2f} %",
                    _met(met),
                )
            )
    for name, texts in smishing.items():
        worst, cost = _dearest(judge, texts_of(texts))
        goal = f"points that a disguise costs at most: {name}"
        asked = f"at most {_DISGUISE_POINTS:g}"
        rows.append((goal, asked, f"{cost:.1f} ({worst})", _met(cost <= _DISGUISE_POINTS)))
    rows += _hate(judge)
    table(("goal", "asked for", "measured", "met"), rows)


def _invented(part: str, *categories: str) -> list[Row]:
    return [row for at, row in functional() if part in {at, ""} and row["category"] in categories]


def _dearest(judge: Judge, texts: Sequence[str]) -> tuple[str, float]:
    """The disguise that lets most texts through, and its cost in points of those refused or held."""

    def stopped(some: Sequence[str]) -> float:
        return 100 * sum(one.action in STOPPED for one in judge.judged(some)) / len(some)

    plain = stopped(texts)
    costs = {
        name: plain - stopped([change(text, [(0, len(text))]) for text in texts]) for name, change in DISGUISES.items()
    }
    return max(costs.items(), key=lambda item: item[1])


def _hate(judge: Judge) -> list[tuple[object, ...]]:
    rows = []
    for expect, side in (("hit", "hateful"), ("pass", "not hateful")):
        for lang in LANGUAGES:
            texts = [row for row in _invented("held", "hate") if row["expect"] == expect and row["lang"] == lang]
            if texts:
                came = judge.judged(texts_of(texts))
                right = sum(is_right(row, one, judge) for row, one in zip(texts, came, strict=True))
                goal = f"functional hate texts right: {side}, {lang}, held"
                rows.append((goal, "at least 75 %", share(right, len(texts)), _met(right >= _HATE_RIGHT * len(texts))))
    return rows


def _met(met: bool) -> str:
    return "yes" if met else "**no**"
