"""How made-up people read: which buttons a letter has, and which question of which form it asks, by its words alone."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from bot.engine.dialogs import FORMS
from bot.engine.words import HOME, speak
from bot.simulation.phones import Screen

Button = tuple[str, str]  # label, data
NTH = 40  # how far "the nth" is counted
TICK = "✓ "
SHORTEST = 4  # characters by which a question may be told
_PIECES = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}|<[^>]*>|\n", re.DOTALL)


@dataclass(frozen=True)
class Question:
    """A question of a form, with the answers that can be tapped."""

    form: str
    step: str
    options: tuple[Button, ...]
    many: bool

    @property
    def name(self) -> str:
        return f"{self.form}.{self.step}"


class Reader:
    """The words of one language, read backwards: from a label to its keys, from a text to its question."""

    def __init__(self, language: str) -> None:
        words = speak(language)
        self.keys: dict[str, set[str]] = defaultdict(set)
        for key, label in words.labels.items():
            if not isinstance(label, str):
                continue  # a list that a command reads
            self.keys[label].add(key)
            if "{n}" in label and label.count("{") == 1:
                for n in range(1, NTH):
                    self.keys[label.format(n=n)].add(key)
        self.steering = {words.label(f"form.{op}") for op in ("back", "skip", "leave", "cancel", "more", "done")}
        self.leave = words.label("form.leave")
        self.done = words.label("form.done")
        blocks = _blocks(language)
        self.questions = [
            (form.name, step.name, pieces)
            for form in FORMS.values()
            for step in form.steps
            if (pieces := blocks.get(f"{form.name}_{step.name}"))
        ]

    def named(self, screen: Screen) -> dict[str, list[Button]]:
        """The buttons of a screen by the keys of their labels."""
        found: dict[str, list[Button]] = defaultdict(list)
        for button in screen.buttons:
            for key in self.keys.get(button[0], ()):
                found[key].append(button)
        return found

    def question(self, screen: Screen) -> Question | None:
        """The question a screen asks; None when it asks none."""
        labels = {label for label, _ in screen.buttons}
        if self.leave not in labels:
            return None
        best, form, step = 0, "", ""
        for name, number, pieces in self.questions:
            known = sum(len(piece) for piece in pieces if piece in screen.body)
            if known > best:
                best, form, step = known, name, number
        if not best:
            return None
        options = tuple(one for one in screen.buttons if one[0] not in self.steering)
        return Question(form, step, options, self.done in labels)


@lru_cache(maxsize=4)
def reader(language: str) -> Reader:
    """The reader of a language."""
    return Reader(language)


def _blocks(language: str) -> dict[str, tuple[str, ...]]:
    """The fixed words of every block of the templates, by its name; included files are read in place."""
    found: dict[str, tuple[str, ...]] = {}
    folder = HOME / language
    for path in sorted(folder.rglob("*.html")):
        source = path.read_text(encoding="utf-8")
        for name, text in re.findall(r"{%-?\s*block (\w+)\s*-?%}(.*?){%-?\s*endblock", source, re.DOTALL):
            for included in re.findall(r'{%-?\s*include "([^"]+)"', text):
                text += (folder / included).read_text(encoding="utf-8")
            pieces = (piece.strip() for piece in _PIECES.split(text))
            found[name] = tuple(dict.fromkeys(piece for piece in pieces if len(piece) >= SHORTEST))
    return found
