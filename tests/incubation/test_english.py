"""The main path of an incubation for a reader of English, from the undertaking to the thanks for a check-in."""

from __future__ import annotations

from datetime import datetime

from models.system import clock
from tests.incubation.people import arrange, cast, leap, make_pair
from tests.talk import World


async def test_the_main_path_in_english(world: World) -> None:
    people = await cast(world, language="en")
    await arrange(world, make_pair)
    wang, chen, zhou = people.wang, people.chen, people.zhou
    assert "You are paired" in wang.seen()
    await chen.talk(
        ("[Name mentor]", "Who is the mentor?"),
        ("[周明]", "Mentor named: 周明"),
        ("/pairs", "Missing: responsible person, locked goals, undertakings", "?Undertaking"),
        ("[Undertaking]", "Secrecy undertaking (保密承诺)"),
        ("[Agree and sign]", "Type your name"),
        ("Chen Wei", "✅ Signed: Chen Wei, Mon 23 Nov"),
    )
    await zhou.talk(("[Undertaking]",), ("[Agree and sign]",), ("Zhou Ming", "✅ Signed"))
    await wang.talk(
        ("[Undertaking]",),
        ("[Agree and sign]",),
        ("Wang Jianguo", "✅ Signed"),
        ("/pairs",),
        ("[Name person]", "Who is the responsible person (责任人)?"),
        ("[王建国]", "chief quality officer"),
        ("no", "Who else is on the team?"),
        ("Zhao Qiang, Sun Li", "Responsible: 王建国", "!⚠"),
        ("[Goals]", "No indicator yet"),
        ("[Add]", "Which figure do you want to improve?", "?scrap rate"),
        ("[scrap rate]", "In this order: Aug, Sep, Oct"),
        ("8.1 7.9 8.3", "It must be lower than the baseline"),
        ("5", "8.1 · 7.9 · 8.3%"),
        ("[Submit]", "baseline 8.1% → target 5%", "Add at least 1 more"),
        ("[Add]",),
        ("OTD", "on-time delivery"),
        ("89 90 91",),
        ("97",),
        ("[Submit]", "?Send to mentor"),
        ("[Send to mentor]", "Sent to the mentor"),
    )
    assert "Please confirm the goals of" in zhou.seen()
    await zhou.talk(
        ("[Confirm]", "the baseline is locked", "is in its introduction"),
        ("/log 今天下午去做了5S培训，两个半小时，十二个人", "Activity: training", "2.5 h"),
        ("[Yes, go on]", "Any result"),
        ("[Skip]", "✅ Noted: Mon 23 Nov, training, 2.5 h, 12 people"),
    )
    assert "Please confirm the session" in wang.seen()
    await wang.talk(("[Confirm]", "✅ Confirmed"))
    await leap(world, datetime(2026, 12, 7, 9, 0, tzinfo=clock.SHANGHAI))
    assert "Please report Nov" in wang.seen()
    await wang.talk(
        ("[Report]", "Nov: scrap rate?", "Last time: 8.3%"),
        ("80%", "Is the unit right?"),
        ("8.0%", "Nov: on-time delivery (OTD)?"),
        ("[Same as before]", "How is the incubation going?"),
        ("[4 well]", "Thank you, Nov is noted", "scrap rate: 8% (before 8.3)"),
        ("[Chart]", "Which indicator"),
    )
    assert "reported Nov" in zhou.seen()
