"""Speed of the look-up of typed names beside rapidfuzz in the same run: `python -m benchmarks.names`."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from functools import partial

from rapidfuzz import fuzz, process

from benchmarks.matching import spread
from models.registration import roster_words as lexicon
from models.registration.roster import Roster
from models.registration.roster_sounds import letters

SIZES = (10_000, 100_000)
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


def main() -> None:
    for size in SIZES:
        names = invented_names(size, seed=size)
        start = time.perf_counter()
        roster = Roster.of(names)
        for first in ("某某造一个索引", "zaoyige"):
            roster.find(first)
        print(f"{size:,} names, indexed in {time.perf_counter() - start:.1f} s")
        asked = typed_names(names, QUERIES, seed=7)
        print(f"  {'typed name':<34}{spread(roster.find, asked)}")
        print(f"  {'the same in pinyin':<34}{spread(roster.find, [letters(query) for query in asked])}")
        print(f"  {'rapidfuzz WRatio over all names':<34}{spread(partial(_by_wratio, names), asked[:PEER_QUERIES])}")


def _by_wratio(names: Sequence[str], query: str) -> object:
    return process.extract(query, names, scorer=fuzz.WRatio, limit=3)


if __name__ == "__main__":
    main()
