"""The smallest conversation."""

from tests.talk import World


async def test_hello(world: World) -> None:
    newcomer = world.human(1, "王工")
    await newcomer.talk(
        ("/start", "质量管理方法孵化", "?同意并开始"),
        ("[同意并开始]", "已记下"),
        ("/nonsense", "没有 /nonsense"),
    )
