"""Bring a database to the newest tables."""

from __future__ import annotations

import importlib
import pkgutil

import models
from bot.engine.database import open_engine
from models.base import Base


def load_models() -> None:
    """Import every table, so that the metadata is whole."""
    for module in pkgutil.walk_packages(models.__path__, "models."):
        importlib.import_module(module.name)


def migrate(url: str) -> None:
    """Create or upgrade all tables."""
    load_models()
    engine = open_engine(url)
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
    engine.dispose()
