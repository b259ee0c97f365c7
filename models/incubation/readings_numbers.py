"""Numbers as people type and say them in Chinese: 3千5, 一万二, 九八点五, 12,500. Knows no unit and no indicator.

What could be two numbers (三五, 十五六, 12,5) has no value: somebody has to be asked.
"""

import re
import unicodedata
from decimal import Decimal
from typing import Final

from models.registration.roster_names import clean as _evened

_DIGITS: Final = {c: n for n, group in enumerate(("零〇", "一壹", "二两贰俩", "三叁仨", "四肆")) for c in group} | {
    c: n for n, group in enumerate(("五伍", "六陆", "七柒", "八捌", "九玖"), 5) for c in group
}
_MAGNITUDES: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "k": 1000}
_MYRIADS: Final = {"万": 10**4, "w": 10**4, "亿": 10**8}
_TENS: Final = {"廿": 20, "卅": 30}
_LONGEST: Final = 24  # characters; no reading is longer, and beyond it a slip is likely

_FIGURE = r"[0-9" + "".join(_DIGITS) + r"十拾廿卅]"
_INSIDE = rf"(?:{_FIGURE}|[百佰千仟万亿]|[kw](?![a-z])|[.,](?=[0-9])|点(?={_FIGURE}))"
_SPELLED = "".join(_DIGITS)
_POINT = rf"(?<![盘几第网站0-9.{_SPELLED}十百千万])(?<![0-9]\s)点[{_SPELLED}]+(?![0-9{_SPELLED}十百千万分半钟])"  # 点五
NUMERAL: Final = rf"(?:\.[0-9]+|{_POINT}|{_FIGURE}{_INSIDE}*(?:e[+-]?[0-9]+)?)"
"""A regular expression for one numeral in an evened text; `value` says whether it has a value."""

_PLAIN = re.compile(r"[0-9]*\.?[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_POWER = re.compile(r"([0-9.]+)e([+-]?[0-9])")
_PART = re.compile(r"[0-9]+(?:\.[0-9]+)?|.")


def evened(text: str) -> str | None:
    """A text in one spelling (width, case, traditional characters, 。 as a point between digits); None for ½, ² or ①.

    Those would become other numbers when evened out: 2½ would read 21/2.
    """
    if any(_turns_into_another(c) for c in text):
        return None
    return re.sub(r"(?<=[0-9])(?:\s*[。·]\s*|\s+\.)(?=[0-9])", ".", _evened(text))


def _turns_into_another(char: str) -> bool:
    if char.isdecimal():
        return unicodedata.normalize("NFKC", char) not in "0123456789"
    return unicodedata.category(char) in ("No", "Nl") and char != "〇"


def value(numeral: str) -> Decimal | None:
    """The value of one numeral; None where it is malformed or could mean two numbers."""
    if len(numeral) > _LONGEST:
        return None
    if _PLAIN.fullmatch(numeral):
        return Decimal(numeral.replace(",", ""))
    if power := _POWER.fullmatch(numeral):
        return value(power[1]) and Decimal(power[1]).scaleb(int(power[2]))
    whole, point, parts = numeral.partition("点")
    if point and not whole:
        return _with_decimals("零", parts)
    return _with_decimals(whole, parts) if point else _whole(numeral)


def _with_decimals(whole: str, parts: str) -> Decimal | None:
    """三点五, 97点2, 一点二万: the figures after the point one by one, then at most a magnitude."""
    found = re.fullmatch(r"(.+?)([百千万亿kw]*)", parts)
    before = _spelled(whole) if len(whole) > 1 else None
    base = before if before is not None else _whole(whole)
    if not found or base is None or base != base.to_integral_value():
        return None
    figures = _spelled(found[1])
    if figures is None:
        return None
    scale = Decimal(1)
    for mark in found[2]:
        scale *= _MAGNITUDES.get(mark, 0) or _MYRIADS[mark]
    return (base + figures.scaleb(-len(found[1]))) * scale


def _spelled(text: str) -> Decimal | None:
    """Figures read one by one: 九八 is 98."""
    figures = "".join(c if c.isdecimal() else str(_DIGITS.get(c, "x")) for c in text)
    return Decimal(figures) if figures.isdecimal() else None


def _whole(text: str) -> Decimal | None:
    if "," in text:
        return None
    if all(c in _DIGITS for c in text):
        # 九八 may be 98 and 三五 three to five; from three figures on, or with a zero, it is one number.
        return _spelled(text) if len(text) != 2 or "零" in text or "〇" in text else None
    return _composed([*_PART.findall(text)])


def _composed(parts: list[str]) -> Decimal | None:
    """一万二千三, 3千5, 2百万: figures with their magnitudes, each smaller than the one before."""
    total = section = Decimal(0)
    figure: Decimal | None = None
    last, zero = 10**12, False
    for part in parts:
        if part in "零〇":
            zero = True
        elif part in _TENS:
            if figure is not None or section % 100:
                return None
            section, last = section + _TENS[part], 10
        elif (one := _figure(part)) is not None:
            if figure is not None:
                return None
            figure = one
        elif part in _MAGNITUDES and _MAGNITUDES[part] < last:
            if figure is None and part not in "十拾":
                return None
            last = _MAGNITUDES[part]
            section, figure, zero = section + (1 if figure is None else figure) * last, None, False
        elif part in _MYRIADS and (section or figure):
            last = _MYRIADS[part]
            total, section = (total + section + (figure or 0)) * last, Decimal(0)
            figure, zero = None, False
        else:
            return None
    if figure is not None:
        # 一万二 is 12,000 and 一万零二 10,002; 3千500 is 3,500.
        short = not zero and figure < 10 and 10 < last < 10**12 and figure == figure.to_integral_value()
        section += figure * last / 10 if short else figure
    return total + section


def _figure(part: str) -> Decimal | None:
    return Decimal(part) if part[0].isdecimal() else (Decimal(_DIGITS[part]) if part in _DIGITS else None)
