"""Looks a typed unit name up in a list of names: accept it, ask about it, or send it to a person. Knows no sentence.

Accepted is only the exact name after evening out the spelling, or a brand that belongs to one name alone. A homophone,
pinyin, a former name, a subsidiary, parent or look-alike is asked about. "none" means that a person will look, never
that the unit holds no award: the bundled award roster is incomplete.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from models.registration import roster_sounds as sounds
from models.registration import roster_words as lexicon
from models.registration.roster_awards import Award, read_awards
from models.registration.roster_index import CharacterIndex
from models.registration.roster_names import NameParts, clean, parse, squeezed
from models.registration.roster_rules import Entry, Sameness, contradicts, sameness, says_little
from models.registration.roster_scores import Typed, brand_likeness, likeness, pinyin_likeness
from models.registration.roster_talk import Heard, hear

FOLDER = Path(__file__).parent
SHOWN = 3
LONGEST = 120  # characters of a query that are read; no name is half as long
CANDIDATES, PINYIN_CANDIDATES = 200, 60
_FLOOR = 0.58
_PINYIN_FLOOR = 0.75
_FAR_BEHIND = 0.3

Why = Literal[
    "exact",  # every character, or all but place and legal form
    "brand",  # a brand of one name alone
    "ambiguous",  # fits several names
    "other_name",  # a former or later name, an English name
    "other_words",  # the brand with words that are not the name's own: a subsidiary, a parent, a sister
    "common_word",  # a brand that is an everyday word
    "homophone",
    "pinyin",
    "similar",
    "too_vague",
    "unknown",
]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to a typed name: up to three names, best first, and a code that says why."""

    verdict: Literal["accept", "ask", "none"]
    names: tuple[str, ...]
    why: Why


class Roster:
    """A list of unit names to look typed names up in, with the awards of each where they are known."""

    def __init__(self, entries: Iterable[Entry], awards: Mapping[str, tuple[Award, ...]] | None = None) -> None:
        # In the order of their names, so that no answer depends on the order of a file.
        self._entries = tuple(sorted(entries, key=lambda entry: (entry.name, entry.alias, entry.parts.text)))
        self._awards = awards or {}
        self._by_head: dict[str, list[Entry]] = defaultdict(list)
        for entry in self._entries:
            self._by_head[entry.parts.core[:2]].append(entry)

    @classmethod
    def load(cls, path: Path | None = None) -> "Roster":
        """The award roster: the bundled one, or a CSV file with the same columns (`name` is enough)."""
        awards = read_awards(path or FOLDER / "award_roster.csv")
        names = {name: next((a.city for a in held if a.city), "") for name, held in awards.items()}
        trades = {name: next((a.industry for a in held if a.industry), "") for name, held in awards.items()}
        return cls([*_entries(names, trades), *_aliases(names, trades)], awards)

    @classmethod
    def of(cls, names: Mapping[str, str] | Iterable[str]) -> "Roster":
        """A roster of any unit names, with the city of each (or an empty one) where it is a mapping."""
        return cls(_entries(names if isinstance(names, Mapping) else dict.fromkeys(names, "")))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(entry.name for entry in self._entries))

    def awards(self, name: str) -> tuple[Award, ...]:
        """The awards of a roster name, as its sources give them; none for a name that is not in the roster."""
        return self._awards.get(name, ())

    def find(self, query: str) -> Verdict:
        """Look a typed name up; any text at all gets a verdict."""
        text = clean(query[:LONGEST])
        if not squeezed(text):
            return Verdict("none", (), "too_vague")
        if verdict := self._sure(parse(text), Heard(text)):
            return verdict
        readings = hear(text).readings()
        for reading in readings:
            if verdict := self._sure(parse(reading.name), reading):
                return verdict
        return self._asked(Typed.of(parse(readings[0].name)))

    def _sure(self, typed: NameParts, heard: Heard) -> Verdict | None:
        """The verdict where a rule finds names; None where only likeness can propose some."""
        near = self._by_head.get(typed.core[:2], ())
        found = [(how, entry) for entry in near if (how := sameness(typed, entry))]
        if not found:
            return None
        closest = max(how for how, _ in found)
        specific = typed.words or typed.group or typed.formal
        if len({entry.name for _, entry in found}) > 1 and (closest == Sameness.TEXT or specific):
            found = [(how, entry) for how, entry in found if how == closest]
        names = tuple(dict.fromkeys(entry.name for _, entry in found))
        if len(names) > 1:
            return Verdict("ask", names[:SHOWN], "ambiguous")
        if all(entry.alias for _, entry in found):
            return Verdict("ask", names, "other_name")
        if any(contradicts(typed, entry, heard) for _, entry in found) or self._names_one(heard.let_go):
            return Verdict("ask", names, "other_words")
        return Verdict("accept", names, "exact" if closest > Sameness.BRAND else "brand")

    def _names_one(self, text: str) -> bool:
        """Whether words beside a name hold the brand of an entry, so that two units are spoken of."""
        near = [(at, entry) for at in range(len(text) - 1) for entry in self._by_head.get(text[at : at + 2], ())]
        return any(
            text.startswith(entry.parts.brand, at) and not says_little(entry.parts.brand)
            for at, entry in near
            if entry.parts.brand
        )

    def _asked(self, typed: Typed) -> Verdict:
        if _is_vague(typed.parts):
            return self._asked_by_trade(typed.parts)
        if typed.spelled:
            scored = [
                (pinyin_likeness(typed, e), e) for e in self._near(self._by_letters, PINYIN_CANDIDATES, typed.spelled)
            ]
            if best := _best(scored, _PINYIN_FLOOR):
                return Verdict("ask", tuple(dict.fromkeys(entry.name for entry in best))[:SHOWN], "pinyin")
        near = self._near(self._by_character, CANDIDATES, typed.parts.core, typed.said, *typed.parts.places)
        scored = [(likeness(typed, entry), entry) for entry in near]
        best = _best(scored, _FLOOR) or self._by_short.get(typed.parts.core, [])
        if not best:
            return Verdict("none", (), "unknown")
        names = tuple(dict.fromkeys(entry.name for entry in best))[:SHOWN]
        return Verdict("ask", names, _why(typed, best[0], len(names)))

    def _asked_by_trade(self, typed: NameParts) -> Verdict:
        """What only names a trade: of a group (建设装饰集团) the only one of that trade is proposed."""
        alike = [e for e in self._by_head.get(typed.core[:2], ()) if e.parts.core == typed.core and e.parts.group]
        if not typed.group or len(alike) != 1:
            return Verdict("none", (), "too_vague")
        return Verdict("ask", (alike[0].name,), "common_word")

    def _near(self, index: CharacterIndex, most: int, *texts: str) -> list[Entry]:
        return [self._entries[at] for at in index.nearest(texts, most)]

    @cached_property
    def _by_character(self) -> CharacterIndex:
        return CharacterIndex([_indexed(entry) for entry in self._entries], sizes=(1, 2))

    @cached_property
    def _by_short(self) -> Mapping[str, list[Entry]]:
        """Entries by the first characters of their place and brand: 杭口 is 杭州口腔医院."""
        found: dict[str, list[Entry]] = defaultdict(list)
        for entry in self._entries:
            for place in entry.parts.places if entry.parts.core else ():
                found[place[0] + entry.parts.core[:1]].append(entry)
        return found

    @cached_property
    def _by_letters(self) -> CharacterIndex:
        return CharacterIndex([_spelled(entry) for entry in self._entries], sizes=(2, 3))


@cache
def award_roster() -> Roster:
    """The bundled award roster, read once."""
    return Roster.load()


def _entries(names: Mapping[str, str], trades: Mapping[str, str] | None = None) -> list[Entry]:
    return [Entry.of(name, parse(clean(name)), home, (trades or {}).get(name, "")) for name, home in names.items()]


def _aliases(names: Mapping[str, str], trades: Mapping[str, str]) -> list[Entry]:
    with (FOLDER / "roster_aliases.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["name"] in names]
    # A name in full is the name; a former, later or foreign one is only asked about.
    return [
        Entry.of(name, parse(clean(row["alias"])), names[name], trades[name], alias=row["kind"] != "full")
        for row in rows
        if (name := row["name"])
    ]


def _indexed(entry: Entry) -> str:
    # A private mark keeps the last character of one part and the first of the next from making a run.
    return "\uf8ff".join((entry.parts.core, entry.said, *entry.parts.places[-1:]))


def _spelled(entry: Entry) -> str:
    initials = sounds.initials(entry.key), sounds.initials(entry.parts.core)
    return "\uf8ff".join((sounds.letters(entry.parts.text), *initials))


def _is_vague(typed: NameParts) -> bool:
    """Whether a name holds nothing but a place, words of the trade and a legal form."""
    if typed.brand or typed.core in lexicon.home():
        return typed.core in lexicon.home() and not typed.group  # 路桥集团 may be a firm that builds roads
    return not typed.places


def _best(scored: list[tuple[float, Entry]], floor: float) -> list[Entry]:
    """The entries that come near the best one; equal ones in the order of their names."""
    ranked = sorted((pair for pair in scored if pair[0] >= floor), key=lambda pair: (-pair[0], pair[1].alias))
    return [entry for score, entry in ranked if score >= ranked[0][0] - _FAR_BEHIND]


def _why(typed: Typed, best: Entry, count: int) -> Why:
    if best.alias:
        return "other_name"
    bare = typed.parts.text == best.parts.brand
    if bare and (count > 1 or says_little(typed.parts.core)):
        return "ambiguous" if count > 1 else "common_word"
    if best.key in typed.parts.text:
        return "other_words"
    if best.said_key in typed.said_text:
        return "homophone"
    return "homophone" if brand_likeness(typed, best) == 1 else "similar"
