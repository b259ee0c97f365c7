"""The same incubation for readers of English, from the first word to the trend picture and a settled ticket."""

from __future__ import annotations

import re

from tests.spine.cast import SOCKS, STOVES, Cast, gather, morning, pictures, secret_of
from tests.talk import World

TROUBLE = "Socks have dropped stitches, defect rate 9%, rework everywhere, please send someone to the factory"
TEACHES = "Six Sigma (六西格玛) and 5S for sock mills (袜业) and stoves: diagnosis on site, then one project to the end"
CHINESE = re.compile(r"[\u4e00-\u9fff]+")


async def test_a_whole_incubation_in_english(world: World) -> None:
    cast = await gather(world, language="en")
    await newcomers_arrive(cast)
    await a_match_is_made(cast)
    await everybody_agrees(cast)
    await goals_are_locked(cast)
    await work_is_told(cast)
    await a_ticket_is_settled(cast)
    for human in cast.bystanders:
        assert not [message for message in human.phone.messages if message.from_bot]
    speaks_english(cast)


def speaks_english(cast: Cast) -> None:
    """Chinese stands only in names, in what people wrote, and in brackets as the notice's own term."""
    known = (SOCKS, STOVES, TROUBLE, TEACHES, "浙江省人民政府质量奖", "周科")
    for human in cast.living:
        for message in human.phone.messages:
            text = re.sub(r"[(（][^()（）]*[)）]", "", message.text) if message.from_bot else ""
            leaked = [word for word in CHINESE.findall(text) if not any(word in one for one in known)]
            assert not leaked, f"{leaked} in:\n{message.text}"


async def newcomers_arrive(cast: Cast) -> None:
    await cast.play(
        cast.wang,
        ("/start", "personal data", "?Agree and start"),
        ("[Agree and start]", "What is your unit called"),
        (SOCKS, "I understand", "Incubatee", "Shaoxing Zhuji"),
        ("[Yes, go on]", "credit code"),
        ("[Skip]", "phone number"),
        (lambda phone: phone.share_contact(), "please look it over", "Wang Jianguo"),
        ("[Submit]", "Submitted", "Shaoxing city office (市评审办), by Thu 26 Nov"),
        ("[Post a need]", "What is wrong?"),
        (TROUBLE, "I understand", "Six Sigma"),
        ("[Yes, go on]", "Any figures?"),
        ("defect rate 9% now, 3% wanted", "please look it over"),
        ("[Submit]", "submitted"),
    )
    assert cast.wang.taps <= 14
    await cast.play(
        cast.hui,
        ("/start", "?Agree and start"),
        ("[Agree and start]", "What is your unit called"),
        ("亿田", "I understand", STOVES, "Incubator", "Zhejiang quality award"),
        ("[Yes, go on]", "credit code"),
        ("[Skip]", "phone number"),
        (lambda phone: phone.share_contact(), "please look it over"),
        ("[Submit]", "Submitted", "quality association (省质量协会)"),
    )


async def a_match_is_made(cast: Cast) -> None:
    """Offices act on their digests; the offer is posted and approved; the factory asks, the incubator accepts."""
    wang, hui, association = cast.wang, cast.hui, cast.association
    await cast.wait(cast.city, "verify incubatee", tells=(cast.city, association))
    await cast.play(cast.city, ("[No. 1]", SOCKS, "?Pass"), ("[Pass]", "verified"), tells=(wang,))
    await cast.play(association, ("[No. 1]", STOVES, "?Pass"), ("[Pass]", "verified"), tells=(hui,))
    await cast.play(
        hui,
        ("/offer", "What can your unit teach?"),
        (TEACHES, "I understand", "Six Sigma, 5S"),
        ("[Yes, go on]", "How can you help?"),
        ("[quality diagnosis]", "?✓ quality diagnosis"),
        ("[Done]", "How many units"),
        ("[3]", "In which cities?"),
        ("whole province", "please look it over"),
        ("[Submit]", "submitted"),
    )
    await cast.play(
        association,
        ("/queue", "2 to review"),
        ("[No. 2]", "Six Sigma", "?Approve"),
        ("[Approve]", "now public"),
        ("[Next]", "dropped stitches"),
        ("[Approve]", "now public"),
        tells=(hui, wang),
    )
    first = wang.seen().partition("\n2. ")[0]
    assert STOVES in first and first.count("✓") == 2 and "△" not in first  # it is open to any trade
    await cast.play(
        wang,
        ("[See 1]", STOVES, "✓", "!△", "3 places left"),
        ("[Ask them]", "your name and phone are given", STOVES),
        ("[Yes]", "Asked, in your order", "answers by Fri 27 Nov"),
        tells=(hui,),
    )
    assert "Your turn: answer by Fri 27 Nov" in hui.seen()
    await cast.play(hui, ("[Accept]", "You are paired", "2026-0001"), tells=(wang,))
    assert "You are paired" in wang.seen()


async def everybody_agrees(cast: Cast) -> None:
    """Colleagues by one-time link, the responsible person and team, the mentor, undertakings, a number given."""
    wang, li, hui, zhou = cast.wang, cast.li, cast.hui, cast.zhou
    for host, guest, post in ((wang, li, "backup"), (hui, zhou, "mentor")):
        await cast.play(host, ("/invite", "What will your colleague do?"), (f"[{post}]", "The invitation is ready"))
        await cast.play(
            guest,
            (f"/start {secret_of(host)}", "personal data"),
            ("[Agree and start]", "invites you", post),
            ("[Accept]", "Your phone number?"),
            (lambda phone: phone.share_contact(), "Which methods do you teach?" if post == "mentor" else "You are in"),
            *([("Six Sigma", "You are in")] if post == "mentor" else []),
            tells=(host,),
        )
    await cast.play(
        wang,
        ("/pairs", "2026-0001", "signing"),
        ("[Name person]", "responsible"),
        ("[Li Fang]", "chief quality officer"),
        ("[Yes]", "team"),
        ("Zhang Qiang, Zhao Min", "Li Fang", "Zhang Qiang"),
        tells=(li,),
    )
    await cast.play(
        hui,
        ("/todo", "name mentor"),
        ("[No. 1]", "Who is the mentor?"),
        ("[Zhou Ming]", "Mentor named"),
        tells=(wang, zhou),
    )
    for human, name in ((wang, "Wang Jianguo"), (li, "Li Fang"), (hui, "Li Hui"), (zhou, "Zhou Ming")):
        await cast.play(
            human,
            ("/pairs", "2026-0001"),
            ("[Undertaking]", "Secrecy undertaking"),
            ("[Agree and sign]", "signature"),
            (name, f"✅ Signed: {name}, Tue 24 Nov"),
        )
    await cast.play(zhou, ("/pairs",), ("[Give number]", SOCKS), ("[Yes]", "has your name and number"), tells=(wang,))
    assert "13800002002" in wang.seen()


async def goals_are_locked(cast: Cast) -> None:
    await cast.play(
        cast.wang,
        ("/todo", "set goals"),
        ("[No. 1]", "No indicator yet"),
        ("[Add]", "Which figure do you want to improve?"),
        ("[process defect rate]", "Which unit do you use for"),
        ("[%]", "last three months"),
        ("9.2 8.8 9.3", "target"),
        ("3", "please look it over"),
        ("[Submit]", "baseline 9.1% → target 3%", "Add at least 1 more"),
        ("[Add]", "Which figure"),
        ("rework and repair rate", "last three months"),
        ("12 11.5 12.5", "target"),
        ("6", "please look it over"),
        ("[Submit]", "Noted"),
        ("[Send to mentor]", "mentor"),
        tells=(cast.zhou,),
    )
    await cast.play(
        cast.zhou,
        ("/todo", "confirm goals"),
        ("[No. 1]", "baseline 9.1% → target 3%"),
        ("[Confirm]", "2026-0001"),
        tells=(cast.wang, cast.li, cast.hui),
    )


async def work_is_told(cast: Cast) -> None:
    """A session in one message, confirmed with one tap; next month's figures, answered with the picture."""
    wang, zhou = cast.wang, cast.zhou
    cast.read()
    await morning(cast.world)
    cast.heard(cast.city)
    await cast.play(
        zhou,
        ("/log", "One message"),
        ("diagnosis at the factory this morning, 3 hours, 8 people", "I understand", "quality diagnosis", "3 h"),
        ("[Yes, go on]", "On which day?"),
        ("[Wed 25 Nov]", "result"),
        ("three causes of dropped stitches found", "✅", "Wed 25 Nov"),
        tells=(wang,),
    )
    await cast.play(wang, ("[Confirm]", "✅"), tells=(zhou,))
    offices = (cast.city, cast.association, cast.province, cast.elsewhere)
    await cast.wait(wang, "Report", tells=(zhou, cast.hui, *offices))
    assert "provincial office (省评审办) Mon 7 Dec" in cast.province.seen()
    await cast.play(
        wang,
        ("[Report]", "process defect rate", "?Same as before"),
        ("[Same as before]", "rework"),
        ("11.2", "?4 well"),
        ("4", "11.2%"),
        tells=(zhou,),
    )
    assert [len(pictures(human)) for human in (wang, zhou)] == [1, 1]


async def a_ticket_is_settled(cast: Cast) -> None:
    wang, city = cast.wang, cast.city
    await cast.play(
        wang,
        ("/ticket", "What is stuck?"),
        ("The mentor did not come as promised", "photo or file"),
        ("[Skip]", "T-2026-0001", "Shaoxing city office"),
    )
    await cast.wait(city, "take on T-2026-0001", tells=(city,))
    await cast.play(
        city,
        ("[No. 1]", "The mentor did not come", "?Take on"),
        ("[Take on]", "taken on", "?Settle"),
        ("[Settle]", "What was done?"),
        ("The mentor came on Thursday", "noted: done"),
        tells=(wang,),
    )
    await cast.play(wang, ("[Solved]", "closed"), tells=(city,))
