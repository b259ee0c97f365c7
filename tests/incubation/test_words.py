"""Every message of the incubation wing, in both languages, with long names and full lists: short enough for a phone."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.app import furnish
from bot.channels.markup import plain
from bot.engine.words import LANGUAGES, speak, width
from handlers.incubation.figures import Gauge, Reported
from models.exchange.needs import Need
from models.exchange.posts import PostStatus
from models.incubation.cautions import Caution, Way
from models.incubation.checkins import Checkin
from models.incubation.concerns import Cause, Concern
from models.incubation.goals import Goal, GoalStatus
from models.incubation.idleness import Pause
from models.incubation.pairs import Pair, PairStatus, Warning
from models.incubation.proposals import Proposal, Step
from models.incubation.pulses import Pulse
from models.incubation.sessions import SessionLog, SessionStatus
from models.incubation.undertakings import Secrecy, Undertaking
from models.oversight.duties import Duty
from models.registration.units import Side, Unit
from models.system.accounts import Person
from tests.talk import MONDAY, PHONE_LINE, PHONE_LINES

furnish()
LONG = "绍兴市柯桥区某某某精密机械制造股份有限公司"
TEXT = "每次约好的时间导师都没有到场，电话也打不通，这个月的诊断已经没法做了" * 9
WORDS = Path(__file__).parents[2] / "messages/zh/incubation"
OURS = sorted(name for path in WORDS.glob("*.html") for name in re.findall(r"{% block (\w+)", path.read_text("utf-8")))
TODAY = date(2026, 11, 23)


def person(n: int = 1, name: str = "欧阳建国工程师") -> Person:
    return Person(id=n, name=name, phone="0575-88001234", language="zh")


def pair(**more: Any) -> Pair:
    given: dict[str, Any] = {
        "id": 1,
        "number": "2026-0017",
        "status": PairStatus.INTRODUCTION,
        "warning": Warning.AMBER,
        "incubator": Unit(id=1, name=LONG, city="3302"),
        "incubatee": Unit(id=2, name=LONG, city="3306", rematch_on=date(2099, 12, 7)),
        "mentor": person(),
        "need": Need(id=1234, status=PostStatus.UNSERVED),
        "responsible_name": "欧阳建国工程师",
        "quality_officer": True,
        "remark": TEXT[:300],
        "proposed_at": MONDAY,
        "baseline_locked_at": MONDAY,
        "last_session_on": TODAY,
        "end_reason": "closed_or_moved",
        "end_note": TEXT[:300],
        "ends_on": date(2027, 11, 23),
        "review_on": TODAY,
        "extended": True,
    }
    return Pair(**given | more)


def goal(n: int, indicator: str = "rolled_throughput_yield", unit: str = "%", **more: Any) -> Goal:
    given: dict[str, Any] = {
        "id": n,
        "series": n,
        "status": GoalStatus.LOCKED,
        "indicator": indicator,
        "unit": unit,
        "baseline": [["2026-08-01", 91234.5], ["2026-09-01", 91234.5], ["2026-10-01", 91234.5]],
        "target": 123456.75,
        "reason": TEXT,
    }
    return Goal(**given | more)


COUNTING = goal(5, "mtbf", "小时", baseline=[], target=None, counting_until=date(2027, 2, 11))
FIVE = [goal(1), goal(2, "oee"), goal(3, "customer_satisfaction", "分"), goal(4, "lead_time", "天"), COUNTING]
LOG = SessionLog(
    id=1,
    pair=pair(),
    pair_id=1,
    person=person(),
    side=Side.INCUBATOR,
    status=SessionStatus.DISPUTED,
    activity="expert_consultation",
    on=TODAY,
    hours=12.25,
    people=123,
    note=TEXT[:600],
    result=TEXT[:300],
    secrecy=Secrecy.PAIR,
    versions=[],
    late=True,
    before_baseline=True,
    objection=TEXT[:300],
    answer_by=MONDAY,
)
DUTY = Duty(
    id=1,
    kind="log_session",
    subject="pair:1",
    title={"number": "2026-0017", "incubatee": LONG},
    due_at=MONDAY,
    unit_id=2,
)
DUTY.unit = Unit(id=2, name=LONG)
CALL = Concern(id=1, pair=pair(), pair_id=1, cause=Cause.STALLED, calls=[{}, {}])
ODD = Reported(Gauge("scrap_rate", "%", (Decimal("8.3"),)), (Decimal("81.25"),), typed="81.25", odd=True)
GAUGES = [
    {"goal": n, "indicator": "customer_satisfaction", "unit": "万元/年", "before": ["123456.75"], "said": "123456.75"}
    for n in range(5)
]
VALUES: dict[str, Any] = {f"value_{n}": ODD for n in range(1, 6)} | {
    "gauges": GAUGES,
    "month": 11,
    "months": [8, 9, 10],
    "indicator": "customer_satisfaction",
    "baseline": ODD,
    "responsible": "欧阳建国工程师",
    "receiver": LONG,
    "counts": True,
    "nth": 2,
    "value": ODD,
    "which": "1",
}
POINTS = ["mentor", "responsible", "goals", "undertakings"]
ACTIONS = ["pair.goals", "pair.people", "pair.sessions", "pair.chart", "session.log", "pair.pause", "undertaking.read"]
ANYTHING: dict[str, Any] = {
    "reader": person(),
    "pair": pair(),
    "need": Need(id=1, trouble=TEXT, private=TEXT),
    "values": VALUES,
    "goal": goal(1),
    "goals": FIVE,
    "proposed": [goal(6, target=5.0)],
    "session_log": LOG,
    "sessions": [LOG] * 5,
    "checkin": Checkin(id=1, pair_id=1, period=date(2026, 11, 1), due_at=MONDAY),
    "undertaking": Undertaking(id=1, name=None, signed_at=None),
    "concern": CALL,
    "caution": Caution(id=1, pair_id=1, task=TEXT[:200], reply=TEXT[:300], answer_by=MONDAY),
    "way": Way(0, TODAY, TODAY),
    "nth": 2,
    "possible": True,
    "office": "province",
    "pause": Pause(id=1, until=TODAY, reason=TEXT),
    "proposal": Proposal(
        id=1,
        pair_id=1,
        side=Side.INCUBATOR,
        step=Step.FINISH,
        reason="closed_or_moved",
        months=6,
        note=TEXT[:300],
        objection=TEXT[:300],
        due_at=MONDAY,
    ),
    "steps": [
        (name, 1) for name in ("proposal.stage", "stage.keep", "proposal.longer", "proposal.finish", "pair.pause")
    ],
    "urgent": DUTY,
    "names": {LONG: LONG},
    "settled": None,
    "hidden": None,
    "pulse": Pulse(id=1, rating=1, reason=TEXT[:300]),
    "duty": DUTY,
    "duty_kind": "push_agreement",
    "changes": [(one, 91234.5, 81234.25) for one in FIVE],
    "last": [(one, 91234.5) for one in FIVE],
    "people": [(side, [person(), person(), person()]) for side in Side],
    "next_steps": [(name, 1) for name in ACTIONS],
    "actions": [("session.correct",), ("session.insist",), ("session.keep_out",)],
    "asked": True,
    "mediation": Concern(id=1, pair_id=1, cause=Cause.MEDIATION, closed_at=MONDAY, until=TODAY),
    "cautions": [],
    "unit_id": 1,
    "turns": [(pair(), Side.INCUBATOR, DUTY)] * 5,
    "point": (date(2026, 11, 1), 91234.5),
    "session_count": 12,
    "counted_in": "%",
    "missing": POINTS,
    "team": ["欧阳建国"] * 12,
    "waiting": ["欧阳建国"] * 6,
    "contacts": [person(), person()],
    "unit": Unit(id=1, name=LONG),
    "giver": person(),
    "side": Side.INCUBATEE,
    "gauge": Gauge("rolled_throughput_yield", "%"),
    "pairs": [(pair(), Unit(id=1, name=LONG))] * 6,
    "indicator": "rolled_throughput_yield",
    "typed": "一二三四五六七八九十" * 4,
    "direction": "up",
    "note": TEXT[:300],
    "rest": "",
    "day": 30,
    "due_at": MONDAY,
    "due_on": TODAY,
    "next_on": MONDAY,
    "gain": -0.25,
    "mine": False,
    "single": True,
    "speaks": True,
    "again": True,
    "first": True,
    "own": False,
    "done": False,
    "counts": True,
    "mentoring": False,
    "member": True,
    "learns": True,
    "confirming": False,
    "writing": False,
    "drafts": 3,
    "total": 12,
    "more": 3,
    "start": 5,
    "idle": 95,
    "most": 5,
    "fewest": 2,
    "now": 1,
    "value": 91234.5,
    "target": 91234.25,
    "longest": 183,
    "smallest": 2,
}
SPECIAL: dict[str, dict[str, Any]] = {
    "goals": {"proposed": [], "writing": True},
    "caution_given": {"asked": False, "mediation": None},
    "concern_sheet": {"people": [(Side.INCUBATEE, [person(), person()]), (Side.INCUBATOR, [person(), person()])]},
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("block", OURS)
def test_fits_a_phone(block: str, language: str) -> None:
    page = speak(language).render(block, **ANYTHING | SPECIAL.get(block, {}))
    text = plain(page.body)
    lines = sum(max(1, -(-width(line) // PHONE_LINE)) for line in text.split("\n"))
    assert text.strip() and lines <= PHONE_LINES, text
    buttons = [button for row in page.rows for button in row]
    assert len(buttons) <= 8
    short = [button["label"] for button in buttons if width(button["label"]) > (12 if language == "zh" else 18)]
    assert block == "charts_to_choose" or short == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_of_a_mediation_fits_a_phone(language: str) -> None:
    cautions = [Caution(id=1, pair_id=1, task=TEXT[:200], reply=TEXT[:300], given_at=MONDAY)] * 2
    concern = Concern(id=1, pair_id=1, pair=pair(), cause=Cause.MEDIATION, side=Side.INCUBATEE, calls=[])
    more = SPECIAL["concern_sheet"] | {"concern": concern, "cautions": cautions, "duty_kind": "mediate"}
    text = plain(speak(language).render("concern_sheet", **ANYTHING | more).body)
    assert sum(max(1, -(-width(line) // PHONE_LINE)) for line in text.split("\n")) <= PHONE_LINES, text


def test_both_languages_say_the_same() -> None:
    english = WORDS.parents[1] / "en/incubation"
    for path in WORDS.glob("*.*"):
        other = (english / path.name).read_text("utf-8")
        ours = path.read_text("utf-8")
        pattern = r"{% block (\w+)" if path.suffix == ".html" else r"^(\[.+\]|[\w\"/%–件月天小时分项条人次年万元]+) ?="
        assert sorted(re.findall(pattern, other, re.M)) == sorted(re.findall(pattern, ours, re.M)), path.name


def test_a_value_asked_of_many_reads_the_same_in_a_run() -> None:
    asked = [speak("zh").render(f"check_in_value_{n}", values=VALUES).body for n in range(1, 6)]
    assert len(set(asked[1:])) == 1 and "一次写齐 5 项" in asked[0]
