"""The frame of the benchmarks: goals are judged on what they name, and one that breaks holds up no other."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import pytest

from benchmarks import __main__ as runner
from benchmarks.frame import Figure, apart, brief, figure, in_turn


@pytest.mark.parametrize(
    ("facts", "met", "goal"),
    [
        ({}, None, ""),
        ({"most": 2.0}, True, "<= 2.00 ms"),
        ({"most": 1.9}, False, "<= 1.90 ms"),
        ({"least": 3000}, False, ">= 3,000 ms"),
        ({"most": 0.6, "of": "ratio"}, None, "<= 0.6 x "),
        ({"most": 0.6, "of": "ratio", "peer": "E", "peer_value": 4.0}, True, "<= 0.6 x E"),
        ({"most": 0.4, "of": "ratio", "peer": "E", "peer_value": 4.0}, False, "<= 0.4 x E"),
        ({"least": 1.6, "of": "ratio", "peer": "one", "peer_value": 1.0}, True, ">= 1.60 x one"),
    ],
)
def test_goals(facts: dict[str, object], met: bool | None, goal: str) -> None:
    found = Figure(what="a step", value=2.0, unit="ms", **facts)  # type: ignore[arg-type]
    assert found.met is met
    assert found.goal == goal.strip()


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (0.01234, "0.0123"), (1.714, "1.71"), (24.34, "24.3"), (3120.4, "3,120"), (-0.5, "-0.5")],
)
def test_numbers_are_brief(number: float, text: str) -> None:
    assert brief(number) == text


def test_a_figure_is_the_median_of_its_rounds() -> None:
    found = figure("a step", [3.0, 1.0, 2.0], peer="E", peer_rounds=[8.0, 4.0, 2.0])
    assert (found.value, found.low, found.high, found.peer_value, found.ratio) == (2.0, 1.0, 3.0, 4.0, 0.5)


def test_measurements_take_turns() -> None:
    order: list[str] = []
    in_turn(2, ours=lambda: order.append("ours"), peer=lambda: order.append("peer"))
    assert order == ["ours", "peer", "ours", "peer"]


def test_every_benchmark_has_a_title_and_figures() -> None:
    for name, module in runner.registered().items():
        loaded = import_module(f"benchmarks.{module}")
        assert loaded.TITLE and callable(loaded.measure), name


def test_one_that_breaks_is_reported_and_holds_up_no_other(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(runner, "registered", lambda: {"X1": "frame", "X2": "pools"})
    monkeypatch.setattr(runner, "import_module", lambda name: type("module", (), {"TITLE": name}))
    results = {
        "frame": [Figure(what="half", value=1.0, most=2.0), "it broke"],
        "pools": [Figure(what="whole", value=3.0)],
    }
    monkeypatch.setattr(runner, "apart", results.__getitem__)
    assert runner.main(["--json", str(tmp_path / "bench.jsonl")]) == 1
    lines = [json.loads(line) for line in (tmp_path / "bench.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line.get("what") or line.get("broken") for line in lines[1:]] == ["half", "it broke", "whole"]
    assert "1 goals met, 0 missed, 1 benchmarks broken" in capsys.readouterr().out


def test_a_process_that_breaks_says_how() -> None:
    assert list(apart("peers")) == ["AttributeError: module 'benchmarks.peers' has no attribute 'measure'"]
