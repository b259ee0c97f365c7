"""One thing done for many by several processes: the order of one, a death that is borne, nobody left behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot import hands

MANY = range(hands.FEW + 10)
OURS = os.getpid()


@pytest.fixture(autouse=True)
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hands, "cores", lambda: 2)


def test_much_is_done_by_others_in_the_order_in_which_it_is_given() -> None:
    held = object()  # which no other process could be sent
    done = list(hands.spread(lambda number: (number, os.getpid(), held is not None), MANY))
    assert [number for number, _, _ in done] == list(MANY)
    workers = {worker for _, worker, _ in done}
    assert workers and OURS not in workers


def test_a_little_is_done_at_once() -> None:
    assert set(hands.spread(lambda _: os.getpid(), range(hands.FEW - 1))) == {OURS}


@pytest.mark.parametrize("fatal", [0, hands.FEW // 2, hands.FEW])
def test_when_one_dies_nothing_is_missing_and_it_is_told_once(fatal: int) -> None:
    def act(number: int) -> int:
        if number == fatal and os.getpid() != OURS:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    told: list[str] = []
    assert list(hands.spread(act, MANY, lost=lambda: told.append("lost"))) == list(MANY)
    assert told == ["lost"]


def test_what_is_wrong_with_one_thing_is_heard_here() -> None:
    with pytest.raises(ZeroDivisionError):
        list(hands.spread(lambda number: 1 // (number - 7), MANY))


def test_who_takes_only_the_first_leaves_nobody_at_work() -> None:
    done = hands.spread(lambda _: os.getpid(), MANY)
    worker = next(done)
    del done
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


LONG = """
import os, time
from bot import hands
hands.cores = lambda: 2
def act(number):
    os.write(1, b"%d\\n" % os.getpid())  # in one piece, between those of the other
    time.sleep(60)
list(hands.spread(act, range(1000)))
"""


def test_when_ours_is_killed_the_others_end_too() -> None:
    ours = subprocess.Popen([sys.executable, "-c", LONG], stdout=subprocess.PIPE, cwd=Path(__file__).parents[1])
    assert ours.stdout is not None
    workers = {int(ours.stdout.readline()) for _ in range(2)}
    ours.kill()
    ours.communicate(timeout=20)  # the other end of stdout is closed only when every one of them is gone
    assert len(workers) == 2
