"""Prints every measure of text understanding and matching beside its peers: `python -m benchmarks.evaluate`.

Each section is a function that yields lines, in a module `benchmarks.evaluate_<subject>` under the name `section`.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path


def sections() -> list[str]:
    """The subjects that have a section: matching first, the bars of all of them last."""
    here = Path(__file__).parent
    subjects = sorted(path.stem.removeprefix("evaluate_") for path in here.glob("evaluate_*.py"))
    return sorted(subjects, key=lambda subject: (subject == "bars", subject != "matching"))


def main(wanted: list[str]) -> None:
    """Print the wanted sections, all of them when none is named."""
    for subject in sections():
        if not wanted or subject in wanted:
            for line in import_module(f"benchmarks.evaluate_{subject}").section():
                print(line, flush=True)
            print()


if __name__ == "__main__":
    main(sys.argv[1:])
