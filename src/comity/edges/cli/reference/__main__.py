"""Owns writing the generated pages into a folder; must not know what stands in them."""

from __future__ import annotations

import sys
from pathlib import Path

from comity.edges.cli.reference.pages import pages, stale

_USAGE = "usage: python -m comity.edges.cli.reference FOLDER (docs/reference)"


def main(arguments: list[str]) -> int:
    """Write every page that changed, delete those whose rule or country is gone; exit code 2 when called wrongly."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print(_USAGE, file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    for name in stale(folder):
        (folder / name).unlink()
        print(f"deleted {name}")
    for name, text in pages(folder).items():
        file = folder / name
        if not file.exists() or file.read_text("utf-8") != text:
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, "utf-8")
            print(f"wrote {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
