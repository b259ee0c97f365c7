"""`python -m tests.lives --seed 7`: walk random lives from the command line, one again, or hundreds for a soak."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from tests.databases import Servers
from tests.lives.life import ACTS, Broken, Life, opened
from tests.lives.real_lives import REAL_ACTS, RealLife


async def walk(url: str, seed: int, acts: int, kind: type[Life]) -> Counter[str]:
    """One life; what struck in it."""
    async with opened(url, seed, kind) as life:
        try:
            await life.live(acts)
        except Broken:
            raise
        except Exception as error:
            raise Broken(life.told([traceback.format_exc()])) from error
        done = {"acts": sum(map(len, life.acted.values())), "messages": len(life.record.heard)}
        return life.struck + Counter(done | {"deaths": life.bot.deaths})


def main() -> int:
    """Walk the lives asked for; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.lives", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the first life")
    parser.add_argument("--lives", type=int, default=1, help="how many, each with the next seed")
    parser.add_argument("--acts", type=int, help=f"acts in a life ({ACTS}, with --processes {REAL_ACTS})")
    parser.add_argument("--processes", action="store_true", help="the bot is a process of its own, killed at random")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--go-on", action="store_true", help="do not stop at the first broken promise")
    parser.add_argument("--brief", type=int, default=0, help="print only so many last lines of a failing life")
    given = parser.parse_args()
    kind, acts = (RealLife, given.acts or REAL_ACTS) if given.processes else (Life, given.acts or ACTS)
    servers, struck, broken, began = Servers(), Counter[str](), [], time.monotonic()
    try:
        for seed in range(given.seed, given.seed + given.lives):
            with tempfile.TemporaryDirectory() as folder:
                sqlite = given.database == "sqlite"
                url = servers.sqlite_url(Path(folder)) if sqlite else servers.postgres_url()
                try:
                    struck += asyncio.run(walk(url, seed, acts, kind))
                except Broken as failure:
                    broken.append(seed)
                    lines = str(failure).splitlines()
                    print("\n".join(lines[-given.brief :] if given.brief else lines), flush=True)
                    if not given.go_on:
                        break
                finally:
                    servers.drop(url)
    finally:
        servers.stop()
    seconds = time.monotonic() - began
    print(f"{given.lives} lives on {given.database} in {seconds:.0f} s; {dict(struck)}; broken: {broken or 'none'}")
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
