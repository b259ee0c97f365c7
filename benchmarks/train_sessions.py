"""Learns which words tell what was done in a session: `python -m benchmarks.train_sessions [--write]`.

Multinomial logistic regression (scikit-learn, the extra `train`) over characters and pairs. It reads phrases of the
house, logs that nine authors wrote for learning, and the logs of earlier evaluations. The table shows each author and
each third of those logs judged by what all the others taught. `--write` puts the weights where logs are read; those
that are small, or of a feature in a single text, are left out.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from benchmarks.evaluate_matching import DATA
from benchmarks.evaluate_notes import LEARNT, activities, records
from benchmarks.learning import Told, Weights, learn, write
from models import vocabulary
from models.incubation.session_notes import as_read
from models.incubation.session_notes_activities import FOLDER, features
from models.vocabulary import tables

LOOSE = 10.0  # how little weights are held back: scikit-learn's C
LEAST = 0.4  # a smaller weight is left out
ENGLISH = 4.0  # what a log in English counts, of which there are a quarter as many
PHRASES = 1 / 6  # what a phrase of weight 1 counts beside a whole log
HANDS = 9  # that wrote logs for learning, each as many, the last three in English


def of_the_house() -> Iterator[Told]:
    """The phrases and sentences of the house."""
    for row in tables.rows(DATA, "phrases_of_sessions", ("activity", "weight", "phrases")):
        counts = PHRASES * row.weight("weight")
        yield from (Told(phrase, row.text("activity"), counts) for phrase in row.many("phrases"))
    yield from (Told(text, _id(activity)) for text, activity in activities("own_activities"))


def of_others() -> list[list[Told]]:
    """The logs of each hand: those for learning, then the sets of earlier evaluations."""
    learning = [
        Told(record["text"], _id(record["activity"]), ENGLISH if record["text"].isascii() else 1.0)
        for record in records("told_of_sessions")
    ]
    size = -(-len(learning) // HANDS)
    hands = [learning[start : start + size] for start in range(0, len(learning), size)]
    sets = ([record for record in records(name) if record.get("activity")] for name in LEARNT)
    return hands + [[Told(record["text"], _id(record["activity"])) for record in one] for one in sets]


def taught_by(given: Sequence[Told]) -> Weights:
    """What each feature says for each activity."""
    return learn(given, _weighed, loose=LOOSE, least=LEAST)


def judged(weights: Weights, given: Sequence[Told]) -> float:
    """The share of texts whose activity the weights speak for most."""
    held: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for (activity, gram), weight in weights.items():
        held[gram].append((activity, weight))
    right = 0
    for one in given:
        scores: Counter[str] = Counter()
        for gram, share in _weighed(one.text).items():
            scores.update({activity: weight * share for activity, weight in held.get(gram, ())})
        right += max(scores, key=lambda activity: scores[activity], default="") == one.of
    return right / len(given)


def _weighed(text: str) -> dict[str, float]:
    said = features(as_read(text))
    return {feature: 1 / len(said) ** 0.5 for feature in said}


def _id(zh: str) -> str:
    return next(each.id for each in vocabulary.activities().values() if zh.split("/")[0] in (each.zh, *each.aliases))


def main(given: Sequence[str]) -> None:
    """Learn, show how well each hand is judged by the others, and keep the weights if told to."""
    own, hands = list(of_the_house()), of_others()
    print(f"{'judged by all others':<30}{'right':>7}")
    thirds = [[*range(HANDS + third, len(hands), 3)] for third in range(3)]
    for part in [[hand] for hand in range(HANDS)] + thirds:
        asked = [told for hand in part for told in hands[hand]]
        others = [told for hand, logs in enumerate(hands) if hand not in part for told in logs]
        name = f"hand {part[0] + 1}" if len(part) == 1 else f"{len(part)} earlier sets"
        print(f"{name:<30}{judged(taught_by([*own, *others]), asked):7.3f}")
    if "--write" in given:
        write(
            taught_by([*own, *(told for hand in hands for told in hand)]),
            FOLDER / "session_notes_telling.csv",
            "activity",
        )


if __name__ == "__main__":
    main(sys.argv[1:])
