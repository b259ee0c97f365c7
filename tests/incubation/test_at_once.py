"""Two at once: what one does to a pair while another's unit of work is still open is neither lost nor undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.engine.database import Database
from handlers.incubation import watch
from models.incubation import agreements, baselines, checkins, concerns, session_answers, session_entries
from models.incubation.checkins import Checkin, CheckinStatus, Figure
from models.incubation.concerns import Cause, Concern, Outcome
from models.incubation.goals import goals_of
from models.incubation.pairs import Pair, PairStatus, find_own_pair
from models.incubation.sessions import SessionLog, SessionStatus
from models.incubation.undertakings import Undertaking
from models.registration.people import Membership, Post
from models.system import clock
from tests.crossing import crossed
from tests.crossing import two as two
from tests.incubation.people import MILL, enrol, make_person, person_at, start_pair, unit_named

WANG, CHEN, ZHOU, XU = 1001, 1003, 1004, 1005


def ready(two: tuple[Database, Database], arrange: Callable[[Session], Any]) -> None:
    """A pair at work, and what the test needs besides."""

    def work(session: Session) -> None:
        enrol(session)
        start_pair(session)
        arrange(session)
        session.info.pop("told", None)

    two[0].submit(work).result(30)


def log(session: Session) -> SessionLog:
    return session_entries.log_session(
        session,
        person_at(session, ZHOU),
        pair_id=1,
        note="5S培训",
        activity="training",
        day=date(2026, 11, 20),
        hours=2,
    )


def confirm(session: Session) -> None:
    session_answers.confirm_session(session, person_at(session, WANG), session_id=1)


def long_ago(session: Session) -> None:
    log(session).answer_by = clock.now() - timedelta(days=1)


def test_a_session_confirmed_while_its_time_runs_out_counts(two: tuple[Database, Database]) -> None:
    ready(two, long_ago)
    crossed(two, confirm, lambda session: session_answers.lapse(session, 1, clock.now()))
    assert two[0].submit(lambda session: session.get_one(SessionLog, 1).status).result(30) is SessionStatus.CONFIRMED


def report(session: Session) -> None:
    goals = goals_of(session, session.get_one(Pair, 1))
    figures = [Figure(goal.id, 7.0) for goal in goals]
    checkins.answer_checkin(session, person_at(session, WANG), checkin_id=1, figures=figures)


def open_month(session: Session) -> None:
    checkins.open_checkin(session, session.get_one(Pair, 1), date(2026, 10, 1))


def test_a_month_reported_while_it_is_closed_is_not_missed(two: tuple[Database, Database]) -> None:
    ready(two, open_month)
    crossed(two, report, lambda session: checkins.close_checkin(session, 1))
    assert two[0].submit(lambda session: session.get_one(Checkin, 1).status).result(30) is CheckinStatus.ANSWERED


def mentor_leaves(session: Session) -> None:
    other = make_person(session, 1006, "吴磊")
    session.add(Membership(person_id=other.id, unit_id=unit_named(session, MILL).id, post=Post.MENTOR))
    session.query(Membership).filter_by(person_id=person_at(session, ZHOU).id).one().left_at = clock.now()


def name_another(session: Session) -> None:
    agreements.name_mentor(session, person_at(session, CHEN), pair_id=1, mentor=person_at(session, 1006).id)


def test_a_mentor_named_while_the_one_who_left_is_missed_stays_named(two: tuple[Database, Database]) -> None:
    ready(two, mentor_leaves)
    crossed(two, name_another, lambda session: watch.ask_for_mentor(session, 1, clock.now()))
    assert two[0].submit(lambda session: session.get_one(Pair, 1).mentor_id == person_at(session, 1006).id).result(30)


def two_unsigned(session: Session) -> None:
    pair = session.get_one(Pair, 1)
    pair.status, pair.started_on = PairStatus.SIGNING, None
    for undertaking in session.query(Undertaking).order_by(Undertaking.id).limit(2):
        undertaking.signed_at = None


def sign(session: Session, undertaking_id: int) -> None:
    person = session.get_one(Undertaking, undertaking_id).person
    agreements.sign_undertaking(session, person, undertaking_id=undertaking_id, name="某人")


def test_the_last_two_who_sign_at_once_start_the_pair(two: tuple[Database, Database]) -> None:
    ready(two, two_unsigned)
    crossed(two, partial(sign, undertaking_id=1), partial(sign, undertaking_id=2))
    assert two[0].submit(lambda session: session.get_one(Pair, 1).status).result(30) is PairStatus.INTRODUCTION


def disputed(session: Session) -> None:
    log(session)
    session_answers.dispute_session(session, person_at(session, WANG), session_id=1, objection="只有一小时")
    session_answers.insist_on_session(session, person_at(session, ZHOU), session_id=1)


def test_an_office_that_settles_and_a_side_that_corrects_do_not_wait_in_a_circle(
    two: tuple[Database, Database],
) -> None:
    """Each of the two is begun once: nobody was chosen as the victim of a deadlock."""
    ready(two, disputed)
    begun: list[str] = []

    def holding_the_pair(session: Session) -> None:
        begun.append("corrects")
        find_own_pair(session, person_at(session, ZHOU), 1)

    def settle(session: Session) -> None:
        begun.append("settles")
        session_answers.settle_session(session, person_at(session, XU), session_id=1, counts=True, note="看过")

    def correct(session: Session) -> None:
        facts: dict[str, Any] = {"activity": "training", "day": date(2026, 11, 20), "people": None, "note": "改过"}
        session_entries.correct_session(session, person_at(session, ZHOU), session_id=1, hours=1.0, **facts)

    _, outcome = crossed(two, holding_the_pair, settle, then=correct)
    assert sorted(begun) == ["corrects", "settles"] and outcome in (None, "moved_on")


def test_a_session_corrected_while_the_office_decides_is_put_before_the_other_side(
    two: tuple[Database, Database],
) -> None:
    ready(two, disputed)

    def correct(session: Session) -> None:
        facts: dict[str, Any] = {"activity": "training", "day": date(2026, 11, 20), "people": None, "note": "改过"}
        session_entries.correct_session(session, person_at(session, ZHOU), session_id=1, hours=9.0, **facts)

    def settle(session: Session) -> None:
        session_answers.settle_session(session, person_at(session, XU), session_id=1, counts=True, note="看过")

    assert crossed(two, correct, settle)[1] == "moved_on"
    assert two[0].submit(lambda session: session.get_one(SessionLog, 1).status).result(30) is SessionStatus.WAITING


def test_a_session_taken_out_while_it_is_corrected_keeps_its_versions_and_none_of_their_words(
    two: tuple[Database, Database],
) -> None:
    ready(two, log)

    def correct(session: Session) -> None:
        facts: dict[str, Any] = {"activity": "training", "day": date(2026, 11, 20), "people": None, "note": "改过"}
        session_entries.correct_session(session, person_at(session, ZHOU), session_id=1, hours=1.0, **facts)

    crossed(two, correct, lambda session: session_entries.keep_out(session, person_at(session, WANG), session_id=1))

    def kept(session: Session) -> tuple[str, list[Any]]:
        found = session.get_one(SessionLog, 1)
        return found.note, [(one["hours"], one.get("note")) for one in found.versions]

    assert two[0].submit(kept).result(30) == ("", [("2.0", None)])


@pytest.mark.parametrize("first", ["the office", "the unit"])
def test_what_a_call_came_to_stands_beside_a_report_at_the_same_time(
    two: tuple[Database, Database], first: str
) -> None:
    def called_about(session: Session) -> None:
        open_month(session)
        concerns.raise_concern(session, session.get_one(Pair, 1), Cause.TWO_MISSES)

    ready(two, called_about)

    def note(session: Session) -> None:
        concerns.note_call(session, person_at(session, XU), concern_id=1, outcome=Outcome.PROMISED, note="十号前报")

    works = (note, report) if first == "the office" else (report, note)
    outcome = crossed(two, *works)[1]
    concern = two[0].submit(lambda session: session.get_one(Concern, 1)).result(30)
    if first == "the office":
        assert (concern.outcome, concern.note) == (Outcome.PROMISED, "十号前报")
    else:
        assert (concern.outcome, outcome) == (Outcome.SOLVED, "concern_closed")


def change_proposed(session: Session) -> None:
    baselines.revise_goal(session, person_at(session, WANG), goal_id=1, what="target", reason="换了料", target=4.0)


def test_a_goal_that_is_just_being_replaced_is_not_replaced_again(two: tuple[Database, Database]) -> None:
    ready(two, change_proposed)

    def lock(session: Session) -> None:
        baselines.lock_baseline(session, person_at(session, ZHOU), pair_id=1)

    def revise(session: Session) -> None:
        baselines.revise_goal(session, person_at(session, WANG), goal_id=1, what="target", reason="再降", target=3.0)

    assert crossed(two, lock, revise)[1] == "moved_on"
