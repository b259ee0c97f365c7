"""What speaks for an offer besides its text: industry, method, form, record, size and travel, each 0 to 1, only adding.

Weighs all offers at once; the worth of a facet in points of the score stands here and nowhere else. Knows no sentence.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from models.exchange.matching_columns import Columns, form_bits, method_places
from models.exchange.matching_grams import Weights
from models.exchange.matching_industries import closeness, divisions
from models.exchange.matching_profiles import Profile
from models.exchange.matching_values import NeedText
from models.vocabulary.programme import method_kin, methods

WORTH = {"text": 51.0, "industry": 25.0, "method": 15.0, "form": 4.0, "record": 2.0, "size": 1.0, "travel": 2.0}
LINK = 10.0  # on top, for a confirmed supply link, which few needs have; no score passes a hundred
MOST = 100.0
TEXT_HALF = 100.0
SIBLING = 0.4
PART = 0.8
KIN = 0.7
UNKNOWN_SIZE = 0.5
SIZE_DECADES = 4


def total(text: Weights, offers: Columns, need: NeedText, profile: Profile) -> Weights:
    """The score of every offer, 0 to 100, from its raw text score and its facets."""
    score = np.zeros(offers.size, np.float32)
    for points in parts(text, offers, need, profile).values():
        score += points
    return np.minimum(score, np.float32(MOST)) if need.linked_org else score


def parts(text: Weights, offers: Columns, need: NeedText, profile: Profile) -> dict[str, Weights]:
    """The points each facet gives to every offer."""
    shares = {
        "text": text / (text + TEXT_HALF),
        "industry": industry(offers, profile),
        "method": method(offers, profile),
        "form": form(offers, profile),
        "record": offers["record"],
        "size": size(offers, need),
        "travel": travel(offers, need),
    }
    points = {name: np.float32(WORTH[name]) * share for name, share in shares.items()}
    return points | {"link": link(offers, need)} if need.linked_org else points


def link(offers: Columns, need: NeedText) -> Weights:
    """The points of the incubator that has confirmed the need's unit as its supplier or customer."""
    points = np.zeros(offers.size, np.float32)
    points[offers.of_org(need.linked_org)] = LINK
    return points


def travel(offers: Columns, need: NeedText) -> Weights:
    """1 in the need's own city, else 0."""
    near = np.zeros(offers.size, np.float32)
    near[offers.in_city(need)] = 1
    return near


def industry(offers: Columns, profile: Profile) -> Weights:
    """How near each offer's trades are to the need's: the nearest pair counts; 不限行业 is near to all."""
    near = np.zeros(len(divisions()) + 1, np.float32)
    for code, (weight, _) in profile.industries.items():
        near = np.maximum(near, np.float32(weight) * closeness()[divisions()[code]])
    return np.maximum(offers.nearest("industry", near), offers["any_trade"])


def method(offers: Columns, profile: Profile) -> Weights:
    """How well each offer's methods answer the need's: the method itself, its part or parent, its kin or its family."""
    wanted = np.zeros(len(methods()), np.float32)
    for asked, (weight, _) in profile.methods.items():
        wanted = np.maximum(wanted, np.float32(weight) * kinship(asked))
    return offers.nearest("method", wanted)


@lru_cache(maxsize=256)
def kinship(asked: str) -> Weights:
    """How far each method stands in for the one asked for: itself 1, its part or parent, its kin, one of its family."""
    known = methods()
    near = np.zeros(len(known), np.float32)
    for name, place in method_places().items():
        if name == asked:
            near[place] = 1
        elif known[name].parent == asked or known[asked].parent == name:
            near[place] = PART
        elif name in method_kin()[asked]:
            near[place] = KIN
        elif known[name].family == known[asked].family:
            near[place] = SIBLING
    return near


def form(offers: Columns, profile: Profile) -> Weights:
    """The share of the wished forms each offer has; 1 when no form is wished."""
    wished = form_bits(profile.forms)
    if not wished:
        return np.ones(offers.size, np.float32)
    had: Weights = np.bitwise_count(offers["forms"] & np.uint32(wished)).astype(np.float32)
    return had / np.float32(wished.bit_count())


def size(offers: Columns, need: NeedText) -> Weights:
    """How near the two units are in people: alike 1, four decades apart 0, unknown in the middle."""
    if not need.people:
        return np.full(offers.size, UNKNOWN_SIZE, np.float32)
    distance = np.abs(offers["people"] - np.float32(np.log10(need.people)))
    near: Weights = np.nan_to_num(np.clip(1 - distance / SIZE_DECADES, 0, 1), nan=UNKNOWN_SIZE)
    return near.astype(np.float32)
