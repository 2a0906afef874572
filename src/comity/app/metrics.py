"""Owns the figures of a node's processes: each writes its own, one gathers them all; must not know what they mean.

A process writes a snapshot file beside the others each second. The process that is
asked for /metrics adds up the snapshots of those that still live.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

_EVERY_S: Final = 1.0


class Figure(msgspec.Struct, frozen=True):
    """One number with its name and labels.

    Attributes:
        name: without the `comity_` in front and, for counters, the `_total` behind.
        counter: True when it only grows; counters and gauges of several processes are added up.
    """

    name: str
    value: float
    labels: dict[str, str] = {}
    counter: bool = True


Source = Callable[[], Iterable[Figure]]


class Snapshots:
    """The snapshot files of a node."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mine = folder / f"{os.getpid()}.json"

    async def keep_writing(self, sources: Iterable[Source]) -> None:
        """Write this process's figures each second, until cancelled."""
        self._folder.mkdir(parents=True, exist_ok=True)
        everything = list(sources)
        try:
            while True:
                with contextlib.suppress(OSError):  # a full disk passes; figures are not worth more
                    self._write([figure for source in everything for figure in source()])
                await asyncio.sleep(_EVERY_S)
        finally:
            self._mine.unlink(missing_ok=True)

    def _write(self, figures: list[Figure]) -> None:
        new = self._mine.with_suffix(".new")
        new.write_bytes(msgspec.json.encode(figures))
        new.replace(self._mine)

    def exposition(self) -> bytes:
        """All figures in Prometheus' text format."""
        registry = CollectorRegistry()
        registry.register(_Sums(self._gather()))
        return generate_latest(registry)

    def _gather(self) -> list[Figure]:
        figures: list[Figure] = []
        for file in self._folder.glob("*.json"):
            if not _lives(int(file.stem)):
                file.unlink(missing_ok=True)
                continue
            with contextlib.suppress(OSError, msgspec.DecodeError):
                figures += msgspec.json.decode(file.read_bytes(), type=list[Figure])
        return figures


class _Sums(Collector):
    """Figures of all processes, added up by name and labels."""

    def __init__(self, figures: list[Figure]) -> None:
        self._figures = figures

    def collect(self) -> Iterator[CounterMetricFamily | GaugeMetricFamily]:
        sums: dict[tuple[str, bool], dict[tuple[tuple[str, str], ...], float]] = {}
        for figure in self._figures:
            by_labels = sums.setdefault((figure.name, figure.counter), {})
            labels = tuple(sorted(figure.labels.items()))
            by_labels[labels] = by_labels.get(labels, 0.0) + figure.value
        for (name, counter), by_labels in sorted(sums.items()):
            yield _family(name, by_labels, counter=counter)


def _family(
    name: str, by_labels: dict[tuple[tuple[str, str], ...], float], *, counter: bool
) -> CounterMetricFamily | GaugeMetricFamily:
    names = [label for label, _ in next(iter(by_labels))]
    kind = CounterMetricFamily if counter else GaugeMetricFamily
    family = kind(f"comity_{name}", name.replace("_", " "), labels=names)
    for labels, value in by_labels.items():
        family.add_metric([value_ for _, value_ in labels], value)
    return family


def figures_of(
    prefix: str, counters: msgspec.Struct, label: str = "", gauges: frozenset[str] = frozenset()
) -> list[Figure]:
    """Every number of a counters struct; a mapping becomes one figure a key, under `label`; `gauges` may fall too."""
    figures: list[Figure] = []
    for field in counters.__struct_fields__:
        value = getattr(counters, field)
        if isinstance(value, dict):
            figures += [Figure(f"{prefix}_{field}", number, {label or field: key}) for key, number in value.items()]
        else:
            figures.append(Figure(f"{prefix}_{field}", value, counter=field not in gauges))
    return figures


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
