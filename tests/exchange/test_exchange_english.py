"""The main path in English: a need, its review, the choice, the request, the pair."""

from sqlalchemy.orm import Session

from models.registration.people import Role
from tests.exchange.people import FACTORY, MENTOR, factory, mentor, offer, officer
from tests.talk import World

REVIEWER, CITY_OFFICER = 3001, 4001


def english(session: Session) -> None:
    """Everybody reads English."""
    factory(session, language="en", contact="Wang")
    offer(session, mentor(session, language="en", contact="Li"))
    for number, role, city in ((REVIEWER, Role.ASSOCIATION, None), (CITY_OFFICER, Role.CITY, "3306")):
        officer(session, number, f"Officer {number}", role, city).language = "en"


async def test_from_a_need_to_a_pair(world: World) -> None:
    await world.run(english)
    contact, helper = world.human(FACTORY, language="en"), world.human(MENTOR, language="en")
    reviewer = world.human(REVIEWER, language="en")
    await contact.talk(
        ("/need", "What is wrong?", "E.g."),
        ("improve our quality", "is too broad", "?Much scrap; we sort out bad parts every day"),
        ("注塑件缩水，不良率8%，想降到2%，返工多", "I understand", "Six Sigma", "8% → 2%"),
        ("[Yes, go on]", "please look it over"),
        ("[Submit]", "Need N1 (需求) is submitted", "by Thu 26 Nov"),
        ("/needs", "under review", "waiting for the association"),
    )
    await reviewer.talk(
        ("/queue", "1 to review"),
        ("[No. 1]", "To review: need of", "?Approve"),
        ("[Return]", "Why is it returned?", "?unclear wording"),
        ("[unclear wording]", "What should change?"),
        ("[Skip]", "Returned"),
    )
    assert "came back, please change it: unclear wording" in contact.seen()
    await contact.talk(("[Change]", "please look it over"), ("[Submit]", "is submitted"))
    await reviewer.talk(("/queue", "1 to review"), ("[No. 1]", "version 2"), ("[Approve]", "now public"))
    assert "is published; 1 incubator(s) (孵化单位) fit" in contact.seen()
    await contact.talk(
        ("[See 1]", "/100", "✓", "3 places left", "?Ask them"),
        ("[Ask them]", "your name and phone", "?Yes", "?No"),
        ("[Yes]", "Asked, in your order", "answers by Thu 26 Nov"),
    )
    assert "asks your unit for help" in helper.seen()
    await helper.talk(
        ("/inbox", "1 requests wait"),
        ("[No. 1]", "Your turn: answer by", "?Ask more"),
        ("[Ask more]", "What would you like to know?"),
        ("Which material?", "Passed on"),
    )
    assert "would first like to know: Which material?" in contact.seen()
    await contact.talk(("[Answer]", "They ask"), ("PP", "Passed on"))
    await helper.talk(("[Accept]", "2026-0001"))


async def test_the_other_ways_in_english(world: World) -> None:
    await world.run(english)
    contact, helper = world.human(FACTORY, language="en"), world.human(MENTOR, language="en")
    office = world.human(CITY_OFFICER, language="en")
    await helper.talk(
        ("/offer", "What can your unit teach?"),
        ("教5S", "I understand"),
        ("[Yes, go on]", "hard to judge"),
        ("[Skip]", "How can you help?"),
        ("1, 2", "How many units"),
        ("3", "In which cities?"),
        ("all", "please look it over", "Whole province"),
        ("[Submit]", "Offer G2 (孵化供给) is submitted"),
        ("/offers", "under review", "places 0/3"),
        ("/find 注塑", "Nothing for"),
    )
    await contact.talk(
        ("/find six sigma", "Found for", "?G1"),
        ("[G1]", "3 places left", "?Post a need"),
        ("/follow six sigma", "You follow", "Six Sigma"),
        ("/matches", "You have no published need yet"),
        ("/need 我们想贷款", "loans, orders"),
    )
    await office.talk(("/match", "Nothing to place"))
