"""What an offer says of its places and cities is read, not asked again."""

from __future__ import annotations

import pytest

from models.exchange.understanding_places import cities_in, taken_in

OFFERED = {
    "会SPC，可以带2家，杭州周边": (2, ["3301"]),
    "能接三家，宁波、绍兴都行": (3, ["3302", "3306"]),
    "最多辅导5家企业": (5, []),
    "去年帮3家注塑厂把报废率压到2%": (None, []),
    "去年帮了3家，今年可以带两家": (2, []),
    "两家门店都做过5S": (None, []),
    "做六西格玛": (None, []),
}


@pytest.mark.parametrize(("text", "read"), OFFERED.items())
def test_places_and_cities_of_an_offer(text: str, read: tuple[int | None, list[str]]) -> None:
    assert (taken_in(text), cities_in(text)) == read
