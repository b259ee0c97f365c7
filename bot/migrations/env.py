"""Where Alembic meets our tables; run by `bot.commands.migrate`, which hands over an open connection."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from models.base import Base, Json


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own column types by their names in `models.base`."""
    if kind == "type" and (item is Json or type(item).__module__ == "models.base"):
        autogen.imports.add("from models import base")
        return "base.Json" if item is Json else f"base.{type(item).__name__}()"
    return False


def chosen(item: Any, name: str | None, kind: str, reflected: bool, compared: Any) -> bool:
    """Whether a table belongs to the step being written (all do, unless it names its tables)."""
    tables = context.config.attributes.get("tables")
    return kind != "table" or tables is None or name in tables


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=render_item,
    compare_type=True,
    include_object=chosen,
)
context.run_migrations()
