"""A log in one message: what it says is read, what it leaves open is asked."""

import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.understand import Kind, understand_file
from models import vocabulary
from models.incubation.session_notes import Note, read_note

TODAY = date(2026, 3, 11)  # a Wednesday


def read(text: str) -> Note:
    return read_note(text, TODAY)


def test_a_whole_log_leaves_nothing_to_ask() -> None:
    note = read("今天下午去做了5S培训，两个半小时，十二个人")
    assert note == Note("质量培训", Decimal("2.5"), 12, TODAY)
    assert note.asks == ()


def test_only_what_is_missing_is_asked() -> None:
    assert read("做了5S培训").asks == ("hours", "people", "date")
    assert read("昨天三个人").asks == ("activity", "hours")
    assert read("").asks == ("activity", "hours", "people", "date")


@pytest.mark.parametrize(
    ("text", "activity"),
    [
        ("到车间把了把脉", "质量诊断"),
        ("给班组长讲了控制图", "质量培训"),
        ("帮他们编作业指导书", "教材编制"),
        ("拿数据跟标杆比", "标杆比对"),
        ("一起做焊接气孔的攻关", "质量攻关"),
        ("电话辅导", "咨询辅导"),
        ("带他们到我们厂参观", "现场观摩"),
        ("请了专家会诊", "专家会诊"),
        ("开了阶段评审会", "阶段评审"),
        ("回头看上次的措施", "跟踪回访"),
        ("办了一期卓越课堂", "管理沙龙"),
        ("上周二上午卓越课堂", "管理沙龙"),
        ("微信视频教小陈看控制图", "咨询辅导"),
        ("画焊缝图谱，当教材用", "教材编制"),
        ("陪同内审", "体系审核"),
        ("和同行交流经验", "经验交流"),
        ("给班长做了陪训", "质量培训"),
        ("带他们来我们厂观摹", "现场观摩"),
        ("跟他们一道攻沙眼", "质量攻关"),
        ("先诊断，主要还是培训", "质量培训"),
        ("原本要诊断，改成给班长上课", "质量培训"),
        ("评审取消了，改到下个月", None),
        ("给内审员培训", "质量培训"),
        ("攻關會", "质量攻关"),
        ("诊断之后顺便讲了两句", "质量诊断"),
        ("讲了5S，顺带答疑", "质量培训"),
        ("吃了个饭", None),
        ("今天没培训成，等了老板一个钟头", None),
    ],
)
def test_the_activity_is_named_in_the_programmes_term(text: str, activity: str | None) -> None:
    assert read(text).activity == activity


def test_each_activity_of_the_programme_can_be_named() -> None:
    for activity in vocabulary.activities().values():
        assert read(f"今天做了{activity.zh}").activity == activity.zh


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("两个半小时", "2.5"),
        ("一个半钟头", "1.5"),
        ("90分钟", "1.5"),
        ("四十分钟", "0.67"),
        ("半个小时", "0.5"),
        ("三刻钟", "0.75"),
        ("1小时20分", "1.33"),
        ("一小时二十人", "1"),
        ("2h 20人", "2"),
        ("从两点到四点半", "2.5"),
        ("下午1点半讲到4点", "2.5"),
        ("13:30-16:00", "2.5"),
        ("8点30到11点30", "3"),
        ("晚上7点到8点半", "1.5"),
        ("11点到1点", "2"),
        ("约两小时", "2"),
        ("下午两点到四点，两个小时", "2"),
        ("路上2小时，辅导1小时", "1"),
        ("换模从45分钟降到20分钟，干了3小时", "3"),
        ("原定2小时，实际3小时", "3"),
        ("讲了1小时，练了1.5小时，一共2.5小时", "2.5"),
        ("一个小时三刻钟", "1.75"),
        ("8:00到15:00，午休一个半小时", "5.5"),
        ("9点到16点，中午吃饭40分钟", "6.33"),
        ("早上8点半进厂，11点出来", "2.5"),
        ("22点到次日0点半", "2.5"),
        ("前3次加起来有8小时，这次1小时", "1"),
        ("堵在高速上1小时，讲了2小时", "2"),
        ("吃饭1小时，辅导2小时", "2"),
        ("8:00到15:00，午休了几个小时", None),
        ("半小时一批，讲了四批", "2"),
        ("回访四家厂，一家二十分钟", "1.33"),
        ("分三批看，一批一小时", "3"),
        ("3个项目部各查一小时", "3"),
        ("去了一家厂，两小时", "2"),
        ("下午两点到五点差十分", None),
        ("上午讲了1.5下午又讲了2小时", None),
        ("上午一批下午一批，各讲100分钟", "3.33"),
        ("8点到12点，等了半小时老板，不算等的", None),
        ("大概2到3小时", None),
        ("两小时到三小时", None),
        ("每回都是3小时", None),
        ("路上堵车2小时，白跑一趟", None),
        ("本来约了培训2小时，停电改期了", None),
        ("抽检时间10分钟", None),  # no session is as short
        ("延长20分钟再试", None),
        ("烘干时间4小时，讲了1小时", "1"),
        ("四十分钟吧，不到一点", "0.67"),
        ("半天", None),
        ("一天", None),
        ("两三个小时", None),
        ("两个多小时", None),
        ("不到两小时", None),
        ("讲了1小时，练了2小时", None),
        ("每场1小时", None),
        ("上午9点到下午4点", None),
        ("9点到11点，13点到15点", "4"),
        ("15小时", None),
        ("第2点很重要", None),
    ],
)
def test_hours(text: str, hours: str | None) -> None:
    assert read(text).hours == (hours and Decimal(hours))


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("十二个人", 12),
        ("来了7位", 7),
        ("十四个质检员", 14),
        ("参训人员12名", 12),
        ("30号人", 30),
        ("来听的有二十一个", 21),
        ("两个质检员和三个工人，一共5人", 5),
        ("就我一个人", 1),
        ("1小时，三十个", 30),
        ("12人左右", 12),
        ("两家厂，每家来了3个人", 6),
        ("见了5个人", None),
        ("品质3人，工艺2人，生产1人", 6),
        ("主任、质检各1人", 2),
        ("班组长6个", 6),
        ("车间8个，质检3个，加我12个", None),  # whether the mentor counts
        ("连我4个人", None),
        ("就我跟他们科长两个人", 2),
        ("教材编制 5个小时 3人", 3),
        ("报名30个，来了8个", 8),
        ("大概2到3小时，12个人", 12),
        ("两位教授加三个工艺员，五个人一起看", 5),
        ("去了九个阿姨", 9),
        ("连线的有6个程序员", 6),
        ("签到表上20人", 20),
        ("15人里头来了11个人", 11),
        ("我们三个去的，他们到了六个", None),
        ("专家2名，厂里多少人没统计", None),
        ("查出11个问题", None),
        ("培训了3个班组", None),
        ("十来个人", None),
        ("十几个人", None),
        ("8到10人", None),
        ("二三十人", None),
        ("100多人", None),
        ("每场20人", None),
        ("我和小李两个人", None),
        ("我们去了两个人，他们八个人", None),
        ("除了老板还有11个人", None),
        ("请了3位专家", None),
        ("缺2个人", None),
        ("30人次", None),
        ("3号车间", None),
        ("0人", None),
        ("2.5人", None),
    ],
)
def test_people(text: str, people: int | None) -> None:
    assert read(text).people == people


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("今天", "2026-03-11"),
        ("刚才", "2026-03-11"),
        ("下午去的", "2026-03-11"),
        ("昨晚", "2026-03-10"),
        ("前天", "2026-03-09"),
        ("大前天", "2026-03-08"),
        ("三天前", "2026-03-08"),
        ("上周三", "2026-03-04"),
        ("上上周五", "2026-02-27"),
        ("这周一", "2026-03-09"),
        ("周三", "2026-03-11"),
        ("周四", "2026-03-05"),
        ("礼拜天", "2026-03-08"),
        ("3月6号", "2026-03-06"),
        ("三月六日", "2026-03-06"),
        ("11月20号", "2025-11-20"),
        ("6号", "2026-03-06"),
        ("20号", "2026-02-20"),
        ("上个月20号", "2026-02-20"),
        ("2026-03-02", "2026-03-02"),
        ("20260302", "2026-03-02"),
        ("3/2下午", "2026-03-02"),
        ("3.02下午", "2026-03-02"),
        ("今天复查上周五的问题", "2026-03-11"),
        ("昨天去，3号车间", "2026-03-10"),
        ("今朝来的", "2026-03-11"),
        ("3号去的，看五号压铸机", "2026-03-03"),
        ("参加的一共15。3月5日", "2026-03-05"),
        ("明天", None),
        ("下周一", None),
        ("这周五", None),
        ("3月20号", None),
        ("4月20号", None),
        ("2月30号", None),
        ("3月6号和3月7号", None),
        ("30号人", None),
        ("3号车间", None),
        ("2.5小时", None),
        ("没说", None),
    ],
)
def test_the_day(text: str, day: str | None) -> None:
    assert read(text).date == (day and date.fromisoformat(day))


@given(
    st.text(max_size=80)
    | st.text("今昨前天上周三月号日0123456789.:点半到-一二两十个人小时钟分培训诊断每共来了，/年大", max_size=30),
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
)
def test_any_text_gives_sound_values_or_questions(text: str, today: date) -> None:
    note = read_note(text, today)
    assert note.activity is None or note.activity in {a.zh for a in vocabulary.activities().values()}
    assert note.hours is None or 0 < note.hours <= 24
    assert note.people is None or note.people > 0
    assert note.date is None or note.date <= today
    assert set(note.asks) == {name for name in ("activity", "hours", "people", "date") if getattr(note, name) is None}


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("今天培训，3个班组每组5人", 15),
        ("今天经验交流，两家厂各来5个人", 10),
        ("今天评审，双方各3人", 6),
        ("今天培训，一车间9人二车间11人", 20),
        ("今天培训，品质3人＋工艺2人＋生产1人", 6),
        ("今天培训20人，其中新员工8人", 20),
        ("今天培训，38人参加考试，合格35人", 38),
        ("今天会诊请了3位专家，企业6个人参加", 6),
        ("今天攻关，小组8个人到了7个", 7),
        ("今天培训，报名40，到了33，2小时", 33),
        ("今天培训，车间200人，来听的50人", 50),
        ("今天培训4人缺席，到了16人", 16),
        ("今天培训，22人，上次是27人", 22),
        ("回访。见了3个人", 3),
        ("今天攻关小组6人缺1人", None),
        ("今天培训请假4人", None),
        ("今天培训，计划20人来了一半", None),
        ("今天诊断，厂里500人规模，主任带着看", None),
        ("今天审核，看了12份记录，访谈5人", None),
        ("今天培训，比上次少5人", None),
        ("今天培训，60人的教室，满座", None),
        ("今天编教材，给120人用的", None),
        ("今天诊断，来了厂长、品管科长和3个班长", 5),
        ("今天培训，坐了36人，后排还站了几个", None),
        ("今天培训，来了不止20人", None),
        ("今天诊断，我们去了3个人，对方陪了5个人", None),
    ],
)
def test_only_those_who_took_part_are_counted(text: str, people: int | None) -> None:
    assert read(text).people == people


@pytest.mark.parametrize(
    ("text", "hours", "people"),
    [
        ("昨天从九点干到十二点 8个人 培训", "3", 8),
        ("昨天从8点到11点30个人培训", "3", 30),
        ("昨天下午三点一刻到四点三刻辅导两个人", "1.5", 2),
        ("昨天八点三十一直到10点十五 28个人辅导", "1.75", 28),
        ("昨天下午两点30到五点三十来了四十个人培训", "3", 40),
        ("昨天2点开始4点结束培训20人", "2", 20),
        ("昨天培训45分钟来了6个人", "0.75", 6),
        ("昨天十点到十一点 5S培训 32位", "1", 32),
        ("昨天培训 3.0940小时 3/48个人", None, None),
        ("昨天给两家厂培训两小时 每家5人", "2", 10),
        ("昨天诊断两小时 厂长和两个班长陪着", "2", 3),
        ("昨天两节课 一节四十分钟 20人", "1.33", 20),
        ("培训 上周三十二个人 两小时", "2", None),
    ],
)
def test_figures_that_run_on_without_marks_are_not_mixed_up(text: str, hours: str | None, people: int | None) -> None:
    note = read(text)
    assert (note.hours, note.people) == (hours and Decimal(hours), people)


SPOKEN = ["零", "一", "两", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]
PAST = {0: ["点", "点钟", "点整"], 15: ["点一刻", "点十五"], 30: ["点半", "点三十", "点30分"], 45: ["点三刻", "点45"]}


@given(
    st.integers(1, 8),
    st.sampled_from(sorted(PAST)),
    st.sampled_from((30, 45, 60, 90, 120, 180)),
    st.integers(3, 60),
    st.sampled_from((" ", "，", " 来了", " 参加")),
    st.sampled_from(("到", "至", "-", "一直到", "讲到")),
    st.data(),
)
def test_clock_times_are_never_run_together_with_heads(
    hour: int, past: int, lasted: int, people: int, join: str, to: str, draw: st.DataObject
) -> None:
    end = hour * 60 + past + lasted
    clock = [
        draw.draw(st.sampled_from((str(each // 60), SPOKEN[each // 60])))
        + draw.draw(st.sampled_from(PAST.get(each % 60, [f"点{each % 60}"])))
        for each in (hour * 60 + past, end)
    ]
    note = read(f"昨天下午{clock[0]}{to}{clock[1]}{join}{people}个人 5S培训")
    assert note.hours == (Decimal(lasted) / 60).quantize(Decimal("0.01")).normalize()
    assert note.people == people


@given(st.integers(1, 300), st.sampled_from(("个人", "人", "位", "名学员")), st.integers(1, 11), st.sampled_from("hH"))
def test_plain_figures_are_read_as_they_stand(people: int, who: str, hours: int, unit: str) -> None:
    note = read(f"昨天培训，{hours}{unit}，{people}{who}")
    assert (note.people, note.hours) == (people, Decimal(hours))


def understood(kind: Kind, path: Path, *lines: str) -> tuple[list[dict[str, object]], str]:
    path.write_text("\n".join(lines), encoding="utf-8")
    out, err = io.StringIO(), io.StringIO()
    assert understand_file(kind, path, out, err, today=TODAY)
    return [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue()


def test_the_command_reads_logs(tmp_path: Path) -> None:
    records, told = understood(
        "log",
        tmp_path / "logs.jsonl",
        '{"text": "昨天诊断，两小时，5人"}',
        "",
        "not json",
        '{"id": "x", "text": "昨天诊断", "on": "0001-01-01", "today": "2025-12-02"}',
        '{"text": 7, "today": "0001-01-01"}',
        "[1]",
        '{"text": "\\ud800 培训 1.5小时"}',
    )
    assert records == [
        {"id": "N1", "activity": "质量诊断", "hours": 2, "people": 5, "date": "2026-03-10"},
        {"id": "x", "activity": "质量诊断", "hours": None, "people": None, "date": "2025-12-01"},
        {"id": "N6", "activity": "质量培训", "hours": 1.5, "people": None, "date": None},
    ]
    assert [line.split("：")[0] for line in told.splitlines()] == [f"logs.jsonl 第 {n} 行已跳过" for n in (3, 5, 6)]


def test_the_command_reads_readings(tmp_path: Path) -> None:
    records, told = understood(
        "reading",
        tmp_path / "readings.jsonl",
        '{"id": "a\\ud800", "indicator": "过程不良率", "unit": "%", "typed": "3500PPM"}',
        '{"indicator": "客户投诉数", "unit": "件/月", "typed": 12}',
        '{"indicator": "一次合格率", "unit": "%", "typed": "96~97"}',
        '{"unit": "%", "typed": 1e999}',
        '{"unit": "%"}',
    )
    assert [record["value"] for record in records] == [0.35, 12, None, None]
    assert [record["id"] for record in records] == ["a\ud800", "R2", "R3", "R4"]
    assert "第 5 行" in told


def test_the_command_reads_needs(tmp_path: Path) -> None:
    records, _ = understood("need", tmp_path / "needs.jsonl", '{"id": "n", "text": "想学六西格玛", "methods": "x"}')
    assert records[0]["id"] == "n"
    assert records[0]["methods"][0] == "six_sigma"  # type: ignore[index]
