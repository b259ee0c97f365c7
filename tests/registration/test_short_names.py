"""What a unit is called where a line has no room: short, never empty, never two alike in one list."""

from __future__ import annotations

import pytest

from models.registration.short_names import short_name, short_names

NAMES = {
    "浙江恒力塑料制品有限公司": "恒力塑料",
    "宁波金田铜业（集团）股份有限公司": "金田铜业",
    "绍兴上虞安达轴承厂（演示）": "安达轴承厂",
    "杭州娃哈哈集团有限公司": "娃哈哈",
    "德宏股份": "德宏",
    "柯桥一厂": "柯桥一厂",
    "宁波第一医院": "宁波第一医院",
    "杭州化工有限公司": "杭州化工",
    "宁波港集团": "宁波港",
    "公司": "公司",
    "（演示）": "（演示）",
    "  越城 标杆集团 ": "标杆",
    "Hengli Plastics Co., Ltd.": "Hengli Plastics",
    "Group": "Group",
}


@pytest.mark.parametrize(("name", "short"), NAMES.items())
def test_a_short_name_tells_the_unit(name: str, short: str) -> None:
    assert short_name(name) == short


def test_two_units_of_one_list_never_read_alike() -> None:
    names = ["浙江恒力塑料有限公司", "宁波恒力塑料有限公司", "宁波恒力塑料股份有限公司", "杭州西泠印章有限公司"]
    found = short_names(names)
    assert found["浙江恒力塑料有限公司"] == "浙江恒力塑料" and found["杭州西泠印章有限公司"] == "西泠印章"
    assert len(set(found.values())) == len(names) and all(found.values())
