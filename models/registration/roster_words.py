"""The words of Chinese unit names: trades, places, legal forms, courtesies. Knows no roster and no unit."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from models.vocabulary import places, tables

FOLDER = Path(__file__).parent
ANY_LINE = frozenset({"一般用词"})  # the group of words that name no line of business
_OF_NAMES = ("trade", "prefix", "common", "bland", "same", "place", "town", "goods", "craft")
_OF_TALK = ("before", "after", "ask", "remark", "other", "that", "unit", "chiefly", "make", "sentence", "third")
_OF_SPEAKERS = ("desk", "surname", "title", "field", "award")
KINDS = (*_OF_NAMES, *_OF_TALK, *_OF_SPEAKERS)


@cache
def words(kind: str, folder: Path = FOLDER) -> frozenset[str]:
    """All words of one kind from the officer's file `roster_words.csv`."""
    if kind not in KINDS:
        raise ValueError(f"no kind of word is called {kind}")
    found: set[str] = set()
    for row in tables.rows(folder, "roster_words", ("kind", "group", "words")):
        if row.one_of("kind", KINDS) == kind:
            found.update(row.many("words"))
    return frozenset(found)


@cache
def groups(kind: str, folder: Path = FOLDER) -> Mapping[str, frozenset[str]]:
    """The groups (lines of business) in which the words of one kind stand."""
    found: dict[str, frozenset[str]] = {}
    for row in tables.rows(folder, "roster_words", ("kind", "group", "words")):
        if row.one_of("kind", KINDS) == kind:
            for word in row.many("words"):
                found[word] = found.get(word, frozenset()) | {row.text("group")}
    return found


@cache
def lines(text: str) -> frozenset[str]:
    """The lines of business (groups of trades) that a name's words or the wording of an industry speak of."""
    spoken = (group for word, group in groups("trade").items() if word in text)
    return frozenset[str]().union(*spoken) - ANY_LINE


@cache
def longest_first(kind: str) -> tuple[str, ...]:
    return tuple(sorted(words(kind), key=lambda word: (-len(word), word)))


@cache
def same() -> tuple[tuple[str, str], ...]:
    """Spellings that mean the same in a name, the longer first: 新材料 and 新材."""
    return tuple((old, new) for old, _, new in (pair.partition("=") for pair in longest_first("same")))


@cache
def home() -> Mapping[str, str]:
    """The city of each city, district and county of Zhejiang, by short name; 浙江 belongs to all of them."""
    cities = {city.id: city.zh for city in places.cities().values()}
    found = {zh: zh for zh in cities.values()}
    for district in places.all_districts().values():
        found.setdefault(district.zh, cities[district.city])
    return found | {"浙江": "浙江"}


@cache
def _place_names() -> tuple[int, frozenset[str]]:
    known = frozenset(home()) | words("place")
    return max(map(len, known)), known


def leading_place(text: str) -> tuple[str, int]:
    """The place a text begins with and how many characters it takes (浙江省 takes three), or an empty name and 0."""
    longest, known = _place_names()
    for size in range(min(longest, len(text)), 1, -1):
        if text[:size] in known:
            return text[:size], size + (text[size : size + 1] in tuple("省市县区"))
    return "", 0


def leading_places(text: str) -> int:
    """How many characters the places take that a text begins with: 嘉兴平湖 takes four."""
    taken = 0
    while size := leading_place(text[taken:])[1]:
        taken += size
    return taken


@cache
def known_places() -> frozenset[str]:
    return _place_names()[1]


@cache
def towns() -> tuple[tuple[str, str], ...]:
    """The towns known for their trades and the county of each, the longer names first."""
    counties = groups("town")
    return tuple((town, county) for town in longest_first("town") for county in counties[town])


@cache
def _trades() -> tuple[int, frozenset[str]]:
    known = words("trade")
    return max(map(len, known)), known


def trade_tails(text: str) -> list[tuple[str, ...] | None]:
    """For each position, the text from there on in as few words of trades as will do; None where it is not."""
    longest, known = _trades()
    tails: list[tuple[str, ...] | None] = [None] * len(text) + [()]
    for start in reversed(range(len(text))):
        for end in range(start + 1, min(len(text), start + longest) + 1):
            after, now = tails[end], tails[start]
            if after is not None and text[start:end] in known and (now is None or len(after) + 1 < len(now)):
                tails[start] = (text[start:end], *after)
    return tails


def trades_in(text: str) -> tuple[str, ...] | None:
    """A text cut into words of trades; None where some of it is no such word."""
    return trade_tails(text)[0]


def stripped(text: str, before: tuple[str, ...], after: tuple[str, ...]) -> str:
    """A text without the courtesies at its two ends, as often as there are any."""
    while text.startswith(before) or text.endswith(after):
        head = next((word for word in before if text.startswith(word)), "")
        tail = next((word for word in after if text.endswith(word)), "")
        if len(text) <= len(head):
            return ""
        text = text[len(head) : max(len(head), len(text) - len(tail))]
    return text
