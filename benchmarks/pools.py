"""Large pools of needs and offers, mixed by a fixed dice from the texts of the evaluation sets."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from random import Random

from models.exchange.matching import NeedText, OfferText
from models.exchange.matching_files import need_of, offer_of

DATA = Path(__file__).parent / "data"
SETS = ("dev", "wild")


def offers(count: int, *, seed: int = 1) -> list[OfferText]:
    """So many offers, each two thirds of one text and all of another, cut at a random place and turned round."""
    dice = Random(seed)
    known = [offer_of(record) for record in _records("offers")]
    return [_offer(dice, f"O{place}", dice.choice(known), dice.choice(known)) for place in range(count)]


def needs(count: int, *, seed: int = 2) -> list[NeedText]:
    """So many needs, each one text with the opening of another."""
    dice = Random(seed)
    known = [need_of(record) for record in _records("needs")]
    mixed = ((dice.choice(known), dice.choice(known)) for _ in range(count))
    return [
        replace(one, id=f"N{n}", text=one.text + _turned(dice, two.text)[:10]) for n, (one, two) in enumerate(mixed)
    ]


def _offer(dice: Random, name: str, one: OfferText, two: OfferText) -> OfferText:
    text = one.text[: len(one.text) * 2 // 3] + _turned(dice, two.text)
    return replace(one, id=name, org=name, text=text, methods=(*one.methods[:2], *two.methods[:1]), capacity=5)


def _turned(dice: Random, text: str) -> str:
    cut = dice.randrange(len(text))
    return text[cut:] + text[:cut]


def _records(kind: str) -> list[dict[str, object]]:
    files = (DATA / f"{kind}_{name}.jsonl" for name in SETS)
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
