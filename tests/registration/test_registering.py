"""From /start to a verified unit: what people type and see."""

from tests.talk import World


async def test_a_newcomer_registers_in_seven_steps(world: World) -> None:
    contact = world.human(1001, "王工")
    await contact.talk(
        ("/start", "个人信息", "?同意并开始"),
        ("[同意并开始]", "已记下您的同意", "您的单位叫什么"),
        ("诸暨云溪袜业有限公司", "我理解为", "入孵单位", "绍兴 诸暨", "纺织服装", "省内其他"),
        ("[对，继续]", "统一社会信用代码", "?跳过"),
        ("[跳过]", "联系电话"),
        (lambda phone: phone.share_contact(), "请过目", "诸暨云溪袜业有限公司", "姓名：王工"),
        ("[提交]", "已提交", "省质量协会", "前核实", "?发布需求"),
    )
    assert contact.taps == 7
