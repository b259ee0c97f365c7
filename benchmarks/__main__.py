"""How fast it is: `python -m benchmarks [NAME …] [--json FILE]`, each figure beside a peer of the same run.

A benchmark is a file `benchmarks/<letter><digit>_<subject>.py`; its name is what stands before the line (`b1_step.py`
is B1). It holds `TITLE`, one line, and `measure() -> Iterator[Figure]` (see `benchmarks/frame.py`), which yields each
figure as soon as it is known and cleans up behind itself. Each runs in a process of its own, so that none inherits
another's memory; one that breaks is reported and holds up no other. All results are kept as JSON lines, in
`var/bench.jsonl` unless told otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import sys
import time
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.frame import Figure, apart, brief

HERE = Path(__file__).parent
WIDTHS = (46, 15, 24, 8, 20)
HEAD = ("", "measured", "peer in the same run", "ratio", "goal", "")


def registered() -> dict[str, str]:
    """Name → module of every benchmark there is."""
    files = sorted(path.stem for path in HERE.glob("*.py") if re.fullmatch(r"[a-z]\d_\w+", path.stem))
    return {stem.partition("_")[0].upper(): stem for stem in files}


def main(given: Sequence[str] | None = None) -> int:
    """Run the benchmarks asked for, or all; the exit code says how many broke (a missed goal breaks nothing)."""
    known = registered()
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(known))
    parser.add_argument("--json", type=Path, default=HERE.parent / "var" / "bench.jsonl", metavar="FILE")
    args = parser.parse_args(given)
    names = [name.upper() for name in args.names] or list(known)
    if unknown := [name for name in names if name not in known]:
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(known)}")
    args.json.parent.mkdir(parents=True, exist_ok=True)
    broken = met = missed = 0
    start = time.perf_counter()
    with args.json.open("w", encoding="utf-8") as out:
        _write(out, {"benchmark": "", "machine": machine()})
        for name in names:
            module = import_module(f"benchmarks.{known[name]}")
            print(f"\n{name}  {module.TITLE}\n{row(HEAD)}", flush=True)
            for found in apart(known[name]):
                if isinstance(found, str):
                    broken += 1
                    print(f"  BROKEN: {found}", flush=True)
                    _write(out, {"benchmark": name, "broken": found})
                    continue
                met, missed = met + (found.met is True), missed + (found.met is False)
                print("\n".join(rows(found)), flush=True)
                _write(out, {"benchmark": name, **found.record()})
    took = time.perf_counter() - start
    print(f"\n{met} goals met, {missed} missed, {broken} benchmarks broken, in {took:.0f} s; kept in {args.json}")
    return broken


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    system = {"system": platform.platform(terse=True), "processor": platform.machine(), "cores": os.cpu_count()}
    return {**system, "python": platform.python_version(), "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}


def rows(found: Figure) -> Iterator[str]:
    """A figure as lines of the table."""
    peer = f"{found.peer} {brief(found.peer_value)} {found.unit}" if found.peer_value is not None else ""
    ratio = f"x {brief(found.ratio)}" if found.ratio is not None else ""
    met = {True: "met", False: "MISSED", None: ""}[found.met]
    yield row((found.what, f"{brief(found.value)} {found.unit}", peer, ratio, found.goal, met))
    if found.note:
        yield f"    {found.note}"


def row(cells: Sequence[str]) -> str:
    """Cells in columns."""
    return ("  " + " ".join(f"{cell:<{width}}" for cell, width in zip((*cells,), (*WIDTHS, 0), strict=True))).rstrip()


def _write(out: Any, record: dict[str, Any]) -> None:
    out.write(json.dumps(record, ensure_ascii=False) + "\n")
    out.flush()


if __name__ == "__main__":
    sys.exit(main())
