"""What a unit makes, by its name and its industry, beside what somebody says it makes. Knows no roster."""

from dataclasses import dataclass
from functools import cache, lru_cache

from models import vocabulary
from models.registration import roster_words as lexicon


@dataclass(frozen=True, slots=True)
class Trades:
    """The divisions of GB/T 4754 and the lines of business that words speak of; goods tell more than other words."""

    divisions: frozenset[str] = frozenset()
    lines: frozenset[str] = frozenset()
    goods: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.divisions or self.lines or self.goods)

    def may_be(self, said: "Trades") -> bool:
        """Whether what was said may be true of a unit; words that say nothing known contradict only the unknown."""
        if not (self.divisions.isdisjoint(said.divisions) and self.lines.isdisjoint(said.goods)):
            return True
        if said.divisions or said.goods:
            return False
        return not self.lines.isdisjoint(said.lines) if said.lines else bool(self)


@lru_cache(maxsize=4096)
def trades_of(*texts: str) -> Trades:
    """The trades of a unit, by the words of its name and the wording of its industry."""
    divisions = frozenset[str]().union(*map(_divisions_in, texts))
    return Trades(divisions, lexicon.lines(" ".join(texts)))


def trades_said(*texts: str) -> Trades:
    """The trades somebody speaks of; of the officer's words only the last counts, since 休闲服 is 服."""
    divisions = _groups_ending("craft", texts).union(*map(_divisions_in, texts))
    return Trades(divisions, _groups_ending("trade", texts), _groups_ending("goods", texts))


def are_goods(text: str) -> bool:
    """Whether a text is one word for goods and nothing else."""
    return text in vocabulary.products() or text in lexicon.words("goods") or text in lexicon.words("craft")


def _groups_ending(kind: str, texts: tuple[str, ...]) -> frozenset[str]:
    found = (groups for word, groups in lexicon.groups(kind).items() if any(text.endswith(word) for text in texts))
    return frozenset[str]().union(*found) - lexicon.ANY_LINE


def _divisions_in(text: str) -> frozenset[str]:
    known = _divisions()
    found = {word for word in known if word in text}
    longest = (word for word in found if not any(word != other and word in other for other in found))
    return frozenset[str]().union(*(known[word] for word in longest))


@cache
def _divisions() -> dict[str, frozenset[str]]:
    """The divisions of each product and of each name of an industry."""
    found: dict[str, frozenset[str]] = {}
    named = [(name, one.code) for one in vocabulary.industries().values() for name in (one.zh, *one.aliases)]
    for name, code in (*named, *vocabulary.products().items()):
        for word in (name, name.removesuffix("业")):
            if len(code) >= 3 and len(word) >= 2:
                found[word] = found.get(word, frozenset()) | {code[:3]}
    return found
