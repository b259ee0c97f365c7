"""What survives a restart, and what happens when the file is broken."""

import asyncio
from pathlib import Path

from bot.sandbox import Sandbox, World


async def test_chats_files_commands_and_clock_survive(tmp_path: Path) -> None:
    kept = tmp_path / "var" / "sandbox.json"
    world = World(state=kept)
    async with Sandbox(world):
        phone = world.person(7, name="王", role_note="联络人", pinned=True)
        phone.say("在吗")
        phone.send_document("表.xlsx", b"PK x")
        world.commands["default/"] = [{"command": "help", "description": "帮助"}]
        world.clock.advance(3600)
        world.clock.arrive(1800)
    again = World(state=kept)
    person = again.people[7]
    assert (person.name, person.role_note, person.pinned) == ("王", "联络人", True)
    assert [message.text for message in person.messages.values()] == ["在吗", ""]
    stored = again.files.find(person.messages[2].content["document"]["file_id"])
    assert again.files.content(stored) == b"PK x"
    assert again.commands_for(person) == [{"command": "help", "description": "帮助"}]
    assert (again.clock.offset_seconds, again.clock.reached) == (3600, 1800)
    assert again.person(7).say("还在").id == 3


async def test_a_change_reaches_the_file_soon(tmp_path: Path) -> None:
    kept = tmp_path / "state.json"
    world = World(state=kept)
    world.person(7, name="王")
    async with asyncio.timeout(3):
        while not kept.exists():
            await asyncio.sleep(0.02)
    assert list(World(state=kept).people) == [7]


def test_a_broken_file_is_set_aside(tmp_path: Path) -> None:
    kept = tmp_path / "state.json"
    kept.write_text('{"people": [')
    assert World(state=kept).people == {}
    assert (tmp_path / "state.json.unreadable").read_text() == '{"people": ['
