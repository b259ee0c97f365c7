"""People who are named beside others that are counted, and counts of the roles that took part."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.incubation.session_notes import maybe_people, read_note

TODAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("who", "people"),
    [
        ("厂里总工和两个工程师在", 3),
        ("班组长8个加车间主任1个", 9),
        ("客服主管和3个管家参加", 4),
        ("质量部老陈跟两个车间主管陪着的", 3),
        ("生产厂长、品管科长和3个班长", 5),
        ("总工和两个工程师在，一共3个人", 3),
        ("车间主任带了6个班长过来，一共7个", 7),
        ("班组长8个加上检验员4个", 12),
        ("人不多就6个，都是工艺的", 6),
        ("组员7个", 7),
        ("老员工4个新员工15个", 19),
        ("管代和一个内审员", 2),
        ("护士3个", 3),
        ("到了8家企业40来人，他们厂来了3个", 3),
        ("两个厂长和3个主管参加", 5),
        ("到场6家企业18人", 18),
    ],
)
def test_who_is_named_or_counted_by_role_took_part(who: str, people: int) -> None:
    assert read_note(f"今天培训，2小时，{who}", TODAY).people == people


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("今天培训，2小时，连我5个人", (4, 5)),
        ("今天诊断，厂长加3个班长跟着走", (3, 4)),
        ("会诊，来了3位高手，厂里5个人", (3, 5, 8)),
        ("下周五再去，这次连我5个人", (4, 5)),
        ("今天培训，查出7个问题，2个半小时，30%", ()),
        ("来了2.5人，99999999人", ()),
        ("11月20日培训了3个车间，来了20多人", ()),
    ],
)
def test_the_numbers_that_people_may_be_are_there_to_choose_from(text: str, people: tuple[int, ...]) -> None:
    assert maybe_people(text, TODAY) == people


@given(st.text(max_size=80))
def test_any_text_gives_numbers_to_choose_from_or_none(text: str) -> None:
    assert all(people > 0 for people in maybe_people(text, TODAY))


@pytest.mark.parametrize(
    "who",
    [
        "连我23个人",  # whether the mentor counts
        "29个人里面有我一个",
        "我和他们的人一共9个",
        "连我们四位老师在内一共十个人",
        "我和韩主管一起汇编教材，原来有31份零散的文件，两个人一直弄到晚上",
        "两家坐一起，老的那家来4个，新的那家来3个",
        "小组二十号人里能抽出来的都来了",
        "晚上回来改，让夜班的四个人帮着把白天漏记的数据都补上了",  # a number in the midst of much else
        "我和小王两个人写的",
        "来了9名班长，外加厂长",
        "组长老应加5个组员",
        "主任+护士长3名",
        "园长、保健医、食堂师傅两位",
        "固体线来7个，针剂线来7个",
        "技术科2、机修1",
        "运营部去了3个人，客服去了1个",
        "组里七个人除了老周都在",
        "到会14人，其中我们顾问2人",
        "三位行家一道看样品",  # who came to help
        "请了专家，一共9个人",
        "问了12个客人",
        "拿20个阿姨先试",
        "一人发一个本子",
        "温度降到85，人家86",
        "320对45 老板说难",
    ],
)
def test_who_else_there_was_is_asked(who: str) -> None:
    assert read_note(f"今天诊断，2小时，{who}", TODAY).people is None


@pytest.mark.parametrize(
    "who",
    [
        "班组长和12个员工参加",  # one leader, or many
        "专家3名加厂方4名",  # whether who came to help counts
        "算上我一共七个",  # whether the mentor counts
        "各车间主任和5个班长参加",
        "我们总工和两个工程师去的",  # ours
        "李总和3个主管参加",
        "小王和3个主管参加",
        "经理们和3个主管参加",
        "总工和两个工程师来厂里辅导",
        "主任跟12个班长讲了5S",  # told them, or was told with them
        "除了老板和3个工人",
        "总工和两个工程师都没来",
        "厂长和3个主管还没到",
        "采访了厂长和3个员工",
        "请假厂长和2个班长",
        "厂长和3个车间参加",  # no people
        "厂长和3个部门都在",
        "厂长和几个主管参加",
        "总工和两个工程师在，学员12人",
        "车间主任带了6个班长过来，一共9个",
        "车间主任带了6个班长过来",
        "每个车间班组长8个加上检验员4个",
        "人不多就6个班组",
        "组员7个，2个没来",
        "组员7个，到了5个",
        "护士3个，缺2个",
        "缺护士3个",
        "要招护士3个",
        "护士3个班组",
        "到了8家企业40来人",
        "到场三十几个",
        "签到二十多",
    ],
)
def test_who_may_be_ours_absent_or_many_is_asked(who: str) -> None:
    assert read_note(f"今天培训，2小时，{who}", TODAY).people is None


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("标杆比对 换模时间我们12分钟他们40分钟 3小时 6人", "3"),
        ("换模培训我们讲了3小时", "3"),
        ("对标换模时间我们12分钟他们40分钟", None),
        ("我们3小时 他们2小时", None),
    ],
)
def test_what_two_works_take_for_a_changeover_is_no_length_of_the_session(text: str, hours: str | None) -> None:
    found = read_note(f"昨天{text}", TODAY).hours
    assert (None if found is None else f"{found:f}") == hours
