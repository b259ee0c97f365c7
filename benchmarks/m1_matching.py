"""Speed of matching beside rapidfuzz in the same run."""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TypeVar

from rapidfuzz import fuzz, process

from benchmarks import pools
from benchmarks.frame import Figure, figure
from bot import hands
from models.exchange.matching import Index, NeedText, Rules
from models.exchange.matching_pool import Goal, plan
from models.exchange.matching_profiles import read_need

TITLE = "Matching needs with offers, beside WRatio over the same pool"
Given = TypeVar("Given")

RULES = Rules(region=False)
ASKED = 60
REMATCH_TOP = 50
GOALS = {10_000: 5.0, 100_000: 15.0}  # ms for one need


def milliseconds(act: Callable[[Given], object], given: Iterable[Given]) -> list[float]:
    """How long a call takes for each thing given."""
    return [_timed(act, one) for one in given]


def _timed(act: Callable[[Given], object], one: Given) -> float:
    start = time.perf_counter()
    act(one)
    return (time.perf_counter() - start) * 1000


def tail(what: str, took: Sequence[float], **facts: Any) -> Iterator[Figure]:
    """Median, with its peer and goal if there are any, and ninth decile of some times in milliseconds."""
    found = figure(what, took, unit="ms", **facts)
    yield replace(found, what=f"{what}, median")
    ninth = sorted(took)[len(took) * 9 // 10]
    yield replace(found, what=f"{what}, p90", value=ninth, peer="", peer_value=None)


def megabytes() -> int:
    """The most memory the process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def measure() -> Iterator[Figure]:
    """One need against 10,000 and 100,000 offers, a new offer, a rematch of everything, and the plan."""
    for size, goal in GOALS.items():
        offers, before, start = pools.offers(size), megabytes(), time.perf_counter()
        index = Index.build(offers)
        took, room = time.perf_counter() - start, megabytes() - before
        yield Figure(what=f"index of {size:,} offers", value=took, unit="s", note=f"{room} MB")
        yield from one_need(index, [f"{offer.text} {offer.industry}" for offer in offers], size, goal)
        if size == min(GOALS):
            yield from rematch(index, size)
    for aim in ("score", "served"):
        yield whole_pool(500, 2_500, aim)


def one_need(index: Index, texts: Sequence[str], size: int, goal: float) -> Iterator[Figure]:
    """One need against a pool, with reasons, beside the peer on the same pool; and a new offer."""
    asked = pools.needs(ASKED)
    index.rank(asked[0], rules=RULES)
    took = milliseconds(lambda need: index.rank(need, rules=RULES), asked)
    few = [need.text for need in asked[: max(1, 30_000 // size)]]
    peer = milliseconds(lambda text: process.extract(text, texts, scorer=fuzz.WRatio, limit=10), few)
    yield from tail(f"one need, {size:,} offers", took, peer="WRatio", peer_rounds=peer, most=goal)
    yield from tail("a new offer enters the index", milliseconds(index.add, pools.offers(200, seed=9)), most=5.0)


def rematch(index: Index, size: int) -> Iterator[Figure]:
    """All needs against all offers, the best fifty each, by as many processes as there are cores."""
    asked = pools.needs(size)
    start = time.perf_counter()
    for need in asked:
        for one in (need, *read_need(need).problems):
            read_need(one)
    yield Figure(what=f"reading {size:,} needs, once", value=time.perf_counter() - start, unit="s")
    used, start, before, room = cpu_seconds(), time.perf_counter(), megabytes(), 0
    for place, _ in enumerate(hands.spread(lambda need: best(index, need), asked), 1):
        if place in (1, size // 2, size):
            room = max(room, own_megabytes(multiprocessing.active_children()))
    took, used, room = time.perf_counter() - start, cpu_seconds() - used, room + megabytes() - before
    what = f"{size:,} x {size:,}, top {REMATCH_TOP}"
    note = f"{hands.cores()} processes, {used:.1f} s of CPU in all; {room} MB more"
    yield Figure(what=what, value=took, unit="s", most=8.0, note=note)


def best(index: Index, need: NeedText) -> list[tuple[str, float]]:
    """The best offers for a need, by id with their scores, as another process hands them over."""
    return [(offer.id, score) for offer, score in index.best(need, REMATCH_TOP, RULES)]


def cpu_seconds() -> float:
    """What this process and those it has seen end have worked so far."""
    spent = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in spent)


def own_megabytes(processes: Iterable[BaseProcess]) -> int:
    """The memory that processes hold for themselves alone, what they share with each other left out."""
    lines = (line for one in processes for line in Path(f"/proc/{one.pid}/smaps_rollup").read_text().splitlines())
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private")) // 1024


def whole_pool(offers: int, needs: int, aim: Goal) -> Figure:
    """The plan for all open needs and offers."""
    start = time.perf_counter()
    made = plan(pools.needs(needs), pools.offers(offers), goal=aim, rules=RULES)
    took = time.perf_counter() - start
    what = f"plan of {offers} x {needs:,} for best {aim}"
    return Figure(what=what, value=took, unit="s", most=10.0, note=f"{len(made.pairs):,} pairs")
