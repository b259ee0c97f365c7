"""The vocabulary holds what the programme promises, and a broken file names itself and the line."""

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from models import vocabulary as v
from models.vocabulary import places, programme, words
from models.vocabulary.tables import DATA


def test_every_list_can_be_read() -> None:
    assert v.check() > 10_000


def test_the_methods_are_the_65_of_the_programme_in_seven_families() -> None:
    methods = v.methods()
    assert len(methods) == 65
    assert {method.family for method in methods.values()} == set(v.families())
    assert {id: method.parent for id, method in methods.items() if method.parent} == {
        "dmaic": "six_sigma",
        "dfss": "six_sigma",
        "dfmea": "fmea",
        "pfmea": "fmea",
        "five_why": "root_cause_analysis",
        "new_seven_qc_tools": "seven_qc_tools",
    }


def test_every_method_has_an_alias_and_nearly_every_one_cures_a_trouble() -> None:
    assert {alias.method for alias in v.method_aliases()} == set(v.methods())
    cures = {method for trouble in v.troubles().values() for method, _ in trouble.methods}
    assert set(v.methods()) - cures == {"dmaic", "new_seven_qc_tools", "lean_six_sigma"}


def test_the_divisions_of_the_standard_are_complete() -> None:
    divisions = [industry.id[1:] for industry in v.industries().values() if industry.level == 2]
    assert divisions == [f"{number:02}" for number in range(1, 98)]
    assert [i.id for i in v.industries().values() if i.level == 1] == list("ABCDEFGHIJKLMNOPQRST")


@pytest.mark.parametrize(
    ("city", "kinds"),
    [
        ("杭州", (10, 1, 2)),
        ("宁波", (6, 2, 2)),
        ("温州", (4, 3, 5)),
        ("嘉兴", (2, 3, 2)),
        ("湖州", (2, 0, 3)),
        ("绍兴", (3, 2, 1)),
        ("金华", (2, 4, 3)),
        ("衢州", (2, 1, 3)),
        ("舟山", (2, 0, 2)),
        ("台州", (3, 3, 3)),
        ("丽水", (1, 1, 7)),
    ],
)
def test_each_city_has_its_districts(city: str, kinds: tuple[int, int, int]) -> None:
    code = next(code for code, entry in v.cities().items() if entry.zh == city)
    found = Counter(district.kind for district in v.districts(code).values())
    assert (found["district"], found["county_city"], found["county"]) == kinds
    assert all(district.id.startswith(code) for district in v.districts(code).values())


def test_the_programme_counts_37_districts_20_cities_and_33_counties() -> None:
    assert Counter(d.kind for d in v.all_districts().values()) == {"district": 37, "county_city": 20, "county": 33}
    assert sum(d.terrain == "mountain" for d in v.all_districts().values()) == 26


def test_unknown_cities_and_kinds_of_reason_are_refused() -> None:
    with pytest.raises(ValueError, match="9999"):
        v.districts("9999")
    with pytest.raises(ValueError, match="lunch"):
        v.reasons("lunch")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("C36", "C36"),
        ("c367", "C367"),
        ("3670", "C367"),
        ("36", "C36"),
        ("汽车制造业", "C36"),
        ("汽车制造", "C36"),
        ("注塑", "C29"),
        ("医院", "Q841"),
        ("卫生院", "Q84"),
        ("教育", "P83"),
        ("房地产业", "K70"),
        (" 食品制造业 ", "C14"),
        ("不知道什么", None),
        ("", None),
    ],
)
def test_an_industry_is_found_by_code_name_or_alias(typed: str, code: str | None) -> None:
    found = v.find_industry(typed)
    assert (found.code if found else None) == code


def test_a_label_is_in_the_language_of_the_reader() -> None:
    method = v.methods()["five_s"]
    assert v.label(method, "zh") == "5S管理"
    assert v.label(method, "en") == "5S / 6S workplace organization"


def test_a_direction_and_an_ideal_agree() -> None:
    for indicator in v.indicators().values():
        if indicator.ideal is not None and indicator.units[0] != "–":
            assert indicator.ideal == (0 if indicator.direction == "down" else indicator.highest), indicator.id


def test_what_counts_as_activity_only_is_never_an_outcome() -> None:
    activity = {indicator.id for indicator in v.indicators().values() if indicator.activity_only}
    assert activity == {"qc_project_count", "qc_participation", "suggestions"}


def test_trade_and_products_name_known_industries() -> None:
    assert ("C339", "C344") in v.trade()
    assert v.products()["轴承"] == "C345"


BREAKS: list[tuple[str, str, str, str, Callable[[Path], object]]] = [
    ("methods", "five_s,5S管理", "five_s,", "'zh' is empty", programme.methods),
    ("methods", ",workplace,,notice", ",workshop,,notice", "unknown workshop", programme.methods),
    ("methods", ",statistics,six_sigma,", ",statistics,seven_sigma,", "unknown seven_sigma", programme.methods),
    ("indicators", ",PPM|%,down,0,", ",PPM|%,down,none,", "'ideal' is no number", programme.indicators),
    ("indicators", "OTD|", "OTD|OTD|", "names OTD twice", programme.indicators),
    ("areas", "战略地图", "质量管控", "质量管控 already belongs to quality_management", programme.areas),
    ("forms", "把把脉|", "把把脉||", "empty part", programme.forms),
    ("cities", "3302,宁波", "3301,宁波", "3301 is there twice", places.cities),
    ("districts", "330102,3301,", "330102,3401,", "unknown 3401", places.all_districts),
    ("industries", "C361,汽车整车制造", "C991,汽车整车制造", "before its parent C99", places.industries),
    ("troubles", "跑偏,dimensions or settings drift,spc:3|", "跑偏,drifting,spcc:3|", "unknown spcc", words.troubles),
    ("symptoms", "尺寸波动,drift", "尺寸波动,drifting", "unknown drifting", words.symptoms),
    ("symptoms", "尺寸波动,drift", "尺寸波动,drift:much", "no number after drift", words.symptoms),
    ("method_labels", "标准化,standard_work", "标准化,standard", "unknown standard", words.method_labels),
    ("method_kin", "tpm,oee", "tpm,oe", "unknown oe", programme.method_kin),
    ("method_aliases", "TQC,tqm,yes", "TQC,tqm,maybe", "unknown maybe", words.method_aliases),
    ("method_aliases", "TQC,tqm,yes", "TQM,tqm,yes", "tqm is there twice", words.method_aliases),
    ("not_needs", "loan,贷款", "lone,贷款", "unknown lone", words.not_needs),
    ("asides", "loan,流动资金断了", "lone,流动资金断了", "unknown lone", words.asides),
    ("telling", "drift,", "drifts,", "unknown drifts", words.telling),
    ("telling", "drift,0.3,", "drift,little,", "'weight' is no number", words.telling),
    ("wording_signs", "worded,", "wordy,", "unknown wordy", words.wording_signs),
    ("wording", "-2.5,", "much,", "'weight' is no number", words.wording),
    ("trade", "A01,C13", "A01,C99", "unknown C99", words.trade),
    ("products", "轴承,C345,industry", "轴承,C345,rumour", "unknown rumour", words.products),
    ("products", "轴承,C345,industry", "轴承,C345", "2 cells instead of 3", words.products),
]


@pytest.mark.parametrize(("table", "good", "bad", "why", "load"), BREAKS)
def test_a_broken_file_names_itself_and_the_line(
    tmp_path: Path, table: str, good: str, bad: str, why: str, load: Callable[[Path], object]
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    file = folder / f"{table}.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    number = next(number for number, line in enumerate(lines, 1) if good in line)
    lines[number - 1] = lines[number - 1].replace(good, bad, 1)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=rf"^{table}\.csv, line \d+: ") as fault:
        load(folder)
    assert why in str(fault.value)
    assert f"line {number}:" in str(fault.value)


def test_a_table_with_other_columns_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    (folder / "cities.csv").write_text("code,zh,source\n3301,杭州,standard\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"cities\.csv, line 1: columns must be code,zh,en,source"):
        places.cities(folder)
