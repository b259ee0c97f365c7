"""Every message of the oversight wing, in both languages, with long names and full lists: short enough for a phone."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.app import furnish
from bot.channels.markup import plain
from bot.engine.words import LANGUAGES, speak, width
from handlers.oversight.lines import duty_title
from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.exchange.posts import PostStatus
from models.exchange.requests import Request, RequestStatus
from models.incubation.pairs import Pair, PairStatus, Warning
from models.oversight.board import Figures
from models.oversight.digests import Digest, Month, Queue
from models.oversight.duties import Duty
from models.oversight.exports import Wanted
from models.oversight.health import Health, Unreachable
from models.oversight.holiday_notices import Notice, read_notice
from models.oversight.leaves import Leave
from models.oversight.supervision import Callee, Means, Supervision, Tried
from models.oversight.tickets import Ticket, TicketNote, TicketStatus
from models.registration.people import Post, Role
from models.registration.units import Standing, Unit
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.dialogs import Dialog
from tests.oversight.holidays import NEXT_YEAR
from tests.oversight.people import SHAOXING, shanghai
from tests.talk import PHONE_LINE, PHONE_LINES

furnish()
NOW = shanghai(2026, 11, 23)
TODAY = calendar.local_day(NOW)
LONG = "绍兴市柯桥区某某某精密机械制造股份有限公司"
TEXT = "每次约好的时间导师都没有到场，电话也打不通，这个月的诊断已经没法做了" * 9
READER = Person(id=1, name="欧阳建国工程师", language="zh")
FIGURES = {
    name: Counter[str]() for name in ("units", "needs", "offers", "requests", "pairs", "tickets", "duties")
}  # nothing counted reads as none
WORDS = Path(__file__).parents[2] / "messages/zh/oversight"
FOR_PHONES = [path for path in WORDS.glob("*.html") if path.stem != "simulation"]  # that one is read in a terminal
OURS = sorted(name for path in FOR_PHONES for name in re.findall(r"{% block (\w+)", path.read_text("utf-8")))


def duty(n: int = 1, **more: Any) -> Duty:
    given = {
        "id": n,
        "kind": "finish_ticket",
        "subject": f"ticket:{n}",
        "title": {"number": "T-2026-0001", "from": LONG, "name": LONG},
        "unit": Unit(id=3, name=LONG, city=SHAOXING),
        "unit_id": 3,
        "city": SHAOXING,
        "since_at": shanghai(2026, 11, 2),
        "due_at": shanghai(2026, 11, 10, 18),
        "remind_at": shanghai(2026, 11, 25),
        "rests_until": shanghai(2026, 11, 26),
        "snoozed": False,
        "reminded": 3,
    }
    return Duty(**(given | more))


def records() -> dict[str, Any]:
    """One row of every kind, with the longest names there are."""
    unit = Unit(name=LONG, city=SHAOXING, industry="C34", as_incubator=Standing.ACTIVE, as_incubatee=Standing.PENDING)
    need = Need(unit=unit, trouble=TEXT, methods=["spc"], status=PostStatus.PENDING, submitted_at=NOW)
    offer = Offer(unit=unit, text=TEXT, methods=["spc"], status=PostStatus.PUBLISHED, capacity=3, taken=1)
    request = Request(need=need, offer=offer, status=RequestStatus.PENDING, asked_at=NOW)
    pair = Pair(number="2026-0001", incubator=unit, incubatee=unit, status=PairStatus.SIGNING, warning=Warning.RED)
    pair.months, pair.formed_at, pair.baseline_locked_at, pair.last_session_on = 12, NOW, None, None
    ticket = Ticket(id=1, number="T-2026-0001", asker=READER, officer=READER, unit=unit, pair=pair, trouble=TEXT[:300])
    ticket.office, ticket.city, ticket.status = Role.CITY, SHAOXING, TicketStatus.WORKING
    ticket.raised_at = ticket.accepted_at = ticket.reopened_at = NOW
    ticket.days, ticket.waited, ticket.next_on, ticket.file = 10, 0, TODAY, {"name": "x" * 90}
    leave = Leave(id=1, person=READER, substitute=READER, starts_on=TODAY, ends_on=TODAY)
    kept = Supervision(means=Means.CALL, result="absent", note=TEXT[:200], officer=READER, at=NOW)
    rows = {"unit": unit, "need": need, "offer": offer, "request": request, "pair": pair, "ticket": ticket}
    return rows | {
        "leave": leave,
        "supervision": kept,
        "spoken": kept,
        "digest": digest(leave),
        "duty": duty(),
        "officer": READER,
    }


def digest(leave: Leave) -> Digest:
    """A digest with everything in it that one can hold."""
    first, *others = [duty(n) for n in range(1, 10)]
    queue = Queue(12, duty(office=Role.ASSOCIATION, unit=None, unit_id=None))
    always = {
        "planned_at": NOW,
        "missed_at": NOW,
        "full": True,
        "once": "x",
        "week": "x",
        "figures": Figures(NOW, FIGURES, [(SHAOXING, 3), ("3301", 2)]),
        "total": 9,
        "formed": 2,
    }
    lines = {"first": first, "changed": others[:4], "rest": others[4:], "queue": queue, "month": Month(TODAY, 1, 2, 3)}
    return Digest(role=Role.PROVINCE, city=None, lost_at=NOW, standing_in=[leave], **always, **lines)  # type: ignore[arg-type]


def samples() -> dict[str, Any]:
    """Something for every name the templates use: full lists, and every flag up."""
    given, notice = records(), read_notice(NEXT_YEAR, 2027)
    out_of_reach = [Unreachable(READER, "blocked", LONG, "13900000000")] * 5
    lists = {
        "duties": [duty(n) for n in range(1, 6)],
        "tried": [Tried(means, 12, NOW) for means in Means],
        "notes": [TicketNote(kind="ticket_replied", text=TEXT[:200], at=NOW)] * 2,
        "callees": [Callee(READER, post, "13900000000") for post in (Post.CONTACT, Post.BACKUP, Post.LEADER)],
        "drafts": [Dialog(id=1, form="ticket", touched_at=NOW)] * 3,
        "tickets": [given["ticket"]] * 5,
        "rows": [given[name] for name in ("need", "offer", "request", "pair", "ticket")],
        "cities": ["3301", "3302", "3303", "3304", "3305", "3306"],
        "counts": Counter({f"poststatus.{status.value}": 3 for status in PostStatus}),
        "people": out_of_reach,
        "late_jobs": ["digest_association_afternoon"] * 9,
        "failed_jobs": ["digest_association_afternoon"] * 9,
    }
    flags = ("wide", "late", "pressing", "opening", "serving", "asking", "may_raise", "exports")
    plain_values = {"section": "needs", "code": "poststatus.pending", "city": SHAOXING, "step": "ticket_replied"}
    numbers = {"start": 5, "more": 10, "total": 17, "wave": 3, "many": 50_000, "most": 50_000}
    moments = {"now": NOW, "goes_at": NOW, "keep_until": NOW, "due_at": NOW, "at": NOW}
    others = {
        "ring": duty(office=Role.CITY, unit=None, unit_id=None),
        "health": Health(1, NOW, 2, 3, out_of_reach, [("digest_city", NOW)], {}, []),
        "figures": FIGURES,
        "text": TEXT[:200],
        "values": {"what": "everything", "notice": notice, "year": 2027},
        "wanted": Wanted("everything", SHAOXING, "last_month", NOW),
        "reader": READER,
    }
    return given | lists | dict.fromkeys(flags, True) | plain_values | numbers | moments | others | a_year(notice)


def a_year(notice: Notice) -> dict[str, Any]:
    """What the pages about days off say of a year with many of them."""
    worked = [day for one in notice.holidays for day in one.worked]
    names = [name for one in notice.holidays for name in one.names]
    facts = {"year": 2027, "other": 2026, "moved": 3, "official": True, "off": [(TODAY, TODAY)] * 7, "worked": worked}
    return facts | {"missing": names, "words": "1月4日(周日)", "day": TODAY, "said": 4, "found": 3}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("block", OURS)
def test_fits_a_phone(block: str, language: str) -> None:
    clock.hold(NOW)
    context = samples()
    if block in ("duty_card", "call_sheet"):
        context["notes"] = [context["supervision"]] * 2
    page = speak(language).render(block, **context)
    text = plain(page.body)
    lines = sum(max(1, -(-width(line) // PHONE_LINE)) for line in text.split("\n"))
    assert lines <= PHONE_LINES, text
    assert "\n\n\n" not in text
    buttons = [button["label"] for row in page.rows for button in row]
    assert len(buttons) <= 8, buttons
    if language == "zh":
        assert [label for label in buttons if len(label) > 6] == []
    clock.hold(None)


@pytest.mark.parametrize("wave", [1, 2, 3, 4])
@pytest.mark.parametrize("language", LANGUAGES)
def test_reminders_of_one_thing_never_repeat_themselves(language: str, wave: int) -> None:
    clock.hold(NOW)
    words = speak(language)
    one = [duty(snoozed=False)]
    texts = [
        words.render("reminder", duties=one, drafts=[], wave=n, keep_until=None, reader=READER).body
        for n in (1, 2, 3, 4)
    ]
    assert texts.count(texts[wave - 1]) == 1
    clock.hold(None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_long_name_gives_way_to_the_number(language: str) -> None:
    """What does not fit is the name of a unit, which is known from its beginning, and not the number behind it."""
    found = duty(kind="log_session", title={"incubatee": LONG, "number": "2026-0001"})
    title = duty_title(found, language=language, cells=60)
    assert "2026-0001" in title and "绍兴" in title and width(title) <= 60
    cut = duty_title(duty(kind="answer_checkin", title={"number": "2026-0001"}), language=language, cells=16)
    assert cut.endswith("…") and "2026" not in cut and "(" not in cut and "（" not in cut
