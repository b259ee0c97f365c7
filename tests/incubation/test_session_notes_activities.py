"""Activities that are told by what was done, and topics that are taught but were not done."""

from datetime import date
from decimal import Decimal

import pytest

from models.incubation.session_notes import Note, read_note

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("text", "activity"),
    [
        ("拿我们的废纸率跟他们的逐条对了一遍", "标杆比对"),
        ("把人家三个月的停机数据跟咱们的并排比了一遍", "标杆比对"),
        ("看了下指标，我们返修率2.1人家6.8", "标杆比对"),
        ("跟他们对了下客诉关闭天数", "标杆比对"),
        ("微信上答他们问改善报告现状那段怎么写", "咨询辅导"),
        ("陈主任来电话问自评材料怎么凑数据", "咨询辅导"),
        ("改自评报告，来回微信改了三稿", "咨询辅导"),
        ("我们2人，他们3人，辅导标准", "咨询辅导"),
        ("教质检员怎么写8D报告", "质量培训"),
        ("教班组长写改善提案", "质量培训"),
        ("讲QC成果报告怎么编", "质量培训"),
        ("给新来的收银员和理货员讲收货验收", "质量培训"),
        ("讲回访话术给客服听", "质量培训"),
        ("给实习生讲怎么做内审", "质量培训"),
        ("讲解内审检查表怎么用", "质量培训"),
        ("六西格玛绿带第一期", "质量培训"),
        ("现场辅导两小时，教他们写作业指导书", "咨询辅导"),
        ("转棚子，把问题一条条记了下来", "质量诊断"),
        ("去车间帮伊拉寻毛病", "质量诊断"),
        ("库房里兜了一圈寻毛病", "质量诊断"),
        ("从投料看到打包，哪儿不对一条一条记", "质量诊断"),
        ("领着他们走了一遍我们的立体库", "现场观摩"),
        ("带他们的人走了我们总装线", "现场观摩"),
        ("陪客户的人从头到尾走了咱们的灌装线", "现场观摩"),
        ("把换模录像跟班组一起掰开看，拆内外作业", "质量攻关"),
        ("小组碰头啃色差这个老大难", "质量攻关"),
        ("漏水的顽疾，拉上工艺和维修一起琢磨", "质量攻关"),
    ],
)
def test_the_activity_is_told_by_what_was_done(text: str, activity: str) -> None:
    assert read_note(f"昨天{text}", TODAY).activity == activity


@pytest.mark.parametrize(
    ("text", "activity"),
    [
        ("去回访，人不在，白跑一趟", "跟踪回访"),
        ("去复查整改，锁着门，没见着人", "跟踪回访"),
        ("回访改期了，下周再去", None),
        ("没去成，回访要改天了", None),
        ("去诊断，老板不在，白跑一趟", None),
    ],
)
def test_who_looked_in_on_somebody_in_vain_has_been_there(text: str, activity: str | None) -> None:
    assert read_note(f"{text}，路上2小时", TODAY) == Note(activity, None, None, None)


@pytest.mark.parametrize(
    ("text", "activity"),
    [
        ("蹲在烘房门口一上午，把温湿度和霉变的货对着记，找到三处不对", "质量诊断"),
        ("给八个新来的检验员讲抽样，讲完出了两道题当场做", "质量培训"),
        ("把去年的讲稿拆成十二页图，封面也换了，发给他们印", "教材编制"),
        ("我们的返修率和隔壁那家得奖的放一张表，差三个点，逐条看差在哪", "标杆比对"),
        ("换了两种刀片各切二百件，毛边少了一半，组员说再试一周", "质量攻关"),
        ("坐在老板边上，一条一条帮他把目标拆到车间", "咨询辅导"),
        ("大巴拉过去的，看人家的目视板和料架，拍了一路照片", "现场观摩"),
        ("三家院所的老师围着断口看，意见合成一份，定是热处理的事", "专家会诊"),
        ("走到一半，对着计划打分，十八项完成十三项，可以往下走", "阶段评审"),
        ("三个月没去，看看上回立的点检表还在不在填", "跟踪回访"),
        ("几个老板晚上喝茶，聊接班，聊质量谁说了算", "管理沙龙"),
        ("一条条款一条条款问过来，抽了二十份记录，开了四个不符合", "体系审核"),
        ("五个车间主任轮着说自己怎么把废料降下来的，互相问", "经验交流"),
        ("内训教室漏水，没事，只是路过看看他们", None),
    ],
)
def test_what_was_done_is_told_without_its_name(text: str, activity: str | None) -> None:
    assert read_note(text, TODAY).activity == activity


def test_what_stands_behind_another_clause_is_no_topic() -> None:
    assert read_note("昨天讲了防错，回访了上次的措施，重点是回访，2小时", TODAY).activity == "跟踪回访"
    assert read_note("昨天讲完诊断了一圈，3小时", TODAY).hours == Decimal(3)
