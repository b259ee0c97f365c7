"""From names and troubles to a ranked list of methods. Knows no words of its own; they come with the evidence.

The first is the method most likely to be acceptable; each next one adds most to the chance that one of them is.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import islice

from models import vocabulary as v
from models.exchange.understanding_result import Found, MethodFound
from models.exchange.understanding_text import Terms, normalise, sounds
from models.exchange.understanding_troubles import Evidence
from models.vocabulary.entries import Alias

SHARPNESS = 0.65
SILENCE, HARDLY, PLAIN = 0.28, 0.02, 3.0
LEAST_SHARE = 0.003
BEST_CURE = 3.0
SUREST = 0.65
CHOSEN, SHOWN = 3, 12
FACTORY = "C"

_DISMISSED = re.compile(
    r"(?:不想要?|不要|不用|不需要|先不|别|除了|不是|不做|不搞|不谈|不必|not |no )(?:再)?(?:搞|做|要|学|上|推)?$"
)


@lru_cache(maxsize=1024)
def named(text: str) -> tuple[tuple[str, str], ...]:
    """The methods a normalised text names, even misspelt by sound, in its order, each with the words."""
    hits = _names().find(text)
    found = [(hit.value, hit.term) for hit in hits if not _DISMISSED.search(text[: hit.start])]
    if not hits:
        found = [(hit.value, text[hit.start : hit.end]) for hit in _sounding_names().find(sounds(text))]
    return tuple({method: (method, words) for method, words in reversed(found)}.values())[::-1]


def as_method(typed: str) -> str | None:
    """The id of a method given by id, name, alias or the label of a field of work, or None."""
    if typed in v.methods():
        return typed
    key = normalise(typed)
    known = _every_name().get(key) or next((method for method, words in named(key) if words == key), None)
    return known or _labels().get(key)


def shares(evidence: Evidence, section: str = "") -> dict[str, float]:
    """How likely each trouble is the one meant, as shares of one; the less is said, the more the usual ones count."""
    top = max(evidence.scores.values(), default=0.0)
    raw = {about: math.exp((score - top) / SHARPNESS) for about, score in evidence.scores.items()}
    total = sum(raw.values())
    silence = 1.0 if not raw else SILENCE - (SILENCE - HARDLY) * min(1.0, evidence.firm / PLAIN)
    likely = {about: (1 - silence) * value / total for about, value in raw.items() if value / total > LEAST_SHARE}
    for about, share in v.usual()[section if section in v.usual() else FACTORY]:
        likely[about] = likely.get(about, 0.0) + silence * share
    return likely


def rank(
    likely: Mapping[str, float], words: Mapping[str, Sequence[str]], names: Sequence[tuple[str, str]] = ()
) -> tuple[MethodFound, ...]:
    """Methods for troubles of these shares, the named ones first, then by what each adds; at most a dozen."""
    cures = {about: _cures(about) for about in likely}
    worth = _worth(likely, cures)
    found = [MethodFound(method, 1.0, (said,), True) for method, said in names]
    inferred = _by_worth(likely, cures, worth, [method for method, _ in names])
    for method in islice(inferred, max(0, SHOWN - len(found))):
        found.append(MethodFound(method, round(worth[method], 4), _words_for(method, likely, cures, words), False))
    return tuple(found)


def _by_worth(
    likely: Mapping[str, float],
    cures: Mapping[str, Mapping[str, float]],
    worth: Mapping[str, float],
    names: Sequence[str],
) -> Iterator[str]:
    """The methods nobody named: up to the third place by what each adds, past it by what it is worth."""
    unmet = dict(likely)
    for method in names:
        _meet(unmet, cures, method)
    left = worth.keys() - names
    for _ in range(min(CHOSEN - len(names), len(left))):
        adds = _worth(unmet, cures)
        best = max(left, key=lambda method: (adds[method], worth[method], method))
        _meet(unmet, cures, best)
        left.remove(best)
        yield best
    yield from sorted(left, key=lambda method: (worth[method], method), reverse=True)


def _meet(unmet: dict[str, float], cures: Mapping[str, Mapping[str, float]], method: str) -> None:
    for about in unmet:
        unmet[about] *= 1 - cures[about].get(method, 0.0)


def _worth(shares: Mapping[str, float], cures: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    worth: dict[str, float] = defaultdict(float)
    for about, share in shares.items():
        for method, cure in cures[about].items():
            worth[method] += share * cure
    return worth


def _words_for(
    method: str,
    likely: Mapping[str, float],
    cures: Mapping[str, Mapping[str, float]],
    words: Mapping[str, Sequence[str]],
) -> tuple[str, ...]:
    about = max(likely, key=lambda each: likely[each] * cures[each].get(method, 0.0))
    return tuple(words.get(about, ())[:3])


@cache
def _cures(about: str) -> Mapping[str, float]:
    # How likely a method helps a unit with this trouble; a method hinted at cures itself. Kept well below one, so that
    # the second and third choice still come from the same trouble when it is plain.
    trouble = v.troubles().get(about)
    cures = trouble.methods if trouble else ((about, BEST_CURE),)
    return {method: min(1.0, weight / BEST_CURE) * SUREST for method, weight in cures}


def troubles_found(likely: Mapping[str, float], words: Mapping[str, Sequence[str]]) -> tuple[Found, ...]:
    """The troubles that rest on words of the text, most likely first, at most five."""
    best = sorted(likely, key=lambda about: (-likely[about], about))
    return tuple(
        Found(about, tuple(words[about][:3]), round(likely[about], 3))
        for about in best
        if about in v.troubles() and words.get(about)
    )[:5]


def _spellings(aliases: Sequence[Alias]) -> dict[str, str]:
    names = {normalise(alias.text): alias.method for alias in aliases}
    return {normalise(method.zh): method.id for method in v.methods().values()} | names


@cache
def _every_name() -> dict[str, str]:
    return _spellings(v.method_aliases())


@cache
def _labels() -> Mapping[str, str]:
    return {normalise(label.text): label.method for label in v.method_labels()}


@cache
def _names() -> Terms[str]:
    hints = {normalise(alias.text) for alias in v.method_aliases() if not alias.is_name}
    return Terms((name, method) for name, method in _every_name().items() if name not in hints)


@cache
def _sounding_names() -> Terms[str]:
    return Terms((sounds(name), method) for name, method in _names().values.items() if _chinese(name) > 3)


def _chinese(text: str) -> int:
    return sum(character > "\u3400" for character in text) + (text[:1].isdigit() and not text.isascii())
