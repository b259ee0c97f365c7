"""From a template's name to finished markup and buttons. Holds no sentence itself."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from models.system.clock import SHANGHAI, now

HOME = Path(__file__).resolve().parents[2] / "messages"
LANGUAGES = ("zh", "en")
DAYS = {"zh": "M月d日（E）", "en": "EEE d MMM"}
DATES = {"zh": "y年M月d日（E）", "en": "EEE d MMM y"}  # of another year than the one that is meant


@dataclass
class Page:
    """A rendered letter: markup, and rows of buttons `{label, action, args}`."""

    body: str
    rows: list[list[dict[str, Any]]] = field(default_factory=list)


class Words:
    """Every sentence of one language, by block name; a template is compiled when it is first spoken from."""

    def __init__(self, language: str, extra: dict[str, Callable[..., Any]] | None = None) -> None:
        self.language = language
        self.labels = _labels(HOME / language)
        self.environment = Environment(
            loader=FileSystemLoader(HOME / language),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
        )
        self.environment.globals.update(button=_button, label=self.label, lang=language)
        self.environment.globals.update(
            {name: _speaking(function, language) for name, function in (extra or {}).items()}
        )
        self.environment.filters.update(
            day=lambda moment, *year: say_day(moment, language, *year),
            moment=lambda moment: say_moment(moment, language),
            number=lambda value: say_number(value, language),
        )
        self.known = dict(self.environment.globals)
        self.home = _blocks(HOME / language)

    def label(self, key: str) -> str:
        """The short text of a button, state or choice; a missing one is an error of ours."""
        return self.labels[key]

    def has(self, name: str) -> bool:
        """Whether a block of that name exists."""
        return name in self.home

    def render(self, name: str, **context: Any) -> Page:
        """Finished markup of a block and the buttons it named; what was `typed` is echoed on one line."""
        if isinstance(typed := context.get("typed"), str):
            context["typed"] = " ".join(typed.split())
        template = self.environment.get_template(self.home[name])
        buttons: list[dict[str, Any]] = []
        inner = template.new_context({**self.known, **context, "_buttons": buttons}, shared=True)
        body = "".join(template.blocks[name](inner))
        body = re.sub(r"[ \t]+\n", "\n", body)
        return Page(re.sub(r"\n{3,}", "\n\n", body).strip(), lay_out(buttons))

    def line(self, name: str, **context: Any) -> Markup:
        """The same for a sentence inside another letter."""
        return Markup(self.render(name, **context).body)


@lru_cache(maxsize=4)
def speak(language: str) -> Words:
    """The words of a language, Chinese when it is not one of ours."""
    return Words(language if language in LANGUAGES else "zh", _extras)


_extras: dict[str, Callable[..., Any]] = {}


def teach(**functions: Callable[..., Any]) -> None:
    """Give templates further functions; each is called with `language=` added."""
    if functions.items() <= _extras.items():
        return
    _extras.update(functions)
    speak.cache_clear()


def say_day(moment: date | datetime | None, language: str, year: int | None = None) -> str:
    """A day with its weekday, in Shanghai: 11月27日（周五）, and its year unless that is this one or the one given."""
    if moment is None:
        return "–"
    local = moment.astimezone(SHANGHAI) if isinstance(moment, datetime) else moment
    meant = now().astimezone(SHANGHAI).year if year is None else year
    return format_date(local, (DAYS if local.year == meant else DATES)[language], locale=language)


def say_moment(moment: datetime, language: str) -> str:
    """A day with its weekday and the hour, in Shanghai."""
    local = moment.astimezone(SHANGHAI)
    return f"{say_day(local, language)} {format_time(local, 'HH:mm', locale=language)}"


@lru_cache(4096)
def say_number(value: Any, language: str) -> str:
    """A figure without idle zeros: 2.5, 12,000."""
    return format_decimal(value, format="#,##0.####", locale=language)


def lay_out(buttons: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Two buttons a row, one where a label is long or asks for a row of its own; a spare one where there is room."""
    rows: list[list[dict[str, Any]]] = []
    room = False
    for button in buttons:
        wide = button.pop("wide", False) or width(button["label"]) > 14
        if button.pop("spare", False) and not room:
            continue
        if room and not wide:
            rows[-1].append(button)
            room = False
        else:
            rows.append([button])
            room = not wide
    return rows


def width(text: str) -> int:
    """Width in half-width cells, a Chinese character counting two."""
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text)


@pass_context
def _button(context: Context, action: str, *args: Any, label: str | None = None, **how: bool) -> str:
    text = label if label is not None else context["label"](f"button.{action}")
    context["_buttons"].append({"label": text, "action": action, "args": list(args), **how})
    return ""


def _speaking(function: Callable[..., Any], language: str) -> Callable[..., Any]:
    return lambda *args, **named: function(*args, language=language, **named)


def _blocks(folder: Path) -> dict[str, str | Template]:
    home: dict[str, str | Template] = {}
    for path in sorted(folder.rglob("*.html")):
        for block in re.findall(r"{%-?\s*block (\w+)", path.read_text(encoding="utf-8")):
            if block in home:
                raise ValueError(f"block {block} stands twice: once in {home[block]}, once in {path.name}")
            home[block] = path.relative_to(folder).as_posix()
    return home


def _labels(folder: Path) -> dict[str, str]:
    labels: dict[str, str] = {}
    for path in sorted(folder.rglob("*.toml")):
        for key, text in _flat(tomllib.loads(path.read_text(encoding="utf-8"))):
            if key in labels:
                raise ValueError(f"label {key} stands twice, once in {path.name}")
            labels[key] = text
    return labels


def _flat(table: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    flat: list[tuple[str, str]] = []
    for key, value in table.items():
        flat += _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(prefix + key, value)]
    return flat
