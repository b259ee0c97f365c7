"""A form with every kind of step, and a few doors, that only the engine's tests know."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.engine import dialogs, routes
from bot.engine.forms import Asking, Choice, Confirm, Contact, Day, File, Form, Many, Number, Text
from bot.engine.turns import Turn
from bot.engine.words import LANGUAGES, speak
from models.base import Refused
from models.system.accounts import Person
from models.system.letters import tell

COLOURS = [(f"c{n}", label) for n, label in enumerate(("红", "橙", "黄", "绿", "青", "蓝", "紫", "白", "黑"), 1)]
WORDS = """
{% block lab_story %}发生了什么？{% endblock %}
{% block lab_colour %}什么颜色？{% endblock %}
{% block lab_tools %}用过哪些？{% endblock %}
{% block lab_heads %}几个人？{% endblock %}
{% block lab_on %}哪天？{% endblock %}
{% block lab_proof %}有照片吗？{% endblock %}
{% block lab_phone %}电话？{% endblock %}
{% block lab_sure %}确定吗？{% endblock %}
{% block lab_done %}
记下了：{{ story }}｜{{ colour }}｜{{ tools|join("+") }}｜{{ heads }}｜{{ on }}｜{{ phone }}｜{{ sure }}
{% endblock %}
{% block small_word %}一个词？{% endblock %}
{% block small_done %}收到：{{ word }}{{ button("small.press", 7) }}{{ button("small.once_more") }}{% endblock %}
{% block small_pressed %}按下了 {{ n }}{% endblock %}
{% block refused_lab_full %}满了，换一个词再试。{% endblock %}
"""
LABELS = {
    "form_name.lab": "试验表",
    "form_name.small": "小表",
    "step.small.word": "词",
    "button.small.press": "按我",
    "button.small.once_more": "再来",
    **{f"step.lab.{name}": label for name, label in zip(
        ("story", "colour", "tools", "heads", "on", "proof", "phone", "sure"),
        ("经过", "颜色", "工具", "人数", "日期", "照片", "电话", "确定"), strict=True)},
    "tools.hammer": "锤子", "tools.saw": "锯子", "tools.file": "锉刀",
}  # fmt: skip


def guess(asking: Asking, text: str) -> dict[str, Any]:
    """Guess the colour and the number of people from the story."""
    found: dict[str, Any] = {}
    for code, label in COLOURS:
        if label + "色" in text:
            found["colour"] = code
    if "三个人" in text:
        found["heads"] = "三"
    return found


def write_down(session: Session, person: Person, **values: Any) -> None:
    """The lab's verb."""
    values.pop("proof", None)
    tell(session, person, "lab_done", **values)


def take_word(session: Session, person: Person, *, word: str) -> None:
    """The small form's verb: it refuses one word."""
    if word == "满":
        raise Refused("lab_full")
    tell(session, person, "small_done", word=word)


LAB = Form(
    name="lab",
    steps=(
        Text(name="story", longest=4000, shortest=2, reads=guess),
        Choice(name="colour", of=lambda asking: COLOURS),
        Many(name="tools", of=("hammer", "saw", "file")),
        Number(name="heads", low=Decimal(1), high=Decimal(500), whole=True, choices=("1", "10")),
        Day(name="on", future=0),
        File(name="proof", optional=True),
        Contact(name="phone"),
        Confirm(name="sure", when=lambda values: values["heads"] is not None and values["heads"] > 2),
    ),
    review=True,
    command="lab",
    finish=write_down,
)
SMALL = Form(name="small", steps=(Text(name="word", longest=20),), command="small", finish=take_word)


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Open the lab's doors and teach its words, for one test."""
    tables: tuple[dict[str, Any], ...] = (dialogs.FORMS, routes.HOUSE.commands, routes.HOUSE.buttons)
    before = [dict(table) for table in tables]
    for words in map(speak, LANGUAGES):
        template = words.environment.from_string(WORDS)
        monkeypatch.setattr(words, "home", {**words.home, **dict.fromkeys(template.blocks, template)})
        monkeypatch.setattr(words, "labels", {**words.labels, **LABELS})
    for declared in (LAB, SMALL):
        routes.form(declared, open=True, menu=False)

    def press(turn: Turn, n: int) -> None:
        turn.change("small_pressed", n=n)

    routes.button("small.press", open=True)(press)
    routes.button("small.once_more", open=True)(lambda turn: dialogs.begin(turn, "small"))
    yield
    for table, kept in zip(tables, before, strict=True):
        table.clear()
        table.update(kept)
