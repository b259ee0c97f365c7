"""Words that are a number only in the unit that is asked for, and what a reading leaves out of its count."""

import pytest

from models.incubation.readings import read

CLOSED, LEAD, STOPPED = ("天", "投诉关闭周期"), ("天", "生产周期"), ("h/月", "设备故障停机")
COMPLAINTS, STOCK, IDEAS = ("件/月", "客户投诉数"), ("件", "在制品"), ("条/人", "合理化建议")
OEE, FIRST, PASSED, TIMELY = ("%", "设备综合效率OEE"), ("%", "一次合格率"), ("%", "产品合格率"), ("%", "交付及时率")


@pytest.mark.parametrize(
    ("typed", "of", "expected"),
    [
        ("半个月", LEAD, "15"),
        ("大概半个月吧", CLOSED, "15"),
        ("18个工作日", LEAD, "18"),
        ("平均五个工作日左右", CLOSED, "5"),
        ("三个工作天", LEAD, "3"),
        ("4.5天，有一起等了半个月", CLOSED, "4.5"),
        ("两打", COMPLAINTS, "24"),
        ("半打左右", COMPLAINTS, "6"),
        ("两打半", STOCK, "30"),
        ("上月是94.8%", FIRST, "94.8"),
        ("上个月就是3.1%", ("%", "返工返修率"), "3.1"),
        ("上月是4件", COMPLAINTS, "4"),
        ("OEE 68.4，没算换模", OEE, "68.4"),
        ("70.1 不含计划保养", OEE, "70.1"),
        ("没算返工的，97.1", FIRST, "97.1"),
        ("94.2，还没算返修后的", FIRST, "94.2"),
        ("13小时，没算保养", STOPPED, "13"),
        ("全部合格", PASSED, "100"),
        ("都合格，抽了30件", PASSED, "100"),
    ],
)
def test_what_the_asked_unit_makes_a_number_is_read(typed: str, of: tuple[str, str], expected: str) -> None:
    found = read(typed, *of).value
    assert found is not None
    assert f"{found:f}" == expected


@pytest.mark.parametrize(
    ("typed", "of"),
    [
        ("半个多月", CLOSED),
        ("半个月不到", CLOSED),
        ("上半个月", LEAD),
        ("一个半月", LEAD),
        ("一个月", LEAD),
        ("15到20个工作日", LEAD),
        ("十来个工作日", LEAD),
        ("2个工作日", STOPPED),
        ("两打多", COMPLAINTS),
        ("一打出头", COMPLAINTS),
        ("一打", IDEAS),
        ("上月是95，这月还没出", FIRST),
        ("比上月是好了", FIRST),
        ("上月是几件", COMPLAINTS),
        ("上个月95", FIRST),
        ("没算出来", OEE),
        ("没算换模", OEE),
        ("都合格", PASSED),
        ("这个月都准时", TIMELY),
    ],
)
def test_what_is_no_number_in_the_asked_unit_is_asked(typed: str, of: tuple[str, str]) -> None:
    assert read(typed, *of).value is None
