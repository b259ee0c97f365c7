"""Needs and offers from files: the columns, the bad lines told by number, and the records that come out."""

import io
import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from bot import hands
from bot.commands.match import match_files, match_sheets
from models.exchange import matching_files
from models.exchange.matching import Ranking
from models.exchange.matching_files import BadRecord, need_of, offer_of

OFFERS = [
    {
        "id": "O1",
        "org": "甲印染",
        "city": "绍兴",
        "industry": "纺织业",
        "methods": ["SPC"],
        "text": "染缸色差,对色一次准",
    },
    {"id": "O2", "org": "乙铸造", "industry": "通用设备制造业", "text": "铸件砂眼攻关", "capacity": 3, "basis": "page"},
]


def written(path: Path, *lines: Any) -> Path:
    texts = (line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def run(tmp_path: Path, *lines: Any, top: int = 10, lang: str = "zh") -> tuple[list[dict[str, Any]], str, bool]:
    needs, offers = written(tmp_path / "needs.jsonl", *lines), written(tmp_path / "offers.jsonl", *OFFERS)
    out, err = io.StringIO(), io.StringIO()
    done = match_files(needs, offers, out, err, top=top, lang=lang)
    return [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue(), done


def test_a_line_for_each_need_with_reasons_in_words(tmp_path: Path) -> None:
    lines = ({"id": "N1", "text": "布有色差", "industry": "纺织业", "methods": []}, {"id": "N2", "text": "砂眼多"})
    found, err, done = run(tmp_path, *lines)
    assert done and not err
    assert [(line["need_id"], [offer["id"] for offer in line["offers"]]) for line in found] == [
        ("N1", ["O1", "O2"]),
        ("N2", ["O2", "O1"]),
    ]
    best = found[0]["offers"][0]
    assert best["reasons"] == ["您和对方都写到「色差」", "同行业：纺织业"]
    assert best["score"] > found[0]["offers"][1]["score"]
    assert set(best) == {"id", "score", "reasons", "gap"}


def test_english_reasons_for_an_english_reader(tmp_path: Path) -> None:
    found, _, _ = run(tmp_path, {"id": "N1", "text": "布有色差", "industry": "纺织业"}, lang="en")
    assert found[0]["offers"][0]["reasons"] == ["you both write “色差”", "same industry: textiles"]


def test_bad_lines_are_told_by_number_and_skipped(tmp_path: Path) -> None:
    bad = ("{no json", "[1]", "", {"id": "A"}, {"id": "B", "text": "砂眼", "methods": 7}, {"id": "C", "text": ["x"]})
    found, err, done = run(
        tmp_path, {"id": "A", "text": "色差"}, *bad, {"id": "A", "text": "again"}, {"id": 9, "text": "砂眼"}
    )
    assert done
    assert [line["need_id"] for line in found] == ["A", "9"]
    assert [line.split("：")[0] for line in err.splitlines()] == [
        f"needs.jsonl 第 {number} 行已跳过" for number in (2, 3, 5, 6, 7, 8)
    ]


def test_a_file_without_a_usable_line_is_told(tmp_path: Path) -> None:
    found, err, done = run(tmp_path, "nonsense")
    assert (found, done) == ([], False)
    assert err.splitlines()[-1] == "needs.jsonl 里没有可用的记录"


def test_top_limits_the_offers(tmp_path: Path) -> None:
    found, _, _ = run(tmp_path, {"id": "N", "text": "色差"}, top=1)
    assert len(found[0]["offers"]) == 1


@pytest.mark.parametrize(
    ("record", "kind", "field"),
    [
        ({"id": "a"}, "missing", "text"),
        ({"text": "x"}, "missing", "id"),
        ({"id": "a", "text": "x", "org": {}}, "no_text", "org"),
        ({"id": "a", "text": "x", "forms": 3}, "no_list", "forms"),
    ],
)
def test_a_bad_need_names_its_field(record: dict[str, Any], kind: str, field: str) -> None:
    with pytest.raises(BadRecord) as fault:
        need_of(record)
    assert (fault.value.kind, fault.value.field) == (kind, field)


def test_an_offer_reads_every_column() -> None:
    offer = offer_of(
        {"id": "o", "text": "t", "methods": "SPC、5S管理;5S管理", "service_areas": ["全省"], "capacity": "4"}
    )
    assert (offer.methods, offer.service_areas, offer.capacity) == (("SPC", "5S管理"), ("全省",), 4)
    with pytest.raises(BadRecord):
        offer_of({"id": "o", "text": "t", "capacity": "many"})


def workbook(path: Path, **sheets: list[list[object]]) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("dies", [False, True])
def test_a_long_file_has_the_same_lines_from_two_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dies: bool
) -> None:
    lines = [{"id": number, "text": "色差砂眼布铸件"[number % 5 :]} for number in range(hands.FEW + 5)]
    monkeypatch.setattr(hands, "cores", lambda: 1)
    alone, _, _ = run(tmp_path, *lines)
    monkeypatch.setattr(hands, "cores", lambda: 2)
    ours, record_of = os.getpid(), matching_files.record_of

    def fatal(ranking: Ranking, *given: Any) -> dict[str, Any]:
        if ranking.need_id == "200" and os.getpid() != ours:
            os.kill(os.getpid(), signal.SIGKILL)
        return record_of(ranking, *given)

    if dies:
        monkeypatch.setattr(matching_files, "record_of", fatal)
    together, err, done = run(tmp_path, *lines)
    assert together == alone
    assert done
    assert ("进程" in err) == dies


def test_an_officers_sheet_becomes_a_table(tmp_path: Path) -> None:
    book = workbook(
        tmp_path / "pool.xlsx",
        入孵=[
            ["编号", "单位名称", "行业", "需求"],
            ["甲1", "某布厂", "纺织业", "染色色差大"],
            [None] * 4,
            ["甲2", "某厂", None, None],
        ],
        孵化=[["孵化内容", "序号", "质量方法", "名额"], ["染缸色差,对色一次准", "乙1", "SPC、六西格玛", 3]],
    )
    out, err = io.StringIO(), io.StringIO()
    assert match_sheets(book, out, err)
    head, *rows = [line.split("\t") for line in out.getvalue().splitlines()]
    assert head[:3] == ["需求编号", "名次", "孵化信息编号"]
    assert rows[-1][:3] == ["甲1", "1", "乙1"]
    assert err.getvalue() == "入孵 第 4 行已跳过：缺少“text”\n"


def test_a_book_without_the_sheet_is_told(tmp_path: Path) -> None:
    out, err = io.StringIO(), io.StringIO()
    assert not match_sheets(workbook(tmp_path / "b.xlsx", 别的=[["x"]]), out, err)
    assert "b.xlsx 里没有“入孵”工作表" in err.getvalue()
