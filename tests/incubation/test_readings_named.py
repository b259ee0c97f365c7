"""Readings that are told apart by what they are called: claims, coal per output, survivors, two rates side by side."""

import pytest

from models.incubation.readings import read

COAL, PASSED, STOPPED = ("kgce/万元", "单位能耗"), ("%", "农残抽检合格率"), ("h/月", "设备故障停机")
DEFECTIVE = ("不良率", "焊接不良率", "出厂不合格率", "成品不合格品率", "布面次品率")
ALIVE, REWORK, CLAIMS = ("%", "育苗成活率"), ("%", "返工返修率"), ("万元", "客户索赔金额")


@pytest.mark.parametrize(
    ("typed", "of", "expected"),
    [
        ("0.042吨标煤", COAL, "42"),
        ("0.042吨标煤/万元", COAL, "42"),
        ("42公斤标煤", COAL, "42"),
        ("420吨标煤", ("吨标煤", "综合能耗"), "420"),
        ("送检12批，12批合格", PASSED, "100"),
        ("送检20批，1批不合格", PASSED, "95"),
        ("停了两次，1.5+3，一共4.5小时", STOPPED, "4.5"),
        ("1000株死了60株", ALIVE, "94"),
        ("1000株没活60株", ALIVE, "94"),
        ("1000株活了940株", ALIVE, "94"),
        ("合格率97.9，返修1.3", REWORK, "1.3"),
        ("合格率97.9，返修1.3，报废0.8", REWORK, "1.3"),
        ("合格率97.9，返修1.3", ("%", "产品合格率"), "97.9"),
        *((typed, ("%", name), "10") for name in DEFECTIVE for typed in ("十个里面坏一个", "10个里头有1个坏的")),
        *((typed, ("%", name), "3") for name in DEFECTIVE for typed in ("100件里3件不合格", "抽100件，97件合格")),
        ("赔了35000元", CLAIMS, "3.5"),
        ("赔了3.5万", CLAIMS, "3.5"),
        ("0.93", ("%", "不合格品率"), "0.93"),
        ("0.93", ("%", "断头率"), "0.93"),
    ],
)
def test_what_is_said_of_the_indicator_is_read(typed: str, of: tuple[str, str], expected: str) -> None:
    found = read(typed, *of).value
    assert found is not None
    assert f"{found:f}" == expected


@pytest.mark.parametrize(
    ("typed", "of"),
    [
        *((typed, COAL) for typed in ("42吨标煤", "用了0.5吨标煤", "一共0.5吨标煤", "0.042吨标煤/吨", "0.042吨")),
        *((typed, PASSED) for typed in ("送检12批", "送检12批，12批", "送检12批，13批合格", "送检20批，1批返检")),
        *((typed, PASSED) for typed in ("上月送检12批，12批合格", "送检12批，2批没出结果")),
        ("送检12批，12批合格", ("%", "返工率")),
        *((typed, STOPPED) for typed in ("停了两次，1.5+3，一共5小时", "停了两次，1.5+3", "停了两次，1.5小时，3小时")),
        *((typed, ALIVE) for typed in ("死了60株", "1000株，死了60株，补了40株", "1000株死了1060株", "1000株卖了60株")),
        *((typed, ALIVE) for typed in ("去年1000株死了60株", "1000株死了60多株")),
        ("1000株死了60株", REWORK),
        *((typed, REWORK) for typed in ("合格率97.9", "合格率97.9，1.3", "合格率97.9，返修3件", "合格率97.9，返修3")),
        *((typed, REWORK) for typed in ("合格率97.9，返工1.3，返修0.8", "合格率97.9，上月返修1.3", "报废1.3")),
        *((typed, CLAIMS) for typed in ("少赔了35000元", "比上月少赔了3万", "还要赔35000元", "赔了35000", "赔了3万多")),
        *((typed, CLAIMS) for typed in ("上月赔了3万", "赔了两家，3万和2万", "赔了12件")),
        ("赔了35000元", ("万元", "质量损失")),
        ("十个里面坏一个", REWORK),
        *((typed, ("小时", "换模时间")) for typed in ("两个多小时", "2个多小时", "换一次要两小时多", "两个来小时")),
        *((typed, ("分钟", "换模时间")) for typed in ("两个多小时", "两个多钟头")),
        ("0.93", ("%", "一次染色成功率")),
        ("0.9", ("%", "发货准点率")),
    ],
)
def test_what_is_said_of_something_else_is_asked(typed: str, of: tuple[str, str]) -> None:
    found = read(typed, *of)
    assert found.value is None
    assert found.question is not None
