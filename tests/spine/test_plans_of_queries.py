"""However much has been done, nothing of the spine reads a table from end to end: every query is served by an index.

The conversations of the spine are lived once more with a listener on the database; then every statement it heard is
put before a database with the rows of two thousand units, which says how it would go about it.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect

from benchmarks.province import fill
from models.system.opening import open_engine
from tests.databases import Servers
from tests.spine.cast import gather
from tests.spine.plans import Listener, Planner
from tests.spine.test_spine import (
    a_session_is_logged,
    a_ticket_is_settled,
    both_sides_agree,
    colleagues_come_in,
    goals_are_locked,
    newcomers_arrive,
    offices_act_on_their_digests,
    the_factory_chooses,
    the_month_is_reported,
)
from tests.talk import World

UNITS = 2_000
# Tables of which a programme has few rows however long it runs: of the engine and the offices, or remade each night.
FEW = {"leases", "walked", "pair_numbers", "officers", "leaves", "plans", "plan_lines", "group_classes", "offer_hints"}
FEW |= {"announced_days"}
LOOKS_UP = (
    "/find 六西格玛",
    "/find 跳针 绍兴",
    "/todo",
    "/board",
    "/needs",
    "/offers",
    "/pairs",
    "/tickets",
)
# What reads a growing table whole all the same, and why it may.
WHOLE = {
    "models/oversight/board.py:_count": "prints how many there are of everything; from indexes alone",
    "models/oversight/tickets.py:_number": "prints how many tickets there are; from an index alone",
    "models/oversight/tickets.py:list_tickets": "pages through what is closed, in the order of its numbers",
    "models/exchange/finding.py:_offers": "looks for words in the newest thousand published, until five are found",
    "models/exchange/finding.py:_needs": "the same",
    "models/exchange/candidates.py:_mark": "compares the stamps of all offers with those in memory; an index alone",
    "models/exchange/candidates.py:_catch_up": "the same",
    "models/exchange/candidates.py:_teaching": "by night, for all needs at once",
    "models/exchange/rivals.py:all_rivals": "by night, for all needs at once",
    "models/incubation/upkeep.py:stalled_pairs": "by night, as many concerns as there are pairs still agreeing",
    "models/incubation/terms.py:terms_ending": "once a day, against what was proposed: a few lines a pair",
    "models/exchange/unmatched.py:_fresh_offers": "from the newest on, no further than the newest five hundred",
    "models/exchange/follows.py:followers": "once a week, and every follower is written to",
}


async def test_every_query_of_the_spine_is_served_by_an_index(world: World, servers: Servers, tmp_path: Path) -> None:
    engine = world.app.database.engine
    listener = Listener(engine)
    await live(world)
    assert len(listener.said) > 200
    url = servers.sqlite_url(tmp_path) if engine.dialect.name == "sqlite" else servers.postgres_url()
    crowded = open_engine(url)
    fill(crowded, UNITS)
    planner = Planner(crowded)
    growing = set(inspect(crowded).get_table_names()) - FEW
    whole = []
    for said in listener.said.values():
        tables = planner.read_whole(said)
        ours = not said.caller.startswith("bot/engine/database.py")  # else a test has looked for itself
        if ours and tables & growing and said.caller not in WHOLE:
            whole.append(f"{said.caller} reads {sorted(tables & growing)} whole: {said.statement[-300:]}")
    planner.close()
    crowded.dispose()
    servers.drop(url)
    assert not whole, "\n".join(whole)


async def live(world: World) -> None:
    """The spine, and what one looks up along it."""
    cast = await gather(world)
    for part in (
        newcomers_arrive,
        offices_act_on_their_digests,
        the_factory_chooses,
        colleagues_come_in,
        both_sides_agree,
        goals_are_locked,
        a_session_is_logged,
        the_month_is_reported,
        a_ticket_is_settled,
    ):
        await part(cast)
    for human in (cast.wang, cast.hui, cast.zhou, cast.city, cast.association, cast.province):
        for typed in LOOKS_UP:
            await human.do(typed)
