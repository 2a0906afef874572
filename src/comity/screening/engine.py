"""Owns naming what judges: the code and the packaged data, by digest; must not know what either says.

A verdict carries both digests, and the store keeps the lists behind them, so that a replay can say not only that
something changed since, but what.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from importlib.metadata import PackageNotFoundError, version
from importlib.resources.abc import Traversable
from typing import Final

import msgspec

# What a judgement can depend on. The policy that ships is data of its own, with a digest of its own.
_JUDGING: Final = (
    "accounts", "consent", "content", "countries", "messages", "numbers", "policy", "screening", "senders", "text",
)  # fmt: skip
_ROAD: Final = ("journey/prepare.py", "journey/judge.py", "journey/texts.py", "journey/check.py")
_LIBRARIES: Final = (
    "ahocorasick-rs", "disarm", "holidays", "msgspec", "phonenumbers", "publicsuffixlist", "rapidfuzz", "tzdata",
)  # fmt: skip
_LEFT_OUT: Final = "policy/default/"
_DIGITS: Final = 32
_ENCODER: Final = msgspec.json.Encoder(order="sorted")


class Part(msgspec.Struct, frozen=True):
    """Code or data under one digest.

    Attributes:
        digest: SHA-256 of `manifest`, the first 32 hex digits.
        manifest: what it consists of: a file's path with its digest, a library with its version; as JSON.
    """

    digest: str
    manifest: bytes


class Engine(msgspec.Struct, frozen=True):
    """What judges in this process: code, and the data that ships with it."""

    code: Part
    models: Part

    def artefacts(self) -> dict[str, tuple[str, bytes]]:
        """What the store keeps of it, by digest: kind and body."""
        return {self.code.digest: ("engine", self.code.manifest), self.models.digest: ("models", self.models.manifest)}


@cache
def engine() -> Engine:
    """What judges here. Reads every file once, some tens of milliseconds."""
    code: dict[str, str] = {}
    models: dict[str, str] = {}
    for path, body in _files():
        (code if path.endswith(".py") else models)[path] = hashlib.sha256(body).hexdigest()[:_DIGITS]
    models |= {f"library {name}": _version(name) for name in _LIBRARIES}
    models["unicode"] = unicodedata.unidata_version
    return Engine(_part(code), _part(models))


def differences(kept: bytes, here: bytes) -> tuple[str, ...]:
    """The parts in which two manifests differ, sorted."""
    one, other = (msgspec.json.decode(body, type=dict[str, str]) for body in (kept, here))
    return tuple(sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name)))


def _part(files: Mapping[str, str]) -> Part:
    manifest = _ENCODER.encode(dict(files))
    return Part(hashlib.sha256(manifest).hexdigest()[:_DIGITS], manifest)


def _files() -> Iterator[tuple[str, bytes]]:
    root = resources.files("comity")
    for package in _JUDGING:
        yield from _under(root.joinpath(package), f"{package}/")
    for path in _ROAD:
        yield path, root.joinpath(path).read_bytes()


def _under(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        path = f"{prefix}{entry.name}"
        if entry.is_dir() and entry.name != "__pycache__" and not f"{path}/".startswith(_LEFT_OUT):
            yield from _under(entry, f"{path}/")
        elif entry.is_file():
            yield path, entry.read_bytes()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"
