"""How long a typed name takes against 10,000 and 100,000 names, beside rapidfuzz's WRatio in the same run."""

import random
import statistics
import time
from collections.abc import Callable, Sequence

from rapidfuzz import fuzz, process

from models.registration import roster_words as lexicon
from models.registration.roster import Roster

SIZES = (10_000, 100_000)
QUERIES = 200
PEER_QUERIES = 5
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


def milliseconds(look_up: Callable[[str], object], queries: Sequence[str]) -> tuple[float, float]:
    """The median and the worst of the times of single look-ups, in milliseconds."""
    times: list[float] = []
    for query in queries:
        start = time.perf_counter()
        look_up(query)
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times), max(times)


def main() -> None:
    print(f"{'names':>8} {'look-up':<10} {'median ms':>10} {'worst ms':>10}")
    for size in SIZES:
        names = invented_names(size, seed=size)
        start = time.perf_counter()
        roster = Roster.of(names)
        roster.find("造一个索引")
        built = time.perf_counter() - start
        queries = typed_names(names, QUERIES, seed=7)
        for label, look_up, asked in (
            ("roster", roster.find, queries),
            ("WRatio", lambda q, n=names: process.extract(q, n, scorer=fuzz.WRatio, limit=3), queries[:PEER_QUERIES]),
        ):
            median, worst = milliseconds(look_up, asked)
            print(f"{size:>8} {label:<10} {median:>10.2f} {worst:>10.2f}")
        print(f"{size:>8} {'(built in':<10} {built:>10.2f} s)")


if __name__ == "__main__":
    main()
