"""What people say around a unit's name in a chat, taken off it. Knows no roster.

A message is a few parts with pauses between them, and a part is a greeting, a remark, a place, what the unit makes, or
the name with some of these around it. Only known words are taken off; what is left over stands beside the name and
keeps it from being accepted.
"""

import re
from dataclasses import dataclass, field
from itertools import takewhile

from models.registration import roster_words as lexicon
from models.registration.roster_names import parse
from models.registration.roster_phrases import SHORTEST, phrases
from models.registration.roster_trades import are_goods, trades_said

_PAUSE = re.compile(r"[^\w()\[\]【】〔〕〈〉《》{}]+")
_STOP = re.compile(r"[,;。、]")
_ASIDE = re.compile(r"[(\[【《]([^()\[\]【】《》]+)[)\]】》]")


@dataclass(frozen=True, slots=True)
class Heard:
    """The name in a message, places and goods said beside it, and all words that were let go."""

    name: str
    places: tuple[str, ...] = ()
    makes: tuple[str, ...] = ()
    let_go: str = ""
    ahead: str = ""  # those of the places that stand before the name, as 杭州 in 杭州 永艺 家具

    @property
    def whole(self) -> str:
        """The name as it may be registered, with the places that stand before it."""
        return self.ahead + self.name

    def readings(self) -> tuple["Heard", ...]:
        """The ways the name may be meant: with the places before it, or alone; 省二建 is 浙江省二建."""
        name, town = without_town(self.name)
        province = f"浙江{self.name}" if self.name.startswith("省") else self.name
        found = [Heard(province, self.places, self.makes, self.let_go)]
        if not lexicon.leading_places(self.name):  # 浙江龙冠 in 杭州 is not 杭州龙冠
            found.insert(0, Heard("".join((*self.places, self.name)), (), self.makes, self.let_go))
        found.append(Heard(name, (*self.places, *town), self.makes, self.let_go))
        return tuple(dict.fromkeys(found))


@dataclass(slots=True)
class _Part:
    """A part of a message while words are taken off it."""

    name: str
    places: list[str] = field(default_factory=list)
    makes: list[str] = field(default_factory=list)
    remark: str = ""
    asked: bool = False  # the remark is a question


def hear(text: str) -> Heard:
    """Find the name in a cleaned message: we are …, that maker of bags …, how do I register."""
    text, fields = _without_fields(text)
    parts, rest = _parts(_ASIDE.sub(_aside, text))
    name = _bare("".join(part.name for part in parts))
    if not name:
        return Heard(_bare("".join(_PAUSE.split(text))))
    places = tuple(place for part in parts for place in part.places)
    makes = tuple(made for part in parts for made in part.makes)
    ahead = "".join(place for part in takewhile(lambda part: not part.name, parts) for place in part.places)
    return Heard(name, places, makes, " ".join((*makes, *(part.remark for part in parts), rest, fields)), ahead)


def without_town(name: str) -> tuple[str, tuple[str, ...]]:
    """A name without the town at its head (柳市, 平湖当湖街道), and the county it lies in where it is known."""
    size = lexicon.leading_places(name)
    before, after = name[:size], name[size:]
    for town, county in lexicon.towns():
        if after.startswith(town) and len(after) >= len(town) + SHORTEST:
            return before + phrases().beside_town.sub("", after[len(town) :]), (county,)
    return before + (phrases().suburb.sub("", after) if before else after), ()


def _place(part: str) -> str:
    """The place, with the county of a town, where a part is nothing else."""
    size = lexicon.leading_places(part)
    before, after = part[:size], part[size:]
    if not after:
        return before
    return next((before + county for town, county in lexicon.towns() if after in (town, f"{town}镇")), "")


def _without_fields(text: str) -> tuple[str, str]:
    """A message without the lines of a form that are not about the unit (contact, telephone), and these."""
    found = [match[0] for match in phrases().field.finditer(text)]
    return phrases().field.sub(" ", text), " ".join(found)


def _parts(text: str) -> tuple[list[_Part], str]:
    """The parts of a message, and what follows the last of them: words after a question that weigh nothing."""
    clauses = [[part for part in _PAUSE.split(clause) if part] for clause in _STOP.split(text)]
    said = [(part, len(clause) == 1) for clause in clauses for part in clause]
    found: list[_Part] = []
    for at, (part, alone) in enumerate(said):
        found.append(_Part("", makes=[part]) if alone and found and are_goods(part) else _peeled(part))
        rest = " ".join(part for part, _ in said[at + 1 :])
        if found[-1].asked and any(one.name for one in found) and not _weighs(rest):
            return found, rest
    return found, ""


def _weighs(text: str) -> bool:
    """Whether words speak of another unit or of a place, so that they are not let go."""
    return bool(phrases().other.search(text)) or any(place in text for place in lexicon.known_places())


def _aside(bracket: re.Match[str]) -> str:
    """A bracket beside a name, as a part of its own when it holds only what is said around names."""
    inside = [_peeled(part) for part in _PAUSE.split(bracket[1]) if part]
    one_place = lexicon.leading_place(bracket[1])[1] == len(bracket[1])  # part of a name: 晶科能源(海宁)
    plain = inside and not one_place and not any(part.name for part in inside)
    return f" {bracket[1]} " if plain else bracket[0]


def _peeled(text: str) -> _Part:
    part = _Part(text)
    while True:
        before = part.name
        part.name = _bare(part.name)
        _take_place(part)
        _take_trade_before(part)
        _take_remark(part)
        _take_speaker(part)
        _take_trade_after(part)
        if part.name == before:
            break
    if place := _place(part.name):
        part.places.append(place)
        part.name = ""
    elif _is_sentence(part.name) and not phrases().third.search(text) and not _weighs(text):
        part.remark, part.name = part.name + part.remark, ""
    return part


def _is_sentence(text: str) -> bool:
    """Whether a part is a sentence, and holds nothing that may belong to a name."""
    name = parse(text)
    return bool(phrases().sentence.search(text)) and not (name.words or name.legal or name.group)


def _bare(text: str) -> str:
    """A text without courtesies at both ends."""
    return lexicon.stripped(text, lexicon.longest_first("before"), lexicon.longest_first("after"))


def _take_place(part: _Part) -> None:
    """Take off a place that a word parts from the name: 温州的…, …在温州."""
    if found := phrases().located.match(part.name):
        part.places.append(found["place"])
        part.name = found["name"]
    size = lexicon.leading_places(part.name)
    if size and (found := phrases().beside_place.match(part.name[size:])) and found[0]:
        part.places.append(part.name[:size])
        part.name = part.name[size + found.end() :]


def _take_remark(part: _Part) -> None:
    """Take off a question, a wish or an award at the end; none that speaks of another unit."""
    for found in phrases().remark.finditer(part.name):
        if _may_be_cut(found):
            if not phrases().other.search(part.name, found.start()):
                part.remark = part.name[found.start() :] + part.remark
                part.asked = part.asked or found.lastgroup == "asked"
                part.name = part.name[: found.start()]
            return


def _take_speaker(part: _Part) -> None:
    """Take off the department, the duty and the name of the person who writes."""
    for pattern in phrases().speaker:
        if (found := pattern.search(part.name)) and _may_be_cut(found):
            part.name = part.name[: found.start()]


def _take_trade_before(part: _Part) -> None:
    """Take off what the unit is said to have won or to make, at the head of the name or after its place."""
    size = lexicon.leading_places(part.name)
    places, rest = part.name[:size], part.name[size:]
    if not (found := phrases().winner.match(rest)):
        found = phrases().maker.match(rest)
        if not found or phrases().other.search(found["goods"]):
            return
        part.makes.append(found["goods"])
    part.places += filter(None, [places])
    part.name = rest[found.end() :]


def _take_trade_after(part: _Part) -> None:
    """Take off what the unit is said to make, at the end."""
    for pattern in phrases().made:
        found = pattern.search(part.name)
        if found and _may_be_cut(found) and not phrases().other.search(found["goods"]):
            if found["sure"] or trades_said(found["goods"]):
                part.makes.append(found["goods"])
                part.name = part.name[: found.start()]
            return


def _may_be_cut(found: re.Match[str]) -> bool:
    """Whether what stands before is nothing, or long enough for a name."""
    return found.start() == 0 or found.start() >= SHORTEST
