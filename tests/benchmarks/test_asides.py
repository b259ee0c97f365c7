"""What is learnt of messages that are no need: nobody is judged by their own words, and both shares are measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks import evaluate_tags, train_asides
from benchmarks.train_asides import Counts, Text, fit, report, table, write
from models.exchange.understanding_asides import LIKELY, SURE
from models.vocabulary import words
from models.vocabulary.words import WORDING_SIGNS

LOANS = [Text(f"想贷款{n}万周转", author, aside=True) for n, author in enumerate("甲甲乙乙")]
NEEDS = [Text(f"焊缝开裂{n}处返工", author, aside=False) for n, author in enumerate("甲甲乙乙")]


def test_an_author_is_judged_by_the_words_of_others() -> None:
    counts = Counts([*LOANS, *NEEDS, *(Text("钓鱼", "丙", aside=True) for _ in range(2))])
    assert counts.odds()["钓"] > 0
    assert counts.odds("甲")["钓"] == counts.odds("乙")["钓"] > 0
    assert "钓" not in counts.odds("丙")
    assert counts.odds("甲")["贷"] > 0 > counts.odds("甲")["焊"]


def test_clauses_teach_the_signs_and_not_the_wording() -> None:
    assert Counts([*LOANS, *NEEDS, Text("漏油", "甲", aside=False, heard=False)]).texts["甲", False] == 2


def test_the_weights_part_the_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = [*LOANS, *NEEDS]
    counts = Counts(given)
    rows = table(given, counts)
    weights = fit(rows, given)
    scores = rows @ weights
    assert min(scores[: len(LOANS)]) > max(scores[len(LOANS) :])
    monkeypatch.setattr(train_asides, "LISTS", tmp_path)
    write(counts.odds(), weights)
    kept = words.wording_signs(tmp_path)
    assert np.allclose([kept[sign] for sign in WORDING_SIGNS], weights, atol=0.005)
    assert words.wording(tmp_path)["贷"] == round(counts.odds()["贷"], 1)


def test_the_table_tells_both_shares() -> None:
    found = [(LOANS[0], LIKELY + 0.1), (LOANS[2], LIKELY), (NEEDS[0], SURE + 1), (NEEDS[1], SURE), (NEEDS[2], -1.0)]
    lines = [line.split() for line in report(found)]
    assert lines[1:] == [
        ["甲", "1.000", "1", "0.500", "0.500", "2"],
        ["乙", "0.000", "1", "0.000", "0.000", "1"],
        ["all", "0.500", "2", "0.333", "0.333", "3"],
    ]


def test_needs_that_look_like_none_are_not_counted_among_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "not_needs_new.csv").write_text("text,need\n你好,no\n焊缝开裂返工多,yes\n", encoding="utf-8")
    monkeypatch.setattr(evaluate_tags, "DATA", tmp_path)
    assert evaluate_tags.apart("new") == (1.0, 0.0)
