"""What a letter carries that is made as it leaves: a picture drawn, a paper written, each off the loop.

What cannot be drawn is left out, for the letter says it in words too. Where a paper cannot be written, or its reader
may no longer have it, the letter says that instead, and nothing half goes out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import structlog

from bot import charts, papers
from bot.aside import Aside
from bot.engine.events import Capabilities, Parcel
from bot.engine.words import speak

log = structlog.get_logger()


class Enclosures:
    """Draws in one process, and writes in another that it shares with whatever else takes long."""

    def __init__(self, url: str, *, drawing: Aside, writing: Aside) -> None:
        self.url, self.drawing, self.writing = url, drawing, writing

    async def draw(self, spec: dict[str, Any]) -> bytes:
        """A picture."""
        return await self.drawing.run(charts.render, spec["name"], spec)

    async def write(self, spec: dict[str, Any]) -> tuple[str, bytes]:
        """A workbook or document: its name and its content."""
        return await self.writing.run(papers.write, self.url, spec)

    async def enclose(self, one: Parcel, can: Capabilities) -> tuple[Parcel, bytes | None]:
        """A letter as it can be sent, and its picture."""
        if spec := one.extra.get("paper"):
            return await self._with_paper(one, spec, can), None
        spec, picture = one.extra.get("picture"), None
        if spec and can.pictures:
            try:
                picture = await self.draw(spec)
            except Exception as error:
                log.error("picture_failed", letter=one.letter_id, error=type(error).__name__)
        return one, picture

    async def _with_paper(self, one: Parcel, spec: dict[str, Any], can: Capabilities) -> Parcel:
        extra = {name: value for name, value in one.extra.items() if name != "paper"}
        otherwise = speak(spec["language"]).render(f"{spec['name']}_failed").body
        if can.files:
            try:
                name, content = await self.write(spec)
                file = {"name": name, "content": content, "otherwise": otherwise}
                return replace(one, extra={**extra, "file": file})
            except Exception as error:
                log.error("paper_failed", letter=one.letter_id, error=type(error).__name__)
        return replace(one, body=otherwise, extra=extra)
