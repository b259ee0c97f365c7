"""Briefs: the board's numbers as a document, in an officer's own scope."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from docx import Document
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.registration.people import Officer
from models.system import clock
from models.system.marks import Audit
from tests.oversight.people import HANGZHOU, SHAOXING, Cast, gather, need, pair, person
from tests.talk import Human, World


@pytest.fixture
async def cast(world: World) -> Cast:
    """Two needs in Shaoxing, one in Hangzhou, a pair; papers are written in a thread, to begin sooner."""
    world.app.thinking.run = asyncio.to_thread  # type: ignore[method-assign, assignment]
    cast = await gather(world)

    def arrange(session: Session) -> None:
        need(session, cast.factory, 101)
        need(session, cast.other_factory, 104)
        pair(session, cast.incubator, cast.factory, 101)

    await world.run(arrange)
    return cast


def document(world: World, human: Human) -> Any:
    """The file of the last message."""
    sent = human.phone.messages[-1].document
    assert sent is not None and sent["file_name"].endswith(".docx")
    return Document(io.BytesIO(world.sandbox.world.files.content(world.sandbox.world.files.find(sent["file_id"]))))


def numbers(paper: Any, which: int) -> dict[tuple[str, ...], list[str]]:
    """The figures of a table by the words before them."""
    rows = [[cell.text for cell in row.cells] for row in paper.tables[which].rows[1:]]
    return {tuple(one for one in row if not one.isdigit()): [one for one in row if one.isdigit()] for row in rows}


async def test_a_citys_brief_has_the_numbers_of_its_board(world: World, cast: Cast) -> None:
    await cast.shaoxing.talk(
        ("/board", "需求：待审 1 · 已发布 0 · 已配对 1", "导入 1"),
        ("简报", "简报 · 绍兴 · 截至 11月23日（周一） 09:00", "数字与看板一致"),
    )
    paper = document(world, cast.shaoxing)
    standing, lately = numbers(paper, 0), numbers(paper, 1)
    assert (standing["需求", "待审"], standing["需求", "已配对"], standing["结对", "导入"]) == (["1"], ["1"], ["1"])
    assert (standing["单位", "入孵在册"], standing["待办", "超期"]) == (["1"], ["0"])
    assert (lately["需求",], lately["结对",], lately["工单",]) == (["2", "0"], ["1", "0"], ["0", "0"])
    texts = [one.text for one in paper.paragraphs]
    assert texts[0] == "绍兴质量孵化工作简报" and "截至 2026-11-23 09:00" in texts[1]
    assert "孙科 · 2026-11-23 09:00" in paper.sections[0].footer.paragraphs[0].text
    line = await world.run(lambda session: session.scalars(select(Audit).where(Audit.action == "brief_made")).one())
    assert line.detail == {"city": SHAOXING}


async def test_the_province_or_one_city_of_it(world: World, cast: Cast) -> None:
    await cast.association.talk(("/brief", "简报 · 全省"))
    assert numbers(document(world, cast.association), 1)["需求",] == ["3", "0"]
    await cast.association.talk(("/brief 杭州", "简报 · 杭州"))
    assert numbers(document(world, cast.association), 1)["需求",] == ["1", "0"]
    await world.run(lambda session: setattr(person(session, 204), "language", "en"))
    await cast.province.talk(("/brief Hangzhou", "Brief · Hangzhou · as of Mon 23 Nov"))
    assert numbers(document(world, cast.province), 1)["Needs",] == ["1", "0"]


@pytest.mark.fault(39)
async def test_nobody_else_gets_one(world: World, cast: Cast) -> None:
    before = await world.run(_briefs)
    await cast.shaoxing.talk((f"/brief {HANGZHOU}", "!数字与看板一致"))
    for one in (cast.contact, cast.mentor):
        await one.talk(("/brief", "!数字与看板一致"), ("简报", "!数字与看板一致"))
    assert await world.run(_briefs) == before == 0


async def test_whoever_loses_the_office_meanwhile_is_told_that_none_was_made(world: World, cast: Cast) -> None:
    made: Callable[..., Awaitable[tuple[str, bytes]]] = world.app.enclosures.write

    async def later(spec: dict[str, Any]) -> tuple[str, bytes]:
        await world.run(_leave)
        return await made(spec)

    world.app.enclosures.write = later  # type: ignore[method-assign]
    await cast.shaoxing.talk(("/brief", "简报没有做成"))
    assert cast.shaoxing.phone.messages[-1].document is None


def _leave(session: Session) -> None:
    for seat in session.scalars(select(Officer).where(Officer.city == SHAOXING)):
        seat.left_at = clock.now()


def _briefs(session: Session) -> int:
    return session.query(Audit).filter_by(action="brief_made").count()
