"""Speed of matching beside rapidfuzz in the same run: `python -m benchmarks.matching [pool sizes]`."""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from rapidfuzz import fuzz, process

from benchmarks import pools
from models.exchange.matching import Index, Rules
from models.exchange.matching_pool import Goal, plan
from models.exchange.matching_profiles import read_need

Given = TypeVar("Given")

RULES = Rules(region=False)
ASKED = 60
REMATCH_TOP = 50


def spread(act: Callable[[Given], object], given: Iterable[Given]) -> str:
    """Median, ninth decile and longest time of a call for each thing given, in milliseconds."""
    ordered = sorted(_milliseconds(act, one) for one in given)
    return f"{statistics.median(ordered):8.2f} median {ordered[len(ordered) * 9 // 10]:8.2f} p90 {ordered[-1]:8.2f} max"


def _milliseconds(act: Callable[[Given], object], one: Given) -> float:
    start = time.perf_counter()
    act(one)
    return (time.perf_counter() - start) * 1000


def megabytes() -> int:
    """The most memory the process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def one_need(size: int) -> Iterator[str]:
    """One need against a pool, with reasons; a new offer; and the peer on the same pool."""
    offers = pools.offers(size)
    before, start = megabytes(), time.perf_counter()
    index = Index.build(offers)
    yield f"index of {size:,}: built in {time.perf_counter() - start:.1f} s, {megabytes() - before} MB"
    asked = pools.needs(ASKED)
    index.rank(asked[0], rules=RULES)
    yield "  one need, top 10 with reasons, ms " + spread(lambda need: index.rank(need, rules=RULES), asked)
    yield "  the same need again, ms           " + spread(lambda need: index.rank(need, rules=RULES), asked)
    yield "  a new offer, ms                   " + spread(index.add, pools.offers(200, seed=9))
    texts = [f"{offer.text} {offer.industry}" for offer in offers]
    few = [need.text for need in asked[: max(1, 30_000 // size)]]
    peer = spread(lambda text: process.extract(text, texts, scorer=fuzz.WRatio, limit=10), few)
    yield "  peer: WRatio over the pool, ms    " + peer


def rematch(size: int) -> Iterator[str]:
    """All needs against all offers, the best fifty each."""
    index, asked = Index.build(pools.offers(size)), pools.needs(size)
    start = time.perf_counter()
    for need in asked:
        read_need(need)
    read = time.perf_counter() - start
    before, start = megabytes(), time.perf_counter()
    for need in asked:
        index.best(need, REMATCH_TOP, RULES)
    took = time.perf_counter() - start
    more = megabytes() - before
    yield f"{size:,} x {size:,}, top {REMATCH_TOP}: {took:.1f} s and {more} MB; reading the needs {read:.1f} s"


def whole_pool(offers: int, needs: int) -> Iterator[str]:
    """The plan for all open needs and offers."""
    goals: tuple[Goal, ...] = ("score", "served")
    for goal in goals:
        start = time.perf_counter()
        made = plan(pools.needs(needs), pools.offers(offers), goal=goal, rules=RULES)
        took = time.perf_counter() - start
        yield f"plan of {offers} offers x {needs:,} needs for best {goal}: {took:.1f} s, {len(made.pairs):,} pairs"


def main(sizes: list[int]) -> None:
    """Print the speed for each size of pool, then the rematch and the plan."""
    for size in sizes:
        for line in one_need(size):
            print(line, flush=True)
    for line in (*rematch(min(10_000, max(sizes))), *whole_pool(500, 2_500)):
        print(line, flush=True)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [10_000, 100_000])
