"""Owns golden files: what people are told, kept word for word; COMITY_GOLDEN=write writes them anew."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "golden"


def check_golden(name: str, value: Any) -> None:
    """Compare with `tests/golden/NAME.json`, or write it when told to."""
    file = FOLDER / f"{name}.json"
    written = json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    if os.environ.get("COMITY_GOLDEN") == "write":
        file.write_text(written, "utf-8")
    assert json.loads(file.read_text("utf-8")) == json.loads(written), f"{file} says otherwise"
