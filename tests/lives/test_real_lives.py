"""One short life of the real process on each database; `python -m tests.lives --processes --lives 40` walks more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

from models.system.letters import Delivery
from tests.lives.faults import Strike
from tests.lives.life import opened
from tests.lives.real_lives import RealLife
from tests.lives.recognising import Known, Recogniser
from tests.lives.signals import ask_to_stop, kill, outage, pause
from tests.lives.watching import Heard, Watched
from tests.talk import MONDAY

SEED, ACTS = 1005, 2


class ShortLife(RealLife):
    """Hardly an act without something that strikes."""

    fault_chance = 0.7
    rest_chance = 0.0
    strikes: Mapping[Strike, int] = MappingProxyType({kill: 4, ask_to_stop: 2, pause: 1, outage: 1})


async def test_a_life_of_a_process_that_dies_keeps_every_promise(database_url: str) -> None:
    async with opened(database_url, SEED, ShortLife) as life:
        life.phone(1001).say("/todo")
        await kill(life, life.chance)
        await life.bot.work()
        await life.live(ACTS)
        assert life.bot.deaths > 0
        heard = Counter(one.letter is not None for one in life.record.heard)
        assert heard[True] > 2 * len(life.residents) and not heard[False]


def test_a_letter_that_comes_again_for_no_reason_is_noticed() -> None:
    """Two letters say the same; the third arrival is one too many, unless a sender was left in doubt."""
    world = Watched()
    seen = Recogniser(world.record, world)
    for id in (1, 2):
        seen.letters[id] = Known(id, 7, "好", frozenset(["好"]), f"t{id}", Delivery.QUEUED, None, None)
    for unsure in (False, False, True, False):
        one = Heard(7, "好", None, MONDAY, unsure=unsure)
        world.record.heard.append(one)
        letter = seen.letter_of(one)
        assert letter is not None
        seen.note(len(world.record.heard) - 1, one, letter)
    times = {letter: arrived.total() - 1 - world.record.doubts[letter] for letter, arrived in seen.arrived.items()}
    assert times == {1: 1, 2: 0}
