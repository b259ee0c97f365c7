"""How like a typed name is to an entry, for the names that are proposed and asked about. Knows no list."""

import re
from dataclasses import dataclass

from rapidfuzz import fuzz

from models.registration import roster_sounds as sounds
from models.registration.roster_names import NameParts
from models.registration.roster_rules import Entry, says_little

_LATIN = re.compile(r"[a-z]")
# A sound that fits is a little less than a character that fits.
_SOUND = 0.97
_INSIDE = 0.95
_INITIALS = 0.8
_FORM = re.compile("(?<=.)(?:jituan|gufen|youxian|zeren|gongsi)+$")


@dataclass(frozen=True, slots=True)
class Typed:
    """A typed name with its sounds, worked out once for all entries."""

    parts: NameParts
    said: str
    said_text: str
    spelled: str

    @classmethod
    def of(cls, parts: NameParts) -> "Typed":
        spelled = sounds.letters(parts.text) if _LATIN.search(parts.text) else ""
        return cls(parts, sounds.sounds(parts.core), sounds.sounds(parts.text), spelled)


def likeness(typed: Typed, entry: Entry) -> float:
    """From 0 to 1: half the brand, the rest the whole name, each by characters or by sounds, whichever is better."""
    core = max(
        fuzz.ratio(typed.parts.core, entry.parts.core),
        _SOUND * fuzz.ratio(typed.said, entry.said),
    )
    text = fuzz.ratio(typed.parts.text, entry.parts.text)
    return 0.5 * brand_likeness(typed, entry) + 0.004 * core + 0.001 * text


def brand_likeness(typed: Typed, entry: Entry) -> float:
    """How well the entry's brand stands in the typed name, at its head or further in."""
    key, size = entry.key, len(entry.key)
    head = typed.parts.core if entry.parts.brand else typed.parts.text
    if head.startswith(key):
        return 1.0
    if key in typed.parts.text and not says_little(key):
        return _INSIDE
    if len(head) >= 2 and key.startswith(head):
        return _INSIDE
    said = typed.said if entry.parts.brand else typed.said_text
    if said.startswith(entry.said_key):
        return _SOUND
    if entry.said_key in typed.said_text:
        return _SOUND * _INSIDE
    by_character = fuzz.ratio(key, head[:size])
    by_sound = fuzz.ratio(entry.said_key, said[:size])
    return max(by_character, _SOUND * by_sound) / 100


def pinyin_likeness(typed: Typed, entry: Entry) -> float:
    """From 0 to 1: how like typed letters are to the pinyin of an entry's brand, core or whole name."""
    key, core = sounds.letters(entry.key), sounds.letters(entry.parts.core)
    full = sounds.letters(entry.parts.text)
    if _FORM.sub("", typed.spelled) in (key, core):
        return 1.0
    if typed.spelled in (sounds.initials(entry.key), sounds.initials(entry.parts.core)):
        return _INITIALS
    whole = max(fuzz.ratio(typed.spelled, text) for text in (key, core, full))
    # fangtaichuj is the beginning of fangtaichuju.
    begun = len(typed.spelled) >= len(key) and any(text.startswith(typed.spelled) for text in (core, full))
    return max(whole / 100, _INSIDE if begun else 0.0)
