"""A few random lives on each database; `python -m tests.lives --lives 500` walks as many as one has time for.

One life again, with its whole transcript: `LIFE=1042 pytest tests/lives`, or `python -m tests.lives --seed 1042`.
"""

from __future__ import annotations

import os

import pytest

from models.exchange.needs import Need
from models.exchange.posts import PostStatus
from tests.lives.invariants import Memory, watched_moves
from tests.lives.life import opened

SEEDS, ACTS = range(1000, 1005), 60
CHOSEN = [int(os.environ["LIFE"])] if "LIFE" in os.environ else list(SEEDS)


@pytest.mark.parametrize("seed", CHOSEN)
async def test_a_random_life_keeps_every_promise(database_url: str, seed: int) -> None:
    async with opened(database_url, seed) as life:
        await life.live(ACTS)
        assert len(life.record.heard) > ACTS


def test_a_status_that_jumps_is_noticed() -> None:
    """The lives look at every change of a status, also where no verb's `move` was asked."""
    memory = Memory()
    with watched_moves(memory):
        need = Need(id=7, status=PostStatus.DRAFT)
        need.status = PostStatus.PENDING
        assert memory.moved == []
        need.status = PostStatus.MATCHED
    assert memory.moved == ["Need 7 went from pending to matched"]
