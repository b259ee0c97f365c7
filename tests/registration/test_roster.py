"""The look-up of typed unit names: what is accepted, what is asked, what goes to a person."""

import csv
import io
import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands.roster import look_up_names
from models.registration import roster_names, roster_words
from models.registration.roster import SHOWN, Roster, Verdict, award_roster
from models.registration.roster_awards import Award, eligibility, read_awards, tier

INVENTED = {
    "浙江朗岳电器股份有限公司": "温州",
    "朗岳集团股份有限公司": "温州",
    "宁波禾舟轴承(集团)股份有限公司": "宁波",
    "浙江青禾谷食品有限公司": "金华",
    "杭州翠微湾酒店管理有限公司": "杭州",
    "长城泵业有限公司": "台州",
    "台州市第九医院": "台州",
    "国网浙江玉环市供电有限公司": "台州",
    "禹辰动力": "绍兴",
    "磐石压力": "绍兴",
    "岚德巴克生物有限公司": "湖州",
}


@pytest.fixture(scope="module")
def roster() -> Roster:
    return Roster.of(INVENTED)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("浙江朗岳电器股份有限公司", "浙江朗岳电器股份有限公司"),
        ("朗岳电器", "浙江朗岳电器股份有限公司"),
        ("朗岳電器股份有限公司", "浙江朗岳电器股份有限公司"),
        ("浙江朗岳電器", "浙江朗岳电器股份有限公司"),
        ("朗岳集团", "朗岳集团股份有限公司"),
        ("禾舟", "宁波禾舟轴承(集团)股份有限公司"),
        ("宁波禾舟轴承集团股份有限公司", "宁波禾舟轴承(集团)股份有限公司"),
        ("宁波禾舟轴承（集团）股份有限公司", "宁波禾舟轴承(集团)股份有限公司"),
        ("  禾 舟  轴承 ", "宁波禾舟轴承(集团)股份有限公司"),
        ("禾舟股份", "宁波禾舟轴承(集团)股份有限公司"),
        ("慈溪禾舟轴承", "宁波禾舟轴承(集团)股份有限公司"),
        ("青禾谷", "浙江青禾谷食品有限公司"),
        ("青禾谷饼干", "浙江青禾谷食品有限公司"),
        ("你好，我们是青禾谷食品的，想当孵化单位", "浙江青禾谷食品有限公司"),
        ("青禾谷食品质量部", "浙江青禾谷食品有限公司"),
        ("青禾谷食品品管科的", "浙江青禾谷食品有限公司"),
        ("青禾谷食品，做饼干的", "浙江青禾谷食品有限公司"),
        ("您好 这边青禾谷食品 想咨询怎么登记", "浙江青禾谷食品有限公司"),
        ("就青禾谷食品啊，上次登记过的", "浙江青禾谷食品有限公司"),
        ("金华做饼干的青禾谷", "浙江青禾谷食品有限公司"),
        ("青禾谷食品 金华那个", "浙江青禾谷食品有限公司"),
        ("麻烦查一下青禾谷食品 他们拿过市长质量奖", "浙江青禾谷食品有限公司"),
        ("青禾谷食品的 问下入孵怎么弄", "浙江青禾谷食品有限公司"),
        ("翠微湾酒店", "杭州翠微湾酒店管理有限公司"),
        ("台州第九医院", "台州市第九医院"),
        ("玉环供电", "国网浙江玉环市供电有限公司"),
        ("国网玉环市供电公司", "国网浙江玉环市供电有限公司"),
        ("浙江禹辰动力机械有限公司", "禹辰动力"),
        ("浙江磐石压力容器有限公司", "磐石压力"),
        ("磐石压力容器", "磐石压力"),
        ("岚德巴", "岚德巴克生物有限公司"),
        ("岚德巴生物", "岚德巴克生物有限公司"),
        ("我们是禾舟轴承集团股份有限公司的", "宁波禾舟轴承(集团)股份有限公司"),
    ],
)
def test_exact_names_and_own_brands_are_accepted(roster: Roster, typed: str, name: str) -> None:
    found = roster.find(typed)
    assert (found.verdict, found.names) == ("accept", (name,))


@pytest.mark.parametrize(
    ("typed", "first", "why"),
    [
        ("朗岳", "朗岳集团股份有限公司", "ambiguous"),
        ("郎越电器", "浙江朗岳电器股份有限公司", "homophone"),
        ("langyue dianqi", "浙江朗岳电器股份有限公司", "pinyin"),
        ("lang yue dian qi", "浙江朗岳电器股份有限公司", "pinyin"),
        ("langyue jituan", "朗岳集团股份有限公司", "pinyin"),
        ("qinghegu gongsi", "浙江青禾谷食品有限公司", "pinyin"),
        ("杭翠集团", "杭州翠微湾酒店管理有限公司", "similar"),
        ("朗岳电气股份有限公司", "浙江朗岳电器股份有限公司", "other_words"),
        ("朗岳新能源股份有限公司", "浙江朗岳电器股份有限公司", "other_words"),
        ("青禾谷集团", "浙江青禾谷食品有限公司", "other_words"),
        ("青禾谷控股有限公司", "浙江青禾谷食品有限公司", "other_words"),
        ("江苏青禾谷食品有限公司", "浙江青禾谷食品有限公司", "other_words"),
        ("青禾谷食品(衢州)有限公司", "浙江青禾谷食品有限公司", "other_words"),
        ("浙江青禾谷食品有限公司上海分公司", "浙江青禾谷食品有限公司", "other_words"),
        ("青禾谷食品销售有限公司", "浙江青禾谷食品有限公司", "other_words"),
        ("青禾谷的供应商", "浙江青禾谷食品有限公司", "other_words"),
        ("给青禾谷做包装的", "浙江青禾谷食品有限公司", "other_words"),
        ("给青禾谷 做包装的", "浙江青禾谷食品有限公司", "other_words"),
        ("青禾谷食品销售部", "浙江青禾谷食品有限公司", "other_words"),
        ("不是青禾谷", "浙江青禾谷食品有限公司", "other_words"),
        ("青禾股食品", "浙江青禾谷食品有限公司", "homophone"),
        ("青和谷", "浙江青禾谷食品有限公司", "homophone"),
        ("长城", "长城泵业有限公司", "common_word"),
        ("长城汽车", "长城泵业有限公司", "other_words"),
        ("温州第九医院", "台州市第九医院", "similar"),
        ("衢州第九医院有限公司", "台州市第九医院", "similar"),
        ("岚德", "岚德巴克生物有限公司", "similar"),
        ("岚德巴机械", "岚德巴克生物有限公司", "similar"),
        ("温岭供电", "国网浙江玉环市供电有限公司", "similar"),
        ("青禾谷集团的人", "浙江青禾谷食品有限公司", "other_words"),
        ("青禾谷的公司", "浙江青禾谷食品有限公司", "other_words"),
        ("青禾谷食品股份有限公司", "浙江青禾谷食品有限公司", "other_words"),
    ],
)
def test_what_only_looks_like_a_name_is_asked_about(roster: Roster, typed: str, first: str, why: str) -> None:
    found = roster.find(typed)
    assert (found.verdict, found.why) == ("ask", why)
    assert first in found.names


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "too_vague"),
        ("，。！", "too_vague"),
        ("🙂", "too_vague"),
        ("浙江", "too_vague"),
        ("机械有限公司", "too_vague"),
        ("医院", "too_vague"),
        ("第九医院", "too_vague"),
        ("比亚迪股份有限公司", "unknown"),
        ("国网浙江临海市供电有限公司", "unknown"),
    ],
)
def test_the_rest_goes_to_a_person(roster: Roster, typed: str, why: str) -> None:
    assert roster.find(typed) == Verdict("none", (), why)  # type: ignore[arg-type]


def test_two_names_of_one_brand_are_both_shown(roster: Roster) -> None:
    assert set(roster.find("朗岳").names) == {"浙江朗岳电器股份有限公司", "朗岳集团股份有限公司"}


@given(st.text(max_size=300))
def test_any_text_gets_a_verdict(typed: str) -> None:
    found = award_roster().find(typed)
    assert found.verdict in ("accept", "ask", "none")
    assert len(found.names) <= SHOWN
    assert (found.verdict == "none") == (not found.names)
    assert found.verdict != "accept" or len(found.names) == 1


@given(
    st.sampled_from(sorted(INVENTED)), st.text(alphabet="浙江朗岳电器集团股份有限公司禾舟谷分的销售a1 (", max_size=12)
)
@settings(max_examples=300)
def test_characters_of_no_other_name_never_make_an_acceptance(name: str, added: str) -> None:
    """Foreign words behind a registered name are a branch or somebody else, whatever surrounds them."""
    found = Roster.of(INVENTED).find(f"{name}{added}第三经销处")
    assert found.verdict != "accept"


def test_the_order_of_a_list_changes_no_answer() -> None:
    names = list(INVENTED.items())
    backwards = Roster.of(dict(reversed(names)))
    shuffled = Roster.of(dict(random.Random(5).sample(names, len(names))))
    for typed in ("朗岳", "郎越", "长城汽车", "lang", "青禾", "有限"):
        assert Roster.of(dict(names)).find(typed) == backwards.find(typed) == shuffled.find(typed)


def test_an_everyday_word_is_asked_about_even_as_a_whole_brand() -> None:
    roster = Roster.of(["长城集团有限公司"])
    assert (roster.find("长城").verdict, roster.find("长城").why) == ("ask", "common_word")
    assert roster.find("长城集团").verdict == "accept"


def test_every_name_of_the_award_roster_is_accepted_as_itself() -> None:
    roster = award_roster()
    assert len(roster.names) == 128
    for name in roster.names:
        assert roster.find(name) == Verdict("accept", (name,), "exact")


def test_other_names_lead_to_the_roster_name_by_a_question() -> None:
    with (Path(roster_words.FOLDER) / "roster_aliases.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    roster = award_roster()
    for row in rows:
        found = roster.find(row["alias"])
        assert row["name"] in found.names, row
        assert found.verdict == ("accept" if row["kind"] == "full" else "ask"), row


@pytest.mark.parametrize(
    ("code", "name", "answer"),
    [
        ("china_quality_award", "", "eligible"),
        ("china_quality_award_nomination", "", "eligible"),
        ("china_quality_award_nomination", "宁波市人民政府", "not_eligible"),
        ("zhejiang_quality_award", "", "eligible"),
        ("zhejiang_quality_innovation_award", "", "eligible"),
        ("zhejiang_quality_award_nomination", "", "person_decides"),
        ("zhejiang_quality_contribution_award", "", "person_decides"),
        ("zhejiang_quality_organization_award", "湖州市人民政府", "not_eligible"),
        ("city_quality_award", "", "eligible"),
        ("city_quality_award_nomination", "", "person_decides"),
        ("city_quality_innovation_award", "", "person_decides"),
        ("city_quality_merit_award", "", "person_decides"),
        ("county_quality_award", "", "not_eligible"),
        ("an award nobody knows", "", "person_decides"),
    ],
)
def test_awards_count_as_the_notice_names_them(code: str, name: str, answer: str) -> None:
    assert eligibility(code, name=name) == answer


def test_an_award_code_tells_its_tier() -> None:
    assert tier("china_quality_award_nomination") == "china"
    assert tier("zhejiang_quality_contribution_award") == "provincial"
    assert tier("city_quality_merit_award") == "city"
    assert tier("county_quality_award") is None


def test_the_bundled_awards_are_read_whole() -> None:
    held = award_roster().awards("雅戈尔集团股份有限公司")
    assert [(award.award, award.year) for award in held] == [
        ("zhejiang_quality_award", 2010),
        ("china_quality_award_nomination", 2013),
        ("city_quality_award", 2007),
    ]
    assert award_roster().awards("浙江寿仙谷医药股份有限公司")[0].year is None
    assert award_roster().awards("没有这个单位") == ()


def test_a_file_of_names_alone_will_do(tmp_path: Path) -> None:
    file = tmp_path / "names.csv"
    file.write_text("\ufeffname\n朗岳集团\n\n 朗岳集团 \n", encoding="utf-8")
    award = Award("朗岳集团", "", "", None, "", "", "")
    assert read_awards(file) == {"朗岳集团": (award, award)}
    assert Roster.load(file).find("朗岳").names == ("朗岳集团",)


def test_a_file_without_names_is_refused_by_its_line(tmp_path: Path) -> None:
    file = tmp_path / "names.csv"
    file.write_text("unit\n朗岳集团\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"names\.csv, line 1"):
        read_awards(file)


def test_a_name_is_taken_apart() -> None:
    parts = roster_names.parse(roster_names.clean("寧波禾舟軸承（集團）股份有限公司"))
    assert (parts.places, parts.brand, parts.words) == (("宁波",), "禾舟", ("轴承",))
    assert parts.group and parts.formal and not parts.tail


def test_words_of_an_unknown_kind_are_refused() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        roster_words.words("nonsense")


def test_the_command_writes_a_line_for_each_name_and_tells_the_bad_ones(tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_bytes("\ufeff方太\r\n\n我们是方太的, 想报名\n".encode() + b"\xff\xfe\n" + "某某某\u2028厂\n".encode())
    out, err = io.StringIO(), io.StringIO()
    assert look_up_names(names, out, err)
    found = [json.loads(line) for line in out.getvalue().splitlines()]
    assert found[0] == {"query": "方太", "verdict": "accept", "names": ["宁波方太厨具有限公司"], "why": "brand"}
    assert [record["query"] for record in found] == ["方太", "我们是方太的, 想报名", "某某某\u2028厂"]
    assert err.getvalue() == "names.txt 第 4 行已跳过：不是 UTF-8 编码\n"


def test_the_command_uses_another_roster_or_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    names, roster = tmp_path / "names.txt", tmp_path / "roster.csv"
    names.write_text("朗岳电器\n", encoding="utf-8")
    roster.write_text("name,city\n浙江朗岳电器股份有限公司,温州\n", encoding="utf-8")
    out, err = io.StringIO(), io.StringIO()
    assert look_up_names(names, out, err, roster=roster)
    assert json.loads(out.getvalue())["names"] == ["浙江朗岳电器股份有限公司"]
    roster.write_text("nonsense\n", encoding="utf-8")
    assert not look_up_names(names, out, err, roster=roster)
    assert "roster.csv, line 1" in err.getvalue()
    assert not look_up_names(tmp_path / "nowhere.txt", out, err)


@pytest.mark.parametrize(
    ("typed", "verdict"),
    [
        ("双童吸管", "accept"),
        ("康奈皮鞋", "accept"),
        ("闪铸打印机", "accept"),
        ("龙冠绿茶", "accept"),
        ("龙冠打印机", "ask"),
        ("金田铜管", "ask"),
        ("久盛地板", "ask"),
        ("万向钱潮童装", "ask"),
        ("诺力轴承", "ask"),
        ("路桥集团", "ask"),
        ("路桥", "none"),
        ("义乌双童", "accept"),
        ("东阳双童", "ask"),
        ("宁波市政府", "accept"),
    ],
)
def test_a_brand_with_goods_is_taken_only_where_the_unit_may_make_them(typed: str, verdict: str) -> None:
    assert award_roster().find(typed).verdict == verdict


def test_of_a_group_the_only_one_of_its_trade_is_proposed() -> None:
    roster = Roster.of(["浙江省幕墙装饰集团有限公司", "宁波朗岳装饰有限公司"])
    found = roster.find("幕墙装饰集团")
    assert (found.verdict, found.names) == ("ask", ("浙江省幕墙装饰集团有限公司",))
    assert roster.find("幕墙装饰").verdict == "none"
    both = Roster.of(["浙江省幕墙装饰集团有限公司", "杭州市幕墙装饰集团有限公司"])
    assert both.find("幕墙装饰集团").verdict == "none"
