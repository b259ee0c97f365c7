"""What a need says, in the programme's terms: methods, troubles, indicators with values, forms, industry, urgency.

Pure functions of the text and the vocabulary; knows no row, no offer and no sentence for a reader.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from models import vocabulary as v
from models.exchange import understanding_facts as facts
from models.exchange import understanding_kind as kinds
from models.exchange import understanding_methods as choice
from models.exchange.understanding_result import Found, IndicatorFound, MethodFound, Problem, Understanding
from models.exchange.understanding_text import clauses, grams, normalise
from models.exchange.understanding_troubles import WEAK, Evidence, covered, weigh

LONGEST = 2000
LIKELY = 0.01

__all__ = [
    "Found",
    "IndicatorFound",
    "MethodFound",
    "Problem",
    "Understanding",
    "normalise",
    "suggest_indicators",
    "understand",
    "understand_line",
    "unknown_words",
]


def understand(text: str, industry: str | None = None, named_methods: Iterable[str] = ()) -> Understanding:
    """What a typed need says; `industry` is a code or a wording, `named_methods` are ids or names chosen beside it.

    A form reads its answers anew at every question, so what a text says is kept: it depends on nothing but the text.
    """
    return _understand(text[:LONGEST], industry, tuple(named_methods))


@lru_cache(maxsize=1024)
def _understand(text: str, industry: str | None, named_methods: tuple[str, ...]) -> Understanding:
    said = normalise(text)
    told = _facts(said)
    section = _section(industry, told["industries"])
    chosen = [(method, typed) for typed in named_methods if (method := choice.as_method(typed))]
    names = _once([*chosen, *choice.named(said)])
    evidence = weigh(said, section)
    problems = _problems(said, section)
    likely = _joined(problems, section) or choice.shares(evidence, section)
    return Understanding(
        text=said,
        methods=choice.rank(likely, evidence.words, names),
        basis="named" if names else "inferred" if evidence.firm > 0 else "usual",
        troubles=choice.troubles_found(likely, evidence.words),
        likely={about: share for about, share in likely.items() if share >= LIKELY and about in v.troubles()},
        problems=tuple(_problem(part, found, section) for part, found in problems),
        is_need=kinds.kind(said, evidence, named=bool(names)),
        **told,
    )


@lru_cache(maxsize=1024)
def _facts(said: str) -> dict[str, Any]:
    """What a normalised text says whoever writes it: read once, also where matching reads it anew with its industry."""
    return {
        "areas": facts.areas(said),
        "indicators": facts.indicators(said),
        "forms": facts.forms(said),
        "processes": facts.processes(said),
        "products": facts.products(said),
        "industries": facts.industries(said),
        "urgency": kinds.urgency(said),
    }


def _section(industry: str | None, trades: Sequence[Found]) -> str:
    known = v.find_industry(industry) if industry else None
    if known:
        return known.section
    return trades[0].id[0] if trades else ""


def _once(names: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for method, words in names:
        found.setdefault(method, words)
    return list(found.items())


def _problems(text: str, section: str) -> list[tuple[str, Evidence]]:
    """The parts of a text that each tell of a trouble of their own; empty when there is only one."""
    parts = kinds.parts(text)
    weighed = [(part, weigh(part, section)) for part in parts] if len(parts) > 1 else []
    sound = [(part, found) for part, found in weighed if found.firm >= WEAK / 2]
    tops = {max(found.scores, key=lambda each: found.scores[each]) for _, found in sound}
    return sound if len(tops) > 1 else []


def _joined(problems: Sequence[tuple[str, Evidence]], section: str) -> dict[str, float]:
    joined: Counter[str] = Counter()
    for _, found in problems:
        for about, share in choice.shares(found, section).items():
            joined[about] += share / len(problems)  # type: ignore[assignment]
    return dict(joined)


def _problem(part: str, found: Evidence, section: str) -> Problem:
    likely = choice.shares(found, section)
    return Problem(
        part, choice.rank(likely, found.words, choice.named(part)), choice.troubles_found(likely, found.words)
    )


def suggest_indicators(found: Understanding) -> tuple[str, ...]:
    """Indicators to propose for a need: those it mentions, then those that would show its troubles mended."""
    said = [indicator.id for indicator in found.indicators]
    shown = [id for trouble in found.troubles for id in v.troubles()[trouble.id].indicators]
    return tuple(dict.fromkeys(said + shown))


def understand_line(record: Mapping[str, Any]) -> dict[str, Any]:
    """A line of the command line's `--as need`: id, text, perhaps industry and methods in; ids, best first, out."""
    methods = record.get("methods") or ()
    found = understand(str(record["text"]), record.get("industry") or None, methods)
    return {
        "id": record["id"],
        "methods": [method.id for method in found.methods],
        "indicators": [indicator.id for indicator in found.indicators],
        "forms": [form.id for form in found.forms],
        "areas": [area.id for area in found.areas],
    }


def unknown_words(texts: Iterable[str], least: int = 3) -> list[tuple[str, int]]:
    """Strings of two to four characters that no entry covers, with the number of texts they occur in, most first.

    A string that only occurs inside a longer one of the same count is left out.
    """
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update({gram for part in _uncovered(normalise(text)) for gram in grams(part, (2, 3, 4))})
    often = {gram: count for gram, count in counts.items() if count >= least}
    inner = {gram for longer, count in often.items() for gram in (longer[1:], longer[:-1]) if often.get(gram) == count}
    return sorted(((g, c) for g, c in often.items() if g not in inner), key=lambda pair: (-pair[1], pair[0]))


def _uncovered(text: str) -> list[str]:
    letters = list(text)
    for start, end in covered(text):
        letters[start:end] = "," * (end - start)
    return clauses("".join(letters))
