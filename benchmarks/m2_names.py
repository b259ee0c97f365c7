"""Speed of the look-up of typed names beside rapidfuzz in the same run."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from functools import partial

from rapidfuzz import fuzz, process

from benchmarks.frame import Figure
from benchmarks.m1_matching import milliseconds, tail
from models.registration import roster_words as lexicon
from models.registration.roster import Roster
from models.registration.roster_sounds import letters

TITLE = "Typed unit names against a roster, beside WRatio over all names"
GOALS = {10_000: 2.0, 100_000: 10.0}  # ms a name
QUERIES = 200
PEER_QUERIES = 10
_FORMS = ("有限公司", "股份有限公司", "集团有限公司", "(集团)股份有限公司")


def invented_names(count: int, seed: int) -> list[str]:
    """Names of no real unit, as long and as like each other as real ones."""
    draw = random.Random(seed)
    places, trades = sorted(lexicon.home()), sorted(lexicon.words("trade"))
    brands = (
        "安邦博昌诚达德东方丰福富高光广国海浩恒宏华辉汇佳嘉建江金锦精久俊凯康科力利联龙隆美明诺鹏启"
        "强庆瑞润三盛圣顺泰腾天通万伟新鑫兴星雅亚阳耀益永优宇元远正中众卓"
    )
    found: dict[str, None] = {}
    while len(found) < count:
        brand = "".join(draw.choices(brands, k=draw.choice((2, 2, 2, 3))))
        trade = "".join(draw.sample(trades, draw.choice((1, 1, 2))))
        found[draw.choice(places) + brand + trade + draw.choice(_FORMS)] = None
    return list(found)


def typed_names(names: Sequence[str], count: int, seed: int) -> list[str]:
    """What people type: whole names, short ones, ones with a wrong character, and some that are not in the list."""
    draw = random.Random(seed)
    out: list[str] = []
    for name in draw.sample(list(names), count):
        at = draw.randrange(len(name) - 6)
        out.append(draw.choice((name, name[2:6], name[:at] + "某" + name[at + 1 :], name[2:].split("有限")[0])))
    return out


def measure() -> Iterator[Figure]:
    """A typed name, in characters and in pinyin, against 10,000 and 100,000 names."""
    for size, goal in GOALS.items():
        names = invented_names(size, seed=size)
        start = time.perf_counter()
        roster = Roster.of(names)
        for first in ("某某造一个索引", "zaoyige"):
            roster.find(first)
        yield Figure(what=f"index of {size:,} names", value=time.perf_counter() - start, unit="s")
        asked = typed_names(names, QUERIES, seed=7)
        peer = milliseconds(partial(_by_wratio, names), asked[:PEER_QUERIES])
        took = milliseconds(roster.find, asked)
        yield from tail(f"one name, {size:,} names", took, peer="WRatio", peer_rounds=peer, most=goal)
        sounded = milliseconds(roster.find, [letters(query) for query in asked])
        yield from tail("the same in pinyin", sounded, most=goal)


def _by_wratio(names: Sequence[str], query: str) -> object:
    return process.extract(query, names, scorer=fuzz.WRatio, limit=3)
