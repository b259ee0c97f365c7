"""What was learnt of the words that tell one trouble from its neighbours: the chances it gives, for any text."""

from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import vocabulary as v
from models.exchange.understanding_likeness import UNHEARD, chances, likeness, weighed
from models.exchange.understanding_text import normalise


@pytest.mark.parametrize(
    ("text", "trouble", "neighbour"),
    [
        ("刚来的小工站到机器前头一脸懵，没人手把手带", "newcomers", "weak_leaders"),
        ("早班跟晚班做出来的东西两个样", "shift_difference", "handover"),
        ("上一班留了什么话下一班全不晓得", "handover", "shift_difference"),
        ("外头买进来的铜棒一车好一车烂", "bad_incoming", "outsourcing"),
        ("送到外面电镀的件回来老是起皮", "outsourcing", "bad_incoming"),
        ("换一套模要停小半天机", "long_changeover", "breakdowns"),
        ("机器三天坏两天，修理工跑断腿", "breakdowns", "long_changeover"),
        ("箱子里少放了一包螺丝，客人装不起来", "omission", "wrong_shipment"),
        ("两家店同一个菜味道天差地别", "branch_gap", "hygiene"),
    ],
)
def test_neighbouring_troubles_are_told_apart(text: str, trouble: str, neighbour: str) -> None:
    found = chances(normalise(text))
    assert found[trouble] > found.get(neighbour, 0.0)


@given(st.text(max_size=60))
def test_any_text_gives_chances_of_known_troubles(text: str) -> None:
    found = chances(normalise(text))
    assert found.keys() <= v.troubles().keys()
    assert all(UNHEARD < chance <= 1 for chance in found.values())
    assert fsum(found.values()) <= 1.0 + 1e-9


def test_a_text_of_unknown_words_gives_none() -> None:
    assert not chances("ωψξ") and not likeness("ωψξ") and not weighed("ωψξ")


def test_the_squares_of_what_features_count_come_to_one() -> None:
    assert fsum(weight**2 for weight in weighed("换一套模要停小半天机").values()) == pytest.approx(1.0)


def test_every_trouble_was_learnt() -> None:
    assert {line.trouble for line in v.telling()} == v.troubles().keys()
