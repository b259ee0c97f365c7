"""The picture of an indicator: a run chart with its words in the reader's language."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from bot.engine.routes import button
from bot.engine.turns import Turn
from bot.engine.words import Words, speak
from handlers import SEERS
from models import vocabulary
from models.incubation.goals import Goal, find_goal, goals_of
from models.incubation.measurements import history, run_of
from models.incubation.pairs import find_readable_pair


def trend(session: Session, goal: Goal, language: str) -> dict[str, Any]:
    """What the drawing of an indicator needs: months, values, baseline, target, and words in one language."""
    words, months = speak(language), run_of(history(session, goal))
    return {
        "name": "trend",
        "title": vocabulary.label(vocabulary.indicators()[goal.indicator], language),
        "unit": words.label(f"unit.{goal.unit}").strip(),
        "labels": [_month(month, words) for month, _ in months],
        "values": [value for _, value in months],
        "baseline": goal.mean,
        "target": goal.target,
        "better": "higher" if goal.direction == "up" else "lower",
        "words": {
            "baseline": words.label("trend.baseline"),
            "target": words.label("trend.target"),
            "better": words.label(f"trend.better_{goal.direction}"),
            "shift": words.label("trend.shift"),
            "worse_shift": words.label("trend.worse_shift"),
        },
    }


def _month(month: date, words: Words) -> str:
    return words.label(f"month.{month.month}")


@button("pair.chart", roles=SEERS)
def show_charts(turn: Turn, pair_id: int) -> None:
    """The trend of a pair's indicator; with several the choice among them."""
    pair = find_readable_pair(turn.session, turn.person, pair_id)
    goals = [goal for goal in goals_of(turn.session, pair) if history(turn.session, goal)]
    if len(goals) == 1:
        return draw(turn, goals[0])
    return turn.say("charts_to_choose" if goals else "chart_empty", pair=pair, goals=goals)


@button("chart.draw", roles=SEERS)
def draw_chart(turn: Turn, goal_id: int) -> None:
    """The trend of one indicator."""
    goal = find_goal(turn.session, turn.person, goal_id)
    find_readable_pair(turn.session, turn.person, goal.pair_id)
    if not history(turn.session, goal):
        return turn.say("chart_empty", pair=goal.pair, goals=[])
    return draw(turn, goal)


def draw(turn: Turn, goal: Goal) -> None:
    """Send the picture, with the figures in words for whoever cannot see it."""
    points = history(turn.session, goal)
    picture = trend(turn.session, goal, turn.person.language)
    turn.say("chart", goal=goal, pair=goal.pair, point=points[-1], extra={"picture": picture})
