"""The chat page in the system's own browser: what people see, press and type, with nothing loaded from elsewhere."""

import shutil
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, FilePayload, Page, async_playwright, expect

from bot.sandbox import Phone, Sandbox
from tests.sandbox.conftest import Caller
from tests.sandbox.test_files import png

QUIET = ("no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking", "disable-sync")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        flags = [f"--{flag}" for flag in (*QUIET, "disable-component-update")]
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        yield browser
        await browser.close()


@pytest.fixture
async def page(sandbox: Sandbox, browser: Browser) -> AsyncIterator[Page]:
    page = await browser.new_page(viewport={"width": 1400, "height": 860})
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda line: troubles.append(line.text) if line.type == "error" else None)
    elsewhere: list[str] = []
    page.on("request", lambda asked: None if asked.url.startswith(sandbox.url) else elsewhere.append(asked.url))
    yield page
    assert (troubles, elsewhere) == ([], [])


def keys(*labels: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": label, "callback_data": label} for label in labels]]}


async def test_a_conversation_on_the_page(sandbox: Sandbox, call: Caller, phone: Phone, page: Page) -> None:
    await page.goto(sandbox.url)
    column = page.locator('[data-person="7"]')
    messages = column.get_by_test_id("message")
    await column.get_by_test_id("start").click()
    await expect(messages).to_have_count(1)
    text = "<b>粗</b> &lt;img src=x onerror=alert(1)&gt; 😀<i>斜</i>"
    await call.result("sendMessage", chat_id=7, text=text, parse_mode="HTML", reply_markup=keys("接受", "婉拒"))
    await expect(messages.last.locator(".text")).to_contain_text("粗 <img src=x onerror=alert(1)> 😀斜")
    await expect(messages.last.locator("i")).to_have_text("斜")
    await column.get_by_test_id("inline").filter(has_text="接受").click()
    pressed = (await call.result("getUpdates"))[-1]["callback_query"]
    assert pressed["data"] == "接受"
    await call.result("answerCallbackQuery", callback_query_id=pressed["id"], text="第一行\n第二行", show_alert=True)
    await expect(column.get_by_test_id("alert")).to_contain_text("第二行")
    await column.get_by_test_id("alert-ok").click()
    await column.get_by_test_id("composer").fill("不良率高")
    await page.keyboard.press("Enter")
    await expect(messages.last).to_contain_text("不良率高")
    assert phone.messages[-1].text == "不良率高"


async def test_keyboards_commands_and_files(sandbox: Sandbox, call: Caller, phone: Phone, page: Page) -> None:
    await call.result("setMyCommands", commands=[{"command": "need", "description": "提出难题"}])
    contact = {"keyboard": [[{"text": "发送我的手机号", "request_contact": True}]]}
    await call.result("sendMessage", chat_id=7, text="号码？", reply_markup=contact)
    await page.goto(sandbox.url)
    column = page.locator('[data-person="7"]')
    await column.get_by_test_id("reply-key").click()
    await column.get_by_test_id("share-contact-yes").click()
    await expect(column.get_by_test_id("message").last).to_contain_text("+8613900000007")
    await expect(column.get_by_test_id("reply-keyboard")).to_be_hidden()
    await column.get_by_test_id("composer").press_sequentially("/ne")
    await column.get_by_test_id("command").click()
    await expect(column.get_by_test_id("message").last).to_contain_text("/need")
    await column.get_by_test_id("attach").click()
    async with page.expect_file_chooser() as chooser:
        await column.get_by_test_id("attach-photo").click()
    await (await chooser.value).set_files(FilePayload(name="现场.png", mimeType="image/png", buffer=png(60, 40)))
    await column.get_by_test_id("photo").click()
    await expect(page.get_by_test_id("lightbox")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("lightbox")).to_have_count(0)


async def test_names_are_shown_as_they_are(sandbox: Sandbox, call: Caller, page: Page) -> None:
    sandbox.world.person(9, name="<i>王</i>", role_note="<b>导师</b>").send_document("<u>表</u>.txt", b"x")
    await call.result("sendMessage", chat_id=9, text="选", reply_markup=keys("<s>甲</s>"))
    await page.goto(sandbox.url)
    column = page.locator('[data-person="9"]')
    await expect(column.locator(".who")).to_have_text("<i>王</i><b>导师</b>")
    await expect(column.get_by_test_id("document")).to_contain_text("<u>表</u>.txt")
    await expect(column.get_by_test_id("inline")).to_have_text("<s>甲</s>")


async def test_people_beyond_the_window_are_marked_unread(
    sandbox: Sandbox, call: Caller, phone: Phone, page: Page
) -> None:
    sandbox.world.person(8, name="周明", role_note="导师")
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(sandbox.url)
    await expect(page.locator(".column")).to_have_count(1)
    await call.result("sendMessage", chat_id=8, text="一")
    await call.result("sendMessage", chat_id=8, text="二")
    await expect(page.get_by_test_id("unread")).to_have_text("2")
    await page.locator('[data-strip="8"]').click()
    await expect(page.locator('[data-person="8"]').get_by_test_id("message")).to_have_count(2)
    await expect(page.get_by_test_id("unread")).to_have_count(0)
    overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow == 0


async def test_clock_newcomer_and_reset(sandbox: Sandbox, phone: Phone, page: Page) -> None:
    await page.goto(sandbox.url)
    await page.get_by_test_id("clock-day").click()
    clock = page.get_by_test_id("clock")
    await expect(clock).to_have_attribute("data-passing", "true")
    sandbox.world.clock.arrive(86400)
    sandbox.world.changed("clock")
    await expect(clock).to_have_attribute("data-passing", "false")
    await page.get_by_test_id("newcomer").click()
    await expect(page.locator(".column")).to_have_count(2)
    newcomer = page.locator(f'[data-person="{max(sandbox.world.people)}"]')
    await expect(newcomer.locator(".who")).to_contain_text("陈晓光")
    await expect(newcomer.get_by_test_id("hint")).to_contain_text("先登记单位")
    await page.get_by_test_id("reset").click()
    await page.get_by_test_id("reset-confirm").click()
    await expect(page.locator(".column")).to_have_count(0)
    assert (sandbox.world.people, sandbox.world.clock.resets) == ({}, 1)


async def test_many_people_are_within_reach(sandbox: Sandbox, page: Page) -> None:
    """With a crowd, a newcomer can still be added without looking for the button, also by keyboard."""
    for n in range(1, 31):
        sandbox.world.person(n, name=f"第{n}位", hint={"zh": f"做第{n}件事", "en": f"does No. {n}"})
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(sandbox.url)
    await expect(page.get_by_test_id("newcomer")).to_be_in_viewport()
    await page.locator('[data-strip="1"]').focus()
    for _ in range(29):
        await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    column = page.locator('[data-person="30"]')
    await expect(column.get_by_test_id("hint")).to_have_text("做第30件事")
    await expect(column.get_by_test_id("composer")).to_be_focused()
    await expect(page.get_by_test_id("newcomer")).to_be_in_viewport()
    assert await page.locator('[data-strip][tabindex="0"]').count() == 1, "the people are one stop of the Tab key"
    await page.get_by_test_id("language").click()
    await expect(column.get_by_test_id("hint")).to_have_text("does No. 30")


async def test_a_deep_link_opens_on_the_phone_one_chooses(
    sandbox: Sandbox, call: Caller, phone: Phone, page: Page
) -> None:
    await call.result("sendMessage", chat_id=7, text="邀请：https://t.me/quality_sandbox_bot?start=inv_8f")
    await page.goto(sandbox.url)
    await page.locator('[data-person="7"]').get_by_role("link").click()
    await page.get_by_test_id("open-as-newcomer").click()
    await expect(page.locator(".column")).to_have_count(2)
    newcomer = max(sandbox.world.people)
    await expect(page.locator(f'[data-person="{newcomer}"]').get_by_test_id("message")).to_contain_text("/start inv_8f")
