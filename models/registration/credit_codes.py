"""Reads a typed credit code (GB 32100, 18 characters) and names the part that is wrong. Knows no unit and no sentence.

Characters 1-2 are the registering authority and the kind of body, 3-8 the region, 9-17 the organisation code with its
own check digit (GB 11714), 18 the check digit of the whole. The letters I, O, S, V and Z are never used.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_10

LENGTH, OLD_LENGTH = 18, 15
AUTHORITIES = frozenset("123456789ANY")
BODIES = frozenset("123459")
NEVER_USED = {"I": "1", "O": "0", "S": "5", "Z": "2", "V": "U"}
PROVINCE = re.compile(r"1[0-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12]")
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION = slice(8, 17)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_LOOK_ALIKE = ("0D", "0Q", "DQ", "1L", "17", "8B", "6G", "38", "MN", "UW", "EF", "PR", "XY", "CG", "KX", "HN")

Kind = Literal["empty", "length", "letter", "authority", "body", "region", "organisation", "check_digit"]


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A right code in its one spelling, with the six digits of its region."""

    code: str
    region: str


@dataclass(frozen=True, slots=True)
class OldCode:
    """A right business registration number of 15 digits, as used before 2015; the unit has an 18-character one now."""

    code: str
    region: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong: the first wrong position (counted from 1), what stands there, what should, and a likely code."""

    kind: Kind
    position: int | None = None
    found: str = ""
    expected: str | None = None
    suggestion: str | None = None


def check(text: str) -> CreditCode | OldCode | Problem:
    """Read a typed code in any case and width, with blanks, dashes or words in another script around it."""
    code = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).upper())
    if not code:
        return Problem("empty")
    if len(code) == OLD_LENGTH and code.isdecimal():
        return _old(code)
    if len(code) != LENGTH:
        return Problem("length", found=str(len(code)), expected=str(LENGTH))
    return _fault_in_parts(code) or _fault_in_sums(code) or CreditCode(code, code[2:8])


def _old(code: str) -> OldCode | Problem:
    digit = mod_11_10.calc_check_digit(code[:-1])
    if digit != code[-1]:
        return Problem("check_digit", OLD_LENGTH, code[-1], digit)
    return OldCode(code, code[:6])


def _fault_in_parts(code: str) -> Problem | None:
    """The first character that cannot stand where it does."""
    wrong = next((at for at, char in enumerate(code) if char in NEVER_USED), None)
    if wrong is not None:
        likely = "".join(NEVER_USED.get(char, char) for char in code)
        right = likely if _fault_in_parts(likely) is None and _sums_up(likely) else None
        return Problem("letter", wrong + 1, code[wrong], NEVER_USED[code[wrong]], right)
    if code[0] not in AUTHORITIES:
        return Problem("authority", 1, code[0])
    if code[1] not in BODIES:
        return Problem("body", 2, code[1])
    letter = next((at for at in range(2, 8) if not code[at].isdecimal()), None)
    if letter is not None:
        return Problem("region", letter + 1, code[letter])
    return None if PROVINCE.match(code[2:4]) else Problem("region", 3, code[2:8])


def _fault_in_sums(code: str) -> Problem | None:
    """A check digit that does not fit; when that of the organisation code fails too, the fault lies within it."""
    digit = str(uscc.calc_check_digit(code[:-1]))
    if digit == code[-1]:
        return None  # a few organisation codes were issued with a wrong digit of their own
    likely = set(_likely(code))
    suggestion = likely.pop() if len(likely) == 1 else None
    if not _organisation_sums_up(code):
        return Problem("organisation", 9, code[_ORGANISATION], suggestion=suggestion)
    return Problem("check_digit", LENGTH, code[-1], digit, suggestion)


def _sums_up(code: str) -> bool:
    return str(uscc.calc_check_digit(code[:-1])) == code[-1] and _organisation_sums_up(code)


def _organisation_sums_up(code: str) -> bool:
    body = code[_ORGANISATION]
    total = sum(_LETTERS.index(char) * weight for char, weight in zip(body, _ORGANISATION_WEIGHTS, strict=False))
    return body[-1] == "0123456789X0"[(11 - total % 11)]


def _likely(code: str) -> Iterator[str]:
    """Right codes that differ by two neighbours changed about, or by one character that looks like another."""
    for at in range(2, LENGTH):
        swapped = code[: at - 1] + code[at] + code[at - 1] + code[at + 1 :]
        others = (pair.replace(code[at], "") for pair in _LOOK_ALIKE if code[at] in pair)
        for other in (swapped, *(code[:at] + char + code[at + 1 :] for char in others)):
            if other != code and _fault_in_parts(other) is None and _sums_up(other):
                yield other
